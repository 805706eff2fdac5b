"""Who imports from a file: programs in the same folder, since an import reads what is beside it."""

from __future__ import annotations

import os
import re

from cnndsl.syntax import tree
from cnndsl.syntax.definitions import used
from cnndsl.syntax.parser import parse
from cnndsl.workspace.files import read_file

MOST = 1_000
"""Files of a folder that are looked into."""


def imported(path: str) -> frozenset[str]:
    """The names that other programs in the folder of ``path`` use of it; programs that cannot be read use none."""
    folder, name = os.path.split(path)
    module = name.removesuffix(".cnn")
    mentions = re.compile(rf"^[ \t]*import[ \t]+{re.escape(module)}\b", re.MULTILINE)
    try:
        beside = sorted(other for other in os.listdir(folder or ".") if other.endswith(".cnn") and other != name)
    except OSError:
        return frozenset()
    found: set[str] = set()
    for other in beside[:MOST]:
        source, problem = read_file(os.path.join(folder, other))
        if problem is not None or not mentions.search(source.text):
            continue
        items = parse(source)[0].items
        for item in items:
            if isinstance(item, tree.Import) and item.module.id == module:
                found.update([one.id for one in item.names] or used(items))
    return frozenset(found)
