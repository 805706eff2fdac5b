"""Pages of codes and lint rules: one text for a terminal and for ``docs/``; the compiler is asked on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill, indent
from typing import NamedTuple

from cnndsl.diagnostics import pages
from cnndsl.diagnostics.codes import FAMILIES, TITLES
from cnndsl.diagnostics.pages.page import Page, files

WIDTH = 80
"""Columns of a page in a terminal."""

_INDENT = "  "


class Part(NamedTuple):
    """Something to look at: a program, what the compiler says, a session; ``kind`` is Markdown's word for it."""

    heading: str
    kind: str
    text: str


class Guide(NamedTuple):
    """A page, ready to be laid out."""

    title: str
    paragraphs: tuple[str, ...]
    parts: tuple[Part, ...]


def names() -> tuple[str, ...]:
    """All codes and rules."""
    from cnndsl import lints

    return (*TITLES, *(name for group in lints.GROUPS for name in lints.names(group)))


def meant(word: str, known: Sequence[str]) -> str | None:
    """The code or rule that ``word`` is, in letters of any size: ``e0401``, ``[E0401]``, ``bias_before_norm``."""
    folded = word.strip("[]").casefold().replace("_", "-")
    return next((name for name in known if name.casefold() == folded), None)


def guide(name: str) -> Guide:
    """The page of a code or a rule; raises ``KeyError``."""
    if name in TITLES:
        page = pages.find(name)
        return Guide(f"{name}: {TITLES[name]}", _paragraphs(page.text), _parts(page))
    from cnndsl import lints
    from cnndsl.lints.page import page as described

    rule = lints.find(name)
    page = described(rule)
    selected = "" if rule.group == "default" else f", with --select {rule.group}"
    return Guide(f"{name}: a lint rule{selected}", _paragraphs(page.text), _parts(page, name))


def plain(guide: Guide) -> str:
    """A page for a terminal."""
    blocks = [guide.title]
    blocks += [fill(text, WIDTH, break_long_words=False, break_on_hyphens=False) for text in guide.paragraphs]
    blocks += [f"{part.heading}:\n\n{indent(part.text, _INDENT)}" for part in guide.parts]
    return "\n\n".join(blocks) + "\n"


def markdown(guide: Guide, back: str) -> str:
    """A page for ``docs/``; ``back`` is the line that leads to the others."""
    blocks = [f"# {guide.title}", *guide.paragraphs]
    blocks += [f"{part.heading}:\n\n```{part.kind}\n{part.text}\n```" for part in guide.parts]
    return "\n\n".join([*blocks, back]) + "\n"


def listing() -> str:
    """All codes and rules with a line of what they are about."""
    from cnndsl import lints
    from cnndsl.lints.page import page

    blocks = [[f"{family}:", *(f"  {code}  {TITLES[code]}" for code in codes)] for family, codes in _families()]
    for group in lints.GROUPS:
        claims = {name: _claim(page(lints.find(name))) for name in lints.names(group)}
        lines = [f"  {name}\n{indent(fill(claim, WIDTH - 6), ' ' * 6)}" for name, claim in claims.items()]
        blocks.append([f"lint, {group}:", *lines])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def index() -> str:
    """The list of codes as Markdown, with links to their pages."""
    parts = ["# Codes of findings\n\nEach has a page, which `cnn explain CODE` prints too. E is an error, N a note.\n"]
    for family, codes in _families():
        rows = [f"| [{code}]({code}.md) | {TITLES[code]} |" for code in codes]
        parts.append(f"## {family.capitalize()}\n\n| code | about |\n|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def answer(program: str, rule: str | None = None) -> str:
    """What ``cnn check`` says of a program of one or several files; of lint, what ``rule`` says."""
    from cnndsl.compiler import check
    from cnndsl.diagnostics.render import render
    from cnndsl.lints import Selection
    from cnndsl.source import Source
    from cnndsl.workspace import library
    from cnndsl.workspace.files import read_file

    sources = {name: Source(name, text) for name, text in files(program).items()}

    def read(module: str, _: Source) -> Source | None:
        """Another file of the example, or a bundled one: a page is the same in every folder."""
        path = library.path(module)
        bundled = read_file(path, library.shown(path))[0] if path is not None else None
        return sources.get(f"{module}.cnn", bundled)

    lint = Selection((rule,)) if rule is not None else None
    checked = check(next(iter(sources.values())), read, lint=lint, fixes=True)
    found = [finding for finding in checked.findings if rule is None or finding.code == rule]
    return "\n".join(render(finding, width=WIDTH - len(_INDENT)) for finding in found)


def _families() -> list[tuple[str, list[str]]]:
    return [(family, [code for code in TITLES if code[1:3] == digits]) for digits, family in FAMILIES.items()]


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(one.split()) for one in text.strip().split("\n\n"))


def _claim(page: Page) -> str:
    return _paragraphs(page.text)[0].rstrip(".")


def _parts(page: Page, rule: str | None = None) -> tuple[Part, ...]:
    said = answer(page.wrong, rule) if page.wrong and not page.session else ""
    parts = (
        Part("Example", "cnn", page.wrong),
        Part("What cnn check says", "text", said),
        Part("In a terminal", "console", page.session),
        Part("What PyTorch does", "pycon", page.torch),
        Part("Instead", "cnn", page.right),
    )
    return tuple(part._replace(text=part.text.strip("\n")) for part in parts if part.text)
