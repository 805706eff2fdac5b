"""Learned numbers, prototypes, constants and what acts only in training, in PyTorch."""

from __future__ import annotations

from cnndsl.backends.torch.spelling import Say, Spelling, call, spell, written
from cnndsl.ops.learned import Constant, Rbf, Scale, Shift
from cnndsl.ops.regularization import Dropout, Dropout2d, StochasticDepth

_RBF = '''\
class RBF(nn.Module):
    """Squared distance to prototypes that are not learned and start as random signs."""

    prototypes: Tensor

    def __init__(self, in_features: int, units: int) -> None:
        super().__init__()
        prototypes = torch.randint(2, (units, in_features)) * 2.0 - 1.0
        self.register_buffer("prototypes", prototypes)

    def forward(self, x: Tensor) -> Tensor:
        return (x.unsqueeze(1) - self.prototypes).square().sum(2)
'''

_STOCHASTIC_DEPTH = '''\
class StochasticDepth(nn.Module):
    """In training, zeroes rows of the batch (or all of it) and scales up the rest."""

    def __init__(self, p: float, mode: str = "row") -> None:
        super().__init__()
        self.p = p
        self.mode = mode

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0.0:
            return x
        rows = x.size(0) if self.mode == "row" else 1
        kept = x.new_empty([rows] + [1] * (x.dim() - 1)).bernoulli_(1.0 - self.p)
        if self.p < 1.0:
            kept.div_(1.0 - self.p)
        return x * kept
'''


@spell.register
def _(operation: Scale, say: Say) -> Spelling:
    return Spelling(_parameter("torch.ones", operation, say), "{0} * {module}")


@spell.register
def _(operation: Shift, say: Say) -> Spelling:
    return Spelling(_parameter("torch.zeros", operation, say), "{0} + {module}")


def _parameter(fill: str, operation: Scale, say: Say) -> str:
    """A parameter with the size of C, and 1 for each axis that follows."""
    (x,) = say.shapes
    sizes = operation.weights(x)[0].sizes
    return f"nn.Parameter({call(fill, say.size(x.rank - len(sizes)), *('1' for _ in sizes[1:]))})"


@spell.register
def _(operation: Rbf, say: Say) -> Spelling:
    return Spelling(call("RBF", say.size(0), say("units")), support=_RBF)


@spell.register
def _(operation: Constant, say: Say) -> Spelling:
    return Spelling(function=f"torch.full_like({{0}}, {say('value')})")


@spell.register
def _(operation: Dropout, say: Say) -> Spelling:
    return _dropout("nn.Dropout", "F.dropout", say)


@spell.register
def _(operation: Dropout2d, say: Say) -> Spelling:
    return _dropout("nn.Dropout2d", "F.dropout2d", say)


def _dropout(module: str, function: str, say: Say) -> Spelling:
    return Spelling(call(module, say("p")), function=call(function, "{0}", say("p"), "self.training"))


@spell.register
def _(operation: StochasticDepth, say: Say) -> Spelling:
    return Spelling(call("StochasticDepth", say("p"), **written(say, "mode")), support=_STOCHASTIC_DEPTH)
