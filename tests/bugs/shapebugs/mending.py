"""The fix that the corpus gives, applied to the graph of layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shapebugs.bug import Bug, Layer, Untranslatable


def mended(bug: Bug) -> Bug:
    """``bug`` with all its edits."""
    for edit in bug.facts["fix_edits"]:
        try:
            bug = _EDITS.get(edit["do"], _unknown)(bug, edit)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Untranslatable(f"an edit that the reader does not know: {edit}") from error
    return bug


def _unknown(bug: Bug, edit: Mapping[str, Any]) -> Bug:
    raise Untranslatable(f"an edit of another kind: {edit['do']}")


def _layer(bug: Bug, name: str) -> Layer:
    layer = bug.layer(name)
    if layer is None:
        raise Untranslatable(f"an edit of a layer that is not there: {name}")
    return layer


def _replaced(bug: Bug, changed: Layer) -> Bug:
    return bug._replace(layers=tuple(changed if one.name == changed.name else one for one in bug.layers))


def _set(bug: Bug, edit: Mapping[str, Any]) -> Bug:
    """Other arguments; null takes one away."""
    layer = _layer(bug, edit["node"])
    arguments = {**layer.arguments, **edit["args"]}
    return _replaced(bug, layer._replace(arguments={k: v for k, v in arguments.items() if v is not None}))


def _op(bug: Bug, edit: Mapping[str, Any]) -> Bug:
    """Another operation, with arguments of its own."""
    layer = _layer(bug, edit["node"])
    return _replaced(bug, layer._replace(op=edit["op"], arguments=dict(edit.get("args", {}))))


def _input(bug: Bug, edit: Mapping[str, Any]) -> Bug:
    """An input of another shape."""
    return bug._replace(inputs={**bug.inputs, edit["node"]: tuple(edit["shape"])})


def _renamed(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if name == old else name for name in names)


def _insert_after(bug: Bug, edit: Mapping[str, Any]) -> Bug:
    """A new layer after another: all that read that one, or the one that ``for`` names, read the new one."""
    node, only = edit["node"], edit.get("for")
    new = Layer(edit["name"], edit["op"], (node,), dict(edit.get("args", {})))
    layers = [
        one._replace(inputs=_renamed(one.inputs, node, new.name)) if only in (None, one.name) else one
        for one in bug.layers
    ]
    names = [one.name for one in layers]
    layers.insert(names.index(node) + 1 if node in names else 0, new)
    return bug._replace(layers=tuple(layers), output=new.name if bug.output == node else bug.output)


def _insert_before(bug: Bug, edit: Mapping[str, Any]) -> Bug:
    """A new layer between a layer and its operand (the first, or the one at ``index``)."""
    layer = _layer(bug, edit["node"])
    index = edit.get("index", 0)
    new = Layer(edit["name"], edit["op"], (layer.inputs[index],), dict(edit.get("args", {})))
    operands = tuple(new.name if slot == index else name for slot, name in enumerate(layer.inputs))
    layers = list(_replaced(bug, layer._replace(inputs=operands)).layers)
    layers.insert([one.name for one in layers].index(layer.name), new)
    return bug._replace(layers=tuple(layers))


def _insert_between(bug: Bug, edit: Mapping[str, Any]) -> Bug:
    """A new layer on one edge."""
    reader = _layer(bug, edit["to"])
    return _insert_before(bug, {**edit, "node": edit["to"], "index": reader.inputs.index(edit["from"])})


def _remove(bug: Bug, edit: Mapping[str, Any]) -> Bug:
    """A layer less: what read it reads its operand."""
    layer = _layer(bug, edit["node"])
    (operand,) = layer.inputs[:1]
    layers = tuple(
        one._replace(inputs=_renamed(one.inputs, layer.name, operand)) for one in bug.layers if one.name != layer.name
    )
    return bug._replace(layers=layers, output=operand if bug.output == layer.name else bug.output)


def _inputs(bug: Bug, edit: Mapping[str, Any]) -> Bug:
    """Other operands."""
    return _replaced(bug, _layer(bug, edit["node"])._replace(inputs=tuple(edit["inputs"])))


def _output(bug: Bug, edit: Mapping[str, Any]) -> Bug:
    """Another result, or another promise."""
    shape = edit.get("shape")
    return bug._replace(output=edit.get("node", bug.output), declared=tuple(shape) if shape else bug.declared)


_EDITS = {
    "set": _set,
    "op": _op,
    "input": _input,
    "insert_after": _insert_after,
    "insert_before": _insert_before,
    "insert_between": _insert_between,
    **dict.fromkeys(("remove", "delete", "drop"), _remove),
    **dict.fromkeys(("inputs", "rewire"), _inputs),
    "output": _output,
}
