"""DOT text: the same for the same, whole for strangers' names, and laid out without a complaint."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from cnndsl.backends.graphviz import DrawError, Style, View, draw, picture, write
from cnndsl.backends.graphviz.picture import boxes
from cnndsl.backends.graphviz.theme import MARKS, THEMES
from cnndsl.graph import Graph
from cnndsl.workspace.engine import render

Make = Callable[[str], Graph]
SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}"

HOSTILE = [
    *("<b>bold</b>", "</svg><script>alert(1)</script>", "<!-- x --", "]]>", "<<>>", "<", ">", "&amp;", "&#38;", "&"),
    *(r"a\\Nb\\G\\E\\L\\l", r"\\", r"\"", r"x\"\\", "x:y:z", ":n", "node", "strict", "subgraph", " ", "  x  ", "-->"),
    *("%3A", "output/logits", "cluster_x", "ünïcödé 漢字", "\N{GRINNING FACE}", "a;b", r"a\{b\}", "a|b", "'", "#", "="),
]


def lines(dot: str) -> dict[str, str]:
    """The lines of boxes, frames and arrows, by what they are of."""
    return {text.strip().split(" [")[0]: text for text in dot.splitlines()}


def texts(svg: bytes) -> list[str]:
    return ["".join(one.itertext()).strip() for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def complaints(dot: str, format: str) -> str:
    """What Graphviz says on the standard error; fonts are none of our business."""
    program = "import sys, pygraphviz; pygraphviz.AGraph(string=sys.stdin.read()).draw(format=sys.argv[1], prog='dot')"
    done = subprocess.run([sys.executable, "-c", program, format], input=dot.encode(), capture_output=True, check=True)
    return "\n".join(one for one in done.stderr.decode().splitlines() if "Fontconfig" not in one)


def test_two_hash_seeds_give_the_same_bytes() -> None:
    command = [sys.executable, "-c", "from cnndsl.cli.main import main; main()", "draw", "googlenet", "--depth", "2"]
    made = [
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("0", "1")
    ]
    assert made[0] == made[1]
    assert made[0].startswith(b"digraph googlenet {")


def test_a_change_of_one_layer_changes_one_box(body: Make) -> None:
    steps = "a: conv(8, 3x3, padding=1) -> relu\n b: conv(8, {}) -> bn -> relu\n c: conv(4, 1x1) -> flatten"
    before = lines(draw(body(steps.format("3x3, padding=1"))))
    after = lines(draw(body(steps.format("5x5, padding=2"))))
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    assert changed == {"graph", "b"}  # the graph's caption has the sum of the parameters


def test_a_layer_more_is_a_box_more(body: Make) -> None:
    steps = "a: conv(8, 3x3, padding=1) -> relu\n {} c: conv(4, 1x1) -> flatten"
    before = lines(draw(body(steps.format(""))))
    after = lines(draw(body(steps.format("b: conv(8, 5x5, padding=2) -> bn\n"))))
    assert {*after} - {*before} == {"b", "a -> b", "b -> c"}
    assert {*before} - {*after} == {"a -> c"}


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_strangers_mean_nothing(body: Make, name: str) -> None:
    text = f'"{name}": conv(8, 3x3, padding=1) -> "{name}x": {{ conv(4, 1x1) -> maxpool(2x2) }}'
    dot = draw(body(text))
    plain = name.replace("\\\\", "\\").replace('\\"', '"').replace("\\{", "{").replace("\\}", "}")
    assert complaints(dot, "svg") == ""
    svg = render(dot, "svg")
    root = ElementTree.fromstring(svg)
    assert {one.tag for one in root.iter()} == {
        SVG + tag for tag in ("svg", "g", "title", "a", "path", "polygon", "text")
    }
    assert plain.strip() in texts(svg)
    assert any((one.get(f"{LINK}title") or "").strip().startswith(f"{plain.strip()}") for one in root.iter(f"{SVG}a"))


def test_docstrings_of_strangers_mean_nothing(graph: Make) -> None:
    found = graph('''
        """A file."""

        """</title><script>alert(1)</script> "quoted" \\\\N & more
        Second line."""
        block unit(width) { conv(width, 1x1) -> maxpool(2x2) -> conv(width, 3x3) }
        network net { input image: [8, H=32, W=32]
            unit(4)
        }''')
    dot = draw(found)
    assert complaints(dot, "svg") == ""
    root = ElementTree.fromstring(render(dot, "svg"))
    tips = [one.get(f"{LINK}title") or "" for one in root.iter(f"{SVG}a")]
    assert any("</title><script>alert(1)</script>" in tip and "Second" not in tip for tip in tips)
    assert not list(root.iter(f"{SVG}script"))


def test_a_template_is_text_and_nothing_else(body: Make) -> None:
    steps = body("a: conv(16, 3x3) -> relu\n linear: flatten -> linear(4)")
    svg = render(draw(steps, style=Style(label="{name}: {kind} {{{kernel}}}\\n{output}, {params}<b>&\\\\N")), "svg")
    assert {"a: conv {3\N{MULTIPLICATION SIGN}3}", "14400, 1,168<b>&\\\\N"} <= set(texts(svg))
    for template, why in {
        "{nme}": "there is no {nme}",
        "{name.__class__}": "there is no {name.__class__}",
        "{0}": "there is no {0}",
        "{": "a single {",
        "a}": "a single }",
        "{name!r}": "there is no {name!r}",
    }.items():
        with pytest.raises(DrawError, match=re.escape(f"--label: {why}")):
            draw(steps, style=Style(label=template))


def test_a_field_is_suggested(body: Make) -> None:
    with pytest.raises(DrawError) as caught:
        draw(body("relu"), style=Style(label="{kernal}"))
    assert caught.value.help.startswith("did you mean {kernel}? there is {name}, ")


def test_shapes_stand_where_they_change(body: Make) -> None:
    found = lines(draw(body("a: conv(8, 3x3, padding=1)\n b: conv(16, 3x3)\n c: conv(16, 1x1)\n d: maxpool(2x2)")))
    told = {
        key: match[1] for key, text in found.items() if " -> " in key and (match := re.search(r'label="([^"]*)"', text))
    }
    sign = "\N{MULTIPLICATION SIGN}"
    assert told == {"b -> c": f" 16{sign}30{sign}30 "}  # the output says its own


def test_a_shape_is_told_once_where_the_flow_forks(body: Make) -> None:
    found = draw(body("a: conv(4, 1x1)\n concat {\n conv(2, 1x1)\n conv(3, 1x1)\n}"))
    sign = "\N{MULTIPLICATION SIGN}"
    assert len(re.findall(f'label=" 4{sign}32{sign}32 "', found)) == 1


def test_each_result_of_a_block_has_its_shape(graph: Make) -> None:
    found = draw(
        graph("""
        block inner {
            low: conv(4, 3x3, stride=2, padding=1)
            conv(8, 3x3, stride=2, padding=1) -> relu
            output low: from low
            output high
        }
        network net {
            input image: [3, H=32, W=32]
            one: inner -> conv_transpose(4, 2x2, stride=2)
            add {
                identity
                from one.low
            }
        }""")
    )
    told = lines(found)
    sign = "\N{MULTIPLICATION SIGN}"
    assert f'label=" 8{sign}8{sign}8 "' in told["one -> conv_transpose"]
    assert f'label=" 4{sign}16{sign}16 "' in told["one -> add"]


def test_the_legend_has_what_is_there(body: Make) -> None:
    words = ("input", "convolution", "pooling", "output", "linear", "join", "skip connection", "in training only")
    small = texts(render(draw(body("conv(4, 1x1) -> maxpool(2x2)")), "svg"))
    assert [word for word in words if word in small] == ["input", "convolution", "pooling", "output"]
    steps = "residual { bn }\n output side when training: from image -> flatten -> linear(2)"
    large = texts(render(draw(body(steps)), "svg"))
    assert [word for word in words if word in large] == [
        *("input", "output", "linear", "join", "skip connection", "in training only"),
    ]


def test_training_is_dashed_and_skips_are_heavy(body: Make) -> None:
    steps = "residual { conv(8, 1x1) }\n output side when training: from image -> flatten -> linear(2)\n output rest"
    found = lines(draw(body(steps)))
    dashed = {key.strip('"') for key, text in found.items() if "dashed" in text.split("style=")[-1].split()[0]}
    assert {"side", "output/side"} < dashed
    assert {key for key, text in found.items() if "penwidth=2 " in text and "->" in key} == {"image -> add"}


def test_links_lead_to_the_line(bundled: Make, body: Make) -> None:
    urls = re.findall(r'URL="([^"]*)"', draw(body("relu\n tanh\n a: conv(4, 1x1)")))
    assert urls == ["a.cnn#L2", "a.cnn#L3", "a.cnn#L5"]
    inside = re.findall(r'URL="([^"]*)"', draw(bundled("resnet50"), View(expand=("layer1.0",))))
    assert {url.partition("#")[0] for url in inside} == {"cnndsl/architectures/resnet.cnn"}
    assert re.findall(r'URL="([^"]*)"', draw(body("relu"), style=Style(locate=lambda name: f"x&y/{name}?")))[-1] == (
        "x&amp;y/a.cnn?#L3"
    )


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("direction", ["TB", "LR"])
def test_every_theme_is_laid_out(bundled: Make, theme: str, direction: str) -> None:
    dot = draw(bundled("googlenet"), View(expand=("inception3a",)), Style(direction, theme))
    assert complaints(dot, "svg") == ""
    assert "7\N{MULTIPLICATION SIGN}7 conv, 64, /2" in texts(render(dot, "svg"))


def test_print_needs_no_colour(bundled: Make) -> None:
    colors = set(re.findall("#[0-9a-f]{6}", draw(bundled("resnet18"), View(depth=2), Style(theme="print"))))
    assert all(color[1:3] == color[3:5] == color[5:7] for color in colors)


def test_options_that_say_nothing(body: Make) -> None:
    with pytest.raises(DrawError, match="there is no theme 'blue'"):
        draw(body("relu"), style=Style(theme="blue"))
    with pytest.raises(DrawError, match="there is no direction 'up'"):
        draw(body("relu"), style=Style(direction="up"))


def test_a_picture_can_be_marked(body: Make) -> None:
    made = picture(body("a: conv(8, 1x1)\n b: maxpool(2x2)\n c: conv(8, 1x1)"))
    kinds = {"a": "added", "b": "removed", "c": "changed"}
    members = tuple(box._replace(mark=kinds.get(box.key, "same"), notes=("was 3x3",)) for box in boxes(made.members))
    arrows = tuple(arrow._replace(mark=kinds.get(arrow.head, "same")) for arrow in made.arrows)
    found = lines(write(made._replace(members=members, arrows=arrows)))
    for key, kind in kinds.items():
        assert MARKS["light"][kind].fill in found[key]
        assert MARKS["light"][kind].line in found[key]
    assert "dashed" in found["b"]
    assert "dashed" in found["a -> b"]
    said = texts(render(write(made._replace(members=members, arrows=arrows)), "svg"))
    assert {"+ added", "\N{MINUS SIGN} removed", "~ changed", "unchanged", "was 3x3"} <= set(said)
    assert "convolution" not in said


def test_resnet50_fits_a_page_in_letters_that_can_be_read(bundled: Make) -> None:
    root = ElementTree.fromstring(render(draw(bundled("resnet50"), style=Style(theme="print")), "svg"))
    width, height = (float((root.get(side) or "").removesuffix("pt")) for side in ("width", "height"))
    shrunk = min(1, 7.5 * 72 / width, 10.7 * 72 / height)  # A4 less margins of 0.5 inches
    sizes = {float(one.get("font-size") or 0) for one in root.iter(f"{SVG}text")}
    assert shrunk * min(sizes) >= 7
    assert shrunk * max(sizes) >= 10  # 5 minutes of arc at a metre are 1.5 mm, the height of an x in 8 points
