"""``cnn memory``."""

from __future__ import annotations

import argparse
import re
from fractions import Fraction

from cnndsl.cli.failure import Failure
from cnndsl.cli.output import put
from cnndsl.cli.programs import only, sound
from cnndsl.passes.memory import memory
from cnndsl.summary.memory import as_json, report

_UNITS = {
    **dict(zip(("B", "kB", "MB", "GB", "TB"), (1000**power for power in range(5)), strict=True)),
    **dict(zip(("KiB", "MiB", "GiB", "TiB"), (1024**power for power in range(1, 5)), strict=True)),
}
"""Bytes of each unit."""


def run(options: argparse.Namespace) -> int:
    """Print or write the memory of a network, and the largest batch that fits where ``--fits`` asks for it."""
    limit = None if options.fits is None else _bytes(options.fits)
    _, checked = sound(options.target, options)
    one = options.format == "json"
    graphs = [only(options.target, checked)] if one else list(checked.networks.values())
    found = [memory(graph, options.batch, options.dtype, options.device) for graph in graphs]
    if one:
        import json

        put(json.dumps(as_json(found[0], limit), indent=2) + "\n", options)
    else:
        put("\n".join(report(each, limit) for each in found), options)
    return 0


def _bytes(text: str) -> int:
    """How many bytes ``24GiB`` or ``1.5 GB`` are."""
    parts = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,12})?) ?([A-Za-z]*)", text.strip(), re.ASCII)
    units = {unit.lower(): size for unit, size in _UNITS.items()}
    if parts is None or parts[2].lower() not in units:
        raise Failure(f"--fits {text}: a number and a unit are needed", 2, f"as in 24GiB; units: {', '.join(_UNITS)}")
    found = int(Fraction(parts[1]) * units[parts[2].lower()])
    if found < 1:
        raise Failure(f"--fits {text}: nothing fits in no memory", 2, "as in 24GiB")
    return found
