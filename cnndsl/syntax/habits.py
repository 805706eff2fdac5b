"""Slips that have a name: habits from other languages, misspelt words, marks that were mixed up.

Each function looks at one habit and returns a finding or None; the first that knows the place is heard.
"""

from __future__ import annotations

from cnndsl.diagnostics import Diagnostic, error
from cnndsl.diagnostics.suggest import suggest
from cnndsl.syntax.place import MISPLACED, Place
from cnndsl.syntax.slips import show
from cnndsl.syntax.table import END, NEWLINE, load_table

ITEM_WORDS = ("block", "network", "import", "let", "with")
STEP_WORDS: tuple[str, ...] = (
    "repeat",
    "for",
    "if",
    "residual",
    "dense",
    "from",
    "shared",
    "let",
    "with",
    "input",
    "output",
    "init",
)
STEP_WORDS += ("expect", "require")
OTHER_LANGUAGES = {
    "class": "network",
    "const": "let",
    "fn": "block",
    "func": "block",
    "function": "block",
    "model": "network",
    "var": "let",
    "while": "repeat",
    "assert": "require",
    "return": "output",
    "include": "import",
}
TYPES = "`int`, `float`, `bool`, `str`, `size`, `block`, `tensor` or such a type in brackets"
VALUES = frozenset({"INT", "FLOAT", "SIZE", "STRING", "TRUE", "FALSE", "NONE", "MINUS"})
NAMING = frozenset({"LET", "BLOCK", "NETWORK", "INPUT", "OUTPUT", "SHARED", "IMPORT", "FOR", "COMMA", "LPAR", "DOT"})
DECLARATIONS = frozenset({"LET", "SHARED", "INPUT", "OUTPUT", "INIT", "EXPECT", "REQUIRE"})


def habit(place: Place) -> Diagnostic | None:
    """What is known of a slip at this place."""
    for look in HABITS:
        finding = look(place)
        if finding is not None:
            return finding
    return None


def slip(place: Place, message: str, *advice: str, before: bool = False) -> Diagnostic:
    """A finding at the token, or at the one before it."""
    return error("E0101", message, place.span_of(place.previous) if before else place.span, help=advice)


def is_word(place: Place, kind: str, text: str) -> bool:
    """Whether a token is a word of the language."""
    return load_table().words.get(text) == kind


def meant(text: str, words: tuple[str, ...]) -> str | None:
    """The word of the language that was meant."""
    return OTHER_LANGUAGES.get(text) or suggest(text, words)


def docstring(place: Place) -> Diagnostic | None:
    """A docstring in the middle of something."""
    if place.kind != "DOC":
        return None
    return slip(place, "a docstring stands first in a file or a body, or on the lines before a definition")


def comment(place: Place) -> Diagnostic | None:
    """``// text``."""
    written = place.token.text + place.following.text
    if not (written.startswith("//") or written == "/*") or not (place.is_first or "ARROW" in place.expected):
        return None
    return slip(place, f"`{written[:2]}` begins no comment", "a comment begins with `#`")


def other_item(place: Place) -> Diagnostic | None:
    """What begins a line in a file and is no item."""
    if not (place.at_items and place.is_first):
        return None
    token, following = place.token, place.following
    if token.kind == "FROM":
        return slip(place, "`from` does not begin an import", "write `import resnet: bottleneck`")
    if token.kind == "NAME":
        if following.kind == "ASSIGN":
            return slip(place, f"expected a definition, found `{show(token.text)}`", "a constant begins with `let`")
        if following.kind in ("BLOCK", "NETWORK"):
            return slip(place, f"`{show(token.text)}` means nothing before `{following.text}`")
        word = meant(token.text, ITEM_WORDS) if following.kind in ("NAME", "LBRACE") else None
        if word:
            return slip(place, f"`{show(token.text)}` is no word of the language", f"did you mean `{word}`?")
    return slip(place, MISPLACED, "a file holds `import`, `let`, `with`, `block` and `network`")


def nested_definition(place: Place) -> Diagnostic | None:
    """A definition in a body."""
    if place.at_items or place.kind not in ("BLOCK", "NETWORK", "IMPORT"):
        return None
    if not (place.is_first or place.following.kind == "NAME"):
        return None
    return slip(place, f"`{place.token.text}` stands at the top of a file, not in a body")


def stray_arm(place: Place) -> Diagnostic | None:
    """``else`` and ``shortcut`` without what they belong to; ``elif``."""
    if place.kind == "ELSE" and "NEWLINE" not in place.expected and place.previous.kind in ("", "RBRACE"):
        return slip(place, "this `else` belongs to no `if`", "`else` follows the `}` of an `if`")
    if place.kind == "SHORTCUT":
        return slip(place, "this `shortcut` belongs to no `residual`", "`shortcut` follows the `}` of a `residual`")
    if place.kind == "NAME" and place.previous.kind == "RBRACE":
        if place.token.text in ("elif", "elseif", "elsif"):
            return slip(place, f"`{place.token.text}` is no word of the language", "write `else if`")
        word = suggest(place.token.text, [word for word in ("else", "shortcut") if word.upper() in place.expected])
        if word:
            return slip(place, f"`{show(place.token.text)}` is no word of the language", f"did you mean `{word}`?")
    return None


def reserved(place: Place) -> Diagnostic | None:
    """A word of the language as a name or a label."""
    token, previous = place.token, place.previous
    labels = place.at == place.statement + 1 or place.tokens[place.at - 2].kind in ("ARROW", "OUTPUT")
    if token.kind == "COLON" and labels and is_word(place, previous.kind, previous.text):
        advice = f'write it in quotes: `"{previous.text}": ...`'
        return slip(place, f"`{previous.text}` is a word of the language", advice, before=True)
    if not is_word(place, token.kind, token.text):
        return None
    if previous.kind == "ARROW" and token.kind in DECLARATIONS:
        return slip(place, f"`{token.text}` stands on a line of its own", "begin a new line instead of `->`")
    if token.kind == "WHEN":
        return None
    if "NAME" in place.expected and previous.kind in NAMING and not is_value_next(place):
        return slip(place, f"`{token.text}` is a word of the language", "choose another name")
    return None


def is_value_next(place: Place) -> bool:
    """Whether any value would do here, not only a name."""
    return "INT" in place.expected


def missing_parentheses(place: Place) -> Diagnostic | None:
    """``conv 64, 3x3``."""
    named = place.previous.kind == "NAME" and place.previous.end < place.token.start
    if (
        place.kind not in VALUES | {"LSQB"}
        or not named
        or "LPAR" not in place.expected
        or "ARROW" not in place.expected
    ):
        return None
    word = meant(place.previous.text, STEP_WORDS) if place.at == place.statement + 1 else None
    if word:
        return misspelt_before(place, word)
    name = place.previous.text
    advice = f"write `{show(name)}({show(place.rest(), 60)})`"
    return slip(place, f"the arguments of `{show(name)}` stand in parentheses", advice)


def misspelt_before(place: Place, word: str) -> Diagnostic:
    """The word before the token is almost one of the language."""
    message = f"`{show(place.previous.text)}` is no word of the language"
    return slip(place, message, f"did you mean `{word}`?", before=True)


def two_names(place: Place) -> Diagnostic | None:
    """``outptu logits``, ``conv1 conv(64)``."""
    if place.kind not in ("NAME", "TEMPLATE", "STRING") or place.previous.kind != "NAME":
        return None
    if place.at != place.statement + 1 and place.tokens[place.at - 2].kind not in ("ARROW", "COLON"):
        return None
    if "LPAR" not in place.expected:
        return None
    word = meant(place.previous.text, STEP_WORDS)
    if word:
        return misspelt_before(place, word)
    label, name = show(place.previous.text), show(place.token.text)
    advice = f"a label takes a colon: `{label}: {name}`; steps are joined by `->`: `{label} -> {name}`"
    return slip(place, f"expected `:` or `->` between `{label}` and `{name}`", advice)


def equals(place: Place) -> Diagnostic | None:
    """``=`` for ``==`` and the other way round; ``x = 3`` without ``let``; ``=>``."""
    if place.kind in ("ASSIGN", "MINUS") and place.following.kind == "MORETHAN":
        return slip(place, f"expected `->`, found `{place.token.text}`", "steps are joined by `->`, without a space")
    if place.kind == "EQUAL" and "ASSIGN" in place.expected:
        return slip(place, "`==` compares", "to give a value, write `=`")
    if place.kind != "ASSIGN":
        return None
    if place.first.kind in ("IF", "EXPECT", "REQUIRE", "ELSE") or place.previous.kind in ("RSQB", "INT"):
        return slip(place, "`=` gives a value", "to compare, write `==`")
    if place.previous.kind == "NAME" and place.at == place.statement + 1:
        name = show(place.previous.text)
        return slip(place, "a constant begins with `let`", f"write `let {name} = ...`", before=True)
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
    if place.kind == "COMMA" and {"RPAR", "STAR"} <= place.expected:
        return slip(place, "expected `)`, found `,`", "a list stands in square brackets: `[a, b]`")
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
    if place.kind != "LBRACE" or "INT" not in place.expected or place.previous.kind not in ("ASSIGN", "COMMA"):
        return None
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
    """``nn.Conv2d(...)``, ``self.conv(...)``."""
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


HABITS = (
    docstring,
    comment,
    other_item,
    nested_definition,
    stray_arm,
    reserved,
    missing_parentheses,
    spaced_size,
    two_names,
    equals,
    shape,
    colon,
    brackets,
    joined,
    brace_for_list,
    template,
    qualified,
    kind_of_parameter,
    brace,
)
