"""What the tests of generated modules share: programs, their modules, and a second meaning to hold them against."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnndsl.backends.torch import generate
from cnndsl.backends.torch.context import field, identifier
from cnndsl.backends.torch.spelling import Constants, spell
from cnndsl.compiler import Checked, check
from cnndsl.graph import Graph, Node
from cnndsl.passes.costs import totals
from cnndsl.source import Source
from cnndsl.syntax import tree
from cnndsl.trace import Trace, Value
from cnndsl.workspace.imports import Reader

Keys = list[tuple[str, tuple[int, ...]]]


class Program:
    """A program, what is generated for it, and how to hold the one against the other."""

    def __init__(self, text: str, path: str = "program.cnn") -> None:
        source = Source(path, text)
        self.checked: Checked = check(source, Reader(source, path))
        assert not [f.message for f in self.checked.findings if f.severity == "error"]
        self.networks = list(self.checked.networks.values())

    @classmethod
    def valid(cls, text: str) -> Program | None:
        """The program, None where it has mistakes."""
        findings = check(Source("program.cnn", text), lambda *_: None).findings
        return None if any(finding.severity == "error" for finding in findings) else cls(text)

    def text(self, networks: Sequence[Graph] | None = None) -> str:
        """The PyTorch source of some networks, or of all."""
        return generate(self.networks if networks is None else networks, self.checked.file.doc)

    def names(self, networks: Sequence[Graph] | None = None) -> dict[str, Any]:
        """What that source defines."""
        return execute(self.text(networks))

    def build(self, network: Graph | None = None, **arguments: Any) -> nn.Module:
        """The module of one network, of the last where none is named."""
        network = network or self.networks[-1]
        module: nn.Module = self.names([network])[identifier(network.name)](**arguments)
        return module

    def check(self) -> None:
        """Each network by itself, then all of them in one file: everything that can be compared."""
        several = [[network] for network in self.networks]
        for networks in [*several, self.networks] if len(several) > 1 else several:
            names = self.names(networks)
            for network in networks:
                _compare(names[identifier(network.name)](), network)


def execute(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "generated"}
    exec(compile(text, "generated.py", "exec"), names)
    return names


@pytest.fixture(scope="session")
def program() -> Iterator[type[Program]]:
    """``program(text)``; on one thread, as the tensors are small."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield Program
    torch.set_num_threads(threads)


def _compare(module: nn.Module, network: Graph) -> None:
    counts = totals(network)
    assert sum(parameter.numel() for parameter in module.parameters()) == counts.params
    assert [(key, tuple(value.shape)) for key, value in module.state_dict().items()] == promised(network)
    stirred(module.double())
    inputs = [
        torch.randn(3, *network.shapes[Value(name)].sizes, dtype=torch.float64, requires_grad=True)
        for name in network.inputs
    ]
    for training in (False, True):
        _compare_runs(module.train(training), network, inputs)


def _compare_runs(module: nn.Module, network: Graph, inputs: list[Tensor]) -> None:
    outputs = [output for output in network.outputs if module.training or not output.training]
    before = [image.detach().clone() for image in inputs]
    with _without_chance():
        expected = evaluate(network, module, inputs)
        result = module(*inputs)
    if isinstance(result, tuple):
        assert list(result._fields) == [field(output.name) for output in network.outputs]
    found = [value for value in result if value is not None] if isinstance(result, tuple) else [result]
    assert [tuple(value.shape[1:]) for value in found] == [network.shapes[output.value].sizes for output in outputs]
    for output, value in zip(outputs, found, strict=True):
        torch.testing.assert_close(value, expected[output.name], msg=output.name)
    assert all(map(torch.equal, inputs, before))
    parameters = dict(module.named_parameters())
    leaves = [*inputs, *parameters.values()]
    weights = [torch.randn_like(value) for value in found]
    mine = torch.autograd.grad(_total(found, weights), leaves, allow_unused=True)
    others = torch.autograd.grad(_total([expected[o.name] for o in outputs], weights), leaves, allow_unused=True)
    for name, gradient, other in zip([*network.inputs, *parameters], mine, others, strict=True):
        assert (gradient is None) == (other is None), name
        if gradient is not None and other is not None:
            torch.testing.assert_close(gradient, other, rtol=1e-5, atol=1e-7, msg=name)


def _total(values: Sequence[Tensor], weights: Sequence[Tensor]) -> Tensor:
    """One number that every element of every result moves."""
    return torch.stack([(value * weight).sum() for value, weight in zip(values, weights, strict=True)]).sum()


def stirred(module: nn.Module) -> None:
    """No weight or statistic stays at a value that hides its absence; no module draws lots."""
    for part in module.modules():
        if hasattr(part, "p"):
            part.p = 0.0
    for name, tensor in module.state_dict().items():
        if "var" in name or (tensor.is_floating_point() and tensor.ndim == 1):
            nn.init.uniform_(tensor, 0.5, 1.5)
        elif tensor.is_floating_point():
            nn.init.normal_(tensor, std=0.3)


@contextmanager
def _without_chance() -> Iterator[None]:
    def whole(x: Tensor, *_: object, **__: object) -> Tensor:
        return x

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("torch.nn.functional.dropout", whole)
        patch.setattr("torch.nn.functional.dropout2d", whole)
        yield


def promised(graph: Graph) -> Keys:
    """The keys of the graph; of each module its own tensors come before those of its parts, as PyTorch lists them."""
    tree: dict[str, Any] = {}
    for key, sizes in _keys(graph, ""):
        place = tree
        *path, last = key.split(".")
        for part in path:
            place = place.setdefault(part, {})
        place[last] = sizes
    return list(_flat(tree, ""))


def _flat(tree: dict[str, Any], prefix: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    for key, sizes in tree.items():
        if isinstance(sizes, tuple):
            yield prefix + key, sizes
    for key, inner in tree.items():
        if isinstance(inner, dict):
            yield from _flat(inner, f"{prefix}{key}.")


def _keys(graph: Graph, prefix: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    seen = set()
    for node in [*(_registered(graph, graph.trace) if graph.trace else ()), *graph]:
        if node.module is None or node.module in seen:
            continue
        seen.add(node.module)
        if node.graph is not None:
            yield from _keys(node.graph, f"{prefix}{node.module}.")
        elif node.operation is not None:
            for weight in node.operation.weights(*graph.operand_shapes(node) or ()):
                name = f".{weight.name}" if weight.name else ""
                yield f"{prefix}{node.module}{name}", tuple(map(int, weight.sizes))


def _registered(graph: Graph, trace: Trace) -> Iterator[Node]:
    """The nodes as the text registers them: what is shared where it is declared, not where it is applied."""
    for item in (item for line in trace.lines for item in line):
        if isinstance(item.step, tree.Shared):
            yield from [node for node in graph if node.module == item.key][:1]
        elif item.node is not None:
            yield graph[item.node]
        for body in item.bodies:
            yield from _registered(graph, body)


def evaluate(graph: Graph, module: nn.Module, inputs: Sequence[Tensor]) -> dict[str, Tensor]:
    """The outputs by name: each operation by itself, with the module's weights, and nothing in place."""
    weights: dict[str, Tensor] = dict(module.named_parameters())
    weights |= {name: buffer.clone() for name, buffer in module.named_buffers()}
    return _outputs(graph, weights, inputs, "", module.training)[1]


def _outputs(
    graph: Graph, weights: dict[str, Tensor], inputs: Sequence[Tensor], prefix: str, training: bool
) -> tuple[Tensor, dict[str, Tensor]]:
    values: dict[Value, Tensor] = {}
    given = iter(inputs)
    for node in graph:
        operands = [values[value] for value in node.operands]
        path = prefix if node.module is None else f"{prefix}{node.module}"
        if node.graph is not None:
            inner = f"{path}." if node.module is not None else prefix
            values[Value(node.name)], outputs = _outputs(node.graph, weights, operands, inner, training)
            values.update((Value(node.name, name), output) for name, output in outputs.items())
        elif node.operation is None:
            values[Value(node.name)] = next(given)
        else:
            values[Value(node.name)] = _applied(graph, node, operands, path, weights, training)
    assert graph.trace is not None
    assert graph.trace.after is not None
    return values[graph.trace.after], {output.name: values[output.value] for output in graph.outputs}


def _applied(
    graph: Graph, node: Node, operands: list[Tensor], path: str, weights: dict[str, Tensor], training: bool
) -> Tensor:
    assert node.operation is not None
    spelling = spell(node.operation, Constants(node.operation, graph.operand_shapes(node) or ()))
    names: dict[str, Any] = {"torch": torch, "Tensor": Tensor, "nn": nn, "F": F, "self": nn.Module().train(training)}
    names |= {f"x{place}": operand for place, operand in enumerate(operands)}
    exec(spelling.support, names)
    if spelling.module is not None:
        own = {name[len(path) + 1 :]: value for name, value in weights.items() if name.startswith(f"{path}.")}
        names["m"] = weights[path] if path in weights else _bound(eval(spelling.module, names), own, training)
    text = (spelling.call or "{module}({0})") if spelling.module is not None else spelling.function or ""
    text = text.replace("{module}", "m").replace("{*}", ", ".join(f"x{place}" for place in range(len(operands))))
    for place in range(len(operands)):
        text = text.replace(f"{{{place}}}", f"x{place}")
    result = eval(text, names)
    assert isinstance(result, Tensor)
    return result


def _bound(module: nn.Module, weights: dict[str, Tensor], training: bool) -> Callable[[Tensor], Tensor]:
    if hasattr(module, "p"):
        module.p = 0.0
    return lambda x: torch.func.functional_call(module.train(training), weights, (x,))
