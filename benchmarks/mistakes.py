"""What a check costs that finds one error of shapes, says why, and offers fixes that were compiled.

Against the clean check of the same file, as processes. Faults are put near the input and near the output.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from measure import HERE, seconds

COMMAND = (sys.executable, "-c", "from cnndsl.cli.main import main; main()", "check")
"""Its exit status says that there is an error, and does not count here."""

SMALL = """\
network small(classes = 10) {
    input image: [3, H=32, W=32]
    conv1: conv(16, 3x3, padding=1) -> relu
    conv2: conv(32, 3x3, stride=2, padding=1) -> relu
    maxpool(2x2)
    flatten
    fc: linear(classes)
    output logits: [classes]
}
"""


class Fault(NamedTuple):
    """A program and what is written in place of something in it."""

    file: str
    where: str
    right: str
    wrong: str


FAULTS = (
    Fault("small", "early", "conv(16, 3x3", "conv(16, 3x3, in_channels=1"),
    Fault("small", "late", "    flatten\n", ""),
    Fault("resnet", "early", "conv(64, 7x7, stride=2", "conv(64, 7x7, in_channels=1, stride=2"),
    Fault(
        "resnet",
        "in a block",
        "conv2: conv(width, 3x3, stride=stride, padding=1",
        "conv2: conv(width, 3x3, stride=stride",
    ),
    Fault("resnet", "late", "-> flatten -> fc", "-> fc"),
    Fault("googlenet", "early", "conv2: unit(64, 1x1)", "conv2: unit(64, 1x1) -> flatten"),
    Fault("googlenet", "in a block", "unit(c3, 3x3, padding=1)", "unit(c3, 3x3)"),
    Fault("googlenet", "late", "-> flatten -> dropout", "-> dropout"),
    Fault("densenet", "early", "conv(stem, 7x7, stride=2", "conv(stem, 7x7, in_channels=1, stride=2"),
    Fault("densenet", "in a block", "conv2: conv(growth, 3x3, padding=1", "conv2: conv(growth, 3x3"),
    Fault("densenet", "late", "-> flatten -> classifier", "-> classifier"),
    Fault("vgg", "early", "conv(w, 3x3, padding=1)", "conv(w, 3x3, padding=1, in_channels=3)"),
    Fault("vgg", "late", "adaptive_avgpool(7x7) -> flatten", "adaptive_avgpool(7x7)"),
)


def text(file: str) -> str:
    """A program without a mistake."""
    return SMALL if file == "small" else (HERE.parent / "architectures" / f"{file}.cnn").read_text(encoding="utf-8")


def rows() -> list[tuple[str, str, str]]:
    """Lines of the table: what, figure, limit."""
    with TemporaryDirectory() as folder:
        return list(_rows(Path(folder)))


def _rows(folder: Path) -> Iterator[tuple[str, str, str]]:
    for file in dict.fromkeys(fault.file for fault in FAULTS):
        faults = [fault for fault in FAULTS if fault.file == file]
        commands = {"clean": (*COMMAND, str(_written(folder / f"{file}.cnn", text(file))))}
        for fault in faults:
            spoiled = text(file).replace(fault.right, fault.wrong, 1)
            path = _written(folder / f"{file}_{fault.where.replace(' ', '_')}.cnn", spoiled)
            commands[fault.where] = (*COMMAND, str(path))
        spent = seconds(commands, rounds=11)
        for fault in faults:
            what = (
                f"one error in `{file}.cnn`, {fault.where}, with fixes ({spent[fault.where] * 1000:.0f} ms) : "
                f"without it ({spent['clean'] * 1000:.0f} ms)"
            )
            yield what, f"{spent[fault.where] / spent['clean']:.2f}", "at most 2"


def _written(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


if __name__ == "__main__":
    for row in rows():
        print(*row, sep=" | ")
