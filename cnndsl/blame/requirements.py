"""Sizes that a network declares legal and does not take: ``require H % 16 == 0``, and a join that needs 32."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from cnndsl.blame.trials import Spent, Trials
from cnndsl.diagnostics.diagnostic import Diagnostic, Label, error
from cnndsl.graph import Condition, Graph
from cnndsl.ops.operation import Misfit
from cnndsl.shape import Shape
from cnndsl.site import Site
from cnndsl.trace import Value

_TRIED = 4
"""Sizes that are compiled, those nearest to the defaults."""
_NEAR = 16
"""So many legal sizes near the default are looked at."""
_SMALL = 6
"""So many of the smallest."""
_MOST = 512
"""No size beyond this one is looked at, but up to twice the default."""
_WORK = 8_000
"""Steps that are run for one network."""

Findings = Callable[[str, Mapping[str, int]], list[Diagnostic]]
"""What is found in a network at other sizes of its symbols."""

_MEASURES = re.compile(r"\b(?:in|it)\.(height|width|length)\b")


def declares(graph: Graph) -> bool:
    """Whether a network says which sizes are legal."""
    return bool(graph.symbols) and any(condition.step == "require" for condition in graph.conditions)


def refused(name: str, graph: Graph, findings: Findings) -> Diagnostic | None:
    """The size nearest to the defaults inside what a network requires that it does not take."""
    required = [condition for condition in graph.conditions if condition.step == "require"]
    trials = Trials(Site(graph, (), graph.definition.span), _WORK)
    for symbols in _symbols(graph, required):
        for size in islice(_wrong(graph, symbols, required, trials), _TRIED):
            sizes = dict.fromkeys(symbols, size)
            wrong = next((one for one in findings(name, sizes) if _is_refusal(one)), None)
            if wrong is not None:
                return _counterexample(graph, sizes, _about(required, graph, symbols), wrong)
    return None


def _wrong(graph: Graph, symbols: tuple[str, ...], required: list[Condition], trials: Trials) -> Iterator[int]:
    """Sizes that are legal and that some step refuses: the legal ones nearest to the default, and the smallest."""
    default = graph.symbols[symbols[0]]
    most = max(_MOST, 2 * default)

    def legal(sizes: Iterable[int]) -> Iterator[int]:
        shapes = ((size, _inputs(graph, dict.fromkeys(symbols, size))) for size in sizes)
        return (size for size, given in shapes if all(condition.holds(given) for condition in required))

    outward = sorted(range(1, most + 1), key=lambda size: (abs(size - default), size))
    near = islice(legal(outward), _NEAR)
    small = reversed(tuple(islice(legal(range(1, most + 1)), _SMALL)))
    for size in dict.fromkeys((*near, *small)):
        try:
            if trials.faults(graph.sized({**graph.symbols, **dict.fromkeys(symbols, size)})):  # type: ignore[misc]
                yield size
        except Misfit:
            yield size
        except Spent:
            return


def _inputs(graph: Graph, sizes: Mapping[str, int]) -> dict[Value, Shape]:
    shapes = {Value(name): graph.shapes[Value(name)] for name in graph.inputs if Value(name) in graph.shapes}
    for name, size in sizes.items():
        source, axis = graph.axes[name]
        shape = shapes[Value(source)]
        shapes[Value(source)] = shape.resized(*shape.sizes[:axis], size, *shape.sizes[axis + 1 :])
    return shapes


def _symbols(graph: Graph, required: list[Condition]) -> Iterator[tuple[str, ...]]:
    """The symbols that are spoken of, one by one and together."""
    named = [name for name in graph.symbols if any(_speaks(condition, graph, name) for condition in required)]
    yield from ((name,) for name in named)
    together = any(sum(_speaks(condition, graph, name) for name in named) > 1 for condition in required)
    if together and len({graph.symbols[name] for name in named}) == 1:
        yield tuple(named)


def _speaks(condition: Condition, graph: Graph, name: str) -> bool:
    """Whether a condition names a symbol, a size that it may be, or a name of the text that may stand for it."""
    text = condition.span.text
    if re.search(rf"\b{re.escape(name)}\b", text) or _MEASURES.search(text):
        return True
    lets = re.findall(r"\b(?:let)\s+(\w+)\s*=([^\n]*)", graph.definition.span.text)
    return any(re.search(rf"\b{let}\b", text) and re.search(rf"\b{re.escape(name)}\b", value) for let, value in lets)


def _is_refusal(finding: Diagnostic) -> bool:
    return finding.severity == "error" and finding.code[:3] == "E04"


def _about(required: list[Condition], graph: Graph, symbols: tuple[str, ...]) -> Condition:
    """The precondition that should have said more."""
    return next(one for one in required if any(_speaks(one, graph, name) for name in symbols))


def _counterexample(graph: Graph, sizes: Mapping[str, int], condition: Condition, wrong: Diagnostic) -> Diagnostic:
    """The precondition is at fault; what it lets through is refused at a step, for the reasons that this has."""
    from cnndsl.passes.sizes.sections import section

    names, size = " = ".join(sizes), next(iter(sizes.values()))
    fitting = section(graph, tuple(sizes)).sizes()
    help = (f"it takes {fitting.text(names)}",) if fitting.first or fitting.residues else ()
    return error(
        "E0505",
        f"{names} = {size} is allowed, and does not fit: {wrong.message}",
        condition.span,
        label=f"this allows {names} = {size}",
        labels=(Label(wrong.span, f"this does not take {names} = {size}"), *wrong.labels[:3]),
        help=help,
    )
