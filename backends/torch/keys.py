"""Names of registered modules: attributes where they can be, ``add_module`` where not."""

from __future__ import annotations

import keyword
from collections.abc import Sequence

from cnndsl.backends.torch.code import World, all_same
from cnndsl.backends.torch.context import CannotShare, Context
from cnndsl.backends.torch.expressions import quote
from cnndsl.backends.torch.statements import Assign, Statement
from cnndsl.shape import Shape
from cnndsl.syntax import tree
from cnndsl.trace import Item

_ATTRIBUTES = """T_destination add_module append apply bfloat16 buffers call_super_init children clear compile cpu cuda
double dump_patches eval extend extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half
insert ipu items keys load_state_dict modules mtia named_buffers named_children named_modules named_parameters
parameters pop register_backward_hook register_buffer register_forward_hook register_forward_pre_hook
register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook
register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook
register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train
training type update values xpu zero_grad"""
TAKEN = frozenset(_ATTRIBUTES.split())
"""Attributes of ``nn.Module`` and its containers: no module can be called so by assignment."""


def segment(context: Context, label: tree.Template | None, worlds: Sequence[World], items: Sequence[Item]) -> str:
    """Python text of the last part of a key: ``"conv1"``, ``f"layer{i + 1}"``."""
    keys = [(item.key or "").rpartition(".")[2] for item in items]
    if all_same(keys):
        return quote(keys[0])
    shapes: list[Shape | None] = [None] * len(worlds)
    if label is None and (text := _counted(context, keys, worlds)):
        return text
    if label is None:
        raise CannotShare(context.loops[-1] if context.loops else None)
    composer = context.composer(worlds, shapes)
    text = ""
    for part in label.parts:
        if isinstance(part, str):
            if '"' in part:
                raise CannotShare(context.loops[-1] if context.loops else None)
            text += quote(part)[1:-1].replace("{", "{{").replace("}", "}}")
            continue
        code = composer.compose(part)
        if code is None or '"' in code.text:
            raise CannotShare(context.loops[-1] if context.loops else None)
        text += f"{{{code.text}}}"
    return f'f"{text}"'


def _counted(context: Context, keys: Sequence[str], worlds: Sequence[World]) -> str:
    """``unit`` and ``unit_2``, ``unit_3``, ... as a kept loop counts them; empty where it does not."""
    if len(context.loops) != 1 or any(context.around_loop(world) is None for world in worlds):
        return ""
    parts = [_counts(key) for key in keys]
    word = parts[0][0]
    rows: dict[World | None, list[int]] = {}
    for (own, number), world in zip(parts, worlds, strict=True):
        if own != word:
            return ""
        rows.setdefault(context.around_loop(world), []).append(number)
    longest = max(rows.values(), key=len)
    start, step = longest[0], longest[1] - longest[0] if len(longest) > 1 else 0
    if step < 1 or any(row != list(range(start, start + step * len(row), step)) for row in rows.values()):
        return ""
    counter = context.counter()
    count = f"{step} * {counter}" if step > 1 else counter
    text = f'f"{word}_{{{count} + {start}}}"' if word else f'f"{{{count}{f" + {start}" if start else ""}}}"'
    return f"{text} if {counter} else {quote(word)}" if word and start == 1 else text


def _counts(key: str) -> tuple[str, int]:
    """``unit_2`` as ``unit`` and 2; ``unit`` is the first; ``4`` has no word."""
    if key.isdigit():
        return "", int(key)
    word, _, number = key.rpartition("_")
    return (word, int(number)) if word and number.isdigit() else (key, 1)


def is_attribute(key: str) -> bool:
    """Whether a module can be kept as an attribute of this name (``key`` is quoted text)."""
    word = key[1:-1]
    plain = key.startswith('"') and word.isidentifier() and word.isascii()
    return plain and not keyword.iskeyword(word) and word not in TAKEN and not word.startswith("_")


def registration(target: str, key: str, module: str) -> Statement:
    """The statement that registers ``module`` on ``target``."""
    if is_attribute(key):
        return Assign(f"{target}.{key[1:-1]}", module)
    taken = (key.startswith('"') and key[1:-1] in TAKEN) or key.startswith('"_')
    if module.startswith("nn.Parameter("):
        if taken:
            return Assign(f"{target}._parameters[{key}]", module)
        return f"{target}.register_parameter({key}, {module})"
    if taken:
        return Assign(f"{target}._modules[{key}]", module)
    return f"{target}.add_module({key}, {module})"


def access(target: str, key: str, parameter: bool = False) -> str:
    """The expression that reads a registered module, or a parameter."""
    if is_attribute(key):
        return f"{target}.{key[1:-1]}"
    if key.startswith('"') and (key[1:-1] in TAKEN or key.startswith('"_')):
        return f"{target}.{'_parameters' if parameter else '_modules'}[{key}]"
    if parameter:
        return f"{target}.get_parameter({key})"
    inside = target.rpartition(".get_submodule(")[2]
    if key.startswith('"') and target.endswith('")') and inside != target and inside.count('"') == 2:
        return f"{target[:-2]}.{key[1:-1]}{target[-2:]}"
    return f"{target}.get_submodule({key})"
