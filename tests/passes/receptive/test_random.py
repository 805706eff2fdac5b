"""Random networks with branches, dilation, transposed convolutions, resizing, crops and blocks, on real tensors."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from textwrap import indent

import pytest

from cnndsl.compiler import check
from cnndsl.graph import Graph
from cnndsl.source import Source

Compare = Callable[..., int]

SHUFFLE = """
block shuffle {
    reshape(2, in.channels // 2, in.height, in.width)
    permute(2, 1, 3, 4) -> reshape(in.channels, in.height, in.width)
}
"""


class Author:
    """Writes networks on 1x240x16."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names = 0
        self.blocks: list[str] = []

    def network(self) -> str:
        """A few steps, and the blocks that they apply."""
        body = "\n".join(self.step(2) for _ in range(self.random.randint(2, 5)))
        blocks = SHUFFLE + "\n".join(self.blocks)
        return f"{blocks}\nnetwork net {{\ninput image: [1, H=240, W=16]\n{indent(body, '    ')}\n}}\n"

    def step(self, depth: int) -> str:
        """A step that may change the size."""
        kinds = [self.window, self.window, self.resize, self.keep]
        if depth:
            kinds += [self.join, self.crop, self.block]
        return self.random.choice(kinds)(depth)

    def window(self, depth: int) -> str:
        """A convolution or a pool."""
        pick = self.random.choice
        kernel = [pick([1, 2, 3, 4, 5]), pick([1, 2, 3])]
        stride, padding = pick([1, 1, 2, 3]), [pick([0, 0, 1, 2]), 0]
        if pick([True, True, False]):
            sides = pick([str(padding), '"same"', f"[0, 0, {pick([0, 1, 3])}, {pick([0, 2])}]"])
            return f"conv(2, {kernel}, stride={stride}, padding={sides}, dilation=[{pick([1, 1, 2, 3])}, 1])"
        padding = [min(padding[0], kernel[0] // 2), 0]
        kind = pick(["maxpool", "avgpool"])
        return f"{kind}({kernel}, stride={stride}, padding={padding}, ceil_mode={pick(['true', 'false'])})"

    def resize(self, depth: int) -> str:
        """More positions, or fewer, or others."""
        pick = self.random.choice
        kernel = [pick([2, 3, 4, 5]), 2]
        return pick(
            [
                f"conv_transpose(2, {kernel}, stride=2, padding={[pick([0, 1]), 0]})",
                f"conv_transpose(2, {kernel}, stride=[{min(kernel)}, 1], output_padding=[{pick([0, 1])}, 0])",
                "upsample(scale_factor=2)",
                f'upsample(scale_factor=[{pick([1.5, 0.5, 3])}, 1], mode="bilinear")',
                f'upsample({[pick([80, 150, 300]), 10]}, mode="bilinear", align_corners=true)',
                f"upsample({[pick([80, 150, 300]), 10]})",
                f"adaptive_avgpool({[pick([60, 90, 100]), 5]}) -> conv(2, 3x3, padding=1)",
                "conv(4, 1x1) -> pixel_shuffle(2)",
                "upsample(scale_factor=2) -> space_to_depth(2) -> conv(2, 1x1)",
                f"pad([0, 0, {pick([0, 1, 4])}, {pick([0, 2])}])",
                f"center_crop({[pick([90, 97]), 3]})",
            ]
        )

    def keep(self, depth: int) -> str:
        """A step that keeps the size."""
        dilation, pick = self.random.choice([1, 2, 4]), self.random.choice
        return pick(
            [
                f"conv(2, 3x3, padding={dilation}, dilation={dilation})",
                "maxpool([3, 1], stride=1, padding=[1, 0])",
                "conv_transpose(2, [2, 1], stride=[2, 1]) -> avgpool([2, 1])",
                'permute("HWC") -> linear(2) -> permute("CHW")',
                'permute("CWH") -> conv(2, [1, 3], padding=[0, 1]) -> permute("CWH")',
                "conv(4, 1x1) -> shuffle",
                "bn -> relu",
            ]
        )

    def join(self, depth: int) -> str:
        """Branches of one size."""
        label = self.name("entry")
        mode = self.random.choice(["nearest", "bilinear"])
        back = f'upsample(like={label}, mode="{mode}")'
        branches = [self.keep(depth) for _ in range(self.random.randint(1, 2))]
        branches.append(self.random.choice(["identity", f"{self.window(0)} -> {back}", f"{self.resize(0)} -> {back}"]))
        return f"{label}: identity\nconcat {{\n" + indent("\n".join(branches), "    ") + "\n}"

    def crop(self, depth: int) -> str:
        """A valid convolution, beside what it was made of."""
        before, after = self.name("wide"), self.name("narrow")
        line = f"{before}: identity\n{after}: conv(2, {[self.random.choice([2, 3, 6]), 3]})\n"
        return f"{line}concat {{\n    identity\n    from {before} -> center_crop(like={after})\n}}"

    def block(self, depth: int) -> str:
        """A block, applied once or twice."""
        name = self.name("block")
        body = "\n".join(self.step(depth - 1) for _ in range(self.random.randint(1, 3)))
        self.blocks.append(f"block {name} {{\n{indent(body, '    ')}\n}}")
        return self.random.choice([name, f"{name} -> {name}"])

    def name(self, kind: str) -> str:
        """A new one."""
        self.names += 1
        return f"{kind}{self.names}"


def _graphs(start: int, count: int) -> Iterator[tuple[int, Graph]]:
    """So many that fit, from the seed ``start`` on; about one in three that are drawn does not."""
    for seed in range(start, start + 6 * count):
        checked = check(Source("a.cnn", Author(seed).network()), lambda name, source: None)
        if not checked.findings:
            yield seed, checked.networks["net"]
            count -= 1
        if not count:
            return


@pytest.mark.parametrize(
    ("start", "count"),
    [(0, 8), (1000, 8), *(pytest.param(start, 40, marks=pytest.mark.sweep) for start in range(2000, 12_000, 1000))],
)
def test_random_networks(compare: Compare, start: int, count: int) -> None:
    met = []
    for seed, graph in _graphs(start, count):
        try:
            met.append(sum(compare(graph, axis, strict=False, whole=False) for axis in "HW"))
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}\n{Author(seed).network()}") from error
    assert len(met) == count
    assert sum(map(bool, met)) > count // 2
