"""A picture as DOT text. Whatever a stranger named is escaped here and nowhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from cnndsl.backends.graphviz import theme as themes
from cnndsl.backends.graphviz.escaping import html, shown, string
from cnndsl.backends.graphviz.label import Labels, Text, amounts, measure, title_of
from cnndsl.backends.graphviz.legend import caption
from cnndsl.backends.graphviz.metrics import width
from cnndsl.backends.graphviz.picture import Arrow, Box, Cluster, DrawError, Picture, boxes
from cnndsl.backends.graphviz.tips import Locate, link, locate, tip
from cnndsl.backends.graphviz.turn import Turn, turn
from cnndsl.shape import Shape

if TYPE_CHECKING:
    import graphviz  # type: ignore[import-untyped]


_PAGE = "7.5,10"
"""Inches that both A4 and Letter leave within their margins."""

_MARGIN = 18
"""Points that a box is wider than its text."""

_TABLE = '<table border="0" cellborder="0" cellspacing="0" cellpadding="0">'

_BRANCHES = 3
"""Arrows that make a fork whose order is that of the text."""

_WIDE = 56
"""Characters that may stand on the line of a heading."""


class Style(NamedTuple):
    """How a picture looks: ``direction`` TB or LR, ``theme`` light, dark or print, ``label`` a template for boxes.

    ``locate`` gives the address of a source, ``page`` says that what is larger shrinks to a page, ``dpi`` how many dots
    of a bitmap an inch has.
    """

    direction: str = "TB"
    theme: str = "light"
    label: str | None = None
    locate: Locate = locate
    page: bool = False
    dpi: int = 96


def write(picture: Picture, style: Style | None = None) -> str:
    """The DOT text of a picture: the same for the same, on every machine."""
    return _Writer(picture, style or Style()).text()


class _Writer:
    """Writes one picture."""

    def __init__(self, picture: Picture, style: Style) -> None:
        self.picture = picture
        self.style = style
        self.theme = themes.THEMES[_one_of("theme", style.theme, themes.THEMES)]
        _one_of("direction", style.direction, ("TB", "LR"))
        self.labels = Labels(style.label)
        self.boxes = {box.key: box for box in boxes(picture.members)}
        self.ways = Counter(arrow.tail for arrow in picture.arrows)

    def text(self) -> str:
        """All of it."""
        import graphviz  # only who draws needs it

        made = graphviz.Digraph(string(self.picture.name))
        made.attr("graph", **self._page())
        made.attr("node", shape="box", fontname=themes.FONT, fontsize="13", fontcolor=self.theme.ink, height="0.3")
        made.attr("node", margin="0.12,0.04", target="_top")
        made.attr("edge", fontname=themes.FONT, fontsize="10", fontcolor=self.theme.ink, color=self.theme.line)
        made.attr("edge", arrowsize="0.6")
        self._members(made, self.picture.members)
        turned = turn(self.picture) if self.style.direction == "TB" else Turn()
        if turned.levels:
            made.attr("graph", newrank="true")  # levels reach across frames
        for level in turned.levels:
            with made.subgraph() as side:
                side.attr(rank="same")
                for key in level:
                    side.node(key)
        for arrow, labelled in self._labelled():
            ends, attributes = (arrow.tail, arrow.head), self._arrow(arrow, labelled)
            if ends in turned.up:
                made.edge(*reversed(ends), **attributes, dir="back")
            else:
                made.edge(*ends, **attributes)
        return str(made.source)

    def _page(self) -> dict[str, str]:
        sideways = self.style.direction == "LR"
        return {
            "rankdir": self.style.direction,
            "bgcolor": self.theme.paper,
            "fontname": themes.FONT,
            "fontsize": "11",
            "fontcolor": self.theme.ink,
            "nodesep": "0.2",
            "ranksep": "0.28" if sideways else "0.1",
            "pad": "0.15",
            "labelloc": "b",
            "label": caption(self.picture, self.theme, 8 if sideways else 6),
            "tooltip": string(self.picture.name),
            **({"size": _PAGE} if self.style.page else {}),
            **({"dpi": str(self.style.dpi)} if self.style.dpi != Style().dpi else {}),
        }

    def _members(self, made: graphviz.Digraph, members: tuple[Box | Cluster, ...]) -> None:
        for member in members:
            if isinstance(member, Box):
                made.node(member.key, **self._box(member))
                continue
            with made.subgraph(name=f"cluster_{member.key}") as inner:
                inner.attr("graph", **self._cluster(member))
                self._members(inner, member.members)

    def _box(self, box: Box) -> dict[str, str]:
        return {
            **self._words(self.labels.of(box)),
            **themes.look(box.kind, self.theme, box.mark, box.training),
            "id": string(box.key),
            **({"ordering": "out"} if self.ways[box.key] >= _BRANCHES else {}),
            **self._hints(box),
        }

    def _words(self, text: Text) -> dict[str, str]:
        """What stands beside the heading stays there where it is short, and where height counts."""
        wide = len(text.heading) + len(text.beside) <= _WIDE and self.style.direction == "TB"
        lines = text.lines if wide else (text.beside, *text.lines)
        beside = f"   {self._font(text.beside, 10)}" if wide and text.beside.strip() else ""
        heading = self._font(text.heading, 13, bold=True) + beside
        first = width(text.heading, 13, bold=True) + (width(f"   {text.beside}", 10) if beside else 0)
        widest = max(first, *(width(shown(line), 10) for line in lines), 0)
        label = "<br/>".join(filter(None, [heading, *(self._font(line, 10) for line in lines)]))
        return {"label": f"<{label or ' '}>", "width": f"{(widest + _MARGIN) / 72:.2f}"}

    def _font(self, text: str, size: int, bold: bool = False) -> str:
        """Text in an HTML-like label, which does not allow an empty element."""
        words = html(text).strip()
        if not words:
            return ""
        color = self.theme.ink if bold else self.theme.faint
        return f'<font point-size="{size}" color="{color}">{f"<b>{words}</b>" if bold else words}</font>'

    def _cluster(self, cluster: Cluster) -> dict[str, str]:
        return {
            **self._title(cluster),
            "style": "rounded,filled" + (",dashed" if cluster.training else ""),
            "fillcolor": self.theme.cluster,
            "color": self.theme.edge,
            "margin": "7",
            "id": string(f"cluster_{cluster.key}"),
            **self._hints(cluster),
        }

    def _title(self, cluster: Cluster) -> dict[str, str]:
        """Name and counts, where no arrow comes in: beside the middle, in the corner, or below all branches."""
        words, counts = title_of(cluster), amounts(cluster)
        name = "  ".join(filter(None, (self._font(words.heading, 12, bold=True), self._font(words.beside, 10))))
        lines = [self._font(line, 9) for line in counts.split(" · ")]
        inside = {box.key for box in boxes(cluster.members)}
        ways = sum(arrow.head in inside and arrow.tail not in inside for arrow in self.picture.arrows)
        if self.style.direction == "LR" or ways >= _BRANCHES or not name or not counts:
            title = "   ".join(filter(None, (name, self._font(counts, 10))))
            below = self.style.direction == "TB" and ways >= _BRANCHES
            return {"label": f"<{title}>" if title else "", "labeljust": "l", "labelloc": "b" if below else "t"}
        if ways > 1:
            rows = "".join(f'<tr><td align="left">{line}</td></tr>' for line in (name, *lines))
            return {"label": f"<{_TABLE}{rows}</table>>", "labeljust": "l", "labelloc": "t"}
        left = width(words.heading, 12, bold=True) + width(f"  {words.beside}", 10)
        side = round(max(left, *(width(line, 9) for line in counts.split(" · "))))
        cells = [f'<td width="{side}" align="left">{name}</td>', '<td width="14"></td>']
        cells.append(f'<td width="{side}" align="right" balign="right">{"<br/>".join(lines)}</td>')
        return {"label": f"<{_TABLE}<tr>{''.join(cells)}</tr></table>>", "labeljust": "c", "labelloc": "t"}

    def _hints(self, thing: Box | Cluster) -> dict[str, str]:
        address = link(thing, self.style.locate)
        return {"tooltip": string(tip(thing)), **({"URL": string(address)} if address else {})}

    def _labelled(self) -> Iterator[tuple[Arrow, bool]]:
        """Every arrow, and whether it carries its shape: once for each result of a box that changes it."""
        told: set[tuple[str, Shape | None]] = set()
        for arrow in sorted(self.picture.arrows, key=lambda arrow: arrow.skip):
            tail, head = self.boxes[arrow.tail], self.boxes[arrow.head]
            changes = tail.steps and tail.kind != "input" and arrow.shape != tail.before and head.steps
            yield arrow, bool(changes) and (arrow.tail, arrow.shape) not in told
            if head.steps:
                told.add((arrow.tail, arrow.shape))

    def _arrow(self, arrow: Arrow, labelled: bool) -> dict[str, str]:
        made = {"id": string(f"{arrow.tail}>{arrow.head}"), "tooltip": string(measure(arrow.shape))}
        if not arrow.skip and not arrow.training:
            made["weight"] = "8"
        if labelled:
            made["label"] = string(f" {measure(arrow.shape)} ")
        if arrow.sized:
            made.update(style="dotted", arrowhead="none", constraint="false")
        if arrow.skip:
            made.update(color=self.theme.skip, penwidth="2", arrowhead="vee")
        if arrow.training:
            made["style"] = "dashed"
        mark = themes.MARKS[self.theme.name].get(arrow.mark)
        if mark is not None:
            made.update(color=mark.line, style="dashed" if mark.dashed else "solid")
        return made


def _one_of(option: str, value: str, known: Iterable[str]) -> str:
    if value not in known:
        raise DrawError(f"there is no {option} {value!r}", f"there is {', '.join(known)}")
    return value
