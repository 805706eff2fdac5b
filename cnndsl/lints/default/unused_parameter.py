"""The rule unused-parameter."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.lints.rule import Elsewhere, Finding, Rule
from cnndsl.syntax import tree
from cnndsl.syntax.definitions import definitions, handed_on, used


class UnusedParameter(Rule):
    """A block or network has a parameter that it never reads.

    Who calls it believes to change something and does not: `stride=2` is given, and nothing gets smaller. A block that
    is handed on as a value takes the arguments that its callers agree on, and is left alone, as is one that a file in
    the same folder imports.

    Example:
        block unit(width, stride = 1) {
            conv(width, 3x3, padding=1, bias=false) -> bn -> relu
        }

        network example {
            input image: [3, H=224, W=224]
            unit(64, stride=2)
        }

    Instead:
        block unit(width, stride = 1) {
            conv(width, 3x3, stride=stride, padding=1, bias=false) -> bn -> relu
        }

        network example {
            input image: [3, H=224, W=224]
            unit(64, stride=2)
        }
    """

    def check_file(self, file: tree.File, elsewhere: Elsewhere) -> Iterator[Finding]:
        """Parameters that their definition does not name."""
        values: set[str] | None = None
        for one in definitions(file.items):
            names = used(one) if one.parameters else {}
            unused = [parameter for parameter in one.parameters if parameter.name.id not in names]
            if unused and values is None:
                values = handed_on(file.items).union(elsewhere())
            for parameter in unused:
                if one.name.id not in (values or ()):
                    message = f"{one.name.id} never reads its parameter {parameter.name.id}"
                    yield Finding(message, parameter.name.span, help=("use it, or leave it out here and at the calls",))
