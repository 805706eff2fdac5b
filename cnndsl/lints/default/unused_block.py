"""The rule unused-block."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.lints.rule import Elsewhere, Finding, Rule
from cnndsl.syntax import tree
from cnndsl.syntax.definitions import definitions, used


class UnusedBlock(Rule):
    """A file defines a block that no network uses.

    It is never checked with sizes, and who reads the file looks for its use. A file without networks is a library,
    whose blocks are for others; so is a block that a file in the same folder imports.

    Example:
        block unit(width) { conv(width, 3x3, padding=1, bias=false) -> bn -> relu }

        network example {
            input image: [3, H=224, W=224]
            conv(64, 3x3, padding=1, bias=false) -> bn -> relu
        }

    Instead:
        block unit(width) { conv(width, 3x3, padding=1, bias=false) -> bn -> relu }

        network example {
            input image: [3, H=224, W=224]
            unit(64)
        }
    """

    def check_file(self, file: tree.File, elsewhere: Elsewhere) -> Iterator[Finding]:
        """Blocks that nothing in a file with networks names; those that only such a block names follow later."""
        defined = tuple(definitions(file.items))
        if all(one.keyword == "block" for one in defined):
            return
        names = used(file.items)
        unused = [one for one in defined if one.keyword == "block" and one.name.id not in names]
        wanted = elsewhere() if unused else ()
        for one in unused:
            if one.name.id not in wanted:
                help = "apply it, or move it to a file of blocks; `# cnn: allow(unused-block)` keeps it here"
                yield Finding(f"no network uses the block {one.name.id}", one.name.span, help=(help,))
