"""From text to tree, with findings; never raises."""

from __future__ import annotations

from cnndsl.diagnostics import Diagnostic, error
from cnndsl.source import Source, Span
from cnndsl.syntax import limits, tree
from cnndsl.syntax.automaton import Machine
from cnndsl.syntax.brackets import mend
from cnndsl.syntax.builder import Builder
from cnndsl.syntax.findings import Findings
from cnndsl.syntax.messages import Place, unexpected
from cnndsl.syntax.recovery import Recovery
from cnndsl.syntax.slips import Slip
from cnndsl.syntax.table import load_table
from cnndsl.syntax.tokens import Token, scan, tokenize

ANY = frozenset({"*"})


def parse(source: Source) -> tuple[tree.File, list[Diagnostic]]:
    """What could be read of a file, and what could not."""
    text = source.text
    if len(text) > limits.CHARACTERS:
        message = f"the file has {len(text):,} characters; the most is {limits.CHARACTERS:,}"
        return tree.File(source, None, (), ANY), [error("E0107", message, Span(source, 0, 0))]
    reading = Reading(source)
    tokens = reading.read_tokens(1 if text.startswith("\ufeff") else 0, len(text))
    file = reading.read_file(tokens) if tokens else None
    if file is None or reading.findings.full:
        file = tree.File(source, None, (), ANY)
    return file, reading.findings.listed()


class Reading:
    """One file on its way from text to a tree."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings = Findings()
        self.table = load_table()
        self.builder = Builder(source, self.table, self.findings, self.read_expression)
        self.expressions = 0

    def read_tokens(self, start: int, end: int) -> list[Token] | None:
        """Tokens with brackets that match; None where they nest too deep."""
        slips: list[Slip] = []
        tokens = tokenize(self.table, self.source, start, end, slips)
        mended: list[Diagnostic] = []
        if tokens is None:
            slips = []
            odd = self.source.text.count('"""', start, end) % 2 == 1
            raw = list(scan(self.table, self.source, start, end, slips, distrust=odd))
            tokens, mended = mend(self.source, raw, start, end)
        for slip in slips:
            self.findings.add(slip.finding, slip.repaired)
        upset = {self.source.position(slip.finding.span.start)[0] for slip in slips if not slip.repaired}
        for finding in mended:
            if self.source.position(finding.span.start)[0] not in upset:
                self.findings.add(finding)
        return tokens

    def read_file(self, tokens: list[Token]) -> tree.File | None:
        """The tree of a file without the items that have a slip in them; None if nothing can be trusted."""
        machine = Machine(self.table, "file", self.builder)
        recovery: Recovery | None = None
        place = 0
        while place < len(tokens):
            if machine.feed(tokens[place]):
                place += 1
            elif self.findings.full:
                return None
            else:
                recovery = recovery or Recovery(self.source, machine, tokens, self.findings)
                place = recovery.recover(place)
            if machine.deepest > limits.DEPTH:
                self.too_deep(tokens[place - 1])
                return None
        file: tree.File | None = machine.result
        if file is None or not self.findings.torn:
            return file
        unread = recovery.unread if recovery else set()
        return file._replace(items=self.whole(file.items, unread), unread=frozenset(unread))

    def too_deep(self, token: Token) -> None:
        """The expression that ends here has too many operators within each other."""
        message = f"operators nest more than {limits.DEPTH} deep"
        self.findings.add(error("E0106", message, Span(self.source, token.start, token.end), "the rest is not read"))

    def whole(self, items: tuple[tree.Item, ...], unread: set[str]) -> tuple[tree.Item, ...]:
        """The items without a slip; the names of the others go to ``unread``."""
        kept: list[tree.Item] = []
        for item in items:
            if not self.findings.spoil(item.span.start, item.span.end):
                kept.append(item)
            elif isinstance(item, tree.WithDefinitions):
                kept.append(item._replace(items=self.whole(item.items, unread)))
            elif isinstance(item, tree.Import):
                unread |= {name.id for name in item.names} or ANY
            elif item.name.id:
                unread.add(item.name.id)
        return tuple(kept)

    def read_expression(self, start: int, end: int) -> tree.Expression | None:
        """The expression that stands in a piece of a file, in a name or a text."""
        span = Span(self.source, start, end)
        self.expressions += 1
        slips: list[Slip] = []
        tokens = tokenize(self.table, self.source, start, end, slips)
        for slip in slips:
            self.findings.add(slip.finding, slip.repaired)
        if tokens is None:
            self.findings.add(error("E0102", "the brackets in this value do not match", span))
            return None
        machine = Machine(self.table, "expression", self.builder)
        for place, token in enumerate(tokens):
            if not machine.feed(token):
                if not self.findings.spoil(start, end):
                    self.findings.add(unexpected(Place(self.source, tokens, place, 0, machine.expected(), False)))
                return None
        expression: tree.Expression | None = machine.result
        return expression
