"""Whether a step is made unlike its peers: one 3x3 convolution without padding where all others have it."""

from __future__ import annotations

from cnndsl.graph import Graph, Node
from cnndsl.ops.operation import Operation

_HABITS = ("kernel_size", "padding", "stride", "ceil_mode", "output_padding", "dilation")
"""What a network mostly does alike."""
_FEW = 2
"""Peers that must agree."""
_MOST = 400
"""Steps of a graph that are looked at."""


def is_odd(graph: Graph, node: Node) -> bool:
    """Whether at least two steps of the same kind agree with one another in all that ``node`` has but one number."""
    operation = node.operation
    if operation is None or "kernel_size" not in operation.signature or len(graph) > _MOST:
        return False
    kinds = [other.operation for other in graph if type(other.operation) is type(operation) and other is not node]
    peers = [other for other in kinds if other is not None]
    return any(_differs(operation, peers, field) for field in _HABITS if field in operation.signature)


def _differs(operation: Operation, peers: list[Operation], field: str) -> bool:
    """Whether the peers that agree with it in all other habits have one other number there."""
    habits = [name for name in _HABITS if name in operation.signature and name != field]
    if field == "stride" and "out_channels" in operation.signature:
        return False  # every network halves some of its maps
    alike = [peer for peer in peers if all(peer.__dict__[name] == operation.__dict__[name] for name in habits)]
    values = [peer.__dict__[field] for peer in alike]
    own = operation.__dict__[field]
    if field == "stride":
        # The stride of a pool is its window where none is written: that is a habit too.
        window = max(_sides(operation.__dict__["kernel_size"]))
        values = [window, *(window if value is None else max(_sides(value)) for value in values)] if values else values
        own = window if own is None else max(_sides(own))
    usual = max(values, key=values.count, default=None)
    return own not in values and values.count(usual) >= _FEW


def _sides(value: object) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,) if isinstance(value, int) else (0,)
