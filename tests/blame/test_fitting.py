"""Which inputs would fit: known from where the bugs come from, or from compiling every size."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from cnndsl.diagnostics.diagnostic import Diagnostic

Find = Callable[[str], list[Diagnostic]]

UNET = """
network unet {{
    input image: [7, H={0}, W={0}]
    conv(8, 3x3, padding=1) -> relu
    a: relu
    maxpool(2x2) -> conv(8, 3x3, padding=1)
    b: relu
    maxpool(2x2) -> conv(8, 3x3, padding=1)
    c: relu
    maxpool(2x2) -> conv(8, 3x3, padding=1) -> upsample(scale_factor=2)
    concat {{
        identity
        from c
    }}
    upsample(scale_factor=2)
    concat {{
        identity
        from b
    }}
    upsample(scale_factor=2)
    concat {{
        identity
        from a
    }}
}}
"""

SMP = """
network smp {{
    input image: [3, H=352, W={}]
    conv(8, 7x7, stride=2, padding=3) -> maxpool(3x3, stride=2, padding=1)
    conv(8, 3x3, stride=2, padding=1)
    f4: conv(8, 3x3, stride=2, padding=1)
    conv(8, 3x3, stride=2, padding=1) -> upsample(scale_factor=2)
    concat {{
        identity
        from f4
    }}
}}
"""

SHORT = """
network n {{
    input image: [8, H={0}, W={0}]
    a: avgpool(2x2)
    from image -> conv(8, 3x3, stride=2, padding=1)
    add {{
        from a
        identity
    }}
}}
"""

INCEPTION = """
network inception_resnet {{
    input image: [3, H={0}, W={0}]
    conv(8, 3x3, stride=2) -> conv(8, 3x3) -> conv(8, 3x3, padding=1) -> maxpool(3x3, stride=2)
    conv(8, 1x1) -> conv(8, 3x3) -> maxpool(3x3, stride=2)
    conv(8, 3x3, stride=2) -> conv(8, 3x3, stride=2)
    avgpool(8x8)
}}
"""

CONV4 = """
network conv4 {{
    input image: [3, H={0}, W={0}]
    repeat 4 {{ conv(32, 3x3, padding=1) -> bn -> relu -> maxpool(2x2) }}
    flatten -> linear(5, in_features=800)
}}
"""

CASES = {
    "U-Net at 451": (UNET, 451, "H and W must be multiples of 8; nearest: 448, 456"),
    "segmentation models at 525": (SMP, 525, "W must be a multiple of 32 or up to 15 less; nearest: 512, 529"),
    "an odd size": (SHORT, 69, "H and W must be even; nearest: 68, 70"),
    "Inception-ResNet at 224": (INCEPTION, 224, "H and W must be at least 299"),
    "Conv4 at 224": (CONV4, 224, "H and W must be from 80 to 95; nearest: 95"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_condition_and_the_nearest_sizes(name: str, find: Find) -> None:
    text, size, said = CASES[name]
    (found,) = find(text.format(size))
    assert said in found.help
    nearest = [int(number) for number in re.findall(r"\d+", said.partition("nearest: ")[2] or said)]
    low, high = min(*nearest, size), max(*nearest, size)
    fitting = [other for other in range(low - 1, high + 1) if not find(text.format(other))]
    assert [other for other in fitting if other < size][-1:] == [other for other in nearest if other < size]
    assert [other for other in fitting if other > size][:1] == [other for other in nearest if other > size]


@pytest.mark.sweep
@pytest.mark.parametrize("name", CASES)
def test_the_condition_holds_for_all_sizes(name: str, find: Find) -> None:
    text, size, said = CASES[name]
    condition = said.partition(";")[0].partition("must be ")[2]
    for other in range(32, 2 * size):
        assert (not find(text.format(other))) is holds(condition, other), other


def holds(condition: str, size: int) -> bool:
    """Whether a size is as it is said to be."""
    numbers = [int(number) for number in re.findall(r"\d+", condition)]
    if condition == "even":
        return size % 2 == 0
    if condition.startswith("at least"):
        return size >= numbers[0]
    if condition.startswith("from"):
        return numbers[0] <= size <= numbers[1]
    period, less = (*numbers, 0)[:2]
    return -size % period <= less


def test_a_precondition_of_a_block(find: Find) -> None:
    """A pool of 2 leaves half: a multiple of 7 behind it is one of 14 before it, or one more."""
    (found,) = find("""
    block windows { require in.height % 7 == 0 and in.width % 7 == 0, "7x7 windows do not fill {in}"
        relu }
    network swin {
        input image: [3, H=96, W=96]
        maxpool(2x2) -> windows
    }
    """)
    assert found.code == "E0502"
    assert "H and W must be multiples of 14 or up to 1 more; nearest: 85, 98" in found.help


def test_sizes_that_the_text_reads_are_not_foretold(find: Find) -> None:
    """Other inputs would make other steps: only a compiler could tell."""
    (found,) = find("""
    network n {
        input x: [8, H=69, W=69]
        a: avgpool(2x2) -> upsample(it.height * 2)
        add {
            from a
            from x
        }
    }
    """)
    assert found.help == ()
