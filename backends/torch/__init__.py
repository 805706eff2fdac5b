"""PyTorch source from graphs: ``generate``."""

from __future__ import annotations

from collections.abc import Sequence

from cnndsl.backends.torch.module import File
from cnndsl.graph import Graph

__all__ = ["generate"]


def generate(networks: Sequence[Graph], doc: str | None = None) -> str:
    """A PyTorch module with one function a network; ``doc`` becomes its docstring."""
    return File(networks, doc).text()
