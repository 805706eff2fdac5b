"""Two truths about memory, measured on meta tensors: what is alive at once, and what autograd keeps."""

from __future__ import annotations

import importlib.util
import operator
import sys
import warnings
import weakref
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, fx, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.weak import WeakIdKeyDictionary

from cnndsl.backends.torch import generate
from cnndsl.backends.torch.context import identifier
from cnndsl.compiler import check
from cnndsl.graph import Graph
from cnndsl.source import Source
from cnndsl.trace import Value

TESTS = Path(__file__).parent.parent


class Held(NamedTuple):
    """A value that is alive when most is: which kernel made it, its bytes, and who holds it in Python."""

    made: int
    bytes: int
    holders: tuple[str, ...]


class Storages(TorchDispatchMode):
    """Counts every new storage from the kernel that makes it until it is collected."""

    def __init__(self, known: Sequence[Tensor], until: int = -1) -> None:
        super().__init__()
        self.seen = WeakIdKeyDictionary()
        self.alive: dict[int, weakref.ref[Any]] = {}
        self.bytes = self.peak = self.kernels = self.peaked = 0
        self.until = until
        self.held: list[Held] = []
        self.place = ""
        for tensor in known:
            self.seen[tensor.untyped_storage()] = None

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = function(*args, **(kwargs or {}))
        self.kernels += 1
        for leaf in tree_leaves(result):
            if isinstance(leaf, Tensor):
                self._count(leaf.untyped_storage())
        if self.kernels == self.until:
            self.held = [Held(made, s.nbytes(), holders(s)) for made, ref in self.alive.items() if (s := ref())]
            self.place = place(sys._getframe())
        return result

    def _count(self, storage: torch.UntypedStorage) -> None:
        if storage in self.seen:
            return
        self.seen[storage] = None
        key = self.kernels * 8 + sum(made // 8 == self.kernels for made in self.alive)
        self.alive[key] = weakref.ref(storage)
        self.bytes += storage.nbytes()
        if self.bytes > self.peak:
            self.peak, self.peaked = self.bytes, self.kernels
        weakref.finalize(storage, self._release, key, storage.nbytes())

    def _release(self, key: int, size: int) -> None:
        del self.alive[key]
        self.bytes -= size


def holders(storage: torch.UntypedStorage) -> tuple[str, ...]:
    """The variables of the frames of modules that refer to a storage, inner frames first."""
    found = []
    for frame, owner in frames(sys._getframe()):
        for name, value in frame.f_locals.items():
            tensors = value if isinstance(value, (list, tuple)) else [value]
            own = any(isinstance(one, Tensor) and one.untyped_storage()._cdata == storage._cdata for one in tensors)
            if own and name not in ("args", "kwargs"):
                found.append(f"`{name}` of `{type(owner).__name__}.forward`")
    return tuple(dict.fromkeys(found))


def frames(frame: FrameType | None) -> Iterator[tuple[FrameType, nn.Module]]:
    """The frames in which a ``forward`` runs, inner ones first."""
    while frame is not None:
        owner = frame.f_locals.get("self")
        if isinstance(owner, nn.Module) and frame.f_code.co_name == "forward":
            yield frame, owner
        frame = frame.f_back


def place(frame: FrameType) -> str:
    """The dotted path of the module that runs, the function where it is one."""
    running = [owner for _, owner in frames(frame)]
    names = {id(module): name for name, module in running[-1].named_modules()} if running else {}
    return next((names[id(owner)] for owner in running if id(owner) in names), "")


class _Proxy(fx.Proxy):
    """``x += y`` stays in place."""

    def __iadd__(self, other: Any) -> Any:
        return self.tracer.create_proxy("call_function", operator.iadd, (self, other), {})


class _Tracer(fx.Tracer):
    def proxy(self, node: fx.Node) -> fx.Proxy:
        return _Proxy(node, self)

    def getattr(self, attr: str, attr_val: Any, parameter_proxy_cache: dict[str, Any]) -> Any:
        return attr_val


class Flat(fx.Interpreter):
    """A forward without frames: every value is freed after its last use."""

    def __init__(self, module: nn.Module) -> None:
        written = type(module).forward.__globals__
        leaves = tuple(written[name] for name in ("pad_same",) if name in written)
        super().__init__(module, graph=_Tracer(autowrap_functions=leaves).trace(module))
        for node in self.graph.nodes:
            if not node.users and node.op != "output":
                self.user_to_last_uses.setdefault(node, []).append(node)

    def fetch_attr(self, target: str) -> Any:
        found: Any = self.module
        for word in target.split("."):
            parts = (found._modules, found._parameters, found._buffers) if isinstance(found, nn.Module) else ()
            own = next((part[word] for part in parts if word in part), None)
            found = getattr(found, word) if own is None else own
        return found


class Measure:
    """The module of a network on meta tensors, and its figures."""

    def __init__(self, graph: Graph, batch: int, dtype: torch.dtype = torch.float32, device: str = "meta") -> None:
        names: dict[str, Any] = {"__name__": "generated"}
        exec(compile(generate([graph], None), "generated.py", "exec"), names)
        with torch.device(device):
            self.module: nn.Module = names[identifier(graph.name)]().to(dtype)
        sizes = [graph.shapes[Value(name)].sizes for name in graph.inputs]
        self.inputs = [torch.empty(batch, *one, device=device, dtype=dtype) for one in sizes]

    @classmethod
    def of(cls, module: nn.Module, inputs: list[Tensor]) -> Measure:
        """The figures of any module."""
        made = cls.__new__(cls)
        made.module, made.inputs = module, inputs
        return made

    def flat(self, until: int = -1) -> Storages:
        """The storages of a flat run, in inference."""
        return self._run(Flat(self.module.eval()).run, until)

    def eager(self, until: int = -1) -> Storages:
        """Those of the module as it is called."""
        return self._run(self.module.eval(), until)

    def _run(self, call: Callable[..., Any], until: int) -> Storages:
        known = [*self.inputs, *self.module.parameters(), *self.module.buffers()]
        with torch.no_grad(), Storages(known, until) as storages:
            call(*self.inputs)
        return storages

    def backward(self) -> int:
        """The most bytes alive in training, with the gradients of all parameters."""
        known = [*self.inputs, *self.module.parameters(), *self.module.buffers()]
        with Storages(known) as storages:
            torch.stack([leaf.sum() for leaf in tree_leaves(self.module.train()(*self.inputs))]).sum().backward()
        return storages.peak

    def saved(self) -> int:
        """The bytes of distinct storages that autograd packs in a forward of training."""
        known = [*self.inputs, *self.module.parameters(), *self.module.buffers()]
        own = {tensor.untyped_storage()._cdata for tensor in known}
        kept: dict[int, torch.UntypedStorage] = {}

        def pack(tensor: Tensor) -> Tensor:
            storage = tensor.untyped_storage()
            if storage._cdata not in own:
                kept[storage._cdata] = storage
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.module.train()(*self.inputs)
        return sum(storage.nbytes() for storage in kept.values())


@pytest.fixture(scope="session")
def measure() -> type[Measure]:
    """``measure(graph, batch, dtype)``."""
    return Measure


@pytest.fixture(scope="session")
def networks_of() -> Callable[[str], list[Graph]]:
    """The networks of a text; none where it has mistakes."""

    def read(text: str) -> list[Graph]:
        checked = check(Source("program.cnn", text), lambda *_: None)
        wrong = any(finding.severity == "error" for finding in checked.findings)
        return [] if wrong else list(checked.networks.values())

    return read


def load(name: str, path: Path) -> ModuleType:
    """A module of Python from its file."""
    folder = [str(path.parent)] if path.name == "__init__.py" else None
    found = importlib.util.spec_from_file_location(name, path, submodule_search_locations=folder)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def grids() -> Any:
    """Arguments to try for every operation."""
    return load("grids", TESTS / "ops" / "grids.py").GRIDS


@pytest.fixture(scope="session")
def authors() -> dict[str, Callable[[int], str]]:
    """Who writes random programs."""
    import random

    torch_author = load("author", TESTS / "torch" / "author" / "__init__.py").Author
    other = load("random_programs", TESTS / "equivalence" / "test_random_programs.py").Author
    return {
        "torch": lambda seed: torch_author(random.Random(seed)).program(),
        "equivalence": lambda seed: other(seed).program(),
    }
