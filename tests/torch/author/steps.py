"""The bodies of random programs: steps, joins and loops whose shapes fit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

WORDS: dict[str, list[str]] = json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))


class Flow(NamedTuple):
    """What the author knows of the flow: its width, as an expression, and the labels that ``from`` can reach."""

    width: str
    labels: list[tuple[str, str]]


class Block(NamedTuple):
    """A block that is written: what a call has to give, whether it keeps the width, what it declares."""

    name: str
    parameters: tuple[str, ...]
    keeps: bool
    output: str


class Steps:
    """Writes bodies. Methods take the flow and give lines and the width after them."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.count = 0
        self.blocks: list[Block] = []
        self.taken: set[str] = set()
        self.widths: list[str] = []
        self.lists: list[str] = []
        self.shared: list[str] = []

    def maybe(self, chance: float) -> bool:
        """True with some probability."""
        return self.random.random() < chance

    def name(self, prefix: str) -> str:
        """A new name."""
        self.count += 1
        return f"{prefix}{self.count}"

    def body(self, flow: Flow, depth: int) -> tuple[str, str]:
        """Lines; every label in them can be reached afterwards."""
        text, width = "", flow.width
        for _ in range(self.random.randint(1, 3)):
            if flow.labels and self.maybe(0.25):
                label, size = self.random.choice(flow.labels)
                if self.maybe(0.3):
                    text, width = text + f"from {label} -> conv({size}, 1x1)\n", size
                else:
                    text, width = text + f"concat {{\nfrom {label}\nidentity\n}}\n", f"({width} + {size})"
            line, width = self.line(Flow(width, flow.labels), depth)
            text += line + "\n"
            if len(width) > 24:
                text, width = text + "conv(4, 1x1)\n", "4"
        return text, width

    def line(self, flow: Flow, depth: int, labelled: bool = True) -> tuple[str, str]:
        """Steps joined by arrows."""
        steps, width = [], flow.width
        for _ in range(self.random.randint(1, 3)):
            before = len(flow.labels)
            step, width = self.step(Flow(width, flow.labels), depth)
            labelled = labelled and len(flow.labels) == before
            if (
                labelled
                and self.maybe(0.25)
                and not step.startswith(("if", "let", "shared", "from", "with", "repeat", "for"))
            ):
                label = self.label()
                if label is not None:
                    chain = " -> " in step and not step.startswith(
                        ("{", "concat", "add", "dense", "residual", "mul", "sub")
                    )
                    step = f"{label}: {step}"
                    if not chain and not label.startswith('"'):
                        flow.labels.append((label, width))
            steps.append(step)
        return " -> ".join(steps), width

    def label(self) -> str | None:
        """One that its scope does not have."""
        found = self.random.choice(WORDS["quoted"] if self.maybe(0.15) else WORDS["labels"])
        if found in self.taken or found.rstrip("_") in self.taken:
            return None
        self.taken.add(found)
        return found

    def step(self, flow: Flow, depth: int) -> tuple[str, str]:
        """An operation, or something with braces."""
        if depth <= 0 or self.maybe(0.5):
            return self.operation(flow)
        return self.random.choice(self.kinds())(flow, depth - 1)

    def kinds(self) -> list[Callable[[Flow, int], tuple[str, str]]]:
        """What a step with braces can be."""
        kinds = [self.group, self.concat, self.join, self.residual, self.dense, self.loop, self.choice, self.call]
        return [*kinds, self.call, self.around, self.share, self.part, self.loop]

    def operation(self, flow: Flow) -> tuple[str, str]:
        """A convolution, or an operation that keeps the shape."""
        if self.maybe(0.35):
            width = self.random.choice(["2", "4", "6", *self.widths, *(f"2 * {word}" for word in self.widths)])
            forms = [
                f"conv({width}, 1x1)",
                f"conv({width}, 3x3, padding=1, bias=false)",
                f'conv({width}, 5, padding="same")',
            ]
            return self.random.choice(forms), width
        if self.maybe(0.06):
            return "select(0, 2)", "2"
        if self.maybe(0.1):
            return "conv(it.channels, 3x3, padding=1, groups=it.channels)", flow.width
        step = self.random.choice(WORDS["activations"] if self.maybe(0.5) else WORDS["keeping"])
        if step.startswith("group_norm"):
            return "conv(4, 1x1) -> group_norm(2)", "4"
        return step, flow.width

    # Steps with braces

    def scoped(self, flow: Flow, depth: int) -> tuple[str, str]:
        """A body with labels of its own."""
        taken, self.taken = self.taken, set()
        text, width = self.body(Flow(flow.width, []), depth)
        self.taken = taken
        return text, width

    def group(self, flow: Flow, depth: int) -> tuple[str, str]:
        """A level of the weights path."""
        text, width = self.scoped(flow, depth)
        return f"{{\n{text}}}", width

    def branch(self, flow: Flow, depth: int, wanted: str = "") -> tuple[str, str]:
        """One branch: a line, sometimes a group, sometimes the flow itself."""
        if self.maybe(0.15) and wanted in ("", flow.width):
            return "identity", flow.width
        if self.maybe(0.2):
            text, width = self.group(flow, depth)
        else:
            first, width = self.operation(flow)
            text, width = self.line(Flow(width, flow.labels), depth, labelled=self.maybe(0.3))
            text = f"{first} -> {text}"
        if wanted and width != wanted:
            text, width = f"{text} -> conv({wanted}, 1x1)", wanted
        return text, width

    def concat(self, flow: Flow, depth: int) -> tuple[str, str]:
        """Branches of any width."""
        if self.maybe(0.2):
            return (
                "concat { for k in [1, 3] { conv(k + 1, k, padding=k // 2) -> relu } \n identity }",
                f"({flow.width} + 6)",
            )
        branches = [self.branch(flow, depth) for _ in range(self.random.randint(1, 3))]
        return "concat {\n" + "\n".join(text for text, _ in branches) + "\n}", f"({' + '.join(w for _, w in branches)})"

    def join(self, flow: Flow, depth: int) -> tuple[str, str]:
        """Branches of one width."""
        wanted = self.random.choice(["2", "4", flow.width])
        kind = self.random.choice(["add", "add", "sub", "mul", "maximum"])
        lines = "\n".join(
            self.branch(flow, depth, wanted)[0] for _ in range(2 if kind == "sub" else self.random.randint(2, 3))
        )
        return f"{kind} {{\n{lines}\n}}", wanted

    def residual(self, flow: Flow, depth: int) -> tuple[str, str]:
        """With and without a shortcut."""
        kind = self.random.choice(["none", "empty", "plain", "if", "bare"])
        if kind == "bare":
            return (
                f"residual {{ {self.random.choice(['identity', 'relu', 'dropout(0.5)', 'bn -> relu', 'tanh'])} }}",
                flow.width,
            )
        text, width = self.body(flow, depth)
        if kind in ("none", "empty"):
            return (
                f"residual {{\n{text}conv({flow.width}, 1x1)\n}}{' shortcut { }' if kind == 'empty' else ''}",
                flow.width,
            )
        other, after = self.body(flow, depth)
        other += "" if after == width else f"conv({width}, 1x1)\n"
        if kind == "if":
            other = f"if it.channels != {width} {{ conv({width}, 1x1) -> bn }}\n"
        return f"residual {{\n{text}}} shortcut {{\n{other}}}", width

    def dense(self, flow: Flow, depth: int) -> tuple[str, str]:
        """Lines, sometimes from a loop."""
        lines, width = "", flow.width
        for _ in range(self.random.randint(1, 2)):
            text, grown = self.branch(Flow(width, flow.labels), depth)
            lines, width = f"{lines}{text}\n", f"({width} + {grown})"
        if self.maybe(0.4):
            times = self.random.choice([1, 2, 9])
            lines += f"repeat {times} {{ bn -> relu -> conv(2, 3x3, padding=1) }}\n"
            width = f"({width} + {2 * times})"
        return f"dense {{\n{lines}}}", width

    def loop(self, flow: Flow, depth: int) -> tuple[str, str]:
        """Loops that change the width and loops that do not, short ones and long ones."""
        kind = self.random.randint(0, 4)
        if kind == 0:
            taken, self.taken = self.taken, set(WORDS["labels"]) | set(WORDS["quoted"])
            text, _ = self.body(Flow(flow.width, list(flow.labels)), depth)
            self.taken = taken
            return f"repeat {self.random.choice([1, 2, 3, 10])} {{\n{text}conv({flow.width}, 1x1)\n}}", flow.width
        name = self.name("n")
        if kind == 1 or not self.lists:
            widths = [self.random.choice([2, 4, 6]) for _ in range(self.random.choice([1, 2, 3, 9]))]
            tail = self.random.choice(WORDS["activations"])
            return f"for {name} in {widths} {{ conv({name}, 1x1) -> {tail} }}", str(widths[-1])
        label = self.name("step")
        if kind == 2:
            step = f"{label}_{{j{name}}}: conv({name}, 1x1) -> relu"
            return f"for j{name}, {name} in enumerate({self.lists[0]}) {{ {step} }}", f"{self.lists[0]}[-1]"
        inner = f"repeat j{name} + 1 {{ conv({name}, 3x3, padding=1) -> {self.random.choice(WORDS['activations'])} }}"
        return f"for j{name}, {name} in enumerate({self.lists[0]}) {{ {inner} }}", f"{self.lists[0]}[-1]"

    def choice(self, flow: Flow, depth: int) -> tuple[str, str]:
        """An ``if`` on the width of the flow, or on a parameter."""
        text, _ = self.body(Flow(flow.width, list(flow.labels)), depth)
        tests = [f"it.channels {sign} {bound}" for sign in ("==", "<", ">") for bound in (2, 4)]
        tests += [f"{word} > 2" for word in self.widths] + [f"len({word}) > 2" for word in self.lists]
        for label in [label for label, _ in flow.labels]:
            if f"{label}: " in text:
                flow.labels[:] = [one for one in flow.labels if one[0] != label]
        otherwise = self.random.choice([" else { relu }", "", " else if it.channels > 100 { bn } else { tanh }"])
        return f"if {self.random.choice(tests)} {{\n{text}conv({flow.width}, 1x1)\n}}{otherwise}", flow.width

    def around(self, flow: Flow, depth: int) -> tuple[str, str]:
        """``with``."""
        text, width = self.body(flow, depth)
        return f"with conv(bias=false), bn(eps=1e-2) {{\n{text}}}", width

    def share(self, flow: Flow, depth: int) -> tuple[str, str]:
        """One instance, twice in the flow."""
        name = self.name("twin")
        return f"{{ conv(4, 1x1)\n shared {name} = conv(4, 3x3, padding=1)\n {name} -> relu -> {name} }}", "4"

    def part(self, flow: Flow, depth: int) -> tuple[str, str]:
        """A part of the channels."""
        part = self.random.choice(["split(2, 1)", "select(0, 4)", "select(2)", "select([0, 3, 5])", "split([2, 6], 1)"])
        return f"conv(8, 1x1) -> {part} -> {self.random.choice(WORDS['activations'])} -> conv(4, 1x1)", "4"

    def call(self, flow: Flow, depth: int) -> tuple[str, str]:
        """An application of a block that is written already."""
        usable = [block for block in self.blocks if "skip" not in block.parameters or flow.labels]
        if not usable:
            return self.operation(flow)
        block = self.random.choice(usable)
        width = self.random.choice(["2", "4", "6", *self.widths])
        arguments = [width]
        for given in block.parameters[1:]:
            word, _, kind = given.partition("=")
            if word == "skip":
                arguments.insert(1, self.random.choice(flow.labels)[0])
            elif kind == "list" and self.maybe(0.5):
                arguments.append(f"{word}={self.random.choice(['[2]', '[4, 6, 2]', '[2] * 9', *self.lists])}")
            elif kind == "block" and self.maybe(0.5):
                arguments.append(f"{word}={self.random.choice(['silu', 'leaky_relu(0.2)', 'relu', 'bn'])}")
            elif kind == "size" and self.maybe(0.5):
                arguments.append(f"{word}={self.random.choice(['1x1', '3x3', '1x5'])}")
            elif kind == "bool" and self.maybe(0.5):
                arguments.append(f"{word}={self.random.choice(['true', 'false'])}")
        text = f"{block.name}({', '.join(arguments)})"
        if block.output and self.maybe(0.6) and (label := self.label()) and not label.startswith('"'):
            flow.labels.append((f"{label}.mid", width))
            text = f"{label}: {text}"
        return text, flow.width if block.keeps else width
