"""Edits of a text: an argument set, added or dropped, a step put in or taken out."""

from __future__ import annotations

from collections.abc import Mapping

from cnndsl import ops
from cnndsl.diagnostics.diagnostic import Edit
from cnndsl.source import Span
from cnndsl.syntax import tree


def with_arguments(call: tree.Call, values: Mapping[tree.Argument | str, str | None]) -> tuple[Edit, ...]:
    """Edits of one call: arguments that are there get another value (None: go), names that are not are added."""
    edits: list[Edit] = []
    dropped = [argument for argument in call.arguments if argument in values and values[argument] is None]
    kept = [argument for argument in call.arguments if argument not in dropped]
    for argument in kept:
        value = values.get(argument)
        if value is not None:
            edits.append(Edit(argument.value.span, value))
    added = {name: value for name, value in values.items() if isinstance(name, str) and value is not None}
    words = [f"{name}={value}" for name, value in added.items()]
    if not kept and not added and dropped:
        return (*edits, Edit(_between(call.callee.span.end, call.span), ""))
    if not kept and dropped:
        inside = Span(call.span.source, dropped[0].span.start, dropped[-1].span.end)
        return (*edits, Edit(inside, ", ".join(words)))
    for argument in dropped:
        edits += _without(call, argument, kept)
    if kept:
        edits += _additions(call, kept, added)
    elif words:
        edits.append(_first(call, words))
    return _joined(edits)


def _additions(call: tree.Call, kept: list[tree.Argument], added: Mapping[str, str]) -> list[Edit]:
    """Further arguments where they stand in the signature: before the first one with a name that comes later there."""
    operation = ops.find(call.callee.id)
    order = list(operation.signature) if operation is not None else []
    edits: list[Edit] = []
    for name, value in added.items():
        later = order[order.index(name) + 1 :] if name in order else []
        behind = next((one for one in kept if one.name is not None and one.name.id in later), None)
        last = kept[-1].span.end
        if behind is None:
            edits.append(Edit(Span(call.span.source, last, last), f", {name}={value}"))
        else:
            edits.append(Edit(Span(call.span.source, behind.span.start, behind.span.start), f"{name}={value}, "))
    return edits


def _first(call: tree.Call, words: list[str]) -> Edit:
    source, end = call.span.source, call.span.end
    if call.parentheses:
        opening = source.text.index("(", call.callee.span.end) + 1
        return Edit(Span(source, opening, opening), ", ".join(words))
    return Edit(Span(source, end, end), f"({', '.join(words)})")


def _joined(edits: list[Edit]) -> tuple[Edit, ...]:
    """The same, with what begins at one place as one edit."""
    found: dict[int, Edit] = {}
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        first = found.get(edit.span.start)
        found[edit.span.start] = Edit(edit.span, first.text + edit.text) if first is not None else edit
    return tuple(found.values())


def _without(call: tree.Call, argument: tree.Argument, kept: list[tree.Argument]) -> list[Edit]:
    """The argument goes, with one comma; a comment beside it stays."""
    arguments = call.arguments
    index = arguments.index(argument)
    source = call.span.source
    first = argument is arguments[0] or not any(one in kept for one in arguments[:index])
    if first:
        gap = (argument.span.start, arguments[index + 1].span.start)
        between = (argument.span.end, gap[1])
    else:
        gap = (arguments[index - 1].span.end, argument.span.end)
        between = (gap[0], argument.span.start)
    if "#" not in source.text[between[0] : between[1]]:
        return [Edit(Span(source, *gap), "")]
    comma = _comma(source.text, *between)
    return [Edit(argument.span, ""), Edit(Span(source, comma, comma + 1), "")]


def _comma(text: str, start: int, end: int) -> int:
    """Where the comma between two arguments stands; those in comments do not count."""
    place = start
    while place < end and text[place] != ",":
        place = text.find("\n", place, end) if text[place] == "#" else place + 1
    return place


def _between(start: int, span: Span) -> Span:
    return Span(span.source, start, span.end)


def renamed(call: tree.Call, name: str) -> Edit:
    """Another operation in the place of this one."""
    return Edit(call.callee.span, name)


def after(step: tree.Step, steps: str) -> Edit:
    """More steps on the same line, behind ``step``."""
    end = step.span.end
    return Edit(Span(step.span.source, end, end), f" -> {steps}")


def before(step: tree.Step, line: tree.Line, steps: str) -> Edit:
    """More steps before ``step``: on its line where others stand there, else on a line of their own."""
    source, start = step.span.source, step.span.start
    if step is not line.steps[0]:
        return Edit(Span(source, start, start), f"{steps} -> ")
    margin = _margin(source.text, start)
    return Edit(Span(source, start, start), f"{steps} -> " if margin is None else f"{steps}\n{margin}")


def _margin(text: str, start: int) -> str | None:
    """The blanks before ``start``; None where it is not the first word of its line."""
    begin = text.rfind("\n", 0, start) + 1
    margin = text[begin:start]
    return margin if not margin.strip() else None


def below(step: tree.Step, steps: str) -> Edit:
    """More steps on a line of their own below ``step``, which is the last of its line."""
    source, end = step.span.source, step.span.end
    margin = _margin(source.text, step.span.start)
    return Edit(Span(source, end, end), f" -> {steps}" if margin is None else f"\n{margin}{steps}")


def without(step: tree.Step, line: tree.Line) -> Edit:
    """The step is taken out of its line; a line of its own goes with its line end."""
    source = step.span.source
    text = source.text
    index = line.steps.index(step)
    if index:
        return _unlinked(text, line, index)
    if len(line.steps) > 1:
        return Edit(Span(source, step.span.start, line.steps[1].span.start), "")
    start = text.rfind("\n", 0, step.span.start) + 1
    end = text.find("\n", step.span.end)
    alone = end >= 0 and not text[start : step.span.start].strip() and not text[step.span.end : end].strip()
    return Edit(Span(source, start, end + 1) if alone else step.span, "")


def _unlinked(text: str, line: tree.Line, index: int) -> Edit:
    """A step goes with the arrow before it; where others follow, their arrow stays where it is."""
    step, previous = line.steps[index], line.steps[index - 1].span.end
    arrow = text.rindex("->", previous, step.span.start)
    if index + 1 < len(line.steps):
        gap = text[step.span.end : line.steps[index + 1].span.start]
        if "#" not in gap:
            return Edit(Span(step.span.source, arrow, step.span.end + gap.index("->")), "")
    blanks = " " if "#" in text[previous:arrow] else None
    return Edit(Span(step.span.source, len(text[:arrow].rstrip(blanks)), step.span.end), "")
