"""What stands in a box: as papers write it, or as the user's template says."""

from __future__ import annotations

import re
from typing import NamedTuple

from cnndsl.backends.graphviz.picture import Box, Cluster, DrawError, Picture
from cnndsl.backends.graphviz.theme import SIGNS
from cnndsl.backends.graphviz.trunk import Trunks
from cnndsl.diagnostics.suggest import suggest
from cnndsl.passes.folding import Part
from cnndsl.passes.notation import kernel, kind_of, short, spelled, titled, word
from cnndsl.shape import Shape

FIELDS = ("name", "label", "kind", "title", "kernel", "spelled", "output", "params", "macs", "times")
"""What a template may have in braces."""

_PIECE = re.compile(r"\{\{|\}\}|\\n|\{([^{}]*)\}|[{}]")
_SIGNS = {"add": "+", "sub": "\N{MINUS SIGN}", "mul": "\N{MULTIPLICATION SIGN}", "maximum": "max"}
_TIMES = re.compile(r"(?<=\d)x(?=\d)")


class Text(NamedTuple):
    """What a box says: a heading, what may stand beside it, and further lines."""

    heading: str
    beside: str = ""
    lines: tuple[str, ...] = ()


class Labels:
    """Writes boxes; raises ``DrawError`` for a template with a field that there is not."""

    def __init__(self, template: str | None = None) -> None:
        self._template = template
        self._trunks = Trunks()
        if template is not None:
            check(template)

    def of(self, box: Box) -> Text:
        """The words of a box, behind the sign of its mark."""
        text = self._plain(box)
        return text._replace(heading=f"{SIGNS[box.mark]} {text.heading}") if box.mark in SIGNS else text

    def _plain(self, box: Box) -> Text:
        if not box.steps or box.kind == "input":
            return Text(box.name, measure(box.shape), (*(["in training"] if box.training else []), *box.notes))
        if box.kind == "block":
            return self._block(box)
        if self._template is not None:
            heading, *lines = _filled(self._template, box).split("\n")
            return Text(heading, "", (*lines, *box.notes))
        return Text(_heading(box), _beside(box), (*_whose(box), *box.notes))

    def _block(self, box: Box) -> Text:
        part = box.steps[box.main]
        heading = readable(part.kind if part.block is not None else part.label) + _times(box.times)
        inner = _crossed(self._trunks.of(part))
        label = _label(box.part) if part.block is not None and box.part is not None else ""
        beside = " · ".join(filter(None, (label, amounts(box))))
        return Text(heading, beside, (*([inner] if inner else []), *_whose(box), *box.notes))


def title_of(cluster: Cluster) -> Text:
    """The heading of a cluster: its name and how often; beside it, what it is."""
    part = cluster.part
    if part is None:
        return Text(cluster.title)
    kind = readable(part.kind) if part.role == "block" else ""
    name = "" if part.role == "period" else _label(part) or ("" if part.role == "block" else part.label)
    return Text(((name or kind) + _times(part.times)).strip(), kind if name else "")


def amounts(thing: Box | Cluster | Picture) -> str:
    """``70.4 k params · 221 M MACs``."""
    words = ((thing.params, "params"), (thing.macs, "MACs"))
    return " · ".join(f"{short(number)} {name}" for number, name in words if number)


def measure(shape: Shape | None) -> str:
    """``64x56x56``, with signs of multiplication."""
    return _crossed(str(shape)) if shape is not None else "?"


def measured(sizes: tuple[int, ...]) -> str:
    """Sizes with signs of multiplication between them."""
    return "\N{MULTIPLICATION SIGN}".join(map(str, sizes))


def readable(name: str) -> str:
    """``dense_block`` in two words."""
    return name.replace("_", " ").strip() or name


def check(template: str) -> None:
    """Raise ``DrawError`` where a brace is alone or a field is unknown."""
    for piece in _PIECE.finditer(template):
        field = piece[1]
        if piece[0] in ("{", "}"):
            raise DrawError(f"--label: a single {piece[0]}", f"write {piece[0] * 2} for the character itself")
        if field is not None and field not in FIELDS:
            guess = suggest(field, FIELDS)
            hint = f"did you mean {{{guess}}}? " if guess else ""
            raise DrawError(f"--label: there is no {{{field}}}", f"{hint}there is {{{'}, {'.join(FIELDS)}}}")


def _filled(template: str, box: Box) -> str:
    part = box.steps[box.main]
    node = part.nodes[0]
    values = {
        "name": box.name,
        "label": part.label,
        "kind": part.kind,
        "title": _heading(box),
        "kernel": _crossed(kernel(node)),
        "spelled": _crossed(spelled(node, part.shape)),
        "output": measure(box.shape),
        "params": f"{box.params:,}",
        "macs": f"{box.macs:,}",
        "times": str(box.times),
    }
    plain = {"{{": "{", "}}": "}", "\\n": "\n"}
    return _PIECE.sub(lambda piece: values[piece[1]] if piece[1] is not None else plain[piece[0]], template)


def _heading(box: Box) -> str:
    part = box.steps[box.main]
    node = part.nodes[0]
    sign = _SIGNS.get(part.kind, part.kind)
    if kind_of(node) == "join":
        constant = vars(node.operation).get("value")
        words = sign if constant is None else f"{sign} {constant}"
    else:
        words = _crossed(titled(node, part.shape))
    return words + _times(box.times)


def _beside(box: Box) -> str:
    """The label of the step, and what shares its box."""
    rest = [word(step.nodes[0].operation) for step in box.steps if step.nodes[0].operation is not None]
    del rest[box.main]
    label = _label(box.part) if box.part is not None and box.abreast == 1 else ""
    return " · ".join(filter(None, (label, ", ".join(rest))))


def _whose(box: Box) -> tuple[str, ...]:
    """How many there are beside one another, and whose weights they have."""
    beside = f"{box.abreast} side by side" if box.abreast > 1 else ""
    return tuple(filter(None, (beside, f"weights of {box.shared}" if box.shared else "")))


def _label(part: Part) -> str:
    """The label that the author gave; nothing for a number or the name of the operation."""
    first, last = part.label, part.last.rpartition(".")[2]
    given = re.sub(r"_\d+$", "", first)
    if first.isdecimal() or given == part.kind or ((word_of := part.nodes[0].operation) and given == word(word_of)):
        return ""
    return first if first == last else f"{first} .. {last}"


def _times(times: int) -> str:
    return f"  \N{MULTIPLICATION SIGN}{times}" if times > 1 else ""


def _crossed(text: str) -> str:
    return _TIMES.sub("\N{MULTIPLICATION SIGN}", text)
