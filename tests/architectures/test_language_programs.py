"""The six programs with which the language was designed compile, and what is generated from them runs."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import cnndsl
from cnndsl.passes.costs import totals

FOLDER = Path(__file__).parent / "language"


@pytest.mark.parametrize(
    ("program", "name", "size", "params"),
    [
        ("vgg", "vgg16", (3, 32, 32), 138_357_544),
        ("inception", None, (), 0),
        ("resnet", "resnet50", (3, 64, 64), 25_557_032),
        ("dense_block", None, (), 0),
        ("unet", "unet", (1, 188, 188), 31_030_658),
        ("googlenet", "googlenet", (3, 64, 64), 13_378_280),
    ],
)
def test_program(program: str, name: str | None, size: tuple[int, ...], params: int) -> None:
    networks = cnndsl.load(str(FOLDER / f"{program}.cnn"))
    if name is None:
        assert not networks
        return
    network = networks[name]
    assert totals(network.ir).params == params
    module = network.build().eval()
    assert sum(weight.numel() for weight in module.parameters()) == params
    with torch.no_grad():
        assert module(torch.rand(1, *size)).isfinite().all()


BLOCKS = """
import inception: inception
import dense_block: dense_block

network blocks {
    input image: [3, H=32, W=32]
    inception(8, 4, 8, 4, 8, 8)
    dense_block(layers=3, growth=4)
}
"""


def test_blocks_run(tmp_path: Path) -> None:
    for program in ("inception", "dense_block"):
        (tmp_path / f"{program}.cnn").write_text((FOLDER / f"{program}.cnn").read_text("utf-8"), "utf-8")
    (tmp_path / "blocks.cnn").write_text(BLOCKS, "utf-8")
    network = cnndsl.load(str(tmp_path / "blocks.cnn"))["blocks"]
    assert network.build()(torch.rand(2, 3, 32, 32)).shape == (2, 44, 32, 32)
