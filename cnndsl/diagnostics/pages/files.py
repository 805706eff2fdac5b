"""Pages of the codes about files."""

from __future__ import annotations

from cnndsl.diagnostics.pages.page import Page

PAGES = {
    "E0701": Page(
        """
The file cannot be read. Usually its name is misspelt or the command runs in another folder; it can also be
that its permissions do not allow it. If a file with a similar name is there, the help names it.
""",
        session="""
$ echo 'block cell { conv(32, 3x3) -> relu }' > tower.cnn
$ cnn check towr.cnn
error[E0701]: cannot read towr.cnn: there is no such file
 --> towr.cnn:1:1
  = help: did you mean `tower.cnn`?

towr.cnn: 1 error
""",
    ),
    "E0702": Page(
        """
A program is an ordinary file. This name belongs to a folder where one program is needed, or to a device or
a pipe, from which reading might never end.

`cnn check` takes folders and looks at every program in them; the other commands need one file. To check what comes from
the standard input, write `cnn check -`.
""",
        session="""
$ mkdir nets.cnn
$ cnn compile nets.cnn
error[E0702]: cannot read nets.cnn: it is a directory
 --> nets.cnn:1:1

cnn: nets.cnn has 1 error
""",
    ),
    "E0703": Page(
        """
The file has bytes that no text has. A file of weights, such as `.pt` or `.onnx`, was given in place of a
program, or the file was damaged when it was copied.
""",
        session="""
$ printf 'PK\\003\\004\\000\\000resnet50/data.pkl' > resnet50.pt
$ cnn check resnet50.pt
error[E0703]: resnet50.pt is a binary file, not a program
 --> resnet50.pt:1:1

resnet50.pt: 1 error
""",
    ),
    "E0704": Page(
        """
Programs are text in UTF-8, as nearly all editors write it. This one has a byte that cannot stand there; the
message points at it. The editor wrote another encoding, such as Latin-1 or UTF-16.

Save the file as UTF-8, or convert it: `iconv -f latin1 -t utf-8 old.cnn > new.cnn`.
""",
        session="""
$ printf '# f\\374r Bilder\\nblock cell { relu }\\n' > cell.cnn
$ cnn check cell.cnn
error[E0704]: cell.cnn is not UTF-8: byte 0xfc cannot stand here
 --> cell.cnn:1:4
  |
1 | # f�r Bilder
  |    ^

cell.cnn: 1 error
""",
    ),
    "E0705": Page(
        """
There is nothing in the file but blanks and line ends. Perhaps it was not saved, or a command that writes
into it stopped too early.
""",
        session="""
$ echo > tower.cnn
$ cnn check tower.cnn
error[E0705]: tower.cnn is empty
 --> tower.cnn:1:1
  |
1 |
  | ^
  = help: a program has at least one `network` or `block`

tower.cnn: 1 error
""",
    ),
    "E0706": Page(
        """
A program has at most 500,000 bytes, which is a hundred times the longest real network. A larger file is
something else, or a program that wrote out every layer; a loop says it in a line.
""",
        session="""
$ yes '# layer' | head -n 70000 > layers.cnn
$ cnn check layers.cnn
error[E0706]: cannot read layers.cnn: 560,000 bytes; the most is 500,000
 --> layers.cnn:1:1

layers.cnn: 1 error
""",
    ),
    "E0707": Page(
        """
The word on the command line is neither a file that is there nor the name of a bundled network. `cnn list`
shows those that come with cnndsl; the name of a file ends in `.cnn`, and a network of a file is named as
in `tower.cnn:tower`.
""",
        session="""
$ cnn check resnet40
error[E0707]: no bundled network is called `resnet40`
 --> resnet40:1:1
  = help: did you mean `resnet50`?
  = help: `cnn list` shows the bundled networks; a file's name ends in .cnn

resnet40: 1 error
""",
    ),
}
