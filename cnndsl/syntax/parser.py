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
from cnndsl.syntax.slips import Slip, hidden
from cnndsl.syntax.table import END, load_table
from cnndsl.syntax.tokens import Token, scan, tokenize

ANY = frozenset({"*"})


def parse(source: Source) -> tuple[tree.File, list[Diagnostic]]:
    """What could be read of a file, and what could not."""
    text = source.text
    if len(text) > limits.CHARACTERS:
        message = f"the file has {len(text):,} characters; the most is {limits.CHARACTERS:,}"
        return tree.File(source, None, (), ANY), [error("E0107", message, Span(source, 0, 0))]
    nul = text.find("\0")
    if nul >= 0:
        message = "this is not text: it holds a character of value 0"
        return tree.File(source, None, (), ANY), [error("E0104", message, Span(source, nul, nul + 1))]
    reading = Reading(source)
    for finding in hidden(source):
        reading.findings.add(finding)
        if reading.findings.full:
            return tree.File(source, None, (), ANY), reading.findings.listed()
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
        if tokens is None and not gave_up(slips):
            slips = []
            odd = self.source.text.count('"""', start, end) % 2 == 1
            raw = list(scan(self.table, self.source, start, end, slips, distrust=odd))
            if not gave_up(slips):
                tokens, mended = mend(self.source, raw, start, end)
        self.note(slips)
        upset = {self.line_of(slip.finding) for slip in slips if slip.finding and not slip.repaired}
        for finding in mended:
            if self.line_of(finding) not in upset:
                self.findings.add(finding)
        return None if gave_up(slips) else tokens

    def note(self, slips: list[Slip]) -> None:
        """Pass on what was found among the tokens."""
        for slip in slips:
            if slip.finding is not None:
                self.findings.add(slip.finding, slip.repaired)

    def line_of(self, finding: Diagnostic) -> int:
        """The line on which a finding begins."""
        return self.source.position(finding.span.start)[0]

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
            if isinstance(item, tree.Definition) and not item.name.id:
                continue
            if not self.findings.spoil(item.span.start, item.span.end):
                kept.append(item)
            elif isinstance(item, tree.WithDefinitions):
                kept.append(item._replace(items=self.whole(item.items, unread)))
            elif isinstance(item, tree.Import):
                unread |= {name.id for name in item.names} or ANY
            else:
                unread.add(item.name.id)
        return tuple(kept)

    def read_expression(self, start: int, end: int) -> tree.Expression | None:
        """The expression that stands in a piece of a file, in a name or a text."""
        span = Span(self.source, start, end)
        self.expressions += 1
        if self.expressions > limits.VALUES + 1:
            return None
        if self.expressions > limits.VALUES:
            message = f"more than {limits.VALUES:,} values in names and texts"
            self.findings.add(error("E0107", message, span))
            return None
        slips: list[Slip] = []
        tokens = tokenize(self.table, self.source, start, end, slips)
        self.note(slips)
        if tokens is None:
            self.findings.add(error("E0102", "the brackets in this value do not match", span))
            return None
        machine = Machine(self.table, "expression", self.builder)
        for place, token in enumerate(tokens):
            if not machine.feed(token):
                if not self.findings.spoil(start, end):
                    self.findings.add(unexpected(Place(self.source, tokens, place, 0, machine.expected(), False)))
                return None
            if machine.deepest > limits.DEPTH:
                self.too_deep(token)
                return None
        expression: tree.Expression | None = machine.result
        return expression


def gave_up(slips: list[Slip]) -> bool:
    """Whether the text was not read to its end."""
    return bool(slips) and slips[-1].kind == END
