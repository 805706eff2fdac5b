"""Actions of the grammar's rules: from the values of the children to a node of the tree.

Every method is named after a rule (or its alias) of `grammar/cnn.lark` and gets the children that lark would give.
"""

from __future__ import annotations

from typing import Any

from cnndsl.diagnostics import Label, error
from cnndsl.source import Source, Span
from cnndsl.syntax import limits, tree
from cnndsl.syntax.findings import Findings
from cnndsl.syntax.slips import show
from cnndsl.syntax.table import Table
from cnndsl.syntax.text import Read, clean_doc, read_text
from cnndsl.syntax.tokens import Token

CONSTANTS = {"true": True, "false": False, "none": None}
CAPITALS = frozenset({"True", "False", "None"})
MOST = 1e300


class Expressions:
    """Actions for expressions."""

    def __init__(self, source: Source, table: Table, findings: Findings, read: Read) -> None:
        self.source = source
        self.findings = findings
        self.read = read
        self.items = 0
        self.actions: list[Any] = [getattr(self, f"_{rule.action}", None) for rule in table.rules]

    def span(self, start: int, end: int) -> Span:
        """A span in the file that is parsed."""
        return Span(self.source, start, end)

    def to_name(self, token: Token) -> tree.Name:
        """A token as a name."""
        if token.end - token.start > limits.NAME:
            message = f"a name of {token.end - token.start:,} letters; the most is {limits.NAME}"
            self.findings.add(error("E0101", message, Span(self.source, token.start, token.end)))
        return tree.Name(token.text, Span(self.source, token.start, token.end))

    def to_int(self, text: str, span: Span) -> int:
        """A whole number of at most 18 digits."""
        digits = text.replace("_", "")
        if len(digits) <= limits.DIGITS:
            return int(digits)
        message = f"a whole number of {len(digits)} digits; the most is {limits.DIGITS}"
        self.findings.add(error("E0105", message, span))
        return 1

    def _integer(self, v: list[Any], start: int, end: int) -> tree.Literal:
        span = self.span(start, end)
        return tree.Literal(self.to_int(v[0].text, span), span)

    def _float(self, v: list[Any], start: int, end: int) -> tree.Literal:
        span = self.span(start, end)
        value = float(v[0].text.replace("_", ""))
        if value > MOST:
            self.findings.add(error("E0105", f"`{show(v[0].text)}` is too large; the most is {MOST:g}", span))
            value = 1.0
        return tree.Literal(value, span)

    def _size(self, v: list[Any], start: int, end: int) -> tree.Size:
        span = self.span(start, end)
        parts = v[0].text.split("x")
        if len(parts) > limits.SIZES:
            message = f"a size of {len(parts)} numbers; the most is {limits.SIZES}"
            self.findings.add(error("E0105", message, span))
            parts = parts[:1]
        return tree.Size(tuple(self.to_int(part, span) for part in parts), span)

    def _string(self, v: list[Any], start: int, end: int) -> tree.Literal | tree.Template:
        template = self.read_text(v[0])
        if all(isinstance(part, str) for part in template.parts):
            return tree.Literal("".join(map(str, template.parts)), template.span)
        return template

    def _template(self, v: list[Any], start: int, end: int) -> tree.Template:
        return self.read_text(v[0])

    def read_text(self, token: Token) -> tree.Template:
        """The text that a name, a template or a string stands for."""
        return read_text(self.source, token, self.findings, self.read)

    def _constant(self, v: list[Any], start: int, end: int) -> tree.Literal:
        return tree.Literal(CONSTANTS[v[0].text], self.span(start, end))

    def _name(self, v: list[Any], start: int, end: int) -> tree.Name | tree.Literal:
        name = self.to_name(v[0])
        if name.id not in CAPITALS:
            return name
        word = name.id.lower()
        finding = error("E0104", f"`{name.id}` is Python's word", name.span, help=(f"write `{word}`",))
        self.findings.add(finding, repaired=True)
        return tree.Literal(CONSTANTS[word], name.span)

    def _argument_name(self, v: list[Any], start: int, end: int) -> tree.Name:
        return self.to_name(v[0])

    def _unary(self, v: list[Any], start: int, end: int) -> tree.Unary:
        return tree.Unary(v[0].text, v[1], self.span(start, end))

    def _binary(self, v: list[Any], start: int, end: int) -> tree.Binary:
        return tree.Binary(v[1].text, v[0], v[2], self.span(start, end))

    def _comparison(self, v: list[Any], start: int, end: int) -> tree.Binary:
        """``a < b < c`` means ``a < b and b < c``."""
        span = self.span(start, end)
        if len(v) == 3:
            return tree.Binary(v[1], v[0], v[2], span)
        pairs = [
            tree.Binary(v[place], v[place - 1], v[place + 1], v[place - 1].span.to(v[place + 1].span))
            for place in range(1, len(v), 2)
        ]
        if len(pairs) > limits.COMPARISONS:
            message = f"a chain of {len(pairs)} comparisons; the most is {limits.COMPARISONS}"
            self.findings.add(error("E0106", message, span, help=("join comparisons by `and`",)))
        whole = pairs[0]
        for pair in pairs[1 : limits.COMPARISONS]:
            whole = tree.Binary("and", whole, pair, self.span(start, pair.span.end))
        return whole

    def _relation(self, v: list[Any], start: int, end: int) -> str:
        return " ".join(token.text for token in v)

    def _conditional(self, v: list[Any], start: int, end: int) -> tree.Conditional:
        then, test, otherwise = v
        return tree.Conditional(test, then, otherwise, self.span(start, end))

    def _index(self, v: list[Any], start: int, end: int) -> tree.Index:
        return tree.Index(v[0], v[1], self.span(start, end))

    def _attribute(self, v: list[Any], start: int, end: int) -> tree.Attribute:
        return tree.Attribute(v[0], self.to_name(v[1]), self.span(start, end))

    def _list(self, v: list[Any], start: int, end: int) -> tree.List:
        return tree.List(tuple(v), self.span(start, end))

    def _comprehension(self, v: list[Any], start: int, end: int) -> tree.Comprehension:
        return tree.Comprehension(v[0], v[1], v[2], v[3], self.span(start, end))

    def _application(self, v: list[Any], start: int, end: int) -> tree.Call:
        return tree.Call(self.to_name(v[0]), tuple(v[1:]), self.span(start, end))

    def _bare_call(self, v: list[Any], start: int, end: int) -> tree.Call:
        return tree.Call(self.to_name(v[0]), (), self.span(start, end), parentheses=False)

    def _argument(self, v: list[Any], start: int, end: int) -> tree.Argument:
        return tree.Argument(v[0], v[1], self.span(start, end))

    def _targets(self, v: list[Any], start: int, end: int) -> tuple[tree.Name, ...]:
        return tuple(map(self.to_name, v))

    _names = _targets


class Builder(Expressions):
    """Actions for everything."""

    def _file(self, v: list[Any], start: int, end: int) -> tree.File:
        doc = clean_doc(v.pop(0).text) if v and isinstance(v[0], Token) else None
        return tree.File(self.source, doc, self.documented(v))

    def documented(self, items: list[Any]) -> tuple[tree.Item, ...]:
        """The items; a docstring goes to the definition that it stands before."""
        found: list[tree.Item] = []
        doc: Token | None = None
        for item in [*items, None]:
            if doc is not None:
                if isinstance(item, tree.Definition):
                    item = self.with_doc(item, doc)
                else:
                    self.lonely(doc)
            doc = item if isinstance(item, Token) else None
            if item is not None and doc is None:
                found.append(item)
        return tuple(found)

    def lonely(self, doc: Token) -> None:
        """A docstring that says nothing of a definition."""
        span = self.span(doc.start, doc.end)
        advice = "a docstring stands first in a file or a body, or on the lines before a definition"
        self.findings.add(error("E0109", "this docstring belongs to nothing", span, help=(advice,)), repaired=True)

    def with_doc(self, item: tree.Definition, doc: Token) -> tree.Definition:
        """A definition with the docstring that stands before it."""
        if item.doc is not None and item.name.id:
            places = (Label(self.span(doc.start, doc.end), "the first"),)
            message = f"`{item.name.id}` has two docstrings"
            self.findings.add(error("E0109", message, item.name.span, labels=places), repaired=True)
        return item._replace(doc=clean_doc(doc.text))

    def _keyword(self, v: list[Any], start: int, end: int) -> str:
        return str(v[0].text)

    def _defined(self, v: list[Any], start: int, end: int) -> tree.Definition:
        keyword, name, parameters, body = v
        span = self.span(start, end)
        self.items += bool(name.text)
        return tree.Definition(keyword, self.to_name(name), parameters or (), None, body, body.doc, span)

    def _renamed(self, v: list[Any], start: int, end: int) -> tree.Definition:
        keyword, name, parameters, call, body = v
        doc = body.doc if body else None
        self.items += 1
        return tree.Definition(keyword, self.to_name(name), parameters or (), call, body, doc, self.span(start, end))

    def _parameters(self, v: list[Any], start: int, end: int) -> tuple[tree.Parameter, ...]:
        return tuple(v)

    def _parameter(self, v: list[Any], start: int, end: int) -> tree.Parameter:
        return tree.Parameter(self.to_name(v[0]), v[1], v[2], self.span(start, end))

    def _type(self, v: list[Any], start: int, end: int) -> tree.Name:
        text = "".join(part.id if isinstance(part, tree.Name) else part.text for part in v)
        return tree.Name(text, self.span(start, end))

    def _let(self, v: list[Any], start: int, end: int) -> tree.Let:
        return tree.Let(self.to_name(v[0]), v[1], self.span(start, end))

    def _with_definitions(self, v: list[Any], start: int, end: int) -> tree.WithDefinitions:
        return tree.WithDefinitions(v[0], self.documented(v[1:]), self.span(start, end))

    def _calls(self, v: list[Any], start: int, end: int) -> tuple[tree.Call, ...]:
        return tuple(v)

    def _body(self, v: list[Any], start: int, end: int) -> tree.Body:
        doc = clean_doc(v[0].text) if v[0] else None
        return tree.Body(tuple(v[1:]), doc, self.span(start, end))

    def _line(self, v: list[Any], start: int, end: int) -> tree.Line:
        return tree.Line(tuple(v), self.span(start, end))

    _chain = _line

    def _labelled(self, v: list[Any], start: int, end: int) -> tree.Step:
        label, step = v
        span = self.span(start, end)
        if isinstance(step, tree.Apply) and step.branches is None:
            return step._replace(label=label, span=span)
        if isinstance(step, tree.Group):
            return step._replace(label=label, span=span)
        return tree.Group(label, tree.Body((tree.Line((step,), step.span),), None, step.span), span)

    def _label(self, v: list[Any], start: int, end: int) -> tree.Template:
        return self.read_text(v[0])

    _place = _label

    def _apply(self, v: list[Any], start: int, end: int) -> tree.Apply:
        return tree.Apply(None, v[0], v[1], self.span(start, end))

    def _group(self, v: list[Any], start: int, end: int) -> tree.Group:
        return tree.Group(None, v[0], self.span(start, end))

    def _repeat(self, v: list[Any], start: int, end: int) -> tree.Repeat:
        return tree.Repeat(v[0], v[1], self.span(start, end))

    def _arm(self, v: list[Any], start: int, end: int) -> tuple[tree.Expression, tree.Body]:
        return v[0], v[1]

    def _residual(self, v: list[Any], start: int, end: int) -> tree.Residual:
        return tree.Residual(v[0], v[1], self.span(start, end))

    def _dense(self, v: list[Any], start: int, end: int) -> tree.Dense:
        return tree.Dense(v[0], self.span(start, end))

    def _shared(self, v: list[Any], start: int, end: int) -> tree.Shared:
        return tree.Shared(self.to_name(v[0]), v[1], self.span(start, end))

    def _input(self, v: list[Any], start: int, end: int) -> tree.Input:
        return tree.Input(self.to_name(v[0]), tuple(v[1:]), self.span(start, end))

    def _axis(self, v: list[Any], start: int, end: int) -> tree.InputAxis:
        symbol = self.to_name(v[0]) if v[0] else None
        return tree.InputAxis(symbol, v[1], self.span(start, end))

    def _output(self, v: list[Any], start: int, end: int) -> tree.Output:
        label, when, result = v
        shape, chain = (None, result) if isinstance(result, tree.Line) else (result, None)
        return tree.Output(label, when is not None, shape, chain, self.span(start, end))

    def _when(self, v: list[Any], start: int, end: int) -> tree.Name:
        name = self.to_name(v[0])
        if name.id != "training":
            message = f"expected `training`, found `{show(name.id)}`"
            self.findings.add(
                error("E0101", message, name.span, help=("an output is given always or `when training`",))
            )
        return name

    def _init(self, v: list[Any], start: int, end: int) -> tree.Init:
        return tree.Init(v[0], self.span(start, end))

    def _expect(self, v: list[Any], start: int, end: int) -> tree.Expect:
        return tree.Expect(v[0], self.span(start, end))

    def _require(self, v: list[Any], start: int, end: int) -> tree.Require:
        message = self.read_text(v[1]) if v[1] else None
        return tree.Require(v[0], message, self.span(start, end))

    def _import(self, v: list[Any], start: int, end: int) -> tree.Import:
        return tree.Import(self.to_name(v[0]), v[1] or (), self.span(start, end))

    def _for(self, v: list[Any], start: int, end: int) -> tree.For:
        return tree.For(v[0], v[1], v[2], self.span(start, end))

    def _if(self, v: list[Any], start: int, end: int) -> tree.If:
        return tree.If(tuple(v[:-1]), v[-1], self.span(start, end))

    def _with(self, v: list[Any], start: int, end: int) -> tree.With:
        return tree.With(v[0], v[1], self.span(start, end))

    def _from(self, v: list[Any], start: int, end: int) -> tree.From:
        return tree.From(tuple(v), self.span(start, end))
