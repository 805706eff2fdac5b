"""The rule unused-let."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cnndsl.diagnostics.diagnostic import Fix
from cnndsl.lints.edits import whole_lines
from cnndsl.lints.rule import Elsewhere, Finding, Rule
from cnndsl.syntax import tree
from cnndsl.syntax.definitions import definitions, nodes, used


class UnusedLet(Rule):
    """A constant is named, or an instance shared, and its name is never used.

    What is shared runs nowhere by itself: without a use there is no layer and no weight. A constant of a file without
    networks, or one that a file in the same folder imports, is for others.

    Example:
        let width = 64
        let depth = 3

        network example {
            input image: [3, H=224, W=224]
            repeat 2 { conv(width, 3x3, padding=1) -> relu }
        }

    Instead:
        let width = 64
        let depth = 3

        network example {
            input image: [3, H=224, W=224]
            repeat depth { conv(width, 3x3, padding=1) -> relu }
        }
    """

    def check_file(self, file: tree.File, elsewhere: Elsewhere) -> Iterator[Finding]:
        """``let`` and ``shared`` in bodies, and in a file with networks, whose names nothing names."""
        library = all(one.keyword == "block" for one in definitions(file.items))
        names: Any = None
        for item in file.items:
            inner = isinstance(item, tree.Definition)
            for one in nodes(item):
                if type(one) not in (tree.Let, tree.Shared) or (library and not inner):
                    continue
                names = used(file.items) if names is None else names
                name = one.name.id
                if name in names or (one is item and name in elsewhere()):
                    continue
                what = "named" if type(one) is tree.Let else "shared"
                edits = whole_lines(one.span)
                fixes = (Fix(f"leave {name} out", edits, safe=True),) if edits else ()
                yield Finding(f"{name} is {what} and never used", one.name.span, fixes=fixes)
