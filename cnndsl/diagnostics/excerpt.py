"""A line of source as a terminal can show it: cropped, tabs spread, control characters made visible."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST = 146
"""Columns of a line that are shown where the width is not known; of a longer one, those around what is marked."""

_BEFORE = 40
_TAB = 4
_DOTS = "..."
_DENSEST = 4
"""Characters a column that are shown: marks can be piled up without end."""
_FORMATTING = "\u200c\u200d"
"""What has no look of its own, and yet words and pictures need it: letters of Persian, parts of one emoji."""
_BLANK = "\u115f\u1160\u2028\u2029\u3164\uffa0"
"""Letters and ends of lines that cannot be seen."""

_VOWELS = ("\u1160\u11ff", "\ud7b0\ud7ff")
"""Vowels and ends of Hangul syllables, drawn into the consonant before them."""

Place = tuple[int, int]
"""Characters of a line, from 0; the second is the one after the last."""


class Excerpt:
    """``shown`` is the text for the terminal, ``column`` the place in it of a character of the line.

    Of a line that is longer than ``room`` columns the first of ``places`` is shown, as many others as fit with it, and
    what stands around them.
    """

    __slots__ = ("_columns", "_first", "_last", "_whole_end", "shown")

    def __init__(self, line: str, places: Sequence[Place] = (), room: int = LONGEST) -> None:
        pieces, columns = _spread(line, 0, 0, room)
        first = 0
        if len(columns) <= len(line):
            first = _window(line, places, room - 2 * len(_DOTS))
            before = _DOTS if first else ""
            pieces, columns = _spread(line, first, len(before), room - len(_DOTS))
            pieces.insert(0, before)
        self._first = first
        self._last = first + len(columns) - 1
        self._whole_end = self._last == len(line)
        self._columns = columns
        self.shown = "".join(pieces) + ("" if self._whole_end else _DOTS)

    def column(self, place: int) -> int:
        """Where character ``place`` of the line (from 0) stands; the dots stand for what is left out."""
        index = place - self._first
        return self._columns[min(index, len(self._columns) - 1)] if index >= 0 else 0

    def holds(self, place: Place) -> bool:
        """Whether some of ``place`` is shown; an empty one is that before a character or the end of the line."""
        return place[0] < self._last + self._whole_end and self._first < max(place[1], place[0] + 1)


def visible(text: str) -> str:
    """``text`` without characters that would move the cursor, start a new line or turn the reading direction."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character, 0) if character != "\t" else " " for character in text)


def display_width(text: str) -> int:
    """Columns that ``text`` takes in a terminal (Unicode Standard Annex 11)."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    from unicodedata import category, east_asian_width

    if category(character) in ("Mn", "Me", "Cf") or any(one[0] <= character <= one[-1] for one in _VOWELS):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def _spread(line: str, first: int, width: int, room: int) -> tuple[list[str], list[int]]:
    """The characters from ``first`` that fit until column ``room``; the column of each, and that after the last."""
    pieces: list[str] = []
    columns: list[int] = []
    for character in line[first : first + _DENSEST * room]:
        piece = _visible(character, width)
        after = width + display_width(piece)
        if after > room:
            break
        pieces.append(piece)
        columns.append(width)
        width = after
    columns.append(width)
    return pieces, columns


def _window(line: str, places: Sequence[Place], room: int) -> int:
    """The first character that is shown of a line without room for all of it."""
    first, last = places[0] if places else (0, 0)
    last = min(last, first + room)
    for start, end in places[1:]:
        wider = min(first, start), max(last, end)
        if wider[1] - wider[0] <= room and _width(line, wider) <= room - 1:
            first, last = wider
    if last <= room and _width(line, (0, last)) <= room:
        return 0
    spare = max(room - _width(line, (first, last)), 0)
    from_end = _back(line, len(line), room)
    return min(_back(line, first, min(_BEFORE, spare // 2)), from_end)


def _width(line: str, place: Place) -> int:
    return sum(_most(character) for character in line[slice(*place)])


def _back(line: str, place: int, columns: int) -> int:
    """The character that stands at most ``columns`` before ``place``."""
    least = max(place - _DENSEST * columns, 0)
    while place > least and (columns := columns - _most(line[place - 1])) >= 0:
        place -= 1
    while place < len(line) and place and not display_width(line[place]):
        place += 1
    return place


def _most(character: str) -> int:
    return _TAB if character == "\t" else display_width(_visible(character, 0))


def _visible(character: str, column: int) -> str:
    if " " <= character <= "~":
        return character
    if character == "\t":
        return " " * (_TAB - column % _TAB)
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if character in _FORMATTING:
        return character
    from unicodedata import category

    hidden = category(character) in ("Cc", "Cf", "Cs") or character in _BLANK or code & 0xFFFE == 0xFFFE
    return "\ufffd" if hidden else character
