"""A page for each code: what it means, how one gets there, what to do. Read by ``cnn explain``, by no check."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from cnndsl.diagnostics.codes import TITLES
from cnndsl.diagnostics.pages.page import Page

__all__ = ["Page", "find"]

_HOMES = {
    "01": ("text",),
    "02": ("names",),
    "03": ("values",),
    "04": ("shapes", "windows"),
    "05": ("contracts",),
    "06": ("structure",),
    "07": ("files",),
}
"""The modules of each family."""


def find(code: str) -> Page:
    """The page of a code; raises ``KeyError``."""
    for module in _HOMES[code[1:3]] if code in TITLES else ():
        pages: Mapping[str, Page] = import_module(f"cnndsl.diagnostics.pages.{module}").PAGES
        if code in pages:
            return pages[code]
    raise KeyError(code)
