"""What is shown: columns that say how they look, and rows of values. Formats turn it into text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from cnndsl.diagnostics.suggest import suggest
from cnndsl.passes.conventions import UNITS, Convention
from cnndsl.shape import Shape

Entry = TypeVar("Entry")

Form = Literal["text", "count", "memory", "share", "place"]
"""How a value is written: as it is; 1,234; with two or three digits; as a percentage; 1,234 and a 0 too."""

_SCALES = {"KiB": 2**10, "MiB": 2**20}


class Column(NamedTuple, Generic[Entry]):
    """One column: the name by which it is asked for, its heading, a line about it, and its value for an entry.

    ``unit`` is written into the heading; a value that is read is divided by it. None has no cell. ``sums``: what its
    total adds up, all entries, those of inference, or those of them whose output is no view of another.
    """

    name: str
    heading: str
    about: str
    value: Callable[[Entry], Any]
    form: Form = "count"
    unit: str = ""
    sums: Literal["", "all", "inference", "stored"] = ""

    @property
    def title(self) -> str:
        """The heading with its unit."""
        return f"{self.heading} {self.unit}".strip()

    @property
    def right(self) -> bool:
        """Whether it is aligned to the right, as numbers are."""
        return self.form != "text"

    def scaled(self, value: Any) -> Any:
        """A value in the unit of the heading."""
        return value if self.unit not in _SCALES else value / _SCALES[self.unit]


class Line(NamedTuple):
    """A row: one value a column. ``level`` is how deep it stands in opened blocks."""

    values: tuple[Any, ...]
    level: int = 0


class Table(NamedTuple):
    """What every format is made from. ``total`` closes the columns; ``notes`` say what holds for all of it."""

    title: str
    columns: tuple[Column[Any], ...]
    lines: tuple[Line, ...]
    total: Line | None = None
    notes: tuple[str, ...] = ()

    @property
    def records(self) -> list[dict[str, Any]]:
        """The lines as dictionaries by the names of the columns."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, map(_plain, line.values), strict=True)) for line in self.lines]


class UnknownColumn(ValueError):
    """A column that a table does not have; ``help`` says what was likely meant, or nothing."""

    def __init__(self, word: str, known: Mapping[str, Column[Any]]) -> None:
        meant = suggest(word, known)
        self.message = f"no column {word if word.isprintable() else ascii(word)}" if word else "a column without a name"
        self.help = f"did you mean `{meant}`?" if meant else ""
        super().__init__(f"{self.message}; {self.help or 'there are ' + ', '.join(known)}")


def choose(known: Mapping[str, Column[Entry]], words: str | Iterable[str]) -> tuple[Column[Entry], ...]:
    """The columns with these names, in their order; names joined by commas will do. Raises ``UnknownColumn``."""
    parts = words.split(",") if isinstance(words, str) else words
    return tuple(find(known, part) for part in parts)


def find(known: Mapping[str, Column[Entry]], word: str) -> Column[Entry]:
    """The column with this name or heading, however its words are joined. Raises ``UnknownColumn``."""
    folded = _folded(word)
    for column in known.values():
        if folded == _folded(column.name):
            return column
    for column in known.values():
        if folded in (_folded(column.heading), _folded(column.title)):
            return column
    raise UnknownColumn(word.strip(), known)


def order(column: Column[Entry], entries: Sequence[Entry]) -> list[Entry]:
    """Largest first; text by the alphabet; what has no value last."""
    keyed = [(_rank(column.value(entry)), entry) for entry in entries]
    return [entry for _, entry in sorted(keyed, key=lambda pair: pair[0])]


def line(columns: Sequence[Column[Entry]], entry: Entry, level: int = 0) -> Line:
    """The row of an entry."""
    return Line(tuple(column.value(entry) for column in columns), level)


def totalled(values: tuple[Any, ...]) -> Line | None:
    """The line of the sums, called so where there is room; None where nothing is summed."""
    if all(value is None for value in values):
        return None
    return Line(values if values[0] is not None else ("total", *values[1:]))


def headed(columns: tuple[Column[Entry], ...], convention: Convention) -> tuple[Column[Entry], ...]:
    """What ``operations`` are called under a convention."""
    return tuple(one._replace(heading=UNITS[convention]) if one.name == "operations" else one for one in columns)


def _rank(value: Any) -> tuple[int, float, str]:
    if value is None:
        return (2, 0, "")
    if isinstance(value, int | float):
        return (0, -value, "")
    if isinstance(value, Shape):
        return (0, -value.elements, "")
    if isinstance(value, tuple):
        return (0, -max(value), "")
    return (1, 0, str(value))


def _plain(value: Any) -> Any:
    if isinstance(value, Shape):
        return list(value.sizes)
    return list(value) if isinstance(value, tuple) else value


def _folded(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isalnum())
