"""Peak memory of inference: generated modules against torchvision's, counted tensor by tensor."""

from __future__ import annotations

from weakref import finalize

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from speed import NETWORKS, pair


class Peak(TorchDispatchMode):
    """Adds up the storages of results that are alive; weights do not count."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.weights = {tensor.untyped_storage().data_ptr() for tensor in model.state_dict().values()}
        self.alive: dict[int, int] = {}
        self.most = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
        """Called for every operation that PyTorch executes."""
        result = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(result):
            if isinstance(tensor, Tensor):
                self._add(tensor)
        self.most = max(self.most, sum(self.alive.values()))
        return result

    def _add(self, tensor: Tensor) -> None:
        storage = tensor.untyped_storage()
        key = storage.data_ptr()
        if key not in self.alive and key not in self.weights:
            self.alive[key] = storage.nbytes()
            finalize(storage, self.alive.pop, key, None)


def peak(model: nn.Module, images: Tensor) -> int:
    """Bytes of the results that are alive at once, at most."""
    with torch.no_grad(), Peak(model) as watch:
        model(images)
    return watch.most


def rows() -> list[tuple[str, str, str]]:
    """Lines of the table: what, figure, limit."""
    found = []
    for name in NETWORKS:
        own, other = (peak(model, torch.rand(1, 3, 224, 224)) for model in pair(name))
        what = (
            f"peak memory of inference, {name}: {own / 2**20:.2f} MiB generated : {other / 2**20:.2f} MiB torchvision"
        )
        found.append((what, f"{own / other:.3f}", "at most 1"))
    return found


if __name__ == "__main__":
    for row in rows():
        print(*row, sep=" | ")
