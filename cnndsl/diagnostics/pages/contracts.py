"""Pages of the codes about contracts."""

from __future__ import annotations

from cnndsl.diagnostics.pages.page import Page

PAGES = {
    "E0501": Page(
        """
`expect` states a fact about the network, such as its number of parameters, and this one is not true. The
message has the number that the network has and the one that is written.

Either the network was changed and the fact was not, and then the fact is to be corrected; or the network
is not the one that was meant. A table of a paper is a good source of such facts. `cnn summary` shows
where the parameters and multiply-adds are, step by step.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3) -> relu
    maxpool(2x2) -> flatten -> linear(classes)
    expect params == 320 + 62_730
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, padding=1) -> relu
    maxpool(2x2) -> flatten -> linear(classes)
    expect params == 320 + 62_730
}
""",
    ),
    "E0502": Page(
        """
A block or a network says with `require` what must hold where it is used, and here it does not hold. The
text is its author's; the message points at the place that uses the block, and a second label at the
condition.

Change the arguments or the input of this use. If the condition itself is wrong, it is to be corrected
where it is written.
""",
        """
block grouped(width, groups) {
    require it.channels % groups == 0,
            "{groups} groups do not divide {it.channels} channels"
    conv(width, 3x3, padding=1, groups=groups, bias=false) -> bn -> relu
}

network slim(classes = 10) {
    input image: [3, H=32, W=32]
    conv(32, 3x3, padding=1) -> relu
    grouped(64, 3)
    global_avgpool -> flatten -> linear(classes)
}
""",
        """
block grouped(width, groups) {
    require it.channels % groups == 0,
            "{groups} groups do not divide {it.channels} channels"
    conv(width, 3x3, padding=1, groups=groups, bias=false) -> bn -> relu
}

network slim(classes = 10) {
    input image: [3, H=32, W=32]
    conv(32, 3x3, padding=1) -> relu
    grouped(64, 4)
    global_avgpool -> flatten -> linear(classes)
}
""",
    ),
    "E0503": Page(
        """
The `output` of the network promises a shape, and what arrives there has another one. PyTorch has no such
promise: the network would run, and the loss function would fail or, worse, broadcast the labels against
the wrong axes.

The labels say which steps made the sizes. Often the last layer still has the number of classes of another
data set, a `flatten` is missing, or a decoder comes out a row smaller than the image because a stride
rounded down on the way. If the network is right, correct the promise; `_` stands for any size.
""",
        """
network restore {
    input image: [3, H=75, W=75]
    conv(24, 3x3, stride=2) -> relu
    conv(48, 3x3, stride=2) -> relu
    conv_transpose(24, 3x3, stride=2) -> relu
    conv_transpose(3, 3x3, stride=2)
    output restored: [3, 76, 76]
}
""",
        """
network restore {
    input image: [3, H=75, W=75]
    conv(24, 3x3, stride=2) -> relu
    conv(48, 3x3, stride=2) -> relu
    conv_transpose(24, 3x3, stride=2) -> relu
    conv_transpose(3, 3x3, stride=2)
    output restored: [3, H, W]
}
""",
    ),
    "E0504": Page(
        """
An output that is declared `when training` is not computed when the network is only used, so nothing that is
needed in both modes can be made from it. In PyTorch it would be a variable that `forward` sets in one branch
of `if self.training` and reads after it: everything works until the first call of `eval()`.

Start from something that is computed always, or declare what reads it `when training` too.
""",
        """
network deep(classes = 10) {
    input image: [3, H=32, W=32]
    conv(32, 3x3, padding=1) -> relu -> global_avgpool -> flatten
    output aux when training: linear(classes)
    concat {
        identity
        from aux
    }
    linear(classes)
    output logits: [classes]
}
""",
        """
network deep(classes = 10) {
    input image: [3, H=32, W=32]
    conv(32, 3x3, padding=1) -> relu -> global_avgpool -> flatten
    output aux: linear(classes)
    concat {
        identity
        from aux
    }
    linear(classes)
    output logits: [classes]
}
""",
    ),
    "E0505": Page(
        """
`require` on the sizes of an input declares which images the network takes. One of the sizes that it allows
does not fit: some step or join refuses it. The message has such a size, the nearest to the defaults that was
found, and the labels are those of the error that this size would bring.

Usually the condition was written for fewer halvings than the network has: two pools need multiples of 4,
three need multiples of 8. Correct the number in `require`, or pad or crop before the join. PyTorch notices when
the first image of such a size arrives, perhaps long after training. Without a `require` there is no error: `cnn
sizes` says which sizes fit.
""",
        """
network segment(classes = 2) {
    input image: [1, H=96, W=96]
    require H % 2 == 0 and W % 2 == 0, "H and W must be even"
    fine: conv(16, 3x3, padding=1) -> relu
    maxpool(2x2)
    coarse: conv(32, 3x3, padding=1) -> relu
    maxpool(2x2)
    conv(64, 3x3, padding=1) -> relu -> upsample(scale_factor=2)
    concat {
        identity
        from coarse
    }
    upsample(scale_factor=2)
    concat {
        identity
        from fine
    }
    conv(classes, 1x1)
}
""",
        """
network segment(classes = 2) {
    input image: [1, H=96, W=96]
    require H % 4 == 0 and W % 4 == 0, "H and W must be multiples of 4"
    fine: conv(16, 3x3, padding=1) -> relu
    maxpool(2x2)
    coarse: conv(32, 3x3, padding=1) -> relu
    maxpool(2x2)
    conv(64, 3x3, padding=1) -> relu -> upsample(scale_factor=2)
    concat {
        identity
        from coarse
    }
    upsample(scale_factor=2)
    concat {
        identity
        from fine
    }
    conv(classes, 1x1)
}
""",
    ),
    "N0501": Page(
        """
This is a note. `expect` states facts about a network at its defaults; with other arguments (`--set`) or
sizes (`--size`) the numbers are different and rightly so, and the facts are not compared.

Nothing has to be done. To state facts about other arguments, name the variant:
`network ten = digits(classes=10) { expect params == 650 }`.
""",
        """
network digits(classes = 100) {
    input image: [1, H=28, W=28]
    conv(32, 3x3) -> relu
    global_avgpool -> flatten -> linear(classes)
    expect params == 3_620
}
""",
        session="""
$ cnn check example.cnn:digits --set classes=10
note[N0501]: not checked: classes is not as in the file
 --> example.cnn:5:5
  |
5 |     expect params == 3_620
  |     ^^^^^^^^^^^^^^^^^^^^^^

example.cnn:digits: 1 note
""",
    ),
}
