"""What is a box, what is a frame, and which box reads which: read off the text and off the figures of papers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cnndsl.backends.graphviz import view
from cnndsl.backends.graphviz.label import Labels
from cnndsl.backends.graphviz.picture import Box, Cluster, DrawError, Picture, boxes
from cnndsl.backends.graphviz.turn import turn
from cnndsl.backends.graphviz.view import ARROWS, MOST, View, picture
from cnndsl.graph import Graph
from cnndsl.workspace.library import catalogue

Make = Callable[[str], Graph]
SIGN = "\N{MULTIPLICATION SIGN}"


def headings(made: Picture) -> list[str]:
    """What the boxes are called, with signs of multiplication as letters."""
    return [Labels().of(box).heading.replace(SIGN, "x") for box in boxes(made.members)]


def arrows(made: Picture) -> set[tuple[str, str]]:
    return {(arrow.tail, arrow.head) for arrow in made.arrows}


def skips(made: Picture) -> set[tuple[str, str]]:
    return {(arrow.tail, arrow.head) for arrow in made.arrows if arrow.skip}


def frames(members: tuple[Box | Cluster, ...]) -> Iterator[str]:
    for member in members:
        if isinstance(member, Cluster):
            yield member.key
            yield from frames(member.members)


def test_resnet50_folded_is_its_table_1(bundled: Make) -> None:
    made = picture(bundled("resnet50"))
    blocks = ["bottleneck", "bottleneck  x2", "bottleneck", "bottleneck  x3", "bottleneck", "bottleneck  x5"]
    assert headings(made) == [
        *("image", "7x7 conv, 64, /2", "3x3 max pool, /2"),
        *(*blocks, "bottleneck", "bottleneck  x2"),
        *("global avg pool", "fc 1000", "logits"),
    ]
    assert list(frames(made.members)) == ["layer1", "layer2", "layer3", "layer4"]
    inside = [Labels().of(box).lines[0].replace(SIGN, "x") for box in boxes(made.members) if box.kind == "block"]
    assert inside[0] == "1x1, 64 · 3x3, 64 · 1x1, 256 + 1x1, 256"
    assert inside[-1] == "1x1, 512 · 3x3, 512 · 1x1, 2048 + identity"


def test_a_bottleneck_opened_is_figure_5(bundled: Make) -> None:
    made = picture(bundled("resnet50"), View(expand=("layer1.2",)))
    inside = [box for box in boxes(made.members) if box.key.startswith("layer1.1.")]
    assert [Labels().of(box).heading.replace(SIGN, "x") for box in inside] == [
        *("1x1 conv, 64", "3x3 conv, 64", "1x1 conv, 256", "+"),
    ]
    assert [Labels().of(box).beside for box in inside] == [
        *("conv1 · batch norm, relu", "conv2 · batch norm, relu", "conv3 · batch norm", "relu"),
    ]
    assert skips(made) == {("layer1.0", "layer1.1.add")}
    (stack,) = [one for one in made.members if isinstance(one, Cluster) and one.key == "layer1"]
    (twice,) = [one for one in stack.members if isinstance(one, Cluster)]
    assert twice.part is not None
    assert (twice.part.times, twice.params) == (2, 2 * 70_400)


def test_the_inception_module_is_figure_2b(bundled: Make) -> None:
    made = picture(bundled("inception_reduced"), View(depth=2))
    assert headings(made) == [
        *("maps", "1x1 conv, 128", "1x1 conv, 64", "3x3 conv, 192", "1x1 conv, 64", "5x5 conv, 96"),
        *("3x3 max pool", "1x1 conv, 64", "concat", "joined"),
    ]
    assert skips(made) == set()


def test_googlenet_reads_as_its_figure_3(bundled: Make) -> None:
    made = picture(bundled("googlenet"))
    assert headings(made)[:6] == [
        *("image", "7x7 conv, 64, /2", "3x3 max pool, /2", "1x1 conv, 64", "3x3 conv, 192", "3x3 max pool, /2"),
    ]
    assert [box.name for box in boxes(made.members) if box.training] == ["aux1", "aux2", "aux1", "aux2"]
    assert {("inception4a", "aux1"), ("inception4d", "aux2"), ("aux1", "output/aux1")} <= arrows(made)
    titles = [member.title.replace(SIGN, "x") for member in made.members if isinstance(member, Cluster)]
    assert titles == ["56x56", "28x28", "14x14", "7x7"]


def test_densenet121_folded_is_its_figure_1(bundled: Make) -> None:
    made = picture(bundled("densenet121"))
    assert sum(1 for _ in boxes(made.members)) < 40
    inside = {
        box.name: Labels().of(box).lines[0].replace(SIGN, "x") for box in boxes(made.members) if box.kind == "block"
    }
    assert inside["features.denseblock3"] == "(1x1, 128 · 3x3, 32) x24"
    opened = picture(bundled("densenet121"), View(expand=("features.denseblock1",)))
    assert sum(arrow.skip for arrow in opened.arrows) == 6


def test_lenet5_has_sixteen_small_convolutions_side_by_side(bundled: Make) -> None:
    found = {box.kind: box.abreast for box in boxes(picture(bundled("lenet5")).members) if box.abreast > 1}
    assert found == {"convolution": 16}


def test_the_paths_of_resnext_are_told_once(graph: Make) -> None:
    text = """
        block resnext(paths) {
            residual {
                concat { repeat paths { conv(4, 1x1) -> relu -> conv(4, 3x3, padding=1) -> relu } }
                conv(256, 1x1) -> bn
            }
            relu
        }
        network net { input image: [256, H=56, W=56]
            resnext(32)
        }"""
    made = picture(graph(text), View(depth=2))
    assert headings(made) == ["image", "1x1 conv, 4", "3x3 conv, 4", "concat", "1x1 conv, 256", "+", "output"]
    assert [box.abreast for box in boxes(made.members)] == [1, 32, 32, 1, 1, 1, 1]
    assert sum(box.params for box in boxes(made.members)) == made.params


def test_vgg16_is_a_table_of_convolutions(bundled: Make) -> None:
    told = [text.replace("  x", " * ") for text in headings(picture(bundled("vgg16")))[1:14]]
    pool = "2x2 max pool, /2"
    assert told == [
        *("3x3 conv, 64", "3x3 conv, 64", pool, "3x3 conv, 128", "3x3 conv, 128", pool),
        *("3x3 conv, 256", "3x3 conv, 256 * 2", pool, "3x3 conv, 512", "3x3 conv, 512 * 2", pool),
        "3x3 conv, 512 * 3",
    ]


@pytest.mark.parametrize("name", [name for name, _ in catalogue()])
def test_every_network_folded_is_a_page_of_boxes(bundled: Make, name: str) -> None:
    made = picture(bundled(name))
    shown = {box.key: box for box in boxes(made.members)}
    assert len(shown) <= 30
    assert sum(box.params for box in shown.values()) == made.params
    assert sum(box.macs for box in shown.values() if not box.training) == made.macs
    read = {arrow.head for arrow in made.arrows}
    assert {key for key, box in shown.items() if key not in read} == {
        key for key in shown if shown[key].kind == "input"
    }


def test_a_depth_opens_blocks_and_nought_closes_groups(bundled: Make) -> None:
    graph = bundled("resnet18")
    assert "layer1" not in set(frames(picture(graph, View(depth=0)).members))
    assert {"layer1", "layer1.0", "layer4.1"} <= set(frames(picture(graph, View(depth=2)).members))
    assert {"layer1.0"} == {
        key for key in frames(picture(graph, View(depth=0, expand=("layer1.1",))).members) if "." in key
    }


def test_skips_reach_across_closed_groups(body: Make) -> None:
    made = picture(
        body("""
            down: { conv(16, 3x3, padding=1) -> relu -> wide: conv(16, 3x3, padding=1) -> relu -> maxpool(2x2) }
            mid: { conv(16, 3x3, padding=1) -> maxpool(2x2) -> conv(16, 1x1) }
            up: conv_transpose(16, 4x4, stride=4)
            concat {
                from down.wide
                identity
            }
        """),
        View(depth=0),
    )
    assert skips(made) == {("down", "concat")}


def test_a_crop_is_part_of_its_skip(body: Make) -> None:
    made = picture(
        body("""
            a: conv(16, 3x3)
            maxpool(2x2) -> up: conv_transpose(16, 2x2, stride=2)
            concat {
                from a -> center_crop(like=up)
                identity
            }
        """)
    )
    assert skips(made) == {("a", "center_crop"), ("center_crop", "concat")}
    assert ("up", "center_crop") not in arrows(made)


UNET = """
    block double(width) {{ repeat 2 {{ conv(width, 3x3{0}) -> relu }} }}
    network unet(widths = [8, 16, 32]) {{
        input image: [1, H={1}, W={1}]
        for i, w in enumerate(widths) {{ down{{i}}: double(w) -> maxpool(2x2) }}
        bottom: double(64)
        for i, w in reversed(enumerate(widths)) {{
            up{{i}}: conv_transpose(w, 2x2, stride=2)
            concat {{
                from down{{i}}{2}
                identity
            }}
            double(w)
        }}
        conv(2, 1x1)
    }}"""


@pytest.mark.parametrize("values", [("", 140, " -> center_crop(like=up{i})"), (", padding=1", 64, "")])
def test_a_unet_turns_at_its_bottom(graph: Make, values: tuple[str, int, str]) -> None:
    made = turn(picture(graph(UNET.format(*values))))
    assert [(level[0], level[-1]) for level in made.levels] == [
        *(("down0", "concat_3"), ("down1", "concat_2"), ("down2", "concat")),
    ]
    assert {("bottom", "up2"), ("conv", "output/output")} < made.up
    opened = turn(picture(graph(UNET.format(*values)), View(depth=2)))
    assert [level[0] for level in opened.levels] == ["down0.2", "down1.2", "down2.2"]
    assert ("bottom.2", "up2") in opened.up
    assert not [ends for ends in made.up if ends[1].startswith(("down", "maxpool", "bottom"))]


def test_what_does_not_nest_does_not_turn(bundled: Make, body: Make) -> None:
    nested = body("a: relu\n b: tanh\n add {\n identity\n from a\n}\n relu")
    for found in (picture(bundled("resnet18"), View(depth=3)), picture(nested), picture(bundled("vgg16"))):
        assert turn(found).levels == ()


def test_several_inputs_outputs_and_shared_weights(graph: Make) -> None:
    made = picture(
        graph("""
            network twins(width = 8) {
                input left: [1, H=28, W=28]
                input right: [1, H, W]
                shared eye = conv(8, 3x3)
                sub {
                    eye -> relu
                    from right -> eye -> relu
                }
                near: bn
                output far: [8, _, _]
                output side when training: from near -> global_avgpool -> flatten
            }
        """)
    )
    told = {box.name: box for box in boxes(made.members)}
    assert [box.shared for box in told.values() if box.kind == "convolution"] == ["eye", "eye"]
    assert Labels().of(told["eye"]).lines == ("weights of eye",)
    assert {("left", "eye"), ("right", "eye_2")} <= arrows(made)
    assert (told["far"].training, told["side"].training) == (False, True)
    assert sum(box.params for box in told.values()) == (8 * 9 + 8) + (8 + 8)


def test_weights_of_a_block_used_twice_are_said(graph: Make) -> None:
    text = """
        block unit { conv(8, 3x3, padding=1) -> maxpool(3x3, stride=1, padding=1) -> conv(8, 1x1) }
        network net { input image: [8, H=8, W=8]
            shared again = unit
            a: again -> relu -> b: again
        }"""
    made = picture(graph(text))
    assert [box.shared for box in boxes(made.members) if box.kind == "block"] == ["again", "again"]


def test_preactivation_stands_before_its_convolution(body: Make) -> None:
    made = picture(body("residual { bn -> relu -> conv(8, 3x3, padding=1) -> bn -> relu -> conv(8, 1x1) }"))
    assert headings(made)[1:4] == ["3x3 conv, 8", "1x1 conv, 8", "+"]
    assert [[step.kind for step in box.steps] for box in boxes(made.members)][1] == ["bn", "relu", "conv"]


def test_stages_only_where_resolution_falls(body: Make) -> None:
    falls = body("conv(4, 1x1) -> conv(2, 1x1) -> maxpool(2x2) -> conv(4, 1x1) -> conv(8, 1x1)")
    assert list(frames(picture(falls).members)) == ["stage/0", "stage/2"]
    rises = body("conv(4, 1x1) -> conv(2, 1x1) -> upsample(scale_factor=2) -> conv(4, 1x1) -> conv(8, 1x1)")
    assert list(frames(picture(rises).members)) == []


def test_joins_are_signs(body: Make) -> None:
    made = picture(body("mul(0.5) -> mul {\n identity\n sigmoid\n}\n sub(2) -> maximum {\n identity\n tanh\n}"))
    assert headings(made)[1:-1] == ["x 0.5", "sigmoid", "x", "\N{MINUS SIGN} 2", "tanh", "max"]


def test_what_is_read_twice_does_not_share_a_box(body: Make) -> None:
    made = picture(body("a: conv(8, 3x3, padding=1) -> relu\n add {\n identity\n from a\n}"))
    assert headings(made)[1:] == ["3x3 conv, 8", "relu", "+", "output"]
    assert skips(made) == {("a", "add")}


def test_a_path_that_is_not_there(bundled: Make) -> None:
    with pytest.raises(DrawError, match=r"--expand layer1\.9: no block or group is called so") as caught:
        picture(bundled("resnet18"), View(expand=("layer1.9",)))
    assert caught.value.help == "did you mean layer1.0?"


def test_a_picture_has_a_limit(body: Make) -> None:
    wide = body("for i in range(700) { conv(i + 1, 1x1) -> relu }")
    with pytest.raises(DrawError, match=f"more than {MOST} boxes") as caught:
        picture(wide)
    assert "blocks" in caught.value.help
    tangled = body(
        "l0: relu\n for i in range(1, 58) { l{i}: { add { for j in range(i) { from l{j} }\n identity } -> bn } }"
    )
    with pytest.raises(DrawError, match=f"more than {ARROWS:,} arrows"):
        picture(tangled)


def test_what_is_looked_through_has_a_limit(bundled: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "_STEPS", 20)
    assert picture(bundled("resnet18")).name == "resnet18"
    with pytest.raises(DrawError, match="more than 20 steps to look through"):
        picture(bundled("resnet18"), View(depth=2))


def test_a_long_repetition_is_one_box(body: Make) -> None:
    made = picture(body("repeat 10_000 { conv(8, 1x1) -> relu }"))
    assert headings(made) == ["image", "1x1 conv, 8  x10000", "output"]


def test_signs_keep_apart_what_is_equal(bundled: Make) -> None:
    sign = {"layer1.1": "changed"}.get
    made = picture(bundled("resnet34"), View(sign=sign))
    assert [box.key for box in boxes(made.members) if box.key.startswith("layer1")] == [
        "layer1.0",
        "layer1.1",
        "layer1.2",
    ]
