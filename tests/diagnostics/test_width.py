"""Findings in terminals of any width: nothing is wider, nothing is lost, nothing moves the cursor."""

from __future__ import annotations

import re
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import wcwidth

from cnndsl.diagnostics import Diagnostic, Edit, Fix, Label
from cnndsl.diagnostics.excerpt import Excerpt, display_width, visible
from cnndsl.diagnostics.render import render
from cnndsl.diagnostics.wrapping import wrapped
from cnndsl.source import Source, Span

CHARACTERS = "ab (,)->\t\u8868\u00e9\u0301\u202e\u200d\U0001f600\u05d0\u05d1\u1112\u1161\x1b\x07\u00a0\u2028\ufeff"
LINES = st.lists(st.text(CHARACTERS, max_size=90) | st.text("a", min_size=200, max_size=400), min_size=1, max_size=5)


@st.composite
def findings(draw: st.DrawFn) -> Diagnostic:
    """A finding whose every text is made of words of its own: ``qa0 qa1``, ``qb0``."""
    text = draw(st.sampled_from(["\n", "\r\n"])).join(draw(LINES))
    source = Source("wide.cnn", text)
    letters = iter("abcdefghijklmnop")

    def words() -> str:
        letter = next(letters)
        return " ".join(f"q{letter}{index}" for index in range(draw(st.integers(1, 25))))

    def span() -> Span:
        start = draw(st.integers(0, len(text)))
        return Span(source, start, min(len(text), start + draw(st.integers(0, 60))))

    labels = tuple(Label(span(), words()) for _ in range(draw(st.integers(0, 4))))
    fixes = tuple(
        Fix(words(), (Edit(span(), draw(st.sampled_from(["", "relu", "relu\nrelu ", "\u8868" * 60]))),))
        for _ in range(draw(st.integers(0, 2)))
    )
    return Diagnostic("E0401", "error", words(), span(), words(), labels, (words(),), (words(),), fixes)


def columns(line: str) -> int:
    return sum(max(wcwidth(character), 0) for character in line)


@settings(max_examples=200, deadline=None)
@given(findings(), st.integers(40, 130))
def test_no_line_is_wider_and_nothing_is_lost(finding: Diagnostic, width: int) -> None:
    shown = render(finding, width=width)
    for line in shown.splitlines():
        assert columns(line) <= width, line
    for character in shown.replace("\n", ""):
        assert character.isprintable() or character in "\u200c\u200d\u00a0", hex(ord(character))
    said = re.findall(r"q\w\d+", shown)
    texts = [finding.message, finding.label, *(label.message for label in finding.labels)]
    texts += [*finding.notes, *finding.help, *(fix.title for fix in finding.fixes)]
    for text in texts:
        words = text.split()
        start = said.index(words[0])
        assert said[start : start + len(words)] == words
    assert len(said) == sum(len(text.split()) for text in texts)


@settings(max_examples=100, deadline=None)
@given(findings(), st.integers(40, 130))
def test_colour_adds_only_escapes(finding: Diagnostic, width: int) -> None:
    assert re.sub(r"\x1b\[[0-9;]*m", "", render(finding, True, width)) == render(finding, False, width)


@given(st.text(CHARACTERS), st.integers(0, 300), st.integers(0, 20), st.integers(20, 150))
def test_a_place_stands_where_the_text_before_it_ends(line: str, first: int, length: int, room: int) -> None:
    place = (min(first, len(line)), min(first + length, len(line)))
    excerpt = Excerpt(line, (place,), room)
    assert columns(excerpt.shown) <= room
    assert excerpt.holds(place)
    if display_width(visible(line)) + 4 * line.count("\t") <= room:
        shown = Excerpt(line[: place[0]], (), room).shown
        assert excerpt.shown.startswith(shown)
        assert excerpt.column(place[0]) == columns(shown)


def test_what_does_not_fit_is_said_below() -> None:
    source = Source("long.cnn", "conv(8) -> " * 30 + "relu")
    label = Label(Span(source, 0, 4), "the first convolution")
    finding = Diagnostic("E0401", "error", "too long", Span(source, 330, 334), "this step", (label,))
    assert "= at 1:1: the first convolution" in render(finding, width=80)
    assert "= at" not in render(finding, width=400)


@pytest.mark.parametrize("character", ["\u8868", "\uff21", "\U0001f600", "\u0301", "\u302a", "\u200d", "\u1161", "a"])
def test_widths_are_those_of_terminals(character: str) -> None:
    assert display_width(character) == wcwidth(character)


def test_no_character_is_too_narrow() -> None:
    """Spacing marks are drawn beside or upon their letter, as the terminal likes; new symbols may be unknown here."""
    differ = [
        hex(ord(character))
        for character in map(chr, range(0x20, 0x3FFFE))
        if category(character) not in ("Mc", "Cn", "Co", "Cs", "So", "No") and visible(character) == character
        if display_width(character) != wcwidth(character)
    ]
    assert differ == []


def test_many_marks_upon_one_letter_are_cut() -> None:
    assert len(Excerpt("e" + "\u0301" * 100_000, ((0, 1),), 80).shown) < 400


@pytest.mark.parametrize(
    ("text", "room", "first", "lines"),
    [
        ("one two three", 7, None, ["one two", "three"]),
        ("one two three", 7, 3, ["one", "two", "three"]),
        ("one two", 7, 2, ["", "one two"]),
        ("\u8868\u8868 \u8868", 5, None, ["\u8868\u8868", "\u8868"]),
        ("longword a", 4, None, ["longword", "a"]),
        ("", 4, None, [""]),
        ("a b", None, None, ["a b"]),
    ],
)
def test_wrapped(text: str, room: int | None, first: int | None, lines: list[str]) -> None:
    assert wrapped(text, room, first) == lines
