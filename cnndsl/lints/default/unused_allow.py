"""The rule unused-allow, which ``allowances`` looks for once all others are done."""

from __future__ import annotations

from cnndsl.lints.rule import Rule


class UnusedAllow(Rule):
    """A comment allows a rule on a line where it finds nothing, or names no rule.

    What it allowed was put right, or stands on another line, or its name is misspelt: then the comment hides the next
    mistake on its line, or hides nothing at all. Names of rules that were not looked for are left alone.

    Example:
        conv(64, 3x3, padding=1, bias=false) -> bn  # cnn: allow(bias-before-norm)

    Instead:
        conv(64, 3x3, padding=1, bias=false) -> bn
    """
