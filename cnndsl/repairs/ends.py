"""Steps at the end of a chain, for a result of another shape than the one that is promised."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Edit
from cnndsl.ops.operation import Operation
from cnndsl.repairs.case import Case, Plan
from cnndsl.repairs.edits import before
from cnndsl.repairs.patches import Patch
from cnndsl.repairs.places import Place
from cnndsl.repairs.steps import made
from cnndsl.shape import Shape
from cnndsl.syntax import tree


def ends(case: Case) -> Iterator[Plan]:
    """Plans for a promise that is not kept."""
    promised, shapes = case.site.promised, case.inputs
    x = shapes[0] if shapes else None
    if case.finding.code != "E0503" or promised is None or x is None:
        return
    yield from _flattened_before(case)
    yield from _averaged_before(case, promised)
    for rank, words, steps, title in _ways(x, promised):
        edit = _at_output(case, words)
        if edit is not None:
            value = case.site.operands[0]
            node = case.site.graph.nodes.get(value.node) if value is not None else None
            patches = {node.span.start: Patch(after=steps)} if node is not None and node.operation else {}
            yield Plan(title, words, rank, edits=(edit,), patches=patches)


def _ways(x: Shape, promised: tuple[int | None, ...]) -> Iterator[tuple[float, str, tuple[Operation, ...], str]]:
    if len(promised) == 1 and x.rank in (2, 3):
        both = (made("global_avgpool"), made("flatten"))
        if set(x.sizes[1:]) != {1}:
            yield 0.6, "global_avgpool -> flatten", both, "average over positions at the end"
        yield 0.7, "flatten", both[1:], "flatten at the end"
    if len(promised) == x.rank == 3 and None not in promised and promised[1:] != x.sizes[1:]:
        size = tuple(want or 1 for want in promised[1:])
        text = "x".join(map(str, size))
        if all(want <= have for want, have in zip(size, x.sizes[1:], strict=True)):
            yield 2.5, f"center_crop({text})", (made("center_crop", size=size),), f"crop the result to {text}"
        if any(want > have for want, have in zip(size, x.sizes[1:], strict=True)):
            yield 2.4, f"upsample({text})", (made("upsample", size=size),), f"resize the result to {text}"


def _flattened_before(case: Case) -> Iterator[Plan]:
    """Flatten before the first of the linear layers that keep the other axes to the end."""
    for lever in reversed(case.levers):
        operation, place = lever.node.operation, case.places.find(lever.node.span)
        if operation is None or operation.name != "linear" or place is None or place.call is None:
            continue
        shape = lever.graph.shapes.get(lever.node.operands[0])
        if shape is None or shape.rank < 2:
            continue
        patches = {lever.node.span.start: Patch(before=(made("flatten"),))}
        edit = before(place.step, place.line, "flatten")
        title = f"flatten before {place.label or 'the first linear'}, to {shape.elements:,} features"
        yield Plan(title, "flatten", 0.2, edits=(edit,), patches=patches)
        return


def _averaged_before(case: Case, promised: tuple[int | None, ...]) -> Iterator[Plan]:
    """One value a channel, where the channels of the map that is flattened are as many as are promised."""
    for lever in case.levers:
        operation, place = lever.node.operation, case.places.find(lever.node.span)
        shape = lever.graph.shapes.get(lever.node.operands[0]) if lever.node.operands else None
        if operation is None or operation.name != "flatten" or place is None or shape is None or shape.rank < 2:
            continue
        if len(promised) == 1 and promised[0] == shape.sizes[0]:
            patches = {lever.node.span.start: Patch(before=(made("global_avgpool"),))}
            edit = before(place.step, place.line, "global_avgpool")
            yield Plan("average over positions before the flatten", "average", 0.2, edits=(edit,), patches=patches)
        return


def _at_output(case: Case, words: str) -> Edit | None:
    """Where the flow of an output ends."""
    for place in _outputs(case):
        step = place.step
        if isinstance(step, tree.Output) and step.shape is not None and step.shape.span == case.site.span:
            if step.chain is not None:
                return None
            return before(step, place.line, words)
    return None


def _outputs(case: Case) -> Iterator[Place]:
    definition = case.site.graph.definition
    for line in definition.body.lines if definition.body is not None else ():
        for step in line.steps:
            found = case.places.find(step.span)
            if isinstance(step, tree.Output) and found is not None:
                yield found
