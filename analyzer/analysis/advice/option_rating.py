"""Rates the ways of recovery for each environment.

In place is better than a rebuild wherever it is possible: it touches a few names or rows and can be
taken back. Of the two ways in place, files are better than rows as long as no environment has
recorded the new names: then one commit repairs all of them, and no database is changed.
"""

from collections.abc import Sequence

from analyzer.analysis.advice.deploy_step import looked
from analyzer.analysis.advice.option_commands import commands_for, missing_for
from analyzer.analysis.advice.option_cost import minutes_for
from analyzer.analysis.advice.path_commands import of_repository
from analyzer.analysis.advice.repair_path import with_singles
from analyzer.model.findings.advice import (
    Advice,
    Assessment,
    Fitness,
    RecoveryOption,
    Situation,
)
from analyzer.model.findings.next_steps import CommitAhead
from analyzer.model.plans.repair_path import PathStage, PathStep, PathSteps
from analyzer.records import replace

LONGEST = 60.0  # minutes of downtime that a rebuild may take before table by table is better


def advise(
    situations: Sequence[Situation], window: float | None = None, *, alone: bool = False
) -> tuple[Advice, ...]:
    """Judge all ways for each environment.

    Args:
        situations: all environments that are known; what is right for one depends on the others.
        window: minutes for which the application may be down, if that was said.
        alone: that it was chosen already what is right for all of them, and each says so.
    """
    return tuple(
        _advise(situation, () if alone else situations, window) for situation in situations
    )


def _advise(situation: Situation, all_of_them: Sequence[Situation], window: float | None) -> Advice:
    if situation.ahead is not None:
        return Advice(situation, (), _to_bring_up(situation.ahead))
    if situation.open:
        return Advice(situation, (), _to_settle(situation))
    if situation.sound:
        return Advice(situation, (), (), situation.left)
    case = _Case(situation, all_of_them, window)
    choice = case.choice()
    judged = [case.assess(way, Fitness.BEST if way is choice else None) for way in RecoveryOption]
    rank = list(Fitness)
    ranked = tuple(sorted(judged, key=lambda one: rank.index(one.fitness)))
    return Advice(situation, ranked, (), _plan(situation, ranked))


def _plan(here: Situation, judged: Sequence[Assessment]) -> PathSteps:
    """List what to do: the steps of the best way, else fixes of single rows and files."""
    best = judged[0] if judged and judged[0].fitness is Fitness.BEST else None
    way = _path_of(here, best) if best is not None else ()
    steps = with_singles(way, here.steps, here.git)
    if best is None and steps:
        steps = (*steps, looked(here.naming.asked, "See what is left, and whether to migrate"))
    return tuple(_of(step, here.environment) for step in steps)


def _path_of(here: Situation, best: Assessment) -> PathSteps:
    """The steps of a way; a rebuild is checked first, and looked at last."""
    if best.way is RecoveryOption.RENAME_BACK:
        return here.files.path
    if best.way is RecoveryOption.REWRITE:
        return here.rows.path
    because = best.because[0] if best.because else best.way.value
    check, rebuild = best.commands
    return (
        PathStep(PathStage.REHEARSE, "Check everything that must hold first", (check,)),
        PathStep(PathStage.APPLY, f"{because[:1].upper()}{because[1:]}", (rebuild,)),
        looked(here.naming.asked),
    )


def _of(step: PathStep, environment: str) -> PathStep:
    """A step with its environment, unless it changes the repository, which is everybody's."""
    shared = any(map(of_repository, step.commands))
    return replace(step, environment=None if shared else environment)


def _to_bring_up(ahead: CommitAhead) -> tuple[str, ...]:
    return (f"{ahead.why}: there is nothing to repair", ahead.command)


def _to_settle(situation: Situation) -> tuple[str, ...]:
    which = "1 row" if situation.open == 1 else f"{situation.open} rows"
    return (
        f"{which} could stand for more than one file: no way is safe until that is settled",
        "migdoctor diagnose names them; settle each with --accept, --reject or --deployed",
    )


class _Case:
    """One environment among the others."""

    def __init__(
        self, situation: Situation, all_of_them: Sequence[Situation], window: float | None
    ) -> None:
        self.here, self.window = situation, window
        self.elsewhere = [
            other.environment
            for other in all_of_them
            if other is not situation and _has_new_names(other, situation)
        ]

    # which way

    def choice(self) -> RecoveryOption | None:
        """The way to take, or None where a person must decide."""
        in_place = self._in_place()
        if RecoveryOption.RENAME_BACK in in_place and not self.elsewhere:
            return RecoveryOption.RENAME_BACK
        if RecoveryOption.REWRITE in in_place:
            return RecoveryOption.REWRITE
        if in_place:
            return in_place[0]
        if self._no_rebuild() is not None:
            return None
        return RecoveryOption.FULL if self._in_time(RecoveryOption.FULL) else RecoveryOption.TABLES

    def _in_place(self) -> list[RecoveryOption]:
        return [
            way
            for way in (RecoveryOption.RENAME_BACK, RecoveryOption.REWRITE)
            if not self._refused(way)
        ]

    def _no_rebuild(self) -> str | None:
        """Say why not to rebuild: a smaller fix will do, or the result would differ."""
        if self._in_place() or self.here.steps:
            return "a smaller repair is enough"
        return self.here.rebuild.refused

    def _refused(self, way: RecoveryOption) -> str | None:
        repair = {
            RecoveryOption.RENAME_BACK: self.here.files,
            RecoveryOption.REWRITE: self.here.rows,
        }[way]
        if repair.refused is None and not repair.changes:
            nothing = "it would change nothing here"
            return f"{nothing}: the steps above are enough" if self.here.steps else nothing
        return repair.refused

    def _in_time(self, way: RecoveryOption) -> bool:
        return minutes_for(way, self.here).high <= (self.window or LONGEST)

    # each way

    def assess(self, way: RecoveryOption, fitness: Fitness | None) -> Assessment:
        """Judge one way; ``fitness`` is given where it is the best."""
        why_not = self._why_not(way)
        if fitness is None:
            fitness = Fitness.NOT_HERE if why_not else Fitness.POSSIBLE
        because = self._because(way) if fitness is not Fitness.NOT_HERE else why_not
        return Assessment(
            way,
            fitness,
            tuple(because),
            minutes_for(way, self.here),
            tuple(self._risks(way)),
            tuple(self._cannot_fix(way)),
            commands_for(way, self.here),
        )

    def _why_not(self, way: RecoveryOption) -> list[str]:
        if way in (RecoveryOption.RENAME_BACK, RecoveryOption.REWRITE):
            refused = self._refused(way)
            return [refused] if refused is not None else []
        no_rebuild = self._no_rebuild()
        if no_rebuild is not None:
            return [no_rebuild]
        if not self._in_time(way) and self.window is not None:
            return [f"it may take longer than the {self.window:g} minutes there are"]
        return []

    def _because(self, way: RecoveryOption) -> list[str]:
        return {
            RecoveryOption.RENAME_BACK: self._for_files,
            RecoveryOption.REWRITE: self._for_rows,
            RecoveryOption.FULL: self._for_full,
            RecoveryOption.TABLES: self._for_tables,
        }[way]()

    def _for_files(self) -> list[str]:
        said = [
            "no database is touched: one commit repairs every environment that ran the old names",
            "the exact history of what ran is kept, and `git revert` takes it back",
        ]
        if self.here.scratch_order:
            said.append("a migrate from scratch gets its order back, which the new names break")
        if self.elsewhere:
            said = [f"but {_list(self.elsewhere)} ran the new names and would break", *said]
        return said

    def _for_rows(self) -> list[str]:
        said = ["seconds under a lock, no downtime, and the undo is written before it starts"]
        if self.here.rows_file is not None:  # a script, which nothing accompanies
            said = ["seconds under a lock and no downtime; --undo writes the script that undoes it"]
        if self.elsewhere:
            said.insert(0, f"{_list(self.elsewhere)} ran the new names already: files must stay")
        if self.here.files.refused is not None:
            said.append(f"files cannot get their old names back: {self.here.files.refused}")
        return said

    def _for_full(self) -> list[str]:
        said = ["it ends with a clean history: every file ran once, in order, from scratch"]
        if all(self._refused(way) for way in (RecoveryOption.RENAME_BACK, RecoveryOption.REWRITE)):
            said.insert(0, "neither files nor rows can be repaired in place here")
        if self.here.unattested:
            said.append("what the rows claim and the database lacks is recreated")
        return [*said, "the old database stays aside until you drop it"]

    def _for_tables(self) -> list[str]:
        return [
            "only the tables you choose are moved, each verified, and it can be resumed",
            "useful where all of the data is too much for one window",
        ]

    def _risks(self, way: RecoveryOption) -> list[str]:
        return [*self._dangers(way), *missing_for(way, self.here)]

    def _dangers(self, way: RecoveryOption) -> list[str]:
        if way is RecoveryOption.RENAME_BACK:
            return [_OTHERS_MAY_HAVE_RUN]
        if way is RecoveryOption.REWRITE:
            said = ["every environment that ran the old names needs it, at the same deploy"]
            if self.here.scratch_order:
                said.append(self.here.scratch_order)
            if self.here.edited:
                said.append("a row marked as done hides that the file now does more")
            return said
        said = ["downtime from the backup to the last check; what is written meanwhile is lost"]
        if way is RecoveryOption.TABLES:
            said.append(
                "tables that are not chosen stay behind, with everything that refers to them"
            )
        said.append("data that no longer fits the new schema stops it")
        return said

    def _cannot_fix(self, way: RecoveryOption) -> list[str]:
        said = list(self._left_in_place()) if way.option == 2 else []  # noqa: PLR2004  the option's name
        if self.here.gone:
            one = "1 migration that ran and has no file: its row does no harm"
            many = f"{self.here.gone} migrations that ran and have no file: their rows do no harm"
            said.append(one if self.here.gone == 1 else many)
        return said

    def _left_in_place(self) -> list[str]:
        said = list(self.here.unattested)
        if self.here.edited:
            one = self.here.edited == 1
            files = "file does" if one else "files do"
            said.append(
                f"{self.here.edited} {files} something else today than when "
                f"{'it' if one else 'they'} ran: {_DRAFTED if self.here.drafts else _BY_HAND}"
            )
        return said


def _has_new_names(other: Situation, here: Situation) -> bool:
    """Whether another environment recorded a new name without the old one."""
    return any(new in other.versions and old not in other.versions for old, new in here.renames)


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


_DRAFTED = "the repair keeps a draft of the migration that adds what is missing, to deploy after it"
_BY_HAND = (
    "what is missing goes into a new migration, deployed with the repair; a step below says how"
)
_OTHERS_MAY_HAVE_RUN = (
    "anyone who has run the new names since (a colleague, a staging server) would run the old "
    "ones again: ask, and pass those databases to --environment"
)
