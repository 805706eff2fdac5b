"""What machines read: SARIF against its schema, workflow commands and JUnit as their readers take them apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import jsonschema
import pytest

from cnndsl.diagnostics import Diagnostic, Edit, Examined, Fix, Label, error, warning
from cnndsl.diagnostics.formats import github
from cnndsl.diagnostics.junit import junit
from cnndsl.diagnostics.sarif import Page, sarif
from cnndsl.source import Source, Span

SCHEMA = json.loads((Path(__file__).parent / "sarif" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
TEXT = "network n {\r\n    label \U0001f600 = \u8868: conv(8)\r\n    relu\r\n}\r\n"
TOWER = Source("nets/my tower#1.cnn", TEXT)
BLOCKS = Source("blocks.cnn", "block cell { conv(8, 3x3) }\n")
HOSTILE = 'a "quoted" <tag> & {0} [link](1) ]]> 50%\x1b[31m\n::error::\ud800\ufffe\x00 a,b:c'


def at(source: Source, text: str) -> Span:
    start = source.text.index(text)
    return Span(source, start, start + len(text))


def finding() -> Diagnostic:
    """With everything that a finding can have."""
    labels = (Label(at(TOWER, "\u8868"), "here"), Label(at(BLOCKS, "3x3"), "the window"), Label(at(TOWER, "relu"), ""))
    inserted = Span(TOWER, at(TOWER, "relu").start, at(TOWER, "relu").start)
    fix = Fix(
        "drop it {1}", (Edit(at(TOWER, "conv(8)"), ""), Edit(inserted, "bn -> "), Edit(at(BLOCKS, "8"), "4")), True
    )
    found = error("E0401", HOSTILE, at(TOWER, "conv(8)"), "the step", labels, ("a note",), ("do this",))
    return found._replace(fixes=(fix, Fix("or {that}", (Edit(at(TOWER, "8"), "9"),))))


def over_lines() -> Diagnostic:
    return warning("bias-before-norm", "two lines", Span(TOWER, TEXT.index("conv"), TEXT.index("relu")))


def unread() -> Diagnostic:
    return error("E0701", "cannot read gone.cnn", Span(Source("gone.cnn", ""), 0, 0))


def log(*programs: Examined) -> Any:
    """As a reader has it, valid by the schema."""
    made = json.loads(json.dumps(sarif(programs, lambda code: Page(f"title of {code}", "why {so}"), "1.2.3")))
    jsonschema.Draft202012Validator(SCHEMA).validate(made)
    return made


def test_the_schema_is_one_that_refuses() -> None:
    made = log(Examined("a.cnn", "a.cnn", (finding(),)))
    made["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(made)


def test_sarif_has_a_rule_for_each_code_and_an_artifact_for_each_file() -> None:
    programs = (
        Examined("a.cnn", "a.cnn", (unread(), over_lines())),
        Examined("a.cnn:n", "a.cnn", (finding(), finding())),
        Examined("b.cnn", "b.cnn", ()),
    )
    (run,) = log(*programs)["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["E0401", "E0701", "bias-before-norm"]
    assert [rule["defaultConfiguration"]["level"] for rule in rules] == ["error", "error", "warning"]
    assert rules[0]["shortDescription"]["text"] == "title of E0401"
    assert [one["location"]["uri"] for one in run["artifacts"]] == ["a.cnn", "b.cnn"]
    assert [result["ruleId"] for result in run["results"]] == ["E0701", "bias-before-norm", "E0401", "E0401"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert "region" not in run["results"][0]["locations"][0]["physicalLocation"]
    assert log()["runs"][0]["results"] == []


def test_sarif_regions_are_counted_in_characters() -> None:
    (run,) = log(Examined("a.cnn", "a.cnn", (finding(),)))["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    lines = TEXT.split("\r\n")
    assert spelled(lines, place["region"]) == "conv(8)"
    related = result["relatedLocations"]
    assert [one["id"] for one in related] == [1, 2, 3]
    assert spelled(lines, related[0]["physicalLocation"]["region"]) == "\u8868"
    assert [one["message"]["text"] for one in related] == ["here", "the window", ""]
    assert related[1]["physicalLocation"]["artifactLocation"]["uri"] == "blocks.cnn"


def spelled(lines: list[str], region: dict[str, int]) -> str:
    assert region["startLine"] == region["endLine"]
    return lines[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1]


def test_sarif_fixes_give_the_text_that_the_edits_give() -> None:
    (result,) = log(Examined("a.cnn", "a.cnn", (finding(),)))["runs"][0]["results"]
    first, second = result["fixes"]
    assert (first["properties"]["safe"], second["properties"]["safe"]) == (True, False)
    assert second["description"]["text"] == "or {{that}}"
    changes = {change["artifactLocation"]["uri"]: change["replacements"] for change in first["artifactChanges"]}
    assert replaced(BLOCKS.text, changes["blocks.cnn"]) == "block cell { conv(4, 3x3) }\n"
    expected = TEXT.replace("conv(8)", "").replace("relu", "bn -> relu")
    assert replaced(TEXT, changes["nets/my%20tower%231.cnn"]) == expected


def replaced(text: str, replacements: list[dict[str, Any]]) -> str:
    starts = [0, *(index + 1 for index, character in enumerate(text) if character == "\n")]
    for one in reversed(replacements):
        region = one["deletedRegion"]
        start = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:start] + one.get("insertedContent", {"text": ""})["text"] + text[end:]
    return text


def test_sarif_messages_have_no_placeholder_no_link_and_nothing_that_moves_a_cursor() -> None:
    (result,) = log(Examined("a.cnn", "a.cnn", (finding(),)))["runs"][0]["results"]
    text = result["message"]["text"]
    assert text.startswith('a "quoted" <tag> & {{0}} [link] (1) ]]> 50%')
    assert text.endswith("\nnote: a note\nhelp: do this")
    assert all(character.isprintable() or character == "\n" for character in text)


@pytest.mark.parametrize(
    "name", ["a.cnn", "nets/a b.cnn", "caf\udce9.cnn", "a:b.cnn", "100%.cnn", "<stdin>", "\u732b.cnn"]
)
def test_sarif_names_are_relative_and_escaped(name: str) -> None:
    import os

    uri = uris(name)
    assert uri.isascii()
    assert (urlsplit(uri).scheme, urlsplit(uri).path) == ("", uri)
    assert unquote(uri, errors="surrogateescape") == name
    assert os.fsencode(unquote(uri, errors="surrogateescape")) == os.fsencode(name)


@pytest.mark.parametrize("name", ["/tmp/my nets/a.cnn", "../a.cnn", "x/../../a.cnn"])
def test_sarif_names_outside_of_the_folder_are_absolute(name: str) -> None:
    import os

    assert unquote(uris(name)) == "file://" + os.path.abspath(name)


def uris(name: str) -> str:
    made = log(Examined(name, name, (warning("x", "y", Span(Source(name, "text"), 0, 1)),)))
    place = made["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    uri: str = place["artifactLocation"]["uri"]
    assert made["runs"][0]["artifacts"][0]["location"]["uri"] == uri
    return uri


def test_a_workflow_command_is_one_line_that_the_runner_takes_apart() -> None:
    kind, properties, data = runner(github(finding()))
    assert kind == "error"
    assert properties == {
        "file": "nets/my tower#1.cnn",
        "line": "2",
        "endLine": "2",
        "col": "18",
        "endColumn": "25",
        "title": "E0401",
    }
    lines = data.split("\n")
    assert lines[0].startswith('nets/my tower#1.cnn:2:18: a "quoted" <tag> & {0} [link](1) ]]> 50%')
    assert lines[0].endswith("a,b:c")
    assert lines[1:] == [
        "nets/my tower#1.cnn:2:18: the step",
        "nets/my tower#1.cnn:2:15: here",
        "blocks.cnn:1:22: the window",
        "note: a note",
        "help: do this",
        "help: drop it {1}",
        "help: or {that}",
    ]


def test_a_workflow_command_has_columns_on_one_line_only() -> None:
    kind, properties, _ = runner(github(over_lines()))
    assert (kind, properties["line"], properties["endLine"]) == ("warning", "2", "3")
    assert not {"col", "endColumn"} & set(properties)
    assert github(finding()._replace(severity="note")).startswith("::notice ")


def test_a_workflow_command_escapes_what_separates() -> None:
    found = error("E0401", "50%25", Span(Source("a,b:c%.cnn", "relu"), 0, 4))
    assert github(found).startswith("::error file=a%2Cb%3Ac%25.cnn,line=1,")
    assert runner(github(found))[1]["file"] == "a,b:c%.cnn"
    assert runner(github(found))[2] == "a,b:c%.cnn:1:1: 50%25"


def runner(line: str) -> tuple[str, dict[str, str], str]:
    """As actions/runner reads a command (ActionCommand.cs)."""
    assert "\n" not in line
    assert "\r" not in line
    head, _, data = line.removeprefix("::").partition("::")
    kind, _, rest = head.partition(" ")
    pairs = (part.split("=", 1) for part in rest.split(","))
    return kind, {key: plain(value, "\r\n:,%") for key, value in pairs}, plain(data, "\r\n%")


def plain(text: str, escaped: str) -> str:
    for character in escaped:
        text = text.replace(f"%{ord(character):02X}", character)
    return text


def test_junit_has_a_case_a_program_and_one_failure_a_case() -> None:
    programs = (
        Examined("a.cnn", "a.cnn", (finding(), over_lines(), unread())),
        Examined("b.cnn", "b.cnn", (over_lines(),)),
        Examined('c"<&>\x1b.cnn', "c.cnn", ()),
    )
    suites = ElementTree.fromstring(junit(programs, strict=False))
    assert suites.tag == "testsuites"
    (suite,) = suites
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "0")
    cases = list(suite)
    assert [case.get("name") for case in cases] == ["a.cnn", "b.cnn", 'c"<&>\u241b.cnn']
    assert [[child.tag for child in case] for case in cases] == [["failure"], ["system-out"], []]
    failure = cases[0][0]
    assert failure.get("type") == "E0401"
    assert (failure.get("message") or "").startswith('a "quoted" <tag> & {0} [link](1) ]]> 50%')
    assert (failure.get("message") or "").endswith("(and 1 more)")
    text = failure.text or ""
    assert all(said in text for said in ("error[E0401]", "warning[bias-before-norm]", "error[E0701]", "drop it"))
    assert all(character.isprintable() or character == "\n" for character in text)
    strict = ElementTree.fromstring(junit(programs, strict=True))[0]
    assert [[child.tag for child in case] for case in strict] == [["failure"], ["failure"], []]


def test_formats_of_the_command_line(cnn: Callable[..., tuple[int, str, str]]) -> None:
    status, out, err = cnn("check", "broken.cnn", "tower.cnn", "nothing.cnn", "--format", "sarif")
    assert (status, err) == (1, "")
    made = json.loads(out)
    jsonschema.Draft202012Validator(SCHEMA).validate(made)
    assert [result["level"] for result in made["runs"][0]["results"]] == ["error", "warning", "error"]
    assert all(len(rule["help"]["text"]) > 50 for rule in made["runs"][0]["tool"]["driver"]["rules"])
    for form in ("json", "sarif", "junit", "github", "concise"):
        status, out, err = cnn("check", "clean.cnn", "--format", form)
        assert (status, err, "no errors" in out) == (0, "", False), form
