"""Texts for fuzzing: programs written at random by the rules of the grammar, damaged programs, anything at all."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
PROGRAMS = tuple(
    path.read_text("utf-8")
    for folder in (ROOT / "architectures", ROOT / "tests" / "architectures" / "language")
    for path in sorted(folder.glob("*.cnn"))
)
PIECE = re.compile(r'"""(?s:.*?)"""|"[^"\n]*"|\w+|\s+|->|.', re.DOTALL)
PIECES = sorted({piece for program in PROGRAMS for piece in PIECE.findall(program) if len(piece) < 12})
PIECES += list("\"'{}()[];\0\x07é\u202e")

OPERATIONS = """\
conv(8, 3x3, padding=1)
conv(4, 1)
conv(16, 3x3, stride=2, padding="same")
linear(10)
bn
relu
dropout(0.5)
maxpool(2x2)
avgpool(3x3, stride=1, padding=1)
global_avgpool
flatten
softmax
identity
scale
scale(init=0.1)
conv(w, k)
conv(out_channels=w, kernel_size=k, bias=false)
linear(w, init=xavier_normal())
layer_norm
upsample(2)
split(2, 0)
select(0, 2)
pad(1)
mean
permute(1, 2, 0)
reshape(4, 2)
conv(64 * 10 ** 9, 3)
add(1)
mul(0.5)
""".splitlines()
VALUES = [
    "0",
    "1",
    "2",
    "3",
    "7",
    "64",
    "1_000",
    "0.5",
    "1e-3",
    "3x3",
    "2x2",
    "true",
    "none",
    '"same"',
    "[1, 2]",
    "w",
    "k",
]
FUNCTIONS = ["len", "range", "sum", "max", "abs", "sqrt", "round", "enumerate", "reversed", "zip", "divisible"]


class Writer:
    """Writes a program: mostly one that makes sense, with every construct of the language."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.blocks: list[str] = []
        self.labels = 0

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def file(self) -> str:
        items = ['"""A file."""'] if self.chance(0.3) else []
        items += [self.item() for _ in range(self.random.randint(1, 4))]
        return "\n\n".join(items) + "\n"

    def item(self) -> str:
        kind = self.random.randint(0, 9)
        name = f"b{len(self.blocks)}"
        if kind == 0:
            return f"let w = {self.value(2)}"
        if kind == 1:
            inner = self.item().replace("\n", "\n    ")
            return f"with {self.defaults()} {{\n    {inner}\n}}"
        if kind == 2 and self.blocks:
            facts = " { expect params == 3 }" if self.chance(0.5) else ""
            return f"network n{name} = {self.random.choice(self.blocks)}({self.arguments()}){facts}"
        doc = f'"""The {name}."""\n' if self.chance(0.2) else ""
        if kind < 7:
            text = f"{doc}block {name}(w: int = {self.random.randint(1, 9)}, k = 1) {self.body(3)}"
        else:
            lines = "\n    ".join(
                [
                    "input image: [3, H=8, W=8]",
                    *(self.line(2) for _ in range(3)),
                    *(["output y: [3, H, W]"] if self.chance(0.3) else []),
                ]
            )
            text = f"{doc}network {name}(w = 4, k = 3x3) {{\n    {lines}\n}}"
        self.blocks.append(name)
        return text

    def body(self, depth: int) -> str:
        lines = [self.line(depth - 1) for _ in range(self.random.randint(0 if self.chance(0.1) else 1, 3))]
        if len(lines) == 1 and self.chance(0.5):
            return f"{{ {lines[0]} }}"
        return "{\n" + "\n".join(lines) + "\n}"

    def line(self, depth: int) -> str:
        if self.chance(0.15):
            return self.declaration()
        between = self.random.choice([" -> ", "\n-> ", " ->\n"])
        return between.join(self.step(depth) for _ in range(self.random.randint(1, 3)))

    def declaration(self) -> str:
        value = self.value(2)
        return self.random.choice(
            [
                f"let w = {value}",
                f"let k = {value}",
                f'require {value} == {self.value(1)}, "w is {{w}}"',
                f"shared head{self.labels} = {self.call()}",
                'init conv(weight=kaiming_normal(mode="fan_out"), bias=0)',
                f"output y{self.labels} when training: {self.step(0)}",
                f"output y{self.labels}: [w]",
                f"expect macs == {value}",
            ]
        )

    def step(self, depth: int) -> str:
        label = self.label() if self.chance(0.25) else ""
        if depth <= 0 or self.chance(0.6):
            return label + self.call()
        body = self.body(depth)
        return label + self.random.choice(
            [
                body,
                f"residual {body}",
                f"residual {body} shortcut {self.body(depth - 1)}",
                f"dense {body}",
                f"{self.random.choice(['concat', 'add', 'mul', 'maximum'])} {body}",
                f"repeat {self.random.randint(0, 3)} {body}",
                f"repeat {self.value(2)} {body}",
                f"for i, w in enumerate([4, 8]) {body}",
                f"for i in range(2) {body}",
                f"for w in {self.value(2)} {body}",
                f"if {self.value(2)} {body} else {self.body(depth - 1)}",
                f"if in.channels == w {body} else if it.height > 2 {self.body(depth - 1)}",
                f"with {self.defaults()} {body}",
                f"from {self.random.choice(['in', 'image', f'a{max(self.labels - 1, 0)}', 'stage1.a0'])}",
            ]
        )

    def label(self) -> str:
        self.labels += not self.chance(0.05)
        return self.random.choice([f"a{self.labels}: ", "stage{i}: ", f'"b-{self.labels}{{w}}": '])

    def call(self) -> str:
        if self.blocks and self.chance(0.3):
            return f"{self.random.choice(self.blocks)}({self.arguments()})"
        return self.random.choice(OPERATIONS)

    def arguments(self) -> str:
        return self.random.choice(["", self.value(1), f"w={self.value(2)}", f"{self.value(1)}, k={self.value(1)}"])

    def defaults(self) -> str:
        return self.random.choice(["conv(bias=false)", "conv(bias=false), bn(eps=1e-3)", f"dropout(p={self.value(1)})"])

    def value(self, depth: int) -> str:
        if depth <= 0 or self.chance(0.4):
            return self.random.choice(VALUES)
        a, b = self.value(depth - 1), self.value(depth - 1)
        return self.random.choice(
            [
                f"{a} {self.random.choice(['+', '-', '*', '/', '//', '%', '**', '==', '<', 'and', 'in'])} {b}",
                f"-{a}",
                f"(not {a})",
                f"({a} if {b} else {a})",
                f"[{a}, {b}]",
                f"[{a} for w in {b} if w]",
                f"{self.random.choice(FUNCTIONS)}({a})",
                f"{self.random.choice(FUNCTIONS)}({a}, {b})",
                f"[{a}, {b}][{a}]",
                "in.channels",
                "it.width",
                f'"{{w}} and {{{self.random.choice(VALUES[:6])}}}"',
            ]
        )


def written() -> st.SearchStrategy[str]:
    """Programs that the grammar allows."""
    return st.integers(0, 2**48).map(lambda seed: Writer(Random(seed)).file())


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A program with a few pieces dropped, doubled, swapped or replaced by pieces of others."""
    text = draw(st.one_of(st.sampled_from(PROGRAMS), written()))
    pieces = PIECE.findall(text)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(pieces) - 1))
        edit = draw(st.sampled_from(["drop", "double", "swap", "replace", "insert", "cut"]))
        if edit == "drop":
            pieces[place] = ""
        elif edit == "double":
            pieces[place] *= 2
        elif edit == "swap":
            pieces[place], pieces[-1 - place] = pieces[-1 - place], pieces[place]
        elif edit == "replace":
            pieces[place] = draw(st.sampled_from(PIECES))
        elif edit == "insert":
            pieces[place] += draw(st.sampled_from(PIECES))
        else:
            del pieces[place + 1 :]
    return "".join(pieces)


def anything() -> st.SearchStrategy[str]:
    """Letters, bytes and pieces of programs in any order."""
    return st.one_of(
        st.text(max_size=200),
        st.binary(max_size=200).map(lambda raw: raw.decode("utf-8", "replace")),
        st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    )


STRATEGIES = {"written": written, "damaged": damaged, "anything": anything}
