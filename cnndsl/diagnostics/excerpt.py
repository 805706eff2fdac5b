"""A line of source as a terminal can show it: cropped, tabs spread, control characters made visible."""

from __future__ import annotations

LONGEST = 140
"""Characters of a line that are shown; of a longer one, those around the place in question."""

_BEFORE = 40
_TAB = 4
_DOTS = "..."
_HIDDEN = "\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"


class Excerpt:
    """``shown`` is the text for the terminal, ``column`` the place in it of a character of the line."""

    __slots__ = ("_columns", "_first", "shown")

    def __init__(self, line: str, place: int = 0) -> None:
        first, last = _window(len(line), place)
        pieces = [_DOTS] if first else []
        width = len(_DOTS) if first else 0
        self._first = first
        self._columns = []
        for character in line[first:last]:
            self._columns.append(width)
            piece = _visible(character, width)
            pieces.append(piece)
            width += display_width(piece)
        self._columns.append(width)
        if last < len(line):
            pieces.append(_DOTS)
        self.shown = "".join(pieces)

    def column(self, place: int) -> int:
        """Where character ``place`` of the line (from 0) stands; the dots stand for what is left out."""
        index = place - self._first
        return self._columns[min(index, len(self._columns) - 1)] if index >= 0 else 0


def visible(text: str) -> str:
    """``text`` without characters that would move the cursor, start a new line or turn the reading direction."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character, 0) if character != "\t" else " " for character in text)


def display_width(text: str) -> int:
    """Columns that ``text`` takes in a terminal."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    wide = sum(east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(category(character) in ("Mn", "Me", "Cf") for character in text)


def _window(length: int, place: int) -> tuple[int, int]:
    if length <= LONGEST:
        return 0, length
    first = max(0, min(place - _BEFORE, length - LONGEST))
    return first, first + LONGEST


def _visible(character: str, column: int) -> str:
    if character == "\t":
        return " " * (_TAB - column % _TAB)
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if 0x7F <= code < 0xA0 or character in _HIDDEN or 0xD800 <= code < 0xE000:
        return "\ufffd"
    return character
