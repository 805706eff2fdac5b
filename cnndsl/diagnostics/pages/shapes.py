"""Pages of the codes about shapes."""

from __future__ import annotations

from cnndsl.diagnostics.pages.page import Page

PAGES = {
    "E0401": Page(
        """
A sum, a product or a concatenation takes its parts value by value, so their shapes have to agree: in all
sizes for `add` and `residual`, in H and W for `concat`. Here they do not. The message has both shapes
and names the axes that differ; the labels say which step made each size.

The usual ways to get here: the body of a residual halves H and W or changes C, and its shortcut does not;
one branch pads and another does not; an odd size is halved once rounding down and once rounding up; a
decoder joins the map of another level. Give the shortcut the same stride and width with a 1x1
convolution, make the padding equal, or crop or resize one of the two.

PyTorch notices at the first batch. Where one of the sizes is 1 it does not even then: the values are
repeated (broadcast) and the network trains as something else, so here that is an error as well.
""",
        """
network tower(classes = 10) {
    input image: [3, H=32, W=32]
    conv(64, 3x3, padding=1, bias=false) -> bn -> relu
    residual {
        conv(128, 3x3, stride=2, padding=1, bias=false) -> bn -> relu
        conv(128, 3x3, padding=1, bias=false) -> bn
    }
    relu -> global_avgpool -> flatten -> linear(classes)
}
""",
        """
network tower(classes = 10) {
    input image: [3, H=32, W=32]
    conv(64, 3x3, padding=1, bias=false) -> bn -> relu
    residual {
        conv(128, 3x3, stride=2, padding=1, bias=false) -> bn -> relu
        conv(128, 3x3, padding=1, bias=false) -> bn
    } shortcut {
        conv(128, 1x1, stride=2, bias=false) -> bn
    }
    relu -> global_avgpool -> flatten -> linear(classes)
}
""",
        torch="""
>>> torch.rand(2, 128, 16, 16) + torch.rand(2, 64, 32, 32)
RuntimeError: The size of tensor a (16) must match the size of tensor b...
>>> (torch.rand(2, 1, 32, 32) + torch.rand(2, 64, 32, 32)).shape
torch.Size([2, 64, 32, 32])
""",
    ),
    "E0404": Page(
        """
Some operations cut the channels, or the map, into equal parts: a convolution with `groups`, a group norm,
`split`, a pixel shuffle. The number of parts has to divide what is cut, and here it does not.

Both the input and the output channels of a grouped convolution have to be multiples of `groups`. Usually
a width was changed and the groups were not. Choose a width that is a multiple, or a number of groups that
divides it. For a depthwise convolution write `groups=it.channels`, which follows the width by itself.
""",
        """
network slim(classes = 10) {
    input image: [3, H=32, W=32]
    conv(30, 3x3, padding=1, bias=false) -> bn -> relu
    conv(64, 3x3, padding=1, groups=4, bias=false) -> bn -> relu
    global_avgpool -> flatten -> linear(classes)
}
""",
        """
network slim(classes = 10) {
    input image: [3, H=32, W=32]
    conv(32, 3x3, padding=1, bias=false) -> bn -> relu
    conv(64, 3x3, padding=1, groups=4, bias=false) -> bn -> relu
    global_avgpool -> flatten -> linear(classes)
}
""",
        torch="""
>>> nn.Conv2d(30, 64, 3, groups=4)
ValueError: in_channels must be divisible by groups
>>> nn.GroupNorm(32, 48)
ValueError: num_channels (48) must be divisible by num_groups (32)
""",
    ),
    "E0405": Page(
        """
The number of channels or features that comes in is known here and never has to be written. This step
writes it (`in_channels=`, `in_features=`, `num_features=`), or a network is applied that declares it, and
the number is not the one that comes in. In PyTorch, where it must be written, this is the most frequent
mistake of all: the number was counted for another image size, or a layer before it was changed.

Leave the number out. If it is right and the input is wrong, the fault is further up: the message says
which step made the size that comes in.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3) -> relu
    conv(64, 3x3) -> relu
    maxpool(2x2) -> flatten
    linear(classes, in_features=64 * 7 * 7)
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3) -> relu
    conv(64, 3x3) -> relu
    maxpool(2x2) -> flatten
    linear(classes)
}
""",
        torch="""
>>> nn.Linear(64 * 7 * 7, 10)(torch.rand(2, 64 * 12 * 12))
RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x9216 and 3136x10)
""",
    ),
    "E0408": Page(
        """
`linear` multiplies the last axis of its input with a matrix. The last axis of a map is W, the position
from left to right, so every row would be mixed by itself, with the same weights for all rows and
channels. What was meant is nearly always one vector of all values, and that takes a `flatten` first.

PyTorch complains about the two matrices, or, where the numbers happen to agree, does not complain at
all: a map of 64x7x7 passes `nn.Linear(7, 10)` and comes out as 64x7x10.

Write `flatten` before `linear`, or `global_avgpool -> flatten` for one number a channel, which needs far
fewer weights. For a matrix product at every position, that is, over the channels, use a 1x1 convolution.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, padding=1) -> relu
    maxpool(2x2)
    linear(classes)
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, padding=1) -> relu
    maxpool(2x2)
    flatten -> linear(classes)
}
""",
        torch="""
>>> nn.Linear(32 * 14 * 14, 10)(torch.rand(2, 32, 14, 14))
RuntimeError: mat1 and mat2 shapes cannot be multiplied (896x14 and 6272x10)
>>> nn.Linear(7, 10)(torch.rand(2, 64, 7, 7)).shape
torch.Size([2, 64, 7, 10])
""",
    ),
    "E0409": Page(
        """
`reshape` and `unflatten` put the same values into another shape, so both shapes hold the same number of
values; here they do not. The usual reason is a number that was counted for another image size.

Write -1 for one of the sizes to have it computed, or use `flatten`, which needs no number. The batch is
never written here. In PyTorch it is, and `x.view(-1, 1024)` with a wrong 1024 does not fail when the whole
batch happens to divide by it: the images are then mixed with one another.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3) -> relu
    maxpool(2x2)
    reshape([32 * 14 * 14]) -> linear(classes)
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, padding=1) -> relu
    maxpool(2x2)
    reshape([32 * 14 * 14]) -> linear(classes)
}
""",
        torch="""
>>> torch.rand(2, 32, 13, 13).reshape(2, 32 * 14 * 14)
RuntimeError: shape '[2, 6272]' is invalid for input of size 10816
>>> torch.rand(2, 64, 8, 8).reshape(-1, 64 * 4 * 4).shape
torch.Size([8, 1024])
""",
    ),
    "E0410": Page(
        """
The step names an axis, a channel or a part that its input does not have. Axes have letters, `"C"`, `"H"`
and `"W"`, or numbers as PyTorch counts them: 0 is the batch, C is 1. The batch itself cannot be named.
Channels and parts are counted from 0.

After `flatten` only C is left, so `softmax("W")` or `mean([2, 3])` has to come before it.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, padding=1) -> relu
    flatten -> mean([2, 3]) -> linear(classes)
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, padding=1) -> relu
    mean([2, 3]) -> linear(classes)
}
""",
        torch="""
>>> torch.rand(2, 25088).mean([2, 3])
IndexError: Dimension out of range (expected to be in range of [-2, 1]...
""",
    ),
    "E0411": Page(
        """
The operation works on inputs with other axes than this one has. A convolution or a pool needs a map,
`CxHxW`, and after `flatten` there is only a row of features; `conv1d` needs a signal, `CxL`, and images
are no signals; a network that is applied takes the axes that it declares.

Move the step before the `flatten`, take the variant for this kind of input (`conv` or `conv1d`), or give
the features back their axes with `reshape`: 784 features of an image are `reshape(1, 28, 28)`.

PyTorch takes some such inputs silently: what has one axis less is read as a single image without a batch,
so the batch becomes the channels.
""",
        """
network digits(classes = 10) {
    input pixels: [784]
    conv(32, 3x3, padding=1) -> relu
    global_avgpool -> flatten -> linear(classes)
}
""",
        """
network digits(classes = 10) {
    input pixels: [784]
    reshape(1, 28, 28)
    conv(32, 3x3, padding=1) -> relu
    global_avgpool -> flatten -> linear(classes)
}
""",
        torch="""
>>> nn.Conv2d(1, 32, 3)(torch.rand(2, 784))
RuntimeError: Expected 3D (unbatched) or 4D (batched) input to conv2d...
>>> nn.Conv2d(2, 32, 3)(torch.rand(2, 28, 28)).shape
torch.Size([32, 26, 26])
""",
    ),
}
