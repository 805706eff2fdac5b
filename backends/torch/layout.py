"""Lines of Python broken as the usual formatters (Black, Ruff) break them at 88 columns."""

from __future__ import annotations

WIDTH = 88
_OPEN, _CLOSE = "([{", ")]}"


def wrap(line: str, indent: int) -> list[str]:
    """``line`` at ``indent`` spaces, split at its brackets where it is too long."""
    flat = " " * indent + line
    if len(flat) <= WIDTH:
        return [flat]
    place = _last_bracket(line)
    if place is None:
        return _parenthesized(line, indent)
    start, end = place
    body, tail = line[start + 1 : end], line[end:]
    head = line[: start + 1]
    inner = " " * (indent + 4) + body
    collection = head[-1] != "(" or not (head[-2:-1].isalnum() or head[-2:-1] in "_)]")
    parts = split(body)
    if collection and head[-1] == "(" and "," not in top(body):
        return [" " * indent + head, *wrap(body, indent + 4), " " * indent + tail]
    if (len(inner) <= WIDTH and not (collection and len(parts) > 1)) or " for " in top(body):
        rows = [inner] if len(inner) <= WIDTH else _comprehension(body, indent + 4)
    else:
        rows = [row for part in parts for row in wrap(f"{part},", indent + 4)]
    return [" " * indent + head, *rows, " " * indent + tail]


def _parenthesized(line: str, indent: int) -> list[str]:
    """A statement without brackets to split at: what follows ``=`` or ``return`` goes into parentheses."""
    for opening in (" = ", "return "):
        head, found, value = line.partition(opening)
        if found and (head == "" or opening == " = "):
            return [" " * indent + head + opening + "(", " " * (indent + 4) + value, " " * indent + ")"]
    return [" " * indent + line]


def _comprehension(body: str, indent: int) -> list[str]:
    """Element, ``for`` and ``if`` on lines of their own."""
    at = top(body).index(" for ")
    return [*wrap(body[:at], indent), *wrap(body[at + 1 :], indent)]


def top(text: str) -> str:
    """``text`` with everything inside brackets and strings blanked."""
    depth, quoted, out, previous = 0, "", [], ""
    for character in text:
        inside = depth > 0 or bool(quoted)
        if quoted:
            quoted = "" if character == quoted and previous != "\\" else quoted
        elif character in "\"'":
            quoted = character
        elif character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth -= 1
            inside = depth > 0
        out.append("\0" if inside else character)
        previous = "" if previous == "\\" else character
    return "".join(out)


def split(text: str) -> list[str]:
    """The parts of ``text`` between its outermost commas."""
    parts, start = [], 0
    for place, character in enumerate(top(text)):
        if character == ",":
            parts.append(text[start:place].strip())
            start = place + 1
    last = text[start:].strip()
    return [*parts, last] if last else parts


def _last_bracket(line: str) -> tuple[int, int] | None:
    """The outermost bracket pair that closes last and is not empty."""
    flat = top(line)
    end = max(flat.rfind(character) for character in _CLOSE)
    while end > 0:
        start = max(flat.rfind(character, 0, end) for character in _OPEN)
        if start + 1 < end:
            return start, end
        end = max(flat.rfind(character, 0, start) for character in _CLOSE)
    return None
