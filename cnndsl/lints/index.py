"""The list of all rules, and how they are chosen and allowed: the first page of ``docs/rules``."""

from __future__ import annotations

from cnndsl.lints.findings import ALL, LARGEST
from cnndsl.lints.page import page
from cnndsl.lints.registry import GROUPS, find, names

_LINES = {
    "default": "Looked for always.",
    "design": "Looked for with `--select design`: how a network is laid out.",
    "performance": "Looked for with `--select performance`: how fast it runs.",
}

_HEAD = f"""\
# Lint rules

Made from the docstrings of `cnndsl/lints`; every example is executed. `cnn explain NAME` prints a page too.

`cnn check` warns of what these rules find in a file that has no errors; a broken `expect` or `output` leaves networks
whole and is no obstacle. Warnings leave the exit status at 0; with `--strict` they count as errors do. A warning
belongs to the file whose line it is about: what is found in an imported file, a check of that file tells. Where one
network is asked for, `file.cnn:network`, nothing is said of the file around it.

**Which rules.** `--select NAME,...` looks for these rules and groups too, `--ignore NAME,...` not for these. The name
of a rule wins over the name of its group, and of one that is in both, `--ignore` wins. For all programs of a project
the same is said in the nearest `pyproject.toml` at or above the program that has this table; the command line wins
over it:

```toml
[tool.cnndsl]
select = ["performance"]
ignore = ["bias-before-norm"]
```

**On one line.** `# cnn: allow(NAME, ...)` at the end of a line, or on a line of its own above it, allows what these
rules find there. What a comment allows and nothing finds is reported by `unused-allow`.

**Loops and blocks.** A line that is used several times gets one warning, which says how many uses there are. Where
something is true of some uses only, the warning is at the call of the block of which it is always true, or it names
the uses.

**Fixes** were compiled before they are shown: one warning less, no other and no error. `--fix` applies those that are
safe: they change no result and no name of a weight.

Networks of more than {LARGEST:,} operations are not looked at, nor those with which a file has more than {ALL:,}.
"""


def index() -> str:
    """Markdown: the rules by group, each with what it finds."""
    parts = [_HEAD]
    for group in GROUPS:
        rows = "".join(f"| [{name}]({name}.md) | {_claim(name)} |\n" for name in names(group))
        parts.append(f"## {group.capitalize()}\n\n{_LINES[group]}\n\n| rule | finds |\n|---|---|\n{rows}")
    return "\n".join(parts)


def _claim(name: str) -> str:
    first = page(find(name)).text.partition("\n\n")[0]
    return " ".join(first.split()).rstrip(".").replace("|", "\\|")
