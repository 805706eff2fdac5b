"""Networks in Python."""

from __future__ import annotations

from pathlib import Path

import networkx
import pytest
import torch

import cnndsl
from cnndsl.shape import Shape


@pytest.fixture
def resnet() -> cnndsl.Network:
    return cnndsl.load("resnet18")["resnet18"]


def test_a_file_gives_its_networks(tmp_path: Path) -> None:
    text = "network {0} {{\n    input image: [3, 8, 8]\n    conv(4, 3x3)\n}}\n"
    path = tmp_path / "two.cnn"
    path.write_text(text.format("one") + text.format("two"), encoding="utf-8")
    assert list(cnndsl.load(str(path))) == ["one", "two"]
    assert list(cnndsl.load(f"{path}:two")) == ["two"]


def test_a_path_will_do(tmp_path: Path) -> None:
    path = tmp_path / "one.cnn"
    path.write_text("network one { input image: [3, H=8, W=8]\n relu }\n", encoding="utf-8")
    assert list(cnndsl.load(path)) == ["one"]


def test_graph_and_shapes(resnet: cnndsl.Network) -> None:
    assert isinstance(resnet.graph, networkx.MultiDiGraph)
    assert networkx.is_directed_acyclic_graph(resnet.graph)
    assert resnet.shapes["conv1"] == Shape.of(64, 112, 112)
    assert resnet.shapes["layer4.1.conv2"].sizes == (512, 7, 7)
    assert repr(resnet) == "<network resnet18 of cnndsl/architectures/resnet.cnn>"


def test_summary(resnet: cnndsl.Network) -> None:
    assert "parameters 11,689,512" in str(resnet.summary())
    assert len(resnet.summary(2).rows) > len(resnet.summary().rows)


def test_source_and_module(resnet: cnndsl.Network) -> None:
    import inspect

    assert "def resnet18(" in resnet.source()
    module = resnet.build()
    assert sum(parameter.numel() for parameter in module.parameters()) == 11_689_512
    assert inspect.getsource(type(module)) in resnet.source()
    with torch.no_grad():
        assert module.eval()(torch.rand(1, 3, 64, 64)).shape == (1, 1000)


def test_other_arguments_and_sizes(resnet: cnndsl.Network) -> None:
    other = resnet.configured({"H": 64, "W": 96}, classes=10)
    assert other.shapes["conv1"].sizes == (64, 32, 48)
    assert other.configured(classes=7).shapes["fc"].sizes == (7,)
    assert other.configured(classes=7).shapes["conv1"].sizes == (64, 32, 48)


def test_lists_of_python_are_lists_of_the_language(tmp_path: Path) -> None:
    path = tmp_path / "wide.cnn"
    path.write_text(
        "network wide(widths: [int] = [4]) {\n    input image: [3, 8, 8]\n    for w in widths { conv(w, 1x1) }\n}\n",
        encoding="utf-8",
    )
    network = cnndsl.load(str(path))["wide"].configured(widths=[5, 6])
    assert [shape.sizes[0] for shape in network.shapes.values()] == [3, 5, 6]


def test_a_wrong_program_raises_with_its_findings(tmp_path: Path) -> None:
    path = tmp_path / "wrong.cnn"
    path.write_text("network wrong {\n    input image: [3, 8, 8]\n    cnov(3)\n}\n", encoding="utf-8")
    with pytest.raises(cnndsl.CnnError, match="did you mean `conv`") as raised:
        cnndsl.load(str(path))
    assert [finding.code for finding in raised.value.findings] == ["E0201"]
    with pytest.raises(cnndsl.CnnError, match="no such file"):
        cnndsl.load(str(tmp_path / "gone.cnn"))


def test_a_wrong_argument_raises(resnet: cnndsl.Network) -> None:
    with pytest.raises(cnndsl.CnnError, match="no parameter clases"):
        resnet.configured(clases=10)


def test_the_package_offers_what_it_says() -> None:
    for name in cnndsl.__all__:
        assert getattr(cnndsl, name)
    with pytest.raises(AttributeError, match="has no attribute 'lode'"):
        cnndsl.lode  # noqa: B018


def test_the_page_is_true() -> None:
    import doctest

    page = Path(__file__).parents[2] / "docs" / "python.md"
    assert doctest.testfile(str(page), module_relative=False).failed == 0
