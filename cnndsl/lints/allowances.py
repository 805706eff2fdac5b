"""``# cnn: allow(rule, ...)``: what an author allows on a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from cnndsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from cnndsl.lints.registry import GROUPS, guess, names
from cnndsl.source import Source, Span
from cnndsl.syntax.limits import FINDINGS

UNUSED = "unused-allow"

_TOKEN = re.compile(r'"""[\s\S]*?(?:"""|\Z)|"(?:[^"\\\n]|\\.)*+"|#[^\n]*')
_ALLOW = re.compile(r"#\s*cnn:\s*allow\b\s*(?:\(([^)\n]*)\)?)?")
_NAME = re.compile(r"[^\s,]+")


class Allowance(NamedTuple):
    """A rule that is allowed on a line: the place of its name, and of the comment with all its names."""

    rule: str
    line: int
    span: Span
    comment: Span
    alone: bool


def allowances(source: Source) -> Iterator[Allowance]:
    """All of a file. A comment on a line of its own is about the next line that is more than a comment."""
    if "cnn:" not in source.text:
        return
    below = 0
    for token in _TOKEN.finditer(source.text):
        found = _ALLOW.match(token.group()) if token.group()[0] == "#" else None
        if found is None:
            continue
        start = token.start()
        comment = Span(source, start, start + found.end())
        line, column = source.position(start)
        if not source.line(line)[: column - 1].strip():
            # What is below a comment is below the next one too.
            below = below if below > line else _below(source, line)
            line = below if below <= len(source.line_starts) else line
        listed = list(_NAME.finditer(found[1] or ""))
        for name in listed:
            inside = start + found.start(1)
            span = Span(source, inside + name.start(), inside + name.end())
            yield Allowance(name.group(), line, span, comment, len(listed) == 1)
        if not listed:
            yield Allowance("", 1, comment, comment, True)


def _below(source: Source, line: int) -> int:
    """The next line that is more than a comment; one beyond the end where there is none."""
    count = len(source.line_starts)
    lines = range(line + 1, count + 1)
    return next((number for number in lines if source.line(number).strip()[:1] not in ("", "#")), count + 1)


def allowed(found: Iterable[Diagnostic], source: Source) -> tuple[list[Diagnostic], set[Allowance]]:
    """What is found and not allowed, and the allowances that were needed."""
    by_line: dict[tuple[str, int], list[Allowance]] = {}
    for allowance in allowances(source):
        by_line.setdefault((allowance.rule, allowance.line), []).append(allowance)
    kept: list[Diagnostic] = []
    needed: set[Allowance] = set()
    for one in found:
        ends = (one.span.start, max(one.span.start, one.span.end - 1)) if by_line else ()
        here = [each for end in ends for each in by_line.get((one.code, source.position(end)[0]), ())]
        needed.update(here)
        if not here:
            kept.append(one)
    return kept, needed


def unused(
    source: Source, needed: Collection[Allowance], judged: Collection[str], seen: Callable[[str, int], bool]
) -> Iterator[Diagnostic]:
    """A warning for each allowance that allows nothing, for as many as anybody reads.

    Of one of the rules ``judged`` it can be told, where ``seen`` says of the rule and the place that it was looked at;
    of a rule that there is not, always.
    """
    known = {rule for group in GROUPS for rule in names(group)}
    told = 0
    for allowance in allowances(source):
        rule = allowance.rule
        if rule not in known or (
            allowance not in needed and rule in judged and seen(rule, source.line_starts[allowance.line - 1])
        ):
            yield _unused(allowance, known)
            told += 1
            if told == FINDINGS:
                return


def _unused(allowance: Allowance, known: Collection[str]) -> Diagnostic:
    name, label = allowance.rule, ""
    fixes: tuple[Fix, ...] = (_removal(allowance),)
    if not name:
        message, label = "this allows nothing: no rule is named", "write `# cnn: allow(RULE)`"
    elif name in known:
        message = f"{name} finds nothing on line {allowance.line}, so this allows nothing"
    elif name in GROUPS:
        message, label = f"{name} is a group of rules", "name the rules that are allowed here"
    elif re.fullmatch(r"[EN]\d{4}", name):
        message = f"{name} is no lint rule: errors are not allowed away"
    else:
        message, meant = f"no lint rule is called {name}", guess(name)
        label = f"did you mean `{meant}`?" if meant in known else "`cnn explain` lists the rules"
        if meant in known and meant is not None:
            fixes = (Fix(f"write {meant}", (Edit(allowance.span, meant),), safe=True), *fixes)
    return Diagnostic(UNUSED, "warning", message, allowance.span, label, fixes=fixes)


def _removal(allowance: Allowance) -> Fix:
    """The comment goes with its last name; what stands behind the bracket stays a comment."""
    span, text = allowance.span, allowance.span.source.text
    start, end, rest = span.start, span.end, ""
    if not allowance.alone:
        while text[end] in " \t":
            end += 1
        if text[end] == ",":
            end += 1 + (text[end + 1] == " ")
        else:
            start = len(text[:start].rstrip(", \t"))
    else:
        start, end = allowance.comment.start, allowance.comment.end
        if text[end : end + 1] in ("", "\n", "\r"):
            start = max(len(text[:start].rstrip(" \t")), 0)
            if text[start - 1 : start] in ("", "\n") and text[end : end + 1]:
                end += len(text[end : end + 2]) if text[end : end + 2] == "\r\n" else 1
        else:
            rest = "#"
    title = "remove the comment" if allowance.alone else f"remove {allowance.rule} from the comment"
    return Fix(title, (Edit(Span(span.source, start, end), rest),), safe=True)
