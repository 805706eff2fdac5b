"""A network laid out for comparison: its layers in the order of the text, and the levels of their weights' paths.

Levels go by the keys of weights, not by how the text came to them: a loop, a ``let`` or a block with the same keys
makes no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from cnndsl.graph import Graph, Initializer, Instance, Node, Step, steps
from cnndsl.ops.initializers import INITIALIZERS
from cnndsl.ops.operation import Operation, Weight
from cnndsl.passes.costs import Table, count
from cnndsl.passes.notation import kind_of
from cnndsl.shape import Shape
from cnndsl.trace import Value

CHECKED = frozenset({"in_channels", "in_features", "num_features", "num_channels"})
"""Arguments that are only compared with the input."""
_SIZES = frozenset(
    {"Pair", "Margin", "Single", "SingleMargin", "Triple", "TripleMargin"}
    | {"Window", "WindowMargin", "Padding", "SinglePadding", "TriplePadding", "Factor", "Sides"}
)
"""Kinds of arguments of which one number stands for all axes."""
Starts = dict[tuple[str, str], Initializer]
"""How the weights of an operation begin, by the operation and the weight."""


class Layer:
    """An input or operation with its blocks opened.

    ``name`` is its dotted name, ``key`` the path of its module, ``label`` the last part of that where an author chose
    it. ``operands`` are places of layers, ``weights`` go by their keys. ``params`` and ``macs`` as in the summary.
    """

    __slots__ = (
        *("arguments", "content", "family", "index", "inference", "key", "kind", "label", "level", "loose", "macs"),
        *("name", "operands", "params", "path", "shape", "starts", "step", "weights"),
    )

    def __init__(self, index: int, step: Step, context: _Context, counts: Table) -> None:
        node = step.node
        row = counts[step.graph][node.name]
        self.index = index
        self.step = step
        self.name = step.name
        self.kind = node.kind
        self.family = kind_of(node)
        self.key = context.prefix + node.module if node.module is not None else None
        self.path = tuple((context.prefix + (node.module or node.name)).split("."))
        self.label = _label(node) if node.operation is not None else None
        self.level = context.group.inside(_parents(node))
        self.arguments = canonical(node.operation) if node.operation is not None else ()
        self.shape = step.graph.shapes.get(Value(node.name))
        self.inference = context.inference and row.inference
        self.params = row.params if context.owner else 0
        self.macs = row.costs.macs if self.inference else 0
        self.operands: tuple[int, ...] = ()
        owned = _weights(step)
        self.weights = {_join(self.key or "", weight.name): weight for weight in owned}
        self.starts = context.starts_of(node, owned)
        self.loose: object = (self.kind, self.arguments, self.starts, self.inference)
        self.content: object = (self.loose, tuple(weight.sizes for weight in owned))

    @property
    def memory(self) -> int:
        """Bytes of the result in float32, at batch 1."""
        return 4 * self.shape.elements if self.shape is not None else 0


class Group:
    """A level of the path of weights: a label, an applied block. ``block`` is the name of what is applied."""

    __slots__ = ("block", "children", "content", "kinds", "label", "named", "path")

    def __init__(self, path: tuple[str, ...], label: str | None, block: str | None = None) -> None:
        self.path = path
        self.label = label
        self.block = block
        self.children: list[Group | Layer] = []
        self.named: dict[str, Group] = {}
        self.content: object = None
        self.kinds: dict[str, int] = {}

    def inside(self, parts: list[str]) -> Group:
        """The group that labels lead to, made where it is not there yet."""
        group = self
        for part in parts:
            inner = group.named.get(part)
            if inner is None:
                inner = Group((*group.path, part), None if part.isdecimal() else part)
                group.named[part] = inner
                group.children.append(inner)
            group = inner
        return group

    def layers(self) -> Iterator[Layer]:
        """All layers in it, level by level."""
        for child in self.children:
            if isinstance(child, Layer):
                yield child
            else:
                yield from child.layers()


class Result(NamedTuple):
    """What an output gives: the place of its layer, -1 where that is unknown."""

    layer: int
    shape: Shape | None
    training: bool


class Layers:
    """A network: ``flat`` in the order of the text, ``root`` as levels, ``by_name`` to find a layer."""

    def __init__(self, graph: Graph) -> None:
        counts = count(graph)
        self.graph = graph
        self.root = Group((), None)
        self.flat: list[Layer] = []
        self.by_name: dict[str, int] = {}
        contexts = {"": _Context("", self.root, _said(graph, {}), True, True)}
        for step in steps(graph):
            layer = Layer(len(self.flat), step, _context(step.path, contexts, counts), counts)
            layer.operands = tuple(self.by_name[name] for name in step.operands)
            layer.level.children.append(layer)
            self.by_name[step.name] = layer.index
            self.flat.append(layer)
        self.outputs = {
            output.name: Result(
                self.by_name.get(_giver(graph, output.value), -1), graph.shapes.get(output.value), output.training
            )
            for output in graph.outputs
        }

    @property
    def weights(self) -> dict[str, Weight]:
        """The tensors of the ``state_dict`` by their keys."""
        return {key: weight for layer in self.flat for key, weight in layer.weights.items()}


class _Context:
    """What holds for the layers of one applied block."""

    __slots__ = ("group", "inference", "owner", "prefix", "starts")

    def __init__(self, prefix: str, group: Group, starts: Starts, inference: bool, owner: bool) -> None:
        self.prefix = prefix
        self.group = group
        self.starts = starts
        self.inference = inference
        self.owner = owner

    def inside(self, instance: Instance, counts: Table) -> _Context:
        """That of a block that is applied in this one."""
        node, row = instance.node, counts[instance.outer][instance.node.name]
        group, prefix = self.group.inside(_parents(node)), self.prefix
        if node.module is not None:
            prefix = f"{prefix}{node.module}."
            group.children.append(Group((*group.path, node.module.rpartition(".")[2]), _label(node), node.kind))
            group = group.children[-1]  # type: ignore[assignment]
        starts = _said(node.graph, self.starts) if node.graph is not None else self.starts
        owner = self.owner and bool(row.params or row.buffers)
        return _Context(prefix, group, starts, self.inference and row.inference, owner)

    def starts_of(self, node: Node, weights: tuple[Weight, ...]) -> tuple[tuple[str, str], ...]:
        """How each weight of a layer begins, as the language writes it, where anything is said; ``init=`` wins."""
        own = dict(node.inits)
        found = []
        for weight in weights:
            name = weight.name or "weight"
            how = own.get(name) or self.starts.get((node.kind, name))
            if how is not None:
                found.append((name, initial(how)))
        return tuple(found)


def _context(path: tuple[Instance, ...], contexts: dict[str, _Context], counts: Table) -> _Context:
    name = path[-1].name if path else ""
    if name not in contexts:
        contexts[name] = _context(path[:-1], contexts, counts).inside(path[-1], counts)
    return contexts[name]


def _said(graph: Graph, around: Starts) -> Starts:
    """The nearest ``init`` statement wins."""
    if not graph.inits:
        return around
    own = {(kind, weight): how for kind, weights in graph.inits for weight, how in weights}
    return {**around, **own}


def _giver(graph: Graph, value: Value | None) -> str:
    """The dotted name of the step that gives a value, through blocks."""
    around: list[tuple[Graph, str, Node]] = []
    prefix = ""
    while value is not None:
        node = graph[value.node]
        if node.graph is not None:
            around.append((graph, prefix, node))
            prefix, graph, value = f"{prefix}{node.name}.", node.graph, node.graph.result(value.output)
        elif node.operation is None and around:
            slot = graph.inputs.index(node.name)
            graph, prefix, node = around.pop()
            value = node.operands[slot]
        else:
            return prefix + node.name
    return ""


def _parents(node: Node) -> list[str]:
    return (node.module or node.name).split(".")[:-1]


def _label(node: Node) -> str | None:
    """The last part of a path where it is not a number or the name of what is applied."""
    last = node.module.rpartition(".")[2] if node.module is not None else ""
    return None if not last or last.isdecimal() or re.sub(r"_\d+$", "", last) == node.kind else last


def _weights(step: Step) -> tuple[Weight, ...]:
    shapes = step.graph.operand_shapes(step.node)
    return step.node.operation.weights(*shapes) if step.node.operation is not None and shapes is not None else ()


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name


def canonical(operation: Operation) -> tuple[tuple[str, Any], ...]:
    """The arguments without those that are only checked; one number where a size is the same along all axes."""
    found = []
    for name, parameter in operation.signature.items():
        value = getattr(operation, name)
        if name == "stride" and value is None:
            value = getattr(operation, "kernel_size", None)
        if parameter.kind.removesuffix(" | None") in _SIZES and isinstance(value, tuple) and len(set(value)) == 1:
            value = value[0]
        if name not in CHECKED:
            found.append((name, value))
    return tuple(found)


def initial(how: Initializer) -> str:
    """``kaiming_normal(mode="fan_out")``, without what is as by default; a constant is a number."""
    arguments = dict(how.arguments)
    if how.name in ("zeros", "ones", "constant"):
        return f"{arguments.get('val', 1 if how.name == 'ones' else 0):g}"
    defaults = INITIALIZERS[how.name]
    arguments = {name: value for name, value in arguments.items() if value != defaults[name]}
    texts = [f'{name}="{value}"' if isinstance(value, str) else f"{name}={value}" for name, value in arguments.items()]
    return f"{how.name}({', '.join(texts)})" if texts else how.name


def shape_text(shape: Shape | None) -> str:
    """A shape as it is shown; one that is unknown is ``?``."""
    return str(shape) if shape is not None else "?"
