"""Values of arguments one by one: numbers, true and false; each converter raises ``Misfit``."""

from __future__ import annotations

from cnndsl.ops.operation import Misfit


def shown(value: object, depth: int = 0) -> str:
    """``value`` as the language writes it, long texts, long lists and lists deep in lists cut short."""
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    if isinstance(value, tuple):
        items = [shown(item, depth + 1) for item in value[:8]] if depth < 4 else []
        return f"[{', '.join(items)}{', ' if items else ''}...]" if len(value) > len(items) else f"[{', '.join(items)}]"
    if isinstance(value, int | float):
        return str(value)
    return "a block"


def other_type(name: str, value: object, wanted: str) -> Misfit:
    """The misfit of a value of another kind than is ``wanted``."""
    nature = ", a string" if isinstance(value, str) else ", a list" if isinstance(value, tuple) else ""
    return Misfit(f"{name} is {shown(value)}{nature}; it must be {wanted}", name, "E0301")


def is_whole(value: object) -> bool:
    """Whether it is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def boolean(name: str, value: object) -> bool:
    """``value`` as true or false."""
    if not isinstance(value, bool):
        misfit = other_type(name, value, "true or false")
        if name == "bias" and is_whole(value) and value not in (0, 1):
            misfit.help = "what comes in is never written: the first number is what comes out"
        raise misfit
    return value


def numeric(name: str, value: object) -> float:
    """``value`` as a number, kept as it is written."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise other_type(name, value, "a number")
    return value


def real(name: str, value: object) -> float:
    """``value`` as a number with a fraction."""
    return float(numeric(name, value))


def probability(name: str, value: object) -> float:
    """``value`` as a number from 0 to 1."""
    given = real(name, value)
    if not 0 <= given <= 1:
        raise Misfit(f"{name} is {shown(value)}; it must be from 0 to 1", name, "E0302")
    return given


def epsilon(name: str, value: object) -> float:
    """``value`` as a number that is added to a variance: of a larger one the number of channels was meant."""
    given = real(name, value)
    if not 0 <= given < 1:
        help = "the channels that come in are never written" if is_whole(value) and given > 0 else ""
        raise Misfit(f"{name} is {shown(value)}; it must be from 0 to below 1", name, "E0302", help)
    return given
