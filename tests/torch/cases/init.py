import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Pre(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(8, 8, 3, padding=1)
        self.b1 = nn.BatchNorm2d(8)
        self.c2 = nn.Conv2d(8, 8, 3, padding=1)
        self.b2 = nn.BatchNorm2d(8)

    def forward(self, x: Tensor) -> Tensor:
        out = self.c1(x)
        out = F.relu(self.b1(out), inplace=True)
        out = self.c2(out)
        out = self.b2(out)
        out += x
        return out


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.pre = Pre()
        self.pre_2 = Pre()
        self.pre_3 = Pre()
        self.fc = nn.Linear(2048, 10)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(
                    module.weight, mode="fan_out", nonlinearity="relu"
                )
                nn.init.zeros_(module.bias)
            elif isinstance(module, nn.BatchNorm2d):
                nn.init.ones_(module.weight)
                nn.init.zeros_(module.bias)
        for module in self.modules():
            if isinstance(module, Pre):
                nn.init.zeros_(module.b2.weight)
        nn.init.normal_(self.stem.weight, std=0.02)
        nn.init.xavier_uniform_(self.fc.weight)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = self.pre(x)
        x = self.pre_2(x)
        x = torch.flatten(self.pre_3(x), 1)
        return self.fc(x)


def net() -> Net:
    return Net()
