"""Weights paths: levels, labels, numbers.

A level is a block instance or a group. Groups, and bodies of only unlabelled steps, number their steps; elsewhere an
unlabelled step is named after what it applies.
"""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.diagnostics.diagnostic import Label as Because
from cnndsl.elaborate.fault import Fault
from cnndsl.graph import Graph
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Value

TAKEN = "training"
"""The name under which a PyTorch module keeps its mode: no step can have it."""


class Label:
    """What a label stands for: a value, and for a group its level, for an applied block its graph.

    ``training``: computed in training only.
    """

    __slots__ = ("graph", "level", "open", "span", "training", "value")

    def __init__(self, span: Span) -> None:
        self.training = False
        self.span = span
        self.value: Value | None = None
        self.level: Level | None = None
        self.graph: Graph | None = None
        self.open = True


class Layout(NamedTuple):
    """What the text of a level says: the labels in it that are plain words, and whether there is any label."""

    labelled: bool
    words: dict[str, Span]


class Level:
    """A level of the weights path while its steps are executed."""

    __slots__ = ("count", "keys", "labels", "layout", "numbered", "numbers", "parent", "path", "prefix")

    def __init__(self, path: str, layout: Layout, numbered: bool, parent: Level | None) -> None:
        self.path = path
        self.prefix = path + "." if path else ""
        self.layout = layout
        self.numbered = numbered
        self.parent = parent
        self.count = 0
        self.labels: dict[str, Label] = {}
        self.keys: dict[str, Span] = {}
        self.numbers: dict[str, int] = {}

    def key(self, label: str | None, word: str, weighted: bool, span: Span) -> str | None:
        """The path of a step's weights, None where it has none."""
        if (label or word) == TAKEN and (label is not None or (weighted and not self.numbered)):
            why = f"no step can be called {TAKEN}: a PyTorch module keeps its mode under this name"
            raise Fault("E0205", why, span, help=(f"label it otherwise: `{TAKEN}_path: ...`",))
        if label is None and not self.numbered:
            return self.prefix + self._free(word, span) if weighted else None
        key = str(self.count) if label is None else label
        self.count += 1
        if self.layout.labelled:
            other = self.keys.setdefault(key, span)
            if other is not span:
                raise Fault("E0204", f"{key} is the key of two steps", span, labels=(Because(other, "here too"),))
        return self.prefix + key

    def _free(self, word: str, span: Span) -> str:
        number = self.numbers.get(word, 0)
        name = word if number == 0 else f"{word}_{number + 1}"
        while name in self.keys or name in self.layout.words:
            number += 1
            name = f"{word}_{number + 1}"
        self.numbers[word] = number + 1
        self.keys[name] = span
        return name

    def reserve(self, text: str, span: Span) -> Label:
        """A new label; raises ``Fault`` where there is one already or where a path cannot have it."""
        if not text or "." in text:
            why = f'a label cannot have a dot, and this is "{text}"' if text else "this label is empty"
            raise Fault("E0205", why, span, help=("a group makes a level: `a: { b: ... }`",) if text else ())
        other = self.labels.get(text)
        if other is not None:
            because = (Because(other.span, "first used here"),) if other.span != span else ()
            help = () if because else (f'a loop repeats it: number it, such as "{text}{{i}}"',)
            raise Fault("E0204", f"there are two steps labelled {text}", span, labels=because, help=help)
        label = self.labels[text] = Label(span)
        return label


def root(layout: Layout) -> Level:
    """The level of a block instance."""
    return Level("", layout, not layout.labelled, None)


def lay_out(body: tree.Body) -> Layout:
    """Look at the steps of one level; loops, joins and the like belong to it, groups do not."""
    words: dict[str, Span] = {}
    labelled = _look(body, words)
    return Layout(labelled, words)


def _look(body: tree.Body, words: dict[str, Span]) -> bool:
    labelled = False
    for line in body.lines:
        for step in line.steps:
            if isinstance(step, tree.Apply | tree.Group) and step.label is not None:
                labelled = True
                word = plain(step.label)
                if word is not None:
                    words.setdefault(word, step.label.span)
            elif isinstance(step, tree.Shared):
                labelled = True
                words.setdefault(step.name.id, step.name.span)
            elif isinstance(step, tree.Output) and step.chain is not None:
                labelled = True
                word = plain(step.name)
                if word is not None:
                    words.setdefault(word, step.name.span)
                _look(tree.Body((step.chain,), None, step.span), words)
            for inner in inside(step):
                labelled = _look(inner, words) or labelled
    return labelled


def plain(label: tree.Template) -> str | None:
    """The text of a label without expressions in it."""
    if len(label.parts) == 1 and isinstance(label.parts[0], str):
        return label.parts[0]
    return None if label.parts else ""


def inside(step: tree.Step) -> tuple[tree.Body, ...]:
    """Bodies of a step that make no level."""
    kind = type(step)
    if kind is tree.Apply:
        return (step.branches,) if step.branches is not None else ()  # type: ignore[union-attr]
    if kind in (tree.Repeat, tree.For, tree.With, tree.Dense):
        return (step.body,)  # type: ignore[union-attr]
    if isinstance(step, tree.If):
        arms = tuple(body for _, body in step.arms)
        return (*arms, step.otherwise) if step.otherwise is not None else arms
    if isinstance(step, tree.Residual):
        return (step.body, step.shortcut) if step.shortcut is not None else (step.body,)
    return ()
