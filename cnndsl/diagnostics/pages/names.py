"""Pages of the codes about names."""

from __future__ import annotations

from cnndsl.diagnostics.pages.page import Page

PAGES = {
    "E0201": Page(
        """
Nothing is known by this name here: no operation, no block, no constant and no parameter. Most often it
is misspelt, or it is what another tool calls the operation: `BatchNorm2d` and `batch_norm` are `bn`
here, `Dense` is `linear`. The help names the nearest thing that exists.

Names that are given inside a block are not known outside it. What another file defines has to be
imported: `import resnet: bottleneck`. `cnn ops` lists all operations.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, bias=false) -> batch_norm -> relu
    maxpool(2x2) -> flatten -> linear(classes)
    output logits: [classes]
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, bias=false) -> bn -> relu
    maxpool(2x2) -> flatten -> linear(classes)
    output logits: [classes]
}
""",
    ),
    "E0202": Page(
        """
`from` starts at an earlier value, which is named by the label of its step. No step before this one has
this label. It may be misspelt, stand further down (a value can only be used after it is computed), lie
inside a group (write `from stem.conv1`), or inside another block, which shows only what it declares
with `output`.

In PyTorch this is a `NameError` in `forward`, at the first batch.
""",
        """
network segment(classes = 2) {
    input image: [3, H=64, W=64]
    fine: conv(16, 3x3, padding=1) -> relu
    maxpool(2x2)
    conv(32, 3x3, padding=1) -> relu -> upsample(scale_factor=2)
    concat {
        identity
        from find
    }
    conv(classes, 1x1)
}
""",
        """
network segment(classes = 2) {
    input image: [3, H=64, W=64]
    fine: conv(16, 3x3, padding=1) -> relu
    maxpool(2x2)
    conv(32, 3x3, padding=1) -> relu -> upsample(scale_factor=2)
    concat {
        identity
        from fine
    }
    conv(classes, 1x1)
}
""",
    ),
    "E0203": Page(
        """
A name means one thing at each place. This one belongs to an operation or a function, or it was given
before: to another block, another parameter, or a constant around this place. Two meanings under one
name would make the program mean something else than a reader takes from it, so even hiding an outer
name is an error, where Python would go on silently.

Choose another name. Labels of steps are not concerned: `avgpool: avgpool(2x2)` is fine.
""",
        """
block upsample(width) {
    conv_transpose(width, 2x2, stride=2, bias=false) -> bn -> relu
}

network enlarge {
    input image: [3, H=32, W=32]
    upsample(16) -> conv(3, 3x3, padding=1)
}
""",
        """
block enlarged(width) {
    conv_transpose(width, 2x2, stride=2, bias=false) -> bn -> relu
}

network enlarge {
    input image: [3, H=32, W=32]
    enlarged(16) -> conv(3, 3x3, padding=1)
}
""",
    ),
    "E0204": Page(
        """
Two steps of one body have the same label. A label is the name of the module in the generated code and
the beginning of the names of its weights, so there can be only one: in PyTorch the second assignment to
`self.conv` would replace the first layer, and its weights would be gone without a word.

In a loop the label needs something that changes from one time to the next: `conv{i}`. Or put the steps
into a group with a label of its own, which is a scope for labels.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    for width in [16, 32, 64] {
        reduce: conv(width, 3x3, stride=2, padding=1) -> relu
    }
    global_avgpool -> flatten -> linear(classes)
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    for width in [16, 32, 64] {
        reduce{width}: conv(width, 3x3, stride=2, padding=1) -> relu
    }
    global_avgpool -> flatten -> linear(classes)
}
""",
    ),
    "E0205": Page(
        """
A label becomes the name of a module in PyTorch, and not every text can be one: a dot would read as a
level in the names of the weights, and `training` is where a module keeps its mode. Expressions in a
label must give a word or a number from 0.

Leave the dot out, or say with a group what it would say: `layer1: { "0": cell(64) }` has weights called
`layer1.0...`.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    "layer1.0": conv(32, 3x3, padding=1) -> relu
    maxpool(2x2) -> flatten -> linear(classes)
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    layer1: { conv(32, 3x3, padding=1) -> relu }
    maxpool(2x2) -> flatten -> linear(classes)
}
""",
    ),
}
