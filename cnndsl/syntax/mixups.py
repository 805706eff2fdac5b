"""Marks that were mixed up, and shapes and values written as elsewhere.

Each function looks at one slip and returns a finding or None.
"""

from __future__ import annotations

from cnndsl.diagnostics import Diagnostic, error
from cnndsl.syntax.place import Place, slip
from cnndsl.syntax.slips import show
from cnndsl.syntax.table import END, NEWLINE

TYPES = "`int`, `float`, `bool`, `str`, `size`, `block`, `tensor` or such a type in brackets"
VALUES = frozenset({"INT", "FLOAT", "SIZE", "STRING", "TRUE", "FALSE", "NONE", "MINUS"})


def equals(place: Place) -> Diagnostic | None:
    """``=`` for ``==`` and the other way round; ``x = 3`` without ``let``; ``=>``."""
    if place.kind in ("ASSIGN", "MINUS") and place.following.kind == "MORETHAN":
        return slip(place, f"expected `->`, found `{place.token.text}`", "steps are joined by `->`, without a space")
    if place.kind == "EQUAL" and "ASSIGN" in place.expected:
        return slip(place, "`==` gives no value", "to give a value, write `=`")
    if place.kind != "ASSIGN":
        return None
    if place.first.kind in ("IF", "EXPECT", "REQUIRE", "ELSE") or place.previous.kind in ("RSQB", "INT"):
        return slip(place, "`=` does not compare", "to compare, write `==`")
    if place.previous.kind == "NAME" and place.at == place.statement + 1:
        name, advice = show(place.previous.text), ""
        if place.following.kind == "NAME" and not place.at_items:
            step = show(place.rest().removeprefix("=").strip(), 40)
            advice = f", or to label a step `{name}: {step}`"
        return slip(place, "a constant begins with `let`", f"write `let {name} = ...`{advice}", before=True)
    return None


def colon(place: Place) -> Diagnostic | None:
    """Python's colon before a body; a slice."""
    if place.kind != "COLON":
        return None
    ends_line = place.following.kind in (NEWLINE, END)
    if "LBRACE" in place.expected and (ends_line or not {"ARROW", "ASSIGN"} & place.expected):
        return slip(place, "expected `{`, found `:`", "a body stands in braces")
    if place.previous.kind == "NAME" and place.at >= 2 and place.tokens[place.at - 2].kind == "COLON":
        return slip(place, "a step has one label", "a group has a label too: `a: { b: relu }`")
    if {"ASSIGN", "RPAR"} <= place.expected:
        return slip(place, "expected `=`, found `:`", f"an argument is given as `{show(place.previous.text)}=...`")
    if "RSQB" in place.expected and place.previous.kind != "RSQB":
        return slip(
            place, "expected `]`, found `:`", "there are no slices; a comprehension picks: `[w[i] for i in range(2)]`"
        )
    return None


def spaced_size(place: Place) -> Diagnostic | None:
    """``3 x 3``, ``3 * x``."""
    joined = place.kind == "NAME" and place.token.text.startswith("x") and place.previous.kind == "INT"
    if not joined or not (place.token.text[1:].isdigit() or place.token.text == "x"):
        return None
    return slip(place, "a size has no spaces", "write `3x3`")


def brackets(place: Place) -> Diagnostic | None:
    """``(a, b)`` for a list; a comprehension without its brackets."""
    if place.kind == "COMMA" and "RPAR" in place.expected and "INT" not in place.expected:
        one, two = show(place.previous.text), show(place.following.text)
        whole = place.previous.kind == place.following.kind == "INT"
        size = f"a size is written `{one}x{two}`, a list `[{one}, {two}]`"
        advice = size if whole else "a list stands in square brackets: `[a, b]`"
        return slip(place, "expected `)`, found `,`", advice)
    if place.kind == "FOR" and "COMMA" in place.expected and "RPAR" in place.expected:
        return slip(
            place, "expected `,` or `)`, found `for`", "a comprehension stands in brackets: `[2 * w for w in ws]`"
        )
    return None


def joined(place: Place) -> Diagnostic | None:
    """``conv(64) + relu``, ``relu, relu``."""
    if "ARROW" not in place.expected or place.kind not in ("PLUS", "STAR", "COMMA"):
        return None
    advice = {
        "PLUS": "to add results, write them as the lines of `add { ... }` or `residual { ... }`",
        "STAR": "to multiply results, write them as the lines of `mul { ... }`; `repeat 2 { ... }` repeats a step",
        "COMMA": "steps are joined by `->`; branches are the lines of `concat { ... }`",
    }
    return slip(place, f"expected `->` or a new line, found `{place.token.text}`", advice[place.kind])


def brace_for_list(place: Place) -> Diagnostic | None:
    """``{1, 2}`` for a list."""
    if place.kind != "LBRACE" or place.previous.kind not in ("ASSIGN", "COMMA"):
        return None
    if "INT" not in place.expected:
        name = f"`{place.first.text} {show(place.tokens[place.statement + 1].text)} {{`"
        return (
            slip(place, "expected a name, found `{`", f"a body follows without `=`: {name}") if place.at_items else None
        )
    return slip(place, "expected a value, found `{`", "a list stands in square brackets: `[1, 2]`")


def shape(place: Place) -> Diagnostic | None:
    """``output logits: 1000``, ``input image: 3x224x224``."""
    before = place.tokens[place.at - 1].kind if place.at else ""
    if place.first.kind not in ("INPUT", "OUTPUT") or before != "COLON" or place.kind not in VALUES:
        return None
    sizes = place.token.text.replace("x", ", ") if place.kind == "SIZE" else show(place.token.text)
    return slip(place, "a shape stands in square brackets", f"write `[{show(sizes)}]`")


def template(place: Place) -> Diagnostic | None:
    """``concat{ relu }``: a brace glued to a name."""
    if place.previous.kind != "TEMPLATE" and place.kind != "TEMPLATE":
        return None
    token = place.token if place.kind == "TEMPLATE" else place.previous
    name = show(token.text.partition("{")[0])
    advice = f"`{name}{{` without a space is a name with a value in it; to open a body, write `{name} {{`"
    return error("E0101", f"expected a step, found the name `{show(token.text)}`", place.span_of(token), help=(advice,))


def qualified(place: Place) -> Diagnostic | None:
    """``nn.Conv2d(...)``, ``self.conv(...)``, ``.5``."""
    if place.kind == "DOT" and "INT" in place.expected and place.following.kind == "INT":
        number = f".{show(place.following.text)}"
        return error("E0105", f"`{number}` is not a number", place.span, help=(f"write `0{number}`",))
    if place.kind == "DOT" and place.previous.kind == "NAME" and "ARROW" in place.expected:
        return slip(place, "expected `(`, found `.`", "an operation is called by its name alone: `conv(64, 3x3)`")
    return None


def brace(place: Place) -> Diagnostic | None:
    """A header without its body."""
    if "LBRACE" not in place.expected or place.kind not in (NEWLINE, END) or "RBRACE" in place.expected:
        return None
    if "NAME" in place.expected:
        return None
    return error("E0101", "expected `{` at the end of this line", place.after_previous, "a body stands in braces")


def kind_of_parameter(place: Place) -> Diagnostic | None:
    """A type that is none."""
    if "BLOCK" not in place.expected or place.previous.kind not in ("COLON", "LSQB"):
        return None
    return slip(place, f"expected a type, found `{show(place.token.text)}`", f"a type is {TYPES}")
