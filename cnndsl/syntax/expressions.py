"""Actions of the grammar's rules for expressions.

Every method is named after a rule (or its alias) of `grammar/cnn.lark` and gets the children that lark would give.
"""

from __future__ import annotations

from typing import Any

from cnndsl.diagnostics import error
from cnndsl.source import Source, Span
from cnndsl.syntax import limits, tree
from cnndsl.syntax.findings import Findings
from cnndsl.syntax.slips import show
from cnndsl.syntax.table import LIST, Table
from cnndsl.syntax.text import Read, read_text
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
        self.actions = [LIST if rule.action == LIST else getattr(self, f"_{rule.action}", None) for rule in table.rules]

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
