"""Formats of tables: what is read is in line, what is parsed comes back, and texts of strangers stay texts."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from html.parser import HTMLParser
from io import StringIO
from typing import Any

import pytest

from cnndsl.graph import Graph
from cnndsl.shape import Shape
from cnndsl.summary import Summary
from cnndsl.summary.formats import FORMATS
from cnndsl.summary.html import html
from cnndsl.summary.table import Column, Line, Table, order

NASTY = 'a|b & 100% _x_ <i>#{~^\\}$ "q"\x1b[31m\n,`'

COLUMNS: tuple[Column[Any], ...] = (
    Column("name", "name", "", lambda e: e[0], "text"),
    Column("size", "size", "", lambda e: e[1], "text"),
    Column("count", "count", "", lambda e: e[2]),
    Column("memory", "memory", "", lambda e: e[3], "memory", "KiB"),
    Column("share", "share", "", lambda e: e[4], "share", "%"),
)


def table(*rows: tuple[Any, ...], total: tuple[Any, ...] | None = None, title: str = "net") -> Table:
    lines = tuple(Line(row) for row in rows)
    return Table(title, COLUMNS, lines, Line(total) if total else None, ("a note",))


def test_text_is_in_line() -> None:
    found = table(
        ("conv1", Shape.of(64, 56, 56), 1234567, 784 * 1024, 99.95),
        ("fc", Shape.of(10), None, 40, None),
        total=("total", None, 1234567, 784 * 1024 + 40, 100.0),
    )
    assert FORMATS["text"](found) == (
        "net\n--------------------------------------------------\nname   size          count  memory KiB  share %\n"
    ).replace("-" * 50, "-" * 47) + (
        "-----------------------------------------------\n"
        "conv1  64x56x56  1,234,567         784    100.0\n"
        "fc     10                         0.04\n"
        "-----------------------------------------------\n"
        "total            1,234,567         784    100.0\n"
        "a note\n"
    )


@pytest.mark.parametrize(
    ("bytes", "shown"),
    [(0, ""), (4, "0.004"), (40, "0.04"), (400, "0.39"), (4000, "3.9"), (4096, "4"), (40000, "39"), (4096000, "4,000")],
)
def test_memory_has_the_digits_that_are_compared(bytes: int, shown: str) -> None:
    assert FORMATS["latex"](table(("x", "", 0, bytes, None))).splitlines()[5] == f"x &  &  & {shown} &  \\\\"


def test_markdown_is_in_line_and_escaped() -> None:
    lines = FORMATS["markdown"](table((NASTY, "", 1, None, None), total=("total", None, 1, None, None))).splitlines()
    assert lines[0] == "### net"
    rows = [line for line in lines if line.startswith("|")]
    assert len({len(row) for row in rows}) == 1
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}
    assert re.fullmatch(r"\| -+ \| -+ \| -+: \| -+: \| -+: \|", rows[1])
    assert "\x1b" not in rows[2]
    assert "\\<i\\>" in rows[2]
    assert "\\_x\\_" in rows[2]
    assert all(f"\\{mark}" in rows[2] for mark in "$~&")
    assert rows[3].startswith("| **total**")


def test_markdown_keeps_levels() -> None:
    found = Table("", COLUMNS[:1], (Line(("block",)), Line(("conv_1",), 1)))
    assert FORMATS["markdown"](found).splitlines()[-1] == "| &nbsp;&nbsp;conv_1 |"


def test_csv_comes_back() -> None:
    found = table((NASTY, Shape.of(64, 56, 56), 1234567, 802816, 12.5), ("", "", None, None, None), total=("t",) * 5)
    rows = list(csv.reader(StringIO(FORMATS["csv"](found), newline="")))
    assert rows == [
        ["name", "size", "count", "memory", "share"],
        [NASTY, "64x56x56", "1234567", "802816", "12.5"],
        ["", "", "", "", ""],
    ]


def test_latex_keeps_levels_and_begins_no_line_with_an_argument() -> None:
    lines = (Line(("[1] -- <b>|",)), Line(("*",), 1))
    found = FORMATS["latex"](Table("", COLUMNS[:1], lines, None, ()))
    assert found.splitlines()[0] == r"% needs \usepackage{booktabs}"
    assert found.splitlines()[5:7] == [
        r"{[}1] {-}{-} \textless{}b\textgreater{}\textbar{} \\",
        r"\quad {*} \\",
    ]


def test_latex_is_escaped() -> None:
    found = FORMATS["latex"](table((NASTY, "", 1, None, None), title="a_b\n\\input{x}"))
    body = found.splitlines()
    assert body[1] == "\\begin{tabular}{llrrr}"
    assert "\\input" not in [line[:6] for line in body]
    row = next(line for line in body if line.startswith(r"a\textbar{}b"))
    assert row.startswith(r"a\textbar{}b \& 100\% \_x\_ \textless{}i\textgreater{}\#\{")
    assert r"\textasciitilde{}\textasciicircum{}\textbackslash{}\}\$" in row
    assert row.count(" & ") == 4
    assert body[0].startswith("% ")


class Reader(HTMLParser):
    """The cells of a table, and what else there is."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] in ("td", "th"):
            self.cells[-1] += data


def test_html_is_escaped_and_takes_the_colours_of_the_page() -> None:
    written = html(table((NASTY, "", 1, None, None), title="<script>alert(1)</script>"))
    reader = Reader()
    reader.feed(written)
    assert reader.cells[5].startswith('a|b & 100% _x_ <i>#{~^\\}$ "q"')
    assert not {"script", "i"} & set(reader.tags)
    assert "#" not in re.sub(r"<td.*?</td>|&#x?[0-9a-f]+;", "", written)


def test_order_is_by_the_first_thing_that_differs() -> None:
    entries: list[Any] = [("b", Shape.of(2), 1), ("a", Shape.of(3, 3), None), ("c", Shape.of(1), 5)]
    assert [entry[0] for entry in order(COLUMNS[0], entries)] == ["a", "b", "c"]
    assert [entry[0] for entry in order(COLUMNS[1], entries)] == ["a", "b", "c"]
    assert [entry[0] for entry in order(COLUMNS[2], entries)] == ["c", "b", "a"]


def test_a_summary_has_every_form(graph: Callable[[str], Graph]) -> None:
    summary = Summary(graph("network net {\n input x: [2, 6, 6]\n c: conv(4, 3x3) -> relu\n}"))
    assert repr(summary) == str(summary)
    assert str(summary).startswith("net\n---")
    assert summary.to_markdown().startswith("### net\n")
    assert summary.to_csv().splitlines()[2] == 'c,"conv, relu",4x4x4,3x3,76,1152,256'
    assert summary.to_latex().splitlines()[1] == "\\begin{tabular}{llllrrr}"
    assert "<table" in summary._repr_html_()
    assert summary.rows[1]["output"] == [4, 4, 4]
    assert summary.as_json()["macs"] == 1152


@pytest.mark.parametrize("option", ["by", "convention"])
def test_a_word_that_says_nothing_is_refused(graph: Callable[[str], Graph], option: str) -> None:
    with pytest.raises(ValueError, match=f"^{option} is 'stages'; it may be (layer|macs), "):
        Summary(graph("network net {\n input x: [2]\n linear(3)\n}"), **{option: "stages"})  # type: ignore[arg-type]
