"""The part of a report that is about all environments together."""

from collections.abc import Iterator
from enum import StrEnum

from analyzer.model.findings.diagnosis import RowMatched
from analyzer.model.findings.finding import Severity
from analyzer.model.findings.joint_choice import JointChoice, JointWay
from analyzer.model.findings.report import EnvironmentReport, Report
from analyzer.model.plans.repair_path import PathStage, PathSteps
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count, enumerated
from analyzer.records import Struct
from analyzer.report.diagnosis.terminal_layout import BOLD, RED, YELLOW, ScreenLayout
from analyzer.report.diagnosis.terminal_remarks import renamed_in


class _Harm(StrEnum):
    """What the next migrate would do, the worst first."""

    DESTROYS = "destroy data"
    STOPS = "stop"
    AGAIN = "run migrations again"


class AcrossPart(Struct, frozen=True):
    """What is said of all environments; ``migrate`` is the command that it mentions."""

    report: Report
    layout: ScreenLayout
    migrate: str

    def parts(self) -> Iterator[str]:
        """Give the verdict, the matrix, the next migrate in each, and what follows."""
        yield "\n".join(self.layout.paragraph(text, colour) for text, colour in self._verdict())
        yield self._matrix()
        yield self._next()
        yield self._what_follows()

    # the verdict

    def _verdict(self) -> Iterator[tuple[str, str]]:
        names = [it.table.environment for it in self.report.environments]
        failing = [it.table.environment for it in self.report.environments if _harm(it)]
        told = {severity: self._having(severity) for severity in (Severity.ERROR, Severity.WARNING)}
        broken, warned = told[Severity.ERROR], told[Severity.WARNING] - told[Severity.ERROR]
        diverged = [name for name in names if name in broken]
        whole = [name for name in names if name not in {*broken, *warned, *failing}]
        for harm in _Harm:
            hit = [it.table.environment for it in self.report.environments if _harm(it) is harm]
            if hit:
                yield f"`{self.migrate}` would {harm} on {enumerated(hit)}.", RED
        if diverged:
            yield f"There is something to repair on {enumerated(diverged)}.", RED
        if merely := [name for name in names if name in warned and name not in failing]:
            yield f"There are only warnings about {enumerated(merely)}: see below.", YELLOW
        if whole:
            lead = "Nothing diverged: nothing" if self._all_agree() else "Nothing"
            yield f"{lead} to repair on {enumerated(whole)}.", BOLD
        for it in self.report.unread:
            yield f"{it.name} could not be read: {it.error.what}: {it.error.why}.", YELLOW
            yield f"To read {it.name}: {it.error.fix}.", ""

    def _all_agree(self) -> bool:
        """Whether each row of each environment has the file that ran."""
        rows = (row for it in self.report.environments for row in it.diagnosis.rows)
        return not self.report.unread and all(isinstance(row, RowMatched) for row in rows)

    def _having(self, severity: Severity) -> set[str | None]:
        """The environments of which a finding is that grave."""
        return {it.environment for it in self.report.findings if it.severity is severity}

    # the matrix

    def _matrix(self) -> str:
        renames = self.report.renames
        if not renames:
            return ""
        from analyzer.report.page.terminal.pictures import matrix_and_timeline

        who = renamed_in([it.rename for it in renames], self.layout)
        matrix, timeline = matrix_and_timeline(self.report, self.layout)
        return "\n\n".join(("\n".join(part for part in (matrix, who) if part), timeline))

    # the next migrate

    def _next(self) -> str:
        body = [
            (
                it.table.environment,
                f"{it.table.count}",
                it.deployed.commit[:10] if it.deployed else "-",
                _outcome(it),
            )
            for it in self.report.environments
        ]
        title = f"The next {self.migrate} in each"
        return self.layout.table(title, ("environment", "rows", "deployed", "it"), body)

    # what follows

    def _what_follows(self) -> str:
        joint = self.report.joint
        if joint is None or joint.way is JointWay.NOTHING:
            return ""
        said = [self.layout.heading("What follows for all of them")]
        said += [self.layout.hang(f"- {_sentence(text)}", 2) for text in joint.because]
        said += [self.layout.hang(f"- {text}", 2) for text in self._conclusion(joint)]
        said += [
            self.layout.hang(f"- {name} needs another repair: {visible(why)}.", 2)
            for name, why in joint.stuck
        ]
        return "\n".join(said)

    def _conclusion(self, joint: JointChoice) -> Iterator[str]:
        if joint.way is JointWay.SETTLE:
            yield "Settle that first, with --accept, --reject or --deployed: no way is safe yet."
        elif joint.way is JointWay.FILES:
            yield "Give the files their old names back, commit, and deploy."
        elif joint.mend:
            first, then = _around(joint.path)
            names = dict.fromkeys((*joint.mend, *_rewritten(joint.path)))
            yield f"{first}{'r' if first else 'R'}ewrite the rows of {enumerated([*names])}{then}."


def _rewritten(path: PathSteps) -> Iterator[str]:
    """The environments whose rows the steps change, in the order of the steps."""
    yield from (
        it.environment for it in path if it.stage is PathStage.APPLY and it.environment is not None
    )


def _around(path: PathSteps) -> tuple[str, str]:
    """What the steps do before the rows, and after them."""
    stages = [it.stage for it in path]
    start = stages.index(PathStage.APPLY) if PathStage.APPLY in stages else 0
    moves = any(" mv " in command for it in path[:start] for command in it.commands)
    holds = PathStage.HOLD in stages
    return (
        "Put files behind what they need, " if moves else "",
        "; do not deploy yet" if holds else ", then deploy",
    )


def _sentence(text: str) -> str:
    return f"{visible(text[:1].upper() + text[1:])}."


def _harm(it: EnvironmentReport) -> _Harm | None:
    """The worst that the next migrate is certain to do."""
    if not it.next_steps.migrate.certain:
        return None
    if it.next_steps.migrate.destroys:
        return _Harm.DESTROYS
    return _Harm.AGAIN if it.prediction.fails_at is None else _Harm.STOPS


def _outcome(it: EnvironmentReport) -> str:
    """What the next migrate does, in a few words."""
    prediction = it.prediction
    began_again = {file.path for file in it.next_steps.runs_again}
    runs = [file.path in began_again for file in prediction.would_run]
    said = [f"runs {count(len(runs), 'migration')}" if runs else "runs nothing"]
    if any(runs):
        said = [f"{said[0]} again"] if all(runs) else [*said, f"{sum(runs)} of them again"]
    if prediction.fails_at is not None:
        where = prediction.fails_at.file
        again = ", which ran already" if where and where.path in began_again else ""
        said.append(f"stops at {where.basename}{again}" if where else "does not start")
    elif prediction.may_fail:
        first, *more = prediction.may_fail
        said.append(f"{first.basename}{f' and {len(more)} more' if more else ''} may fail")
    losses = [loss for loss in prediction.destroys if loss.rows != 0]
    if losses:
        said.append(f"DESTROYS: {losses[0].what}" + (" and more" if losses[1:] else ""))
    return ", ".join(said)
