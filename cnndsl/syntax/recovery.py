"""How reading goes on after a token that the grammar does not allow.

Brackets match here (see `brackets`), so what was begun is given up, the rest of the statement is passed over, and
reading resumes at the next line, or inside the body that the statement opens. One statement gives one finding.
"""

from __future__ import annotations

from cnndsl.diagnostics import error
from cnndsl.source import Source, Span
from cnndsl.syntax.automaton import Machine
from cnndsl.syntax.findings import Findings
from cnndsl.syntax.messages import MISPLACED, Place, unexpected
from cnndsl.syntax.table import END, NEWLINE
from cnndsl.syntax.tokens import Token

BOUNDARIES = frozenset({NEWLINE, "LBRACE", "RBRACE", END})
LINE_START = "LET"
"""A token that the grammar allows exactly where a line begins, in a body and in a file."""

ITEM_START = "BLOCK"
"""Allowed where a line begins in a file, not in a body."""


class Recovery:
    """Goes along the tokens behind the machine and knows to which statement each belongs."""

    def __init__(self, source: Source, machine: Machine, tokens: list[Token], findings: Findings) -> None:
        self.source = source
        self.machine = machine
        self.tokens = tokens
        self.findings = findings
        self.unread: set[str] = set()
        self.walked = 0
        self.statement = 0
        self.segment = 0
        self.outer: list[int] = []
        self.told: set[int] = set()
        self.misplaced_after = -1

    def recover(self, place: int) -> int:
        """Report the token at ``place``, bring the machine to where it can go on, and say at which token."""
        self.walk(place)
        self.findings.restarts += 1
        tokens, machine = self.tokens, self.machine
        token = tokens[place]
        if token.kind == NEWLINE and tokens[place + 1].kind == "LBRACE" and machine.accepts("LBRACE"):
            brace = tokens[place + 1]
            span = Span(self.source, brace.start, brace.end)
            self.findings.add(
                error("E0101", "`{` stands at the end of the line before, not on its own", span), repaired=True
            )
            return place + 1
        if self.statement not in self.told:
            self.told.add(self.statement)
            self.tell(place, self.next_boundary(place))
        if machine.accepts(NEWLINE):
            machine.feed(Token(NEWLINE, "", token.start, token.start))
            if machine.accepts(token.kind):
                return place
            self.findings.distrust(tokens[max(place - 1, 0)].start)
        boundary = self.next_boundary(place)
        machine.unwind(LINE_START)
        return self.resume(boundary)

    def next_boundary(self, place: int) -> int:
        """Where the statement ends or opens a body; braces where a value is expected are no body."""
        if self.tokens[place].kind == "LBRACE" and self.machine.accepts("INT"):
            depth = 1
            while depth:
                place += 1
                depth += {"LBRACE": 1, "RBRACE": -1}.get(self.tokens[place].kind, 0)
            place += 1
        while self.tokens[place].kind not in BOUNDARIES:
            place += 1
        return place

    def walk(self, place: int) -> None:
        """Follow the tokens up to ``place`` and note where statements begin."""
        for index in range(self.walked, place):
            kind = self.tokens[index].kind
            if kind == "LBRACE":
                self.outer.append(self.statement)
                self.statement = self.segment = index + 1
            elif kind == "RBRACE":
                self.statement = self.outer.pop() if self.outer else index + 1
                self.segment = index + 1
            elif kind == NEWLINE:
                self.statement = self.segment = index + 1
        self.walked = max(self.walked, place)

    def tell(self, place: int, boundary: int) -> None:
        """Report the token at ``place``, unless its statement has a finding of another kind."""
        tokens, machine = self.tokens, self.machine
        complete = machine.accepts(NEWLINE)
        at_items = machine.accepts(NEWLINE, ITEM_START) if complete else ITEM_START in machine.row(LINE_START)
        if at_items:
            self.note_names(tokens[self.statement : boundary])
        if self.findings.spoil(tokens[self.segment].start, max(tokens[boundary].end, tokens[place].end + 1)):
            return
        where = Place(self.source, tokens, place, self.statement, machine.expected(), at_items)
        finding = unexpected(where)
        if finding.message == MISPLACED:
            if self.misplaced_after == machine.builder.items:
                return
            self.misplaced_after = machine.builder.items
        self.findings.add(finding)

    def note_names(self, header: list[Token]) -> None:
        """Remember the names that an item would have defined."""
        if header and header[0].kind == "IMPORT":
            self.unread |= {token.text for token in header if token.kind == "NAME"}
            if all(token.kind != "COLON" for token in header):
                self.unread.add("*")
        self.unread |= {token.text for token in header[:3] if token.kind == "NAME"}

    def resume(self, boundary: int) -> int:
        """Where reading goes on, at a line's start, from the end of a statement or from the body it opens."""
        machine, token = self.machine, self.tokens[boundary]
        if token.kind == "LBRACE" and not machine.accepts("LBRACE"):
            machine.feed(Token("BLOCK", "block", token.start, token.start))
            machine.feed(Token("NAME", "", token.start, token.start))
        if token.kind == "RBRACE" and not machine.accepts("RBRACE") and ITEM_START not in machine.row(LINE_START):
            machine.unwind("RBRACE")  # the line that is given up was to follow another one
        return boundary if machine.accepts(token.kind) else boundary + 1
