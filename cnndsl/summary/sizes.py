"""The input sizes that a network takes, to be read and as JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cnndsl.graph import Graph
from cnndsl.passes.sizes import Symbol, Tie, Together, ValidSizes, formulas, output_formulas, valid_sizes
from cnndsl.passes.sizes.limits import Limit
from cnndsl.passes.sizes.sections import section
from cnndsl.passes.sizes.sets import Sizes
from cnndsl.source import Span

Json = dict[str, Any]


class InputSizes:
    """The input sizes that the module of a network takes; it prints as ``cnn sizes`` does.

    ``valid`` has them with the steps that impose each condition (``cnndsl.passes.sizes``).
    """

    def __init__(self, graph: Graph) -> None:
        self.valid = valid_sizes(graph)

    def __str__(self) -> str:
        return report(self.valid)

    def __repr__(self) -> str:
        return (
            f"<sizes of {self.valid.graph.name}: {'; '.join(symbol.text for symbol in self.valid.symbols) or 'fixed'}>"
        )

    def fits(self, **sizes: int) -> bool:
        """Whether it takes these sizes of its symbols, the others at their defaults."""
        return self.valid.refusal(sizes) is None

    def nearest(self, **sizes: int) -> dict[str, tuple[int, ...]]:
        """For each symbol the nearest sizes, below and above, that fit with the other symbols at their defaults."""
        return {name: self.valid.of(name).sizes.nearest(size) for name, size in sizes.items()}

    @property
    def formulas(self) -> dict[str, str]:
        """The shape of every value as a formula of the symbols, by the dotted name of its step."""
        return formulas(self.valid.graph, self.valid)

    def as_json(self, **asked: int) -> Json:
        """What ``cnn sizes --format json`` prints."""
        return as_json(self.valid, asked)


def report(valid: ValidSizes, asked: Mapping[str, int] | None = None) -> str:
    """What fits and which step says so; with ``asked``, whether these sizes fit, and which ones near them do."""
    graph = valid.graph
    shapes = formulas(graph, valid)
    inputs = ", ".join(f"{name} {shapes[name]}" for name in graph.inputs)
    outputs = ", ".join(f"{name} {shape}" for name, shape in _outputs(valid).items())
    lines = [f"{graph.name}: {inputs} -> {outputs}"]
    if not graph.symbols:
        return "\n".join([*lines, *_nameless(graph)]) + "\n"
    defaults = ", ".join(f"{name} = {size}" for name, size in graph.symbols.items())
    lines += [f"with the weights of its defaults, {defaults}, it takes", ""]
    lines += _symbols(valid.symbols, valid)
    for together in valid.together:
        lines += _tied(valid, together)
    if valid.training:
        lines += ["", "and in training mode, where more is computed,", "", *_symbols(valid.training, valid)]
    if valid.single is not None:
        lines += ["", *_single(valid.single)]
    if asked:
        lines += ["", *_answer(valid, asked)]
    return "\n".join(lines) + "\n"


def _outputs(valid: ValidSizes) -> dict[str, str]:
    """The shapes of the outputs of inference."""
    shapes = output_formulas(valid.graph, valid)
    return {output.name: shapes[output.name] for output in valid.graph.outputs if not output.training}


def _nameless(graph: Graph) -> list[str]:
    first = graph.shapes[next(iter(graph.shapes))]
    letters = dict(zip(first.axes[1:], first.sizes[1:], strict=True))
    named = ", ".join(f"{letter}={size}" for letter, size in letters.items())
    return [
        "its input names no sizes, so they are what they are",
        f"to ask for others, name them: `input {graph.inputs[0]}: [{first.sizes[0]}, {named}]`",
    ]


def _symbols(symbols: Sequence[Symbol], valid: ValidSizes) -> Iterator[str]:
    """A paragraph for each symbol; one that repeats the last is a line."""
    shown: Symbol | None = None
    for symbol in symbols:
        others = {name for one in valid.together if symbol.name in one.symbols for name in one.symbols} - {symbol.name}
        while_ = " and ".join(f"{name} = {valid.graph.symbols[name]}" for name in sorted(others))
        text = symbol.text + (f", while {while_}" if while_ else "") + _known(symbol.sizes)
        if shown is not None and _alike(shown, symbol):
            yield f"  {text}, as {shown.name}"
            continue
        yield f"  {text}"
        for limit in symbol.limits:
            yield from _because(limit, symbol)
        shown = symbol


def _known(sizes: Sizes) -> str:
    if sizes.known is None:
        return ""
    low, high = sizes.known
    return f" (known up to {high:,})" if low == 1 else f" (known from {low:,} to {high:,})"


def _alike(one: Symbol, other: Symbol) -> bool:
    steps = [(limit.text.replace(one.name, other.name), limit.span) for limit in one.limits]
    return one.sizes == other.sizes and steps == [(limit.text, limit.span) for limit in other.limits]


def _because(limit: Limit, symbol: Symbol) -> Iterator[str]:
    step = "require" if limit.kind == "require" else f"{limit.step} ({limit.kind})"
    what = "" if len(symbol.limits) == 1 else f"{limit.text}: "
    yield f"      {what}{step}, {place(limit.span)}"
    yield f"          at {symbol.name} = {limit.size}, {limit.why}"


def _tied(valid: ValidSizes, together: Together) -> Iterator[str]:
    names = " = ".join(together.symbols)
    if together.sizes.first or together.sizes.residues:
        yield f"  {together.sizes.text(names)}{_known(together.sizes)}"
    ties = [tie for tie in valid.ties if set(tie.symbols) <= set(together.symbols)]
    if {tie.text for tie in ties} == {names}:
        yield from (f"      {tie.step}, {place(tie.span)}" for tie in ties)
        return
    apart = " and ".join(sizes.text(name) for name, sizes in zip(together.symbols, together.apart, strict=True))
    yield f"  any {apart} with {' and '.join(dict.fromkeys(tie.text for tie in ties))}"
    yield from (f"      {tie.step}, {place(tie.span)}" for tie in ties)


def _single(single: Tie) -> Iterator[str]:
    if single.text:
        yield f"training on one image at a time also needs {single.text}"
    else:
        yield "training needs two images at a time: a batch norm takes the mean of one value of each"
    yield f"      {single.step} (bn), {place(single.span)}"


def _answer(valid: ValidSizes, asked: Mapping[str, int]) -> Iterator[str]:
    text = ", ".join(f"{name} = {size}" for name, size in asked.items())
    fault = valid.refusal(asked)
    if fault is None:
        yield f"{text} fits"
        return
    yield f"{text} does not fit: {fault.step} ({fault.kind}), {place(fault.span)}: {fault.why}"
    for name, size in asked.items():
        others = {one: other for one, other in asked.items() if one != name}
        near = section(valid.graph, (name,), others=others).sizes()
        if not near.first and not near.residues:
            near = valid.of(name).sizes
        if size not in near:
            yield f"the nearest {name} that fits: {' and '.join(map(str, near.nearest(size)))}"


def place(span: Span) -> str:
    """``alexnet.cnn:14:5``."""
    line, column = span.source.position(span.start)
    return f"{span.source.name}:{line}:{column}"


def as_json(valid: ValidSizes, asked: Mapping[str, int] | None = None) -> Json:
    """The documented form."""
    graph = valid.graph
    shapes = formulas(graph, valid)
    found: Json = {
        "network": graph.name,
        "inputs": {name: shapes[name] for name in graph.inputs},
        "outputs": _outputs(valid),
        "symbols": {symbol.name: _symbol(symbol) for symbol in valid.symbols},
        "training": {symbol.name: _symbol(symbol) for symbol in valid.training},
        "single": {"text": valid.single.text, "step": valid.single.step, **_place(valid.single.span)}
        if valid.single is not None
        else None,
        "ties": [
            {"text": tie.text, "symbols": list(tie.symbols), "step": tie.step, **_place(tie.span)} for tie in valid.ties
        ],
        "together": [
            {
                "symbols": list(one.symbols),
                **_set(one.sizes, " = ".join(one.symbols)),
                "apart": {name: _set(sizes, name) for name, sizes in zip(one.symbols, one.apart, strict=True)},
            }
            for one in valid.together
        ],
        "shapes": shapes,
    }
    if asked:
        fault = valid.refusal(asked)
        found["asked"] = {"sizes": dict(asked), "fits": fault is None}
        if fault is not None:
            found["asked"] |= {"step": fault.step, "op": fault.kind, "why": fault.why, **_place(fault.span)}
            found["asked"]["nearest"] = {name: list(valid.of(name).sizes.nearest(size)) for name, size in asked.items()}
    return found


def _symbol(symbol: Symbol) -> Json:
    limits = [
        {
            "text": limit.text,
            "step": limit.step,
            "op": limit.kind,
            **_place(limit.span),
            "refused": limit.size,
            "why": limit.why,
        }
        for limit in symbol.limits
    ]
    return {"default": symbol.default, **_set(symbol.sizes, symbol.name), "conditions": limits}


def _set(sizes: Sizes, name: str) -> Json:
    return {
        "text": sizes.text(name),
        "ranges": [list(one) for one in sizes.ranges()],
        "from": sizes.start if sizes.residues else None,
        "period": sizes.period,
        "residues": list(sizes.residues),
        "known": list(sizes.known) if sizes.known is not None else None,
    }


def _place(span: Span) -> Json:
    line, column = span.source.position(span.start)
    return {"file": span.source.name, "line": line, "column": column}
