"""What stands between quotes, and names with ``{expression}`` in them."""

from __future__ import annotations

import re
from collections.abc import Callable

from cnndsl.diagnostics import error
from cnndsl.source import Source, Span
from cnndsl.syntax import tree
from cnndsl.syntax.findings import Findings
from cnndsl.syntax.slips import show
from cnndsl.syntax.tokens import Token

ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "{": "{", "}": "}"}
PIECE = re.compile(r"\\.|\{[^{}\\]*\}|[{\\]|[^\\{]+")

Read = Callable[[int, int], tree.Expression | None]


def read_text(source: Source, token: Token, findings: Findings, read: Read) -> tree.Template:
    """The text that a name, a template or a string stands for."""
    span = Span(source, token.start, token.end)
    if token.kind not in ("STRING", "TEMPLATE"):
        return tree.Template((token.text,), span)
    quote = 1 if token.kind == "STRING" else 0
    parts: list[str | tree.Expression] = []
    if source.text[token.start : token.end] != token.text:
        return tree.Template((), span)
    for found in PIECE.finditer(source.text, token.start + quote, token.end - quote):
        piece, place = found.group(), Span(source, found.start(), found.end())
        if piece[0] == "{" and piece.strip("{} \t"):
            expression = read(place.start + 1, place.end - 1)
            if expression is not None:
                parts.append(expression)
        elif piece[0] == "{":
            message = "no value stands in these braces" if len(piece) > 1 else "this `{` opens no value"
            advice = r"a value in a text is written `{width}`, a brace `\{`"
            findings.add(error("E0108", message, place, help=(advice,)))
        elif piece[0] == "\\":
            add(parts, escaped(piece, place, findings))
        else:
            add(parts, piece)
    return tree.Template(tuple(parts), span)


def escaped(piece: str, place: Span, findings: Findings) -> str:
    """What a backslash and a letter stand for."""
    if piece[1:] not in ESCAPES:
        advice = r"known are `\n`, `\t`, `\"`, `\\`, `\{` and `\}`"
        findings.add(error("E0108", f"`{show(piece)}` stands for nothing", place, help=(advice,)))
    return ESCAPES.get(piece[1:], piece[1:])


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
