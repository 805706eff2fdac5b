"""Files as they come: line ends, byte order marks, characters that cannot be seen, nothing at all."""

from __future__ import annotations

import pytest

from cnndsl.source import Source
from cnndsl.syntax import tree
from cnndsl.syntax.parser import parse

TEXT = 'block a(w) {\n  """doc\n  more"""\n  conv(w, 3x3) # note\n  -> relu\n\n}\nlet x = 1\n'


def shape(file: tree.File) -> list[str]:
    return [f"{type(item).__name__} {item.span.text!r}" for item in file.items]


@pytest.mark.parametrize("text", ["", " ", "\n", "\r\n\r\n", "# only a comment", "\ufeff", "\ufeff# x\n", '"""doc"""'])
def test_nothing(text: str) -> None:
    file, findings = parse(Source("empty.cnn", text))
    assert (file.items, findings) == ((), [])
    assert file.doc == ("doc" if "doc" in text else None)


def test_carriage_returns() -> None:
    file, findings = parse(Source("crlf.cnn", TEXT.replace("\n", "\r\n")))
    assert not findings
    assert isinstance(file.items[0], tree.Definition)
    assert file.items[0].doc == "doc\nmore"
    assert [item.span.text.replace("\r", "") for item in file.items] == [
        item.span.text for item in parse(Source("lf.cnn", TEXT))[0].items
    ]


def test_carriage_returns_in_findings() -> None:
    source = Source("crlf.cnn", "block a {\r\n  conv(3y3)\r\n}\r\nblock b { relu }\r\n")
    file, findings = parse(source)
    assert [source.position(finding.span.start) for finding in findings] == [(2, 8)]
    assert len(file.items) == 1


def test_byte_order_mark_keeps_offsets() -> None:
    file, findings = parse(Source("bom.cnn", "\ufeff" + TEXT))
    assert not findings
    assert shape(file) == shape(parse(Source("plain.cnn", TEXT))[0])
    assert file.items[0].span.start == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("let a = 1 \x07", 10),
        ("# note \x1b[31m\nlet a = 1", 7),
        ('let a = "\u202e"', 9),
        ('"""\ud800"""', 3),
        ("let a = 1\rlet b = 2", 9),
        ("let a = 1\ufeff", 9),
        ("let a =\u00a01", 7),
        ("let a = 1\f", 9),
    ],
)
def test_characters_that_cannot_be_seen(text: str, place: int) -> None:
    _, findings = parse(Source("odd.cnn", text))
    assert [(finding.code, finding.span.start) for finding in findings][:1] == [("E0104", place)]
    assert all(finding.message.isprintable() for finding in findings)


def test_a_binary_file_is_one_finding() -> None:
    file, findings = parse(Source("binary.cnn", "let a = 1\n\x7fELF\0\0\0\x01"))
    assert [finding.code for finding in findings] == ["E0104"]
    assert "*" in file.unread


def test_findings_stand_in_the_order_of_the_text() -> None:
    _, findings = parse(Source("order.cnn", "let a = (1\nlet b = 'x'\nlet c = 3y\nlet d d\n"))
    assert [finding.span.start for finding in findings] == sorted(finding.span.start for finding in findings)
    assert len(findings) == 4


def test_what_is_unread() -> None:
    text = (
        "import a: b c\nimport d e\nlet f = \nwith g() {\nblock h { ) }\nblock i { }\n}\nnetwork j = 3\nblock k { }\n"
    )
    file, _ = parse(Source("unread.cnn", text))
    assert file.unread >= {"a", "b", "c", "*", "f", "h", "j"}
    assert not file.unread & {"i", "k"}
    assert [type(item).__name__ for item in file.items] == ["WithDefinitions", "Definition"]


def test_a_repaired_slip_keeps_its_definition() -> None:
    file, findings = parse(Source("repaired.cnn", "block a { relu; bn → tanh }\nlet b = 'text'\nlet c = True\n"))
    assert len(findings) == 4
    assert len(file.items) == 3
    assert not file.unread
