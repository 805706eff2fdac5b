"""Pages of the codes about windows and sizes of maps."""

from __future__ import annotations

from cnndsl.diagnostics.pages.page import Page

PAGES = {
    "E0402": Page(
        """
A convolution or a pool looks at the map through a window, and the window has to fit into the map, padding
included. Here the map has become smaller than the window: a 7x7 window does not fit into 4x4. With
dilation the window spans more than its numbers say: 3x3 with dilation 4 reaches over 9x9.

Nearly always the map was made small further up, by one pool or one stride too many, or the network was
made for larger images. Take one of these steps out, add padding, use a smaller window, or declare a
larger input. Where the last pool only takes the mean of what is left, `global_avgpool` fits every size.
`cnn sizes` says which inputs fit, and which step says so.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 5x5) -> relu
    maxpool(2x2)
    conv(64, 5x5) -> relu
    maxpool(2x2)
    conv(128, 5x5) -> relu
    flatten -> linear(classes)
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 5x5, padding=2) -> relu
    maxpool(2x2)
    conv(64, 5x5) -> relu
    maxpool(2x2)
    conv(128, 5x5) -> relu
    flatten -> linear(classes)
}
""",
        torch="""
>>> nn.Conv2d(64, 128, 5)(torch.rand(2, 64, 4, 4))
RuntimeError: Calculated padded input size per channel: (4 x 4)...
""",
    ),
    "E0403": Page(
        """
By the formula of its size, the result of this step has no value left: an axis would have size 0 or
less. The `padding` of a transposed convolution is the usual reason, because there it does the reverse of
what it does elsewhere and takes values away from the border of the result. Other ways are a
`scale_factor` so small that nothing remains, and a range of channels that ends before it begins.
PyTorch goes on with a map without values, until some later step or the loss cannot.

Take the padding out, or write less. To double H and W exactly, use a 2x2 window with stride 2 and no
padding, or a 4x4 window with stride 2 and padding 1.
""",
        """
network generator {
    input noise: [100, H=1, W=1]
    conv_transpose(256, 2x2, padding=1) -> relu
    conv_transpose(3, 4x4, stride=2, padding=1) -> tanh
}
""",
        """
network generator {
    input noise: [100, H=1, W=1]
    conv_transpose(256, 2x2) -> relu
    conv_transpose(3, 4x4, stride=2, padding=1) -> tanh
}
""",
        torch="""
>>> nn.ConvTranspose2d(9, 8, 2, padding=1)(torch.rand(2, 9, 1, 1)).shape
torch.Size([2, 8, 0, 0])
""",
    ),
    "E0406": Page(
        """
The padding of a pool may be at most half of its window, and padding by reflection has to be smaller than
the map. With more, some windows would see nothing but padding, and the largest or the mean value of
nothing is not defined.

Padding that keeps the size at stride 1 is half of an odd window, rounded down: 1 for 3x3, 2 for 5x5. To
make the map larger on purpose, write `pad(2)` before the pool.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, padding=1) -> relu
    maxpool(2x2, padding=2)
    flatten -> linear(classes)
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
>>> nn.MaxPool2d(2, padding=2)(torch.rand(2, 32, 28, 28))
RuntimeError: pad should be at most half of effective kernel size...
""",
    ),
    "E0407": Page(
        """
A convolution with stride 2 gives maps of 15 and of 16 the same size, 8. Going back, a transposed
convolution cannot know which of the two it was, and `output_padding` tells it: so many rows and columns
are added at one side. It only makes sense for sizes that the stride (or the dilation) rounds away, so it
has to be smaller than one of them. With stride 1 nothing is rounded away.

Leave it out, or write the stride that was meant.
""",
        """
network enlarge {
    input maps: [64, H=8, W=8]
    conv_transpose(32, 3x3, padding=1, output_padding=1)
    relu -> conv(3, 3x3, padding=1)
}
""",
        """
network enlarge {
    input maps: [64, H=8, W=8]
    conv_transpose(32, 3x3, stride=2, padding=1, output_padding=1)
    relu -> conv(3, 3x3, padding=1)
}
""",
        torch="""
>>> nn.ConvTranspose2d(64, 32, 3, output_padding=1)(torch.rand(2, 64, 8, 8))
RuntimeError: output padding must be smaller than either stride...
""",
    ),
    "E0412": Page(
        """
An instance norm subtracts the mean of each channel of each image and divides by the deviation. Of a map of
1x1 there is one value a channel: the mean is the value itself, the deviation is 0, and every result would
be 0.

Take the norm out after a global pool, or put it before. A `group_norm` or `layer_norm` takes several
channels together and works on 1x1.
""",
        """
network style(classes = 10) {
    input image: [3, H=32, W=32]
    conv(32, 3x3, padding=1) -> relu -> global_avgpool
    conv(64, 1x1, bias=false) -> instance_norm -> relu
    flatten -> linear(classes)
}
""",
        """
network style(classes = 10) {
    input image: [3, H=32, W=32]
    conv(32, 3x3, padding=1, bias=false) -> instance_norm -> relu
    global_avgpool
    conv(64, 1x1) -> relu
    flatten -> linear(classes)
}
""",
        torch="""
>>> nn.InstanceNorm2d(64)(torch.rand(2, 64, 1, 1))
ValueError: Expected more than 1 spatial element when training...
""",
    ),
}
