"""Generated source as a living module."""

from __future__ import annotations

import sys
from importlib.abc import ExecutionLoader
from importlib.util import module_from_spec, spec_from_loader
from itertools import count
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

_NUMBERS = count(1)


class _FromText(ExecutionLoader):
    """Loads one module from its text; tracebacks and ``inspect`` find the text here too."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_source(self, fullname: str) -> str:
        return self.text

    def get_filename(self, fullname: str) -> str:
        return f"<generated>/{fullname}.py"


def build(text: str, name: str) -> nn.Module:
    """The module that the function ``name`` of the PyTorch source ``text`` makes."""
    module: nn.Module = getattr(execute(text, f"{name}_{next(_NUMBERS)}"), name)()
    return module


def execute(text: str, name: str) -> ModuleType:
    """A Python module made of ``text``."""
    spec = spec_from_loader(name, _FromText(text))
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
