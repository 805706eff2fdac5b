"""The page of ten real bugs: what PyTorch says to each, and what ``cnn check`` says."""

from __future__ import annotations

from collections.abc import Sequence

from cnndsl.compiler import check
from cnndsl.diagnostics.render import render
from cnndsl.lints import Selection
from cnndsl.source import Source
from shapebugs.bug import Bug
from shapebugs.program import translate

TEN = ("A10", "B04", "C09", "D04", "E08", "F04", "G02", "H04", "J02", "K02")

_HEAD = """\
# Ten real bugs

What PyTorch says to them, and what `cnn check` says. They come from the collection in `tests/bugs/data/dev.json`, each
with the address where somebody asked. The programs are translated by a script, with what the author of each bug wrote:
the channel counts too, that the language would infer. PyTorch's words are those of {version} on the CPU.

Made by `pytest tests/bugs --update-golden` from real runs. `python tests/bugs/grade.py tests/bugs/data/dev.json`
grades all {count}: exactly one error, of the right family, with a place at fault labelled and both conflicting numbers
told, an edit offered that leaves the file without errors, and no error in the version that is right.
"""

_SECTION = """
## {title}

<{source}>

```cnn
{program}
```

PyTorch{where}:

```
{error}
```

`cnn check`:

```
{said}
```
"""


def page(bugs: Sequence[Bug]) -> str:
    """The page, as Markdown."""
    version = "PyTorch " + bugs[0].facts["torch"]["version"].partition("+")[0]
    sections = [_section(bug) for bug in bugs if bug.name in TEN]
    return _HEAD.format(version=version, count=len(bugs)) + "".join(sections)


def _section(bug: Bug) -> str:
    text = translate(bug).text.rpartition('"""\n\n')[2]
    source = Source(f"{bug.name.lower()}.cnn", text)
    found = check(source, lambda name, importer: None, lint=Selection(), fixes=True).findings
    torch = bug.facts["torch"]
    title = bug.facts["title"]
    return _SECTION.format(
        title=title[0].upper() + title[1:],
        source=bug.facts["source"],
        program=text.rstrip(),
        where=f", at `{torch['failed_at']}`" if torch["failed_at"] else "",
        error=torch["error"] or f"nothing: the result is {'x'.join(map(str, torch['output']))}",
        said="\n\n".join(render(one).rstrip() for one in found),
    )
