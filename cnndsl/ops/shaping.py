"""What moves values without changing them."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnndsl.ops import sums
from cnndsl.ops.arguments import Axes, Axis, Sizes
from cnndsl.ops.axes import locate, locate_all
from cnndsl.ops.operation import Cause, Costs, Misfit, Operation, Weight
from cnndsl.ops.reach import SAME, Along, Reads, at_place
from cnndsl.shape import SPATIAL, Shape

if TYPE_CHECKING:
    from cnndsl.ops.tensors import Array, Tape


class Shaping(Operation):
    """What all of them share: nothing is learned, nothing is computed."""

    keeps = "nothing"
    view = True

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """Nothing."""
        return Costs()

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The memory of the input; a copy where its values are in another order."""
        return tape.reshape(inputs[0], (inputs[0].batch, *output.sizes))


class Identity(Shaping):
    """The flow itself.

    Example:
        >>> identity  # 64x8x8 -> 64x8x8
    """

    name = "identity"
    elementwise = True

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        return inputs[0]

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place."""
        return (at_place(output.rank),)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The input itself."""
        return tape.view(inputs[0])


class Flatten(Shaping):
    """Merges the axes from ``start_dim`` to ``end_dim`` into one: C x H x W becomes C' = C * H * W.

    Axes are letters, or numbers as PyTorch counts them: the batch is 0, C is 1.

    Example:
        >>> flatten  # 512x7x7 -> 25088
        >>> flatten("H")  # 256x14x14 -> 256x196
    """

    name = "flatten"

    start_dim: Axis = 1
    end_dim: Axis = -1

    def infer(self, *inputs: Shape) -> Shape:
        """One axis in place of several: L where all of them are positions, else C."""
        (x,) = inputs
        if x.rank == 0:
            raise Misfit("flatten needs an axis, and its input is a scalar", None, "E0411")
        start, end = locate(x, self.start_dim, "start_dim"), locate(x, self.end_dim, "end_dim")
        if start > end:
            why = f"end_dim {self.end_dim} of {x} comes before start_dim {self.start_dim}"
            raise Misfit(why, "end_dim", "E0410")
        if start == end:
            return x
        merged = x.axes[start : end + 1]
        letter = "L" if all(axis in SPATIAL for axis in merged) else "C"
        count = Shape(x.sizes[start : end + 1], merged).elements
        sizes = (*x.sizes[:start], count, *x.sizes[end + 1 :])
        return Shape(sizes, x.axes[:start] + letter + x.axes[end + 1 :])

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """The product of the axes that are merged; the others stay."""
        (x,) = inputs
        start, end = locate(x, self.start_dim, "start_dim"), locate(x, self.end_dim, "end_dim")
        if start == end:
            return sums.all_kept(output)
        merged = tuple(range(start, end + 1))
        formula = sums.product((x.sizes[axis] for axis in merged), output.sizes[start])
        cause = Cause(tuple((0, axis) for axis in merged), ("start_dim", "end_dim"), formula)
        return (*map(sums.kept, range(start)), cause, *map(sums.kept, range(end + 1, x.rank)))

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place of the axes that remain."""
        return (remaining(inputs[0], output),)


class Unflatten(Shaping):
    """Splits an axis into several: the reverse of ``flatten``. One of ``sizes`` may be -1, whatever is left.

    The last of the new axes keeps the letter of the old one.

    Example:
        >>> unflatten("C", [2, -1])  # 116x28x28 -> 2x58x28x28
    """

    name = "unflatten"

    dim: Axis
    sizes: Sizes

    def infer(self, *inputs: Shape) -> Shape:
        """Several axes in place of one."""
        (x,) = inputs
        axis = locate(x, self.dim, "dim")
        sizes = fill(self.sizes, x.sizes[axis], x)
        letters = "?" * (len(sizes) - 1) + x.axes[axis]
        return Shape((*x.sizes[:axis], *sizes, *x.sizes[axis + 1 :]), x.axes[:axis] + letters + x.axes[axis + 1 :])

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """``sizes``, -1 being what is left of the axis; the others stay."""
        (x,) = inputs
        axis = locate(x, self.dim, "dim")
        new = sums.filled(self.sizes, x, (axis,), output.sizes[axis : axis + len(self.sizes)])
        return (*map(sums.kept, range(axis)), *new, *map(sums.kept, range(axis + 1, x.rank)))

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place of the axes that remain."""
        return (remaining(inputs[0], output),)


class Reshape(Shaping):
    """The same values in the same order, under other axes. One of ``sizes`` may be -1, whatever is left.

    The brackets of the list may be left out. The axes are C, C x L or C x H x W by their number; four and more have no
    letters.

    Example:
        >>> reshape([256, 7, 7])  # 12544 -> 256x7x7
        >>> reshape(16, -1)  # 64x8x8 -> 16x256
    """

    name = "reshape"
    variadic = "sizes"

    sizes: Sizes

    def infer(self, *inputs: Shape) -> Shape:
        """``sizes``, which must hold as many values as the input."""
        (x,) = inputs
        return _named(fill(self.sizes, x.elements, x))

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """``sizes``, -1 being what is left of all values."""
        (x,) = inputs
        return sums.filled(self.sizes, x, tuple(range(x.rank)), output.sizes)

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place of the axes that remain."""
        return (remaining(inputs[0], output),)

    def kept(self, x: Shape) -> int:
        """How many of the last axes of ``x`` stay what they are: the generated code does not name them."""
        sizes = self.sizes
        kept = 0
        while kept < min(x.rank, len(sizes)) - 1 and x.sizes[-1 - kept] == sizes[-1 - kept]:
            kept += 1
        return kept if prod(x.sizes[: x.rank - kept]) == prod(sizes[: len(sizes) - kept]) else 0

    def rerun(self, before: tuple[Shape, ...], *inputs: Shape) -> Shape:
        """Axes that the code for ``before`` does not name keep their sizes; a single other one takes the rest."""
        (x,) = inputs
        kept = self.kept(before[0])
        front, back = x.rank - kept, len(self.sizes) - kept
        sizes = (-1,) if back == 1 else self.sizes[:back]
        return _named((*fill(sizes, prod(x.sizes[:front]), x), *x.sizes[front:]))

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The axes that change as one, which may be a copy, then as those that are wanted."""
        (x,) = inputs
        kept = self.kept(tape.shapes[0])
        merged = (x.batch, prod(x.sizes[1 : x.rank - kept]), *x.sizes[x.rank - kept :])
        flat = tape.reshape(x, merged)
        result = tape.reshape(flat, (x.batch, *output.sizes))
        tape.drop(flat)
        return result


class Permute(Shaping):
    """The axes in another order: their letters, or their numbers as PyTorch counts them (C is 1).

    The batch, axis 0, stays in front: it may be left out. The brackets of the list may be left out too. The axes keep
    their letters, so what follows still knows which of them is C.

    Example:
        >>> permute("HWC")  # 96x56x48 -> 56x48x96
        >>> permute(2, 1, 3, 4)  # 2x58x28x28 -> 58x2x28x28
        >>> permute([0, 2, 3, 1])  # 96x56x48 -> 56x48x96
    """

    name = "permute"
    variadic = "dims"

    dims: Axes

    def order(self, x: Shape) -> tuple[int, ...]:
        """For each axis of the result, which one of ``x`` it is (without the batch); raises ``Misfit``."""
        batch = self.dims[0] == 0 and len(self.dims) == x.rank + 1
        order = locate_all(x, self.dims[1:] if batch else self.dims, "dims")
        if len(order) != x.rank:
            raise Misfit(f"dims names {len(order)} axes, and {x} has {x.rank}", "dims", "E0410")
        return order

    def infer(self, *inputs: Shape) -> Shape:
        """The same sizes in another order."""
        (x,) = inputs
        order = self.order(x)
        return Shape(tuple(x.sizes[axis] for axis in order), "".join(x.axes[axis] for axis in order))

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """Each is another axis of the input."""
        order = self.order(inputs[0])
        return tuple(Cause(((0, axis),), ("dims",) if axis != place else ()) for place, axis in enumerate(order))

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place of each axis."""
        order = self.order(inputs[0])
        return (tuple(Along(order.index(axis), SAME) for axis in range(output.rank)),)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The memory of the input."""
        order = self.order(tape.shapes[0])
        return tape.transposed(inputs[0], (0, *(axis + 1 for axis in order)))


def remaining(x: Shape, output: Shape) -> Reads:
    """Which axes are still there when the same values in the same order get other axes: those with as many before."""
    before = [prod(output.sizes[:axis]) for axis in range(output.rank)]
    found = []
    for axis, size in enumerate(x.sizes):
        places = [
            place
            for place, count in enumerate(before)
            if count == prod(x.sizes[:axis]) and output.sizes[place] == size and size > 1
        ]
        found.append(Along(places[0], SAME) if places else Along(None, None))
    return tuple(found)


def _named(sizes: tuple[int, ...]) -> Shape:
    """The usual names up to C x H x W; of more axes nobody knows which they are."""
    return Shape.of(*sizes) if len(sizes) < 4 else Shape(sizes, "?" * len(sizes))


def fill(sizes: tuple[int, ...], elements: int, x: Shape) -> tuple[int, ...]:
    """``sizes`` with what is left in place of -1; raises ``Misfit`` unless they hold ``elements`` values of ``x``."""
    known = prod(size for size in sizes if size > 0)
    if elements % known if -1 in sizes else elements != known:
        of = str(x) if elements == x.elements else f"the {elements} of {x}"
        wanted = "x".join("_" if size < 0 else str(size) for size in sizes)
        why = f"{known} does not divide {elements} values" if -1 in sizes else f"{elements} values and {known}"
        raise Misfit(f"cannot reshape {of} to {wanted}: {why}", "sizes", "E0409")
    return tuple(elements // known if size < 0 else size for size in sizes)
