"""A file of PyTorch: its classes, and one function a network."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from cnndsl.backends.torch.classes import declared, docstring, draft, finish, hint
from cnndsl.backends.torch.code import literal as expression
from cnndsl.backends.torch.code import same, write
from cnndsl.backends.torch.context import CannotShare, Context, identifier
from cnndsl.backends.torch.initial import initialize
from cnndsl.backends.torch.layout import wrap
from cnndsl.backends.torch.plan import ModuleClass, Parameter, group
from cnndsl.graph import Graph
from cnndsl.syntax import tree

Open = dict[Graph, dict[str, Graph]]
"""By network, the parameters that its function takes, each with the network built at another value of it."""


class File:
    """A module in the making."""

    def __init__(self, networks: Sequence[Graph], variants: Sequence[Graph], doc: str | None) -> None:
        self.networks = networks
        self.variants = variants
        self.doc = doc
        self.apart: list[tree.Definition] = []
        self.unrolled: dict[int, set[int]] = {}

    def text(self, free: dict[Graph, tuple[str, ...]]) -> str:
        """The file; ``free`` are the parameters that each network's function takes."""
        while True:
            try:
                return self._attempt(free)
            except _Again:
                continue

    def _attempt(self, free: dict[Graph, tuple[str, ...]]) -> str:
        classes = group([*self.networks, *self.variants], self.apart)
        of = {graph: one for one in classes for graph in one.graphs}
        name_classes(classes)
        supports: dict[str, None] = {}
        kinds: dict[str, set[str]] = {}
        rows: list[str] = []
        roots = [*self.networks, *self.variants]
        for one in classes:
            context = Context(one, of, self.unrolled.setdefault(id(one.definition), set()))
            context.around = roots
            try:
                made = draft(context)
                for name, found in context.kinds.items():
                    kinds.setdefault(name, set()).update(found)
                lines = finish(made, initialize(context, kinds, of))
            except CannotShare as reason:
                self._divide(one, reason)
            supports.update(context.supports)
            rows += ["", "", *_outputs(one), *lines]
        for network in self.networks:
            rows += ["", "", *function(network, of[network], free.get(network, ()))]
        helpers = [line for support in supports for line in ["", "", *support.strip("\n").split("\n")]]
        return _assemble(self.doc, [*helpers, *rows])

    def _divide(self, one: ModuleClass, reason: CannotShare) -> None:
        """Say less at once: write a loop out, then give every instance a class of its own."""
        done = self.unrolled[id(one.definition)]
        if reason.loop is not None and reason.loop.span.start not in done:
            done.add(reason.loop.span.start)
        elif one.definition not in self.apart:
            self.apart.append(one.definition)
        else:
            raise reason
        raise _Again


class _Again(Exception):
    """Start over with other decisions."""


def _outputs(one: ModuleClass) -> list[str]:
    outputs = one.graphs[0].outputs
    if len(outputs) < 2:
        return []
    fields = [f"    {identifier(output.name)}: Tensor" for output in outputs]
    return [f"class {one.name}Output(NamedTuple):", *fields, "", ""]


def name_classes(classes: Sequence[ModuleClass]) -> None:
    """Give every class a name: that of its block; of several by one block, what tells them apart."""
    taken: set[str] = set()
    for one in classes:
        base = camel(one.definition.name.id)
        rivals = [other for other in classes if other.definition is one.definition]
        name = base
        if len(rivals) > 1:
            parts = [camel(v.name) for v in one.graphs[0].arguments.values() if type(v).__name__ == "BlockValue"]
            name = "".join(parts) + base
        found, number = name, 2
        while found in taken:
            found, number = f"{name}{number}", number + 1
        taken.add(found)
        one.name = found


def camel(word: str) -> str:
    """``dense_layer`` as ``DenseLayer``, ``resnet`` as ``ResNet``, ``vgg`` as ``VGG``."""
    out = ""
    for part in re.split(r"\W|_", word, flags=re.ASCII):
        short = re.fullmatch(r"[b-df-hj-np-tv-z]{2,3}\d*", part)
        net = re.fullmatch(r"([a-z]+)net(v?\d*)", part)
        if short:
            out += part.upper()
        elif net:
            out += f"{net[1].capitalize()}Net{net[2].upper()}"
        else:
            out += part[:1].upper() + part[1:]
    return out if out[:1].isalpha() else f"Net{out}"


def function(network: Graph, one: ModuleClass, free: Sequence[str]) -> list[str]:
    """The function that builds a network."""
    arguments, texts = [], []
    positional = True
    for parameter in one.parameters:
        value = parameter.values[network]
        if parameter.source in free:
            word = identifier(parameter.source)
            arguments.append(f"{word}: {hint([value])} = {write(expression(value))}")
            text = word
        elif parameter.default is not None and same(value, parameter.default):
            positional = False
            continue
        else:
            text = write(expression(value))
        texts.append(text if positional and parameter.default is None else f"{parameter.name}={text}")
    doc = network.doc if network.doc is not None else None
    head = wrap(f"def {identifier(network.name)}({', '.join(arguments)}) -> {one.name}:", 0)
    return [*head, *docstring(doc, 4), *wrap(f"return {one.name}({', '.join(texts)})", 4)]


def _assemble(doc: str | None, rows: Sequence[str]) -> str:
    body = "\n".join(rows)
    imports = []
    if re.search(r"\(NamedTuple\)", body):
        imports += ["from typing import NamedTuple", ""]
    if re.search(r"(?<![\w.])torch\.", body):
        imports.append("import torch")
    tensor = "Tensor, " if re.search(r"(?<![\w.])Tensor\b", body) else ""
    imports.append(f"from torch import {tensor}nn")
    if re.search(r"(?<![\w.])F\.", body):
        imports.append("from torch.nn import functional as F")
    head = docstring(doc, 0)
    return "\n".join([*head, *([""] if head else []), *imports, *rows]) + "\n"


def declared_parameter(parameter: Parameter) -> str:
    """A parameter as a signature has it."""
    return declared(parameter)


Rebuild = Callable[[Graph, str, object], Graph | None]
