"""Safe fixes carried out on the text of a program, until there are none; and the file with that text."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import unified_diff
from typing import NamedTuple

from cnndsl.diagnostics import Diagnostic, Edit, Fix
from cnndsl.diagnostics.patch import apply
from cnndsl.source import Source
from cnndsl.workspace.writing import WriteError, write

ROUNDS = 100
"""A fix may bring another to light; a program for which that goes on for so long is left as it was last."""

Check = Callable[[Source], Sequence[Diagnostic]]
_BOM = b"\xef\xbb\xbf"


class Done(NamedTuple):
    """A fix that was carried out, and the line on which it stood then."""

    line: int
    title: str


class Fixed(NamedTuple):
    """A program after its safe fixes: the text, what was done, and what a check says of it now."""

    source: Source
    done: tuple[Done, ...]
    findings: tuple[Diagnostic, ...]


def fixed(source: Source, check: Check) -> Fixed:
    """The program with all safe fixes, round by round; one that brings a new error is not kept."""
    findings = check(source)
    done: list[Done] = []
    for _ in range(ROUNDS):
        chosen = list(_together(findings, source))
        if not chosen:
            break
        for fixes in (chosen, chosen[:1]):
            after = _applied(source, [edit for fix in fixes for edit in fix.edits])
            found = check(after)
            if not _errors(found) - _errors(findings):
                break
        else:
            break
        done += [Done(source.position(fix.edits[0].span.start)[0], _title(fix)) for fix in fixes]
        source, findings = after, found
    return Fixed(source, tuple(done), tuple(findings))


def _together(findings: Sequence[Diagnostic], source: Source) -> Iterator[Fix]:
    """The first safe fix of each finding, as far as their edits are apart and in this file.

    Of a lint rule one: each was found safe by itself, and two names taken out of one body may rename weights.
    """
    taken: list[Edit] = []
    rules: set[str] = set()
    for finding in findings:
        fix = next((one for one in finding.fixes if one.safe), None)
        if fix is None or any(edit.span.source is not source for edit in fix.edits):
            continue
        if finding.severity == "warning" and finding.code in rules:
            continue
        if all(_apart(edit, other) for edit in fix.edits for other in taken):
            taken += fix.edits
            rules.add(finding.code)
            yield fix


def _apart(one: Edit, other: Edit) -> bool:
    return one.span.end < other.span.start or other.span.end < one.span.start


def _title(fix: Fix) -> str:
    return fix.title.removesuffix(" (checked)").replace("; checked)", ")")


def _errors(findings: Sequence[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((finding.code, finding.message) for finding in findings if finding.severity == "error")


def _applied(source: Source, edits: list[Edit]) -> Source:
    """The text after ``edits``; new lines end as those of the file do."""
    if "\r\n" in source.text:
        edits = [edit._replace(text=edit.text.replace("\r\n", "\n").replace("\n", "\r\n")) for edit in edits]
    return Source(source.name, apply(source.text, edits))


def difference(before: Source, after: Source) -> str:
    """The unified diff of a program, as ``diff -u`` and ``patch`` know it."""
    lines = unified_diff(
        before.text.splitlines(keepends=True) if "\r" not in before.text else _lines(before.text),
        after.text.splitlines(keepends=True) if "\r" not in after.text else _lines(after.text),
        before.name,
        after.name,
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """Lines with their ends; only a line feed ends one."""
    lines = [f"{line}\n" for line in text.split("\n")]
    return [*lines[:-1], *([lines[-1][:-1]] if lines[-1] != "\n" else [])]


def rewrite(path: str, before: Source, after: Source) -> None:
    """Put the new text into the file, where it still holds the old one; raises ``WriteError``."""
    try:
        with open(path, "rb") as stream:
            present = stream.read()
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as problem:
        why = (getattr(problem, "strerror", None) or str(problem)).lower()
        raise WriteError(f"cannot fix {path}: {why}") from None
    mark = _BOM if present.startswith(_BOM) else b""
    if present != mark + before.text.encode():
        raise WriteError(f"cannot fix {path}: it changed meanwhile", "check it once more")
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK):
        raise WriteError(f"cannot fix {path}: its permissions do not allow writing")
    write(path, mark + after.text.encode(), force=True)
