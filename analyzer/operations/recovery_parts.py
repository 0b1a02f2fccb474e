"""What both kinds of recovery do alike: check, stop, back up, load, mend sequences, compare."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from analyzer.analysis.sequence_comparison import is_behind, is_further
from analyzer.analysis.state_comparison import compare_states
from analyzer.analysis.state_pair import Comparison
from analyzer.errors import BackupError, DatabaseError, EnvironmentToolError, RefusedError
from analyzer.model.backup import MANIFEST, BackupWish, Manifest
from analyzer.model.checklist import Item, Outcome, failed, passed
from analyzer.model.database_state import DatabaseState, SequenceState, TableState, table_label
from analyzer.model.recovery import Plan, Step, TablePart, TablesPlan
from analyzer.model.version_table import TableName
from analyzer.operations.backup import back_up
from analyzer.operations.backup_checks import check_backup
from analyzer.operations.commands import run_command
from analyzer.operations.kept_rows import Shelf
from analyzer.operations.new_database import (
    database_name,
    end_sessions,
    maintenance,
    other_sessions,
)
from analyzer.operations.prerequisites import check_prerequisites
from analyzer.operations.progress import Progress, Silent
from analyzer.operations.recovery_journal import Journal
from analyzer.operations.restoration import Restored
from analyzer.operations.scratch_restoration import find_difference, restore_into_scratch
from analyzer.operations.snapshot import SUFFIX, take_snapshot, write_snapshot
from analyzer.operations.table_loading import Route, as_table, count_part, holds_rows, load_together
from analyzer.sources import state_queries as q
from analyzer.sources.database_state import (
    READ_ONLY,
    read_identity,
    read_sequences,
    read_state,
)
from analyzer.sources.load_queries import read_edges
from analyzer.sources.session import Gateway, Session
from analyzer.sources.sql_words import identifier, literal

BACKUP = "before.backup"
_PATIENCE = 5  # seconds


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a recovery is given by the command line, anew for every run.

    ``gateway`` reaches the server; which database it names does not matter. ``environment`` is for
    the user's commands.
    """

    gateway: Gateway
    scratch: Gateway | None
    progress: Progress
    environment: Mapping[str, str]

    def labelled(self, plan: Plan) -> "Surroundings":
        """Sign every session with the recovery's id, so that it can be known again."""
        return replace(self, gateway=self.gateway.named(f"migdoctor {plan.id}"))


def version_table_of(plan: Plan) -> TableName:
    """Read the plan's version table."""
    schema, _, name = plan.version_table.rpartition(".")
    return TableName(name, schema or None)


def run_steps(
    plan: Plan, journal: Journal, progress: Progress, carry_out: Callable[[Step], bool]
) -> bool:
    """Carry out the steps that are not done yet; False where one of them says to stop there."""
    steps = plan.steps()
    for number, step in enumerate(steps, 1):
        if journal.done(step.kind):
            continue
        progress.say(f"[{number}/{len(steps)}] {step.title}")
        journal.note("begin", step=step.kind)
        if not carry_out(step):
            return False
        journal.note("end", step=step.kind)
    journal.note("finished")
    return True


def check_server(session: Session, plan: Plan, oid: int, names: Sequence[str]) -> str:
    """Make sure that this is the plan's server and database; return the name it has now.

    Raises:
        DatabaseError: it is another server, or the database is gone.
    """
    system = read_identity(session).system
    name = database_name(session, oid)
    other = plan.system and system and plan.system != system
    if plan.system and plan.system == system and name is not None and name not in names:
        raise DatabaseError(
            f"{plan.database} is not the database any more that this recovery was planned for",
            why=f"that one is called {name} now: another recovery, or somebody, renamed it",
            fix="go on with that other recovery, or take it back first: migdoctor recover back",
        )
    if other or name is None or name not in names:
        raise DatabaseError(
            f"{session.place} is not the server that this recovery was planned for",
            why=f"the database {plan.database} with number {oid} is not there"
            + (f"; that number is {name}" if name else ""),
            fix="pass the --database-url or --exec that the recovery was begun with",
        )
    return name


def demand_safety(
    around: Surroundings, plan: Plan, folder: Path, backup: str | None = None
) -> None:
    """Go through the checklist before anything is changed.

    What it asks of the application and of the backup that is to be taken, the next steps ask.

    Args:
        around: the surroundings.
        plan: the recovery.
        folder: its folder.
        backup: one of an earlier run, which is to be relied on.

    Raises:
        RefusedError: something is lacking; what could not be checked is told and no obstacle.
    """
    gateway, table = around.gateway.at(plan.database), version_table_of(plan)
    state = read_whole(gateway, table)
    items = check_prerequisites(gateway, state, folder)
    if backup is not None:
        items = (*check_backup(Path(backup), state, Silent()), *items)
    if isinstance(plan, TablesPlan):
        items = (*items, _check_ownership(gateway, plan))
    for item in items:
        around.progress.say(f"  {item.outcome.value:7}  {item.id}: {item.what}")
    lacking = next((item for item in items if item.outcome is Outcome.FAIL), None)
    if lacking is not None:
        raise RefusedError(lacking.what, why=lacking.why, fix=lacking.fix)


def _check_ownership(gateway: Gateway, plan: TablesPlan) -> Item:
    """Whether the role may take keys and triggers off the tables, and off those that refer to them.

    ``--disable-triggers`` would be no way round: only a superuser may use it.
    """
    with gateway.session() as session:
        edges = read_edges(session)
        foreign = {table_label(schema, name): owner
                   for schema, name, owner in session.ask(q.FOREIGN_OWNED)}  # fmt: skip
    labels = {part.label for group in plan.components for part in group}
    touched = labels | {edge.table for edge in edges if edge.refers_to in labels}
    shut = sorted(touched & foreign.keys())
    if not shut:
        return passed("ownership", "the role owns the tables, and those that refer to them")
    return failed(
        "ownership",
        f"{shut[0]} belongs to {foreign[shut[0]]}"
        + (f", as do {len(shut) - 1} more tables to others" if shut[1:] else ""),
        why="foreign keys and triggers are taken off while rows are copied, and only the owner of "
        "a table may do that",
        fix=f"connect as {foreign[shut[0]]} or as a superuser",
    )


def claim(session: Session, gateway: Gateway, plan: Plan) -> None:
    """Keep every other recovery of this database away for as long as the session is open.

    Sessions of an earlier run of this one that was killed are ended first: the server may not have
    noticed yet.

    Raises:
        DatabaseError: another recovery is at work.
    """
    end_sessions(session, gateway.label)
    key = literal(f"migdoctor recovery of {plan.database}")
    for _ in range(_PATIENCE):
        if session.ask(f"SELECT to_json(pg_try_advisory_lock(hashtextextended({key}, 0)))"):
            return
        time.sleep(0.2)
    raise DatabaseError(
        f"another recovery of {plan.database} is at work",
        why="two at once would take each other's databases for their own",
        fix="wait until it has ended, then run the same command again",
    )


def demand_nobody(session: Session, database: str, again: str = "resume") -> None:
    """Make sure that nobody else is connected.

    Args:
        session: in another database.
        database: which.
        again: the command that goes on afterwards.

    Raises:
        DatabaseError: somebody is; everybody is named.
    """
    others = other_sessions(session, database)
    if others:
        raise DatabaseError(
            f"{len(others)} other {'session is' if len(others) == 1 else 'sessions are'} "
            f"connected to {database}",
            why="; ".join(map(str, others[:5])),
            fix="stop the application (--stop-command 'docker compose stop archive' does it); "
            "whoever is left is ended with SELECT pg_terminate_backend(process); then go on: "
            f"migdoctor recover {again}",
        )


def stop_application(around: Surroundings, plan: Plan) -> None:
    """Run the stop command, and make sure before the long work that everybody is gone.

    Raises:
        DatabaseError: somebody is still connected.
    """
    run_if_given(plan.stop_command, "--stop-command", around)
    with maintenance(around.gateway, plan.database) as session:
        _wait_until_gone(session, plan.database)
        demand_nobody(session, plan.database)
    around.progress.say("  pass     application-stopped: nobody else is connected")


def _wait_until_gone(session: Session, database: str) -> None:
    """Wait a moment: an application that was told to stop closes its connections one by one."""
    for _ in range(_PATIENCE):
        if not other_sessions(session, database):
            return
        time.sleep(1)


def run_if_given(command: str | None, option: str, around: Surroundings) -> None:
    """Run one of the user's commands, if there is one."""
    if command:
        run_command(command, option, around.environment)


def secure_backup(
    around: Surroundings, database: str, given: str | None, journal: Journal, table: TableName
) -> None:
    """Take a backup if none was given, and prove that it restores.

    Raises:
        BackupError: what was restored is not what was backed up.
    """
    folder = Path(given) if given else journal.folder / BACKUP
    if not folder.exists():
        back_up(around.gateway.at(database), BackupWish(), folder, around.progress, table)
    restored = _prove(folder, around, table)
    broken = find_difference(restored)
    if broken is not None:
        raise BackupError(
            f"the backup {folder} does not restore to what it was taken from: {broken.what}",
            why=broken.why,
            fix=f"take another one: remove {folder}, then go on: migdoctor recover resume",
        )
    journal.note("backup", backup=str(folder))
    _report_backup(folder, restored.manifest, around.progress)
    if given is not None:
        _document(around.gateway.at(database), journal.folder, around.progress, table)


def _report_backup(folder: Path, manifest: Manifest, progress: Progress) -> None:
    tables = len(manifest.state.tables)
    progress.say(f"  pass     backup: {folder}: {manifest.bytes:,} bytes")
    progress.say(f"  pass     backup-restores: restored into a scratch database and compared: all "
                 f"{tables} tables are equal")  # fmt: skip
    rows = sum(table.rows or 0 for table in manifest.state.tables)
    progress.say(
        f"  pass     state-documented: {folder / MANIFEST}: {tables} tables, {rows:,} rows"
    )


def _document(gateway: Gateway, folder: Path, progress: Progress, table: TableName) -> None:
    """Document the state of now, where the backup tells of an earlier one."""
    path = folder / f"before{SUFFIX}"
    write_snapshot(take_snapshot(gateway, progress, table), path)
    progress.say(f"  pass     state-documented: {path}: as it is now")


def _prove(folder: Path, around: Surroundings, table: TableName) -> Restored:
    """Restore on the scratch server, or where that cannot be, beside the database itself."""
    try:
        return restore_into_scratch(folder, around.scratch, around.progress, table)
    except EnvironmentToolError as error:
        if around.scratch is not None:
            raise
        around.progress.say(
            f"An embedded server will not do for the trial restore ({error.args[0]}): it goes "
            "into a scratch database on your own server, which is dropped again"
        )
        return restore_into_scratch(folder, around.gateway, around.progress, table)


def load_components(
    route: Route,
    components: Sequence[Sequence[TablePart]],
    journal: Journal,
    progress: Progress,
    shelf: Shelf | None = None,
) -> None:
    """Load group after group; what was loaded by an earlier run is known and passed over.

    Args:
        route: from where to where.
        components: the groups, in their order.
        journal: what was loaded is noted there.
        progress: who watches.
        shelf: where rows go that are in the way; None where there may be none.

    Raises:
        DatabaseError: rows do not fit, or rows are in the way that are not ours.
    """
    loaded = journal.loaded()
    open_ = [parts for parts in components if any(part.label not in loaded for part in parts)]
    progress.begin("Copying tables", sum(part.bytes for parts in open_ for part in parts))
    try:
        for parts in open_:
            counted = _loaded_before(route, parts, shelf)
            if counted is None:
                done = load_together(route, parts, progress, shelf)
                counted = {label: (one.rows, one.checksum) for label, one in done.items()}
            journal.note("loaded", tables=counted)
    finally:
        progress.end()


def _loaded_before(
    route: Route, parts: Sequence[TablePart], shelf: Shelf | None
) -> dict[str, tuple[int, str]] | None:
    """Whether the rows are there already; None where they are not.

    A group is loaded in one transaction, so there is either all of it or nothing: its rows on the
    shelf, or rows of its own that are equal. What was written since must not be taken for rows
    that are in the way, so with a shelf the rows themselves are not asked.
    """
    with route.target.session() as target, route.source.session() as source:
        if shelf is not None:
            if not all(shelf.holds(target, part) for part in parts):
                return None
            counted = [(part, count_part(source, part)) for part in parts]
            return {part.label: (one.rows, one.checksum) for part, one in counted}
        if not any(holds_rows(target, part) for part in parts):
            return None
        pairs = [(part, count_part(source, part), count_part(target, part)) for part in parts]
    if all(before == after for _, before, after in pairs):
        return {part.label: (after.rows, after.checksum) for part, _, after in pairs}
    return None


def mend_sequences(
    source: Gateway, target: Gateway, progress: Progress, tables: frozenset[str] | None = None
) -> None:
    """Put sequences where they were; none may give out a number again.

    Args:
        source: the database that they come from.
        target: the one that gets them; a sequence is known by its name, or by its column.
        progress: told of sequences that have no counterpart.
        tables: only those that number a column of these tables; None for all.
    """
    with source.session() as old, target.session() as new:
        before = [one for one in read_sequences(old) if _belongs(one, tables)]
        there = read_sequences(new)
        by_name = {one.label: one for one in there}
        by_owner = {one.owner: one for one in there if one.owner}
        for one in before:
            twin = by_name.get(one.label) or by_owner.get(one.owner or "")
            if twin is None:
                progress.say(f"The sequence {one.label} has no counterpart; it stays behind")
            elif one.last_value is not None and is_further(one, twin):
                _set_sequence(new, twin, one.last_value, called=one.called)
        for one in read_sequences(new):
            if is_behind(one) and one.highest is not None and _belongs(one, tables):
                _set_sequence(new, one, one.highest, called=True)


def _belongs(one: SequenceState, tables: frozenset[str] | None) -> bool:
    if tables is None:
        return True
    return one.owner is not None and one.owner.startswith(tuple(f"{label}." for label in tables))


def _set_sequence(session: Session, one: SequenceState, value: int, *, called: bool) -> None:
    name = literal(identifier(one.schema, one.name))
    session.run(f"SELECT setval({name}::regclass, {value}, {'true' if called else 'false'})")


def compare_loaded(
    target: Gateway,
    expected: DatabaseState,
    parts: Sequence[TablePart],
    loaded: Mapping[str, tuple[int, str]],
    how: Comparison,
    progress: Progress,
    table: TableName,
) -> tuple[Item, ...]:
    """Compare what is there now with what was copied, table by table, counted anew."""
    progress.begin("Comparing every table", sum(part.bytes for part in parts))
    counted: dict[str, TableState] = {}
    try:
        with target.session() as session:
            session.run(f"BEGIN {READ_ONLY}")
            actual = read_state(session, table)
            for part in parts:
                found = count_part(session, part)
                counted[part.label] = replace(
                    as_table(part), rows=found.rows, checksum=found.checksum
                )
                progress.advance(part.bytes, part.label)
    finally:
        progress.end()
    wanted = [replace(as_table(part), rows=loaded[part.label][0], checksum=loaded[part.label][1])
              for part in parts]  # fmt: skip
    seen = tuple(counted.get(one.label, one) for one in actual.tables)
    return compare_states(
        replace(expected, tables=tuple(wanted)), replace(actual, tables=seen), how
    )


def read_whole(gateway: Gateway, table: TableName) -> DatabaseState:
    """Read a database's state at one moment, without counts."""
    with gateway.session() as session:
        session.run(f"BEGIN {READ_ONLY}")
        return read_state(session, table)
