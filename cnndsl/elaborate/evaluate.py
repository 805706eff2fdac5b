"""The expression language: total, bounded, without side effects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cnndsl import ops
from cnndsl.elaborate import functions
from cnndsl.elaborate.arguments import partial
from cnndsl.elaborate.arithmetic import binary, checked, is_number, unary
from cnndsl.elaborate.budget import CHARACTERS, ITEMS, REPETITION, Budget
from cnndsl.elaborate.doubt import Doubt
from cnndsl.elaborate.fault import Exhausted, Fault, did_you_mean
from cnndsl.elaborate.signatures import ANYTHING, find_block, operation_value, unknown_name
from cnndsl.elaborate.values import UNKNOWN, BlockValue, kind_of, show
from cnndsl.shape import MEASURES, Shape
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Binding, Scope


def evaluate(
    expression: tree.Expression, scope: Scope, it: Shape | Doubt | None = None, budget: Budget | None = None
) -> object:
    """The value of an expression; ``it`` is the shape of the flow there. Raises ``Fault``."""
    return Context(scope, it, budget if budget is not None else Budget()).value(expression)


class Context:
    """Where an expression stands: the names in force, the flow, and what evaluation may still cost."""

    __slots__ = ("budget", "it", "scope")

    def __init__(self, scope: Scope, it: Shape | Doubt | None, budget: Budget) -> None:
        self.scope = scope
        self.it = it
        self.budget = budget

    def value(self, expression: tree.Expression) -> object:
        """The value of an expression."""
        kind = type(expression)
        if kind is tree.Literal:
            return checked(expression.value, expression.span)  # type: ignore[union-attr]
        if kind is tree.Size:
            return expression.sizes  # type: ignore[union-attr]
        self.budget.step(expression.span)
        return _RULES[kind](expression, self)

    def truth(self, expression: tree.Expression, what: str) -> bool | None:
        """The value of a condition, None where it is unknown."""
        value = self.value(expression)
        if value is UNKNOWN:
            return None
        if not isinstance(value, bool):
            raise Fault("E0301", f"{what} is {show(value)}; it must be true or false", expression.span)
        return value

    def within(self, names: dict[str, Binding]) -> Context:
        """The same place with more names."""
        return Context(Scope(self.scope, names), self.it, self.budget)


def destructure(targets: tuple[tree.Name, ...], value: object, names: dict[str, object], span: Span) -> None:
    """Give ``value`` to a loop's name, or its items to several."""
    if len(targets) == 1:
        names[targets[0].id] = value
        return
    if value is UNKNOWN:
        names.update((target.id, UNKNOWN) for target in targets)
        return
    if not isinstance(value, tuple) or len(value) != len(targets):
        wanted = ", ".join(target.id for target in targets)
        count = f"it has {len(value)}" if isinstance(value, tuple) else "it is no list"
        raise Fault(
            "E0308", f"{wanted} need a list of {len(targets)} items each time, not {show(value)}: {count}", span
        )
    for target, item in zip(targets, value, strict=True):
        names[target.id] = item


def _name(name: tree.Name, context: Context) -> object:
    if name.id == "it":
        return context.it if isinstance(context.it, Shape) else UNKNOWN
    binding = context.scope.find(name.id)
    if binding is None:
        if name.id == "in":
            raise Fault("E0201", "there is no block here that `in` could be the input of", name.span)
        if name.id in functions.FUNCTIONS:
            raise Fault("E0307", f"{name.id} is a function: it needs arguments in parentheses", name.span)
        operation = ops.find(name.id)
        if operation is None and context.scope.find(ANYTHING) is not None:
            return UNKNOWN
        if operation is None:
            raise unknown_name(name, context.scope)
        return _as_value(operation_value(name.id), name, context)
    if binding.kind == "tensor" or binding.kind == "shared":
        what = "a tensor" if binding.kind == "tensor" else "a shared instance"
        raise Fault("E0307", f"{name.id} is {what}: it stands in the flow, not in an expression", name.span)
    if binding.kind == "definition" and isinstance(binding.value, BlockValue):
        return _as_value(binding.value, name, context)
    return binding.value if not isinstance(binding.value, Doubt) else UNKNOWN


def _as_value(block: BlockValue, name: tree.Name, context: Context) -> BlockValue:
    """A block by its own name, which means the same as a call without arguments: ``with`` defaults apply."""
    defaults = context.scope.defaults.get(name.id)
    return block.binding({key: argument.value for key, argument in defaults.items()}) if defaults else block


def _call(call: tree.Call, context: Context) -> object:
    name = call.callee
    if name.id in functions.FUNCTIONS and context.scope.find(name.id) is None:
        values = []
        for argument in call.arguments:
            if argument.name is not None:
                raise Fault("E0303", f"{name.id} takes its arguments without names", argument.name.span)
            values.append(context.value(argument.value))
        return functions.call(name.id, values, call.span, context.budget)
    callee = find_block(name, context.scope)
    if isinstance(callee, Binding):
        raise Fault("E0307", f"{name.id} is a shared instance: it stands in the flow, not in an expression", name.span)
    if not isinstance(callee, BlockValue):
        return UNKNOWN
    return partial(call, callee, context)


def _attribute(expression: tree.Attribute, context: Context) -> object:
    value = context.value(expression.value)
    if value is UNKNOWN:
        return _in_doubt(expression, context)
    name = expression.name
    if not isinstance(value, Shape):
        raise Fault("E0308", f"{kind_of(value)} has no {name.id}; `in` and `it` have", name.span)
    axis = MEASURES.get(name.id)
    if axis is None:
        help = did_you_mean(name.id, tuple(MEASURES)) or (f"there are {', '.join(MEASURES)}",)
        raise Fault("E0201", f"a shape has no {name.id}", name.span, help=help)
    size = value.size(axis)
    if size is None:
        where = expression.value.id if isinstance(expression.value, tree.Name) else "this"
        raise Fault("E0308", f"`{where}` is {value} here, which has no {name.id}", expression.span)
    return size


def _in_doubt(expression: tree.Attribute, context: Context) -> object:
    """A size of a shape of which not all is known."""
    shape: object = None
    if isinstance(expression.value, tree.Name):
        binding = context.scope.find("in") if expression.value.id == "in" else None
        shape = context.it if expression.value.id == "it" else binding.value if binding is not None else None
    axis = MEASURES.get(expression.name.id)
    size = shape.size(axis) if isinstance(shape, Doubt) and axis is not None else None
    return size if size is not None else UNKNOWN


def _index(expression: tree.Index, context: Context) -> object:
    value, place = context.value(expression.value), context.value(expression.place)
    if value is UNKNOWN or place is UNKNOWN:
        return UNKNOWN
    if not isinstance(value, tuple) or isinstance(value, Shape):
        raise Fault("E0308", f"only a list has items, and this is {show(value)}", expression.value.span)
    if type(place) is not int:
        raise Fault("E0308", f"a place in a list is a whole number, not {show(place)}", expression.place.span)
    if not -len(value) <= place < len(value):
        count = (
            f"{len(value)} item{'' if len(value) == 1 else 's'}, from 0 to {len(value) - 1}" if value else "no items"
        )
        raise Fault("E0308", f"there is no item {place}: the list has {count}", expression.place.span)
    return value[place]


def _list(expression: tree.List, context: Context) -> object:
    return tuple([context.value(item) for item in expression.items])


def _comprehension(expression: tree.Comprehension, context: Context) -> object:
    values = context.value(expression.iterable)
    if values is UNKNOWN:
        return UNKNOWN
    found: list[object] = []
    names: dict[str, Binding] = {}
    inner = context.within(names)
    for value in iterate(values, expression.iterable.span):
        context.budget.step(expression.span, REPETITION)
        bound: dict[str, object] = {}
        destructure(expression.targets, value, bound, expression.iterable.span)
        names.update((name, Binding("loop", item)) for name, item in bound.items())
        if expression.condition is not None:
            wanted = inner.truth(expression.condition, "this condition")
            if wanted is None:
                return UNKNOWN
            if not wanted:
                continue
        found.append(inner.value(expression.element))
        if len(found) > ITEMS:
            raise Exhausted(f"this list has more than the {ITEMS:,} items that fit", expression.span)
    return tuple(found)


def iterate(values: object, span: Span) -> Iterator[object]:
    """The items of a list; raises ``Fault`` for anything else."""
    if not isinstance(values, tuple) or isinstance(values, Shape):
        raise Fault("E0301", f"a loop needs a list, not {show(values)}", span)
    return iter(values)


def _unary(expression: tree.Unary, context: Context) -> object:
    return unary(expression.operator, context.value(expression.operand), expression.span)


def _binary(expression: tree.Binary, context: Context) -> object:
    sign = expression.operator
    if sign in ("and", "or"):
        left = context.truth(expression.left, f"this side of `{sign}`")
        if left is (sign == "or"):
            return left
        right = context.truth(expression.right, f"this side of `{sign}`")
        if right is (sign == "or"):
            return right
        return UNKNOWN if left is None or right is None else right
    left_value, right_value = context.value(expression.left), context.value(expression.right)
    return binary(sign, left_value, right_value, expression.span, context.budget)


def _conditional(expression: tree.Conditional, context: Context) -> object:
    test = context.truth(expression.test, "this condition")
    if test is None:
        return UNKNOWN
    return context.value(expression.then if test else expression.otherwise)


def template(expression: tree.Template, context: Context, label: bool = False) -> object:
    """The text of a template, a value in it written as the language writes it, a string without quotes.

    A ``label`` is made of words and numbers.
    """
    parts: list[str] = []
    for part in expression.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        value = context.value(part)
        if value is UNKNOWN:
            return UNKNOWN
        if label and not (isinstance(value, str) or (is_number(value) and value >= 0)):  # type: ignore[operator]
            raise Fault("E0205", f"a label is made of words and numbers from 0, not of {show(value)}", part.span)
        parts.append(value if isinstance(value, str) else show(value))
        if sum(map(len, parts)) > CHARACTERS:
            raise Exhausted(f"this text has more than the {CHARACTERS:,} characters that fit", expression.span)
    return "".join(parts)


_RULES: dict[type, Callable[[Any, Context], object]] = {
    tree.Template: template,
    tree.Name: _name,
    tree.Attribute: _attribute,
    tree.Index: _index,
    tree.List: _list,
    tree.Comprehension: _comprehension,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Conditional: _conditional,
    tree.Call: _call,
}
