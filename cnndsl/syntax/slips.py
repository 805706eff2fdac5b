"""Where the text is no token: what it is, and which token was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cnndsl.diagnostics import Diagnostic, error
from cnndsl.source import Source, Span
from cnndsl.syntax.table import NEWLINE

NOTHING = "SPACE"

NUMBER = re.compile(r"\.?[0-9](?:[\w.]|(?<=[eE])[+-])*")
WORD = re.compile(r"\w+")
QUOTED = re.compile(r"'[^'\n]*'|[“”„«][^“”«»\n]*[“”»]")
UNCLOSED = re.compile(r"[^,()\[\]\n]*[^,()\[\]\s]")
OVERRUN = re.compile(r"\n(?:[ \t]*\r?\n|(?:block|network|import|with)\b|[ \t]*\})")
DEFINITION = re.compile(r"^(?:(?:block|network)\b[^\n]*[{=]|import [a-z]|with [^\n]*\{|[ \t]*\}\s*$)", re.MULTILINE)
STRAY = re.compile(r"[^\w\s\"'#;%()*+,./:<=>\[\]{}-]+")

OTHER_MARKS = {
    "&&": ("AND", "and"),
    "||": ("OR", "or"),
    "!": ("NOT", "not"),
    "→": ("ARROW", "->"),
    "⟶": ("ARROW", "->"),
    "|>": ("ARROW", "->"),
    "\N{MINUS SIGN}": ("MINUS", "-"),
    "\N{EN DASH}": ("MINUS", "-"),
    "≠": ("UNEQUAL", "!="),
    "≤": ("AT_MOST", "<="),
    "≥": ("AT_LEAST", ">="),
    "^": ("POWER", "**"),
    "·": ("STAR", "*"),
}
"""What other languages and typesetters write, and what is written here."""

HELP = {
    "?": "a choice is written `a if c else b`",
    "\N{MULTIPLICATION SIGN}": "a size is written with the letter x: `3x3`",
    "\\": "a line continues inside brackets, or on the next line after `->`",
    "@": "there are no decorators; a step is a name and its arguments",
    "//": "a comment begins with `#`",
}

HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]|\r(?!\n)")
"""Characters that no text editor shows as what they are."""


class Slip(NamedTuple):
    """A piece of text that is no token. Its place is taken by ``kind`` and ``text``, up to ``end``.

    ``repaired``: the token is surely what was meant. ``upsets``: what follows is probably misread.
    """

    kind: str
    text: str
    end: int
    finding: Diagnostic | None
    repaired: bool = False
    upsets: bool = False


def read_slip(source: Source, start: int, end: int) -> Slip:
    """The slip at ``start``."""
    character = source.text[start]
    if character == '"':
        return unclosed_text(source, start, end)
    if matched := QUOTED.match(source.text, start, end):
        span = Span(source, start, matched.end())
        finding = error("E0104", "text stands in double quotes", span, help=(f'write `"{span.text[1:-1]}"`',))
        return Slip("STRING", span.text, span.end, finding, repaired=True)
    if matched := NUMBER.match(source.text, start, end):
        return malformed_number(Span(source, start, matched.end()))
    if matched := WORD.match(source.text, start, end):
        span = Span(source, start, matched.end())
        message = f"the name `{show(span.text)}` has a letter other than a to z, digits and _"
        return Slip("NAME", span.text, span.end, error("E0104", message, span))
    return stray(source, start, end)


def malformed_number(span: Span) -> Slip:
    """``3y3``, ``.5``, ``1.``, ``0x1F``."""
    text = span.text
    advice = "a number is written `64`, `64_000`, `0.5` or `1e-3`, a size `3x3`"
    if text.startswith(".") and text[1:].isdigit():
        advice = f"write `0{text}`"
    elif text.endswith(".") and text[:-1].isdigit():
        advice = f"write `{text}0`"
    elif re.fullmatch(r"[0-9]+[xX*][A-Za-z_]\w*", text):
        advice = "a size is made of digits; with a name in it, write a list: `[3, k]`"
    elif re.fullmatch(r"[0-9]+(?:X[0-9]+)+", text):
        advice = f"write `{text.lower()}`"
    finding = error("E0105", f"`{show(text)}` is not a number", span, help=(advice,))
    return Slip("INT", "1", span.end, finding)


def unclosed_text(source: Source, start: int, end: int) -> Slip:
    """A string without its second quote ends where brackets or commas resume; a docstring at an empty line."""
    text = source.text
    if text.startswith('"""', start):
        closing = text.find('"""', start + 3, end)
        matched = OVERRUN.search(text, start + 3, end if closing < 0 else closing)
        stop = matched.start() if matched else end
        finding = error("E0103", "this docstring is never closed", Span(source, start, start + 3), 'no `"""` follows')
        return Slip("DOC", text[start:stop] + '"""', stop, finding, upsets=True)
    matched = UNCLOSED.match(text, start + 1, end)
    stop = matched.end() if matched else start + 1
    finding = error("E0103", "this text is never closed", Span(source, start, stop), 'no `"` follows on this line')
    return Slip("STRING", text[start:stop] + '"', stop, finding)


def is_overrun(doc: str) -> bool:
    """Whether a docstring holds what looks like definitions."""
    return DEFINITION.search(doc, 3) is not None


def stray(source: Source, start: int, end: int) -> Slip:
    """Marks that mean nothing here."""
    text = source.text
    first = text[start]
    if HIDDEN.match(first):
        return Slip(NOTHING, "", start + 1, None)
    if first == ";":
        finding = error(
            "E0104", "`;` means nothing here", Span(source, start, start + 1), help=("a new line ends a step",)
        )
        return Slip(NEWLINE, "\n", start + 1, finding, repaired=True)
    for length in (2, 1):
        mark = text[start : min(start + length, end)]
        if known := OTHER_MARKS.get(mark):
            span = Span(source, start, start + len(mark))
            finding = error("E0104", f"`{span.text}` means nothing here", span, help=(f"write `{known[1]}`",))
            return Slip(*known, span.end, finding, repaired=True)
    if first.isspace():
        stop = start + 1
        while stop < end and text[stop] == first:
            stop += 1
        finding = error(
            "E0104", f"a space of another kind, {show(first)}", Span(source, start, stop), help=("write a plain space",)
        )
        return Slip(NOTHING, "", stop, finding, repaired=True)
    matched = STRAY.match(text, start, end)
    span = Span(source, start, matched.end() if matched else start + 1)
    advice = HELP.get(first)
    finding = error("E0104", f"`{show(span.text)}` means nothing here", span, help=(advice,) if advice else ())
    return Slip(NOTHING, "", span.end, finding)


def hidden(source: Source) -> Iterator[Diagnostic]:
    """Findings for characters that cannot be seen, also in texts and comments."""
    for found in HIDDEN.finditer(source.text):
        span = Span(source, found.start(), found.end())
        yield error("E0104", f"a character that cannot be seen, {show(span.text)}", span, help=("remove it",))


def show(text: str, most: int = 30) -> str:
    """Text as it may stand in a message: short, on one line, what cannot be printed by its number."""
    shown = "".join(letter if letter.isprintable() else f"U+{ord(letter):04X}" for letter in text[: most + 1])
    return shown if len(text) <= most else shown[:most] + "..."
