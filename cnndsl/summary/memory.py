"""The memory of a network's activations, to be read and as JSON values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cnndsl.passes.memory import Memory, largest_batch
from cnndsl.summary.formats import printable
from cnndsl.summary.notes import given, mebibytes

Json = dict[str, Any]

SHOWN = 5
"""How many of the largest are shown."""
OPTIMISERS: Mapping[str, int] = {"SGD": 0, "SGD with momentum": 1, "Adam": 2}
"""How many numbers each has for a parameter."""


def report(memory: Memory, limit: int | None) -> str:
    """The figures, where the peak is, what is largest; with ``limit``, the largest batch that fits in so many bytes."""
    graph = memory.graph
    images = f"{memory.batch} image{'s' * (memory.batch > 1)}"
    lines = [
        f"{graph.name}: {images} of {given(graph)} in {memory.dtype}",
        *_columns(
            ("inference peak", memory.inference_peak, "the most activations alive at once"),
            ("saved for backward", memory.saved_for_backward, "activations that training keeps after a forward"),
            ("parameters", memory.parameters, ""),
            ("buffers", memory.buffers, ""),
            ("input", memory.inputs, "beside the activations, not among them"),
        ),
    ]
    peak = memory.peak
    for title, sizes in (
        (f"alive at the peak, in {peak.step}:" if peak is not None else "", peak.live if peak is not None else ()),
        ("largest results:", memory.outputs.items()),
        ("saved most for backward, by the step that made it:", memory.saved.items()),
    ):
        if sizes:
            lines += ["", title, *_columns(*_largest(sizes))]
    if limit is not None:
        lines += ["", *_batches(memory, limit)]
    return "\n".join(map(printable, [*lines, "", *_assumptions(memory, limit)])) + "\n"


def as_json(memory: Memory, limit: int | None) -> Json:
    """All figures in bytes; ``fits`` where a limit is given."""
    peak = memory.peak
    found: Json = {
        "network": memory.graph.name,
        "batch": memory.batch,
        "dtype": memory.dtype,
        "device": memory.device,
        "inference_peak": memory.inference_peak,
        "saved_for_backward": memory.saved_for_backward,
        "training_peak": memory.training_peak,
        "parameters": memory.parameters,
        "buffers": memory.buffers,
        "inputs": memory.inputs,
        "peak": None if peak is None else {"step": peak.step, "live": [live._asdict() for live in peak.live]},
        "outputs": memory.outputs,
        "saved": memory.saved,
    }
    if limit is not None:
        training = {name: _batch(memory, limit, True, states) for name, states in OPTIMISERS.items()}
        found["fits"] = {"bytes": limit, "inference": _batch(memory, limit, False), "training": training}
    return found


def _batch(memory: Memory, limit: int, training: bool, states: int = 0) -> int:
    return largest_batch(memory.graph, limit, training, memory.dtype, memory.device, states)


def _batches(memory: Memory, limit: int) -> Iterator[str]:
    yield f"largest batch in {limit:,} bytes ({mebibytes(limit)}):"
    rows = [("inference", _batch(memory, limit, False))]
    rows += [(f"training, {name}", _batch(memory, limit, True, states)) for name, states in OPTIMISERS.items()]
    width = max(len(name) for name, _ in rows)
    digits = max(len(f"{count:,}") for _, count in rows)
    yield from (f"  {name:{width}}  {f'{count:,}' if count else 'none':>{digits}}" for name, count in rows)


def _assumptions(memory: Memory, limit: int | None) -> Iterator[str]:
    mask = {"cpu": "of values, as on a CPU", "cuda": "of bytes, as on CUDA"}[memory.device]
    yield "assumed: 1 MiB is 2**20 bytes; every value is freed after its last use; libraries need no workspace;"
    yield f"  a dropout mask is {mask}; statistics of norms are at least float32"
    if limit is not None:
        yield "  a batch fits where parameters, buffers, input and activations do; in training also a gradient for each"
        yield "  parameter and what the optimiser has for it: SGD nothing, with momentum a number, Adam two; the"
        yield "  backward pass is taken to need no more than the forward, as it frees while it makes gradients"


def _largest(sizes: Iterable[tuple[str, int]]) -> list[tuple[str, int, str]]:
    """The largest of them by name, and all the others as one."""
    together: Counter[str] = Counter()
    for name, size in sizes:
        together[name] += size
    ordered = together.most_common()
    rows, rest = [(name, size, "") for name, size in ordered[:SHOWN]], ordered[SHOWN:]
    return [*rows, (f"{len(rest)} more", sum(size for _, size in rest), "")] if rest else rows


def _columns(*rows: tuple[str, int, str]) -> list[str]:
    """Name, bytes and MiB in line, then a remark."""
    width = max(len(name) for name, _, _ in rows)
    digits = max(len(f"{size:,}") for _, size, _ in rows)
    units = max(len(mebibytes(size)) for _, size, _ in rows)
    lines = [f"  {name:{width}}  {size:>{digits},}  {mebibytes(size):>{units}}  {what}" for name, size, what in rows]
    return [line.rstrip() for line in lines]
