"""Pages of the codes about text."""

from __future__ import annotations

from cnndsl.diagnostics.pages.page import Page

PAGES = {
    "E0101": Page(
        """
The compiler read up to this place and cannot go on: the language allows only certain words and marks
here, and this is none of them. Usually something small is missing before it, such as a parenthesis, an
arrow or a colon, or the line is written as Python or a configuration file would have it.

The message names what would fit, and the help says how it is written. What else stands in the same
block is not looked at, since a guess at its meaning would only bring more messages; the other blocks
of the file are.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv 32, 3x3, padding=1 -> relu
    maxpool(2x2) -> flatten -> linear(classes)
    output logits: [classes]
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, padding=1) -> relu
    maxpool(2x2) -> flatten -> linear(classes)
    output logits: [classes]
}
""",
    ),
    "E0102": Page(
        """
Every `(`, `[` and `{` needs its partner, and they close in the reverse order in which they were opened.
Here one is missing, is of the other kind, or is one too many. The message points at the place where the
missing one is expected and, with a second label, at the bracket that is still open.

The place is found by the layout as well as by the brackets: a line that begins a new step, or a `block`
at the beginning of a line, shows that something before it was never closed. So indent as usual, and the
message is about the right line.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, padding=1 -> relu
    maxpool(2x2) -> flatten -> linear(classes)
    output logits: [classes]
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, padding=1) -> relu
    maxpool(2x2) -> flatten -> linear(classes)
    output logits: [classes]
}
""",
    ),
    "E0103": Page(
        """
A text begins with a double quote and ends with one on the same line; a docstring begins and ends with
three of them and may run over several lines. Here the second quote is missing, so the compiler cannot
tell where the text stops and the program goes on.

Put the closing quote where the text ends. A quote inside a text is written `\\"`.
""",
        """
block grouped(width, groups) {
    require it.channels % groups == 0, "groups must divide the channels
    conv(width, 3x3, padding=1, groups=groups) -> relu
}

network digits {
    input image: [4, H=28, W=28]
    grouped(32, 2)
}
""",
        """
block grouped(width, groups) {
    require it.channels % groups == 0, "groups must divide the channels"
    conv(width, 3x3, padding=1, groups=groups) -> relu
}

network digits {
    input image: [4, H=28, W=28]
    grouped(32, 2)
}
""",
    ),
    "E0104": Page(
        """
This character or word has no meaning in the language. Some come from other languages: `False` and
`None` of Python are `false` and `none` here, `&&` is `and`, a `;` is not needed. Others come from a
word processor or a web page, which turn `x` into a multiplication sign, `-` into a dash or a plain
space into one that only looks like it; and some cannot be seen at all.

The help says what to write instead.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, bias=False) -> bn -> relu
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
    "E0105": Page(
        """
This begins as a number does, but it is none that the language has. Numbers are written `64`, `64_000`,
`0.5` or `1e-3`; sizes are whole numbers with the letter x between them and without spaces, `3x3` or
`3x224x224`. A size with a name in it is a list: `[kernel, 1]`.

Numbers that no program needs are refused too: whole numbers of more than 18 digits and decimal ones
beyond 1e300.
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, padding=1) -> relu -> flatten
    dropout(.5) -> linear(classes)
    output logits: [classes]
}
""",
        """
network digits(classes = 10) {
    input image: [1, H=28, W=28]
    conv(32, 3x3, padding=1) -> relu -> flatten
    dropout(0.5) -> linear(classes)
    output logits: [classes]
}
""",
    ),
    "E0106": Page(
        """
Brackets may stand 64 deep inside one another, operators of one expression 100 deep, and one chain of
comparisons may have three of them. Programs that people write stay far below; the limits exist so that
a file from a stranger cannot make the compiler work without end.

Name a part of the expression with `let`, join comparisons by `and`, or write a sum as a list and a
call: `sum([a, b, c])`.
""",
        """
block pyramid(narrow, middle, wide, widest) {
    require 0 < narrow < middle < wide < widest, "the widths must grow"
    let widths = [narrow, middle, wide, widest]
    concat { for width in widths { conv(width, 1x1) -> relu } }
}

network digits {
    input image: [1, H=28, W=28]
    pyramid(8, 16, 32, 64)
}
""",
        """
block pyramid(narrow, middle, wide, widest) {
    require 0 < narrow < middle, "the widths must grow"
    require middle < wide < widest, "the widths must grow"
    let widths = [narrow, middle, wide, widest]
    concat { for width in widths { conv(width, 1x1) -> relu } }
}

network digits {
    input image: [1, H=28, W=28]
    pyramid(8, 16, 32, 64)
}
""",
    ),
    "E0107": Page(
        """
A file may hold 60,000 words and marks, 5,000 expressions in labels and texts, and names of up to 100
characters. The longest real network has less than a tenth of that, so such a file was made by a
program that wrote every layer out, or it is no network at all.

A loop says in one line what is repeated: `repeat 200 { cell(64) }`.
""",
        session="""
$ (echo 'network deep {'; yes ' relu' | head -n 40000; echo '}') > deep.cnn
$ cnn check deep.cnn
error[E0107]: the file has more than 60,000 words, marks and line ends
     --> deep.cnn:30000:2
      |
30000 |  relu
      |  ^^^^ the rest is not read

deep.cnn: 1 error
""",
    ),
    "E0108": Page(
        """
Inside a text, braces hold an expression whose value is put in their place: `"groups {groups}"`. Here a
brace is opened and never closed, is empty, or a backslash stands before a letter that it gives no
meaning to.

A brace that is meant as a brace is written `\\{`. Known after a backslash are `n`, `t`, `"`, the
backslash itself and the two braces.
""",
        """
block grouped(width, groups) {
    require it.channels % groups == 0, "{groups does not divide them"
    conv(width, 3x3, padding=1, groups=groups) -> relu
}

network digits {
    input image: [4, H=28, W=28]
    grouped(32, 2)
}
""",
        """
block grouped(width, groups) {
    require it.channels % groups == 0, "{groups} does not divide them"
    conv(width, 3x3, padding=1, groups=groups) -> relu
}

network digits {
    input image: [4, H=28, W=28]
    grouped(32, 2)
}
""",
    ),
    "E0109": Page(
        """
A docstring describes a file, a block or a network, and becomes the docstring of the generated code. It
stands first in the file, on the lines before a definition, or first in its body. This one describes
nothing, because no definition follows it, or it is the second one of the same definition.

Keep one of the two, or make it a comment: everything after `#` is for readers only.
""",
        '''
"""Small networks for small images."""

"""A convolution and what follows it."""
block unit(width) {
    """Keeps the size of its input."""
    conv(width, 3x3, padding=1, bias=false) -> bn -> relu
}

network digits {
    input image: [1, H=28, W=28]
    unit(32)
}
''',
        '''
"""Small networks for small images."""

"""A convolution and what follows it; keeps the size of its input."""
block unit(width) {
    conv(width, 3x3, padding=1, bias=false) -> bn -> relu
}

network digits {
    input image: [1, H=28, W=28]
    unit(32)
}
''',
    ),
    "E0110": Page(
        """
This is a note, not a fault of its own: after 50 findings the rest of the file is not looked at. So many
mean that something basic is different from what the compiler expects, such as a file in another
language, and more of the same would not help.

Repair the first few and check again.
""",
        session="""
$ yes 'width = 64' | head -n 60 > net.cnn
$ cnn check net.cnn --format concise | tail -n 3
net.cnn:49:1: error[E0101]: expected a definition, found `width`
net.cnn:50:1: error[E0101]: expected a definition, found `width`
net.cnn:50:6: note[E0110]: 50 findings; the rest of the file was not looked at
""",
    ),
}
