from torch import Tensor, nn
from torch.nn import functional as F


class ReLUConvBN(nn.Sequential):
    def __init__(self, in_channels: int, width: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        )


class SiLUConvBN(nn.Sequential):
    def __init__(self, in_channels: int, width: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.SiLU(inplace=True),
        )


class GELUConvBN(nn.Sequential):
    def __init__(self, in_channels: int, width: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.GELU(),
        )


class ConvBNFamily(nn.Module):
    def __init__(self, classes: int = 10, rate: float = 0.5) -> None:
        super().__init__()
        self.features = nn.Sequential(
            ReLUConvBN(3, 8), nn.MaxPool2d(2), ReLUConvBN(8, 16), nn.MaxPool2d(2)
        )
        self.head = nn.Sequential(
            nn.Flatten(), nn.Dropout(rate), nn.Linear(1024, classes)
        )

    def forward(self, image: Tensor) -> Tensor:
        x = self.features(image)
        return self.head(x)


class ConvBNFamily2(nn.Module):
    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.features = nn.Sequential(
            SiLUConvBN(3, 8), nn.MaxPool2d(2), SiLUConvBN(8, 16), nn.MaxPool2d(2)
        )
        self.head = nn.Sequential(
            nn.Flatten(), nn.Dropout(0.3), nn.Linear(1024, classes)
        )

    def forward(self, image: Tensor) -> Tensor:
        x = self.features(image)
        return self.head(x)


class Plain(nn.Sequential):
    def __init__(self, in_channels: int, width: int) -> None:
        super().__init__(GELUConvBN(in_channels, width), GELUConvBN(width, width))


class PlainFamily(nn.Module):
    def __init__(self, classes: int, rate: float = 0.5) -> None:
        super().__init__()
        self.features = nn.Sequential(
            Plain(3, 8),
            nn.MaxPool2d(2),
            Plain(8, 16),
            nn.MaxPool2d(2),
            Plain(16, 32),
            nn.MaxPool2d(2),
        )
        self.head = nn.Sequential(
            nn.Flatten(), nn.Dropout(rate), nn.Linear(512, classes)
        )

    def forward(self, image: Tensor) -> Tensor:
        x = self.features(image)
        return self.head(x)


class TwoStage(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = ConvBNFamily(classes=20)
        self.linear = nn.Linear(20, 5)

    def forward(self, image: Tensor) -> Tensor:
        x = F.relu(self.body(image), inplace=True)
        return self.linear(x)


def small(classes: int = 10, rate: float = 0.5) -> ConvBNFamily:
    return ConvBNFamily(classes=classes, rate=rate)


def silu_net(classes: int = 10) -> ConvBNFamily2:
    return ConvBNFamily2(classes=classes)


def big(n: int = 100, rate: float = 0.5) -> PlainFamily:
    return PlainFamily(n, rate=rate)


def two_stage() -> TwoStage:
    return TwoStage()
