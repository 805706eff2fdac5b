"""The arguments of an operation as Python text, where several uses share a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from cnndsl.backends.torch.code import Code, World, all_same
from cnndsl.backends.torch.context import CannotShare, Context
from cnndsl.backends.torch.expressions import NOWHERE, write
from cnndsl.backends.torch.plan import reduced
from cnndsl.backends.torch.spelling import shortest, spell
from cnndsl.graph import Node
from cnndsl.shape import Shape
from cnndsl.syntax import tree
from cnndsl.trace import Item


class Use(NamedTuple):
    """A step in one world: the item, and the node that it made."""

    world: World
    item: Item
    node: Node


def uses(worlds: Sequence[World], items: Sequence[Item]) -> list[Use]:
    """The step in each world."""
    return [Use(w, i, w.graph[i.node]) for w, i in zip(worlds, items, strict=True) if i.node is not None]


def shapes_of(use: Use) -> tuple[Shape, ...]:
    """Shapes of the operands."""
    return use.world.graph.operand_shapes(use.node) or ()


def before(use: Use) -> Shape | None:
    """The shape of the flow before the step."""
    return use.world.graph.shapes.get(use.item.before) if use.item.before is not None else None


def distinct(found: Sequence[Use]) -> list[Use]:
    """One use of each operation on each shape."""
    return list({(use.node.operation, shapes_of(use)): use for use in found}.values())


class Fields:
    """The arguments of an operation as Python text (``spelling.Say``)."""

    def __init__(self, context: Context, found: Sequence[Use], flow: Code | None, forward: bool) -> None:
        self.context = context
        self.found = found
        self.flow = flow
        self.forward = forward
        self.shapes = shapes_of(found[0])
        self.defaults: dict[str, bool] = {}
        self.inplace = all(use.node.span in context.overwriting for use in found)

    def _values(self, field: str) -> list[Any]:
        return [getattr(use.node.operation, field) for use in self.found]

    def default(self, field: str) -> bool:
        """Whether it is the operation's default at every use."""
        if field not in self.defaults:
            self.defaults[field] = self._default(field)
        return self.defaults[field]

    def _default(self, field: str) -> bool:
        if self._named(field) is not None:
            return False
        operation = self.found[0].node.operation
        usual = operation.signature[field].default if operation is not None else None
        converted = self._values(field)
        given = [use.node.arguments.get(field) for use in self.found]
        return all_same(converted) and (converted[0] == usual or all(g is not None and g.value == usual for g in given))

    def _reduced(self, field: str) -> bool:
        return any(field in reduced(use.node) for use in self.found)

    def _named(self, field: str) -> Code | None:
        if self._reduced(field):
            return None
        code = argument_code(self.context, self.found, field, self.forward)
        return code if code is not None and not code.literal else None

    def __call__(self, field: str) -> str:
        """Its text."""
        named = self._named(field)
        if named is not None:
            return pair(named) if isinstance(self._values(field)[0], tuple) else named.text
        values = self._values(field)
        if all_same(values):
            operation = self.found[0].node.operation
            kind = operation.signature[field].kind if operation is not None else ""
            return write_field(shortest(kind, values[0]))
        if self._reduced(field):
            raise CannotShare(self.context.loops[-1] if self.context.loops else None)
        code = argument_code(self.context, self.found, field, self.forward)
        raw = [use.node.arguments[field].value for use in self.found]
        worlds = [use.world for use in self.found]
        resolved = self.context.resolve(worlds, raw, [code], hint(self.found, field), self.forward)
        return pair(resolved) if isinstance(values[0], tuple) else resolved.text

    def items(self, field: str) -> list[str]:
        """The texts of the elements of a list."""
        values = self._values(field)
        expression = given(self.found, field)
        parts = expression.items if isinstance(expression, tree.List) else ()
        if any(len(value) != len(values[0]) for value in values):
            raise CannotShare(self.context.loops[-1] if self.context.loops else None)
        worlds = [use.world for use in self.found]
        composer = self.context.composer(worlds, [before(use) for use in self.found], self.forward)
        out = []
        for place in range(len(values[0])):
            code = composer.compose(parts[place]) if len(parts) == len(values[0]) else None
            own = [value[place] for value in values]
            out.append(self.context.resolve(worlds, own, [code], field, self.forward).text)
        return out

    def size(self, axis: int) -> str:
        """The size of an axis of the flow."""
        worlds = [use.world for use in self.found]
        values = [shapes_of(use)[0].sizes[axis] for use in self.found]
        channels = self.flow if all(shapes_of(use)[0].axes[axis] == "C" for use in self.found) else None
        hint = "in_features" if len(self.shapes[0].sizes) == 1 else "in_channels"
        return self.context.resolve(worlds, values, [channels], hint, self.forward).text


def form(use: Use, fields: Fields) -> tuple[str | None, ...]:
    """The texts of one use without its numbers: what must be the same for all that share a line."""
    if use.node.operation is None:
        raise TypeError(use.node.name)
    made = spell(use.node.operation, _Blanks(use, fields))
    return made.module, made.call, made.function


class _Blanks:
    """A ``Say`` that gives the name of a field for its value."""

    def __init__(self, use: Use, fields: Fields) -> None:
        self.use = use
        self.fields = fields
        self.shapes = shapes_of(use)
        self.inplace = fields.inplace

    def __call__(self, field: str) -> str:
        """The field."""
        return f"<{field}>"

    def items(self, field: str) -> list[str]:
        """The field, once for each element."""
        return [f"<{field}>"] * len(getattr(self.use.node.operation, field))

    def default(self, field: str) -> bool:
        """Whether it is not written."""
        return self.fields.default(field)

    def size(self, axis: int) -> str:
        """The axis."""
        return f"<{axis}>"


def pair(code: Code) -> str:
    """A list of sizes as a tuple; as one number where it is a square."""
    if not isinstance(code.expression, tree.List):
        return code.text
    items = [write(item) for item in code.expression.items]
    return items[0] if len(items) == 2 and items[0] == items[1] else f"({', '.join(items)})"


def write_field(value: Any) -> str:
    """A constant argument: a square pair is one number."""
    if isinstance(value, tuple):
        if len(value) == 1 and isinstance(value[0], int):
            return repr(value[0])
        if len(value) == 2 and value[0] == value[1] and isinstance(value[0], int):
            return repr(value[0])
        return f"({', '.join(map(write_field, value))}{',' if len(value) == 1 else ''})"
    return write(tree.Literal(value, NOWHERE))


def hint(found: Sequence[Use], field: str) -> str:
    """What to call an argument that has to be handed in: as the text calls it."""
    given = found[0].node.arguments.get(field)
    return given.expression.id if given is not None and isinstance(given.expression, tree.Name) else field


def given(found: Sequence[Use], field: str) -> tree.Expression | None:
    """The expression of the text for an argument, where it is one and the same."""
    arguments = [use.node.arguments.get(field) for use in found]
    first = arguments[0].expression if arguments[0] is not None else None
    same = all(one is not None and one.expression is first for one in arguments)
    return first if same else None


def argument_code(context: Context, found: Sequence[Use], field: str, forward: bool = False) -> Code | None:
    """The expression that the text gives for an argument; None where it gives none."""
    expression = given(found, field)
    if expression is None:
        return None
    worlds = [use.world for use in found]
    if isinstance(expression, tree.Name):
        operation = found[0].node.operation
        kind = operation.signature[field].kind if operation is not None else ""
        context.sized(expression.id, kind, found[0].node.arguments[field].value)
    return context.composer(worlds, [before(use) for use in found], forward).compose(expression)
