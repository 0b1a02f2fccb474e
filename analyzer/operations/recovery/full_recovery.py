"""Option 1, carried out: a new database from the migrations, filled with the old one's rows.

The old database is renamed, never dropped, and is only read from then on. Databases are known by
their number, which no rename changes, so after any interruption the world itself tells what was
done; the journal tells what was meant.
"""

from pathlib import Path
from typing import assert_never
from urllib.parse import quote

from analyzer.analysis.recovery.fitness import compare_schemas
from analyzer.analysis.recovery.left_behind import find_left_behind
from analyzer.analysis.recovery.state_pair import Comparison
from analyzer.analysis.recovery.table_dependencies import load_order
from analyzer.engines.sessions import Gateway, Route, Session
from analyzer.model.recovery.fit import Fit
from analyzer.model.recovery.recovery import FullPlan, Misfit, TablePart
from analyzer.model.recovery.recovery_steps import StepKind
from analyzer.model.words.text import visible
from analyzer.operations.recovery.group_loading import Group
from analyzer.operations.recovery.migrated_database import MigratedDatabase
from analyzer.operations.recovery.recovery_context import Surroundings, read_whole
from analyzer.operations.recovery.recovery_journal import Journal
from analyzer.operations.recovery.recovery_run import OwnStep, RecoveryRun
from analyzer.sources.files.private_files import open_private, write_private


class FullRecovery(RecoveryRun[FullPlan]):
    """One run of option 1."""

    def __init__(self, plan: FullPlan, journal: Journal, around: Surroundings) -> None:
        super().__init__(plan, journal, around)
        self.made = MigratedDatabase(plan, journal, self.around)

    @property
    def old(self) -> Gateway:
        """The old database under the name that it has from the renaming on."""
        return self.gateway.at(self.plan.aside)

    @property
    def new(self) -> Gateway:
        """The new database."""
        return self.gateway.at(self.plan.database)

    @property
    def route(self) -> Route:
        """From the old database into the new one."""
        return Route(self.old, self.new)

    def _carry_out_own(self, kind: OwnStep) -> None:
        match kind:
            case StepKind.RENAME:
                self.made.rename_old()
            case StepKind.CREATE:
                self.made.create()
            case StepKind.MIGRATE:
                self.made.migrate()
            case StepKind.CLEAR:
                self._clear()
            case StepKind.LARGE_OBJECTS:
                self.old.engine.loading.copy_large_objects(self.old, self.new)
            case StepKind.SOURCE:
                pass  # of the other kind of recovery
            case _:
                assert_never(kind)

    def _find_misfits(self) -> tuple[Misfit, ...]:
        self.made.demand_alone()
        misfits = self.old.engine.loading.find_misfits(self.old, self.new, self._fit())
        if not misfits:
            self._tell_left_behind()
        return misfits

    def _fit(self) -> Fit:
        with self.old.session() as old, self.new.session() as new:
            labels = {part.label for part in self.plan.tables}
            source = [
                table for table in old.engine.catalog.read_tables(old) if table.label in labels
            ]
            return compare_schemas(source, new.engine.catalog.read_tables(new), self.plan.leave)

    def _parts(self) -> tuple[TablePart, ...]:
        return self._fit().parts

    def _groups(self) -> tuple[Group, ...]:
        found = {part.label: part for part in self._parts()}
        with self.new.session() as session:
            order = load_order([*found], session.engine.catalog.read_edges(session))
        return tuple(tuple(found[label] for label in group) for group in order)

    def _tell_left_behind(self) -> None:
        """Say, while nothing is moved yet, what only the old database has."""
        old, new = (read_whole(one, self.table) for one in (self.old, self.new))
        found = find_left_behind(old, new)
        if found:
            path = self.journal.folder / "left-behind.txt"
            write_private(path, "".join(f"{visible(one)}\n" for one in found))
            self._tell(
                f"no migration creates {len(found)} objects that the old database has, such as "
                f"{found[0]}; all of them are listed in {path}"
            )

    def _tell(self, note: str) -> None:
        """Say it now, and again at the end."""
        self.journal.note("told", note=note)
        self.progress.say(note)

    def _clear(self) -> None:
        """Save the rows that the migrations wrote, then take them out, in one transaction."""
        self.made.demand_alone()
        with self.new.session() as session:
            seeded = [
                part for part in self._parts() if session.engine.loading.holds_rows(session, part)
            ]
            for part in seeded:
                path = self.journal.folder / f"seed-{quote(part.label, safe='')}.copy"
                _save_rows(session, part, path)
                self._tell(
                    f"the migrations wrote rows into {part.label} themselves; the old "
                    f"rows take their place, and those are kept in {path}. Where one is "
                    f"still needed, INSERT it by hand"
                )
        self.new.engine.loading.empty_tables(self.new, seeded)

    def _load(self) -> None:
        self.made.demand_alone()
        super()._load()
        self._refresh_views()

    def _refresh_views(self) -> None:
        """Fill the materialized views, each after those that it may read."""
        self.new.engine.loading.refresh_views(self.new)

    def _carry_sequences(self) -> None:
        self.route.target.engine.loading.carry_sequences(self.route, self.progress)

    def _strictness(self) -> Comparison:
        return Comparison(
            owners=False,
            extra=False,
            structure=False,
            validated=False,
            versions=tuple(self.journal.fact("versions")),
        )

    def _verify(self) -> bool:
        self.made.demand_alone()
        return super()._verify()

    def _start(self) -> None:
        self.made.finish()
        super()._start()


def _save_rows(session: Session, part: TablePart, path: Path) -> None:
    with open_private(path) as file:
        file.writelines(session.copy_out(session.engine.loading.rows_query(part)))
