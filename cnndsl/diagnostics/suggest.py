"""Did-you-mean, for everybody."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

_OTHER_WORDS = {
    "average": "mean",
    "average_pool": "avgpool",
    "averagepooling": "avgpool",
    "avg_pool": "avgpool",
    "batch_norm": "bn",
    "batch_normalization": "bn",
    "batchnorm": "bn",
    "batchnormalization": "bn",
    "cat": "concat",
    "concatenate": "concat",
    "conv2dtranspose": "conv_transpose",
    "convolution": "conv",
    "crop": "center_crop",
    "deconv": "conv_transpose",
    "def": "block",
    "dense": "linear",
    "fc": "linear",
    "filters": "out_channels",
    "gap": "global_avgpool",
    "fully_connected": "linear",
    "global_average_pool": "global_avgpool",
    "globalaveragepooling": "global_avgpool",
    "globalmaxpooling": "adaptive_maxpool",
    "hardsigmoid": "hard_sigmoid",
    "hardswish": "hard_swish",
    "hardtanh": "relu6",
    "interpolate": "upsample",
    "kernel": "kernel_size",
    "local_response_norm": "lrn",
    "localresponsenorm": "lrn",
    "loop": "repeat",
    "max_pool": "maxpool",
    "maxout": "maximum",
    "maxpooling": "maxpool",
    "minus": "sub",
    "module": "block",
    "multiply": "mul",
    "net": "network",
    "out": "out_channels",
    "out_features": "out_channels",
    "pool": "maxpool",
    "plus": "add",
    "resize": "upsample",
    "skip": "residual",
    "strides": "stride",
    "subtract": "sub",
    "sum": "add",
    "swish": "silu",
    "times": "mul",
    "transpose": "permute",
    "units": "out_features",
    "upconv": "conv_transpose",
    "upsampling": "upsample",
    "view": "reshape",
    "zeropadding": "pad",
}
"""What other tools call it, lower case and without a rank: ``BatchNorm2d`` is looked up as ``batchnorm``."""
_RANKS = ("1d", "2d", "3d")

_LONGEST = 60
_MOST = 500


def suggest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that ``word`` was most likely meant to be; ties go to the first in the alphabet."""
    if len(word) > _LONGEST:
        return None
    names = frozenset(candidates)
    return _best(word, names) if len(names) <= _MOST else None


@lru_cache(64)
def _best(word: str, candidates: frozenset[str]) -> str | None:
    """What was asked before is known: a mistake in a loop is made again and again."""
    names = sorted(name for name in candidates if name != word and len(name) <= _LONGEST)
    return _same_word(word, names) or _near(word, names) or _longer(word, names)


def _same_word(word: str, names: list[str]) -> str | None:
    bare = word.lower()[:-2] if word.lower().endswith(_RANKS) else word.lower()
    guesses = [_fold(guess) for guess in (word, bare, _OTHER_WORDS.get(word.lower()), _OTHER_WORDS.get(bare)) if guess]
    return next((name for guess in guesses for name in names if _fold(name) == guess), None)


def _near(word: str, names: list[str]) -> str | None:
    folded = _fold(word)
    best: str | None = None
    allowed = min((len(folded) + 1) // 3, len(folded) - 1)
    for name in names:
        if abs(len(_fold(name)) - len(folded)) <= allowed:
            distance = _distance(folded, _fold(name), allowed)
            if distance <= allowed:
                best, allowed = name, distance - 1
    return best


def _longer(word: str, names: list[str]) -> str | None:
    longer = [name for name in names if len(word) >= 3 and _fold(name).startswith(_fold(word))]
    return longer[0] if len(longer) == 1 else None


def _fold(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")


def _distance(left: str, right: str, allowed: int) -> int:
    """How many letters to add, drop, change or swap with their neighbour; some number above ``allowed`` if more."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > allowed < min(before):
            break
    return row[-1]
