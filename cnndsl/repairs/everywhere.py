"""One habit that is wrong in many places: no padding in any convolution, no crop at any join."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Edit
from cnndsl.graph import Node, instances
from cnndsl.ops.operation import Operation
from cnndsl.repairs.branches import behind
from cnndsl.repairs.case import Case, Change, Plan
from cnndsl.repairs.numbers import spelled
from cnndsl.repairs.patches import Patch
from cnndsl.repairs.steps import made
from cnndsl.shape import Shape

_WHAT = {"padding": "keep the size in", "output_padding": "double the size exactly in", "ceil_mode": "round up in"}
_MOST = 24
"""Places that one fix may touch."""


def everywhere(case: Case) -> Iterator[Plan]:
    """Plans that make the same change in every place of a network that lacks it."""
    if case.finding.code not in ("E0401", "E0402", "E0405", "E0503"):
        return
    for field, rank in (("padding", 1.25), ("output_padding", 1.2), ("ceil_mode", 1.6)):
        yield Plan("", f"every {field}", rank, solve=lambda field=field, rank=rank: _written(case, field, rank))  # type: ignore[misc]
    if case.operation is not None and case.operation.name == "concat" and not case.site.around:
        yield Plan("", "crop all", 1.7, solve=lambda: _cropped(case))


def _written(case: Case, field: str, rank: float) -> Iterator[Plan]:
    calls: list[Change] = []
    patches: dict[int, Patch] = {}
    for graph in instances(case.rehearsal.root):
        for node in graph:
            value = _wanted(node.operation, field) if node.operation is not None else None
            if value is None or node.span.start in patches:
                continue
            changes = case.setting(node.span, node.arguments, field, spelled(value, node.arguments.get(field)))
            if changes is not None:
                calls += changes
                patches[node.span.start] = Patch(changes={field: value})
    if 2 <= len(patches) <= _MOST:
        places = "both places" if len(patches) == 2 else f"all {len(patches)} places"
        title = f"{_WHAT[field]} {places}: {_said(patches, field)}"
        yield Plan(title, f"every {field}", rank + 0.02 * len(patches), tuple(calls), patches=patches)


def _said(patches: dict[int, Patch], field: str) -> str:
    values = dict.fromkeys(spelled(patch.changes[field]) for patch in patches.values())
    return f"{field}={' or '.join(values)}"


def _wanted(operation: Operation, field: str) -> object:
    """The value that most networks have there; None where it has it, or where nothing is usual."""
    state = operation.__dict__
    if field == "ceil_mode":
        return True if state.get("ceil_mode") is False else None
    kernel, stride, now = state.get("kernel_size"), state.get("stride"), state.get(field)
    if not isinstance(kernel, tuple) or not isinstance(stride, tuple) or "out_channels" not in state:
        return None
    if len(set(kernel)) > 1 or len(set(stride)) > 1 or not isinstance(now, tuple) or any(now):
        return None
    if field == "padding" and operation.name in ("conv", "conv1d", "conv3d"):
        half: int = state["dilation"][0] * (kernel[0] - 1) // 2
        return half if kernel[0] % 2 and half else None
    if field == "output_padding" and operation.name.startswith("conv_transpose"):
        lacking: int = stride[0] - kernel[0] + 2 * state["padding"][0]
        return lacking if 0 < lacking < stride[0] else None
    return None


def _cropped(case: Case) -> Iterator[Plan]:
    """The larger branch of every concatenation cut to the smaller one, as in the first U-Net."""
    patches: dict[int, Patch] = {}
    edits: list[Edit] = []
    pending: list[tuple[Node, tuple[Shape, ...]]] = []
    shapes = tuple(shape for shape in case.inputs if shape is not None)
    if case.node is not None and len(shapes) == len(case.inputs):
        pending.append((case.node, shapes))
    while pending and len(patches) < _MOST:
        node, given = pending.pop()
        found = _crop(case, node, given)
        if found is None or node.span.start in patches:
            return
        patches[node.span.start], edit = found
        edits.append(edit)
        misses = case.rehearsal.misses(patches)
        pending = [(miss.node, miss.inputs) for miss in misses if miss.code == "E0401" and miss.node.kind == "concat"][
            :1
        ]
    if len(patches) > 1:
        title = f"crop the larger branch of {len(patches)} joins to the smaller"
        yield Plan(title, "crop all", 1.7, edits=tuple(edits), patches=patches)


def _crop(case: Case, node: Node, given: tuple[Shape, ...]) -> tuple[Patch, Edit] | None:
    place = case.places.find(node.span)
    if place is None or any(shape.rank != 3 for shape in given):
        return None
    size = (min(shape.sizes[1] for shape in given), min(shape.sizes[2] for shape in given))
    larger = [slot for slot, shape in enumerate(given) if shape.sizes[1:] != size]
    if len(larger) != 1:
        return None
    branches = getattr(place.step, "branches", None)
    if branches is None or len(branches.lines) != len(given):
        return None
    edit = behind(branches.lines[larger[0]], f"center_crop({size[0]}x{size[1]})")
    return Patch(slots={larger[0]: (made("center_crop", size=size),)}), edit
