"""Networks in Python: what ``cnndsl.load`` gives."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from cnndsl.compiler import check
from cnndsl.diagnostics import Diagnostic
from cnndsl.diagnostics.render import render
from cnndsl.graph import Graph, opened
from cnndsl.shape import Shape
from cnndsl.workspace.imports import Reader
from cnndsl.workspace.target import Target, find

if TYPE_CHECKING:
    import networkx
    from torch import nn

    from cnndsl.passes.conventions import Convention
    from cnndsl.summary import Summary
    from cnndsl.summary.report import By
    from cnndsl.summary.sizes import InputSizes

Shown = TypeVar("Shown", str, bytes)


class CnnError(Exception):
    """A program has errors. ``findings`` are all of them; the message shows them as the command line does."""

    def __init__(self, findings: list[Diagnostic]) -> None:
        super().__init__("\n" + "\n".join(map(render, findings)))
        self.findings = findings


class Network:
    """A network with its arguments: known in full before anything runs.

    ``ir`` is its graph, ``document`` the docstring of its file.
    """

    def __init__(
        self,
        target: Target,
        graph: Graph,
        document: str | None,
        arguments: Mapping[str, object],
        sizes: Mapping[str, int],
    ) -> None:
        self._target = target
        self.document = document
        self._arguments = dict(arguments)
        self._sizes = dict(sizes)
        self.ir = graph

    def __repr__(self) -> str:
        return f"<network {self.name} of {self._target.source.name}>"

    @property
    def name(self) -> str:
        """Its name in the file."""
        return self.ir.name

    @property
    def graph(self) -> networkx.MultiDiGraph[str]:
        """Inputs and operations in the order of the text, blocks opened; see ``cnndsl.graph.opened``.

        A node is called by its dotted name; ``data["step"].path`` are the blocks that it stands in, ``data["shape"]``
        is its shape. ``ir`` is the same with the blocks kept closed.
        """
        return opened(self.ir)

    @property
    def shapes(self) -> dict[str, Shape]:
        """The shape of every value by the dotted name of its node, blocks opened; the batch is left out."""
        found: dict[str, Shape] = {}
        _collect(self.ir, "", found)
        return found

    def configured(self, sizes: Mapping[str, int] | None = None, **arguments: object) -> Network:
        """The same network with other arguments or input sizes: ``configured({"H": 320}, classes=10)``."""
        given = {**self._arguments, **{name: _value(value) for name, value in arguments.items()}}
        measured = {**self._sizes, **(sizes or {})}
        return _networks(self._target._replace(network=self.name), given, measured)[self.name]

    def summary(
        self,
        depth: int = 1,
        by: By = "layer",
        columns: str | Iterable[str] | None = None,
        sort: str | None = None,
        no_bias: bool = False,
        convention: Convention = "macs",
    ) -> Summary:
        """The table of ``cnn summary``, which has these as options; it prints as text."""
        from cnndsl.summary import Summary

        return Summary(self.ir, depth, by, columns, sort, no_bias, convention)

    def sizes(self) -> InputSizes:
        """The input sizes that its module takes, as ``cnn sizes`` prints them."""
        from cnndsl.summary.sizes import InputSizes

        return InputSizes(self.ir)

    def why(self, place: str) -> str:
        """Why a step or one of its sizes is what it is, as ``cnn why`` prints it: ``layer3.0.conv2.height``.

        Raises ``ValueError`` where there is no such step.
        """
        from cnndsl.summary.why import why

        return why(self.ir, place, (*self._arguments, *self._sizes))

    def draw(
        self,
        format: str = "svg",
        depth: int = 1,
        expand: str | Iterable[str] = (),
        direction: str | None = None,
        theme: str = "light",
        label: str | None = None,
        style: str = "blocks",
    ) -> str | bytes:
        """A picture: the text of ``svg`` or ``dot``, the bytes of ``png`` or ``pdf``; the options of ``cnn draw``.

        Raises ``ValueError`` for an option that says nothing, ``OSError`` where there is no Graphviz, ``ImportError``
        where volumes are asked for and there is no matplotlib.
        """
        from cnndsl.workspace.drawing import drawn, links_from, volumes

        opened_too = (expand,) if isinstance(expand, str) else tuple(expand)
        if style == "volumes":
            made = volumes(self.ir, format, depth, opened_too, theme, direction)
        elif style == "blocks":
            from cnndsl.backends.graphviz import Style, View

            look = Style(direction or "TB", theme, label, links_from(""), page=format == "pdf")
            made = drawn(self.ir, format, View(depth, opened_too), look)
        else:
            raise ValueError(f"{style!r} is not one of blocks, volumes")
        return made.decode() if format in ("svg", "dot") else made

    def _repr_svg_(self) -> str | None:
        return self._displayed("svg", str)

    def _repr_png_(self) -> bytes | None:
        return self._displayed("png", bytes)

    def _displayed(self, format: str, kind: type[Shown]) -> Shown | None:
        """The picture that a notebook shows; None, so that it shows the text, where there is no Graphviz or no room."""
        from cnndsl.backends.graphviz import DrawError
        from cnndsl.workspace.engine import EngineError

        try:
            made = self.draw(format)
        except (DrawError, EngineError):
            return None
        return made if isinstance(made, kind) else None

    def source(self) -> str:
        """The network as PyTorch source."""
        return source_of([self])

    def build(self) -> nn.Module:
        """The network as a PyTorch module with fresh weights; needs ``torch``."""
        from cnndsl.backends.torch.context import identifier
        from cnndsl.workspace.building import build

        return build(self.source(), identifier(self.name))


def load(target: str | os.PathLike[str]) -> dict[str, Network]:
    """The networks of a file by name; of a bundled name or ``file.cnn:network``, that one.

    Networks that need arguments are left out unless named. Raises ``CnnError`` where the program has errors.
    """
    place, problem = find(os.fspath(target))
    if problem is not None:
        raise CnnError([problem])
    return _networks(place, {}, {})


def source_of(networks: list[Network]) -> str:
    """Several networks as one PyTorch module."""
    from cnndsl.backends.torch import generate

    documents = {network.document for network in networks}
    return generate([network.ir for network in networks], documents.pop() if len(documents) == 1 else None)


def _networks(target: Target, arguments: Mapping[str, object], sizes: Mapping[str, int]) -> dict[str, Network]:
    read = Reader(target.source, target.path or "")
    checked = check(target.source, read, target.network, arguments, sizes)
    errors = [finding for finding in checked.findings if finding.severity == "error"]
    if errors:
        raise CnnError(errors)
    return {
        name: Network(target, graph, checked.file.doc, arguments, sizes) for name, graph in checked.networks.items()
    }


def _collect(graph: Graph, prefix: str, found: dict[str, Shape]) -> None:
    for value, shape in graph.shapes.items():
        if not value.output:
            found[prefix + value.node] = shape
    for node in graph:
        if node.graph is not None:
            _collect(node.graph, f"{prefix}{node.name}.", found)


def _value(value: Any) -> object:
    """Lists of Python are lists of the language."""
    return tuple(map(_value, value)) if isinstance(value, list | tuple) else value
