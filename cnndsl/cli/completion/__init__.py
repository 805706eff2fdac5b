"""Completion for shells: files made by ``shtab`` from the command line, shipped so that a shell need not make them."""

from __future__ import annotations

import os


def shipped(shell: str) -> str:
    """The completion of a shell."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), f"cnn.{shell}"), encoding="utf-8") as stream:
        return stream.read()
