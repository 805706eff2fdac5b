"""A file of PyTorch: its classes, and one function a network."""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence

from cnndsl.backends.torch.classes import draft, finish
from cnndsl.backends.torch.code import literal as expression
from cnndsl.backends.torch.code import same
from cnndsl.backends.torch.context import IMPORTED, SUPPORTS, BetterKept, CannotShare, Context, field, identifier
from cnndsl.backends.torch.expressions import write
from cnndsl.backends.torch.fields import write_field
from cnndsl.backends.torch.free import asked_as, free_parameters, order
from cnndsl.backends.torch.initial import initialize
from cnndsl.backends.torch.layout import wrap
from cnndsl.backends.torch.outline import Outliner
from cnndsl.backends.torch.plan import ModuleClass, group, reachable
from cnndsl.backends.torch.signature import docstring, hint
from cnndsl.backends.torch.tables import Tables
from cnndsl.elaborate.values import BlockValue
from cnndsl.graph import Graph
from cnndsl.passes.inplace import overwriting
from cnndsl.syntax import tree


class File:
    """A module in the making."""

    def __init__(self, networks: Sequence[Graph], doc: str | None) -> None:
        outliner = Outliner()
        self.networks = [outliner.graph(network) for network in networks]
        self.free = {
            network: {name: list(map(outliner.graph, found)) for name, found in free_parameters(network).items()}
            for network in self.networks
        }
        self.doc = doc
        self.overwriting = overwriting(networks)
        self.apart: list[tree.Definition] = []
        self.flat: list[tree.Definition] = []
        self.unrolled: dict[int, set[int]] = {}
        self.kept: dict[int, set[int]] = {}

    def text(self) -> str:
        """The file."""
        while True:
            try:
                return self._attempt()
            except _Again:
                continue

    def _attempt(self) -> str:
        kin = {other: network for network, free in self.free.items() for found in free.values() for other in found}
        classes = group([*self.networks, *kin], self.apart, kin)
        of = {graph: one for one in classes for graph in one.graphs}
        name_classes(classes, [identifier(network.name) for network in self.networks])
        supports: dict[str, None] = {}
        kinds: dict[str, set[str]] = {}
        rows: list[str] = []
        for one in classes:
            key = id(one.definition)
            context = Context(one, of, self.unrolled.setdefault(key, set()), self.kept.setdefault(key, set()))
            context.flat = one.definition in self.flat
            context.around = list(self.networks)
            context.overwriting = self.overwriting
            try:
                made = draft(context)
                for name, found in context.kinds.items():
                    kinds.setdefault(name, set()).update(found)
                lines = finish(made, initialize(context, kinds, of, made.places))
            except BetterKept as reason:
                self.kept[key].add(reason.loop.span.start)
                raise _Again from None
            except CannotShare as reason:
                self._divide(one, reason)
            supports.update(context.supports)
            rows += ["", "", *_outputs(one), *lines]
        tables = Tables(self.networks, {one.name for one in classes} | {network.name for network in self.networks})
        rows += tables.lines()
        for network in self.networks:
            self._settle(network, of)
            rows += ["", "", *function(network, of[network], tuple(self.free[network]), tables)]
        helpers = [line for support in supports for line in ["", "", *support.strip("\n").split("\n")]]
        return _assemble(self.doc, [*helpers, *rows])

    def _settle(self, network: Graph, of: dict[Graph, ModuleClass]) -> None:
        """Give up parameters of the function that do more than reach operations."""
        own = of[network]
        for name, variants in self.free[network].items():
            for variant in variants:
                changing = [p.source for p in own.parameters if not same(p.values[network], p.values.get(variant))]
                if of[variant] is not own or changing != [name]:
                    del self.free[network][name]
                    raise _Again

    def _divide(self, one: ModuleClass, reason: CannotShare) -> None:
        """Say less at once: write a loop out, give every instance a class of its own, write all loops out."""
        done = self.unrolled[id(one.definition)]
        kept = one.definition not in self.apart
        freed = [network for network in self.networks if self.free[network] and _reaches(network, one)]
        if reason.loop is not None and reason.loop.span.start not in done:
            done.add(reason.loop.span.start)
        elif kept and one.definition.keyword == "network":
            self.apart.append(one.definition)
        elif freed and reason.loop is None:
            self.free.update((network, {}) for network in freed)
        elif kept:
            self.apart.append(one.definition)
        elif one.definition not in self.flat:
            self.flat.append(one.definition)
        else:
            raise reason
        raise _Again


def _reaches(network: Graph, one: ModuleClass) -> bool:
    return not set(one.graphs).isdisjoint(reachable([network]))


class _Again(Exception):
    """Start over with other decisions."""


def _outputs(one: ModuleClass) -> list[str]:
    outputs = one.graphs[0].outputs
    if len(outputs) < 2:
        return []
    several = sum(not output.training for output in outputs) > 1
    fields = [f"    {field(o.name)}: Tensor{' | None' if several and o.training else ''}" for o in outputs]
    return [f"class {one.name}Output(NamedTuple):", *fields, "", ""]


def name_classes(classes: Sequence[ModuleClass], functions: Sequence[str]) -> None:
    """Give every class a name: that of its block; of several by one block, also the argument that tells them apart."""
    taken = {*SUPPORTS, *IMPORTED, *functions}
    for one in classes:
        base = camel(one.definition.name.id)
        rivals = [other for other in classes if other.definition is one.definition]
        name = _apart(one, rivals) + base
        found, number = name, 2
        several = one.graphs[0].several
        while found in taken or hasattr(builtins, found) or (several and f"{found}Output" in taken):
            found, number = f"{name}{number}", number + 1
        taken |= {found, f"{found}Output"} if several else {found}
        one.name = found


def _apart(one: ModuleClass, rivals: Sequence[ModuleClass]) -> str:
    """The name of the first block that this class is given and no rival is."""
    for parameter in one.definition.parameters:
        given = [rival.graphs[0].arguments.get(parameter.name.id) for rival in rivals]
        own = one.graphs[0].arguments.get(parameter.name.id)
        if isinstance(own, BlockValue) and sum(value == own for value in given) < len(rivals):
            return camel(own.name)
    return ""


WORDS = {"relu": "ReLU", "gelu": "GELU", "elu": "ELU", "silu": "SiLU", "googlenet": "GoogLeNet"}
"""Names that no rule spells as their papers do."""


def camel(word: str) -> str:
    """``dense_layer`` as ``DenseLayer``, ``resnet`` as ``ResNet``, ``vgg`` as ``VGG``."""
    out = ""
    for part in re.split(r"\W|_", word, flags=re.ASCII):
        net = re.fullmatch(r"([a-z]+)net(v?\d*)", part)
        if part in WORDS:
            out += WORDS[part]
        elif re.fullmatch(r"[b-df-hj-np-tv-z]{2,3}\d*", part):
            out += part.upper()
        elif net:
            out += f"{camel(net[1])}Net{net[2].upper()}"
        else:
            out += part[:1].upper() + part[1:]
    return out if out[:1].isalpha() else f"Net{out}"


def function(network: Graph, one: ModuleClass, free: Sequence[str], tables: Tables) -> list[str]:
    """The function that builds a network."""
    arguments: dict[str, str] = {}
    texts, positional = [], True
    for parameter in one.parameters:
        value = parameter.values[network]
        if parameter.source in free:
            text = identifier(asked_as(network, parameter.source) or "")
            arguments[parameter.source] = f"{text}: {hint([value])} = {write(expression(value))}"
        elif parameter.default is not None and same(value, parameter.default):
            positional = False
            continue
        else:
            text = tables.name(value) or (write_field(value) if parameter.size else write(expression(value)))
        texts.append(text if positional and parameter.default is None else f"{parameter.name}={text}")
    doc = network.doc if network.doc is not None else None
    listed = ", ".join(arguments[word] for word in order(network) if word in arguments)
    head = wrap(f"def {identifier(network.name)}({listed}) -> {one.name}:", 0)
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
