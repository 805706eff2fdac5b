"""A second meaning for graphs: each operation by the PyTorch function that defines it, nothing in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from cnndsl.graph import Graph
from cnndsl.ops.operation import Operation
from cnndsl.trace import Value

Weights = Mapping[str, Tensor]
Results = dict[str, Tensor]


@pytest.fixture(scope="session")
def evaluate() -> Callable[..., Results]:
    """``evaluate(graph, weights, inputs, training)``: the outputs by name; dropout does nothing."""

    def run(graph: Graph, weights: Weights, inputs: Sequence[Tensor], training: bool) -> Results:
        return _graph(graph, weights, inputs, "", training)[1]

    return run


def _graph(
    graph: Graph, weights: Weights, inputs: Sequence[Tensor], prefix: str, training: bool
) -> tuple[Tensor, Results]:
    values: dict[Value, Tensor] = {}
    given = iter(inputs)
    for node in graph:
        operands = [values[value] for value in node.operands]
        path = prefix if node.module is None else f"{prefix}{node.module}"
        if node.graph is not None:
            inner = f"{path}." if node.module is not None else prefix
            values[Value(node.name)], outputs = _graph(node.graph, weights, operands, inner, training)
            values.update((Value(node.name, name), output) for name, output in outputs.items())
        elif node.operation is not None:
            values[Value(node.name)] = _apply(node.operation, operands, path, weights, training)
        else:
            values[Value(node.name)] = next(given)
    assert graph.trace is not None
    assert graph.trace.after is not None
    return values[graph.trace.after], {output.name: values[output.value] for output in graph.outputs}


def _apply(operation: Operation, operands: list[Tensor], path: str, weights: Weights, training: bool) -> Tensor:
    if operation.name in _JOINS:
        return _join(operation.name, vars(operation).get("value"), operands)
    (x,) = operands
    return _RULES[operation.name](_Call(vars(operation), path, weights, training), x)


class _Call:
    """The arguments of an operation and its weights."""

    def __init__(self, arguments: dict[str, Any], path: str, weights: Weights, training: bool) -> None:
        self.arguments = arguments
        self.path = path
        self.weights = weights
        self.training = training

    def __getattr__(self, name: str) -> Any:
        return self.arguments[name]

    def weight(self, name: str) -> Tensor | None:
        """One of its tensors, None where it has none of this name."""
        return self.weights.get(f"{self.path}.{name}")


def _norm(call: _Call, x: Tensor) -> Tensor:
    mean, variance = (None, None) if call.training else (call.weight("running_mean"), call.weight("running_var"))
    return F.batch_norm(x, mean, variance, call.weight("weight"), call.weight("bias"), call.training, 0.1, call.eps)


def _conv(call: _Call, x: Tensor) -> Tensor:
    kernel = call.weight("weight")
    assert kernel is not None
    return F.conv2d(x, kernel, call.weight("bias"), call.stride, call.padding, call.dilation, call.groups)


_RULES: dict[str, Callable[[_Call, Tensor], Tensor]] = {
    "conv": _conv,
    "bn": _norm,
    "relu": lambda call, x: F.relu(x),
    "leaky_relu": lambda call, x: F.leaky_relu(x, call.negative_slope),
    "elu": lambda call, x: F.elu(x, call.alpha),
    "hard_swish": lambda call, x: F.hardswish(x),
    "silu": lambda call, x: F.silu(x),
    "sigmoid": lambda call, x: torch.sigmoid(x),
    "tanh": lambda call, x: torch.tanh(x),
    "maxpool": lambda call, x: F.max_pool2d(x, call.kernel_size, call.stride, call.padding),
    "avgpool": lambda call, x: F.avg_pool2d(x, call.kernel_size, call.stride, call.padding),
    "global_avgpool": lambda call, x: x.mean((2, 3), keepdim=True),
    "dropout": lambda call, x: x,
    "scale": lambda call, x: x * call.weights[call.path],
    "shift": lambda call, x: x + call.weights[call.path],
}
_JOINS: dict[str, Callable[[Any, Any], Tensor]] = {
    "concat": lambda a, b: torch.cat([a, b], 1),
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "maximum": torch.maximum,
}


def _join(name: str, constant: float | None, operands: list[Tensor]) -> Tensor:
    joined = operands[0] if constant is None else _JOINS[name](operands[0], constant)
    for operand in operands[1:]:
        joined = _JOINS[name](joined, operand)
    return joined
