"""The gate's own advice, checked: each command is carried out in memory before it is told."""

from collections.abc import Callable, Iterable, Sequence

from analyzer.analysis.gate.fix_steps import command_of
from analyzer.analysis.gate.rules.illegal_file_name import ILLEGAL
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.plans.gate_steps import Move, RunCommand, Steps
from analyzer.records import replace

Key = tuple[str, str]
Try = Callable[[Sequence[Steps]], Sequence[Finding] | None]
_UNREAD = ILLEGAL.code  # a file that was not looked into: under a legal name it may show more
MOST_ALONE = 25  # commands that are tried each by itself; the rest only together
MOST_TRIED = 40  # trials in all: each judges the whole change again


def with_tried_commands(findings: Sequence[Finding], attempt: Try) -> tuple[Finding, ...]:
    """Keep the commands that, carried out, leave nothing worse; withhold the others.

    Commands that only together do no harm, such as the two of a swap, become one.

    Args: attempt: carries steps out in memory and judges the change again; None where a step
        cannot be carried out.
    """
    told = list(dict.fromkeys(it.steps for it in findings if _counts(it)))
    if not told:
        return tuple(findings)
    instead = _Trials(findings, attempt).instead_of(told)
    return tuple(
        _with(finding, instead[finding.steps]) if finding.steps in instead else finding
        for finding in findings
    )


def with_less_harm(before: Iterable[Finding], after: Iterable[Finding]) -> bool:
    """Whether less shuts the gate than before, and nothing that did not."""
    return set(map(_key, filter(_shuts, after))) < set(map(_key, filter(_shuts, before)))


class _Trials:
    """Compares what shuts the gate with what would shut it after some steps."""

    def __init__(self, findings: Iterable[Finding], attempt: Try) -> None:
        findings = list(findings)
        self._before = set(map(_key, filter(_shuts, findings)))
        self._attempt = attempt
        self._revealed = {
            step.target
            for finding in findings
            if finding.code == _UNREAD
            for step in finding.steps
            if isinstance(step, Move)
        }
        self._tried: dict[tuple[Steps, ...], bool] = {}

    def instead_of(self, told: Sequence[Steps]) -> dict[Steps, Steps]:
        """Replace steps that do harm alone: by several of them together, or by none."""
        if len(told) > MOST_ALONE:
            return dict.fromkeys(told, ()) if self.harms(told) else {}
        harmful = [steps for steps in told if self.harms([steps])]
        if harmful:
            self.harms(told)  # before pairs use up what may be tried
        groups = [{steps, *self._partners(steps, told)} for steps in harmful]
        found: dict[Steps, Steps] = {}
        for group in _merged(groups):
            ordered = [steps for steps in told if steps in group]
            joined = () if self.harms(ordered) else tuple(it for steps in ordered for it in steps)
            found |= dict.fromkeys(ordered, joined)
        return found

    def _partners(self, steps: Steps, told: Sequence[Steps]) -> Sequence[Steps]:
        """Other steps with which these do no harm: one if one will do, else all."""
        for other in told:
            pair = [it for it in told if it in (steps, other)]
            if other != steps and not self.harms(pair):
                return [other]
        return [] if self.harms(told) else told

    def harms(self, steps: Sequence[Steps]) -> bool:
        """Whether something shuts the gate afterwards that did not before.

        Once enough has been tried, what was not is taken for harmful.
        """
        key = tuple(steps)
        if key not in self._tried:
            self._tried[key] = len(self._tried) >= MOST_TRIED or self._try(steps)
        return self._tried[key]

    def _try(self, steps: Sequence[Steps]) -> bool:
        after = self._attempt(steps)
        if after is None:
            return True
        fresh = (it for it in after if _shuts(it) and it.path not in self._revealed)
        return not set(map(_key, fresh)) <= self._before


def _merged(groups: Iterable[set[Steps]]) -> list[set[Steps]]:
    """Groups that share something, as one."""
    found: list[set[Steps]] = []
    for group in groups:
        apart = [it for it in found if it.isdisjoint(group)]
        together = set(group).union(*(it for it in found if it not in apart))
        found = [*apart, together]
    return found


def _counts(finding: Finding) -> bool:
    return bool(finding.steps) and not all(isinstance(step, RunCommand) for step in finding.steps)


def _shuts(finding: Finding) -> bool:
    return finding.severity is not Severity.NOTE


def _key(finding: Finding) -> Key:
    return finding.code, finding.what


def _with(finding: Finding, steps: Steps) -> Finding:
    if steps:
        return replace(finding, steps=steps, command=command_of(steps))
    return replace(
        finding,
        steps=(),
        command=None,
        fix=f"{finding.fix}; by hand, because every single command would cause another finding",
    )
