"""What to say of a token that the grammar does not allow."""

from __future__ import annotations

from cnndsl.diagnostics import Diagnostic, error
from cnndsl.syntax.habits import habit
from cnndsl.syntax.mixups import VALUES
from cnndsl.syntax.place import MISPLACED, Place
from cnndsl.syntax.slips import show
from cnndsl.syntax.table import END, NEWLINE

__all__ = ["MISPLACED", "Place", "unexpected"]

IN_WORDS = {
    "RPAR": "`)`",
    "RSQB": "`]`",
    "LBRACE": "`{`",
    "COLON": "`:`",
    "ASSIGN": "`=`",
    "COMMA": "`,`",
    "ARROW": "`->`",
    "IN": "`in`",
    "FOR": "`for`",
    "ELSE": "`else`",
    "LPAR": "`(`",
    "RBRACE": "`}`",
    NEWLINE: "a new line",
    "LSQB": "`[`",
}
"""What may be expected, the likeliest first."""

MOST = 4
NAMED = frozenset({"NAME", "TEMPLATE"})


def unexpected(place: Place) -> Diagnostic:
    """The finding for a token that is not allowed."""
    known = habit(place)
    if known is not None:
        return known
    expected = "expected " + in_words(place.expected)
    if place.kind in (NEWLINE, END):
        inner = place.token.end < len(place.source.text)
        where = "the end of the line" if place.kind == NEWLINE else "`}`" if inner else "the end of the file"
        advice = ("a choice is written `a if c else b`",) if expected == "expected `else`" else ()
        return error("E0101", f"{expected} before {where}", place.after_previous, "here", help=advice)
    return error("E0101", f"{expected}, found `{show(place.token.text)}`", place.span, help=advised(place))


def advised(place: Place) -> tuple[str, ...]:
    """How what probably was meant is written."""
    if place.first.kind == "IMPORT" and "COLON" in place.expected:
        return ("the names of an import follow a colon: `import resnet: bottleneck, resnet`",)
    if place.kind == "LPAR" and place.previous.kind == "DENSE":
        return ("`dense { ... }` joins layers; a fully connected layer is `linear(10)`",)
    if place.first.kind == "REQUIRE" and place.previous.kind == "COMMA":
        return ('the text stands in double quotes: `require width > 0, "the width is too small"`',)
    if place.first.kind == "NETWORK" and {"LBRACE", "ASSIGN"} <= place.expected and place.kind == "NAME":
        return (f"write `network {show(place.previous.text)} = {show(place.rest(), 60)}`",)
    if place.first.kind == "OUTPUT" and place.kind == "ASSIGN":
        chain = show(place.rest().removeprefix("=").strip(), 40)
        return (f"what a chain makes is written `output {show(place.previous.text)}: from x -> {chain}`",)
    if place.kind == "NAME" and "LBRACE" in place.expected and place.following.kind == "LBRACE":
        return (f"leave `{show(place.token.text)}` out",)
    if place.kind in NAMED | VALUES and {"COMMA", "RPAR"} <= place.expected:
        return (f"put a comma before `{show(place.token.text)}`",)
    if place.kind in NAMED and {"ARROW", NEWLINE} <= place.expected:
        return ("steps are joined by `->`",)
    return ()


def in_words(expected: frozenset[str]) -> str:
    """The kinds of tokens, as a person would list them."""
    left_out = {"RBRACE"} if NEWLINE in expected else set()
    if "STAR" in expected:
        left_out |= {"IN", "LPAR", "LSQB", "LBRACE"} if NEWLINE in expected else {"IN", "LPAR", "LSQB"}
    if {"ARROW", NEWLINE} <= expected:
        left_out |= {"LPAR", "LBRACE"}
    words = [word for kind, word in IN_WORDS.items() if kind in expected - left_out]
    if {"INT", "NAME"} <= expected:
        words = ["a value", *(word for word in words if word in ("`)`", "`]`"))]
    elif {"NAME", "REPEAT", "LBRACE"} <= expected:
        words = ["a step"]
    elif "BLOCK" in expected:
        words = ["a definition"] if "NAME" not in expected else ["a type"]
    elif "NAME" in expected:
        words = ["a name", *(word for word in words if word == "`)`")]
    elif "STRING" in expected:
        words = ["a text"]
    elif END in expected and not words:
        words = ["nothing more"]
    words = words[:MOST] or ["another token"]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]
