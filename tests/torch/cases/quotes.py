"""file \\"\\"\\" __import__("os").system("exit") \\\\ \\n \\x00 {x}"""

from torch import Tensor, nn


class B(nn.Sequential):
    """doc ends with quote\""""

    def __init__(self) -> None:
        super().__init__()
        self.relu = nn.ReLU()
        self.add_module("a\"+__import__('os')", nn.Conv2d(3, 3, 1))


class N(nn.Module):
    """doc\\\\"""

    def __init__(self) -> None:
        super().__init__()
        self.add_module("x\n): import os", B())
        self.add_module('"""', nn.Conv2d(3, 3, 1))
        self.add_module("'; import os; '", nn.Conv2d(3, 3, 1))
        self.add_module("\\", nn.Conv2d(3, 3, 1))

    def forward(self, x: Tensor) -> Tensor:
        x = self.get_submodule("x\n): import os")(x)
        x = self.get_submodule('"""')(x)
        x = self.get_submodule("'; import os; '")(x)
        return self.get_submodule("\\")(x)


def n() -> N:
    """doc\\\\"""
    return N()
