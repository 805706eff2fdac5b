"""A small language and compiler for convolutional network architectures.

``load("resnet.cnn")`` or ``load("resnet50")`` gives networks by name; see ``Network``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnndsl.workspace.network import CnnError, Network, load

__all__ = ["CnnError", "Network", "__version__", "load"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """What is public is imported when it is first asked for: importing the package costs nothing."""
    if name in ("CnnError", "Network", "load"):
        from cnndsl.workspace import network

        return getattr(network, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
