"""The search for fixes stops at a budget, which is counted and not timed; the same text gives the same fixes."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnndsl import compiler
from cnndsl.diagnostics.patch import apply
from cnndsl.repairs import Outcome, branches, search
from cnndsl.source import Source

ARCHITECTURES = Path(__file__).parents[2] / "architectures"
FAULTS = {
    "resnet": ("conv2: conv(width, 3x3, stride=stride, padding=1", "conv2: conv(width, 3x3, stride=stride"),
    "googlenet": ("unit(c3, 3x3, padding=1)", "unit(c3, 3x3)"),
    "densenet": ("conv2: conv(growth, 3x3, padding=1", "conv2: conv(growth, 3x3"),
    "vgg": ("adaptive_avgpool(7x7) -> flatten", "adaptive_avgpool(7x7)"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_spent(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On texts until one holds, and then little on others; what holds is what the author wrote, or as good."""
    right, wrong = FAULTS[name]
    text = (ARCHITECTURES / f"{name}.cnn").read_text(encoding="utf-8").replace(right, wrong, 1)
    spent: list[tuple[int, bool]] = []
    again = compiler._again

    def counted(*arguments: object) -> Outcome:
        outcome = again(*arguments)  # type: ignore[arg-type]
        spent.append((outcome.work, not any(one.severity == "error" for one in outcome.findings)))
        return outcome

    monkeypatch.setattr(compiler, "_again", counted)
    found = compiler.check(Source(f"{name}.cnn", text), lambda module, source: None, fixes=True).findings
    (finding,) = [one for one in found if one.severity == "error"]
    assert finding.fixes
    first = next(place for place, (_, held) in enumerate(spent) if held)
    before, after = spent[: first + 1], spent[first + 1 :]
    assert sum(work for work, _ in before[:-1]) < search._WORK
    assert sum(work for work, _ in after[:-1]) <= max(search._MORE, before[-1][0] // 4)
    for fix in finding.fixes:
        clean = compiler.check(Source(f"{name}.cnn", apply(text, list(fix.edits))), lambda module, source: None)
        assert not any(one.severity == "error" for one in clean.findings)


def test_many_faults() -> None:
    """The first ones get fixes; the work for all of them is bounded, so the last ones may not."""
    body = "".join(
        f"network n{i} {{\n    input x: [3, H=64, W=64]\n    repeat 40 {{ conv(8, 3x3, padding=1) -> relu }}\n"
        f"    linear({i + 1})\n}}\n"
        for i in range(45)
    )
    found = compiler.check(Source("n.cnn", body), lambda module, source: None, fixes=True).findings
    assert len(found) == 45
    assert found[0].fixes
    assert [one.fixes for one in found] == [
        one.fixes for one in compiler.check(found[0].span.source, lambda module, source: None, fixes=True).findings
    ]


def test_a_join_of_many_branches(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many plans at the most that it matters little how many branches there are; the odd one is among them."""
    planned: list[int] = []
    at_end = branches._at_end

    def counted(*arguments: object) -> object:
        planned.append(1)
        return at_end(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(branches, "_at_end", counted)
    alike = [f"        conv(4, {size}x{size}, padding={size // 2})\n" for size in (1, 3, 5)] * 20
    unlike = [f"        conv(4, {size}x{size})\n" for size in range(1, 9)] * 15
    for lines in ([*alike[:45], "        conv(4, 3x3)\n", *alike[45:]], unlike):
        planned.clear()
        text = "network n {\n    input x: [3, 64, 64]\n    concat {\n" + "".join(lines) + "    }\n}\n"
        (finding,) = compiler.check(Source("n.cnn", text), lambda module, source: None, fixes=True).findings
        assert finding.code == "E0401"
        assert len(planned) <= 3 * branches._SLOTS * branches._SHAPES
        assert bool(finding.fixes) == (lines is not unlike)
