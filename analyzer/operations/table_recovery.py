"""Option 3, carried out: some tables' rows from a backup or another database of the server.

Whatever rows a table had are kept beside it in the same transaction that replaces them, so every
table can be given its own rows back.
"""

from pathlib import Path
from typing import assert_never

from analyzer.analysis.fitness import compare_schemas
from analyzer.analysis.state_pair import Comparison
from analyzer.errors import UsageError
from analyzer.model.checklist import Outcome
from analyzer.model.recovery import Misfit, Step, StepKind, TablePart, TablesPlan
from analyzer.operations import recovery_parts as parts
from analyzer.operations.fitting import find_misfits
from analyzer.operations.full_recovery import Ended
from analyzer.operations.kept_rows import Shelf
from analyzer.operations.new_database import database_oid, drop_database, maintenance
from analyzer.operations.recovery_journal import Journal
from analyzer.operations.recovery_parts import Surroundings
from analyzer.operations.restoration import restore
from analyzer.operations.table_loading import Counted, Route, count_part, holds_rows, put_back
from analyzer.sources.database_state import read_tables
from analyzer.sources.session import Gateway


class TableRecovery:
    """One run over the steps of a plan, begun or resumed."""

    def __init__(self, plan: TablesPlan, journal: Journal, around: Surroundings) -> None:
        self.plan, self.journal = plan, journal
        self.around = around.labelled(plan)
        self.gateway, self.progress = self.around.gateway, around.progress
        self.table = parts.version_table_of(plan)
        self.shelf = Shelf(plan.id)
        self.every = tuple(part for group in plan.components for part in group)
        self.ended = Ended(finished=False)

    @property
    def source(self) -> Gateway:
        """Where the rows come from."""
        return self.gateway.at(self.plan.source_database or self.plan.side)

    @property
    def target(self) -> Gateway:
        """Where they go."""
        return self.gateway.at(self.plan.database)

    def run(self) -> Ended:
        """Carry out what is not done yet.

        Raises:
            AnalyzerError: a step cannot be done; the steps before it stay done.
        """
        with maintenance(self.gateway, self.plan.database) as session:
            parts.check_server(session, self.plan, self.plan.oid, (self.plan.database,))
            parts.claim(session, self.gateway, self.plan)
            self.ended.finished = parts.run_steps(
                self.plan, self.journal, self.progress, self._carry_out
            )
        return self.ended

    def _carry_out(self, step: Step) -> bool:  # noqa: C901  an arm a kind; mypy counts them
        match step.kind:
            case StepKind.CHECK:
                parts.demand_safety(self.around, self.plan, self.journal.folder)
            case StepKind.STOP:
                parts.stop_application(self.around, self.plan)
            case StepKind.BACKUP:
                parts.secure_backup(self.around, self.plan.database, None, self.journal, self.table)
            case StepKind.SOURCE:
                self._restore_beside()
            case StepKind.FIT:
                return self._check_fit()
            case StepKind.LOAD:
                self._load()
            case StepKind.SEQUENCES:
                labels = frozenset(part.label for part in self.every)
                parts.mend_sequences(self.source, self.target, self.progress, labels)
            case StepKind.VERIFY:
                return self._verify()
            case StepKind.START:
                parts.run_if_given(self.plan.start_command, "--start-command", self.around)
            case (
                StepKind.RENAME
                | StepKind.CREATE
                | StepKind.MIGRATE
                | StepKind.CLEAR
                | StepKind.LARGE_OBJECTS
            ):
                return True  # of the other kind of recovery
            case _:
                assert_never(step.kind)
        return True

    def _restore_beside(self) -> None:
        """Restore the backup as a database of its own; it has its name only when it is whole."""
        if self.plan.source_backup is None:
            return
        with maintenance(self.gateway, self.plan.side) as session:
            if database_oid(session, self.plan.side) is not None:
                return
        restore(
            self.gateway, Path(self.plan.source_backup), self.plan.side, self.progress, self.table,
            owners=False,
        )  # fmt: skip

    def _check_fit(self) -> bool:
        labels = {part.label for part in self.every}
        with self.source.session() as old, self.target.session() as new:
            source = [table for table in read_tables(old) if table.label in labels]
            fit = compare_schemas(source, read_tables(new), ())
            taken = [] if self.plan.replace else [
                part for part in self.every
                if holds_rows(new, part) and not self.shelf.holds(new, part)
                and count_part(old, part) != count_part(new, part)
            ]  # fmt: skip
        found = find_misfits(self.source, self.target, fit)
        self.ended.misfits = (*map(_in_the_way, taken), *found)
        return not self.ended.misfits

    def _load(self) -> None:
        parts.load_components(
            Route(self.source, self.target),
            self.plan.components,
            self.journal,
            self.progress,
            shelf=self.shelf,
        )

    def _verify(self) -> bool:
        labels = frozenset(part.label for part in self.every)
        expected = parts.read_whole(self.source, self.table)
        how = Comparison(tables=labels, structure=False, owners=False, validated=False)
        self.ended.items = parts.compare_loaded(
            self.target, expected, self.every, self.journal.loaded(), how, self.progress, self.table
        )
        if any(item.outcome is Outcome.FAIL for item in self.ended.items):
            return False
        parts.run_if_given(self.plan.check_command, "--check-command", self.around)
        self._drop_side()
        return True

    def _drop_side(self) -> None:
        if self.plan.source_backup is not None:
            with maintenance(self.gateway, self.plan.side) as session:
                drop_database(session, self.plan.side)


def take_tables_back(plan: TablesPlan, journal: Journal, around: Surroundings) -> str:
    """Give every loaded table the rows back that it had before; may be repeated.

    Returns:
        What was done, in words.

    Raises:
        AnalyzerError: the server refuses.
    """
    if journal.dropped and not journal.taken_back:
        raise UsageError(
            f"the recovery of tables of {plan.database} cannot be taken back any more",
            why="their former rows were dropped: migdoctor recover drop-old",
            fix="bring them back from the backup that was taken first: migdoctor recover tables "
            f"--from-backup {journal.fact('backup')} --replace --table NAME",
        )
    around = around.labelled(plan)
    with maintenance(around.gateway, plan.database) as session:
        parts.check_server(session, plan, plan.oid, (plan.database,))
        parts.claim(session, around.gateway, plan)
        drop_database(session, plan.side)
        parts.run_if_given(plan.stop_command, "--stop-command", around)
        every = [part for group in plan.components for part in group]
        loaded = {label: Counted(*found) for label, found in journal.loaded().items()}
        aside = put_back(around.gateway.at(plan.database), every, Shelf(plan.id), loaded)
        journal.note("taken-back")
        parts.run_if_given(plan.start_command, "--start-command", around)
    since = f"; the rows that came since are in {', '.join(aside)}" if aside else ""
    return f"the tables of {plan.database} have the rows again that they had before{since}"


def drop_former_rows(plan: TablesPlan, journal: Journal, around: Surroundings) -> str:
    """Drop the rows that were kept beside: the step that nothing takes back.

    After the recovery was taken back, those are the rows that had come since.

    Raises:
        UsageError: the recovery is not finished.
    """
    if not journal.finished and not journal.taken_back:
        raise UsageError(
            "the former rows are not dropped",
            why="the recovery is not finished",
            fix="finish it first: migdoctor recover resume",
        )
    with around.gateway.at(plan.database).session() as session:
        Shelf(plan.id).clear(session, "since" if journal.taken_back else "before")
    journal.note("dropped")
    return f"the rows that were kept beside in {plan.database} are dropped"


def _in_the_way(part: TablePart) -> Misfit:
    return Misfit(
        part.label,
        "it has other rows already",
        f"--replace puts them aside and loads the others; --keep {part.label} leaves the table as "
        "it is",
    )
