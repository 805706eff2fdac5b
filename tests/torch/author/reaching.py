"""Steps that reach beyond their place: groups that begin elsewhere, shared weights, lists that vary."""

from __future__ import annotations

from collections.abc import Callable

from .steps import Flow, Steps


class Reaching(Steps):
    """Writes them among the other steps."""

    def kinds(self) -> list[Callable[[Flow, int], tuple[str, str]]]:
        """What a step with braces can be."""
        return [
            *super().kinds(),
            self.elsewhere,
            self.elsewhere,
            self.tower,
            self.tower,
            self.varying,
            self.exposed,
            self.again,
        ]

    def towers(self) -> str:
        """Instances that any group or branch below can apply."""
        self.shared = []
        text = ""
        usable = [block for block in self.blocks if "skip" not in block.parameters and not block.output]
        for _ in range(self.random.choice([0, 0, 1, 2])):
            name = self.name("tower")
            made = f"{self.random.choice(usable).name}(4)" if usable and self.maybe(0.6) else "conv(4, 1x1)"
            self.shared.append(name)
            text += f"shared {name} = {made}\n"
        return text

    def branch(self, flow: Flow, depth: int, wanted: str = "") -> tuple[str, str]:
        """A branch that may begin elsewhere, on its own or as a group."""
        if not flow.labels or self.maybe(0.8):
            return super().branch(flow, depth, wanted)
        if self.maybe(0.5):
            text, width = self.elsewhere(flow, depth - 1)
        else:
            label, size = self.random.choice(flow.labels)
            text, width = self.operation(Flow(size, []))
            text = f"from {label} -> {text}"
        return (text, width) if wanted in ("", width) else (f"{text} -> conv({wanted}, 1x1)", wanted)

    def elsewhere(self, flow: Flow, depth: int) -> tuple[str, str]:
        """A group that begins with ``from``, sometimes inside another."""
        if not flow.labels:
            return self.group(flow, depth)
        label, size = self.random.choice(flow.labels)
        before, self.taken = self.taken, set(self.taken)
        inner = Flow(size, list(flow.labels))
        short = depth <= 0 or self.maybe(0.5)
        text, width = self.chain(inner) if short else self.line(inner, depth - 1, labelled=self.maybe(0.5))
        text = f"{{\nfrom {label} -> {text}\n}}"
        if self.maybe(0.3):
            end, width = self.chain(Flow(width, []))
            inside = self.label() if self.maybe(0.5) else None
            text = f"{{\n{f'{inside}: ' if inside else ''}{text} -> {end}\n}}"
        self.taken = before
        return text, width

    def chain(self, flow: Flow) -> tuple[str, str]:
        """One operation or two."""
        first, width = self.operation(flow)
        if self.maybe(0.5):
            return first, width
        second, width = self.operation(Flow(width, []))
        return f"{first} -> {second}", width

    def tower(self, flow: Flow, depth: int) -> tuple[str, str]:
        """What is shared, in a group, in a branch, in a loop, or in the flow itself."""
        if not self.shared:
            return self.operation(flow)
        name = self.random.choice(self.shared)
        form = self.random.choice(
            [
                f"conv(4, 1x1) -> {name}",
                f"{{ conv(4, 1x1) -> {name} -> relu }}",
                f"{{ conv(4, 1x1)\n residual {{ {name} -> relu }}\n {name} }}",
                f"{{ {{ conv(4, 1x1) -> {name} }}\n relu }}",
                f"conv(4, 1x1) -> add {{ {name}\n relu -> {name}\n {{ tanh -> {name} -> bn }} }}",
                f"conv(4, 1x1) -> repeat 3 {{ {{ {name} -> relu }} }}",
                f"conv(4, 1x1) -> repeat 2 {{ residual {{ relu -> {name} }} }}",
            ]
        )
        return form, "4"

    def varying(self, flow: Flow, depth: int) -> tuple[str, str]:
        """Lists of which some numbers are those of a parameter."""
        if not self.widths:
            return self.operation(flow)
        word = self.random.choice(self.widths)
        half = self.name("half")
        shuffle = "permute([2, 1, 3, 4]) -> flatten(1, 2)"
        return self.random.choice(
            [
                (f"conv(2 * {word}, 1x1) -> unflatten(1, [2, {word}]) -> {shuffle}", f"2 * {word}"),
                (f"{{ let {half} = {word} // 2\n conv({word}, 1x1) -> unflatten(1, [{half}, 2]) -> {shuffle} }}", word),
                (f"conv({word} ** 2, 1x1) -> unflatten(1, [{word}, {word}]) -> {shuffle}", f"({word} * {word})"),
                (f"conv(8, 1x1) -> select([0, {word}])", "2"),
                (f"conv(8, 1x1) -> select([{word} - 1, {word}, 1])", "3"),
                (f"conv(8, 1x1) -> select([i + 1 for i in range({word})])", word),
                (f"conv(8, 1x1) -> select({word}) -> relu", word),
                (f"conv(8, 1x1) -> split([{word}, it.channels - {word}], 0)", word),
                (f"conv(8, 1x1) -> split([{word}, 8 - {word}], 1)", f"(8 - {word})"),
                (f"conv({word}, 1x1) -> flatten -> reshape([{word}, 6, 6])", word),
                (f"conv({word}, [1, {word} + 1], padding=[0, {word} // 2])", word),
                (f"maxpool([3, {word} + 1], stride=1, padding=[1, {word} // 2])", flow.width),
                (f"pad([0, {word}, 0, {word}]) -> relu -> center_crop(6x6)", flow.width),
            ]
        )

    def again(self, flow: Flow, depth: int) -> tuple[str, str]:
        """One block at two widths, so that its numbers are parameters of its class."""
        usable = [block for block in self.blocks if "skip" not in block.parameters]
        if not usable:
            return self.operation(flow)
        block = self.random.choice(usable)
        first, second = self.random.sample(["2", "4", "6"], 2)
        return f"{block.name}({first}) -> {block.name}({second})", flow.width if block.keeps else second

    def exposed(self, flow: Flow, depth: int) -> tuple[str, str]:
        """A labelled group with a value that can be reached from outside."""
        label = self.label()
        if label is None or label.startswith('"'):
            return self.group(flow, depth)
        first, width = self.random.choice([("conv(4, 1x1)", "4"), ("relu", flow.width), ("tanh", flow.width)])
        last, after = self.chain(Flow(width, []))
        flow.labels.append((f"{label}.inner", width))
        return f"{label}: {{\ninner: {first}\n{last}\n}}", after
