"""What stands on a page."""

from __future__ import annotations

import re
from typing import NamedTuple


class Page(NamedTuple):
    """``text`` is for a reader who has not met this before: paragraphs, code in single quotes.

    ``wrong`` is a program with exactly this fault, ``right`` the same without it; what the compiler says of the wrong
    one is found when the page is shown. ``torch`` is what PyTorch does in the same case. Where a program cannot show
    the fault, ``session`` has commands with what they print.
    """

    text: str
    wrong: str = ""
    right: str = ""
    torch: str = ""
    session: str = ""


def files(program: str) -> dict[str, str]:
    """The files of an example by name, the one that is checked first: several have their names as comments above."""
    parts = re.split(r"^# (\w+\.cnn)\n", program.lstrip("\n"), flags=re.MULTILINE)
    if len(parts) == 1:
        return {"example.cnn": parts[0]}
    return dict(zip(parts[1::2], parts[2::2], strict=True))
