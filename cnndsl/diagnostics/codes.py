"""Every code of a finding and what it is about: E an error, N a note; the first two digits are the family."""

from __future__ import annotations

FAMILIES = {
    "01": "text",
    "02": "names",
    "03": "arguments and values",
    "04": "shapes",
    "05": "contracts",
    "06": "structure",
    "07": "files",
}

TITLES = {
    "E0101": "something else was expected here",
    "E0102": "brackets do not match",
    "E0103": "a text is never closed",
    "E0104": "a character or a word that means nothing here",
    "E0105": "a number that is none",
    "E0106": "nested too deeply",
    "E0107": "more than a file may hold",
    "E0108": "a label with a wrong template",
    "E0109": "a docstring that belongs to nothing",
    "E0110": "more slips than are shown",
    "E0201": "an unknown name",
    "E0202": "an unknown label",
    "E0203": "a name that is taken",
    "E0204": "a label that is taken",
    "E0205": "a text that cannot be a label",
    "E0301": "a value of another type",
    "E0302": "a value that is not allowed",
    "E0303": "an unknown argument",
    "E0304": "a missing argument",
    "E0305": "too many arguments",
    "E0306": "an argument given twice",
    "E0307": "something applied as what it is not",
    "E0308": "an expression that has no value",
    "E0401": "shapes that cannot be joined",
    "E0402": "a window or a shape larger than the input",
    "E0403": "nothing is left",
    "E0404": "channels that cannot be divided",
    "E0405": "a written size that disagrees with the input",
    "E0406": "too much padding for the window",
    "E0407": "output padding that is not below stride or dilation",
    "E0408": "a matrix product over positions",
    "E0409": "a reshape to another number of values",
    "E0410": "an axis or a channel that is not there",
    "E0411": "an input of another kind",
    "E0412": "a norm over one value",
    "E0501": "a fact that does not hold",
    "E0502": "a precondition that does not hold",
    "E0503": "an output of another shape",
    "E0504": "a value that there is in training only",
    "E0601": "a block that contains itself",
    "E0602": "files that import each other",
    "E0603": "an import of what is not there",
    "E0604": "more work than a file may cause",
    "E0605": "a statement that cannot stand here",
    "E0701": "a file that cannot be read",
    "E0702": "a directory or a device, not a file",
    "E0703": "a binary file",
    "E0704": "a file that is not UTF-8",
    "E0705": "an empty file",
    "E0706": "a file that is too large",
    "E0707": "no bundled network of this name",
    "N0501": "a fact that was not checked",
}


def table() -> str:
    """All codes as Markdown, by family."""
    parts = ["# Codes of findings\n\nMade from `cnndsl/diagnostics/codes.py`.\n"]
    for digits, family in FAMILIES.items():
        rows = [f"| {code} | {title} |" for code, title in TITLES.items() if code[1:3] == digits]
        parts.append(f"## {family.capitalize()}\n\n| code | about |\n|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)
