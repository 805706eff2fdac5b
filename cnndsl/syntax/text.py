"""What stands between quotes, and names with ``{expression}`` in them."""

from __future__ import annotations

import re

from cnndsl.diagnostics import Diagnostic
from cnndsl.source import Source, Span
from cnndsl.syntax import tree
from cnndsl.syntax.tokens import Token

ESCAPES = {"n": "\n", '"': '"', "\\": "\\", "{": "{", "}": "}", "t": "\t"}
PIECE = re.compile(r"\\(?s:.)|\{[^{}]*\}|\{|[^\\{]+")


def read_text(source: Source, token: Token, findings: list[Diagnostic]) -> tree.Template:
    """The text that a name, a template or a string stands for."""
    from cnndsl.syntax.parser import parse_expression

    span = Span(source, token.start, token.end)
    quote = 1 if token.kind == "STRING" else 0
    if not quote and token.kind != "TEMPLATE":
        return tree.Template((token.text,), span)
    parts: list[str | tree.Expression] = []
    position, end = token.start + quote, token.end - quote
    for found in PIECE.finditer(source.text, position, end):
        piece = found.group()
        if piece[0] == "\\" and quote:
            add(parts, ESCAPES.get(piece[1], piece))
        elif piece[0] == "{" and len(piece) > 1:
            expression = parse_expression(source, found.start() + 1, found.end() - 1, findings)
            if expression is not None:
                parts.append(expression)
        else:
            add(parts, piece)
    return tree.Template(tuple(parts), span)


def add(parts: list[str | tree.Expression], text: str) -> None:
    """Put text at the end, joined to text that is there."""
    last = parts[-1] if parts else None
    if type(last) is str:
        parts[-1] = last + text
    else:
        parts.append(text)


def clean_doc(text: str) -> str:
    """A docstring without its quotes and without the indentation that its lines share."""
    lines = text[3:-3].replace("\r\n", "\n").expandtabs().split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    cleaned = [lines[0].strip(), *(line[margin:].rstrip() for line in lines[1:])]
    return "\n".join(cleaned).strip("\n")
