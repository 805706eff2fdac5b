"""Grades the compiler on a corpus of bugs: ``python tests/bugs/grade.py FILE.json [ID ...]``.

Prints a line a bug and, last, how many hold of how many that were asked, for each criterion. With IDs it shows those
bugs: the program and what the compiler says.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from shapebugs.bug import load
from shapebugs.grading import CRITERIA, Grade, grade
from shapebugs.program import translate

from cnndsl.diagnostics.render import render

MARKS = {True: "yes", False: "NO", None: "-"}


def main(arguments: Sequence[str]) -> int:
    """Print the table; 1 where something does not hold."""
    path, *wanted = arguments
    grades = [grade(bug) for bug in load(Path(path)) if not wanted or bug.name in wanted]
    if wanted:
        for one in grades:
            _show(one)
    print(f"{'bug':5} {'category':22} {'kind':9}" + "".join(f"{name:9}" for name in CRITERIA))
    for one in grades:
        print(_row(one))
    print(f"{'':38}" + "".join(f"{_tally(grades, name):9}" for name in CRITERIA))
    print(f"{sum(one.passed for one in grades)} of {len(grades)} bugs pass all that is asked of them")
    return 0 if all(one.passed for one in grades) else 1


def _row(one: Grade) -> str:
    row = f"{one.bug.name:5} {one.bug.category:22} {one.bug.kind:9}"
    if one.untranslatable is not None:
        return row + f"not translated: {one.untranslatable}"
    row += "".join(f"{MARKS[one.holds[name]]:9}" for name in CRITERIA) + " ".join(each.code for each in one.findings)
    row += "".join(f"  [{remark}: {MARKS[said]}]" for remark, said in one.remarks.items())
    return row + (f"  (fixed: {' '.join(one.others)})" if one.others else "")


def _tally(grades: Sequence[Grade], name: str) -> str:
    asked = [one.holds[name] for one in grades if one.holds[name] is not None]
    return f"{sum(map(bool, asked))}/{len(asked)}"


def _show(one: Grade) -> None:
    if one.untranslatable is None:
        print(translate(one.bug).text)
    for finding in one.findings:
        print(render(finding), "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
