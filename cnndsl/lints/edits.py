"""Edits of steps: take one out, let two change places, give an argument."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from cnndsl.diagnostics.diagnostic import Edit
from cnndsl.graph import Step
from cnndsl.source import Span
from cnndsl.syntax import tree


class Written(NamedTuple):
    """Where a step is written: its call, the body and line around it, and its places in both."""

    step: tree.Apply
    body: tree.Body
    row: int
    place: int
    joined: bool

    @property
    def line(self) -> tree.Line:
        """The line that it stands in."""
        return self.body.lines[self.row]


def written(step: Step) -> Written | None:
    """Where a step is written as what it is; None for one that a parameter or a shared instance names."""
    found = located(step.graph.definition, step.node.span)
    return found if found is not None and found.step.call.callee.id == step.node.kind else None


def located(definition: tree.Definition, call: Span) -> Written | None:
    """Where a call stands in the body of a definition, as a step."""
    return _written(definition.body, call, False) if definition.body is not None else None


def _written(body: tree.Body, span: Span, joined: bool) -> Written | None:
    row = bisect_right(body.lines, span.start, key=lambda line: line.span.start) - 1
    if row < 0 or not _holds(body.lines[row].span, span):
        return None
    for place, step in enumerate(body.lines[row].steps):
        if isinstance(step, tree.Apply) and step.call.span == span:
            return Written(step, body, row, place, joined)
        for inner, branches in _bodies(step):
            if _holds(inner.span, span):
                transparent = isinstance(step, tree.For | tree.Repeat | tree.If | tree.With)
                return _written(inner, span, branches or (joined and transparent))
    return None


def _holds(outer: Span, inner: Span) -> bool:
    return outer.source is inner.source and outer.start <= inner.start and inner.end <= outer.end


def _bodies(step: tree.Step) -> list[tuple[tree.Body, bool]]:
    """The bodies of a step; whether each of their lines is a branch."""
    if isinstance(step, tree.Apply):
        return [(step.branches, True)] if step.branches is not None else []
    if isinstance(step, tree.Dense):
        return [(step.body, True)]
    if isinstance(step, tree.Residual):
        return [(body, False) for body in (step.body, step.shortcut) if body is not None]
    if isinstance(step, tree.If):
        arms = [body for _, body in step.arms]
        return [(body, False) for body in (*arms, *([step.otherwise] if step.otherwise is not None else []))]
    if isinstance(step, tree.Output) and step.chain is not None:
        return [(tree.Body((step.chain,), None, step.chain.span), True)]
    if isinstance(step, tree.Group | tree.Repeat | tree.For | tree.With):
        return [(step.body, False)]
    return []


def removal(step: Step) -> tuple[Edit, ...]:
    """Take a step out of its line; nothing where it cannot be."""
    return taken_out(written(step))


def taken_out(found: Written | None) -> tuple[Edit, ...]:
    """Take a step out of its line; nothing where that would be an empty branch, or something else stands there too."""
    if found is None or found.step.branches is not None:
        return ()
    steps, place = found.line.steps, found.place
    if place:
        start, end = steps[place - 1].span.end, steps[place].span.end
    elif len(steps) > 1:
        start, end = steps[0].span.start, steps[1].span.start
    else:
        return () if found.joined else whole_lines(found.line.span)
    return (Edit(Span(found.step.span.source, start, end), ""),)


def whole_lines(span: Span) -> tuple[Edit, ...]:
    """Take out the lines of something, and one of two empty lines around; nothing where more stands on them."""
    text = span.source.text
    first = text.rfind("\n", 0, span.start) + 1
    last = text.find("\n", span.end)
    last = len(text) if last < 0 else last + 1
    if text[first : span.start].strip() or text[span.end : last].partition("#")[0].strip():
        return ()
    if (not first or text[:first].endswith("\n\n")) and text[last : last + 1] == "\n":
        last += 1
    return (Edit(Span(span.source, first, last), ""),)


def exchange(first: Step, second: Step) -> tuple[Edit, ...]:
    """Let a step and the next change places, labels and all; nothing where they do not follow one another."""
    one, two = written(first), written(second)
    if one is None or two is None or one.step.branches is not None or two.step.branches is not None:
        return ()
    beside = one.row == two.row and one.place + 1 == two.place
    below = one.row + 1 == two.row and one.place + 1 == len(one.line.steps) and not two.place and not one.joined
    if one.body.span != two.body.span or not (beside or below):
        return ()
    return (Edit(one.step.span, two.step.span.text), Edit(two.step.span, one.step.span.text))


def argument(step: Step, name: str, value: str) -> tuple[Edit, ...]:
    """Give an argument at the call of a step, in place of one that is written there."""
    found = written(step)
    if found is None:
        return ()
    call = found.step.call
    given = step.node.arguments.get(name)
    if given is not None and given.expression is not None:
        return (Edit(given.expression.span, value),)
    if not call.parentheses:
        end = call.span.end
        return (Edit(Span(call.span.source, end, end), f"({name}={value})"),)
    end = call.arguments[-1].span.end if call.arguments else call.span.end - 1
    return (Edit(Span(call.span.source, end, end), f"{', ' if call.arguments else ''}{name}={value}"),)


def replacement(step: Step, text: str) -> tuple[Edit, ...]:
    """Put another call in the place of a step's, which keeps its label."""
    found = written(step)
    return (Edit(found.step.call.span, text),) if found is not None else ()


def insertion(step: Step, text: str) -> tuple[Edit, ...]:
    """Put another step behind a step, in its line."""
    found = written(step)
    if found is None:
        return ()
    end = found.step.span.end
    return (Edit(Span(found.step.span.source, end, end), f" -> {text}"),)
