"""Pages of the codes about arguments and values."""

from __future__ import annotations

from cnndsl.diagnostics.pages.page import Page

PAGES = {
    "E0301": Page(
        """
Every argument takes values of one kind: a number, a size such as `3x3`, true or false, a list, a text, a
block. This value is of another kind. Nothing is converted silently: `"64"` is no number, `1` is not
true, and a loop runs over a list, not over a number.

PyTorch reports some of these when the module is built and others at the first batch, often far from the
line that has the value. Write the value in the kind that the message names.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    for i in 3 {
        conv{i}: conv(16 * 2 ** i, 3x3, stride=2, padding=1) -> relu
    }
    global_avgpool -> flatten -> linear(classes)
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    for i in range(3) {
        conv{i}: conv(16 * 2 ** i, 3x3, stride=2, padding=1) -> relu
    }
    global_avgpool -> flatten -> linear(classes)
}
""",
    ),
    "E0302": Page(
        """
The value is of the right kind, but this argument does not take it: a size or a count below 1, a
probability above 1, a word that is not among the known ones. The message says what is allowed.

Often the value was computed, and a formula went wrong: `it.channels // 64` is 0 when 32 channels come
in. `cnn summary` shows what comes in at each step.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, padding=1) -> relu
    global_avgpool -> flatten -> dropout(50) -> linear(classes)
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, padding=1) -> relu
    global_avgpool -> flatten -> dropout(0.5) -> linear(classes)
}
""",
    ),
    "E0303": Page(
        """
The operation or block has no argument of this name. Arguments have PyTorch's names, which other tools
spell differently: `strides` of Keras is `stride`, `filters` is `out_channels`. The help names the
nearest one or lists them all.

It is an error and not ignored, because a misspelt `strides=2` that nobody reads is a network that works
and is not the one that was meant.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, strides=2) -> relu
    global_avgpool -> flatten -> linear(classes)
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, stride=2) -> relu
    global_avgpool -> flatten -> linear(classes)
}
""",
    ),
    "E0304": Page(
        """
An argument without a default was not given. A convolution needs the number of its output channels and
the size of its window; only what comes in is never written, because the compiler knows it. The help
shows the order of the arguments.

A common way here is to bring a line from PyTorch along and take one number too many away: of
`nn.Conv2d(1, 32, 3)` only the 1, the input channels, goes.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32) -> relu
    global_avgpool -> flatten -> linear(classes)
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3) -> relu
    global_avgpool -> flatten -> linear(classes)
}
""",
    ),
    "E0305": Page(
        """
More arguments are given than there are parameters, or one without a name follows one with a name, so
that nobody can tell which parameter it is for.

Remove what is too much, or give it by its name. In lines that come from PyTorch the input channels are
often the one too many: `nn.Linear(512, 10)` is `linear(10)` here.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, padding=1) -> relu
    global_avgpool(1x1) -> flatten -> linear(classes)
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, padding=1) -> relu
    global_avgpool -> flatten -> linear(classes)
}
""",
    ),
    "E0306": Page(
        """
One argument gets two values, usually one by its place and one by its name. Neither can be meant more
than the other, so both are refused, as Python does.

Remember that the input channels are not written: the first argument of `conv` is the number of output
channels and the second the size of the window.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(1, 32, kernel_size=3x3) -> relu
    global_avgpool -> flatten -> linear(classes)
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, kernel_size=3x3) -> relu
    global_avgpool -> flatten -> linear(classes)
}
""",
    ),
    "E0307": Page(
        """
Blocks and operations are applied to the flow; a label or a tensor parameter is a value from which a flow
starts; constants and functions stand in expressions. Here one of them stands where another belongs.

The common cases: a tensor parameter is a value, so the branch begins with `from skip`, not with `skip`.
A join such as `concat` needs its branches in braces. A number is no step.
""",
        """
block merge(skip: tensor) {
    concat {
        upsample(scale_factor=2)
        skip
    }
}

network segment {
    input image: [3, H=64, W=64]
    fine: conv(16, 3x3, padding=1) -> relu
    conv(32, 3x3, stride=2, padding=1) -> relu -> merge(fine)
}
""",
        """
block merge(skip: tensor) {
    concat {
        upsample(scale_factor=2)
        from skip
    }
}

network segment {
    input image: [3, H=64, W=64]
    fine: conv(16, 3x3, padding=1) -> relu
    conv(32, 3x3, stride=2, padding=1) -> relu -> merge(fine)
}
""",
    ),
    "E0308": Page(
        """
The expression is well formed and means nothing: a division by zero, an item that the list does not
have, the sum of a number and a text, the root of a negative number. The rules are Python's; where
Python would guess, as with `true + 1` or `[1, 2] < [1, 3]`, there is this error instead.

Everything of this kind is evaluated when the program is compiled, so it cannot happen in the middle of
training. The message says which values met.
""",
        """
let widths = [16, 32, 64]

network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(widths[0], 3x3, stride=2, padding=1) -> relu
    conv(widths[3], 3x3, stride=2, padding=1) -> relu
    global_avgpool -> flatten -> linear(classes)
}
""",
        """
let widths = [16, 32, 64]

network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(widths[0], 3x3, stride=2, padding=1) -> relu
    conv(widths[2], 3x3, stride=2, padding=1) -> relu
    global_avgpool -> flatten -> linear(classes)
}
""",
    ),
}
