"""Writing a file: whole or not at all, and never over somebody's work."""

from __future__ import annotations

import os
import re
import stat
import tempfile

_FIRST_LINE = re.compile(rb"# Generated from ([^\n]*); sha256 ([0-9a-f]{16})\n")


class WriteError(Exception):
    """Why a file was not written; ``help`` says what to do."""

    def __init__(self, why: str, help: str = "") -> None:
        super().__init__(why)
        self.help = help


def write(path: str, text: str | bytes, force: bool = False, origin: str | None = None) -> None:
    """Put ``text`` at ``path``; with ``origin``, below a line by which we know it again as unedited.

    A file that is there is replaced with ``force``, where it holds this text already, or where that line and the text
    below still agree. Raises ``WriteError``.
    """
    body = text if isinstance(text, bytes) else text.encode()
    content = body if origin is None else f"# Generated from {origin}; sha256 {_digest(body)}\n".encode() + body
    try:
        target = os.path.realpath(path)
        status = _status(target)
        if status is not None and stat.S_ISDIR(status.st_mode):
            raise WriteError(f"cannot write {path}: it is a directory")
        if status is not None and not stat.S_ISREG(status.st_mode):
            with open(target, "wb") as stream:
                stream.write(content)
        else:
            if status is not None and not force and not _ours(target, (body, content)):
                raise WriteError(
                    f"{path} is there already and was not generated or has been edited", "--force replaces it"
                )
            _replace(target, content, _mode(status))
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        raise WriteError(f"cannot write {path}: {why.lower()}") from None


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _ours(path: str, same: tuple[bytes, bytes]) -> bool:
    with open(path, "rb") as stream:
        present = stream.read()
    first = _FIRST_LINE.match(present)
    return present in same or (first is not None and first[2].decode() == _digest(present[first.end() :]))


def _digest(text: bytes) -> str:
    from hashlib import sha256

    return sha256(text).hexdigest()[:16]


def _mode(status: os.stat_result | None) -> int:
    if status is not None:
        return stat.S_IMODE(status.st_mode)
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


def _replace(path: str, content: bytes, mode: int) -> None:
    handle, temporary = tempfile.mkstemp(prefix=".cnn-", dir=os.path.dirname(path))
    try:
        with open(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)
