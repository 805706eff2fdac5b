"""What PyTorch allocates for an operation, kernel by kernel: tensors are storages under sizes and strides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from cnndsl.ops.strides import channels_last, contiguous, is_channels_last, is_contiguous, together, viewed

if TYPE_CHECKING:
    from cnndsl.shape import Shape


class Storage:
    """Memory that tensors share: its bytes, the step that made it, how many tensors hold it.

    ``kept``: the backward pass needs it.
    """

    __slots__ = ("bytes", "held", "kept", "maker")

    def __init__(self, bytes: int, maker: str) -> None:
        self.bytes = bytes
        self.maker = maker
        self.held = 1
        self.kept = False


class Array(NamedTuple):
    """A tensor: ``sizes`` and ``strides`` with the batch in front; ``learning``: a gradient flows through it."""

    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    storage: Storage
    learning: bool

    @property
    def batch(self) -> int:
        """How many images it is of."""
        return self.sizes[0]

    @property
    def rank(self) -> int:
        """How many axes it has, the batch among them."""
        return len(self.sizes)

    @property
    def elements(self) -> int:
        """How many values it has."""
        return prod(self.sizes)

    @property
    def contiguous(self) -> bool:
        """Whether its values follow one another."""
        return is_contiguous(self.sizes, self.strides)


class Tape:
    """Books what is allocated, freed and kept while operations run one after the other.

    ``width`` is the bytes of a value, ``training`` whether gradients are recorded. ``fused``: the device has a
    dropout of its own, whose mask takes one byte a value. Of the operation that runs: ``maker``, its name; ``shapes``,
    those of its operands; ``overwrites``, whether it may write over the first; ``learning``, whether its result has a
    gradient.
    ``peaked`` is called whenever more is alive than ever before.
    """

    def __init__(self, width: int, training: bool, fused: bool = False) -> None:
        self.width = width
        self.training = training
        self.fused = fused
        self.maker = ""
        self.shapes: tuple[Shape, ...] = ()
        self.overwrites = False
        self.learning = False
        self.alive: dict[Storage, None] = {}
        self.bytes = 0
        self.peak = 0
        self.peaked: Callable[[], None] = lambda: None
        self._operands: list[Array] = []
        self.dying: list[Array] = []

    def new(self, sizes: Sequence[int], strides: tuple[int, ...] | None = None, width: int | None = None) -> Array:
        """Memory of its own, contiguous unless ``strides`` say otherwise; a value takes ``width`` bytes."""
        sizes = tuple(sizes)
        storage = Storage(prod(sizes) * (self.width if width is None else width), self.maker)
        self.alive[storage] = None
        self.bytes += storage.bytes
        if self.bytes > self.peak:
            self.peak = self.bytes
            self.peaked()
        return Array(sizes, contiguous(sizes) if strides is None else strides, storage, self.learning)

    def like(self, x: Array, *others: Array) -> Array:
        """The result of an elementwise function: as large as the largest, in the order of the first."""
        if not others:
            return self.new(x.sizes, together(x.sizes, [(x.sizes, x.strides)]))
        rank = max(len(one.sizes) for one in (x, *others))
        wide = [(1,) * (rank - len(one.sizes)) + one.sizes for one in (x, *others)]
        sizes = tuple(map(max, *wide))
        return self.new(sizes, together(sizes, [(one.sizes, one.strides) for one in (x, *others)]))

    def map(self, x: Array, sizes: Sequence[int]) -> Array:
        """The result of a function over positions: channels last where those of ``x`` are."""
        last = len(sizes) == 4 and is_channels_last(x.sizes, x.strides)
        return self.new(sizes, channels_last(tuple(sizes)) if last else None)

    def pool(self, x: Array, sizes: Sequence[int]) -> Array:
        """``map``, also of lines: PyTorch pools those as maps of height 1."""
        if x.rank > 4:
            return self.new(sizes)
        if x.rank > 3:
            return self.map(x, sizes)
        _, channels, length = sizes
        height = x.sizes[2] * x.strides[2]
        last = is_channels_last((*x.sizes[:2], 1, x.sizes[2]), (*x.strides[:2], height, x.strides[2]))
        return self.new(sizes, (channels * length, 1, channels) if last else None)

    def view(self, x: Array, sizes: Sequence[int] | None = None, strides: Sequence[int] | None = None) -> Array:
        """The memory of ``x`` once more, perhaps under other sizes and strides."""
        x.storage.held += 1
        sizes = x.sizes if sizes is None else tuple(sizes)
        return Array(sizes, x.strides if strides is None else tuple(strides), x.storage, self.learning)

    def transposed(self, x: Array, order: Sequence[int]) -> Array:
        """The memory of ``x`` with its axes in another order."""
        return self.view(x, [x.sizes[axis] for axis in order], [x.strides[axis] for axis in order])

    def reshape(self, x: Array, sizes: Sequence[int]) -> Array:
        """The values of ``x`` under other sizes: a view where that can be, else a copy."""
        strides = viewed(x.sizes, x.strides, tuple(sizes))
        return self.new(sizes) if strides is None else self.view(x, sizes, strides)

    def packed(self, x: Array) -> Array:
        """``x`` with values that follow one another: itself, or a copy."""
        return self.view(x) if x.contiguous else self.new(x.sizes)

    def border(self, x: Array, spread: Sequence[tuple[int, int]], mode: str) -> Array:
        """``x`` with values around it; a border that mirrors or repeats its own needs it for the backward pass."""
        sizes = (size + sum(pads) for size, pads in zip(x.sizes[2:], spread, strict=True))
        around = (*x.sizes[:2], *sizes)
        if mode in ("reflect", "replicate") and x.learning:
            self.keep(x)
        made = self.map(x, around) if mode in ("zeros", "constant") else self.new(around)
        return made._replace(learning=x.learning)

    def keep(self, *arrays: Array) -> None:
        """The backward pass needs these."""
        if self.training and self.learning:
            for array in arrays:
                array.storage.kept = True

    def aside(self, elements: int, width: int | None = None) -> None:
        """Memory beside the result, which the backward pass needs too."""
        made = self.new((elements,), width=width)
        self.keep(made)
        self.drop(made)

    def drop(self, *arrays: Array) -> None:
        """These are not read any more; an operand is freed where this was its last reader."""
        for array in arrays:
            place = next((place for place, one in enumerate(self._operands) if one is array), None)
            if place is None:
                self.release(array)
                continue
            del self._operands[place]
            last = not any(one is array for one in self._operands)
            if last and any(one is array for one in self.dying):
                self.dying = [one for one in self.dying if one is not array]
                self.release(array)

    def release(self, array: Array) -> None:
        """One tensor less holds the storage."""
        storage = array.storage
        storage.held -= 1
        if not storage.held and not storage.kept:
            del self.alive[storage]
            self.bytes -= storage.bytes

    def lend(self, operands: Sequence[Array], dying: Sequence[Array]) -> None:
        """The next operation reads ``operands``; nobody reads those of ``dying`` after it."""
        self._operands, self.dying = list(operands), list(dying)

    def settle(self) -> None:
        """The operation is done: what it has not dropped itself goes now."""
        for array in self.dying:
            self.release(array)
        self._operands, self.dying = [], []
