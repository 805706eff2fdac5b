"""The sizes that fit, against what the generated module does with tensors of every size around each border."""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest
import torch
from torch import nn

import cnndsl
from cnndsl.passes.sizes import ValidSizes, formulas, valid_sizes
from cnndsl.passes.sizes.sets import Sizes
from cnndsl.shape import Shape
from cnndsl.workspace import library
from cnndsl.workspace.network import CnnError, Network

FAMILIES = (
    *("alexnet", "alexnet_two_tower", "vgg11_bn", "densenet121", "googlenet", "resnet18", "lenet5", "nin_cifar10"),
)
LANGUAGE = Path(__file__).parents[1] / "architectures" / "language"


def built(network: Network) -> nn.Module:
    """The module with weights that nobody has started: only shapes matter."""
    with torch.device("meta"):
        module = network.build()
    return module.to_empty(device="cpu").eval()


def takes(module: nn.Module, shapes: Iterable[Sequence[int]], batch: int = 2) -> tuple[int, ...] | None:
    """The shape of the (first) result; None where the module raises."""
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = module(*(torch.zeros(batch, *shape) for shape in shapes))
    except (RuntimeError, ValueError, IndexError):
        return None
    return tuple((found if isinstance(found, torch.Tensor) else found[0]).shape[1:])


def borders(sizes: Sizes, reach: int) -> list[int]:
    """Sizes on both sides of every change up to ``reach``."""
    edges = [size for size in range(1, reach) if (size in sizes) != (size + 1 in sizes)]
    return sorted({size + side for size in edges for side in (0, 1)} | {1, sizes.least + 2 * sizes.period})


def shapes_at(network: Network, sizes: Mapping[str, int]) -> tuple[Sequence[int], ...]:
    """The shapes of the inputs."""
    assert network.ir.sized is not None
    return tuple(shape.sizes for shape in network.ir.sized({**network.ir.symbols, **sizes}))


def check_borders(network: Network, most: int = 40) -> None:
    valid, module = valid_sizes(network.ir), built(network)
    small = {} if valid.ties else {symbol.name: symbol.sizes.least for symbol in valid.symbols}
    for symbol in valid.symbols:
        for size in borders(symbol.sizes, 2 * symbol.default)[:most]:
            at = {**small, symbol.name: size}
            fits = takes(module, shapes_at(network, at)) is not None
            assert fits == (size in symbol.sizes), (network.name, at)
            assert fits == (valid.refusal(at) is None), (network.name, at)


@pytest.mark.parametrize("name", FAMILIES)
def test_borders_of_bundled_networks(name: str) -> None:
    check_borders(cnndsl.load(name)[name])


@pytest.mark.sweep
@pytest.mark.parametrize("name", sorted({name for name, _ in library.catalogue()} - set(FAMILIES)))
def test_borders_of_all_bundled_networks(name: str) -> None:
    check_borders(cnndsl.load(name)[name])


def test_borders_of_the_unet() -> None:
    network = cnndsl.load(LANGUAGE / "unet.cnn")["unet"].configured(widths=[2, 2, 2, 2])
    valid, module = valid_sizes(network.ir), built(network)
    for size in (186, 187, 188, 189, 203, 204, 205):
        fits = takes(module, [(1, size, 188)], 1) is not None
        assert fits == (size in valid.of("H").sizes) == (size >= 188)


def test_training_needs_more_where_it_does() -> None:
    network = cnndsl.load("googlenet_paper")["googlenet_paper"]
    module = built(network).train()
    assert [takes(module, [(3, size, 224)]) is not None for size in (222, 223, 270, 271)] == [False, True, True, False]
    assert [takes(module.eval(), [(3, size, 224)]) is not None for size in (30, 222, 271)] == [False, True, True]


@pytest.mark.parametrize("name", sorted(cnndsl.load(Path(__file__).parent / "sizes.cnn")))
def test_networks_whose_sizes_are_not_obvious(name: str) -> None:
    check_random(cnndsl.load(Path(__file__).parent / "sizes.cnn")[name], 0, 45, 15)


def test_a_single_image_that_is_too_small_to_train_on() -> None:
    network = cnndsl.load("resnet18")["resnet18"]
    single = valid_sizes(network.ir).single
    assert single is not None
    assert (single.step, single.text) == ("layer4.0.bn1", "ceil(H/32)*ceil(W/32) > 1")
    module = built(network).train()
    assert [takes(module, [(3, *size)], 1) is not None for size in ((32, 32), (33, 32), (1, 33))] == [False, True, True]


class Author:
    """Writes a random network of windows, joins across resolutions, resampling and shaping."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names = 0

    def network(self) -> str:
        """The text."""
        pick = self.random.choice
        ends = ("", "flatten -> linear(3)", "global_avgpool -> flatten -> linear(3)", "reshape(-1)")
        others = ('flatten("H") -> conv1d(2, 3, stride=2)', "adaptive_avgpool(2) -> flatten -> linear(2)")
        steps = [*self.body(2, self.random.randint(1, 6)), pick((*ends, *others))]
        height, width = self.random.randint(8, 48), self.random.randint(8, 48)
        lines = "\n".join(step for step in steps if step)
        return f"network net {{\ninput image: [2, H={height}, W={width}]\n{lines}\n}}\n"

    def body(self, depth: int, steps: int) -> list[str]:
        """Some steps, joins among them."""
        lines: list[str] = []
        for _ in range(steps):
            lines += self.join(depth) if depth and self.random.random() < 0.3 else [self.step()]
        return lines

    def join(self, depth: int) -> list[str]:
        """A way down and up again, a residual, or two windows side by side."""
        pick, self.names = self.random.choice, self.names + 1
        high, low = f"high{self.names}", f"low{self.names}"
        down = pick(("maxpool(2)", "conv(4, 3x3, stride=2, padding=1)"))
        inner = self.body(depth - 1, 1)
        kind = pick(("unet", "crop", "pyramid", "residual", "windows"))
        if kind == "residual":
            return [f"conv(4, 1x1)\nresidual {{ conv(4, {pick((1, 3, 5))}, padding={pick((0, 1, 1, 2))}) }}"]
        if kind == "windows":
            return [f"concat {{\n{self.window('conv(2, ')}\n{self.window('conv(4, ')}\n}}"]
        first = f"{high}: conv(4, 3x3, padding=1)"
        if kind == "unet":
            up = pick(("upsample(scale_factor=2)", "conv_transpose(4, 2x2, stride=2)"))
            return [first, down, *inner, up, f"concat {{\nidentity\nfrom {high}\n}}"]
        if kind == "crop":
            skip = f"from {high} -> center_crop(like={low})"
            return [first, down, *inner, f"{low}: conv_transpose(4, 2x2, stride=2)", f"concat {{\nidentity\n{skip}\n}}"]
        add = f"add {{\nidentity\nfrom {high}\n}}"
        return [first, down, *inner, "conv(4, 1x1)", f"upsample(like={high})", add]

    def window(self, head: str) -> str:
        """A call with a window."""
        pick = self.random.choice
        options = f"stride={pick((1, 1, 2, 3))}, padding={pick((0, 1, 2))}, dilation={pick((1, 1, 2))}"
        return f"{head}{pick((1, 2, 3, 3, 5, 7))}x{pick((1, 3, 3))}, {options})"

    def step(self) -> str:
        """One operation."""
        pick, number = self.random.choice, self.random.randint
        kernel, stride = pick((2, 3, 3, 4, 5)), pick((1, 2, 2, 3))
        margin = number(0, kernel // 2)
        mode = pick(("reflect", "circular", "replicate"))
        return pick(
            (
                self.window("conv(2, "),
                self.window("conv(4, "),
                f'conv(4, {kernel}, stride={stride}, padding="same")',
                f"conv(2, {kernel}, padding=[{number(0, 2)}, {number(0, 2)}, {number(0, 2)}, {number(0, 3)}])",
                f'conv(2, 3, padding={number(1, 4)}, padding_mode="{mode}")',
                f"maxpool({kernel}, stride={stride}, padding={margin})",
                f"avgpool({kernel}, stride={stride}, padding={margin}, ceil_mode=true)",
                f"conv_transpose(2, {kernel + 1}, stride={stride}, padding=1, output_padding={stride - 1})",
                f"upsample(scale_factor={pick((2, 3, 1.5, 0.5, 2.5))})",
                "conv(4, 1x1) -> pixel_shuffle(2)",
                "space_to_depth(2) -> conv(2, 1x1)",
                f'pad([{number(0, 2)}, 1, {number(0, 3)}, 0], mode="reflect")',
                f"center_crop({number(1, 5)})",
                pick(("relu", 'permute("CWH")', f"upsample({number(3, 9)})", f"adaptive_avgpool({number(2, 6)})")),
            )
        )


def value_of(formula: str, sizes: Mapping[str, int]) -> list[int]:
    """The shape that a formula says."""
    names = {"floor": math.floor, "ceil": math.ceil, "__builtins__": {}, **sizes}
    return [int(eval(axis, names)) for axis in formula.split(" x ")]


def is_known_difference(why: str) -> bool:
    """PyTorch broadcasts, slices beyond the end and goes on with nothing; the language does not."""
    return why.startswith("cannot ") or "crop" in why or "leaves a result" in why


def check_random(network: Network, seed: int, reach: int, pairs: int) -> None:
    valid, module, chosen = valid_sizes(network.ir), built(network), random.Random(seed)
    shapes = formulas(network.ir, valid)
    output = network.ir.outputs[0].value
    points = [{symbol.name: size} for symbol in valid.symbols for size in range(1, reach)]
    points += [{"H": chosen.randint(1, reach), "W": chosen.randint(1, reach)} for _ in range(pairs)]
    for at in points:
        refusal = valid.refusal(at)
        found = takes(module, shapes_at(network, at))
        if found is None or refusal is None:
            assert (found is None) == (refusal is not None), (at, refusal)
        else:
            assert is_known_difference(refusal.why), (at, refusal)
        assert says(valid, at) == (refusal is None), (at, valid)
        if refusal is None and found is not None:
            everywhere = {**network.ir.symbols, **at}
            assert value_of(shapes[output.node], everywhere) == list(found), at
            if sum(at.values()) % 8 == 0:
                check_formulas(network, shapes, everywhere)


def says(valid: ValidSizes, at: Mapping[str, int]) -> bool:
    """Whether the sets take these sizes, and the ties where several symbols are other than the defaults."""
    if len(at) == 1 or not valid.ties:
        return all(size in valid.of(name).sizes for name, size in at.items())
    apart = [at[name] in sizes for one in valid.together for name, sizes in zip(one.symbols, one.apart, strict=True)]
    return all(apart) and all(holds(tie.text, at) for tie in valid.ties)


def holds(tie: str, at: Mapping[str, int]) -> bool:
    """Whether ``floor(H/4)*floor(W/4) = 64``."""
    names = {"floor": math.floor, "ceil": math.ceil, "__builtins__": {}, **at}
    return bool(eval(tie.replace(" = ", " == "), names))


def check_formulas(network: Network, shapes: Mapping[str, str], at: Mapping[str, int]) -> None:
    """All formulas, against the shapes of the network at these sizes."""
    try:
        other = network.configured(at)
    except CnnError:
        return  # a join by chance: its sizes fit the weights of the default alone
    found: dict[str, Shape] = other.shapes
    for name, formula in shapes.items():
        if found[name].rank > 1:
            assert value_of(formula, at) == list(found[name].sizes), (name, formula, at)


def random_networks(seeds: range, folder: Path) -> Iterable[tuple[int, Network]]:
    """Those that are free of mistakes."""
    path = folder / "net.cnn"
    for seed in seeds:
        path.write_text(Author(seed).network(), encoding="utf-8")
        try:
            yield seed, cnndsl.load(path)["net"]
        except CnnError:
            continue


@pytest.fixture(autouse=True)
def one_thread() -> Iterable[None]:
    """Small tensors are faster without a pool of threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_random_networks(tmp_path: Path) -> None:
    count = 0
    for seed, network in random_networks(range(40), tmp_path):
        check_random(network, seed, 40, 12)
        count += 1
    assert count > 10


@pytest.mark.sweep
@pytest.mark.parametrize("block", range(8))
def test_many_random_networks(block: int, tmp_path: Path) -> None:
    for seed, network in random_networks(range(1000 + 60 * block, 1060 + 60 * block), tmp_path):
        check_random(network, seed, 60, 40)
