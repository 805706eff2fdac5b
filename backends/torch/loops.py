"""Loops: kept as loops where the text has them, written out where they are short and their steps have names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cnndsl.backends.torch.code import Code, Composer, World, all_same, combine, constant, literal, name
from cnndsl.backends.torch.context import BetterKept, CannotShare, Context
from cnndsl.backends.torch.expressions import NOWHERE, signs, write
from cnndsl.shape import Shape
from cnndsl.syntax import tree
from cnndsl.trace import Item, Trace

Loop = tree.For | tree.Repeat

SHORT = 8
"""Loops of at most so many modules are written out."""


class Passes(NamedTuple):
    """A loop in several worlds: the step, and the shape of the flow before it."""

    step: Loop
    worlds: Sequence[World]
    items: Sequence[Item]
    shapes: Sequence[Shape | None]

    @property
    def trips(self) -> list[int]:
        """How often it runs in each world."""
        return [len(item.bodies) for item in self.items]

    def inside(self) -> list[World]:
        """The worlds of all iterations."""
        return [w.inside(body) for w, item in zip(self.worlds, self.items, strict=True) for body in item.bodies]

    def iteration(self, number: int) -> list[World]:
        """The worlds of one iteration of all."""
        return [w.inside(item.bodies[number]) for w, item in zip(self.worlds, self.items, strict=True)]


def steps(trace: Trace) -> int:
    """How many modules a body makes, its groups counted as one."""
    total = 0
    for line in trace.lines:
        for item in line:
            inner = () if isinstance(item.step, tree.Group) else item.bodies
            total += 1 if item.node is not None or isinstance(item.step, tree.Group) else 0
            total += sum(map(steps, inner))
    return total


def written_out(context: Context, loop: Passes, short: bool) -> bool:
    """Whether to write a loop out: where it must be, or where it is short and nothing speaks for keeping it."""
    start = loop.step.span.start
    if not all_same(loop.trips):
        if start in context.unrolled:
            raise CannotShare(context.loops[-1] if context.loops else None)
        return False
    return context.flat or start in context.unrolled or (short and start not in context.kept)


LONG = 3
"""Signs in an expression of channels that still reads well."""


def unrolled(context: Context, loop: Passes, write_out: Callable[[list[World]], Code | None]) -> None:
    """Write every iteration out; better not, where that takes long expressions or numbers only the caller knows."""
    before, longest = context.hoisted, 0
    for number in range(loop.trips[0]):
        within = loop.iteration(number)
        context.frames.append(elements(context, loop, number, within))
        channels = write_out(within)
        longest = max(longest, 0 if channels is None else signs(channels.expression))
        context.frames.pop()
    unread = context.hoisted > before or longest > LONG
    if unread and loop.step.span.start not in context.unrolled and loop.trips[0] > 1:
        raise BetterKept(loop.step)


def closed_form(
    loop: Passes, entry: Code | None, end: Code | None, variable: str, count: Code | None, exits: Sequence[int | None]
) -> Code | None:
    """What a carried number is after its loop where each pass adds the same: ``in_channels + layers * growth``."""
    if entry is None or end is None or count is None:
        return None
    match end.expression:
        case tree.Binary("+", tree.Name(word), step) if word == variable:
            worlds = list(loop.worlds)
            inside = loop.inside()
            added = {w: end.at(w) - w.graph.shapes[w.trace.before].channels for w in inside if w.trace.before}
            per = Code(step, added)
            try:
                each = Code(step, {w: per.at(next(i for i in inside if i.parent is w)) for w in worlds})
            except (KeyError, StopIteration):
                return None
            total = combine("+", entry, combine("*", count, each, worlds), worlds)
            return total if total.agrees(worlds, exits) else None
    return None


def variables(context: Context, loop: Passes, inside: Sequence[World]) -> dict[str, tuple[Code, Code]]:
    """The loop's own names, as Python variables of the same names."""
    frame: dict[str, tuple[Code, Code]] = {}
    if isinstance(loop.step, tree.For):
        for target in loop.step.targets:
            values = {world: world.trace.scope.names[target.id].value for world in inside}
            code = name(context.variable(target.id), values)
            frame[target.id] = (code, code)
    return frame


def elements(context: Context, loop: Passes, number: int, inside: Sequence[World]) -> dict[str, tuple[Code, Code]]:
    """What the loop's names are in one iteration that is written out: ``depths[0]``."""
    frame: dict[str, tuple[Code, Code]] = {}
    if not isinstance(loop.step, tree.For):
        return frame
    for forward in (False, True):
        composer = context.composer(loop.worlds, loop.shapes, forward)
        parts = _parts(composer, loop.step, number)
        for target, part in zip(loop.step.targets, parts, strict=False):
            values = {world: world.trace.scope.names[target.id].value for world in inside}
            if part is not None and not Code(part, values).literal:
                code = Code(part, values)
            elif all_same(list(values.values())):
                code = constant(next(iter(values.values())), inside)
            else:
                continue
            frame[target.id] = (frame[target.id][0], code) if forward and target.id in frame else (code, code)
    return frame


def _parts(composer: Composer, step: tree.For, number: int) -> list[tree.Expression | None]:
    match step.iterable:
        case tree.Call(tree.Name("enumerate"), (argument,)):
            return [literal(number), _element(composer, argument.value, number)]
        case tree.Call(tree.Name("zip"), arguments):
            return [_element(composer, argument.value, number) for argument in arguments]
    whole = _element(composer, step.iterable, number)
    if len(step.targets) == 1:
        return [whole]
    return [_index(whole, place) for place in range(len(step.targets))]


def _element(composer: Composer, expression: tree.Expression, number: int) -> tree.Expression | None:
    code = composer.compose(expression)
    return None if code is None else _index(code.expression, number)


def _index(expression: tree.Expression | None, number: int) -> tree.Expression | None:
    if isinstance(expression, tree.List):
        return expression.items[number]
    return None if expression is None else tree.Index(expression, literal(number), NOWHERE)


def header(
    context: Context,
    loop: Passes,
    used: set[str],
    frame: dict[str, tuple[Code, Code]],
    forward: bool,
    counter: str = "",
) -> str:
    """``for i, depth in enumerate(depths)``, without the variables that are not ``used``; ``counter`` counts."""
    if counter:
        plain = header(context, loop, used, frame, forward)
        target, _, iterable = plain[len("for ") :].partition(" in ")
        if target == "_" and iterable.startswith("range("):
            return f"for {counter} in {iterable}"
        target = f"({target})" if "," in target else target
        return f"for {counter}, {target} in enumerate({iterable})"
    composer = context.composer(loop.worlds, loop.shapes, forward)

    def trips() -> str:
        return _count(context, loop, composer, forward)

    if isinstance(loop.step, tree.Repeat):
        return f"for _ in range({trips()})"
    python = [write(frame[target.id][0].expression) for target in loop.step.targets]
    wanted = [word if word in used else "_" for word in python]
    if set(wanted) == {"_"}:
        return f"for _ in range({trips()})"
    match loop.step.iterable:
        case tree.Call(tree.Name("enumerate"), (argument,)) if len(wanted) == 2:
            if wanted[1] == "_":
                return f"for {wanted[0]} in range({trips()})"
            text = _say(context, composer, argument.value)
            return f"for {wanted[1]} in {text}" if wanted[0] == "_" else f"for {', '.join(wanted)} in enumerate({text})"
        case tree.Call(tree.Name("range" | "zip" as function), arguments):
            kept = [(word, a.value) for word, a in zip(wanted, arguments, strict=False) if word != "_"]
            if function == "zip" and len(kept) == 1 and len(wanted) == len(arguments):
                return f"for {kept[0][0]} in {_say(context, composer, kept[0][1])}"
            text = ", ".join(_say(context, composer, argument.value) for argument in arguments)
            return f"for {', '.join(wanted)} in {function}({text})"
    return f"for {', '.join(wanted)} in {_say(context, composer, loop.step.iterable)}"


def _say(context: Context, composer: Composer, expression: tree.Expression) -> str:
    code = composer.compose(expression)
    if code is None:
        raise CannotShare(context.loops[-1] if context.loops else None)
    return code.text


def _count(context: Context, loop: Passes, composer: Composer, forward: bool) -> str:
    return count(context, loop, composer, forward).text


def count(context: Context, loop: Passes, composer: Composer, forward: bool) -> Code:
    """How often the loop runs."""
    candidates: list[Code | None] = []
    if isinstance(loop.step, tree.Repeat):
        candidates.append(composer.compose(loop.step.times))
    else:
        match loop.step.iterable:
            case tree.Call(tree.Name("enumerate"), (argument,)):
                candidates.append(composer.compose(_length(argument.value)))
            case tree.Call(tree.Name("range"), (argument,)):
                candidates.append(composer.compose(argument.value))
            case iterable:
                candidates.append(composer.compose(_length(iterable)))
    return context.resolve(loop.worlds, loop.trips, candidates, "repeats", forward)


def _length(expression: tree.Expression) -> tree.Expression:
    return tree.Call(tree.Name("len", NOWHERE), (tree.Argument(None, expression, NOWHERE),), NOWHERE)


def carried(
    loop: Passes, entries: Sequence[int | None], exits: Sequence[int | None], flow: Code | None
) -> list[int | None] | None:
    """The channels that iterations begin with, where only a variable can say them."""
    inside = loop.inside()
    begins = all_same(entries) or (flow is not None and flow.agrees(inside, entries))
    ends = all_same(exits) or (flow is not None and flow.agrees(loop.worlds, exits))
    return None if begins and ends else list(entries)
