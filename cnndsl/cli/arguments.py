"""The command line as argparse sees it; completion files are made from this too."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import cnndsl
from cnndsl.cli.options import count, levels, output, plot, settings, tabular, target

TARGETS = """\
A TARGET is a bundled network (resnet50), a file (tower.cnn), or one network of a file (tower.cnn:tower).
"""

_DESCRIPTION = "Check, count and compile convolutional networks written in the cnn language."

_EPILOG = f"""\
{TARGETS}
examples:
  cnn check tower.cnn                                  every mistake, explained where it was made
  cnn check nets/ --strict --select design             a folder, with more lint rules
  cnn why resnet50 layer3.0.conv2.height               why a size is what it is
  cnn compile resnet50 --set classes=10 -o resnet50.py
  cnn summary resnet50 --size H=320,W=480 --depth 2
  cnn draw resnet50 -o resnet50.svg                    a picture, with repeats folded
  cnn sizes alexnet                                    which inputs fit, and which step says so
  cnn memory vgg16 --batch 32 --fits 24GiB             activations, and the largest batch
  cnn compare resnet50 densenet121 vgg16               a line for each network
  cnn diff old.cnn:tower new.cnn:tower                 what changed, layer by layer
  cnn verify resnet50                                  the PyTorch module against what we say of it
  cnn list                                             the networks that come with it
  cnn ops conv                                         the manual page of an operation

exit status: 0 without errors, 1 with errors in the program, 2 where the command line is wrong
"""


class Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the layout of examples, and gives options room."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28)


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong and where the help is."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Exit with status 2."""
        self.exit(2, f"{self.prog}: {message}\ntry `{self.prog} --help`\n")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = Parser(prog="cnn", description=_DESCRIPTION, epilog=_EPILOG, formatter_class=Help, allow_abbrev=False)
    top.add_argument("--version", action="version", version=f"cnn {cnndsl.__version__}")
    top.add_argument(
        "--completion", choices=("bash", "zsh", "tcsh", "fish"), help="print the completion of this shell and stop"
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=Parser)
    for name, (line, fill) in _COMMANDS.items():
        one = commands.add_parser(
            name, help=line, description=line[0].upper() + line[1:] + ".", formatter_class=Help, allow_abbrev=False
        )
        fill(one)
    return top


def _check(one: argparse.ArgumentParser) -> None:
    one.epilog = (
        f"{TARGETS}\nA folder stands for the programs in it, - for the standard input."
        "\nRULES are names of lint rules and groups (default, design, performance), joined by commas;"
        "\n`cnn explain NAME` shows the page of a rule or of a code."
        "\n\nexit status: 0 without errors, 1 with errors (with --strict: or warnings), 2 where the command is wrong"
    )
    target(one, "targets", nargs="+")
    settings(one)
    one.add_argument(
        "--format",
        choices=("full", "concise", "json", "sarif", "github", "junit"),
        default="full",
        help="how findings are shown",
    )
    one.add_argument("--select", action="append", default=[], metavar="RULES", help="look for these too")
    one.add_argument("--ignore", action="append", default=[], metavar="RULES", help="do not look for these")
    one.add_argument("--strict", action="store_true", help="warnings count as errors do")
    one.add_argument("--fix", action="store_true", help="write the fixes that are safe into the files")
    one.add_argument("--diff", action="store_true", help="show what --fix would write, and write nothing")
    one.add_argument("--watch", action="store_true", help="check again whenever a file changes")
    one.add_argument("--stdin-filename", metavar="FILE", help="what the program on the standard input is called")


def _why(one: argparse.ArgumentParser) -> None:
    one.epilog = (
        f"{TARGETS}\nPLACE is a step, as in layer3.0.conv2, or one of its sizes:"
        "\n.channels, .depth, .height, .width, .length."
        "\nWithout PLACE the target is FILE:LINE, and the sizes of the steps on that line are explained."
    )
    target(one, "target")
    one.add_argument("place", nargs="?", metavar="PLACE", help="a step, or one of its sizes")
    settings(one)


def _explain(one: argparse.ArgumentParser) -> None:
    one.epilog = "A CODE is printed with each finding. Without one, all codes and rules are listed."
    one.add_argument("codes", nargs="*", metavar="CODE", help="a code, as E0401, or a lint rule, as bias-before-norm")


def _compile(one: argparse.ArgumentParser) -> None:
    one.epilog = f"{TARGETS}\nA file becomes one module with a function for each of its networks."
    target(one, "target")
    settings(one)
    output(one, "the module")


def _summary(one: argparse.ArgumentParser) -> None:
    one.epilog = (
        f"{TARGETS}\nCOLUMNS are names joined by commas, as in step,output,params."
        "\n--format json gives every operation: network, inputs, outputs, params, macs, memory, nodes, ..."
    )
    target(one, "target")
    settings(one)
    one.add_argument("--depth", type=count, default=1, metavar="N", help="open blocks N - 1 levels deep (default: 1)")
    one.add_argument(
        "--by",
        choices=("layer", "step", "stage", "kind", "resolution"),
        default="layer",
        help="a row a layer with its activation (default), a step, a stage, a kind of operation, a size of maps",
    )
    tabular(one, ("text", "markdown", "csv", "json", "latex"))
    one.add_argument("--no-bias", action="store_true", help="count parameters without biases, as the lectures do")
    one.add_argument(
        "--convention", choices=("macs", "flops", "fvcore", "paper"), default="macs", help="what counts as an operation"
    )
    plot(one, "bar charts of memory, parameters and MACs by layer")
    output(one, "the summary")


def _compare(one: argparse.ArgumentParser) -> None:
    one.epilog = f"{TARGETS}\nCOLUMNS are names joined by commas, as in network,params,macs."
    target(one, "targets", nargs="+")
    settings(one)
    tabular(one, ("text", "markdown", "csv", "json", "latex"))
    plot(one, "the bubble chart of MACs against parameters, sized by memory")
    output(one, "the table")


def _diff(one: argparse.ArgumentParser) -> None:
    one.epilog = (
        f"{TARGETS}\nOf files with several networks those of the same name are compared."
        "\nExit status 0 where nothing differs, 1 where something does, 2 where they cannot be compared."
    )
    target(one, "before")
    target(one, "after")
    settings(one)
    one.add_argument("--format", choices=("text", "markdown", "json"), default="text", help="how it is shown")
    output(one, "the difference")


def _sizes(one: argparse.ArgumentParser) -> None:
    one.epilog = (
        f"{TARGETS}\nThe sizes that the module compiled at its defaults takes, with the weights that it has."
        "\nWith --size, whether these fit, and the nearest that do; exit status 1 where they do not."
    )
    target(one, "target")
    settings(one, "sizes to ask about")
    one.add_argument("--format", choices=("text", "json"), default="text", help="how it is shown")
    output(one, "the sizes")


def _memory(one: argparse.ArgumentParser) -> None:
    one.epilog = f"{TARGETS}\nBytes of activations; parameters, their gradients and the input are shown beside them."
    target(one, "target")
    settings(one)
    one.add_argument("--batch", type=count, default=1, metavar="N", help="images at once (default: 1)")
    one.add_argument(
        "--dtype",
        choices=("float64", "float32", "float16", "bfloat16"),
        default="float32",
        help="of values and weights",
    )
    one.add_argument(
        "--device", choices=("cpu", "cuda"), default="cpu", help="whose dropout masks: of values, or of bytes"
    )
    one.add_argument(
        "--fits", metavar="24GiB", help="the largest batch in so much memory, at inference and in training"
    )
    one.add_argument("--format", choices=("text", "json"), default="text", help="how it is shown")
    output(one, "the figures")


def _draw(one: argparse.ArgumentParser) -> None:
    one.epilog = (
        f"{TARGETS}\nWith OTHER, the difference from TARGET to OTHER is drawn. Without -o, DOT text is printed."
        "\nA label TEMPLATE has {title}, {name}, {label}, {kind}, {kernel}, {spelled}, {output}, {params}, {macs},"
        "\n{times}; \\n begins a line, {{ is a brace."
    )
    target(one, "target")
    target(one, "other", nargs="?")
    settings(one)
    one.add_argument("--style", choices=("blocks", "volumes"), default="blocks", help="boxes, or the maps as volumes")
    one.add_argument(
        "--depth",
        type=levels,
        default=1,
        metavar="N",
        help="open blocks N - 1 levels deep (default: 1); at 0 groups stay closed too",
    )
    one.add_argument(
        "--expand", action="append", default=[], metavar="PATH", help="open this block too, as in layer1.0 (repeatable)"
    )
    one.add_argument(
        "--direction", choices=("TB", "LR"), help="top to bottom, or left to right (default: TB, and LR for volumes)"
    )
    one.add_argument("--theme", choices=("light", "dark", "print"), default="light", help="colours (default: light)")
    one.add_argument("--label", metavar="TEMPLATE", help="what stands in the box of an operation")
    one.add_argument("--link", metavar="URL", help="what stands before the names of sources in links")
    output(one, "the picture, SVG, PDF, PNG or DOT by its ending,")


def _verify(one: argparse.ArgumentParser) -> None:
    one.epilog = (
        f"{TARGETS}\nNeeds PyTorch. Runs forward and backward on random input, batch 2, in a process of its own."
    )
    target(one, "target")
    settings(one)
    one.add_argument("--device", default="cpu", help="where PyTorch computes (default: cpu)")
    one.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="stop after this (default: 600)")


def _ops(one: argparse.ArgumentParser) -> None:
    one.add_argument("names", nargs="*", metavar="NAME", help="print the manual page of this operation")


def _list(one: argparse.ArgumentParser) -> None:
    one.epilog = "Each is a TARGET of the other commands."


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "check": ("find the mistakes of programs", _check),
    "why": ("say why a size is what it is, back to the input", _why),
    "explain": ("show the page of a code or of a lint rule", _explain),
    "compile": ("turn a program into PyTorch source", _compile),
    "summary": ("show shapes, kernels, parameters and MACs step by step", _summary),
    "draw": ("draw a network as a diagram, or two as their difference", _draw),
    "compare": ("show several networks, a line each", _compare),
    "diff": ("show what differs between two networks", _diff),
    "sizes": ("show which input sizes fit, and which step says so", _sizes),
    "memory": ("show the memory of activations, and the largest batch that fits", _memory),
    "verify": ("run the generated module and compare it with the summary", _verify),
    "list": ("list the bundled networks", _list),
    "ops": ("list the operations, or show the manual page of one", _ops),
}
