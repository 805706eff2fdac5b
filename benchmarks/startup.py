"""What a check costs as a whole process, against an import and against torchinfo."""

from __future__ import annotations

import sys

from measure import CNN, seconds

TORCHINFO = """
import torch, torchinfo
from reference import torchvision_models
models = torchvision_models()
with torch.device("meta"):
    model = models.resnet50()
torchinfo.summary(model, input_size=(1, 3, 224, 224), device="meta", verbose=0)
"""


def rows() -> list[tuple[str, str, str]]:
    """Lines of the table: what, figure, limit."""
    light = seconds(
        {
            "check": (*CNN, "check", "resnet50"),
            "import": (sys.executable, "-c", "import lark, networkx"),
        },
        rounds=21,
    )
    heavy = seconds(
        {
            "check": (*CNN, "check", "resnet50"),
            "torchinfo": (sys.executable, "-W", "ignore", "-c", TORCHINFO),
        },
        rounds=5,
    )
    ratio = light["check"] / light["import"]
    factor = heavy["torchinfo"] / heavy["check"]
    return [
        (
            f"`cnn check resnet50` ({light['check'] * 1000:.0f} ms) : `import lark, networkx` "
            f"({light['import'] * 1000:.0f} ms)",
            f"{ratio:.2f}",
            "at most 1.2",
        ),
        (
            f"torchvision's resnet50 on the meta device through torchinfo ({heavy['torchinfo']:.2f} s) : "
            f"`cnn check resnet50` ({heavy['check'] * 1000:.0f} ms)",
            f"{factor:.0f}",
            "at least 10",
        ),
        _lint(),
    ]


def _lint() -> tuple[str, str, str]:
    """What the default rules cost beside a check that finds nothing."""
    check = (*CNN, "check", "resnet152")
    costs = seconds({"with": check, "without": (*check, "--ignore", "default")}, rounds=21)
    return (
        f"`cnn check resnet152` with the default lint rules ({costs['with'] * 1000:.0f} ms) : without "
        f"({costs['without'] * 1000:.0f} ms)",
        f"{costs['with'] / costs['without']:.2f}",
        "at most 1.2",
    )


if __name__ == "__main__":
    for row in rows():
        print(*row, sep=" | ")
