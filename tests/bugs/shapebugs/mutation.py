"""Mistakes made on purpose: in a network that is right, one number of one layer becomes another."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any
from zlib import crc32

from shapebugs.bug import Bug, Layer, read
from shapebugs.execution import run
from shapebugs.mending import mended

_LARGEST = 500_000
"""Values of a map, beyond which a network is not run again and again."""


def mutants(bug: Bug, one_of: int) -> Iterator[Bug]:
    """The right version of ``bug`` with one number changed, as far as PyTorch objects; every so many of them."""
    right = mended(bug)
    if max(prod(sizes) for sizes in bug.shapes.values()) > _LARGEST:
        return
    for layer in right.layers:
        for field, value in _others(layer):
            if crc32(f"{bug.name} {layer.name} {field} {value}".encode()) % one_of == 0:
                mutant = _mutant(bug, right, layer, {**layer.arguments, field: value})
                if mutant is not None:
                    yield mutant


def _others(layer: Layer) -> Iterator[tuple[str, int]]:
    """Fields with another number that somebody might have written."""
    given, op = layer.arguments, layer.op
    window = [given.get(name, 0) for name in ("k", "s", "p")]
    if op.startswith("conv"):
        yield "out", given["out"] * 2
        yield "in", given["in"] + 1
        if all(isinstance(one, int) for one in window):
            yield from (("s", 3 - given.get("s", 1)), ("p", given.get("p", 0) + 1), ("k", given["k"] + 2))
            yield from (("p", 0), ("k", 1), ("k", given["k"] + 1))
    elif "pool" in op and "k" in given and all(isinstance(one, int) for one in window):
        yield from (("s", given.get("s", given["k"]) + 1), ("s", 1), ("k", given["k"] + 1))
    elif op == "linear":
        yield from (("out", given["out"] * 2), ("in", given["in"] // 2 or 2))
    elif op.startswith("bn"):
        yield "features", given["features"] * 2
    elif op == "upsample" and "scale" in given:
        yield "scale", given["scale"] * 2


def _mutant(bug: Bug, right: Bug, layer: Layer, arguments: dict[str, Any]) -> Bug | None:
    layers = [one._replace(arguments=arguments) if one is layer else one for one in right.layers]
    facts: dict[str, Any] = {
        **bug.facts,
        "inputs": {name: list(sizes) for name, sizes in right.inputs.items()},
        "layers": [{"name": one.name, "op": one.op, "inputs": list(one.inputs), **one.arguments} for one in layers],
        "output_node": right.output,
        "declared_output": list(bug.facts["fixed"]["output"]),
        "fault_nodes": [layer.name],
        "fix_edits": [{"do": "op", "node": layer.name, "op": layer.op, "args": dict(layer.arguments)}],
        "also_should_report": [],
        "needs_training_mode": False,
        "torch": {"batch": 2, "shapes": {}},
    }
    found = run(read({**facts, "kind": "", "category": ""}))
    if found.output == facts["declared_output"]:
        return None
    facts["torch"] |= found._asdict()
    kind = "crash" if found.failed_at else "contract"
    # No category: what fails says which family is right, and the numbers say whether it is.
    return read({**facts, "kind": kind, "category": "any", "symptom_node": found.failed_at or "output"})
