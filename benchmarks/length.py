"""Lines of generated code against torchvision's, for the same networks.

Counted are lines with code: no blank lines, comments, docstrings or imports on either side. Of torchvision: the model
classes and the functions that build these networks, without weights enums and registration.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator
from importlib import import_module

import cnndsl
from cnndsl.workspace import library
from cnndsl.workspace.network import source_of
from reference import torchvision_models

FAMILIES = {
    "resnet": ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
    "vgg": ("vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn"),
    "densenet": ("densenet121", "densenet161", "densenet169", "densenet201"),
    "googlenet": ("googlenet",),
}


def code_lines(text: str, nodes: Iterable[ast.AST] | None = None) -> int:
    """Lines of ``text`` that hold code of ``nodes`` (all of it without them)."""
    wanted: set[int] = set()
    for node in nodes if nodes is not None else _statements(ast.parse(text)):
        wanted |= _lines(node)
    lines = text.splitlines()
    return sum(bool(lines[number - 1].split("#")[0].strip()) for number in wanted)


def _statements(module: ast.Module) -> Iterator[ast.AST]:
    for node in module.body:
        if not isinstance(node, ast.Import | ast.ImportFrom) and not _is_text(node):
            yield node


def _lines(node: ast.AST) -> set[int]:
    found = set(range(node.lineno, node.end_lineno + 1))  # type: ignore[attr-defined]
    for inner in ast.walk(node):
        if _is_text(inner):
            found -= set(range(inner.lineno, inner.end_lineno + 1))  # type: ignore[attr-defined]
    return found


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def theirs(family: str, names: tuple[str, ...]) -> int:
    """Lines of torchvision's file for a family that these networks need."""
    torchvision_models()
    text = inspect.getsource(import_module(f"torchvision.models.{family}"))
    return code_lines(text, [node for node in ast.parse(text).body if _is_needed(node, names)])


def _is_needed(node: ast.stmt, names: tuple[str, ...]) -> bool:
    if isinstance(node, ast.ClassDef):
        return not any("WeightsEnum" in ast.unparse(base) for base in node.bases)
    if isinstance(node, ast.FunctionDef):
        registered = bool(node.decorator_list)
        node.decorator_list.clear()
        return node.name in names or not registered
    return isinstance(node, ast.Assign | ast.AnnAssign) and "cfgs" in ast.unparse(node)


def ours(family: str, names: tuple[str, ...]) -> int:
    """Lines of the module that these networks become."""
    networks = cnndsl.load(library.path(family) or family)
    return code_lines(source_of([networks[name] for name in names]))


def rows() -> list[tuple[str, str, str]]:
    """Lines of the table: what, figure, limit."""
    found = []
    for family, names in FAMILIES.items():
        own, other = ours(family, names), theirs(family, names)
        found.append(
            (
                f"lines of code, {family} family: {own} generated : {other} torchvision",
                f"{own / other:.2f}",
                "at most 1",
            )
        )
    return found


if __name__ == "__main__":
    for row in rows():
        print(*row, sep=" | ")
