"""Option 3, carried out: some tables' rows from a backup or another database of the server.

Whatever rows a table had are kept beside it in the same transaction that replaces them, so every
table can be given its own rows back.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.analysis.recovery.fitness import compare_schemas
from analyzer.analysis.recovery.state_pair import Comparison
from analyzer.engines.sessions import Route, Session
from analyzer.model.recovery.recovery import Misfit, TablePart, TablesPlan
from analyzer.model.recovery.recovery_steps import StepKind
from analyzer.operations.backup.restoration import restore
from analyzer.operations.recovery.group_loading import Group
from analyzer.operations.recovery.recovery_context import Surroundings
from analyzer.operations.recovery.recovery_journal import Journal
from analyzer.operations.recovery.recovery_run import OwnStep, RecoveryRun

if TYPE_CHECKING:
    from analyzer.engines.ports.loading import KeptRows


class TableRecovery(RecoveryRun[TablesPlan]):
    """One run of option 3."""

    def __init__(self, plan: TablesPlan, journal: Journal, around: Surroundings) -> None:
        super().__init__(plan, journal, around)
        self.kept: KeptRows = self.gateway.engine.loading.kept_rows(plan.id)
        self.labels = frozenset(part.label for part in plan.parts)

    @property
    def route(self) -> Route:
        """From the other database, or the backup restored beside, into the one in use."""
        source = self.plan.source_database or self.plan.side
        return Route(self.gateway.at(source), self.gateway.at(self.plan.database))

    def _carry_out_own(self, kind: OwnStep) -> None:
        if kind is StepKind.SOURCE and self.plan.source_backup is not None:
            self._restore_beside(Path(self.plan.source_backup))

    def _restore_beside(self, backup: Path) -> None:
        """Restore the backup as a database of its own; it has its name only when it is whole."""
        with self.gateway.engine.databases.maintenance(self.gateway, self.plan.side) as session:
            if session.engine.databases.database_oid(session, self.plan.side) is not None:
                return
        restore(self.gateway, backup, self.plan.side, self.progress, self.table, owners=False)

    def _find_misfits(self) -> tuple[Misfit, ...]:
        source, target = self.route.source, self.route.target
        with source.session() as old, target.session() as new:
            tables = [
                table for table in old.engine.catalog.read_tables(old) if table.label in self.labels
            ]
            fit = compare_schemas(tables, new.engine.catalog.read_tables(new), ())
            taken = [] if self.plan.replace else self._taken(old, new)
        return (*map(_in_the_way, taken), *source.engine.loading.find_misfits(source, target, fit))

    def _taken(self, old: Session, new: Session) -> list[TablePart]:
        """List the tables that have rows already which are not those that would be loaded."""
        loading = new.engine.loading
        return [
            part
            for part in self._parts()
            if loading.holds_rows(new, part)
            and not self.kept.holds(new, part)
            and loading.count_part(old, part) != loading.count_part(new, part)
        ]

    def _parts(self) -> tuple[TablePart, ...]:
        return self.plan.parts

    def _groups(self) -> tuple[Group, ...]:
        return self.plan.components

    def _carry_sequences(self) -> None:
        self.route.target.engine.loading.carry_sequences(self.route, self.progress, self.labels)

    def _strictness(self) -> Comparison:
        return Comparison(tables=self.labels, structure=False, owners=False, validated=False)

    def _verify(self) -> bool:
        verified = super()._verify()
        if verified and self.plan.source_backup is not None:
            with self.gateway.engine.databases.maintenance(self.gateway, self.plan.side) as session:
                session.engine.databases.drop_database(session, self.plan.side)
        return verified


def _in_the_way(part: TablePart) -> Misfit:
    return Misfit(
        part.label,
        "it has other rows already",
        "take this recovery back, then begin it again with --replace, which sets them aside and "
        f"loads the others, or with --keep {part.label}, which leaves the table as it is",
        anew=True,
    )
