"""One step of a body as PyTorch: the module it makes, the call in ``forward``, the channels that come out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from cnndsl.backends.torch.code import Code, World, all_same, combine, constant, literal, substitute
from cnndsl.backends.torch.context import CannotShare, Context
from cnndsl.backends.torch.expressions import NOWHERE, write
from cnndsl.backends.torch.layout import split, top
from cnndsl.backends.torch.liveness import writable
from cnndsl.backends.torch.plan import ModuleClass, Parameter
from cnndsl.backends.torch.spelling import spell
from cnndsl.graph import Node
from cnndsl.shape import Shape
from cnndsl.syntax import tree
from cnndsl.trace import Item, Value


class Use(NamedTuple):
    """A step in one world: the item, and the node that it made."""

    world: World
    item: Item
    node: Node


class Call(NamedTuple):
    """What a step becomes. ``module`` is a constructor, ``template`` its use, ``function`` a form without a module."""

    module: str | None
    template: str
    function: str | None
    light: bool
    channels: Code | None

    @property
    def chains(self) -> bool:
        """Whether it can stand in an ``nn.Sequential``."""
        return self.module is not None and self.template == "{module}({0})"


def uses(worlds: Sequence[World], items: Sequence[Item]) -> list[Use]:
    """The step in each world."""
    return [Use(w, i, w.graph[i.node]) for w, i in zip(worlds, items, strict=True) if i.node is not None]


def call(context: Context, found: Sequence[Use], flow: Code | None) -> Call:
    """How the step is written; ``flow`` is what the channels before it are called."""
    inner = [context.classes.get(use.node.graph) if use.node.graph is not None else None for use in found]
    if any(one is not inner[0] for one in inner):
        raise CannotShare(context.loops[-1] if context.loops else None)
    if inner[0] is not None:
        return _block(context, found, inner[0], flow)
    kinds = [(use.node.kind, tuple(s.axes for s in shapes_of(use))) for use in found]
    if not all_same(kinds):
        raise CannotShare(context.loops[-1] if context.loops else None)
    return _operation(context, found, flow)


def shapes_of(use: Use) -> tuple[Shape, ...]:
    """Shapes of the operands."""
    return use.world.graph.operand_shapes(use.node) or ()


def before(use: Use) -> Shape | None:
    """The shape of the flow before the step."""
    return use.world.graph.shapes.get(use.item.before) if use.item.before is not None else None


def _operation(context: Context, found: Sequence[Use], flow: Code | None) -> Call:
    operation = found[0].node.operation
    if operation is None:
        raise TypeError(found[0].node.name)
    fields = _Fields(context, found, flow, forward=False)
    made = spell(operation, fields)
    used = spell(operation, _Fields(context, found, flow, forward=True))
    if not all_same([_form(use, fields) for use in distinct(found)]):
        raise CannotShare(context.loops[-1] if context.loops else None)
    if made.support:
        context.supports[made.support] = None
    if made.module is not None and made.module.startswith("nn.Parameter("):
        made = made._replace(module=_started(context, found, made.module))
    if made.module is not None:
        context.kinds.setdefault(operation.name, {})[made.module.partition("(")[0]] = None
    light = operation.view or (
        operation.elementwise and made.module is not None and not operation.weights(*shapes_of(found[0]))
    )
    return Call(made.module, used.call or "{module}({0})", used.function, light, _channels(context, found, flow))


def _started(context: Context, found: Sequence[Use], text: str) -> str:
    """The constructor of a parameter with the constant that the call starts it with."""
    starts = [use.node.inits[0][1] if use.node.inits else None for use in found]
    values = [dict(start.arguments).get("val") for start in starts if start is not None and start.name == "constant"]
    numbers = [float(value) for value in values if isinstance(value, (int, float))]
    if len(numbers) < len(found):
        return text
    sizes = text.partition("(")[2].partition("(")[2][:-2]
    if all_same(numbers) and numbers[0] in (0, 1):
        return f"nn.Parameter(torch.{'ones' if numbers[0] else 'zeros'}({sizes}))"
    value = context.resolve([use.world for use in found], numbers, [None], "init_value").text
    return f"nn.Parameter(torch.full(({sizes}{'' if len(split(sizes)) > 1 else ','}), {value}))"


def distinct(found: Sequence[Use]) -> list[Use]:
    """One use of each operation on each shape."""
    return list({(use.node.operation, shapes_of(use)): use for use in found}.values())


def _form(use: Use, fields: _Fields) -> tuple[str | None, ...]:
    """The texts of one use without its numbers: what must be the same for all that share a line."""
    if use.node.operation is None:
        raise TypeError(use.node.name)
    made = spell(use.node.operation, _Blanks(use, fields))
    return made.module, made.call, made.function


class _Blanks:
    """A ``Say`` that gives the name of a field for its value."""

    def __init__(self, use: Use, fields: _Fields) -> None:
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


class _Fields:
    """The arguments of an operation as Python text (``spelling.Say``)."""

    def __init__(self, context: Context, found: Sequence[Use], flow: Code | None, forward: bool) -> None:
        self.context = context
        self.found = found
        self.flow = flow
        self.forward = forward
        self.shapes = shapes_of(found[0])
        self.defaults: dict[str, bool] = {}
        self.inplace = all(writable(use.world.graph, use.node.operands[0]) for use in found)

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

    def _named(self, field: str) -> Code | None:
        code = argument_code(self.context, self.found, field, self.forward)
        return code if code is not None and not code.literal else None

    def __call__(self, field: str) -> str:
        """Its text."""
        named = self._named(field)
        if named is not None:
            return pair(named) if isinstance(self._values(field)[0], tuple) else named.text
        values = self._values(field)
        if all_same(values):
            return write_field(values[0])
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


def _channels(context: Context, found: Sequence[Use], flow: Code | None) -> Code | None:
    """What the channels of the result are called: checked against the shapes."""
    worlds = [use.world for use in found]
    results = [use.world.graph.shapes.get(Value(use.node.name)) for use in found]
    sizes = [None if shape is None else shape.channels for shape in results]
    if any(size is None for size in sizes):
        return None
    candidates: list[Code | None] = []
    for field in ("out_channels", "out_features"):
        if found[0].node.operation is not None and field in found[0].node.operation.signature:
            raw = [use.node.arguments[field].value for use in found]
            candidates.append(context.resolve(worlds, raw, [argument_code(context, found, field)], hint(found, field)))
    candidates.append(flow)
    if flow is not None:
        factors = [size // flow.at(world) if flow.at(world) else 0 for world, size in zip(worlds, sizes, strict=True)]
        if all_same(factors):
            candidates.append(combine("*", flow, constant(factors[0], worlds), worlds))
    if all_same(sizes):
        return constant(sizes[0], worlds)
    return next((code for code in candidates if code is not None and code.agrees(worlds, sizes)), None)


def _block(context: Context, found: Sequence[Use], inner: ModuleClass, flow: Code | None) -> Call:
    codes = {parameter.name: _given(context, found, parameter, flow) for parameter in inner.parameters}
    texts, positional = [], True
    for parameter in inner.parameters:
        code = codes[parameter.name]
        if parameter.default is not None:
            positional = False
            if code.literal and all(code.at(use.world) == parameter.default for use in found):
                continue
        texts.append(code.text if positional else f"{parameter.name}={code.text}")
    worlds = [use.world for use in found]
    channels = substitute(inner.channels, codes, worlds) if inner.channels is not None else None
    sizes = [use.world.graph.shapes.get(Value(use.node.name)) for use in found]
    values = [None if shape is None else shape.channels for shape in sizes]
    if channels is not None and not channels.agrees(worlds, values):
        channels = None
    operands = ", ".join(f"{{{number}}}" for number in range(len(found[0].node.operands)))
    return Call(f"{inner.name}({', '.join(texts)})", f"{{module}}({operands})", None, False, channels)


def _given(context: Context, found: Sequence[Use], parameter: Parameter, flow: Code | None) -> Code:
    worlds = [use.world for use in found]
    values = [parameter.values[use.node.graph] for use in found if use.node.graph is not None]
    candidate = flow
    if parameter.source not in ("channels", ""):
        candidate = argument_code(context, found, parameter.source)
        if parameter.size and candidate is not None and isinstance(candidate.expression, tree.Name):
            context.sized(candidate.expression.id, "Pair", values[0])
    code = context.resolve(worlds, values, [candidate], parameter.name)
    if not isinstance(values[0], tuple) or not code.literal:
        return code
    if parameter.size and len(set(values[0])) == 1:
        return Code(literal(values[0][0]), code.values)
    if parameter.size or isinstance(parameter.default, tuple):
        return Code(tree.Size(values[0], NOWHERE), code.values)
    return Code(literal(values[0]), code.values)


def fill(template: str, operands: Sequence[str]) -> str:
    """``template`` with its operands; in parentheses where they would fall apart."""
    for number, operand in enumerate(operands):
        mark = f"{{{number}}}"
        place = template.find(mark)
        if place < 0:
            continue
        around = template[place - 1 : place] + template[place + len(mark) :][:1]
        whole = template == mark or (around[:1] in "([ " and around[1:] in "),]" and " " not in around)
        loose = " " in top(operand) and not whole
        template = template.replace(mark, f"({operand})" if loose else operand)
    return template
