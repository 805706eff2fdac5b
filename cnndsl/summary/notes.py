"""What holds for a whole network, in the lines below its table."""

from __future__ import annotations

from cnndsl.graph import Graph
from cnndsl.passes.conventions import CONVENTIONS, UNITS, total
from cnndsl.passes.depth import depth
from cnndsl.summary.facts import Facts
from cnndsl.summary.formats import written
from cnndsl.trace import Value

ASSUMED = "activations of one image in float32"
MEMORY = f"memory: {ASSUMED}, the most alive at once at inference, and what training keeps for backward"


def notes(facts: Facts) -> tuple[str, ...]:
    """Parameters, operations with their convention, memory, receptive field and depth."""
    whole = facts.totals
    kept = f"{whole.params:,} (without biases {whole.params_without_biases:,})"
    if facts.no_bias:
        kept = f"{whole.params_without_biases:,} without biases ({whole.params:,} with)"
    operations = total(facts.graph, facts.convention, facts.counts)
    receptive = ""
    if facts.field is not None:
        all_of_it = " (the whole input)" if facts.field.whole else ""
        receptive = f"receptive field {written(facts.field.largest)}{all_of_it}, "
    return (
        f"parameters {kept}, buffers {whole.buffers:,}",
        f"{UNITS[facts.convention]} {operations:,} for {given(facts.graph)} ({CONVENTIONS[facts.convention]})",
        f"memory {mebibytes(facts.memory.inference_peak)} at its peak at inference,"
        f" {mebibytes(facts.memory.saved_for_backward)} saved for backward ({ASSUMED})",
        f"{receptive}depth {depth(facts.graph)}",
    )


def given(graph: Graph) -> str:
    """``image 3x224x224``: the inputs and their shapes."""
    inputs = [(name, graph.shapes.get(Value(name))) for name in graph.inputs]
    return ", ".join(f"{name} {shape}" for name, shape in inputs if shape is not None)


def mebibytes(number: int) -> str:
    """``24.5 MiB``, ``36.8 KiB``, ``128 bytes``."""
    if number >= 2**20:
        return f"{number / 2**20:,.1f} MiB"
    return f"{number / 2**10:,.1f} KiB" if number >= 2**10 else f"{number} bytes"
