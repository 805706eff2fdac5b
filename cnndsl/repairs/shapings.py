"""Other sizes for ``reshape`` and ``unflatten``, other axes, other parts of the channels."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from cnndsl.blame.maps import square
from cnndsl.diagnostics.diagnostic import Edit
from cnndsl.repairs.case import Case, Plan
from cnndsl.repairs.patches import Patch
from cnndsl.shape import Shape
from cnndsl.syntax import tree


def shapings(case: Case) -> Iterator[Plan]:
    """Plans for a step that moves values and does not fit them."""
    node, shapes = case.node, case.inputs
    if node is None or node.operation is None or not shapes or shapes[0] is None or case.place is None:
        return
    state = node.operation.__dict__
    if case.finding.code == "E0409":
        yield from _sizes(case, tuple(state.get("sizes", ())), shapes[0])
    if case.finding.code in ("E0410", "E0403") or node.operation.name in ("split", "select", "softmax", "log_softmax"):
        for field, values in _axes(node.operation.name, state, shapes[0]).items():
            for nth, value in enumerate(values):
                yield from _set(case, field, value, 0.5 + 0.1 * nth)


def _sizes(case: Case, sizes: tuple[int, ...], x: Shape) -> Iterator[Plan]:
    """-1 for the size that is wrong: first those that leave the rest a divisor."""
    call = case.place.call if case.place is not None else None
    if call is None or not call.arguments:
        return
    elements = x.elements
    items = _items(call)
    meant = square(sizes, x)
    if meant is not None and len(items) == len(meant):
        edits = tuple(Edit(item.span, str(size)) for item, size in zip(items[1:], meant[1:], strict=True))
        patches = {case.site.span.start: Patch(changes={"sizes": meant})}
        yield Plan(f"reshape to {Shape.of(*meant)}", "map", 0.2, edits=edits, patches=patches)
    for at, size in enumerate(sizes):
        rest = prod(other for place, other in enumerate(sizes) if place != at and other > 0)
        if -1 in sizes and size == -1:
            continue
        others = tuple(max(one, 1) if one == -1 else one for one in sizes)
        if rest < 1 or elements % rest or -1 in (*sizes[:at], *sizes[at + 1 :]):
            continue
        left = elements // rest
        text = str(left) if len(sizes) > 1 else "-1"
        value = (*others[:at], left if text != "-1" else -1, *others[at + 1 :])
        if at < len(items):
            patches = {case.site.span.start: Patch(changes={"sizes": value})}
            title = f"reshape to {Shape.of(*(*others[:at], left, *others[at + 1 :]))}"
            yield Plan(title, "sizes", 0.4 + 0.1 * at, edits=(Edit(items[at].span, text),), patches=patches)


def _items(call: tree.Call) -> tuple[tree.Expression, ...]:
    """The sizes as they are written, with or without brackets."""
    lists = [argument.value for argument in call.arguments if isinstance(argument.value, tree.List)]
    if lists:
        return tuple(lists[0].items)
    return tuple(argument.value for argument in call.arguments if argument.name is None)


def _axes(name: str, state: dict[str, object], x: Shape) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    channels = x.size("C") or 0
    if name in ("softmax", "log_softmax", "mean", "sum", "unflatten"):
        found["dim"] = ["C", 1, -1]
    if name == "select" and channels:
        start = state.get("start")
        found["stop"] = [channels, None] if state.get("stop") is not None else []
        if isinstance(start, int):
            found["start"] = [max(0, channels - 1), 0]
    if name == "split" and channels:
        parts = state.get("parts")
        count = parts if isinstance(parts, int) else len(parts) if isinstance(parts, tuple) else 0
        if isinstance(parts, int):
            near = [one for one in range(1, min(channels, 256) + 1) if channels % one == 0]
            found["parts"] = [*sorted(near, key=lambda one: (abs(one - parts), -one))[:3]]
        elif isinstance(parts, tuple):
            last = channels - sum(parts[:-1])
            found["parts"] = [(*parts[:-1], last)] if last > 0 else []
            if count and channels % count == 0:
                found["parts"].append(count)
        index = state.get("index")
        if isinstance(index, int) and index >= count > 0:
            found["index"] = [count - 1, 0]
    if name == "flatten":
        found["start_dim"], found["end_dim"] = [1], [-1]
    if name == "permute":
        dims = state.get("dims")
        if isinstance(dims, tuple):
            found["dims"] = [(2, 3, 1), (3, 1, 2)] if x.rank == 3 else [(2, 1)] if x.rank == 2 else []
    return found


def _set(case: Case, field: str, value: object, rank: float) -> Iterator[Plan]:
    given = case.site.arguments or {}
    if value is None:
        changes = case.setting(case.site.span, given, field, None)
        title = f"leave {field} out"
        text = ""
    else:
        text = _text(value)
        changes = case.setting(case.site.span, given, field, text, case.calls)
        title = f"change to {field}={text}"
    if changes is not None and case.is_direct(given, field):
        patches = {case.site.span.start: Patch(changes={field: value})}
        yield Plan(title + (case.of(case.node) if case.node else ""), f"{field}", rank, changes, patches=patches)


def _text(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return str(value)
