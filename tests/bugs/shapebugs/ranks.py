"""How many axes each value of a bug has, without the batch: what some spellings depend on."""

from __future__ import annotations

from shapebugs.bug import Bug, Layer


def ranks(bug: Bug) -> dict[str, int]:
    """The ranks of the inputs and layers; one that is not known is missing."""
    known = {name: len(sizes) for name, sizes in bug.inputs.items()}
    for layer in bug.layers:
        rank = _rank(layer, known.get(layer.inputs[0]) if layer.inputs else None)
        if rank is not None:
            known[layer.name] = rank
    return known


def _rank(layer: Layer, operand: int | None) -> int | None:
    if layer.op in ("reshape", "view"):
        return len(layer.arguments["shape"])
    if layer.op == "flatten" and not layer.arguments:
        return 1
    if layer.op in ("unsqueeze", "expand_dims"):
        return operand + 1 if operand is not None else None
    if layer.op in ("squeeze", "mean", "sum", "flatten", "unflatten"):
        return None
    return operand
