"""Which way repairs all environments together; each way is carried out in memory on every one."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from analyzer.analysis.advice.advice_safety import told_briefly
from analyzer.analysis.diagnosis.rename_matrix import names_with_new
from analyzer.model.core.wording import enumerated
from analyzer.model.findings.diagnosis import RowAmbiguous
from analyzer.model.findings.joint_choice import JointChoice, JointWay
from analyzer.model.findings.recommendation import Action, Recommendations
from analyzer.model.findings.report import Report
from analyzer.model.plans.plan import Refusal
from analyzer.workflow.forecast.advice_check import AdviceCheck
from analyzer.workflow.repair.repairs import advice_check_of, plan_files
from analyzer.workflow.walk import Walk


def choose_jointly(walks: Sequence[Walk], report: Report) -> JointChoice:
    """Choose the way for all environments of a report.

    Files are better than rows as long as nobody recorded a new name: one commit mends all, and no
    database is changed. As soon as somebody did, or may have, files must keep their names.

    Args:
        walks: those of the environments that could be read.
        report: the joint one.
    """
    return _Choice([_OneOfAll(done) for done in walks], report).made()


class _OneOfAll:
    """One environment, and what each way would do there."""

    def __init__(self, done: Walk) -> None:
        self.done = done
        self.environment = done.report.environments[0]
        self.name = self.environment.table.environment

    @property
    def recommended(self) -> Recommendations:
        return self.environment.recommendations

    @property
    def is_open(self) -> bool:
        """Whether a row could stand for several files."""
        return any(isinstance(row, RowAmbiguous) for row in self.environment.diagnosis.rows)

    @property
    def needs_repair(self) -> bool:
        """Whether rows and files are to be brought together, by whichever way."""
        ways = (self.recommended.files, self.recommended.rows)
        return any(way.changes or way.refused for way in ways)

    @cached_property
    def check(self) -> AdviceCheck:
        return advice_check_of(self.done)

    @cached_property
    def moves(self) -> Action:
        """The names that files would get back for this environment."""
        planned = plan_files(self.done, self.check)
        if isinstance(planned, Refusal):
            return Action()
        return self.check.renames(planned.plan, planned.contents)

    def faults(self, moves: Action) -> str:
        """What is wrong with moves of files, here; empty where nothing is."""
        return told_briefly(self.check.judge(moves).faults)


class _Choice:
    """The choice between the ways."""

    def __init__(self, sides: Sequence[_OneOfAll], report: Report) -> None:
        self._sides, self._report = sides, report
        self._needy = [side for side in sides if side.needs_repair]

    def made(self) -> JointChoice:
        """Make it."""
        settle = [side.name for side in self._sides if side.is_open]
        if settle:
            why = f"rows of {enumerated(settle)} could stand for more than one file"
            return JointChoice(JointWay.SETTLE, (why,))
        if not self._needy:
            return JointChoice(JointWay.NOTHING)
        against = tuple(self._against_files())
        if not against:
            return JointChoice(JointWay.FILES, (_ONE_COMMIT,), tuple(self._covering()))
        mend = tuple(side.name for side in self._needy if side.recommended.rows.open)
        stuck = tuple(
            (side.name, side.recommended.rows.refused or "its rows need no change")
            for side in self._needy
            if not side.recommended.rows.open
        )
        return JointChoice(JointWay.ROWS, against, mend, stuck)

    def _against_files(self) -> Iterator[str]:
        """Why files must keep their names of today."""
        new = names_with_new(self._report.renames)
        if new:
            yield f"{enumerated(new)} ran new names already: files must keep them"
        unread = [it.name for it in self._report.unread]
        if unread:
            names = enumerated(unread)
            yield f"{names} could not be read and may have run the new names: files must keep them"
        if new:
            return  # that is enough
        for side in self._needy:
            if not side.recommended.files.open:
                why = side.recommended.files.refused or "there is no file to move"
                yield f"files cannot get back the names that {side.name} ran: {why}"
        yield from self._contradictions()
        yield from self._harm()

    def _contradictions(self) -> Iterator[str]:
        """A file can get back one name only."""
        targets: dict[str, tuple[str, str]] = {}
        for side in self._needy:
            for path, after in side.moves.moved:
                name, known = targets.setdefault(path, (side.name, after.path))
                if known != after.path:
                    yield f"{name} ran {path} as {known}, and {side.name} as {after.path}"

    def _harm(self) -> Iterator[str]:
        """What the moves of all would do to each, by the simulation of its next migrate."""
        moved = {path: after for side in self._needy for path, after in side.moves.moved}
        moves = Action(moved=tuple(moved.items()))
        folders = {side.done.report.repository.files.directories for side in self._needy}
        for side in self._sides:
            if side.done.report.repository.files.directories not in folders:
                continue  # another application's
            faults = side.faults(moves)
            if faults:
                yield f"with the old names, on {side.name} {faults}"

    def _covering(self) -> Iterator[str]:
        """Environments whose moves together are those of all, those with most first."""
        left = {path for side in self._needy for path, _ in side.moves.moved}
        for side in sorted(self._needy, key=lambda it: -len(it.moves.moved)):
            own = {path for path, _ in side.moves.moved}
            if own & left:
                yield side.name
                left -= own


_ONE_COMMIT = (
    "no environment ran the new names: one commit that gives files their old names back repairs "
    "all of them, and no database is changed"
)
