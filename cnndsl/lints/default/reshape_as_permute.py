"""The rule reshape-as-permute."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from math import prod

from cnndsl.diagnostics.diagnostic import Edit, Fix
from cnndsl.graph import Step
from cnndsl.lints.edits import replacement
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.shape import Shape

_AXES = 5
"""The most axes that are tried in every order."""


class ReshapeAsPermute(Rule):
    """A reshape gives the sizes of the axes in another order, as if it moved them; the values stay where they are.

    ``reshape`` reads the values in the order in which they lie and gives them new sizes. From C x H x W to H x W x C it
    puts the first values of the first channel side by side as if they were channels of one pixel: every pixel is made
    of values from elsewhere, and nothing fails. ``permute`` moves axes.

    Example:
        conv(64, 3x3, padding=1) -> relu
        reshape(224, 224, 64) -> flatten -> linear(10)

    Instead:
        conv(64, 3x3, padding=1) -> relu
        permute("HWC") -> flatten -> linear(10)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Reshapes whose result has the axes of the input, moved and merged or split, but not in their order."""
        for step in subject.of("reshape"):
            (x,) = (subject.shape(one) for one in subject.operands(step))
            result = subject.shape(step)
            before, after = _long(x), _long(result)
            if not 2 <= max(len(before), len(after)) <= _AXES or min(len(before), len(after)) < 2:
                continue
            merges = len(before) >= len(after)
            order = _moved(before, after) if merges else _moved(after, before)
            if order and not _is_grouping(subject, step, x, result) and not _restores(subject, step, result):
                yield self._found(step, x, result, order if merges else ())

    def _found(self, step: Step, x: Shape, result: Shape, order: tuple[int, ...]) -> Finding:
        message = f"reshape of {x} to {result} keeps the order of the values: it moves no axis"
        help = "move the axes with `permute`, and merge or split them before or after"
        title, edits = "", tuple[Edit, ...]()
        if len(order) == x.rank == result.rank and "?" not in x.axes and len(set(x.axes)) == x.rank:
            letters = "".join(x.axes[axis] for axis in order)
            title, edits = f"move the axes to {letters}", replacement(step, f'permute("{letters}")')
        elif x.axes == "CHW" and result.sizes == (x.sizes[1] * x.sizes[2], x.sizes[0]):
            title = "merge H and W, and move C behind them"
            edits = replacement(step, 'flatten("H") -> permute("LC")')
        elif result.rank == 3 and x.rank == 2 and "?" not in x.axes:
            title = "move the features to the front first"
            edits = replacement(step, f'permute("{x.axes[::-1]}") -> {step.node.span.text}')
        fixes = (Fix(title, edits),) if edits else ()
        return Finding(message, step.node.span, help=(help,), fixes=fixes, step=step)


def _long(shape: Shape) -> tuple[int, ...]:
    return tuple(size for size in shape.sizes if size > 1)


def _moved(many: tuple[int, ...], few: tuple[int, ...]) -> tuple[int, ...]:
    """An order of the axes ``many`` which, neighbours merged, gives ``few``; nothing where their own order does."""
    if _merges(many, few):
        return ()
    orders = permutations(range(len(many)))
    return next((order for order in orders if _merges(tuple(many[axis] for axis in order), few)), ())


def _merges(many: tuple[int, ...], few: tuple[int, ...]) -> bool:
    """Whether ``few`` are products of neighbours of ``many``, in their order."""
    sizes = iter(few)
    wanted, product = next(sizes), 1
    for size in many:
        if product == wanted:
            wanted, product = next(sizes, 0), 1
        product *= size
    return product == wanted and next(sizes, None) is None


def _is_grouping(subject: Subject, step: Step, x: Shape, result: Shape) -> bool:
    """Whether it only takes the channels apart, into groups or heads, and the maps are put together again later."""
    border, ends = 1, [prod(x.sizes[:axis]) for axis in range(1, x.rank)]
    for size in result.sizes[:-1]:
        border *= size
        if border not in ends and x.sizes[0] % border:
            return False
    if result.rank == x.rank:
        return True
    reader = subject.reader(step)
    while reader is not None and reader.node.kind != "reshape":
        reader = subject.reader(reader)
    return reader is not None and subject.shape(reader).sizes == x.sizes


def _restores(subject: Subject, step: Step, result: Shape) -> bool:
    """Whether another reshape took apart what this one puts together again."""
    while len(step.operands) == 1:
        (step,) = subject.operands(step)
        if step.node.kind == "permute":
            return False
        if step.node.kind == "reshape":
            (x,) = subject.operands(step)
            return subject.shape(x).sizes == result.sizes
    return False
