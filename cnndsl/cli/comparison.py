"""Runs a generated module and compares it with what was promised of it.

This file is run by itself, in a fresh process, as ``python -I comparison.py FOLDER DEVICE``: it needs nothing but
PyTorch. ``FOLDER`` holds ``network.py`` and ``promise.json``. Differences are printed, a line each.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils.flop_counter import FlopCounterMode

Sizes = list[int]
NO_DEVICE = 3


class Result(NamedTuple):
    """What a step is to give; see ``expectation``."""

    key: str | None
    block: str
    name: str
    sizes: Sizes
    training: bool
    owned: bool


class Watch(TorchFunctionMode):
    """Records the shapes that modules give, by key, and those that other calls give, by block."""

    def __init__(self, model: nn.Module, blocks: set[str], keys: set[str | None]) -> None:
        super().__init__()
        self.modules: dict[str | None, list[Sizes]] = defaultdict(list)
        self.values: dict[str, Counter[tuple[int, ...]]] = defaultdict(Counter)
        self._blocks = blocks
        self._keys = keys
        self._running: list[tuple[str, bool]] = []
        self._handles = [handle for key, module in model.named_modules() for handle in self._hook(key, module)]

    def _hook(self, key: str, module: nn.Module) -> Iterator[Any]:
        own = type(module).__module__.startswith("torch.nn.")

        def begin(_module: nn.Module, _inputs: object) -> None:
            self._running.append((key, own))

        def end(_module: nn.Module, _inputs: object, output: object) -> None:
            self._running.pop()
            self.modules[key] += [list(tensor.shape[1:]) for tensor in tensors(output)]
            if key not in self._keys and own and type(module) is not nn.Sequential:
                self._record(output)

        yield module.register_forward_pre_hook(begin)
        yield module.register_forward_hook(end)

    def __torch_function__(
        self, func: Callable[..., Any], types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Called for every function of PyTorch."""
        result = func(*args, **(kwargs or {}))
        if self._running and not self._running[-1][1]:
            self._record(result)
        return result

    def _record(self, result: object) -> None:
        block = next((key for key, _ in reversed(self._running) if key in self._blocks), "")
        self.values[block].update(tuple(tensor.shape[1:]) for tensor in tensors(result))

    def close(self) -> None:
        """Take the hooks off."""
        for handle in self._handles:
            handle.remove()


def tensors(value: object) -> list[Tensor]:
    """The tensors of a result: itself, or the items of a tuple that are there."""
    if isinstance(value, Tensor):
        return [value]
    return [one for item in value for one in tensors(item)] if isinstance(value, tuple | list) else []


def compare(model: nn.Module, promise: dict[str, Any], device: str) -> Iterator[str]:
    """Every difference."""
    yield from _weights(model, promise)
    model.to(device)
    model.eval()
    inputs = [torch.rand(1, *sizes, device=device) for _, sizes in promise["inputs"]]
    with torch.no_grad(), FlopCounterMode(display=False) as flops:
        outputs = model(*inputs)
    macs = flops.get_total_flops() // 2
    if macs != promise["macs"]:
        yield f"MACs: {macs:,} are counted, {promise['macs']:,} promised"
    yield from _shapes(outputs, promise, training=False)
    for training in (False, True):
        yield from _run(model.train(training), promise, training, device)


def _run(model: nn.Module, promise: dict[str, Any], training: bool, device: str) -> Iterator[str]:
    """Forward and backward with two images."""
    inputs = [torch.rand(2, *sizes, device=device, requires_grad=True) for _, sizes in promise["inputs"]]
    results = [Result(*one) for one in promise["results"] if training or not Result(*one).training]
    present = {key for key, _ in model.named_modules()}
    modules = [one for one in results if one.key is not None and (one.owned or one.key in present)]
    with Watch(model, set(promise["blocks"]), {one.key for one in modules}) as watch:
        outputs = model(*inputs)
    watch.close()
    yield from _shapes(outputs, promise, training)
    yield from _modules(watch, modules, training)
    yield from _values(watch, [one for one in results if one not in modules], training)
    model.zero_grad()
    loss = torch.stack([output.float().mean() for output in tensors(outputs)]).sum()
    if loss.requires_grad:  # a constant does not
        loss.backward()  # type: ignore[no-untyped-call]
    if training:
        for name, parameter in model.named_parameters():
            if parameter.grad is None and name not in promise["unread"]:
                yield f"{name}: no gradient reaches it"


def _weights(model: nn.Module, promise: dict[str, Any]) -> Iterator[str]:
    state = {name: list(tensor.shape) for name, tensor in model.state_dict().items()}
    promised = {name: sizes for name, sizes, _ in promise["weights"]}
    for name in sorted(state.keys() | promised.keys()):
        if state.get(name) != promised.get(name):
            yield f"{name}: {_shown(state.get(name))} in the module, {_shown(promised.get(name))} promised"
    for word, owned in (("params", model.parameters()), ("buffers", model.buffers())):
        number = sum(tensor.numel() for tensor in owned)
        if number != promise[word]:
            yield f"{word}: {number:,} in the module, {promise[word]:,} promised"


def _shapes(outputs: object, promise: dict[str, Any], training: bool) -> Iterator[str]:
    given = [list(tensor.shape[1:]) for tensor in tensors(outputs)]
    promised = [sizes for _, sizes, only_training in promise["outputs"] if training or not only_training]
    if given != promised:
        yield f"outputs{_mode(training)}: {_all(given)}, promised {_all(promised)}"


def _modules(watch: Watch, promised: list[Result], training: bool) -> Iterator[str]:
    expected: dict[str | None, list[Sizes]] = defaultdict(list)
    for one in promised:
        expected[one.key].append(one.sizes)
    for key, sizes in expected.items():
        if watch.modules[key] != sizes:
            yield f"{key}{_mode(training)}: {_all(watch.modules[key])}, promised {_all(sizes)}"


def _values(watch: Watch, promised: list[Result], training: bool) -> Iterator[str]:
    """These have no key: what is promised inside a block must be among what calls in it gave."""
    left = {block: Counter(shapes) for block, shapes in watch.values.items()}
    for one in promised:
        shapes = left.setdefault(one.block, Counter())
        if shapes[tuple(one.sizes)] < 1:
            name = f"{one.block}.{one.name}" if one.block else one.name
            yield f"{name}{_mode(training)}: nothing gives {_shown(one.sizes)}"
        shapes[tuple(one.sizes)] -= 1


def _mode(training: bool) -> str:
    return " in training" if training else ""


def _shown(sizes: Sizes | None) -> str:
    return "nothing" if sizes is None else "x".join(map(str, sizes)) or "a number"


def _all(shapes: list[Sizes]) -> str:
    return ", ".join(map(_shown, shapes)) or "nothing"


def main(folder: Path, device: str) -> int:
    """Print the differences; returns the exit status."""
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as problem:
        print(str(problem).partition("\n")[0])
        return NO_DEVICE
    spec = spec_from_file_location("network", folder / "network.py")
    promise = json.loads((folder / "promise.json").read_text(encoding="utf-8"))
    if spec is None or spec.loader is None:
        raise ImportError(folder)
    module = module_from_spec(spec)
    sys.modules["network"] = module
    spec.loader.exec_module(module)
    torch.manual_seed(0)
    found = 0
    for difference in compare(getattr(module, promise["function"])(), promise, device):
        print(difference)
        found += 1
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
