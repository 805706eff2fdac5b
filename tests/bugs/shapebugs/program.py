"""A bug as a readable program of the language, and where each of its layers is written."""

from __future__ import annotations

import re
from typing import NamedTuple

from cnndsl.source import Source
from cnndsl.syntax.parser import parse
from shapebugs.bug import Bug, Layer, Sizes, Untranslatable
from shapebugs.ranks import ranks
from shapebugs.spelling import JOINS, call

TAILS = ("bn", "relu", "leaky_relu", "elu", "sigmoid", "tanh", "dropout", "softmax", "log_softmax", "group_norm")
"""What stands behind a layer on its line, where it has no name of its own."""

WIDTH = 100
"""Longest line to which something is appended."""


PROMISE = "-> output"
"""What the declared output is called among the places; no layer is."""


class Program(NamedTuple):
    """The text, and where each input, layer and the promise (``output``) is written: from, to, in characters."""

    text: str
    places: dict[str, tuple[int, int]]


def translate(bug: Bug) -> Program:
    """``bug`` in the language; raises ``Untranslatable``."""
    try:
        return _Writer(bug).program()
    except (AttributeError, IndexError, KeyError, StopIteration, TypeError, ValueError) as error:
        raise Untranslatable(f"written as the reader does not know it: {type(error).__name__} {error}") from error


class _Writer:
    """Writes one program, layer by layer."""

    def __init__(self, bug: Bug) -> None:
        self.bug = bug
        self.ranks = ranks(bug)
        self.named = _named(bug)
        self.text = ""
        self.places: dict[str, tuple[int, int]] = {}
        self.flow = next(iter(bug.inputs))

    def program(self) -> Program:
        self.text = _docstring(self.bug) + f"\n\nnetwork {_identifier(self.bug.name)} {{\n"
        self._inputs()
        for layer in self.bug.layers:
            if layer.op in JOINS and len(layer.inputs) > 1:
                self._join(layer)
            elif len(layer.inputs) == 1:
                self._step(layer)
            else:
                raise Untranslatable(f"the language has no {layer.op} of {len(layer.inputs)} values")
            self.flow = layer.name
        self._promise()
        self.text += "}\n"
        return Program(self.text, self.places)

    def _inputs(self) -> None:
        """Sizes of positions are symbols, so that others can be asked for; equal ones are the same."""
        known: dict[tuple[str, int], str] = {}
        taken: set[str] = set()
        for name, sizes in self.bug.inputs.items():
            axes = _axes(name, sizes, known, taken)
            start = len(self.text) + 4
            self.text += f"    input {self._reference(name)}: [{', '.join(axes)}]\n"
            self.places[name] = start, len(self.text) - 1

    def _step(self, layer: Layer) -> None:
        (operand,) = layer.inputs
        written = self._label(layer) + call(layer, self.ranks.get(operand))
        if operand != self.flow:
            self._line(f"from {self._reference(operand)} -> ", layer.name, written)
        elif layer.name not in self.named and layer.op.rstrip("123d") in TAILS and self._has_room(written):
            self.text = self.text.removesuffix("\n") + " -> "
            self._write(layer.name, written)
        else:
            self._line("", layer.name, written)

    def _has_room(self, written: str) -> bool:
        line = self.text.removesuffix("\n").rpartition("\n")[2]
        return not line.lstrip().startswith(("input ", "}")) and len(line) + len(written) + 4 <= WIDTH

    def _join(self, layer: Layer) -> None:
        name = JOINS[layer.op]
        if name == "concat":
            _check_axis(layer, self.ranks.get(layer.inputs[0]))
        lines = ["identity" if operand == self.flow else f"from {self._reference(operand)}" for operand in layer.inputs]
        body = "".join(f"        {line}\n" for line in lines)
        self._line("", layer.name, f"{self._label(layer)}{name} {{\n{body}    }}")

    def _line(self, before: str, name: str, written: str) -> None:
        self.text += f"    {before}"
        self._write(name, written)

    def _write(self, name: str, written: str) -> None:
        self.places[name] = len(self.text), len(self.text) + len(written)
        self.text += written + "\n"

    def _label(self, layer: Layer) -> str:
        return f"{self._reference(layer.name)}: " if layer.name in self.named else ""

    def _reference(self, name: str) -> str:
        if name not in self.bug.inputs:
            return name if _is_name(name) else f'"{name.replace(".", "_")}"'
        # The name of an input cannot be quoted.
        return name if _is_name(name) else "x" if self.bug.layer("x") is None and "x" not in self.bug.inputs else "x_0"

    def _promise(self) -> None:
        if self.flow != self.bug.output:
            self.text += f"    from {self._reference(self.bug.output)}\n"
        if self.bug.declared is not None:
            if not all(isinstance(size, int) for size in self.bug.declared):
                raise Untranslatable(f"a declared output that is no list of sizes: {self.bug.declared}")
            start = len(self.text) + 4
            self.text += f"    output result: [{', '.join(map(str, self.bug.declared))}]\n"
            self.places[PROMISE] = start, len(self.text) - 1


def _docstring(bug: Bug) -> str:
    title = bug.facts["title"].replace("\\", "\\\\").replace('"', '\\"')
    return f'"""{title}\n\n{bug.facts["source"]}\n"""'


def _identifier(name: str) -> str:
    cleaned = re.sub(r"\W", "_", name).lower()
    return cleaned if _is_name(cleaned) else f"bug_{cleaned}"


def _is_name(name: str) -> bool:
    """Whether the language reads it as a name: asked of its parser, which knows the reserved words."""
    return not parse(Source("name", f"network n {{\n    {name}: relu\n}}\n"))[1] and name.isidentifier()


def _axes(name: str, sizes: Sizes, known: dict[tuple[str, int], str], taken: set[str]) -> list[str]:
    if not 1 <= len(sizes) <= 4:
        raise Untranslatable(f"the input {name} has {len(sizes)} axes, and a map of the language has at most four")
    axes = [str(sizes[0])]
    for letter, size in zip(("", "L", "HW", "DHW")[len(sizes) - 1], sizes[1:], strict=True):
        symbol = known.get((letter, size))
        if symbol is None:
            symbol = letter if letter not in taken else f"{letter}_{name}"
            axes.append(f"{symbol}={size}")
            taken.add(symbol)
            known[letter, size] = symbol
        else:
            axes.append(symbol)
    return axes


def _named(bug: Bug) -> set[str]:
    """The layers with a name of their author's (not ``relu_1``), and those that are read from elsewhere."""
    first = {one["name"]: one["op"] for one in bug.facts["layers"]}
    chosen = {one.name for one in bug.layers if one.name.rpartition("_")[0] != first.get(one.name, one.op)}
    before = next(iter(bug.inputs))
    for layer in bug.layers:
        chosen.update(operand for operand in layer.inputs if operand != before)
        before = layer.name
    return chosen | ({bug.output} if bug.output != before else set())


def _check_axis(layer: Layer, rank: int | None) -> None:
    axis = layer.arguments.get("dim", 1)
    if axis != 1 and (rank is None or axis != -rank):
        raise Untranslatable(f"the language joins along C, and {layer.name} joins along axis {axis}")
