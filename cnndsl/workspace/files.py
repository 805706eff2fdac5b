"""Reading one file: its text, or a finding that says why there is none."""

from __future__ import annotations

import errno
import os
import stat
from typing import BinaryIO

from cnndsl.diagnostics import Diagnostic, error
from cnndsl.source import Source, Span

LARGEST = 500_000
"""Bytes. The parser takes time in proportion; the longest real network has 60 lines."""

_REASONS = {
    errno.ENOENT: "there is no such file",
    errno.ENOTDIR: "there is no such file",
    errno.EACCES: "its permissions do not allow reading",
    errno.ELOOP: "its symbolic links go round in a circle",
    errno.ENAMETOOLONG: "the name is too long",
}


def read_file(path: str, shown: str | None = None) -> tuple[Source, Diagnostic | None]:
    """The program at ``path``, which messages call ``shown``; with a finding, the source is what could be read."""
    name = path if shown is None else shown
    try:
        data = _bytes(path)
    except _Unread as problem:
        return _problem(problem.code, f"cannot read {name}: {problem.why}", Source(name, ""))
    except OSError as problem:
        why = _REASONS.get(problem.errno or 0) or (problem.strerror or "unknown reason").lower()
        return _problem("E0701", f"cannot read {name}: {why}", Source(name, ""))
    except ValueError:
        return _problem(
            "E0701", f"cannot read {name}: the name has a character that no file name has", Source(name, "")
        )
    return decode(data, name)


def read_stream(stream: BinaryIO, name: str) -> tuple[Source, Diagnostic | None]:
    """The program that ``stream`` gives until it ends; messages call it ``name``."""
    try:
        data = stream.read(LARGEST + 1)
    except (OSError, ValueError) as problem:
        why = (getattr(problem, "strerror", None) or str(problem)).lower()
        return _problem("E0701", f"cannot read {name}: {why}", Source(name, ""))
    if len(data) > LARGEST:
        return _problem("E0706", f"cannot read {name}: at most {LARGEST:,} bytes are read", Source(name, ""))
    return decode(data, name)


def decode(data: bytes, name: str) -> tuple[Source, Diagnostic | None]:
    """The text of ``data``: UTF-8, a byte order mark is left out."""
    if b"\0" in data:
        return _problem("E0703", f"{name} is a binary file, not a program", Source(name, ""))
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        source = Source(name, data.decode("utf-8"))
    except UnicodeDecodeError as problem:
        return _not_utf8(data, name, problem.start)
    if not source.text.strip():
        return _problem("E0705", f"{name} is empty", source, "a program has at least one `network` or `block`")
    return source, None


class _Unread(Exception):
    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why


def _bytes(path: str) -> bytes:
    # Not blocking: somebody may put a pipe in the place of a file that was just looked at.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            raise _Unread("E0702", "it is a directory")
        if not stat.S_ISREG(status.st_mode):
            raise _Unread("E0702", "it is a device or a pipe, not a file")
        if status.st_size > LARGEST:
            raise _Unread("E0706", f"{status.st_size:,} bytes; the most is {LARGEST:,}")
        data = bytearray()
        while piece := os.read(handle, LARGEST + 1 - len(data)):
            data += piece
        return bytes(data)
    finally:
        os.close(handle)


def _not_utf8(data: bytes, name: str, place: int) -> tuple[Source, Diagnostic]:
    source = Source(name, data.decode("utf-8", "replace"))
    start = len(data[:place].decode("utf-8"))
    span = Span(source, start, start + 1)
    return source, error("E0704", f"{name} is not UTF-8: byte 0x{data[place]:02x} cannot stand here", span)


def _problem(code: str, message: str, source: Source, help: str = "") -> tuple[Source, Diagnostic]:
    return source, error(code, message, Span(source, 0, 0), help=(help,) if help else ())
