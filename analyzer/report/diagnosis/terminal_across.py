"""The part of a report that is about all environments together."""

from collections.abc import Iterator, Sequence

from analyzer.model.core.text import visible
from analyzer.model.core.wording import count, enumerated
from analyzer.model.findings.across import RecordedName, RenameAcross
from analyzer.model.findings.finding import Severity
from analyzer.model.findings.joint_choice import JointChoice, JointWay
from analyzer.model.findings.report import EnvironmentReport, Report
from analyzer.records import Struct
from analyzer.report.diagnosis.terminal_layout import BOLD, RED, YELLOW, ScreenLayout
from analyzer.report.diagnosis.terminal_remarks import renamed_in

_CELLS = {
    RecordedName.OLD: "old",
    RecordedName.NEW: "new",
    RecordedName.BOTH: "both",
    RecordedName.NONE: "none",
    RecordedName.UNKNOWN: "?",
}
_LEGEND = (
    "old, new: the name that it ran under; both: recorded under both; none: it never ran there; "
    "?: cannot be known"
)
_GAP = 2  # columns between two of a table


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
        failing = [it.table.environment for it in self.report.environments if _fails(it)]
        worse = {it.environment for it in self.report.findings if it.severity is not Severity.NOTE}
        diverged = [name for name in names if name in worse]
        whole = [name for name in names if name not in {*worse, *failing}]
        if failing:
            yield f"`{self.migrate}` would stop or destroy data on {enumerated(failing)}.", RED
        if diverged:
            yield f"There is something to repair on {enumerated(diverged)}.", RED
        if whole:
            yield f"Nothing to repair on {enumerated(whole)}.", BOLD
        for it in self.report.unread:
            yield f"{it.name} could not be read: {it.error.what}: {it.error.why}.", YELLOW
            yield f"To read {it.name}: {it.error.fix}.", ""

    # the matrix

    def _matrix(self) -> str:
        renames = self.report.renames
        if not renames:
            return ""
        wide = self._wide(renames)
        text = wide if _width(wide) <= self.layout.width else self._narrow(renames)
        who = renamed_in([it.rename for it in renames], self.layout)
        return "\n".join(part for part in (text, self.layout.fill(_LEGEND), who) if part)

    def _wide(self, renames: Sequence[RenameAcross]) -> str:
        names = [name for name, _ in renames[0].rows]
        columns = ("ran as", "is now", "migration", *names)
        body = [(*_pair(it), *(_CELLS[found] for _, found in it.rows)) for it in renames]
        return self.layout.table(_TITLE, columns, body)

    def _narrow(self, renames: Sequence[RenameAcross]) -> str:
        """The renames by number, and a line for each environment."""
        numbered = list(enumerate(renames, start=1))
        body = [(f"{number}", *_pair(it)) for number, it in numbered]
        tables = [self.layout.table(_TITLE, ("#", "ran as", "is now", "migration"), body)]
        names = [name for name, _ in renames[0].rows]
        room = self.layout.width - max(map(len, (*names, "environment")))
        most = max(1, room // (len(_CELLS[RecordedName.BOTH]) + _GAP))
        for start in range(0, len(numbered), most):
            part = numbered[start : start + most]
            rows = [(name, *(_CELLS[it.at(name)] for _, it in part)) for name in names]
            columns = ("environment", *(f"{number}" for number, _ in part))
            tables.append(self.layout.table(_WHICH, columns, rows))
        return "\n\n".join(tables)

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
            yield f"Rewrite the rows of {enumerated(joint.mend)}, then deploy."


_TITLE = "Renamed, and the name each environment ran"
_WHICH = "Which of the two names is recorded"


def _pair(it: RenameAcross) -> tuple[str, str, str]:
    rename = it.rename
    return rename.old.version.text, rename.new.version.text, rename.new.name.slug


def _width(text: str) -> int:
    return max(map(len, text.split("\n")))


def _sentence(text: str) -> str:
    return f"{visible(text[:1].upper() + text[1:])}."


def _fails(it: EnvironmentReport) -> bool:
    return it.recommendations.migrate.certain


def _outcome(it: EnvironmentReport) -> str:
    """What the next migrate does, in a few words."""
    prediction, again = it.prediction, len(it.recommendations.runs_again)
    runs = count(len(prediction.would_run), "migration")
    said = [f"runs {runs}" if prediction.would_run else "runs nothing"]
    if again:
        said.append(f"{again} of them again" if prediction.would_run else f"starts {again} again")
    if prediction.fails_at is not None:
        where = prediction.fails_at.file
        said.append(f"stops at {where.basename}" if where else "does not start")
    losses = [loss for loss in prediction.destroys if loss.rows != 0]
    if losses:
        said.append(f"DESTROYS: {losses[0].what}" + (" and more" if losses[1:] else ""))
    return ", ".join(said)
