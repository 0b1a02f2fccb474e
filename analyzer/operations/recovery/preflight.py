"""The safety checklist before a recovery: each item is looked at, not asked for."""

from collections.abc import Iterator
from pathlib import Path

from analyzer import limits
from analyzer.engines.sessions import Gateway
from analyzer.model.core.progress import Progress
from analyzer.model.core.version_table import DEFAULT_VERSION_TABLE, TableName
from analyzer.model.recovery.checklist import Checklist, CheckOutcome, Item, failed, passed, unknown
from analyzer.model.schema.database_state import DatabaseState
from analyzer.operations.backup.backup_checks import (
    TAKE_ONE,
    check_backup,
    check_restore,
    newest_backup,
)
from analyzer.operations.backup.snapshot import take_snapshot, write_snapshot
from analyzer.operations.recovery.prerequisites import check_prerequisites, guarded
from analyzer.records import Struct
from analyzer.sources.files.bounded import read_end


class PreflightWish(Struct, frozen=True):
    """What to check, and with what.

    ``backup`` None takes the newest of ``place``. ``max_age`` is in hours. ``snapshot`` is the file
    to write the state into, None to write none. ``restoring`` False leaves the trial restore out,
    which is then unknown.
    """

    place: Path
    backup: Path | None
    max_age: float
    snapshot: Path | None
    scratch: Gateway | None
    rollback: Path | None
    restoring: bool = True
    version_table: TableName = DEFAULT_VERSION_TABLE


def check_safety(gateway: Gateway, wish: PreflightWish, progress: Progress) -> Checklist:
    """Go through the checklist.

    Raises:
        DatabaseError: the database itself cannot be reached; without it there is nothing to check.
    """
    state = take_snapshot(gateway, progress, wish.version_table)
    return Checklist(
        title="Before a recovery",
        subject=state.identity.place,
        taken_at=state.taken_at,
        items=tuple(_items(gateway.at(state.identity.database), wish, state, progress)),
    )


def _items(
    gateway: Gateway, wish: PreflightWish, state: DatabaseState, progress: Progress
) -> Iterator[Item]:
    """Check all that a recovery relies on, in the order of the guide."""
    database = state.identity.database
    yield from _check_backup(wish, state, progress)
    yield guarded("state-documented", lambda: _document(state, wish.snapshot))
    yield guarded("application-stopped", lambda: _check_sessions(gateway, database))
    yield from check_prerequisites(gateway, state, wish.place)
    yield _check_rollback_plan(wish.rollback, database, recovers=gateway.engine.features.recovery)


def _check_backup(wish: PreflightWish, state: DatabaseState, progress: Progress) -> Iterator[Item]:
    database = state.identity.database
    folder = wish.backup or newest_backup(wish.place, database)
    if folder is None:
        yield failed(
            "backup",
            f"no backup of {database} in {wish.place}",
            why="without one, the rows cannot be restored if the recovery fails",
            fix=TAKE_ONE,
        )
        return
    items = check_backup(folder, state, progress, wish.max_age)
    yield from items
    if items[0].outcome is CheckOutcome.PASS:
        yield guarded("backup-restores", lambda: _try_restore(folder, wish, progress))


def _try_restore(folder: Path, wish: PreflightWish, progress: Progress) -> Item:
    if wish.restoring:
        return check_restore(folder, wish.scratch, progress, wish.version_table)
    return unknown(
        "backup-restores",
        "whether it restores was not tried",
        why="--no-restore was given",
        fix="leave --no-restore out",
    )


def _document(state: DatabaseState, path: Path | None) -> Item:
    rows = sum(table.rows or 0 for table in state.tables)
    versions = "no version table" if state.versions is None else f"{len(state.versions)} versions"
    told = f"{versions}, {len(state.tables)} tables, {rows:,} rows"
    if path is None:
        return unknown(
            "state-documented",
            f"{told}; written down nowhere",
            why="preflight leaves no file unless it is told to",
            fix="--snapshot FILE writes it down; verify --against FILE compares with it",
        )
    write_snapshot(state, path)
    return passed("state-documented", f"{path}: {told}")


def _check_sessions(gateway: Gateway, database: str) -> Item:
    with gateway.engine.databases.maintenance(gateway, database) as session:
        others = session.engine.databases.other_sessions(session, database)
    if not others:
        return passed("application-stopped", "nobody else is connected")
    return failed(
        "application-stopped",
        f"{len(others)} other session{'s' * (len(others) > 1)}: " + "; ".join(map(str, others[:5])),
        why="what they write during the recovery is lost, and a rename is refused",
        fix="docker compose stop archive, or what stops your application; --stop-command runs it",
    )


def _check_rollback_plan(path: Path | None, database: str, *, recovers: bool) -> Item:
    write = "migdoctor recover full --migrate-command '...' --runbook FOLDER writes one"
    if not recovers:
        write = (
            f"write down how the backup comes back in place of {database}, beginning with "
            "migdoctor restore BACKUP --into-new NAME, and who does it"
        )
    if path is None:
        return failed(
            "rollback-plan",
            "no rollback plan was named",
            why="nobody should have to work out the way back in an emergency",
            fix=f"{write}; pass it with --rollback FILE",
        )
    text = read_end(path, limits.DOCUMENT_BYTES.most) if path.is_file() else ""
    if database in text:
        return passed("rollback-plan", f"{path} names {database}")
    return failed(
        "rollback-plan",
        f"{path} does not name {database}" if text.strip() else f"{path} is not there or empty",
        why="a plan for another database is not a plan for this one",
        fix=write,
    )
