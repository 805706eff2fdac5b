"""What is said of weights: of their keys against PyTorch's own words, of how they start, of those that are shared."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import torch

import cnndsl
from cnndsl.backends.torch import generate
from cnndsl.graph import Graph
from cnndsl.passes.difference import Figures, difference
from cnndsl.workspace.building import build

Make = Callable[[str], Graph]

BASE = """
    features: {
        conv(4, 3x3, padding=1) -> relu
        maxpool(2x2)
        conv(8, 3x3, padding=1) -> relu
    }
    global_avgpool -> flatten
    gain: scale
    classifier: { linear(6) -> relu -> linear(3) }
"""
EDITS = {
    "a batch norm more": BASE.replace("conv(4, 3x3, padding=1)", "conv(4, 3x3, padding=1) -> bn"),
    "wider": BASE.replace("conv(8,", "conv(9,"),
    "another label": BASE.replace("features:", "backbone:").replace("gain:", "factor:"),
    "no bias": BASE.replace("conv(4, 3x3, padding=1)", "conv(4, 3x3, padding=1, bias=false)"),
    "a layer less": BASE.replace("linear(6) -> relu -> ", ""),
    "shared": BASE.replace("    gain", "    shared again = linear(8)\n    again -> again\n    gain"),
    "the same": BASE,
}


def network(body: str) -> str:
    return f"network net {{\n    input image: [3, H=8, W=8]\n{body}\n}}\n"


def module(graph: Graph) -> Any:
    return build(generate([graph]), "net").eval()


@pytest.mark.parametrize("name", EDITS)
def test_keys_are_those_that_pytorch_misses(name: str, graph: Make) -> None:
    before, after = graph(network(BASE)), graph(network(EDITS[name]))
    for one, other in ((before, after), (after, before)):
        weights = difference(one, other).weights
        try:
            module(other).load_state_dict(module(one).state_dict())
            said = ""
        except RuntimeError as problem:
            said = str(problem)
        assert weights.loads == (not said)
        missing, _, rest = said.partition("Unexpected key(s)") if "Unexpected" in said else (said, "", "")
        counters = {key for key in weights.missing if key.endswith("num_batches_tracked")}  # PyTorch makes up for them
        assert set(re.findall(r'"([^"]+)"', missing)) | counters == set(weights.missing)
        assert set(re.findall(r'"([^"]+)"', rest)) == set(weights.unexpected)
        assert set(re.findall(r"size mismatch for (\S+):", said)) == {one.key for one in weights.mismatched}


def test_renamed_weights_compute_the_same_under_their_new_keys(graph: Make) -> None:
    before, after = graph(network(BASE)), graph(network(EDITS["another label"]))
    found = difference(before, after)
    assert [(change.kind, len(change.places)) for change in found.changes] == [("renamed", 2)]
    one, other = module(before), module(after)
    other.load_state_dict({found.weights.renamed.get(key, key): value for key, value in one.state_dict().items()})
    image = torch.rand(2, 3, 8, 8)
    assert torch.equal(one(image), other(image))


def test_shared_weights_are_counted_once(graph: Make) -> None:
    text = "shared mix = conv(3, 3x3, padding=1)\nmix -> relu -> mix{0}"
    found = difference(graph(network(text.format(""))), graph(network(text.format(" -> relu -> mix"))))
    assert {change.kind for change in found.changes} == {"added"}
    assert sum((change.delta for change in found.changes), Figures()).params == 0
    assert found.weights.loads


def test_the_nearest_init_statement_counts_and_init_of_a_call_wins(graph: Make) -> None:
    def make(inside: str, call: str) -> Graph:
        block = f"block cell {{ conv(3, 1x1, bias=false)\n {inside} }}\n"
        return graph(block + network(f"init conv(weight=0)\ncell\nlast: conv(3, 1x1, bias=false{call})"))

    assert difference(make("", ""), make("init conv(weight=constant(0))", ", init=zeros")).same
    found = difference(make("", ""), make("init conv(weight=ones)", ""))
    assert [tuple(detail) for change in found.changes for detail in change.details] == [("initial weight", "0", "1")]


def test_defaults_of_initializers_may_be_written(graph: Make) -> None:
    text = "init conv(weight=kaiming_normal({0}))\nconv(4, 1x1)"
    plain, written = (graph(network(text.format(given))) for given in ("", 'mode="fan_in", a=0'))
    assert difference(plain, written).same
    assert not difference(plain, graph(network(text.format('mode="fan_out"')))).same


def test_batch_norms_are_all_that_vgg16_bn_has_more() -> None:
    before, after = (cnndsl.load(name)[name].ir for name in ("vgg16", "vgg16_bn"))
    found = difference(before, after)
    assert [(change.kind, change.what, len(change.places)) for change in found.changes] == [
        ("added", "bn", 13),
        ("renamed", "numbers", 12),
    ]
    assert found.weights.renamed["features.28.weight"] == "features.40.weight"
    assert len(found.weights.renamed) == 24
