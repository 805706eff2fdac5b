"""``nn.init`` for single weights: how they are reached, and how a run of them is said in a loop."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cnndsl.backends.torch.expressions import quote
from cnndsl.backends.torch.keys import access
from cnndsl.backends.torch.plan import reachable
from cnndsl.backends.torch.spelling import literal
from cnndsl.backends.torch.statements import Nested, Statement
from cnndsl.graph import Graph, Initializer

FACTORS = frozenset({"scale", "shift"})
"""Operations that are a parameter, not a module."""
FEW = 3
"""So many weights are said one by one."""


class Row(NamedTuple):
    """One weight: the path of its module, the operation, its name there (empty: the path is its own), its start."""

    path: str
    kind: str
    weight: str
    how: Initializer


def rows_of(graph: Graph) -> Iterator[Row]:
    """What ``init=`` says in a block, but for constants that a constructor says already."""
    for node in graph:
        for name, how in node.inits if node.module is not None else ():
            weights = node.operation.weights(*(graph.operand_shapes(node) or ())) if node.operation is not None else ()
            itself = [weight.name for weight in weights] == [""]
            if not (node.kind in FACTORS and how.name == "constant"):
                yield Row(node.module or "", node.kind, "" if itself else name, how)


def statements(owner: str, rows: Sequence[Row], places: set[str]) -> list[Statement]:
    """The rows as text; a run that only a number tells apart is a loop."""
    groups: dict[object, list[Row]] = {}
    for row in rows:
        groups.setdefault((re.sub(r"\d+", "0", row.path), *row[1:]), []).append(row)
    out: list[Statement] = []
    for group in groups.values():
        looped = _run(owner, group) if len(group) > FEW else None
        out += [looped] if looped is not None else [line for row in group for line in _single(owner, row, places)]
    return out


def _run(owner: str, rows: Sequence[Row]) -> Statement | None:
    parts = [re.split(r"(\d+)", row.path) for row in rows]
    varying = [place for place, part in enumerate(zip(*parts, strict=True)) if len(set(part)) > 1]
    numbers = [int(part[varying[0]]) for part in parts] if len(varying) == 1 else [0]
    step = numbers[-1] - numbers[-2] if len(numbers) > 1 else 0
    wanted = range(numbers[0], numbers[-1] + 1, step) if step > 0 else ()
    if numbers != list(wanted) or any('"' in row.path or "\\" in row.path for row in rows):
        return None
    path = "".join("{i}" if place == varying[0] else part for place, part in enumerate(parts[0]))
    path = f"{path}.{rows[0].weight}" if rows[0].weight else path
    bounds = [numbers[0], numbers[-1] + step, step]
    bounds = bounds[:2] if step == 1 else bounds
    head = ", ".join(map(str, bounds[1:] if bounds[0] == 0 and len(bounds) == 2 else bounds))
    target = f'{owner}.get_parameter(f"{path}")'
    return Nested(f"for i in range({head})", [f"nn.init.{spelled(rows[0].how, target)}"])


def _single(owner: str, row: Row, places: set[str]) -> list[Statement]:
    place = owner
    *path, last = row.path.split(".")
    for part in path:
        place = _part(place, part, places)
    place = _part(place, last, places) if row.weight else access(place, quote(last), parameter=True)
    return statement(place, (row.weight, row.how), set())


def _part(place: str, part: str, places: set[str]) -> str:
    return f"{place}[{part}]" if part.isdigit() and place in places else access(place, quote(part))


def statement(module: str, weight: tuple[str, Initializer], missing: set[str]) -> list[Statement]:
    """One weight of a module; under a condition where some modules have no such weight."""
    name, initializer = weight
    target = f"{module}.{name}" if name else module
    line = f"nn.init.{spelled(initializer, target)}"
    return [Nested(f"if {target} is not None", [line])] if name in missing else [line]


def spelled(initializer: Initializer, target: str) -> str:
    """``kaiming_normal_(module.weight, mode="fan_out")``."""
    arguments = dict(initializer.arguments)
    if initializer.name == "constant" and arguments["val"] in (0, 1):
        return f"{'ones_' if arguments['val'] else 'zeros_'}({target})"
    if initializer.name == "constant":
        return f"constant_({target}, {arguments['val']!r})"
    texts = [f"{key}={quote(value) if isinstance(value, str) else literal(value)}" for key, value in arguments.items()]
    return f"{initializer.name}_({', '.join([target, *texts])})"


def absent(graphs: Sequence[Graph], operation: str) -> set[str]:
    """Weights that some but not all modules of an operation have."""
    having: dict[str, int] = {}
    total = 0
    for graph in reachable(graphs):
        for node in graph:
            if node.operation is not None and node.kind == operation:
                total += 1
                for weight in node.operation.weights(*(graph.operand_shapes(node) or ())):
                    having[weight.name] = having.get(weight.name, 0) + 1
    return {name for name in ("weight", "bias") if having.get(name, 0) < total}
