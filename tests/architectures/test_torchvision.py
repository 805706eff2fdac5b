"""The generated modules against torchvision's: the same weights under the same keys, and the same numbers."""

from __future__ import annotations

import gc
import re
import weakref
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode
from torch.utils.weak import WeakIdKeyDictionary

SMALLEST = ("alexnet", "vgg11", "googlenet", "resnet18", "densenet121")
"""One network a family: these run always."""

OTHERS = (
    *(f"vgg{depth}{norm}" for depth in (11, 13, 16, 19) for norm in ("", "_bn") if f"vgg{depth}{norm}" != "vgg11"),
    *(f"resnet{depth}" for depth in (34, 50, 101, 152)),
    *(f"densenet{depth}" for depth in (161, 169, 201)),
)
"""The rest: their numbers are compared with ``-m sweep``, their structure always."""

RUN = (*SMALLEST, *(pytest.param(name, marks=pytest.mark.sweep) for name in OTHERS))
SIZES = {"alexnet": 64, "googlenet": 64, "densenet": 64, "resnet": 64, "vgg": 32}

Build = Callable[[str], nn.Module]


class Pair(NamedTuple):
    """A network of ours and of torchvision, built under the same seed."""

    name: str
    ours: nn.Module
    theirs: nn.Module

    @property
    def image(self) -> Tensor:
        """Two small images, the same at every call."""
        size = SIZES[self.name.rstrip("0123456789_bn")] if self.name not in SIZES else SIZES[self.name]
        return torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def on_meta(ours: Build, theirs: Build) -> Callable[[str], Pair]:
    """The pair without memory: structure only."""

    def build(name: str) -> Pair:
        with torch.device("meta"):
            return Pair(name, ours(name), theirs(name))

    return build


@pytest.fixture(scope="module", params=RUN)
def pair(request: pytest.FixtureRequest, ours: Build, theirs: Build) -> Iterator[Pair]:
    """The pair with weights, one network after the other."""
    torch.manual_seed(0)
    mine = ours(request.param)
    torch.manual_seed(0)
    yield Pair(request.param, mine, theirs(request.param))
    gc.collect()


@pytest.mark.parametrize("name", [*SMALLEST, *OTHERS])
def test_keys_order_and_shapes(on_meta: Callable[[str], Pair], name: str) -> None:
    pair = on_meta(name)
    assert _layout(pair.ours) == _layout(pair.theirs)


@pytest.mark.parametrize("name", [*SMALLEST, *OTHERS])
def test_counts(on_meta: Callable[[str], Pair], facts: Callable[[str], Any], name: str) -> None:
    pair = on_meta(name)
    with FlopCounterMode(display=False) as flops, torch.device("meta"):
        pair.theirs.eval()(torch.empty(1, 3, 224, 224))
    found = facts(name)
    assert found.params == sum(weight.numel() for weight in pair.theirs.parameters())
    assert found.buffers == sum(buffer.numel() for buffer in pair.theirs.buffers())
    assert found.macs * 2 == flops.get_total_flops()


@pytest.mark.parametrize("name", [*SMALLEST, *OTHERS])
def test_inference_needs_no_more_memory(on_meta: Callable[[str], Pair], name: str) -> None:
    pair = on_meta(name)
    assert peak_memory(pair.ours) <= peak_memory(pair.theirs)


def test_initial_weights_under_a_seed(pair: Pair) -> None:
    different = [
        key
        for (key, mine), their in zip(pair.ours.state_dict().items(), pair.theirs.state_dict().values(), strict=True)
        if not torch.equal(mine, their)
    ]
    assert not different


def test_outputs(pair: Pair) -> None:
    _share(pair)
    with torch.no_grad():
        assert torch.equal(pair.ours.eval()(pair.image), pair.theirs.eval()(pair.image))


def test_gradients(pair: Pair) -> None:
    _share(pair)
    mine, their = _gradients(pair.ours, pair.image), _gradients(pair.theirs, pair.image)
    assert mine.keys() == their.keys()
    different = [key for key, gradient in mine.items() if not torch.equal(gradient, their[key])]
    if pair.name == "googlenet":
        # Torchvision registers the heads after inception5b and runs them after inception4a and 4d; here the text orders
        # both. So autograd adds what comes from a head first instead of last, in everything before inception4e.
        assert all(re.match(r"image|conv|inception(3|4[a-d])", key) for key in different)
        whole = torch.cat([gradient.flatten() for gradient in their.values()])
        error = torch.cat([(gradient - their[key]).flatten() for key, gradient in mine.items()])
        assert error.norm() <= 1e-6 * whole.norm()
    else:
        assert not different


def _layout(module: nn.Module) -> list[tuple[str, torch.Size]]:
    return [(key, value.shape) for key, value in module.state_dict().items()]


def _share(pair: Pair) -> None:
    """Loads torchvision's weights; after training mode its buffers differ from ours, so each comparison starts here."""
    weights = {key: value.clone() if "running" in key else value for key, value in pair.theirs.state_dict().items()}
    pair.ours.load_state_dict(weights, strict=True)


def _gradients(module: nn.Module, image: Tensor) -> dict[str, Tensor]:
    """Of every weight and of the image, in training mode without dropout; of the sum of the squares of all outputs."""
    module.train()
    for part in module.modules():
        if isinstance(part, nn.Dropout):
            part.p = 0.0
    image = image.clone().requires_grad_()
    results = tree_leaves(module(image))
    weights = dict(module.named_parameters())
    loss = torch.stack([(result**2).sum() for result in results]).sum()
    gradients = torch.autograd.grad(loss, [image, *weights.values()])
    return dict(zip(["image", *weights], gradients, strict=True))


def peak_memory(module: nn.Module, size: int = 224) -> int:
    """The most bytes of activations alive at once in a forward; input and weights apart."""
    with torch.no_grad(), torch.device("meta"):
        image = torch.empty(1, 3, size, size)
        with _Storages([image, *module.parameters(), *module.buffers()]) as storages:
            module.eval()(image)
    return storages.peak


class _Storages(TorchDispatchMode):
    """Counts every new storage from the operation that makes it until it is collected."""

    def __init__(self, known: list[Tensor]) -> None:
        super().__init__()
        self.seen = WeakIdKeyDictionary()
        self.alive = self.peak = 0
        for tensor in known:
            self.seen[tensor.untyped_storage()] = None

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = function(*args, **(kwargs or {}))
        for leaf in tree_leaves(result):
            if isinstance(leaf, Tensor):
                self._count(leaf.untyped_storage())
        return result

    def _count(self, storage: torch.UntypedStorage) -> None:
        if storage not in self.seen:
            self.seen[storage] = None
            self.alive += storage.nbytes()
            self.peak = max(self.peak, self.alive)
            weakref.finalize(storage, self._release, storage.nbytes())

    def _release(self, size: int) -> None:
        self.alive -= size
