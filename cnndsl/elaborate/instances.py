"""Blocks with their arguments: renamed ones unfolded, equal ones elaborated once."""

from __future__ import annotations

from cnndsl.elaborate.arguments import bind, check_type, require_all
from cnndsl.elaborate.budget import INSTANCE
from cnndsl.elaborate.doubt import Doubt
from cnndsl.elaborate.evaluate import Context
from cnndsl.elaborate.fault import Exhausted, Fault
from cnndsl.elaborate.instance import DECLARATIONS, Call, Instance, Session, Size
from cnndsl.elaborate.signatures import Formal, find_block, own_formals, signature
from cnndsl.elaborate.values import UNKNOWN, BlockValue, Count, TooDeep, frozen
from cnndsl.graph import Graph, Node, Output
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Argument, Binding, Scope, Value

Arguments = dict[str, Argument]


def unfold(callee: BlockValue, arguments: Arguments, session: Session) -> tuple[BlockValue, Arguments, Arguments]:
    """What a renamed block renames, all its arguments, and those that the renaming gives."""
    given: Arguments = {}
    while callee.definition is not None and callee.definition.call is not None and callee.home is not None:
        call = callee.definition.call
        scope = Scope(callee.home)
        context = Context(scope, None, session.budget)
        own = own_formals(callee.definition)
        for formal in own:
            scope.names[formal.name] = Binding("parameter", _own_value(formal, arguments, context))
        inner = find_block(call.callee, callee.home)
        if not isinstance(inner, BlockValue):
            raise Fault("E0307", f"{call.callee.id} is no block", call.callee.span)
        given = bind(call, inner, context)
        names = {formal.name for formal in own}
        arguments = {**given, **{name: value for name, value in arguments.items() if name not in names}}
        callee = inner.origin
    return callee, arguments, given


def _own_value(formal: Formal, arguments: Arguments, context: Context) -> object:
    if formal.name in arguments:
        return arguments[formal.name].value
    return UNKNOWN if formal.required else context.value(formal.default)  # type: ignore[arg-type]


def instantiate(
    session: Session,
    callee: BlockValue,
    arguments: Arguments,
    shapes: tuple[Shape | Doubt | None, ...],
    call: Call,
) -> Graph | None:
    """The graph of a block with these arguments on operands of these shapes; None where it has too few arguments."""
    alias = callee.definition
    callee, arguments, given = unfold(callee, arguments, session)
    definition = callee.definition
    if definition is None or definition.body is None or callee.home is None or alias is None:
        return None
    require_all(arguments, signature(callee), call.span)
    kinds = signature(callee).by_name
    plain = {name: argument.value for name, argument in arguments.items() if kinds[name].kind != "tensor"}
    tensors = tuple(name for name in arguments if name not in plain)
    short = (id(definition), id(alias), _key(session, plain, call.span), tensors, shapes)
    found = _remembered(session, short, call.span)
    if found is not None:
        return found
    shared, spent = session.shared_cost, session.cost()
    session.chain.append(call._replace(name=alias.name.id, arguments=arguments))
    try:
        graph = build(session, callee, plain, shapes, alias, given, tensors)
    except Exhausted:
        raise
    except Fault:
        session.chain.pop()
        raise
    session.chain.pop()
    session.memo[short] = graph
    nodes, steps = session.cost()
    session.shared_cost = (shared[0] + nodes - spent[0], shared[1] + steps - spent[1])
    return graph


def _key(session: Session, values: dict[str, object], span: Span) -> object:
    try:
        return frozen(tuple(values.items()), Count(lambda parts: session.budget.step(span, parts)))
    except TooDeep:
        raise Exhausted("an argument is too large", span) from None


def _remembered(session: Session, key: object, span: Span) -> Graph | None:
    """The graph of an equal instance; one that is not finished would be inside itself."""
    found = session.memo.get(key)
    if found is not None and found.trace is None:
        raise Fault("E0601", f"{found.name} uses itself", span)
    return found


def build(
    session: Session,
    callee: BlockValue,
    values: dict[str, object],
    shapes: tuple[Shape | Doubt | None, ...],
    alias: tree.Definition,
    given: Arguments,
    tensors: tuple[str, ...],
) -> Graph:
    """Elaborate a body on operands of these shapes."""
    instance, flow = begin(session, callee, values, alias, given, shapes, tensors)
    graph = instance.graph
    key = (id(graph.definition), id(alias), _key(session, graph.arguments, session.chain[-1].span), tensors, shapes)
    found = _remembered(session, key, session.chain[-1].span)
    if found is not None:
        return found
    session.memo[key] = graph
    finish(instance, flow)
    return graph


def begin(
    session: Session,
    callee: BlockValue,
    values: dict[str, object],
    alias: tree.Definition,
    given: Arguments,
    shapes: tuple[Shape | Doubt | None, ...] | None = None,
    tensors: tuple[str, ...] = (),
) -> tuple[Instance, Value | None]:
    """An instance with its parameters; ``shapes`` None: it stands by itself, with the sizes that it declares."""
    definition = callee.definition
    assert definition is not None  # unfolded
    assert definition.body is not None
    scope = Scope(callee.home)
    graph = Graph(definition, {}, scope)
    graph.name = alias.name.id
    graph.alias = alias if alias is not definition else None
    graph.given = given
    instance = Instance(session, graph, definition.body, shapes)
    session.budget.node(definition.name.span, INSTANCE)
    flow = _bind_inputs(instance, definition, tensors, scope) if definition.keyword == "block" else None
    _bind_parameters(instance, definition, values, scope)
    return instance, flow


def finish(instance: Instance, flow: Value | None) -> None:
    """Execute the body; the last flow is an output where nothing else is, and of a block always."""
    graph = instance.graph
    body = graph.definition.body
    if body is None:
        return
    faults = instance.session.faults
    if graph.definition.keyword == "network":
        _need_input(instance, graph.definition, body)
    graph.trace = instance.run(body, graph.scope, flow, own=True)
    instance.sound = instance.sound and instance.session.faults == faults
    last = graph.trace.after
    graph.outputs = tuple(instance.outputs.values())
    graph.inits = tuple(instance.inits)
    active = [output for output in graph.outputs if not output.training]
    is_block = graph.definition.keyword == "block"
    if last is not None and (not active or (is_block and all(output.value != last for output in active))):
        graph.outputs = (*graph.outputs, Output("output", last, False))
    instance.session.sizes[graph] = Size(instance.operations, instance.weighted, instance.sound)


def _need_input(instance: Instance, definition: tree.Definition, body: tree.Body) -> None:
    """Report a network whose steps have nothing to work on."""
    steps = [step for line in body.lines for step in line.steps]
    first = next((step for step in steps if type(step) is tree.Input or type(step) not in DECLARATIONS), None)
    if type(first) is not tree.Input:
        late = any(type(step) is tree.Input for step in steps)
        why = f"nothing flows here yet: the input of {definition.name.id} {'comes later' if late else 'is missing'}"
        place = first.span if first is not None else definition.name.span
        instance.session.report(Fault("E0605", why, place, help=("`input image: [3, H=224, W=224]` comes first",)))


def _bind_inputs(
    instance: Instance, definition: tree.Definition, tensors: tuple[str, ...], scope: Scope
) -> Value | None:
    """The flow and the tensor parameters of a block."""
    shapes = instance.shapes or ()
    for index, name in enumerate(("in", *tensors)):
        shape = shapes[index] if index < len(shapes) else None
        span = definition.name.span if index == 0 else _parameter(definition, name).span
        add_input(instance, name, shape, span)
        scope.names[name] = Binding("tensor", Value(name))
    scope.names["in"] = Binding("in", shapes[0] if shapes and shapes[0] is not None else UNKNOWN)
    return Value("in")


def add_input(instance: Instance, name: str, shape: Shape | Doubt | None, span: Span) -> Value:
    """An input node."""
    graph = instance.graph
    graph.inputs = (*graph.inputs, name)
    return instance.add(Node(name, None, None, (), None, {}, span), shape, Size(0, False))


def _parameter(definition: tree.Definition, name: str) -> tree.Parameter:
    return next(parameter for parameter in definition.parameters if parameter.name.id == name)


def _bind_parameters(instance: Instance, definition: tree.Definition, values: dict[str, object], scope: Scope) -> None:
    context = Context(scope, None, instance.session.budget)
    for parameter, formal in zip(definition.parameters, own_formals(definition), strict=False):
        name = parameter.name.id
        if name in scope.names:
            continue
        value: object = UNKNOWN
        if name in values:
            value = values[name]
        elif parameter.default is not None:
            try:
                value = context.value(parameter.default)
                check_type(value, formal, definition.name.id, parameter.default.span, context.budget)
            except Exhausted:
                raise
            except Fault as fault:
                instance.session.report(fault)
        scope.names[name] = Binding("parameter", value)
        instance.graph.arguments[name] = value
