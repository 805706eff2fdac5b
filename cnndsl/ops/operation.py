"""What every operation says of itself: its arguments, its shape rule, its weights, its costs.

An operation says *why* a shape does not fit and which argument is at fault (``Misfit``). It never sees a span:
whoever calls knows *where*. The codes:

E0301 an argument of another type
E0302 an argument out of range, or not among the words that it may be
E0303 an argument that the operation does not have
E0304 an argument that is missing
E0401 operands of a join that differ
E0402 a window or crop that exceeds its input
E0403 a size of the result that is not at least 1
E0404 groups, parts or a factor that do not divide a size
E0405 a written ``in_channels``, ``in_features`` or ``num_features`` that disagrees with the input
E0406 padding that is too large for the window or for the input
E0407 output padding that is not smaller than stride or dilation
E0408 ``linear`` over a spatial axis
E0409 a reshape that changes the number of elements
E0410 an axis or a channel that the input does not have
E0411 an input of another rank than the operation needs
E0412 a statistic over a single value
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, dataclass_transform

from cnndsl.ops.reach import Reads
from cnndsl.shape import Shape

if TYPE_CHECKING:
    from cnndsl.ops.tensors import Array, Tape


class Misfit(Exception):
    """Why an argument or an input does not fit. ``argument`` names the field at fault, None: the input."""

    def __init__(self, why: str, argument: str | None = None, code: str = "E0401", help: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.argument = argument
        self.code = code
        self.help = help


class Weight(NamedTuple):
    """A tensor that an operation owns: ``weight``, ``bias``; a buffer is saved but not learned."""

    name: str
    sizes: tuple[int, ...]
    buffer: bool = False


class Cause(NamedTuple):
    """Why an axis of a result has its size.

    ``operands``: the sizes that it is made of, each a slot and an axis of that operand. ``arguments``: the fields that
    set or change it. ``formula``: the arithmetic with its rounding, ``(27 - 3) / 2 + 1 = 13``; empty: the size is that
    of the operand, or the number that is written. ``item``: where an argument is a list, which item of how many acts.
    """

    operands: tuple[tuple[int, int], ...] = ()
    arguments: tuple[str, ...] = ()
    formula: str = ""
    item: tuple[int, int] | None = None


Kept = Literal["input", "output", "nothing"]


class Costs(NamedTuple):
    """Operations of one application at batch 1, in inference.

    - ``macs``: multiply-accumulates of convolutions (a transposed one: at its input positions) and matrix products.
    - ``bias``: one add a value of a result with bias.
    - ``normalization``: 2 a value where running averages are applied (1 without affine), as batch norm does; 5 where
      mean and deviation are computed (4 without affine), as layer, group and instance norm do; size + 3 for local
      response norm.
    - ``activation``: 1 a value, 3 for softmax and log-softmax.
    - ``pooling``: the area of the window for each value of the result; adaptive pooling reads each input value once;
      resampling takes 1 (nearest), 2 (linear), 4 (bilinear), 8 (trilinear), 16 (bicubic) a value of the result.
    - ``elementwise``: 1 a value for each join of two operands, constant, learned factor or term, and for each input
      value of a mean or sum; 3 for each coordinate of a distance.

    Moving values, and what only acts in training, costs nothing.
    """

    macs: int = 0
    bias: int = 0
    normalization: int = 0
    activation: int = 0
    pooling: int = 0
    elementwise: int = 0


MATRIX: Mapping[str, bool] = MappingProxyType({"weight": True, "bias": False})
FACTORS: Mapping[str, bool] = MappingProxyType({"weight": False, "bias": False})
SLOPE: Mapping[str, bool] = MappingProxyType({"weight": False})

REQUIRED: Any = type("Required", (), {"__repr__": lambda _: "REQUIRED"})()


class Parameter(NamedTuple):
    """A field of an operation: ``kind`` is its annotation, the name of a converter in ``arguments``."""

    name: str
    kind: str
    default: Any

    @property
    def required(self) -> bool:
        """Whether a call must give it."""
        return self.default is REQUIRED


@dataclass_transform(frozen_default=True)
class Operation:
    """Base of all operations: annotated fields are the signature, as in a frozen dataclass.

    (A dataclass costs 0.36 ms of CPU to define; there are 75 of these on the path of ``check``.)
    """

    name: ClassVar[str]
    """How the language spells it."""
    inputs: ClassVar[int | None] = 1
    """How many operands; None: one for each branch."""
    keeps: ClassVar[Kept]
    """What the backward pass needs of the flow."""
    view: ClassVar[bool] = False
    """Whether the result may share the storage of the operand, in inference at least."""
    overwrites: ClassVar[bool] = False
    """Whether it has a form that writes over its first operand."""
    copies: ClassVar[bool] = False
    """Whether that form copies what the backward pass needs of the operand; else it needs the result."""
    sealed: ClassVar[bool] = False
    """Whether PyTorch lets nobody write over its result."""
    initial: ClassVar[Mapping[str, bool]] = MappingProxyType({})
    """The weights whose start can be said, and whether each has a fan, as a matrix has."""
    variadic: ClassVar[str] = ""
    """The list that may be written without its brackets: ``permute(2, 3, 1)``, as PyTorch allows."""
    elementwise: ClassVar[bool] = False
    """Whether each value of the result depends on the value at the same place alone."""
    signature: ClassVar[dict[str, Parameter]]

    def __init_subclass__(cls) -> None:
        fields = {name: kind for name, kind in cls.__annotations__.items() if not kind.startswith("ClassVar")}
        own = {name: Parameter(name, kind, cls.__dict__.get(name, REQUIRED)) for name, kind in fields.items()}
        cls.signature = {**getattr(cls, "signature", {}), **own}

    def __init__(self, **values: Any) -> None:
        state = self.__dict__
        for name, parameter in self.signature.items():
            state[name] = values.pop(name, parameter.default)
            if state[name] is REQUIRED:
                raise TypeError(f"{self.name} needs {name}")
        if values:
            raise TypeError(f"{self.name} has no {next(iter(values))}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the result; raises ``Misfit``.

        Arithmetic and comparisons alone: ``passes/sizes/traced.py`` runs it on numbers that trace what becomes of them.
        """
        raise NotImplementedError

    def rerun(self, before: tuple[Shape, ...], *inputs: Shape) -> Shape:
        """The shape of the result on ``inputs`` of the code that was generated for ``before``; raises ``Misfit``.

        The shape rule, but for an operation whose code takes some of its numbers from ``before``, or from ``inputs``.
        """
        return self.infer(*inputs)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """The tensors it owns, in the order of PyTorch's ``state_dict``."""
        raise NotImplementedError

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """What one application costs."""
        raise NotImplementedError

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """Why each axis of the result has its size."""
        if self.elementwise:
            slots = [slot for slot, shape in enumerate(inputs) if shape.sizes == output.sizes]
            return tuple(Cause(tuple((slot, axis) for slot in slots)) for axis in range(output.rank))
        raise NotImplementedError

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """Which positions of each operand a position of the result reads in inference; None: no value of it."""
        raise NotImplementedError

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result, after ``tape`` has booked what PyTorch allocates and keeps on the way to it."""
        sizes = (inputs[0].batch, *output.sizes)
        result = tape.like(*inputs) if self.elementwise else tape.map(inputs[0], sizes)
        tape.keep(*{"input": inputs, "output": (result,), "nothing": ()}[self.keeps])
        return result
