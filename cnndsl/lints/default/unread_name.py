"""The rule unread-name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cnndsl.diagnostics.diagnostic import Edit, Fix
from cnndsl.lints.edits import located, taken_out
from cnndsl.lints.rule import Elsewhere, Finding, Rule
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.syntax.definitions import definitions, nodes, used


class UnreadName(Rule):
    """An `identity` gives a value a name that nothing reads.

    It computes nothing, so the name is all that it is for. Mostly the `from` that was to read it names another step,
    and a skip connection begins at the wrong place.

    Example:
        conv(16, 3x3, padding=1) -> relu -> skip: identity
        conv(16, 3x3, padding=1) -> relu

    Instead:
        conv(16, 3x3, padding=1) -> relu -> skip: identity
        conv(16, 3x3, padding=1) -> relu
        add {
            identity
            from skip
        }
    """

    def check_file(self, file: tree.File, elsewhere: Elsewhere) -> Iterator[Finding]:
        """Labels of ``identity`` that no ``from``, argument or fact of the same definition names."""
        for definition in definitions(file.items):
            labelled = [one for one in nodes(definition) if _label(one) is not None]
            if not labelled:
                continue
            names = used(definition)
            paths = [part for one in nodes(definition) if type(one) is tree.From for part in one.path]
            ends = {_ends(part) for part in paths if not all(isinstance(piece, str) for piece in part.parts)}
            for one in labelled:
                label = _label(one) or ""
                if label not in names and not any(
                    label.startswith(start) and label.endswith(end) for start, end in ends
                ):
                    name = Edit(Span(one.span.source, one.span.start, one.call.span.start), "")
                    edits = taken_out(located(definition, one.call.span)) or (name,)
                    fix = Fix(f"leave {label} out", edits, safe=True)
                    yield Finding(f"nothing reads {label}", one.label.span, help=("`from` reads it",), fixes=(fix,))


def _label(node: Any) -> str | None:
    """The word that labels an ``identity``."""
    if type(node) is not tree.Apply or node.call.callee.id != "identity" or node.label is None:
        return None
    word = node.label.parts[0]
    return word if len(node.label.parts) == 1 and isinstance(word, str) else None


def _ends(part: tree.Template) -> tuple[str, str]:
    """What a name with expressions in it begins and ends with."""
    first, last = part.parts[0], part.parts[-1]
    return first if isinstance(first, str) else "", last if isinstance(last, str) else ""
