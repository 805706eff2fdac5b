"""What the README shows is what happens."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cnndsl.cli.main import main

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(?:cnn|python|)\n(.+?)^```$", flags=re.MULTILINE | re.DOTALL)


def test_program_module_mistake_and_why(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    golden: Callable[[Path, str], None],
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    program, module, mistake, why = BLOCK.findall(readme)[:4]
    without = re.sub(r"    \} shortcut \{\n.*?\n    \}\n", "    }\n", program, flags=re.DOTALL)
    monkeypatch.chdir(tmp_path)
    Path("small.cnn").write_text(program, encoding="utf-8")
    Path("broken.cnn").write_text(without, encoding="utf-8")
    assert main(["compile", "small.cnn"]) == 0
    made = capsys.readouterr().out
    assert main(["check", "broken.cnn"]) == 1
    explained = capsys.readouterr().out.removesuffix("\nbroken.cnn: 1 error\n")
    assert main(["why", "resnet50", "layer3.0.conv2.height"]) == 0
    reasons = capsys.readouterr().out
    golden(ROOT / "README.md", readme.replace(module, made).replace(mistake, explained).replace(why, reasons))


def test_links_lead_somewhere() -> None:
    for document in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")):
        for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), f"{document.name}: {link}"
