"""What acts only in training."""

from __future__ import annotations

from cnndsl.ops.arguments import Probability
from cnndsl.ops.operation import Costs, Operation, Weight
from cnndsl.shape import Shape


class Dropout(Operation):
    """In training, sets each value to 0 with probability ``p`` and divides the rest by 1 - p; else nothing."""

    name = "dropout"
    keeps = "nothing"
    elementwise = True

    p: Probability = 0.5

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        return inputs[0]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """Nothing in inference."""
        return Costs()
