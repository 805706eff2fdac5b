"""Random programs that are valid: blocks with parameters of every kind, several networks, odd names.

Shapes fit as every width is an expression that the author knows and every step keeps the height and the width.
"""

from __future__ import annotations

from .reaching import Reaching
from .steps import WORDS, Block, Flow

DOCS = (
    *('"""Plain."""\n', '"""A \\"quoted\\" back\\\\slash."""\n', '"""Ends in a quote\'"""\n'),
    *('"""Two\n\n    lines, é."""\n', "", ""),
)


class Author(Reaching):
    """Writes programs."""

    def program(self) -> str:
        """Blocks, networks, an alias."""
        text = self.random.choice(DOCS) + ("\n" if self.maybe(0.5) else "")
        text += "".join(self.block() for _ in range(self.random.randint(0, 3)))
        text += self.network("first")
        if self.maybe(0.3):
            text += self.network(self.random.choice(["second", "F", "Block1", "print", "nn"]))
        if self.maybe(0.3):
            text += "network alias(number = 5) = first(classes=number)\n"
        if self.maybe(0.2):
            text += (
                "network whole {\ninput picture: [3, H=6, W=6]\nbody: first -> relu -> linear(3)\n}\n"
                if "other: [5" not in text
                else ""
            )
        return text

    def network(self, name: str) -> str:
        """A network with a head that takes its parameter."""
        self.taken, self.widths, self.lists = set(), [], []
        head = "classes = 4" + (", rate = 0.5" if self.maybe(0.4) else "")
        inputs = f"input {self.random.choice(['image', 'x', 'input_1', 'self', 'F'])}: [3, H=6, W=6]\n"
        second = self.maybe(0.2)
        flow = Flow("3", [])
        if second:
            inputs += "input other: [5, H, W]\n"
            flow.labels.append(("other", "5"))
        inputs += self.towers()
        body, width = self.body(flow, 3)
        outputs = ""
        known = [label for label, _ in flow.labels if label != "other"]
        if self.maybe(0.3) and known:
            when = " when training" if self.maybe(0.5) else ""
            tail = self.random.choice(
                ["conv(2, 1x1)", "relu -> conv(2, 1x1) -> tanh", "global_avgpool -> flatten -> linear(2)"]
            )
            start = f"from {self.random.choice(known)} -> " if self.maybe(0.7) else ""
            outputs = f"output aux{when}: {start}{tail}\n"
        rest, _ = self.body(Flow(width, flow.labels), 1)
        head_text = f"global_avgpool -> flatten{' -> dropout(rate)' if 'rate' in head else ''} -> linear(classes)\n"
        if outputs:
            head_text += "output logits: [classes]\n"
        return f"{self.random.choice(DOCS)}network {name}({head}) {{\n{inputs}{body}{outputs}{rest}{head_text}}}\n"

    def block(self) -> str:
        """A block whose width is a parameter, or that keeps it."""
        name = self.name("block")
        self.taken = set()
        words = self.random.sample(WORDS["parameters"], 4)
        self.widths, self.lists = [words[0]], []
        keeps = self.maybe(0.3)
        heads, given, texts = self.parameters(words)
        texts += "let entry = it.channels\n"
        texts += self.towers()
        if self.maybe(0.3):
            texts += f"{self.varying(Flow('entry', []), 0)[0]} -> conv(entry, 1x1)\n"
        flow = Flow("entry", [])
        body, _ = self.body(flow, 2)
        output, end = "", f"conv({'in.channels' if keeps else words[0]}, 1x1)\n"
        if self.maybe(0.2):
            output = "mid"
            end = f"relu -> conv({words[0]}, 1x1)\noutput mid\nbn -> {end}"
        if self.maybe(0.3) and "skip" not in given:
            inner = end.replace("output mid", "tanh")
            down = f"if in.channels != {words[0]} {{ down: {{ conv({words[0]}, 1x1) -> bn }} }}"
            reduce = "" if keeps else f" shortcut {{ {down} }}"
            body, end = f"residual {{\n{texts}{body}{inner}}}{reduce}\n", "relu\n"
            texts, output = "", ""
        self.blocks.append(Block(name, tuple(given), keeps, output))
        return f"{self.random.choice(DOCS)}block {name}({', '.join(heads)}) {{\n{texts}{body}{end}}}\n"

    def parameters(self, words: list[str]) -> tuple[list[str], list[str], str]:
        """What a block declares, what a call has to give, and the lines that use it."""
        heads, given, texts = [words[0]], ["width"], ""
        if self.maybe(0.4):
            heads.append(f"{words[1]}: [int] = [4, 2]")
            self.lists = [words[1]]
            given.append(words[1] + "=list")
        if self.maybe(0.4):
            heads.append(f"{words[2]}: block = relu")
            given.append(words[2] + "=block")
            texts += f"{words[2]}\n"
        if self.maybe(0.3):
            heads.append(f"{words[3]}: size = 3x3")
            given.append(words[3] + "=size")
            texts += f'conv(2 * {words[0]}, {words[3]}, padding="same") -> relu\n'
        if self.maybe(0.3):
            heads.append("flag: bool = true")
            given.append("flag=bool")
            texts += self.random.choice(["if flag { conv(4, 1x1) -> bn }\n", "if flag { spare: conv(6, 1x1) }\n"])
        if self.maybe(0.15):
            heads.insert(1, "skip: tensor")
            given.insert(1, "skip")
            texts += "concat { from skip\n identity }\n"
        return heads, given, texts
