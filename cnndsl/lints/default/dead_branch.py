"""The rule dead-branch."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cnndsl.diagnostics.diagnostic import Label
from cnndsl.graph import Step, origin
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.source import Span

_TOLD = 50
"""Lines of which it is told what they need."""


class DeadBranch(Rule):
    """No output of a network depends on a value that is computed.

    Its layers are never trained, and PyTorch's DistributedDataParallel stops at their parameters. Mostly a `from`
    starts where it was not meant to, which loses the flow before it, or the line that joins a branch is missing. An
    input that is never read is found too. What a block offers as an output need not be taken.

    Example:
        conv(16, 3x3, padding=1) -> skip: relu
        conv(16, 3x3, padding=1) -> relu
        from skip -> conv(8, 1x1)

    Instead:
        conv(16, 3x3, padding=1) -> skip: relu
        conv(16, 3x3, padding=1) -> relu
        concat {
            identity
            from skip
        }
        conv(8, 1x1)
    """

    least = "call"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Steps that nothing reads, and that are no outputs."""
        alive = _reach(subject, subject.outputs)
        if len(alive) == len(subject.steps):
            return
        spared = _reach(subject, _offered(subject, alive))
        told: set[Span] = set()
        for step in subject.steps:
            if step.name in alive or step.name in spared or subject.readers(step):
                continue
            if step.node.operation is None:
                yield Finding(f"no output depends on the input {step.name}", step.node.span, step=step)
                continue
            finding = Finding(f"no output depends on this {subject.shape(step)}", step.node.span, step=step)
            if step.node.span not in told and len(told) < _TOLD:
                finding = _explained(subject, finding, step, alive)
            told.add(step.node.span)
            yield finding


def _explained(subject: Subject, finding: Finding, step: Step, alive: set[str]) -> Finding:
    dead = _reach(subject, {step.name}, alive)
    behind = [one for one in subject.steps if one.name in dead]
    parameters = _parameters(subject, behind)
    return finding._replace(
        label="nothing reads it",
        labels=tuple(_reasons(subject, behind, alive)),
        help=("join it, declare it as an `output`, or leave it out",),
        notes=(f"{len(behind)} steps and {parameters:,} parameters are for nothing",) if parameters else (),
    )


def _reasons(subject: Subject, behind: list[Step], alive: set[str]) -> Iterator[Label]:
    """Where the steps for nothing begin, and what is read in their place."""
    first = behind[0]
    if first.operands and first.operands[0] in alive and len(subject.readers(subject.by_name[first.operands[0]])) > 1:
        yield Label(subject.by_name[first.operands[0]].node.span, "this is what is read further on")
    if len(behind) > 1:
        yield Label(first.node.span, "computed for it alone, from here")


def _reach(subject: Subject, names: Collection[str], but: Collection[str] = ()) -> set[str]:
    """These steps and all that they depend on, ``but`` for some and what these depend on."""
    reached, pending = set(names), list(names)
    while pending:
        for operand in subject.by_name[pending.pop()].operands:
            if operand not in reached and operand not in but:
                reached.add(operand)
                pending.append(operand)
    return reached


def _offered(subject: Subject, alive: set[str]) -> set[str]:
    """What applied blocks declare as outputs; of a block of which nothing is read, all but its flow."""
    offered: set[str] = set()
    read = {one.name for step in subject.steps if step.name in alive for one in step.path}
    for one in {instance.name: instance for step in subject.steps for instance in step.path}.values():
        graph = one.node.graph
        flow = graph.result() if graph is not None and one.name not in read else None
        for output in graph.outputs if graph is not None else ():
            name = origin(graph, output.value, f"{one.name}.") if graph is not None and output.value != flow else None
            if name is not None and name in subject.by_name:
                offered.add(name)
    return offered


def _parameters(subject: Subject, steps: list[Step]) -> int:
    return sum(subject.costs[step.graph][step.node.name].params for step in steps)
