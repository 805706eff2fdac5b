"""What is known while one class is written: its uses, its names, its constructor arguments."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Callable, Sequence
from typing import Any

from cnndsl.backends.torch.code import Code, Composer, World, all_same, constant, name
from cnndsl.backends.torch.expressions import names, signs
from cnndsl.backends.torch.mentions import uses
from cnndsl.backends.torch.plan import ModuleClass, Parameter
from cnndsl.elaborate.evaluate import evaluate
from cnndsl.graph import Graph
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.syntax import tree

SUPPORTS = frozenset({"LayerNorm1d", "LayerNorm2d", "LayerNorm3d", "RBF", "StochasticDepth", "center_crop", "pad_same"})
"""Names that the spelling of operations brings with it."""
IMPORTED = frozenset({"nn", "F", "torch", "Tensor", "NamedTuple"})
RESERVED = IMPORTED | SUPPORTS | {"self", "super", "x"}


class CannotShare(Exception):
    """A class cannot say something for all of its instances, or a loop not for all of its iterations."""

    def __init__(self, loop: tree.Step | None) -> None:
        super().__init__("no expression holds for every use")
        self.loop = loop


class BetterKept(Exception):
    """A loop that was written out needs more arguments than one that is kept."""

    def __init__(self, loop: tree.Step) -> None:
        super().__init__("a loop reads better")
        self.loop = loop


class Context:
    """One class in the making.

    ``frames`` map names of the language to what ``__init__`` and ``forward`` call them; ``passes`` are the worlds that
    are iterations of kept loops.
    """

    def __init__(
        self, owner: ModuleClass, classes: dict[Graph, ModuleClass], unrolled: set[int], kept: set[int]
    ) -> None:
        self.owner = owner
        self.classes = classes
        self.unrolled = unrolled
        self.kept = kept
        self.flat = False
        self.closed: dict[str, Code] = {}
        self.roots = [World(graph, graph.trace) for graph in owner.graphs if graph.trace is not None]
        self.frames: list[dict[str, tuple[Code, Code]]] = [{}]
        self.parameters: dict[str, Parameter] = {}
        self.loops: list[tree.Step] = []
        self.counters: list[str] = []
        self.passes: dict[World, tree.Step] = {}
        self.attributes = {n.module.partition(".")[0] for g in owner.graphs for n in g if n.module is not None}
        self.locals: set[str] = set()
        self.spoken: set[str] = set()
        self.counting: set[str] = set()
        self.carries: set[str] = set()
        self.shared: dict[str, str] = {}
        self.around: list[Graph] = []
        self.overwriting: frozenset[Span] = frozenset()
        self.supports: dict[str, None] = {}
        self.kinds: dict[str, dict[str, None]] = {}

    # Names

    def local(self, text: str) -> str:
        """A new local variable of ``__init__``."""
        found = self.python_name(text, self.locals | set(self.parameters))
        self.locals.add(found)
        return found

    def variable(self, text: str) -> str:
        """A new variable of a loop, which ``forward`` may have too."""
        found = self.python_name(text, self.locals | self.spoken | set(self.parameters))
        self.locals.add(found)
        self.counting.add(found)
        return found

    def counter(self) -> str:
        """The variable that counts the passes of the innermost kept loop."""
        if not self.counters[-1]:
            self.counters[-1] = self.variable("i")
        return self.counters[-1]

    def around_loop(self, world: World) -> World | None:
        """The world in which the innermost kept loop runs that a world is in; None where there is none."""
        place: World | None = world
        while place is not None and place not in self.passes:
            place = place.parent
        return None if place is None else place.parent

    def attribute(self, text: str) -> str:
        """A new attribute for a module that has no weights and no name."""
        return self.python_name(text, self.attributes)

    @property
    def hoisted(self) -> int:
        """How many arguments had to be added."""
        return sum(parameter.source == "" for parameter in self.parameters.values())

    def later(self, say: Callable[[set[str]], str]) -> Callable[[set[str]], str]:
        """``say`` with the names that are in force now."""
        frames, loops = list(self.frames), list(self.loops)

        def then(used: set[str]) -> str:
            before = self.frames, self.loops
            self.frames, self.loops = frames, loops
            text = say(used)
            self.frames, self.loops = before
            return text

        return then

    def carried(self, entry: Code) -> str | None:
        """The variable that carries the channels already, where ``entry`` follows from it."""
        return next((word for word in names(entry.expression) if word in self.carries), None)

    def carry_name(self, shapes: Sequence[Shape | None], entry: Code, alone: bool) -> str:
        """The variable that carries the channels through a loop; the one at hand where there is one.

        ``alone``: nothing but the loop asks for the block's own channels, so their argument can be counted on.
        """
        if entry.text in self.carries:
            return entry.text
        flat = all(shape is not None and shape.rank == 1 for shape in shapes)
        word = "in_features" if flat else "in_channels"
        given = next((one.name for one in self.parameters.values() if one.source == "channels"), None)
        if alone and given == entry.text and "in." not in self.owner.definition.span.text:
            self.carries.add(given)
            return given
        if word in self.locals or word == given:
            word = "features" if flat else "channels"
        found = self.local(word)
        self.carries.add(found)
        return found

    def python_name(self, text: str, taken: set[str]) -> str:
        """An identifier made of ``text`` that nothing in ``taken`` has."""
        word = identifier(text)
        found, number = word, 2
        while found in taken or found in RESERVED:
            found, number = f"{word}_{number}", number + 1
        taken.add(found)
        return found

    def lookup(self, forward: bool) -> Callable[[str], Code | None]:
        """How names of the language are said in ``__init__`` or in ``forward``."""

        def find(word: str) -> Code | None:
            for frame in reversed(self.frames):
                if word in frame:
                    return frame[word][forward]
            return self._parameter_code(word, forward)

        return find

    def _parameter_code(self, word: str, forward: bool) -> Code | None:
        definition = self.owner.definition
        declared = next((one for one in definition.parameters if one.name.id == word), None)
        values = {graph: graph.arguments.get(word) for graph in self.owner.graphs}
        if declared is None or not all(plain(value) for value in values.values()):
            return None
        if all_same(list(values.values())):
            return constant(next(iter(values.values())), self.roots)
        return self.said(self._parameter(word, word, values, declared.default), forward)

    def _parameter(
        self, word: str, source: str, values: dict[Graph, Any], default: tree.Expression | None = None
    ) -> Parameter:
        for parameter in self.parameters.values():
            if parameter.source == source and source:
                return parameter
        python = self.python_name(word, set(self.parameters) | self.locals)
        usual: object = default.value if isinstance(default, tree.Literal) else None
        if isinstance(default, tree.Size):
            usual = default.sizes
        self.parameters[python] = Parameter(python, source, values, usual)
        return self.parameters[python]

    def said(self, parameter: Parameter, forward: bool) -> Code:
        """A constructor argument as ``__init__`` or ``forward`` names it."""
        values = {world: parameter.values[world.graph] for world in self.roots}
        return name(f"self.{parameter.name}" if forward else parameter.name, values)

    def sized(self, word: str, kind: str, value: object) -> None:
        """Note that a parameter goes where PyTorch takes one number or one for each axis."""
        several = kind in ("Pair", "Triple") and isinstance(value, tuple) and len(value) > 1
        if several or kind in ("Padding", "TriplePadding"):
            body = self.owner.definition.body
            for parameter in self.parameters.values():
                if parameter.source == word and all(uses(body, word)):
                    parameter.size = True

    def channels_parameter(self, forward: bool = False) -> Code | None:
        """``in_channels``: the channels of the block's flow; None where they are unknown."""
        shapes = {graph: input_shape(graph) for graph in self.owner.graphs}
        values = {graph: shape and shape.channels for graph, shape in shapes.items()}
        if any(value is None for value in values.values()):
            return None
        flat = all(shape is not None and shape.rank == 1 for shape in shapes.values())
        if all_same(list(values.values())):
            return constant(next(iter(values.values())), self.roots)
        return self.said(self._parameter("in_features" if flat else "in_channels", "channels", values), forward)

    # Expressions

    def composer(self, worlds: Sequence[World], shapes: Sequence[Shape | None], forward: bool = False) -> Composer:
        """Writes expressions that stand in the bodies of ``worlds``, where the flow has ``shapes``."""
        flow = dict(zip(worlds, shapes, strict=True))

        def value(expression: tree.Expression, world: World) -> Any:
            return evaluate(expression, world.trace.scope, flow[world])

        def attribute(expression: tree.Attribute) -> Code | None:
            values = {world: value(expression, world) for world in worlds}
            if isinstance(expression.value, tree.Name) and expression.value.id == "in":
                if expression.name.id == "channels":
                    return self.channels_parameter(forward)
                return self.hoist(values, f"in_{expression.name.id}", forward)
            return None

        return Composer(worlds, self.lookup(forward), value, attribute)

    def resolve(
        self,
        worlds: Sequence[World],
        values: Sequence[Any],
        candidates: Sequence[Code | None],
        hint: str,
        forward: bool = False,
    ) -> Code:
        """An expression that is worth ``values``: a literal, the first candidate that is, or a new argument."""
        for code in candidates:
            if code is not None and not code.literal and signs(code.expression) <= 1 and code.agrees(worlds, values):
                return code
        if all_same(values):
            first = next((code for code in candidates if code is not None and code.literal), None)
            return first if first is not None and first.agrees(worlds, values) else constant(values[0], worlds)
        for code in candidates:
            if code is not None and code.agrees(worlds, values):
                return code
        code = self.hoist(dict(zip(worlds, values, strict=True)), hint, forward)
        if code is None:
            raise CannotShare(self.loops[-1] if self.loops else None)
        return code

    def hoist(self, values: dict[World, Any], hint: str, forward: bool) -> Code | None:
        """A constructor argument for what is the same throughout an instance; None where it is not."""
        by_graph: dict[Graph, Any] = {}
        for world, value in values.items():
            if not plain(value) or not all_same([by_graph.setdefault(world.graph, value), value]):
                return None
        if len(by_graph) < len(self.owner.graphs):
            rest = {graph: next(iter(by_graph.values())) for graph in self.owner.graphs if graph not in by_graph}
            by_graph.update(rest)
        known = next((one for one in self.parameters.values() if one.source == "" and one.values == by_graph), None)
        return self.said(known or self._parameter(hint, "", by_graph), forward)


def input_shape(graph: Graph) -> Shape | None:
    """The shape of what flows into a block or network."""
    from cnndsl.trace import Value

    return graph.shapes.get(Value(graph.inputs[0])) if graph.inputs else None


def field(output: str) -> str:
    """The name of an output in a ``NamedTuple``, which has none that begin with ``_``."""
    word = identifier(output)
    return f"output{word}" if word.startswith("_") else word


def plain(value: object) -> bool:
    """Whether a constructor can take it: a number, a word, a list of such."""
    if isinstance(value, tuple):
        return all(map(plain, value))
    return value is None or isinstance(value, (bool, int, float, str))


def identifier(text: str) -> str:
    """``text`` with everything that Python does not allow in a name made ``_``."""
    word = re.sub(r"\W", "_", text, flags=re.ASCII) or "_"
    word = f"_{word}" if word[0].isdigit() else word
    return f"{word}_" if keyword.iskeyword(word) or word in IMPORTED | {"self"} or hasattr(builtins, word) else word
