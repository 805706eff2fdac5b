"""Bodies without names: their modules are an ``nn.ModuleList``."""

from __future__ import annotations

import re

from cnndsl.backends.torch.statements import Assign, Nested, Statement

_NUMBERED = re.compile(r'self\.add_module\("(\d+)", (.*)\)', re.DOTALL)


def listed(init: list[Statement]) -> list[Statement] | None:
    """``__init__`` of an ``nn.ModuleList``, where nothing but numbered modules is registered; else None."""
    found = [_NUMBERED.fullmatch(s) for s in init if isinstance(s, str) and s.startswith("self.add_module")]
    numbers = [match[1] for match in found if match is not None]
    rest = [s for s in init if not (isinstance(s, str) and s.startswith(("self.add_module", "super()")))]
    if not numbers or numbers != [str(n) for n in range(len(found))] or any(map(_registers, rest)):
        return None
    modules = ", ".join(match[2] for match in found if match is not None)
    return [f"super().__init__([{modules}])", *rest]


_INDEX = re.compile(r'self\.get_submodule\("(\d+)"\)')


def indexed(statement: Statement) -> Statement:
    """A statement that reads modules by index."""
    if isinstance(statement, Nested):
        return Nested(statement.header, [indexed(inner) for inner in statement.body])
    if isinstance(statement, Assign):
        return statement._replace(value=by_index(statement.value))
    return by_index(statement)


def _registers(statement: Statement) -> bool:
    """Whether a statement stands between registrations: a number that the modules need, or a loop."""
    if isinstance(statement, Nested):
        return any(map(_registers, statement.body))
    return isinstance(statement, Assign) or not statement.startswith(("nn.init.", "module.", "self.init_"))


def by_index(text: str) -> str:
    """An expression that reads modules by index."""
    return _INDEX.sub(r"self[\1]", text)
