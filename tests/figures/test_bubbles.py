"""The bubble chart: places, areas, axes, and names that can be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from matplotlib.figure import Figure

from cnndsl.backends.figures.bubbles import MOST, Bubble, draw, page
from cnndsl.backends.figures.page import TooLarge

MIB = 2**20
THREE = [
    Bubble("resnet50", 25_557_032, 4_089_184_256, 9 * MIB),
    Bubble("densenet121", 7_978_856, 2_834_161_664, 7 * MIB),
    Bubble("vgg16", 138_357_544, 15_470_264_320, 24 * MIB),
]
LENET = Bubble("lenet5", 60_000, 325_680, MIB // 50)

Texts = Callable[[bytes], list[str]]
Collisions = Callable[[Figure], list[tuple[str, str]]]


@pytest.mark.usefixtures("within_settings")
def test_places_and_areas_are_the_numbers() -> None:
    figure = page(THREE, "memory")
    (circles,) = figure.axes[0].collections
    placed = {
        tuple(map(round, place, (2, 2))): size
        for place, size in zip(circles.get_offsets(), circles.get_sizes(), strict=True)
    }
    assert set(placed) == {(4.09, 25.56), (2.83, 7.98), (15.47, 138.36)}
    assert placed[15.47, 138.36] / placed[4.09, 25.56] == pytest.approx(24 / 9)
    assert placed[2.83, 7.98] / placed[4.09, 25.56] == pytest.approx(7 / 9)


@pytest.mark.usefixtures("within_settings")
def test_axes_are_logarithmic_where_the_spread_is_wide() -> None:
    near, wide = page(THREE, "memory").axes[0], page([*THREE, LENET], "memory").axes[0]
    assert (near.get_xscale(), near.get_yscale()) == ("linear", "linear")
    assert (wide.get_xscale(), wide.get_yscale()) == ("log", "log")
    for axes in (near, wide):
        (circles,) = axes.collections
        for x, y in circles.get_offsets():
            assert axes.get_xlim()[0] < x < axes.get_xlim()[1]
            assert axes.get_ylim()[0] < y < axes.get_ylim()[1]


def test_units_names_and_a_key_of_areas(texts: Texts) -> None:
    shown = texts(draw(THREE, "activations alive at once, at inference", "svg"))
    for words in ("resnet50", "densenet121", "vgg16", "parameters (M)", "activations alive at once", "at inference"):
        assert words in shown
    assert any(words.startswith("MACs (G") for words in shown)
    assert [words for words in shown if words.endswith("MiB")] == ["20 MiB", "5 MiB", "1 MiB"]


@pytest.mark.usefixtures("within_settings")
@pytest.mark.parametrize(
    "bubbles",
    [
        THREE,
        [THREE[0]],
        [Bubble(f"network number {index}", 10**6 + index * 9000, 10**9 + index * 10**7, MIB) for index in range(14)],
        [Bubble(f"twin{index}", 10**6, 10**9, MIB) for index in range(6)],
        [Bubble("empty", 0, 0, 0), LENET],
    ],
    ids=["three", "one", "crowd", "twins", "empty"],
)
def test_no_name_covers_another(bubbles: list[Bubble], collisions: Collisions) -> None:
    figure = page(bubbles, "memory of outputs, float32, batch 1")
    names = {bubble.name for bubble in bubbles}
    assert [pair for pair in collisions(figure) if names & set(pair)] == []


def test_too_many_are_refused() -> None:
    with pytest.raises(TooLarge, match="101 bubbles cannot be told apart; 100 can"):
        draw([LENET] * (MOST + 1), "memory", "svg")
