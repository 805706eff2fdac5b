"""What the tests of figures share: networks, pages without a file, and the texts of an SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from cnndsl import load
from cnndsl.backends.figures.page import settings
from cnndsl.graph import Graph

UNET = Path(__file__).parents[1] / "architectures" / "language" / "unet.cnn"


@pytest.fixture
def within_settings() -> Iterator[None]:
    """Pages are made as files are."""
    with settings():
        yield


@pytest.fixture(scope="session")
def graph() -> Callable[[str], Graph]:
    """``graph("resnet50")``; ``unet`` is the paper's."""
    found: dict[str, Graph] = {}

    def get(name: str) -> Graph:
        if name not in found:
            found[name] = load(UNET if name == "unet" else name)[name].ir
        return found[name]

    return get


@pytest.fixture
def texts() -> Callable[[bytes], list[str]]:
    """All texts of an SVG, with an x as the sign between sizes; it fails where that is not XML."""

    def get(svg: bytes) -> list[str]:
        root = ElementTree.fromstring(svg)
        found = ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]
        return [text.replace("\N{MULTIPLICATION SIGN}", "x") for text in found]

    return get


@pytest.fixture
def collisions() -> Callable[[Figure], list[tuple[str, str]]]:
    """Pairs of texts of a page that cover one another by more than a dot, and texts that leave the page."""

    def get(figure: Figure) -> list[tuple[str, str]]:
        placed = boxes(figure)
        paper = figure.bbox
        outside = [(text, "page") for text, one in placed if one.x0 < 0 or one.x1 > paper.x1 or one.y0 < 0]
        return outside + [
            (a, b)
            for index, (a, one) in enumerate(placed)
            for b, other in placed[:index]
            if min(one.x1, other.x1) - max(one.x0, other.x0) > 1 and min(one.y1, other.y1) - max(one.y0, other.y0) > 1
        ]

    return get


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """All texts of a page with where they stand, in dots, without the lines that lead to some."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    found = [one for one in figure.findobj(Text) if isinstance(one, Text) and one.get_text() and one.get_visible()]
    return [(one.get_text(), Text.get_window_extent(one, canvas.get_renderer())) for one in found]
