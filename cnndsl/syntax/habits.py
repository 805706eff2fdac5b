"""Slips that have a name: habits from other languages, misspelt words, marks that were mixed up.

Each function looks at one habit and returns a finding or None; the first that knows the place is heard.
"""

from __future__ import annotations

from cnndsl.diagnostics import Diagnostic
from cnndsl.diagnostics.suggest import suggest
from cnndsl.syntax.mixups import (
    VALUES,
    brace,
    brace_for_list,
    brackets,
    colon,
    equals,
    joined,
    kind_of_parameter,
    qualified,
    shape,
    spaced_size,
    template,
)
from cnndsl.syntax.place import MISPLACED, Place, slip
from cnndsl.syntax.slips import show
from cnndsl.syntax.table import NEWLINE, load_table

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
NAMING = frozenset({"LET", "BLOCK", "NETWORK", "INPUT", "OUTPUT", "SHARED", "IMPORT", "FOR", "COMMA", "LPAR", "DOT"})
DECLARATIONS = frozenset({"LET", "SHARED", "INPUT", "OUTPUT", "INIT", "EXPECT", "REQUIRE"})


def habit(place: Place) -> Diagnostic | None:
    """What is known of a slip at this place."""
    for look in HABITS:
        finding = look(place)
        if finding is not None:
            return finding
    return None


def is_word(kind: str, text: str) -> bool:
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
    if place.kind == "ELSE" and NEWLINE in place.expected | {place.previous.kind or NEWLINE}:
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
    if token.kind == "COLON" and previous.kind in ("INPUT", "OUTPUT") and place.following.kind == "LSQB":
        what = previous.text
        advice = f"write `{what} {'image' if what == 'input' else 'logits'}: [...]`"
        return slip(place, f"this {what} has no name", advice, before=True)
    if token.kind == "COLON" and labels and is_word(previous.kind, previous.text):
        return slip(place, f"`{previous.text}` is a word of the language", in_quotes(previous.text), before=True)
    if not is_word(token.kind, token.text):
        return None
    if previous.kind == "ARROW" and place.following.kind == "COLON":
        return slip(place, f"`{token.text}` is a word of the language", in_quotes(token.text))
    if previous.kind == "ARROW" and token.kind in DECLARATIONS:
        return slip(place, f"`{token.text}` stands on a line of its own", "begin a new line instead of `->`")
    if token.kind == "WHEN":
        return None
    if "NAME" in place.expected and previous.kind in NAMING and not is_value_next(place):
        return slip(place, f"`{token.text}` is a word of the language", "choose another name")
    return None


def in_quotes(word: str) -> str:
    """How a label is written that is a word of the language."""
    return f'a label may be in quotes: `"{word}": ...`'


def is_value_next(place: Place) -> bool:
    """Whether any value would do here, not only a name."""
    return "INT" in place.expected


def missing_parentheses(place: Place) -> Diagnostic | None:
    """``conv 64, 3x3``."""
    named = place.previous.kind == "NAME" and place.previous.end < place.token.start
    listed = place.kind == "NAME" and place.following.kind in ("COMMA", "ASSIGN")
    if not (listed or place.kind in VALUES | {"LSQB"}) or not named or not {"LPAR", "ARROW"} <= place.expected:
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
    if not {"LPAR", "ARROW"} <= place.expected:
        return None
    word = meant(place.previous.text, STEP_WORDS)
    if word:
        return misspelt_before(place, word)
    label, name = show(place.previous.text), show(place.token.text)
    advice = f"a label takes a colon: `{label}: {name}`; steps are joined by `->`: `{label} -> {name}`"
    return slip(place, f"expected `:` or `->` between `{label}` and `{name}`", advice)


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
