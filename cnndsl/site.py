"""Where a fault of shapes was met: the step that does not fit, and the calls on the way to it."""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.graph import Graph
from cnndsl.ops.operation import Operation
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Argument, Value


class Around(NamedTuple):
    """A call of a block around a site: the graph that it stands in, and the operands that it hands in.

    ``node`` is its name in that graph; None where nobody has looked for it.
    """

    graph: Graph
    operands: tuple[Value | None, ...]
    span: Span
    node: str | None = None


class Site(NamedTuple):
    """A step that does not fit.

    ``graph`` is the instance that it stands in, as far as it was elaborated; ``operands`` are values of that graph;
    ``spans`` say where they come from, for a join its branches. ``field`` is the argument at fault, None: an operand.
    ``promised`` are the sizes that an output declares (None: any). ``around`` are the calls on the way, innermost
    first: operand ``i`` of one is input ``i`` of the graph inside.
    """

    graph: Graph
    operands: tuple[Value | None, ...]
    span: Span
    call: tree.Call | None = None
    operation: type[Operation] | None = None
    arguments: dict[str, Argument] | None = None
    field: str | None = None
    spans: tuple[Span, ...] = ()
    promised: tuple[int | None, ...] | None = None
    around: tuple[Around, ...] = ()
