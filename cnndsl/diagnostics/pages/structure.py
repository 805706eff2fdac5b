"""Pages of the codes about structure."""

from __future__ import annotations

from cnndsl.diagnostics.pages.page import Page

PAGES = {
    "E0601": Page(
        """
A block contains itself, directly or through others, so the network would never end: the structure is
fixed when the program is compiled, and there is no condition that could stop it in time. The message has
the way from the block back to itself.

Say how often something is repeated with `repeat` or `for`. A shape like a pyramid, where every level
contains the next one, can be built from inside to outside with a block as argument:
`block level(inner: block) { ... }`.
""",
        """
block pyramid(width) {
    residual {
        maxpool(2x2)
        conv(width, 3x3, padding=1) -> relu
        pyramid(2 * width)
        upsample(scale_factor=2)
    }
}

network deep {
    input image: [16, H=64, W=64]
    pyramid(16)
}
""",
        """
block level(inner: block) {
    residual {
        maxpool(2x2)
        conv(16, 3x3, padding=1) -> relu
        inner
        upsample(scale_factor=2)
    }
}

network deep {
    input image: [16, H=64, W=64]
    level(level(level(conv(16, 3x3, padding=1))))
}
""",
    ),
    "E0602": Page(
        """
Two files import each other, directly or through others. Each would have to be read before the other.

Move what both need into a third file that imports neither.
""",
        """
# digits.cnn
import head: head

block stem(width) { conv(width, 3x3, stride=2, padding=1) -> relu }

network digits {
    input image: [1, H=28, W=28]
    stem(32) -> head(10)
}

# head.cnn
import digits: stem

block head(classes) {
    stem(64) -> global_avgpool -> flatten -> linear(classes)
}
""",
        """
# digits.cnn
import head: head
import parts: stem

network digits {
    input image: [1, H=28, W=28]
    stem(32) -> head(10)
}

# head.cnn
import parts: stem

block head(classes) {
    stem(64) -> global_avgpool -> flatten -> linear(classes)
}

# parts.cnn
block stem(width) { conv(width, 3x3, stride=2, padding=1) -> relu }
""",
    ),
    "E0603": Page(
        """
There is no such file beside the one that imports, and none in the bundled library; or the file is there
and does not define this name. An import names a file without its ending: `import resnet: bottleneck` reads
`resnet.cnn` of the same folder, else the bundled one.

Names that a file itself imports cannot be imported from it; import them from where they are defined.
""",
        """
import resnet: bottelneck, resnet

network resnet26 = resnet(bottelneck, [2, 2, 2, 2])
""",
        """
import resnet: bottleneck, resnet

network resnet26 = resnet(bottleneck, [2, 2, 2, 2])
""",
    ),
    "E0604": Page(
        """
The program asks for more than it may: more steps of evaluation, more operations, longer lists or larger
numbers than any network has. Everything happens when the program is compiled, so without a limit a
file of one line could keep the compiler busy for years, and an unknown file could not be checked safely.
The limits are listed in docs/language.md.

Most often a number has too many zeros, or a size is computed from the wrong value.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    repeat 10 ** 9 { conv(32, 3x3, padding=1) -> relu }
    global_avgpool -> flatten -> linear(classes)
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    repeat 9 { conv(32, 3x3, padding=1) -> relu }
    global_avgpool -> flatten -> linear(classes)
}
""",
    ),
    "E0605": Page(
        """
Some statements have one place. A network begins with its `input`; a block has none, because its input is
whatever flows into it where it is used. Facts (`expect`) are about a whole network, so they stand in one.
A network that renames another, `network b = a(...)`, takes facts in its body and no steps.

Move the statement to its place. If a block needs a second value, give it a parameter of type `tensor`.
""",
        """
block cell(width) {
    input maps: [32, H=28, W=28]
    conv(width, 3x3, padding=1, bias=false) -> bn -> relu
}

network digits(classes = 10) {
    input image: [1, H=28, W=28]
    cell(32) -> global_avgpool -> flatten -> linear(classes)
}
""",
        """
block cell(width) {
    conv(width, 3x3, padding=1, bias=false) -> bn -> relu
}

network digits(classes = 10) {
    input image: [1, H=28, W=28]
    cell(32) -> global_avgpool -> flatten -> linear(classes)
}
""",
    ),
}
