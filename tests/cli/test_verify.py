"""``cnn verify``: agrees where all is well, and says what differs where it is not."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import cnndsl
from cnndsl.cli import comparison
from cnndsl.cli.comparison import Result, compare
from cnndsl.cli.expectation import promise
from cnndsl.workspace.library import catalogue

Cnn = Callable[..., tuple[int, str, str]]

FAMILIES = ("lenet5", "alexnet", "zfnet", "vgg11", "nin_cifar10", "googlenet", "resnet18", "densenet121")
"""The smallest of each family."""


def test_a_network_keeps_its_promises(cnn: Cnn) -> None:
    status, out, err = cnn("verify", "tower.cnn", "--set", "classes=7")
    assert (status, err) == (0, "")
    assert out.startswith("tower on cpu: as promised\n")


@pytest.mark.parametrize("name", FAMILIES)
def test_one_network_of_each_family(name: str, cnn: Cnn) -> None:
    status, out, err = cnn("verify", name)
    assert (status, err) == (0, ""), out


@pytest.mark.sweep
@pytest.mark.parametrize("name", [name for name, _ in catalogue()])
def test_every_network(name: str, cnn: Cnn) -> None:
    status, out, err = cnn("verify", name)
    assert (status, err) == (0, ""), out


def test_what_nobody_reads_gets_no_gradient_and_that_is_well(cnn: Cnn, folder: Path) -> None:
    (folder / "aside.cnn").write_text(
        """
        block twice(width) { first: conv(width, 1x1) -> second: conv(width, 1x1) }
        network aside {
            input image: [3, 8, 8]
            stem: conv(4, 3x3)
            side: twice(5)
            from stem -> global_avgpool -> flatten -> linear(2)
        }
        """,
        encoding="utf-8",
    )
    status, out, err = cnn("verify", "aside.cnn")
    assert (status, err) == (0, ""), out
    unread = promise(cnndsl.load("aside.cnn")["aside"].ir).unread
    assert unread == [f"side.{step}.{name}" for step in ("first", "second") for name in ("bias", "weight")]


@pytest.mark.parametrize("end", ["constant(1)", "maxpool(2x2) -> upsample(like=map)"])
def test_no_gradient_flows_through_a_size(end: str, cnn: Cnn, folder: Path) -> None:
    text = f"""
        network sized {{
            input image: [3, 8, 8]
            map: conv(4, 3x3, padding=1)
            from image -> {end}
        }}
    """
    (folder / "sized.cnn").write_text(text, encoding="utf-8")
    status, out, err = cnn("verify", "sized.cnn")
    assert (status, err) == (0, ""), out


@pytest.fixture
def tower(folder: Path) -> cnndsl.Network:
    return cnndsl.load("tower.cnn")["tower"]


@pytest.fixture
def promised(tower: cnndsl.Network) -> dict[str, Any]:
    values = copy.deepcopy(promise(tower.ir)._asdict())
    return {
        name: [list(one) if isinstance(one, tuple) else one for one in value] if isinstance(value, list) else value
        for name, value in values.items()
    }


def test_nothing_differs(tower: cnndsl.Network, promised: dict[str, Any]) -> None:
    assert list(compare(tower.build(), promised, "cpu")) == []


def result(name: str, **values: Any) -> Callable[[dict[str, Any]], None]:
    """Change the promised result of a step."""

    def change(promised: dict[str, Any]) -> None:
        place = next(index for index, one in enumerate(promised["results"]) if one[2] == name)
        promised["results"][place] = [*Result(*promised["results"][place])._replace(**values)]

    return change


def set_to(*path: Any, value: object) -> Callable[[dict[str, Any]], None]:
    def change(promised: dict[str, Any]) -> None:
        place: Any = promised
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "differences"),
    [
        (set_to("params", value=1), ["params: 4,052 in the module, 1 promised"]),
        (set_to("buffers", value=1), ["buffers: 83 in the module, 1 promised"]),
        (set_to("macs", value=1), ["MACs: 3,760,288 are counted, 1 promised"]),
        (set_to("weights", 0, 0, value="stem.0.wait"), [
            "stem.0.wait: nothing in the module, 8x3x3x3 promised",
            "stem.0.weight: 8x3x3x3 in the module, nothing promised",
        ]),
        (set_to("weights", 1, 1, value=[9]), ["stem.0.bias: 8 in the module, 9 promised"]),
        (result("stem", sizes=[9, 32, 32]), [
            "stem: 8x32x32, promised 9x32x32",
            "stem in training: 8x32x32, promised 9x32x32",
        ]),
        (result("stem", key="steam"), [
            "steam: nothing, promised 8x32x32",
            "steam in training: nothing, promised 8x32x32",
        ]),
        (result("dropout", sizes=[17]), [
            "dropout: nothing gives 17",
            "dropout in training: nothing gives 17",
        ]),
        (set_to("outputs", 0, 1, value=[]), ["outputs in training: 10, 10, promised a number, 10"]),
    ],
)  # fmt: skip
def test_what_differs(
    change: Callable[[dict[str, Any]], None], differences: list[str], tower: cnndsl.Network, promised: dict[str, Any]
) -> None:
    change(promised)
    assert list(compare(tower.build(), promised, "cpu")) == differences


def test_a_parameter_without_a_gradient_is_named(promised: dict[str, Any], tower: cnndsl.Network) -> None:
    model = tower.build()
    model.get_parameter("fc.bias").requires_grad_(False)
    assert list(compare(model, promised, "cpu")) == ["fc.bias: no gradient reaches it"]


def test_a_missing_device_is_a_matter_of_the_command_line(cnn: Cnn) -> None:
    status, _, err = cnn("verify", "tower.cnn", "--device", "toaster")
    assert status == 2
    assert err.startswith("cnn: --device toaster: ")


def test_a_slow_network_is_stopped(cnn: Cnn) -> None:
    status, _, err = cnn("verify", "tower.cnn", "--timeout", "0.01")
    assert (status, err) == (1, "cnn: tower is not done after 0.01 s; --timeout sets another limit\n")


def test_without_torch(cnn: Cnn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnndsl.cli.commands.verify.find_spec", lambda _: None)
    status, _, err = cnn("verify", "tower.cnn")
    assert (status, err) == (2, "cnn: verify needs PyTorch, which is not installed here\nhelp: pip install torch\n")


def test_differences_are_printed_and_are_an_error(cnn: Cnn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnndsl.cli.commands.verify.promise", lambda graph: promise(graph)._replace(macs=1))
    status, out, _ = cnn("verify", "tower.cnn")
    assert status == 1
    assert out == "MACs: 3,760,288 are counted, 1 promised\ntower on cpu: 1 difference\n"


def test_many_differences_are_cut_short(cnn: Cnn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnndsl.cli.commands.verify.promise", lambda graph: promise(graph)._replace(weights=[]))
    monkeypatch.setattr("cnndsl.cli.commands.verify._MOST", 1)
    status, out, _ = cnn("verify", "tower.cnn")
    assert status == 1
    assert len(out.splitlines()) == 3
    assert " more\n" in out


def test_a_module_that_does_not_run_is_an_error(cnn: Cnn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnndsl.cli.commands.verify.generate", lambda _: "raise RuntimeError('no')\n")
    status, _, err = cnn("verify", "tower.cnn")
    assert (status, err) == (1, "cnn: the module of tower does not run: RuntimeError: no\n")


def test_the_process_that_compares(folder: Path, monkeypatch: pytest.MonkeyPatch, tower: cnndsl.Network,
                                   capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    import json

    monkeypatch.setitem(sys.modules, "network", sys)
    (folder / "network.py").write_text(tower.source(), encoding="utf-8")
    values = {**promise(tower.ir)._asdict(), "function": "tower", "buffers": 2}
    (folder / "promise.json").write_text(json.dumps(values), encoding="utf-8")
    assert comparison.main(folder, "cpu") == 1
    assert capsys.readouterr().out == "buffers: 83 in the module, 2 promised\n"
    assert comparison.main(folder, "toaster") == comparison.NO_DEVICE


def test_results_are_looked_through() -> None:
    one = torch.zeros(1)
    assert comparison.tensors((one, [None, (one,)])) == [one, one]
    assert comparison.tensors(None) == []
    assert list(_named(nn.ReLU())) == [""]


def _named(module: nn.Module) -> Iterator[str]:
    return (name for name, _ in module.named_modules())
