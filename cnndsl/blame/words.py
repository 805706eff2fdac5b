"""What a step did to sizes, in words: ``H and W halve here: (64 + 2 - 3) / 2 + 1 = 32, rounded down``."""

from __future__ import annotations

from collections.abc import Sequence

from cnndsl.blame.walk import is_named
from cnndsl.passes.provenance import Link


def said(links: Sequence[Link]) -> str:
    """What one place of the text did, in all repetitions; ``links`` nearest first."""
    if len({link.name for link in links}) > 1:
        return _repeated(links)
    parts: dict[tuple[int, tuple[int, ...], str], list[Link]] = {}
    for link in sorted(links, key=lambda link: link.axis):
        formula = link.cause.formula if link.cause is not None else ""
        key = (0, (), "moves") if _moves(link) else (link.size, link.before, formula)
        parts.setdefault(key, []).append(link)
    return "; ".join(_one(group) for group in parts.values())


def letters(links: Sequence[Link]) -> str:
    """``H and W``."""
    names = list(dict.fromkeys(_letter(link) for link in links))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _letter(link: Link) -> str:
    return link.letter if link.letter != "?" else f"axis {link.axis + 1}"


def _one(group: list[Link]) -> str:
    link = group[0]
    plural = len({_letter(one) for one in group}) > 1
    names = letters(group)
    if link.cause is None:
        return f"{names} {'are' if plural else 'is'} {link.size} here"
    verb, to = _verb(link, plural)
    formula = f": {link.cause.formula}" if link.cause.formula and not link.keeps else ""
    return f"{names} {verb}{to} here{formula}"


def _verb(link: Link, plural: bool) -> tuple[str, str]:
    s = "" if plural else "s"
    before = link.before[0] if len(link.before) == 1 else 0
    if _moves(link):
        return f"move{s}", ""
    if is_named(link):
        return f"become{s}", f" {link.size}"
    if before == link.size:
        return "stay" + s, f" {link.size}"
    if before == 2 * link.size:
        return f"halve{s}", ""
    if link.size == 2 * before:
        return f"double{s}", ""
    return f"become{s}", f" {link.size}"


def _moves(link: Link) -> bool:
    """Whether it was another axis of the same operand."""
    return is_named(link) and link.cause is not None and link.cause.operands != ((1, link.axis),)


def _repeated(links: Sequence[Link]) -> str:
    """The sizes on the way through a place that is passed several times."""
    by_letter: dict[str, list[Link]] = {}
    for link in _latest_first(links):
        by_letter.setdefault(_letter(link), []).append(link)
    ways: dict[str, list[Link]] = {}
    for own in by_letter.values():
        ways.setdefault(_way(own), []).append(own[-1])
    return "; ".join(_passed(way, group) for way, group in ways.items())


def _latest_first(links: Sequence[Link]) -> Sequence[Link]:
    """Two branches may come through one place in different rounds: then it is not the nearest that ran last."""
    graph = links[0].graph
    if any(link.graph is not graph for link in links):
        return links
    order = {name: place for place, name in enumerate(graph.nodes)}
    return sorted(links, key=lambda link: order.get(link.node.name, -1), reverse=True)


def _passed(way: str, group: list[Link]) -> str:
    if "->" in way:
        return f"{letters(group)}: {way} here"
    verb = "stay" if group[0].before == (group[0].size,) else "become"
    return f"{letters(group)} {verb}{'' if len(group) > 1 else 's'} {way} here"


def _way(links: Sequence[Link]) -> str:
    last = links[-1]
    sizes = [*(last.before if len(last.before) == 1 else ()), *(link.size for link in reversed(links))]
    if len(set(sizes)) == 1:
        return str(sizes[0])
    shown = sizes if len(sizes) <= 7 else [*sizes[:3], -1, *sizes[-3:]]
    return " -> ".join("..." if size < 0 else str(size) for size in shown)
