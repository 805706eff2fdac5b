"""One step of a body as PyTorch: the module it makes, the call in ``forward``, the channels that come out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cnndsl.backends.torch.code import Code, all_same, combine, constant, literal, substitute
from cnndsl.backends.torch.context import CannotShare, Context
from cnndsl.backends.torch.expressions import NOWHERE
from cnndsl.backends.torch.fields import Fields, Use, argument_code, distinct, form, hint, shapes_of
from cnndsl.backends.torch.layout import split, top
from cnndsl.backends.torch.plan import ModuleClass, Parameter
from cnndsl.backends.torch.spelling import spell
from cnndsl.ops.activation import Activation
from cnndsl.syntax import tree
from cnndsl.trace import Value


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


def _operation(context: Context, found: Sequence[Use], flow: Code | None) -> Call:
    operation = found[0].node.operation
    if operation is None:
        raise TypeError(found[0].node.name)
    fields = Fields(context, found, flow, forward=False)
    made = spell(operation, fields)
    used = spell(operation, Fields(context, found, flow, forward=True))
    if not all_same([form(use, fields) for use in distinct(found)]):
        raise CannotShare(context.loops[-1] if context.loops else None)
    if made.support:
        context.supports[made.support] = None
    if made.module is not None and made.module.startswith("nn.Parameter("):
        made = made._replace(module=_started(context, found, made.module))
    if made.module is not None:
        context.kinds.setdefault(operation.name, {})[made.module.partition("(")[0]] = None
    plain = made.module is not None or isinstance(operation, Activation)
    light = operation.view or (operation.elementwise and plain and not operation.weights(*shapes_of(found[0])))
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
        before, after = template[:place], template[place + len(mark) :]
        alone = before.endswith(("(", "[", ", ")) and after.startswith((")", ",", "]"))
        whole = template == mark or alone
        loose = " " in top(operand) and not whole
        template = template.replace(mark, f"({operand})" if loose else operand)
    return template
