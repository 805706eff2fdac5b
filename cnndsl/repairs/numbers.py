"""Other numbers for the steps around a fault, those with which sizes agree: strides, paddings, kernels, channels."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from cnndsl.blame.peers import is_odd
from cnndsl.ops.operation import Operation
from cnndsl.repairs.case import Case, Changes, Plan
from cnndsl.repairs.extents import enlargements, is_beside
from cnndsl.repairs.levers import Lever
from cnndsl.repairs.patches import Patch
from cnndsl.shape import Shape
from cnndsl.trace import Argument, Binding, Value

_CHANNELS = {
    "conv": "out_channels",
    "conv1d": "out_channels",
    "conv3d": "out_channels",
    "conv_transpose": "out_channels",
    "conv_transpose1d": "out_channels",
    "conv_transpose3d": "out_channels",
    "linear": "out_features",
    "rbf": "units",
}
"""The field that sets C."""
_ODD = 1.0
"""How much sooner a step is changed that is made unlike its peers."""
_EFFORT = {
    "output_padding": 0.0,
    "num_groups": 0.0,
    "padding": 0.1,
    "size": 0.1,
    "groups": 0.3,
    "out_features": 0.2,
    "out_channels": 0.3,
    "units": 0.3,
    "ceil_mode": 0.3,
    "upscale_factor": 0.4,
    "downscale_factor": 0.4,
    "stride": 0.5,
    "scale_factor": 0.6,
    "kernel_size": 0.7,
    "output_size": 0.8,
    "dilation": 1.6,
}
"""How far-fetched it is to change a field, where it mends a fault: few know what output padding is for."""
_GROWTH = 16
"""Nobody mistakes a number of channels for one so many times as large."""
_FIRST = 1.0
"""The rank of the best of them."""


def numbers(case: Case) -> Iterator[Plan]:
    """Plans that change one number of a step before the fault, or of the step at fault."""
    targets = _targets(case)
    node = case.node
    if node is not None and node.operation is not None:
        own = Lever(node, case.site.graph, -1, 0, case.calls)
        yield from _of_node(case, own, targets, case.site.arguments or node.arguments)
    for lever in case.levers:
        if lever.node.operation is not None and lever.node is not node:
            yield from _of_node(case, lever, targets, lever.node.arguments)


def _targets(case: Case) -> tuple[int, ...]:
    """Numbers of channels or features that would agree with something."""
    site = case.site
    found: list[int] = []
    for shape in case.inputs:
        if shape is not None and shape.rank and "C" in shape.axes:
            found.append(shape.sizes[shape.axes.index("C")])
    operation = case.operation
    if operation is not None and site.field is not None:
        written = getattr(operation, site.field, None)
        if isinstance(written, int) and not isinstance(written, bool):
            found.append(written)
    for name, power in (("groups", 1), ("num_groups", 1), ("parts", 1), ("upscale_factor", 2)):
        count = getattr(operation, name, 1)
        if isinstance(count, int) and count > 1:
            count **= power
            found += [_nearest(number, count) for number in (*found, getattr(operation, "out_channels", count))]
    found += [size for size in site.promised or () if size is not None]
    sizes = getattr(operation, "sizes", ())
    x = case.inputs[0] if case.inputs else None
    if case.finding.code == "E0409" and x is not None and isinstance(sizes, tuple) and -1 not in sizes:
        rest = x.elements // x.sizes[0]
        found += [prod(sizes) // rest] if prod(sizes) % rest == 0 else []
    return tuple(dict.fromkeys(found))


def _nearest(number: int, factor: int) -> int:
    return max(factor, round(number / factor) * factor)


def _of_node(case: Case, lever: Lever, targets: tuple[int, ...], given: dict[str, Argument]) -> Iterator[Plan]:
    node = lever.node
    if node.operation is None:
        return
    x = lever.graph.shapes.get(node.operands[0]) if node.operands else None
    odd = _ODD if is_odd(lever.graph, node) else 0
    ways = _values(case.finding.code, node.operation, x, targets)
    for field, values in enlargements(case, node.operation, x).items():
        now = node.operation.__dict__[field]
        ways[field] = [value for value in dict.fromkeys([*values, *ways.get(field, ())]) if not _same(value, now)]
    for field, values in ways.items():
        argument = given.get(field)
        direct = case.is_direct(given, field)
        for nth, value in enumerate(values):
            patch = Patch(changes={field: value})
            rank = _FIRST + _EFFORT.get(field, 1.0) + 0.12 * (lever.distance + 1) + (0 if direct else 0.2)
            rank += 0.25 * nth - _apt(case.finding.code, node.operation, field, value, x) - odd
            for text in _spellings(lever, field, value, argument):
                changes = case.setting(node.span, given, field, text, lever.calls)
                if changes is None:
                    continue
                title = _title(changes, text)
                idea = f"{node.span.start} {field}"
                named = text not in (str(value), spelled(value, argument))
                local = not direct or named
                patches = {node.span.start: patch._replace(only=lever.graph if local else None)}
                less = 0.3 if named else 0
                yield Plan(title, idea, rank - less, changes, patches=patches, level=lever.level, local=local)


def _spellings(lever: Lever, field: str, value: object, argument: Argument | None) -> list[str]:
    """A number as it may be written: by a name that stands for it in the block, which has other numbers elsewhere."""
    graph = lever.graph
    if graph.definition.keyword != "block":
        return [spelled(value, argument)]
    before = argument.expression.span.text if argument is not None and argument.expression is not None else ""
    names = [name for name, binding in graph.scope.names.items() if _stands_for(name, binding, field, value)]
    entry = graph.shapes.get(Value("in"))
    if field in _CHANNELS.values() and entry is not None and entry.size("C") == value:
        names.append("in.channels")
    return [*(name for name in names if name != before), spelled(value, argument)]


def _stands_for(name: str, binding: Binding, field: str, value: object) -> bool:
    """Whether a name may be meant: of channels any that has the number, of the rest one that is called so."""
    if binding.kind not in ("parameter", "let") or type(binding.value) is not int:
        return False
    return binding.value == value and (field in _CHANNELS.values() or name == field)


def _apt(code: str, operation: Operation, field: str, value: object, x: Shape | None) -> float:
    """How much speaks for a number: a depthwise convolution has as many channels as groups."""
    groups = operation.__dict__.get("groups", 1)
    if field == "out_channels" and isinstance(value, int) and groups > 1 and value % groups == 0:
        return 0.4 if x is not None and groups == x.sizes[0] else 0.1
    if field == "padding":
        return _border(code, operation, value) - (0.8 if is_beside(operation, value, x) else 0)
    if code == "E0401" and value == 1 and field == "out_channels":
        return -1.5  # what others would be thrown away
    if field == _CHANNELS.get(operation.name) and isinstance(value, int) and value < operation.__dict__[field]:
        return -0.1
    if field == "scale_factor":
        return 0.3
    return 0.0


def _border(code: str, operation: Operation, value: object) -> float:
    """How much speaks for a padding: that it keeps the size. Of a pool that no window reaches it says little."""
    if operation.name in ("maxpool", "avgpool"):
        return {"E0402": -0.8, "E0406": 0.0}.get(code, -0.4)
    half = _half(operation)
    if code == "E0402" and max(_tuple(operation.__dict__["kernel_size"])) % 2 == 0:
        return -0.6  # no border keeps the size of a map under an even window
    if value != half:
        return -0.4
    return 0.4 if max(_tuple(operation.__dict__.get("dilation", 1))) > 1 else 0.0


def _half(operation: Operation) -> object:
    """The padding with which a stride of 1 keeps the size."""
    state = operation.__dict__
    kernel, dilation = _tuple(state["kernel_size"]), _tuple(state.get("dilation", 1))
    half = tuple(d * (k - 1) // 2 for k, d in zip(kernel, dilation * len(kernel), strict=False))
    return half[0] if len(set(half)) == 1 else half


def _title(changes: Changes, text: str) -> str:
    """What is written where: of an argument without a name, what was there before."""
    place, ((target, _),) = changes[0]
    where = f" in {place.label}" if place.label else ""
    if isinstance(target, str):
        return f"write {target}={text}{where}"
    if target.name is not None:
        return f"write {target.name.id}={text}{where}"
    return f"change {target.value.span.text} to {text}{where}"


def _values(code: str, operation: Operation, x: Shape | None, targets: tuple[int, ...]) -> dict[str, list[object]]:
    """Other values of each field that are worth a try, the likely ones first."""
    found: dict[str, list[object]] = {}
    state = operation.__dict__
    for field in operation.signature:
        now = state[field]
        values: list[object] = []
        if field == _CHANNELS.get(operation.name):
            values = [value for value in targets if value <= _GROWTH * max(_tuple(now))]
        elif field == "padding" and now != "same":
            values = _paddings(operation, now)
        elif field == "output_padding":
            values = _margins(now, max(_tuple(state["stride"])))
        elif field == "stride":
            values = [value for value in _strides(now, state) if value != now]
        elif field == "kernel_size":
            values = _kernels(now, x, operation.__dict__["padding"] if code == "E0406" else None)
        elif field == "ceil_mode":
            values = [not now]
        elif field == "dilation":
            values = [1]
        elif field in ("groups", "num_groups", "parts"):
            values = _divisors(operation, field, x)
        elif field in ("upscale_factor", "downscale_factor"):
            values = [2, 4, 3]
        elif field == "scale_factor" and now is not None:
            values = [2, 4, 8, 3, 16]
        elif field == "output_size":
            values = [2, 1, 7]
        values = [value for value in dict.fromkeys(values) if not _same(value, now)]
        if values:
            found[field] = values
    return found


def _same(value: object, now: object) -> bool:
    return value == now or (isinstance(now, tuple) and not isinstance(value, tuple) and set(now) == {value})


def _tuple(value: object) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,) if isinstance(value, int) else (1,)


def _paddings(operation: Operation, now: object) -> list[object]:
    """Half of the window first: with it a stride of 1 keeps the size."""
    kernel = _tuple(operation.__dict__["kernel_size"])
    pools = operation.name in ("maxpool", "avgpool")
    values: list[object] = [] if pools else [_half(operation)]
    most = min(kernel) // 2 if pools else max(kernel)
    smallest = _tuple(now)[0]
    nearest: list[int] = sorted(range(min(most, 6) + 1), key=lambda one: abs(one - smallest))
    return [*values, *nearest]


def _margins(now: object, below: int) -> list[object]:
    return list(range(min(below, 4)))


def _strides(now: object, state: dict[str, object]) -> list[object]:
    step = _tuple(now if now is not None else state["kernel_size"])[0]
    return [1, 2, step + 1, step - 1] if step > 1 else [2, 3, 4]


def _kernels(now: object, x: Shape | None, padding: object) -> list[object]:
    """What ``padding`` needs, or a neighbour that is odd, what the input allows, then the rest."""
    if padding is not None:
        return [2 * max(_tuple(padding)), 2 * max(_tuple(padding)) + 1]
    size = _tuple(now)[0]
    odd = [size - 2, size + 2] if size % 2 else [size + 1, size - 1]
    values: list[object] = [*odd]
    if x is not None and x.rank > 1:
        least = min(x.sizes[1:])
        if least < size:
            whole = now if isinstance(now, tuple) else (now,) * (x.rank - 1)
            fitting = tuple(min(int(one), most) for one, most in zip(whole, x.sizes[1:], strict=False))
            values = [fitting, least - (least + 1) % 2, *values]
        values += [least, max(x.sizes[1:]), x.sizes[1:]]
    values += [size - 1, size + 1] if size % 2 else [size - 2, size + 2]
    return [value for value in values if min(_tuple(value)) > 0]


def _divisors(operation: Operation, field: str, x: Shape | None) -> list[object]:
    if x is None or not x.sizes:
        return []
    now = operation.__dict__[field]
    channels = x.sizes[0]
    out = operation.__dict__.get("out_channels", channels)
    if not isinstance(now, int):
        return []
    fitting = [one for one in range(1, min(channels, 4096) + 1) if channels % one == 0 and out % one == 0]
    power = now & (now - 1) == 0
    return [*sorted(fitting, key=lambda one: (power and one & (one - 1) != 0, abs(one - now), -one))[:4]]


def spelled(value: object, argument: Argument | None = None) -> str:
    """A value as the language writes it, in the form of what stands there."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "x".join(map(str, value)) if all(value) else f"[{', '.join(map(str, value))}]"
    written = argument.expression if argument is not None else None
    before = argument.value if argument is not None else None
    if isinstance(before, tuple) and type(written).__name__ == "Size":
        return "x".join([str(value)] * len(before))
    if isinstance(value, int) and value >= 10_000 and written is not None and "_" in written.span.text:
        return f"{value:_}"
    return str(value)
