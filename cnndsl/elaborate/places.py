"""Which value a label means: ``from a.b``, and labels given to tensor parameters."""

from __future__ import annotations

from cnndsl.elaborate.fault import Fault, did_you_mean
from cnndsl.elaborate.instance import Instance
from cnndsl.elaborate.levels import Label, Level
from cnndsl.elaborate.values import UNKNOWN
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Scope, Value

Part = tuple[str, Span]


def start(instance: Instance, step: tree.From, scope: Scope, flow: Value | None) -> Value | None:
    """The value that a ``from`` starts at."""
    context = instance.context(scope, flow)
    parts = []
    for part in step.path:
        text = context.value(part)
        if not isinstance(text, str):
            return None
        parts.append((text, part.span))
    return value_at(instance, parts, scope)


def tensor(instance: Instance, expression: tree.Expression, scope: Scope, flow: Value | None) -> Value | None:
    """The value that is meant where a tensor parameter is given."""
    parts: list[Part] = []
    while isinstance(expression, tree.Attribute):
        parts.insert(0, (expression.name.id, expression.name.span))
        expression = expression.value
    if isinstance(expression, tree.Name):
        parts.insert(0, (expression.id, expression.span))
        return value_at(instance, parts, scope)
    if not isinstance(expression, tree.Template | tree.Literal | tree.Index):
        raise Fault("E0301", "a tensor is given by its label", expression.span)
    text = instance.context(scope, flow).value(expression)
    if text is UNKNOWN:
        return None
    if not isinstance(text, str):
        raise Fault("E0301", "a tensor is given by its label", expression.span)
    return value_at(instance, [(text, expression.span), *parts], scope)


def value_at(instance: Instance, parts: list[Part], scope: Scope) -> Value | None:
    """The value of a dotted label; None where a mistake before leaves it unknown. Raises ``Fault``."""
    (word, span), *rest = parts
    if word == "in" and not rest:
        return Value(instance.graph.inputs[0]) if instance.graph.inputs else None
    found = _look_up(instance.level, word)
    if found is None:
        binding = scope.find(word)
        if binding is not None and binding.kind == "tensor":
            return binding.value if isinstance(binding.value, Value) and not rest else None
        if instance.uncertain:
            return None
        raise _unknown(instance, word, span, scope)
    return _reach(instance, found, word, span, rest)


def _look_up(level: Level | None, word: str) -> Label | None:
    while level is not None:
        if word in level.labels:
            return level.labels[word]
        level = level.parent
    return None


def _reach(instance: Instance, found: Label, path: str, span: Span, rest: list[Part]) -> Value | None:
    for index, (word, place) in enumerate(rest):
        if found.level is not None:
            inner = found.level.labels.get(word)
            if inner is None:
                if instance.uncertain:
                    return None
                help = did_you_mean(word, tuple(found.level.labels))
                raise Fault("E0202", f"{path} has no label {word}", place, help=help)
            found, path = inner, f"{path}.{word}"
            continue
        return _output(instance, found, path, word, place, last=index == len(rest) - 1)
    if found.open:
        raise Fault("E0202", f"{path} is not computed yet: a value can only be used after its step", span)
    if found.training:
        _need_training(instance, path, rest[-1][1] if rest else span)
    return found.value


def _need_training(instance: Instance, path: str, span: Span) -> None:
    """Raise where a value that there is in training only is read in both modes."""
    if not instance.training:
        help = ("only an output that is declared `when training` can start from it",)
        raise Fault("E0504", f"{path} is computed in training only, and this is read in both modes", span, help=help)


def _output(instance: Instance, found: Label, path: str, word: str, place: Span, last: bool) -> Value | None:
    if found.value is None:
        return None
    names = [output.name for output in found.graph.outputs] if found.graph is not None else []
    size = instance.session.sizes.get(found.graph) if found.graph is not None else None
    if word not in names and size is not None and not size.sound:
        return None
    if word in names:
        if last:
            if found.graph is not None and any(one.name == word and one.training for one in found.graph.outputs):
                _need_training(instance, f"{path}.{word}", place)
            return Value(found.value.node, word)
        raise Fault("E0202", f"{path}.{word} is one value: it has no parts", place)
    why = f"{path} has no output {word}" if found.graph is not None else f"{path} is one value: it has no parts"
    help: tuple[str, ...] = did_you_mean(word, names)
    if not help and found.graph is not None:
        help = (f"a block shows only what it declares: write `output {word}` in {found.graph.name}",)
    raise Fault("E0202", why, place, help=help)


def _unknown(instance: Instance, word: str, span: Span, scope: Scope) -> Fault:
    level: Level | None = instance.level
    candidates: set[str] = set()
    while level is not None:
        later = level.layout.words.get(word)
        if later is not None:
            line = later.source.position(later.start)[0]
            why = (f"it is computed later, in line {line}; a value can only be used after its step",)
            return Fault("E0202", f"there is no label {word} yet", span, help=why)
        candidates.update(level.labels)
        level = level.parent
    binding = scope.find(word)
    if binding is not None:
        return Fault("E0202", f"{word} is no tensor: `from` needs a label or a tensor parameter", span)
    inner = _inside(instance.level, word)
    help = (f"it is inside {inner}: write `from {inner}.{word}`",) if inner else did_you_mean(word, sorted(candidates))
    return Fault("E0202", f"there is no label {word} in scope", span, help=help)


def _inside(level: Level | None, word: str) -> str:
    """The group or applied block in scope that shows a label of this name."""
    while level is not None:
        for name, label in level.labels.items():
            shown = label.level.labels if label.level is not None else ()
            outputs = label.graph.outputs if label.graph is not None else ()
            if word in shown or any(word == output.name for output in outputs):
                return name
        level = level.parent
    return ""
