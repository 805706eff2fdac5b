"""Steps at the end of a branch, so that it fits the others: a projection, a crop, a border, another resolution."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from cnndsl.diagnostics.diagnostic import Edit
from cnndsl.ops.operation import Operation
from cnndsl.repairs.case import Case, Plan
from cnndsl.repairs.edits import after
from cnndsl.repairs.levers import is_plain
from cnndsl.repairs.patches import Patch
from cnndsl.repairs.places import Place, inner
from cnndsl.repairs.steps import made
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.syntax import tree

_ENLARGING = ("upsample", "conv_transpose", "pixel_shuffle")
"""Behind them, maps that were halved before are often a little smaller or larger than those they join."""
_SEEN = 64
"""Steps of other branches that are looked at."""
_SLOTS, _SHAPES = 16, 8
"""So many operands of a join are looked at, the odd ones, and so many shapes that they might have, the usual ones."""


class Branch(NamedTuple):
    """An operand of a join that does not fit ``other``."""

    slot: int
    own: Shape
    other: Shape


def branches(case: Case) -> Iterator[Plan]:
    """Plans for a join whose operands differ."""
    place = case.place
    shapes = case.inputs
    if case.finding.code != "E0401" or place is None or len(shapes) < 2 or None in shapes:
        return
    for branch in _misfits([shape for shape in shapes if shape is not None]):
        if branch.own.rank == branch.other.rank:
            yield from _projected(case, place, branch)
            yield from _fitted(case, place, branch)
        elif branch.own.rank > branch.other.rank == 1:
            yield from _flattened(case, place, branch)
        elif branch.other.rank > branch.own.rank == 1:
            yield from _repeated(case, place, branch)


def _misfits(shapes: list[Shape]) -> Iterator[Branch]:
    """Each operand with each shape that it lacks, as many as there may be plans for."""
    counts = Counter(shapes)
    usual = {shape for shape, _ in counts.most_common(_SHAPES)}
    odd = sorted(range(len(shapes)), key=lambda slot: counts[shapes[slot]])[:_SLOTS]
    for slot in sorted(odd):
        own = shapes[slot]
        for other in counts:
            if other in usual and other.sizes != own.sizes:
                yield Branch(slot, own, other)


def _projected(case: Case, place: Place, branch: Branch) -> Iterator[Plan]:
    own, other = branch.own, branch.other
    if own.rank not in (2, 3) or case.operation is None or case.operation.name not in ("add", "sub", "maximum"):
        return
    stride = _stride(own.sizes[1:], other.sizes[1:])
    if stride is None:
        return
    normed = _is_normed(case, place, branch.slot)
    name = "conv" if own.rank == 3 else "conv1d"
    kernel = "1x1" if own.rank == 3 else "1"
    fields = {"out_channels": other.sizes[0], "kernel_size": 1, "stride": stride, "bias": not normed}
    steps: tuple[Operation, ...] = (made(name, **fields),)
    if normed:
        steps = (*steps, made("bn"))
    channels = _words(case, place, branch, "out_channels", other.sizes[0])
    by = _words(case, place, branch, "stride", stride).removeprefix("1" if stride == 1 else " ")
    inside = f"{name}({channels}, {kernel}{f', stride={by}' if by else ''}{', bias=false' if normed else ''})"
    words = inside + (" -> bn" if normed else "")
    is_residual = isinstance(place.step, tree.Residual)
    if is_residual and branch.slot == 1 and not channels.isdigit():
        words = _conditional(channels, by, words)
    edit = _at_end(case, place, branch.slot, words)
    if edit is None:
        return
    what = "project the shortcut" if is_residual and branch.slot == 1 else f"project the branch of {own}"
    rank = 0.1 if is_residual and branch.slot == 1 else 0.9 if _is_skip(case, branch.slot) else 2.0
    rank += 0.5 if other.sizes[0] == 1 < own.sizes[0] else 0  # the single channel is the one to be made more of
    patches = _patches(case, branch.slot, steps)
    yield Plan(what, f"project {branch.slot}", rank, edits=(edit,), patches=patches, level=0, local=_is_local(case))


def _flattened(case: Case, place: Place, branch: Branch) -> Iterator[Plan]:
    flat, mean = made("flatten"), made("global_avgpool")
    ways: list[tuple[float, str, tuple[Operation, ...], str]] = [(0.5, "flatten", (flat,), "flatten the map")]
    if branch.own.rank in (2, 3):
        ways.append((0.6, "global_avgpool -> flatten", (mean, flat), "average the map over its positions"))
    for rank, words, steps, title in ways:
        edit = _at_end(case, place, branch.slot, words)
        if edit is not None:
            patches = _patches(case, branch.slot, steps)
            yield Plan(title, words, rank, edits=(edit,), patches=patches, level=0, local=_is_local(case))


def _repeated(case: Case, place: Place, branch: Branch) -> Iterator[Plan]:
    """Features once more at every position: nothing is broadcast."""
    at = branch.other.sizes[1:]
    shaped = (branch.own.sizes[0], *(1,) * len(at))
    steps = (made("reshape", sizes=shaped), made("upsample", size=at if len(at) > 1 else at[0]))
    words = f"reshape({', '.join(map(str, shaped))}) -> upsample({'x'.join(map(str, at))})"
    edit = _at_end(case, place, branch.slot, words)
    if edit is not None:
        title = f"repeat the {shaped[0]:,} features at each of {'x'.join(map(str, at))} positions"
        patches = _patches(case, branch.slot, steps)
        yield Plan(title, "repeat", 0.7, edits=(edit,), patches=patches, level=0, local=_is_local(case))


def _stride(sizes: tuple[int, ...], wanted: tuple[int, ...]) -> int | None:
    for stride in range(1, 17):
        if all((size - 1) // stride + 1 == want for size, want in zip(sizes, wanted, strict=True)):
            return stride
    return None


def _is_skip(case: Case, slot: int) -> bool:
    """Whether what flows in there is what another branch was made from."""
    graph, start = case.site.graph, case.site.operands[slot]
    pending = [value for other, value in enumerate(case.site.operands) if other != slot and value is not None]
    seen = set(pending)
    while pending and len(seen) < _SEEN:
        node = graph.nodes.get(pending.pop().node)
        fresh = [value for value in (node.operands if node is not None else ()) if value not in seen]
        if start in fresh:
            return True
        seen.update(fresh)
        pending += fresh
    return False


def _words(case: Case, place: Place, branch: Branch, field: str, number: int) -> str:
    """The number as the other branch writes it, where that is a name: a block has other numbers elsewhere."""
    inside = _bound(place.step)
    for lever in case.levers:
        argument = lever.node.arguments.get(field)
        expression = argument.expression if argument is not None else None
        if lever.slot == branch.slot or lever.graph is not case.site.graph or argument is None or expression is None:
            continue
        if not is_plain(expression) and _number(argument.value) == number and _is_known_here(expression, inside):
            return expression.span.text
    return str(number)


def _number(value: object) -> object:
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def _is_known_here(expression: tree.Expression, inside: frozenset[str]) -> bool:
    """Whether all names mean the same in every branch: none is bound inside of one, none is the flow."""
    if isinstance(expression, tree.Name):
        return expression.id != "it" and expression.id not in inside
    if isinstance(expression, tree.Attribute):
        return _is_known_here(expression.value, inside)
    if isinstance(expression, tree.Unary):
        return _is_known_here(expression.operand, inside)
    if isinstance(expression, tree.Binary):
        return _is_known_here(expression.left, inside) and _is_known_here(expression.right, inside)
    return is_plain(expression)


def _bound(step: tree.Step) -> frozenset[str]:
    """The names that loops and constants inside of a step bind."""
    names: set[str] = set()
    pending = inner(step)
    while pending:
        for line in pending.pop().lines:
            for one in line.steps:
                names.update(name.id for name in getattr(one, "targets", ()))
                if isinstance(one, tree.Let):
                    names.add(one.name.id)
                pending += inner(one)
    return frozenset(names)


def _is_normed(case: Case, place: Place, slot: int) -> bool:
    """Whether the other branches normalise."""
    return any(
        lever.node.kind == "bn"
        and lever.slot != slot
        and (lever.graph is not case.site.graph or _within(lever.node.span, place.step.span))
        for lever in case.levers
        if lever.level == 0
    )


def _within(span: Span, other: Span) -> bool:
    return span.source is other.source and other.start <= span.start and span.end <= other.end


def _conditional(channels: str, stride: str, words: str) -> str:
    tests = [f"{stride} != 1"] if stride and not stride.isdigit() else []  # other uses may need no projection
    return f"if {' or '.join([*tests, f'it.channels != {channels}'])} {{ {words} }}"


def _is_local(case: Case) -> bool:
    """Whether the same join has other sizes elsewhere, in another use of a block or another round of a loop."""
    node = case.node
    return bool(case.site.around) or (node is not None and any(one.iteration is not None for one in node.stack))


def _patches(case: Case, slot: int, steps: tuple[Operation, ...]) -> dict[int, Patch]:
    """Of one use the numbers are those of that use."""
    if not _is_local(case):
        return {case.site.span.start: Patch(slots={slot: steps})}
    node = case.node.name if case.node is not None else None
    return {case.site.span.start: Patch(slots={slot: steps}, only=case.site.graph, node=node)}


def _at_end(case: Case, place: Place, slot: int, words: str) -> Edit | None:
    """The text that puts steps at the end of a branch."""
    step = place.step
    if isinstance(step, tree.Residual):
        if slot == 1 and step.shortcut is None:
            end = step.span.end
            return Edit(Span(step.span.source, end, end), f" shortcut {{ {words} }}")
        body = step.body if slot == 0 else step.shortcut
        if body is None or "if " in words:
            return None
        if not body.lines:
            return Edit(body.span, f"{{ {words} }}")
        return after(body.lines[-1].steps[-1], words)
    line = case.lines.get(case.site.spans[slot]) if slot < len(case.site.spans) else None
    return behind(line, words) if line is not None else None


def behind(line: tree.Line, words: str) -> Edit:
    """More steps at the end of a line of a join; they stand in the place of a bare ``identity``."""
    last = line.steps[-1]
    if isinstance(last, tree.Apply) and last.call.callee.id == "identity" and len(line.steps) == 1:
        return Edit(last.call.span, words)
    return after(last, words)


def _fitted(case: Case, place: Place, branch: Branch) -> Iterator[Plan]:
    """Another height and width for a branch, by what changes no channel."""
    own, other = branch.own, branch.other
    if own.rank != 3 or own.sizes[1:] == other.sizes[1:]:
        return
    concat = case.operation is not None and case.operation.name == "concat"
    if not concat and own.sizes[0] != other.sizes[0]:
        return
    size = "x".join(map(str, other.sizes[1:]))
    label = _label(case, branch)
    like = f"like={label}" if label is not None else size
    gaps = [want - have for want, have in zip(other.sizes[1:], own.sizes[1:], strict=True)]
    near = 1.5 if concat and any(lever.node.kind in _ENLARGING for lever in case.levers) else 2.2
    near += 1.0 if any(abs(gap) > max(3, size // 8) for gap, size in zip(gaps, own.sizes[1:], strict=True)) else 0
    for rank, words, step, title in _ways(other, gaps, like, near):
        edit = _at_end(case, place, branch.slot, words)
        if edit is not None:
            rank += 0.05 * branch.slot
            patches = _patches(case, branch.slot, (step,))
            idea, local = words.split("(")[0], _is_local(case)
            yield Plan(title, idea, rank, edits=(edit,), patches=patches, level=0, local=local)


def _ways(other: Shape, gaps: list[int], like: str, near: float) -> Iterator[tuple[float, str, Operation, str]]:
    size = other.sizes[1:]
    text = "x".join(map(str, size))
    if all(gap <= 0 for gap in gaps):
        yield near + 0.1, f"center_crop({like})", made("center_crop", size=size), f"crop the larger branch to {text}"
    if all(0 <= gap <= 3 for gap in gaps):
        sides = (gaps[1] // 2, gaps[1] - gaps[1] // 2, gaps[0] // 2, gaps[0] - gaps[0] // 2)
        words = f"pad([{', '.join(map(str, sides))}])"
        yield near, words, made("pad", padding=sides), f"pad the smaller branch to {text}"
    if any(gap > 0 for gap in gaps):
        yield near + 0.3, f"upsample({like})", made("upsample", size=size), f"resize the smaller branch to {text}"
    elif any(gap < -3 for gap in gaps):
        yield near + 0.5, f"adaptive_avgpool({text})", made("adaptive_avgpool", output_size=size), f"pool to {text}"


def _label(case: Case, branch: Branch) -> str | None:
    """A name of another branch that can be used in this one: the label that a ``from`` starts from."""
    for slot, span in enumerate(case.site.spans):
        if slot == branch.slot or slot >= len(case.inputs) or case.inputs[slot] != branch.other:
            continue
        line = case.lines.get(span)
        first = line.steps[0] if line is not None and len(line.steps) == 1 else None
        if isinstance(first, tree.From) and len(first.path) == 1 and first.path[0].span.text.isidentifier():
            return first.path[0].span.text
    return None
