"""Graphviz, wherever it is: ``dot`` on PATH, else the engine that comes with the extra ``draw``, in this process."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

FORMATS = ("svg", "pdf", "png")
SECONDS = 120
"""How long ``dot`` may take; a picture of the largest size that is drawn takes a tenth."""

_EPOCH = "SOURCE_DATE_EPOCH"
"""What new versions of cairo take the date of a PDF from; old ones always write that of its making."""

_DATE = re.compile(rb"(/CreationDate \(D:)\d{14}")


class EngineError(OSError):
    """A picture was not laid out; ``help`` says what to do."""

    def __init__(self, why: str, help: str = "") -> None:
        super().__init__(why)
        self.help = help


class NoEngine(EngineError):
    """There is no Graphviz."""

    def __init__(self) -> None:
        super().__init__(
            "there is no Graphviz", "pip install 'cnndsl[draw]', or install Graphviz so that `dot` is found"
        )


def render(dot: str, format: str) -> bytes:
    """A picture of DOT text as the bytes of a file: svg, pdf or png. Raises ``EngineError``."""
    program = shutil.which("dot")
    made = _outside(program, dot, format) if program is not None else _inside(dot, format)
    return _DATE.sub(rb"\g<1>19700101000000", made, count=1) if format == "pdf" else made


def _outside(program: str, dot: str, format: str) -> bytes:
    try:
        done = subprocess.run(
            [program, f"-T{format}"],
            input=dot.encode(),
            capture_output=True,
            timeout=SECONDS,
            env={_EPOCH: "0", **os.environ},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EngineError(f"{program} did not finish in {SECONDS} s", "draw less: a smaller --depth") from None
    except OSError as problem:
        raise EngineError(f"cannot run {program}: {(problem.strerror or str(problem)).lower()}") from None
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit status {done.returncode}"]
        raise EngineError(f"{program} failed: {lines[0][:200]}")
    return done.stdout


def _inside(dot: str, format: str) -> bytes:
    try:
        import pygraphviz  # type: ignore[import-untyped]
    except ImportError:
        raise NoEngine from None
    with _quiet(), _dated():
        try:
            return bytes(pygraphviz.AGraph(string=dot).draw(format=format, prog="dot"))
        except (OSError, ValueError) as problem:
            raise EngineError(f"Graphviz failed: {str(problem)[:200]}") from None


@contextmanager
def _dated() -> Iterator[None]:
    """Pictures have no date of their own, unless the user says another."""
    given = os.environ.get(_EPOCH)
    os.environ.setdefault(_EPOCH, "0")
    try:
        yield
    finally:
        if given is None:
            del os.environ[_EPOCH]


@contextmanager
def _quiet() -> Iterator[None]:
    """The C library complains of the configuration of fonts on the standard error, past ``sys.stderr``."""
    try:
        kept = os.dup(2)
    except OSError:  # it is closed
        yield
        return
    try:
        with open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        with suppress(OSError):
            os.dup2(kept, 2)
        os.close(kept)
