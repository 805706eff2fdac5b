"""Joins of branches. ``add(3)``, ``sub(1)`` and ``mul(0.5)`` take a constant in place of branches."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnndsl.ops import sums
from cnndsl.ops.arguments import Number
from cnndsl.ops.operation import Cause, Costs, Kept, Misfit, Operation, Weight
from cnndsl.ops.reach import SAME, Along, Reads, at_place
from cnndsl.shape import Shape

if TYPE_CHECKING:
    from cnndsl.ops.tensors import Array, Tape


class Join(Operation):
    """What all joins share: one operand a branch, nothing learned."""

    inputs = None
    keeps: ClassVar[Kept] = "nothing"

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """One a value for each operand after the first, or for the constant."""
        constant = getattr(self, "value", None) is not None
        return Costs(elementwise=output.elements * (len(inputs) - 1 + constant))

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place of each."""
        return (at_place(output.rank),) * len(inputs)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """Two branches after the other; over the first where that is allowed."""
        first, *others = inputs
        if tape.overwrites or not others:
            return tape.view(first) if tape.overwrites else tape.like(first)
        for other in others:
            result = tape.like(first, other)._replace(learning=first.learning or other.learning)
            if result.learning:
                tape.keep(*self.kept(first, other))
            tape.drop(first, other)
            first = result
        return first

    def kept(self, one: Array, other: Array) -> tuple[Array, ...]:
        """What the backward pass of two branches needs."""
        return (one, other) if self.keeps == "input" else ()


class Concat(Join):
    """The branches one after the other along C; all other sizes must agree.

    Example:
        >>> concat { ... }  # 64x28x28 and 128x28x28 and 32x28x28 -> 224x28x28
    """

    name = "concat"

    def infer(self, *inputs: Shape) -> Shape:
        """C is the sum."""
        first = inputs[0]
        axis = first.axes.find("C")
        if axis < 0:
            raise Misfit(f"concat joins along C, and {first} has no such axis", None, "E0410")
        for other in inputs[1:]:
            if other.rank != first.rank or _without(other, axis) != _without(first, axis):
                raise Misfit(f"cannot concat {first} and {other}{_difference(first, other, axis)}", None, "E0401")
        sizes = list(first.sizes)
        sizes[axis] = sum(shape.sizes[axis] for shape in inputs)
        return first.resized(*sizes)

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """Nothing: values are moved."""
        return Costs()

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """C is the sum; the rest is that of every branch."""
        along, slots = output.axes.find("C"), range(len(inputs))
        found = [Cause(tuple((slot, axis) for slot in slots)) for axis in range(output.rank)]
        formula = sums.total([shape.sizes[along] for shape in inputs], output.sizes[along]) if len(inputs) > 1 else ""
        return sums.changed(found, along, found[along]._replace(formula=formula))

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place of each, and channels."""
        return (at_place(output.rank, max(output.axes.find("C"), 0)),) * len(inputs)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """All at once."""
        return tape.map(inputs[0], (inputs[0].batch, *output.sizes))


class Add(Join):
    """The sum of the branches, which must agree in every size; or ``add(3)``: the flow plus a constant.

    Example:
        >>> add { ... }  # 256x56x56 and 256x56x56 -> 256x56x56
        >>> add(3)  # 64x8x8 -> 64x8x8
    """

    name = "add"
    elementwise = True
    overwrites = True

    value: Number | None = None

    def infer(self, *inputs: Shape) -> Shape:
        """The common shape."""
        return equal("add", inputs)


class Sub(Join):
    """The first branch less the second; or ``sub(1)``: the flow less a constant.

    Example:
        >>> sub { ... }  # 64x8x8 and 64x8x8 -> 64x8x8
    """

    name = "sub"
    elementwise = True

    value: Number | None = None

    def infer(self, *inputs: Shape) -> Shape:
        """The common shape."""
        if self.value is None and len(inputs) != 2:
            raise Misfit(f"sub takes the second branch from the first, and there are {len(inputs)}", None, "E0401")
        return equal("subtract", inputs)


class Maximum(Join):
    """The largest of the branches, value by value.

    Example:
        >>> maximum { ... }  # 48x8x8 and 48x8x8 -> 48x8x8
    """

    name = "maximum"
    elementwise = True
    keeps = "input"

    def infer(self, *inputs: Shape) -> Shape:
        """The common shape."""
        return equal("take the maximum of", inputs)


class Mul(Join):
    """The product of the branches; or ``mul(0.5)``: the flow times a constant.

    The branches agree in every size, but for two gates: C or C x 1 x 1 over C x H x W (a factor a channel, as in
    squeeze-and-excitation) and 1 x H x W over C x H x W (a factor a position, as in spatial attention).

    Example:
        >>> mul { ... }  # 64x56x56 and 64x1x1 -> 64x56x56
        >>> mul(0.5)  # 64x8x8 -> 64x8x8
    """

    name = "mul"
    elementwise = True
    keeps = "input"

    value: Number | None = None

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the largest."""
        for whole in inputs:
            if all(shape.sizes == whole.sizes or is_gate(shape, whole) for shape in inputs):
                return whole
        whole = max(inputs, key=lambda shape: (shape.rank, shape.elements))
        for shape in inputs:
            if shape.sizes != whole.sizes and not is_gate(shape, whole):
                why = f"cannot multiply {whole} and {shape}{_difference(whole, shape)}"
                raise Misfit(why, None, "E0401", f"a gate over {whole} is {_gates(whole)}" if whole.rank > 1 else "")
        return whole

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place of each; an axis of size 1 is one factor for all."""
        return tuple(_stretched(shape, output) for shape in inputs)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """As every join; a gate of one axis gets those that it lacks."""
        wide = tuple(_widened(tape, x, output.rank + 1) for x in inputs)
        tape.drop(*(x for x, gate in zip(inputs, wide, strict=True) if x is not gate))
        return super().allocate(tape, wide, output)

    def kept(self, one: Array, other: Array) -> tuple[Array, ...]:
        """Each where its partner has a gradient."""
        return (*((one,) if other.learning else ()), *((other,) if one.learning else ()))


def _stretched(gate: Shape, over: Shape) -> Reads:
    one = [size == 1 and over.sizes[axis] > 1 for axis, size in enumerate(gate.sizes)]
    return tuple(Along(axis, None if all_read else SAME) for axis, all_read in enumerate(one))


def _widened(tape: Tape, x: Array, rank: int) -> Array:
    """A gate of one axis with those that it lacks."""
    if not x.rank == 2 < rank:
        return x
    ones = (1,) * (rank - 2)
    return tape.view(x, x.sizes + ones, x.strides + ones)._replace(learning=x.learning)


def is_gate(gate: Shape, over: Shape) -> bool:
    """Whether ``gate`` is a factor a channel or a position of ``over``."""
    if over.rank < 2 or not over.axes.startswith("C"):
        return False
    channels, *rest = over.sizes
    return gate.sizes in ((channels,), (channels, *(1 for _ in rest)), (1, *rest))


def equal(verb: str, inputs: tuple[Shape, ...]) -> Shape:
    """The common shape of ``inputs``; raises ``Misfit``."""
    first = inputs[0]
    for other in inputs[1:]:
        if other.sizes != first.sizes:
            raise Misfit(f"cannot {verb} {first} and {other}{_difference(first, other)}", None, "E0401")
    return first


def _without(shape: Shape, axis: int) -> tuple[int, ...]:
    return shape.sizes[:axis] + shape.sizes[axis + 1 :]


def _difference(one: Shape, other: Shape, ignored: int = -1) -> str:
    if one.rank != other.rank:
        return f": {one.rank} and {other.rank} axes"
    names: dict[tuple[int, int], list[str]] = {}
    for index, pair in enumerate(zip(one.sizes, other.sizes, strict=True)):
        if pair[0] != pair[1] and index != ignored:
            names.setdefault(pair, []).append(one.axes[index])
    return ": " + ", ".join(_spoken(axes, *pair) for pair, axes in names.items())


def _spoken(axes: list[str], one: int, other: int) -> str:
    """``H and W are 32 and 64``."""
    if "?" in axes:
        return f"{one} and {other}"
    verb = "is" if len(axes) == 1 else "are"
    return f"{', '.join(axes[:-1])}{' and ' if axes[1:] else ''}{axes[-1]} {verb} {one} and {other}"


def _gates(whole: Shape) -> str:
    channels, *rest = whole.sizes
    return f"{Shape.of(channels, *(1 for _ in rest))} or {Shape.of(1, *rest)}"
