"""Actions of the grammar's rules: from the values of the children to a node of the tree.

Every method is named after a rule (or its alias) of `grammar/cnn.lark` and gets the children that lark would give.
"""

from __future__ import annotations

from typing import Any

from cnndsl.diagnostics import Label, error
from cnndsl.syntax import tree
from cnndsl.syntax.expressions import Expressions
from cnndsl.syntax.slips import show
from cnndsl.syntax.text import clean_doc
from cnndsl.syntax.tokens import Token


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
