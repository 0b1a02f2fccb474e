"""Option 1, carried out: a new database from the migrations, filled with the old one's rows.

The old database is renamed, never dropped, and is only read from then on. Databases are known by
their number, which no rename changes, so after any interruption the world itself tells what was
done; the journal tells what was meant.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from analyzer.analysis.fitness import Fit, compare_schemas
from analyzer.analysis.left_behind import find_left_behind
from analyzer.analysis.state_pair import Comparison
from analyzer.analysis.table_dependencies import load_order
from analyzer.errors import DatabaseError, UsageError
from analyzer.model.checklist import Item, Outcome
from analyzer.model.recovery import FullPlan, Misfit, Step, StepKind, TablePart
from analyzer.operations import recovery_parts as parts
from analyzer.operations.commands import run_command
from analyzer.operations.fitting import find_misfits
from analyzer.operations.large_objects import copy_large_objects
from analyzer.operations.new_database import (
    create_database,
    database_name,
    database_oid,
    drop_database,
    finish_database,
    maintenance,
    rename_database,
    shortened,
)
from analyzer.operations.recovery_journal import Journal
from analyzer.operations.recovery_parts import Surroundings
from analyzer.operations.table_loading import Route, as_table, empty_tables, holds_rows
from analyzer.sources.database_state import from_clause, read_tables
from analyzer.sources.load_queries import read_edges
from analyzer.sources.session import Gateway, Session
from analyzer.sources.sql_words import identifier

_VIEWS = """
SELECT n.nspname::text AS schema, c.relname::text AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'm' AND c.relispopulated ORDER BY c.oid"""


@dataclass(slots=True)
class Ended:
    """How far a run came: all items of the comparison, or the rows that did not fit."""

    finished: bool
    items: tuple[Item, ...] = ()
    misfits: tuple[Misfit, ...] = ()


class FullRecovery:
    """One run over the steps of a plan, begun or resumed."""

    def __init__(self, plan: FullPlan, journal: Journal, around: Surroundings) -> None:
        self.plan, self.journal = plan, journal
        self.around = around.labelled(plan)
        self.gateway, self.progress = self.around.gateway, around.progress
        self.table = parts.version_table_of(plan)
        self.ended = Ended(finished=False)

    @property
    def old(self) -> Gateway:
        """The old database under the name that it has from the renaming on."""
        return self.gateway.at(self.plan.aside)

    @property
    def new(self) -> Gateway:
        """The new database."""
        return self.gateway.at(self.plan.database)

    def run(self) -> Ended:
        """Carry out what is not done yet.

        Raises:
            AnalyzerError: a step cannot be done; the steps before it stay done.
        """
        with maintenance(self.gateway, self.plan.database) as session:
            names = (self.plan.database, self.plan.aside)
            parts.check_server(session, self.plan, self.plan.old_oid, names)
            parts.claim(session, self.gateway, self.plan)
            self.ended.finished = parts.run_steps(
                self.plan, self.journal, self.progress, self._carry_out
            )
        return self.ended

    def _carry_out(self, step: Step) -> bool:  # noqa: C901, PLR0912  an arm a kind; mypy counts them
        match step.kind:
            case StepKind.CHECK:
                parts.demand_safety(self.around, self.plan, self.journal.folder, self.plan.backup)
            case StepKind.SOURCE:
                return True  # of the other kind of recovery
            case StepKind.STOP:
                parts.stop_application(self.around, self.plan)
            case StepKind.BACKUP:
                parts.secure_backup(self.around, self.plan.database, self.plan.backup,
                                    self.journal, self.table)  # fmt: skip
            case StepKind.RENAME:
                self._rename()
            case StepKind.CREATE:
                self._create()
            case StepKind.MIGRATE:
                self._migrate()
            case StepKind.FIT:
                self._demand_alone()
                return self._check_fit()
            case StepKind.CLEAR:
                self._demand_alone()
                self._clear()
            case StepKind.LOAD:
                self._demand_alone()
                self._load()
            case StepKind.LARGE_OBJECTS:
                copy_large_objects(self.old, self.new)
            case StepKind.SEQUENCES:
                parts.mend_sequences(self.old, self.new, self.progress)
            case StepKind.VERIFY:
                return self._verify()
            case StepKind.START:
                self._finish()
                parts.run_if_given(self.plan.start_command, "--start-command", self.around)
            case _:
                assert_never(step.kind)
        return True

    def _rename(self) -> None:
        with maintenance(self.gateway, self.plan.database) as session:
            if database_name(session, self.plan.old_oid) == self.plan.aside:
                return
            parts.demand_nobody(session, self.plan.database)
            parts.check_server(session, self.plan, self.plan.old_oid, (self.plan.database,))
            rename_database(session, self.plan.database, self.plan.aside)

    def _create(self) -> None:
        """Make the new database under a name that is ours alone; the rename is the last thing."""
        settings = parts.read_whole(self.old, self.table).settings
        with maintenance(self.gateway, self.plan.database) as session:
            noted = self.journal.fact("new_oid")
            if noted is not None and database_name(session, noted) == self.plan.database:
                return
            self._demand_free(session)
            drop_database(session, self.plan.making)
            version = session.ask("SELECT current_setting('server_version_num')::int")
            create_database(session, self.plan.making, settings, version)
            self.journal.note("created", new_oid=database_oid(session, self.plan.making))
            rename_database(session, self.plan.making, self.plan.database)

    def _finish(self) -> None:
        """Give the new database the limits that were in the way while it was filled."""
        settings = parts.read_whole(self.old, self.table).settings
        with maintenance(self.gateway, self.plan.database) as session:
            finish_database(session, self.plan.database, settings)

    def _demand_alone(self) -> None:
        """Make sure that no application found the new database by its old name meanwhile."""
        with maintenance(self.gateway, self.plan.database) as session:
            parts.demand_nobody(session, self.plan.database)

    def _demand_free(self, session: Session) -> None:
        taken = database_oid(session, self.plan.database)
        if taken is not None:
            raise DatabaseError(
                f"somebody else made a database {self.plan.database} meanwhile",
                why=f"it has the number {taken}, and migdoctor did not make it",
                fix=f"look at it, and rename it if it is to be kept: ALTER DATABASE "
                f"{identifier(self.plan.database)} RENAME TO ...; then resume",
            )

    def _migrate(self) -> None:
        """Run the migrate command on a database that is new; a run that was cut off starts anew."""
        if self.journal.fact("migrating"):
            with maintenance(self.gateway, self.plan.database) as session:
                noted = self.journal.fact("new_oid")
                if database_oid(session, self.plan.database) == noted:
                    drop_database(session, self.plan.database)  # ours, and nothing but migrations
            self._create()
        self.journal.note("migrate", migrating=True)
        run_command(self.plan.migrate_command, "--migrate-command", self.around.environment)
        versions = parts.read_whole(self.new, self.table).versions
        if not versions:
            raise DatabaseError(
                f"the migrate command left no applied versions in {self.plan.database}",
                why="it ended with status 0, but worked on another database, or did nothing",
                fix="let it use this database (DATABASE_URL is set for it), then resume; or pass "
                "another one: migdoctor recover resume --migrate-command ...",
            )
        self.journal.note("migrated", versions=list(versions))

    def _fit(self) -> Fit:
        with self.old.session() as old, self.new.session() as new:
            labels = {part.label for part in self.plan.tables}
            source = [table for table in read_tables(old) if table.label in labels]
            return compare_schemas(source, read_tables(new), self.plan.leave)

    def _check_fit(self) -> bool:
        self.ended.misfits = find_misfits(self.old, self.new, self._fit())
        if not self.ended.misfits:
            self._tell_left_behind()
        return not self.ended.misfits

    def _tell_left_behind(self) -> None:
        """Say, while nothing is moved yet, what only the old database has."""
        old, new = (parts.read_whole(one, self.table) for one in (self.old, self.new))
        found = find_left_behind(old, new)
        if found:
            path = self.journal.folder / "left-behind.txt"
            path.write_text("".join(f"{one}\n" for one in found), "utf-8")
            self._tell(f"no migration makes {len(found)} things that the old database has, such "
                       f"as {found[0]}; all of them are listed in {path}")  # fmt: skip

    def _tell(self, note: str) -> None:
        """Say it now, and again at the end."""
        self.journal.note("told", note=note)
        self.progress.say(note)

    def _clear(self) -> None:
        """Save the rows that the migrations wrote, then take them out, in one transaction."""
        with self.new.session() as session:
            every = self._fit().parts
            seeded = [part for part in every if holds_rows(session, part)]
            for part in seeded:
                path = self._seed_path(part)
                _save_rows(session, part, path)
                self._tell(f"the migrations wrote rows into {part.label} themselves; the old "
                           f"rows take their place, and those are kept in {path}. Where one is "
                           f"still needed, INSERT it by hand")  # fmt: skip
        empty_tables(self.new, seeded)

    def _seed_path(self, part: TablePart) -> Path:
        from urllib.parse import quote

        return self.journal.folder / f"seed-{quote(part.label, safe='')}.copy"

    def _components(self) -> list[tuple[TablePart, ...]]:
        found = {part.label: part for part in self._fit().parts}
        with self.new.session() as session:
            order = load_order([*found], read_edges(session))
        return [tuple(found[label] for label in group) for group in order]

    def _load(self) -> None:
        parts.load_components(
            Route(self.old, self.new),
            self._components(),
            self.journal,
            self.progress,
        )
        self._refresh_views()

    def _refresh_views(self) -> None:
        """Fill the materialized views, each after those that it may read."""
        with self.new.session() as session:
            for row in session.rows(_VIEWS):
                session.run("RESET search_path")
                place = identifier(row["schema"], row["name"])
                session.run(f"REFRESH MATERIALIZED VIEW {place}")

    def _verify(self) -> bool:
        self._demand_alone()
        expected = parts.read_whole(self.old, self.table)
        how = Comparison(
            owners=False, extra=False, structure=False, validated=False,
            versions=tuple(self.journal.fact("versions")),
        )  # fmt: skip
        self.ended.items = parts.compare_loaded(
            self.new, expected, self._fit().parts, self.journal.loaded(), how, self.progress,
            self.table,
        )  # fmt: skip
        if any(item.outcome is Outcome.FAIL for item in self.ended.items):
            return False
        parts.run_if_given(self.plan.check_command, "--check-command", self.around)
        return True


def take_back(plan: FullPlan, journal: Journal, around: Surroundings) -> str:
    """Give the old database its name back; the new one is renamed aside and kept.

    May be repeated after an interruption.

    Returns:
        What was done, in words.

    Raises:
        AnalyzerError: the server refuses, or somebody is connected.
    """
    if journal.dropped:
        raise UsageError(
            f"the recovery of {plan.database} cannot be taken back any more",
            why=f"the old database, {plan.aside}, was dropped: migdoctor recover drop-old",
            fix="restore the backup beside: migdoctor restore "
            f"{journal.fact('backup')} --into-new NAME",
        )
    around = around.labelled(plan)
    failed = f"{shortened(plan.database, 40)}_taken_back_{plan.id}"
    with ExitStack() as stack:
        session = stack.enter_context(maintenance(around.gateway, plan.database))
        names = (plan.database, plan.aside)
        name = parts.check_server(session, plan, plan.old_oid, names)
        parts.claim(session, around.gateway, plan)
        drop_database(session, plan.making)
        new = database_oid(session, plan.database)
        if name == plan.aside and new is not None:
            _demand_ours(journal, new, plan)
            parts.run_if_given(plan.stop_command, "--stop-command", around)
            parts.demand_nobody(session, plan.database, "back")
            rename_database(session, plan.database, failed)
        if name == plan.aside:
            rename_database(session, plan.aside, plan.database)
        kept = database_oid(session, failed) is not None
    journal.note("taken-back")
    parts.run_if_given(plan.start_command, "--start-command", around)
    beside = f"; the new one is kept as {failed}" if kept else ""
    return f"{plan.database} is the old database again, untouched{beside}"


def drop_old(plan: FullPlan, journal: Journal, around: Surroundings) -> str:
    """Drop the old database: the step that nothing takes back.

    Raises:
        UsageError: the recovery is not finished.
    """
    if not journal.finished or journal.taken_back:
        raise UsageError(
            "the old database is not dropped",
            why="the recovery is not finished, so the old database is the only one that is whole",
            fix="finish it first: migdoctor recover resume",
        )
    with maintenance(around.gateway, plan.database) as session:
        if database_name(session, plan.old_oid) != plan.aside:
            return f"{plan.aside} is not there any more"
        drop_database(session, plan.aside)
    journal.note("dropped")
    return f"{plan.aside} is dropped"


def _demand_ours(journal: Journal, oid: int, plan: FullPlan) -> None:
    if oid != journal.fact("new_oid"):
        raise DatabaseError(
            f"somebody else made a database {plan.database} meanwhile",
            why=f"it has the number {oid}, and migdoctor did not make it",
            fix=f"rename it, then run this again: ALTER DATABASE {identifier(plan.database)} "
            "RENAME TO ...",
        )


def _save_rows(session: Session, part: TablePart, path: Path) -> None:
    listed = ", ".join(map(identifier, part.columns))
    query = f"SELECT {listed} FROM {from_clause(as_table(part))}"  # noqa: S608  quoted
    with path.open("wb") as file:
        file.writelines(session.copy_out(query))
