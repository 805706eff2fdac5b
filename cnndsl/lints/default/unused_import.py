"""The rule unused-import."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Edit, Fix
from cnndsl.lints.edits import whole_lines
from cnndsl.lints.rule import Elsewhere, Finding, Rule
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.syntax.definitions import used


class UnusedImport(Rule):
    """A file imports a name that it never uses.

    Who reads the file looks for its use, and a change of the other file can break this one for nothing. An import is
    for the file alone: others cannot import the name from here.

    Example:
        import resnet: basic, bottleneck

        network example {
            input image: [3, H=224, W=224]
            conv(64, 7x7, stride=2, padding=3) -> basic(64)
        }

    Instead:
        import resnet: basic

        network example {
            input image: [3, H=224, W=224]
            conv(64, 7x7, stride=2, padding=3) -> basic(64)
        }
    """

    def check_file(self, file: tree.File, elsewhere: Elsewhere) -> Iterator[Finding]:
        """Imported names that nothing uses; ``import NAME`` without names brings all, and is left alone."""
        imports = [item for item in file.items if isinstance(item, tree.Import)]
        names = used(file.items) if any(item.names for item in imports) else {}
        for item in imports:
            unused = [name for name in item.names if name.id not in names]
            for name in unused:
                alone = len(unused) == len(item.names)
                edit = whole_lines(item.span) if alone else _without(item, name)
                yield Finding(
                    f"{name.id} is imported from {item.module.id} and never used",
                    name.span,
                    fixes=(Fix("leave the import out" if alone else f"leave {name.id} out", edit, safe=True),)
                    if edit and (not alone or name is unused[0])
                    else (),
                )


def _without(item: tree.Import, name: tree.Name) -> tuple[Edit, ...]:
    names = item.names
    place = names.index(name)
    start, end = name.span.start, name.span.end
    if place:
        start = names[place - 1].span.end
    else:
        end = names[1].span.start
    return (Edit(Span(name.span.source, start, end), ""),)
