"""Values of the expression language.

int, float, bool, str, None, tuples (lists and sizes alike), ``BlockValue``, a ``Shape`` for ``in`` and ``it``, and
``UNKNOWN`` for what follows from a mistake that is reported already.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from cnndsl.ops.operation import Operation
from cnndsl.shape import Shape
from cnndsl.syntax import tree
from cnndsl.trace import Scope

if TYPE_CHECKING:
    from cnndsl.elaborate.signatures import Signature


class Unknown:
    """The one unknown value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class BlockValue:
    """A block, a network or an operation as a value, with the arguments bound so far.

    ``name`` is the name of the definition or operation; ``home`` is the scope in which the definition stands.
    """

    __slots__ = ("_key", "bound", "definition", "depth", "home", "name", "operation", "origin", "signature", "weight")

    def __init__(
        self,
        name: str,
        definition: tree.Definition | None = None,
        operation: type[Operation] | None = None,
        home: Scope | None = None,
        bound: dict[str, object] | None = None,
    ) -> None:
        self.name = name
        self.definition = definition
        self.operation = operation
        self.home = home
        self.bound = bound if bound is not None else {}
        self.origin = self
        self.signature: Signature | None = None
        self.weight = 1
        self.depth = 1
        self._key: object = None

    def binding(self, values: dict[str, object]) -> BlockValue:
        """The same with more arguments bound; a new one wins."""
        if not values:
            return self
        block = BlockValue(self.name, self.definition, self.operation, self.home, {**self.bound, **values})
        block.origin = self.origin
        return block

    @property
    def key(self) -> object:
        """Equal for equal blocks with equal arguments."""
        return self.frozen(0)

    def frozen(self, depth: int) -> object:
        """The key, for a value that stands ``depth`` deep in another."""
        if self._key is None:
            count = Count()
            bound = tuple((name, frozen(self.bound[name], count, depth + 1)) for name in sorted(self.bound))
            self.weight, self.depth = 1 + count.parts, 1 + count.deepest
            if self.depth > _DEEPEST:
                raise TooDeep
            self._key = (BlockValue, id(self.definition or self.operation), bound)
        return self._key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BlockValue) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return show(self)


_DEEPEST = 40
_MOST = 250_000


class TooDeep(Exception):
    """A value is larger or more deeply nested than anything that is compared."""


class Count:
    """Counts the parts of a value, of those that stand in it several times too; ``spend`` pays for them."""

    __slots__ = ("deepest", "parts", "spend")

    def __init__(self, spend: Callable[[int], None] | None = None) -> None:
        self.spend = spend
        self.parts = 0
        self.deepest = 0

    def pay(self, parts: int) -> None:
        """So many more."""
        self.parts += parts
        if self.parts > _MOST:
            raise TooDeep
        if self.spend is not None:
            self.spend(parts)


def frozen(value: object, count: Count, depth: int = 0) -> object:
    """A key that tells ``1``, ``1.0`` and ``true`` apart."""
    if isinstance(value, tuple) and not isinstance(value, Shape):
        if depth > _DEEPEST:
            raise TooDeep
        count.pay(len(value))
        return tuple([frozen(item, count, depth + 1) for item in value])
    if isinstance(value, bool | float):
        return (type(value), value)
    if isinstance(value, BlockValue):
        if depth > _DEEPEST:
            raise TooDeep
        key = value.frozen(depth + 1)
        count.pay(value.weight)
        count.deepest = max(count.deepest, value.depth)
        return key
    return value


def kind_of(value: object) -> str:
    """What a value is, in words."""
    if isinstance(value, tuple):
        return "a list"
    if isinstance(value, BlockValue):
        return "a block"
    words = {bool: "a boolean", int: "a number", float: "a number", str: "a string", type(None): "none"}
    return words.get(type(value), "a shape")


def show(value: object, depth: int = 0) -> str:
    """A value as the author would write it, cut where it is long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "none"
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    if isinstance(value, Shape):
        return str(value)
    if isinstance(value, tuple):
        if depth > 3:
            return "[...]"
        items = [show(item, depth + 1) for item in value[:8]]
        return f"[{', '.join(items)}{', ...' if len(value) > 8 else ''}]"
    if isinstance(value, BlockValue):
        if not value.bound or depth > 3:
            return value.name
        return f"{value.name}({', '.join(f'{name}={show(item, depth + 1)}' for name, item in value.bound.items())})"
    return str(value)


def fits(value: object, kind: str, pay: Callable[[int], None]) -> bool:
    """Whether a value has a declared type: ``int``, ``[[int]]``, ``block`` ...; ``pay`` gets the number of parts."""
    if value is UNKNOWN:
        return True
    if kind.startswith("["):
        if not isinstance(value, tuple):
            return False
        pay(len(value))
        return all(fits(item, kind[1:-1].strip(), pay) for item in value)
    if kind == "size":
        sides = value if isinstance(value, tuple) else (value,)
        pay(len(sides))
        return all(type(side) is int for side in sides)
    if kind == "float":
        return type(value) in (int, float)
    expected = {"int": int, "bool": bool, "str": str, "block": BlockValue}[kind]
    return type(value) is expected


TYPES = ("int", "float", "bool", "str", "size", "block", "tensor")
