"""Which maps are drawn as volumes, with their captions: what papers draw of a network."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from cnndsl.backends.figures.layers import ABSORBED, Layer, Reading
from cnndsl.backends.figures.page import plain, typeset
from cnndsl.graph import Node
from cnndsl.passes.notation import spelled, word
from cnndsl.shape import Shape

_SIGNS = {"add": "+", "sub": "\N{MINUS SIGN}", "mul": "\N{MULTIPLICATION SIGN}", "maximum": "max"}
_PASSED = {"center_crop": "crop", "pad": "pad", "identity": "", "scale": "", "shift": ""}
"""What only prepares a map for the next layer: a word at the arrow."""
_LINE = 12


class Read(NamedTuple):
    """An arrow from the volume ``source``; ``note`` is written at it."""

    source: int
    note: str = ""


class Volume(NamedTuple):
    """One map. ``caption`` says what makes it, line by line; ``times`` how often in sequence.

    ``name`` is that of its stage, or its own. ``sign`` is that of a sum or product, which is drawn as a circle.
    ``period`` and ``around``: the repetition of several that it is in. ``filling`` are the channels of a concatenation
    with the kinds of where they come from.
    """

    kind: str
    caption: tuple[str, ...]
    times: int
    shape: Shape | None
    reads: tuple[Read, ...]
    name: str = ""
    period: int = 0
    around: int = 1
    sign: str = ""
    filling: tuple[tuple[int, str], ...] = ()
    training: bool = False
    result: bool = False


def volumes(reading: Reading) -> list[Volume]:
    """The maps of a network in text order; layers that leave a map as it is are not drawn."""
    made: list[Volume] = []
    places: list[Read] = []
    for index, layer in enumerate(reading.layers):
        reads = _reads(layer, places)
        passed = _passed(layer, made, reads)
        if passed is not None:
            places.append(passed)
            if index in reading.results:
                made[passed.source] = made[passed.source]._replace(result=True)
            continue
        places.append(Read(len(made)))
        made.append(_volume(layer, made, reads, index in reading.results))
    return made


def fused(volumes: list[Volume]) -> list[Volume]:
    """Copies are told apart, and a map that is only made to be joined with one stands in the joined one.

    Figure 1 of U-Net has it so.
    """
    readers = Counter(read.source for one in volumes for read in one.reads)
    made: list[Volume] = []
    places: list[int] = []
    for index, one in enumerate(volumes):
        reads = tuple(read._replace(source=places[read.source]) for read in one.reads)
        before = volumes[index - 1]
        own = [place for place, read in enumerate(one.reads) if read.source == index - 1]
        filling = tuple(
            (channels, kind if place in own else "copy") for place, (channels, kind) in enumerate(one.filling)
        )
        if one.filling and own and readers[index - 1] == 1 and before.kind in ("transposed", "resampling"):
            others = tuple(read for place, read in enumerate(reads) if place not in own)
            made[-1] = one._replace(caption=before.caption, filling=filling, reads=(*others, *made[-1].reads))
        else:
            made.append(one._replace(reads=reads, filling=filling))
        places.append(len(made) - 1)
    return made


def _reads(layer: Layer, places: list[Read]) -> tuple[Read, ...]:
    """Of a crop that is told the size by another map, that map is no operand."""
    sources = layer.reads[:1] if layer.node.kind in _PASSED else layer.reads
    return tuple(dict.fromkeys(places[source] for source in sources))


def _passed(layer: Layer, made: list[Volume], reads: tuple[Read, ...]) -> Read | None:
    """The volume that stands for this layer too."""
    if len(reads) != 1 or layer.part.role != "operation":
        return None
    before = made[reads[0].source]
    kind = layer.node.kind
    if kind in _PASSED:
        return reads[0]._replace(note=_PASSED[kind] or reads[0].note)
    same = layer.shape == before.shape and layer.kind in ABSORBED
    column = kind == "flatten" and before.shape is not None and _is_column(before.shape)
    return reads[0] if same or column else None


def _is_column(shape: Shape) -> bool:
    """Whether only one axis is longer than 1."""
    return max(shape.sizes, default=0) == shape.elements


def _volume(layer: Layer, made: list[Volume], reads: tuple[Read, ...], result: bool) -> Volume:
    sign = _SIGNS.get(layer.node.kind, "") if layer.kind == "join" and len(reads) > 1 else ""
    filling: tuple[tuple[int, str], ...] = ()
    if layer.node.kind == "concat" and layer.part.role == "operation":
        sources = [made[read.source] for read in reads]
        filling = tuple((one.shape.channels or 0 if one.shape is not None else 0, one.kind) for one in sources)
        if layer.shape is None or sum(channels for channels, _ in filling) != layer.shape.channels:
            filling = ()
    return Volume(
        layer.kind,
        () if sign else (*_caption(layer), *(("(training)",) if layer.training else ())),
        layer.times // layer.around,
        layer.shape,
        reads,
        _name(layer),
        layer.period if layer.around > 1 else 0,
        layer.around,
        sign,
        filling,
        layer.training,
        result,
    )


def _name(layer: Layer) -> str:
    """What the author called the stage or layer; nothing where it is a number or says no more than the operation."""
    if layer.stage:
        return "" if layer.stage.isdecimal() else layer.stage
    said = re.sub(r"_\d+$", "", layer.part.label) == layer.node.kind or layer.part.role in ("group", "input")
    return "" if said or layer.part.name.isdecimal() else layer.part.name


def _caption(layer: Layer) -> tuple[str, ...]:
    node = layer.node
    if layer.kind == "input":
        return _lines(node.name)
    times = layer.times // layer.around
    repeated = (f"\N{MULTIPLICATION SIGN}{times}",) if times > 1 else ()
    if layer.part.role == "group":
        return (*_lines(layer.part.label), *repeated)
    if node.operation is None:
        return (*_lines(node.kind), *repeated)
    return (*_lines(word(node.operation)), *_arguments(node, layer.shape), *repeated)


def _arguments(node: Node, shape: Shape | None) -> tuple[str, ...]:
    """Window and stride on a line, what is unusual on the next; the width stands on the volume."""
    values = vars(node.operation)
    width = str(values.get("out_channels") or values.get("out_features") or "")
    parts = [typeset(part) for part in spelled(node, shape).split(", ") if part]
    if width in parts:
        parts.pop(len(parts) - 1 - parts[::-1].index(width))
    first = " ".join(part for part in parts if not part[0].isalpha() and not part.endswith("groups"))
    return (*filter(None, (first,)), *(part for part in parts if part[0].isalpha() or part.endswith("groups")))


def _lines(name: str) -> tuple[str, ...]:
    """The words of a name, on as few lines as are short."""
    lines: list[str] = []
    for piece in re.split(r"[_ ]+", name):
        if lines and len(lines[-1]) + 1 + len(piece) <= _LINE:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return tuple(plain(line, 2 * _LINE) for line in lines)
