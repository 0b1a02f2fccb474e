"""Taking a backup: one snapshot, shared by pg_dump and by the sessions that count and check.

A session exports its snapshot, pg_dump and the counting sessions import it, and every table is
locked against structural change meanwhile, as pg_dump itself does. So the manifest and the dump
tell of the same moment, however busy the database is.
"""

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from analyzer.analysis.recovery.table_dependencies import close_over
from analyzer.engines.ports.dumps import DumpTask, Moment, Tool
from analyzer.engines.sessions import Gateway
from analyzer.errors import BackupError, UsageError
from analyzer.model.core.progress import Progress, under_way
from analyzer.model.core.version_table import DEFAULT_VERSION_TABLE, TableName
from analyzer.model.recovery.backup import BackupWish, Content, Form
from analyzer.model.recovery.manifest import Manifest
from analyzer.model.schema.database_state import DatabaseState, TableState
from analyzer.operations.backup.backup_folder import (
    MADE_BY,
    SUFFIX,
    describe_files,
    unfinished_folder,
    write_manifest,
)
from analyzer.records import replace


def backup_name(database: str, now: datetime) -> str:
    """Name a backup's folder after its database and moment."""
    safe = re.sub(r"^[.-]|[^\w.-]", "_", database.rpartition("/")[2] or database)  # no option
    return f"{safe}-{now:%Y%m%dT%H%M%SZ}{SUFFIX}"


def back_up(
    gateway: Gateway,
    wish: BackupWish,
    final: Path | None,
    progress: Progress,
    version_table: TableName = DEFAULT_VERSION_TABLE,
) -> Path:
    """Take a backup and return its folder.

    Args:
        gateway: the database.
        wish: what to dump, and how.
        final: the folder to make; None for one in the current folder, named by database and time.
        progress: who watches.
        version_table: whose rows are the applied versions.

    Raises:
        AnalyzerError: unreachable, no pg_dump that is new enough, no room, a table that is not
            there. Nothing but a whole backup is left behind.
    """
    started = time.monotonic()
    _check_wish(gateway, wish)
    wish = gateway.engine.dumps.fitted(wish)
    with gateway.engine.dumps.frozen_moment(gateway, version_table) as moment:
        tables = _chosen(moment, wish)
        if wish.tables:
            _tell_needed(moment, tables, progress)
        tool = gateway.engine.dumps.demand_tool(
            gateway, gateway.engine.programs.dump, moment.state.identity.major
        )
        place = final or Path(backup_name(moment.state.identity.database, datetime.now(UTC)))
        with unfinished_folder(place) as folder:
            told = DumpTask(moment, wish, tool, tables)
            _write(told, folder, progress, started)
    return place


def _write(dump: DumpTask, folder: Path, progress: Progress, started: float) -> None:
    """Write the dump, and the manifest that says what it holds."""
    counted, restored = _dump_and_count(dump, folder, progress)
    engine, tool = dump.moment.gateway.engine, dump.tool
    tools = ((engine.programs.dump, tool.version),)
    state = replace(dump.moment.state, tables=counted, tools=tools)
    progress.say("Writing the manifest: a SHA-256 of every file")
    manifest = _manifest(dump.wish, state, tool, folder, started)
    source = "restored" if restored else manifest.counted
    write_manifest(folder, replace(manifest, engine=engine.name, counted=source))


def _check_wish(gateway: Gateway, wish: BackupWish) -> None:
    if gateway.prefix and wish.form is Form.DIRECTORY:
        raise UsageError(
            "a dump in directory form, or with --jobs, cannot go through --exec",
            why="the folder would be written on the other side, where migdoctor cannot reach it",
            fix="leave --jobs and --form out: one file then streams through",
        )
    if wish.jobs > 1 and wish.form is not Form.DIRECTORY:
        raise UsageError(
            f"--jobs {wish.jobs} does not go with --form {wish.form}",
            why=f"{gateway.engine.programs.dump} writes in parallel only into a folder of files",
            fix="leave --form out, or take --form directory",
        )


def _chosen(moment: Moment, wish: BackupWish) -> tuple[TableState, ...]:
    """Pick the tables that the wish names; all where it names none."""
    if not wish.tables:
        return moment.state.tables
    chosen: dict[str, TableState] = {}
    for name in wish.tables:
        found = [table for table in moment.state.tables if name in table.names]
        if not found:
            raise UsageError(
                f"there is no table {name} in {moment.state.identity.place}",
                why="the name is misspelt, or it is a partition, a view or a foreign table",
                fix="name a table as schema.table, upper and lower case as it is stored",
            )
        chosen.update({table.label: table for table in found})
    return tuple(chosen.values())


def _tell_needed(moment: Moment, tables: Sequence[TableState], progress: Progress) -> None:
    """Say which tables the chosen ones refer to and leave out: alone, they break those keys."""
    labels = {table.label for table in tables}
    needed = sorted(close_over(labels, moment.edges) - labels)
    if needed:
        progress.say(
            f"The chosen tables refer to {', '.join(needed)}: add --table for these as well if "
            "the backup is to be restored by itself; migdoctor recover tables does not need them"
        )


def _dump_and_count(
    dump: DumpTask, folder: Path, progress: Progress
) -> tuple[tuple[TableState, ...], bool]:
    """Write the dump, and count the rows beside it.

    Returns: the tables, with counts if wished; and whether the dump was restored to count it.
    """
    moment, wish, tables = dump.moment, dump.wish, dump.tables
    counting = wish.checksums and wish.content is not Content.SCHEMA_ONLY
    total = sum(table.bytes for table in tables) * (2 if counting else 1)
    work = moment.gateway.engine.dumps.checksum_work(
        moment.gateway, moment.snapshot, lambda _, size: progress.advance(size)
    )
    with under_way(progress, f"Backup of {moment.state.identity.database}", total):
        try:
            if counting:
                work.start(tables, wish.jobs)
            moment.gateway.engine.dumps.write_dump(dump, folder, progress)
            return (work.finish(tables) if counting else tables), work.restored
        finally:
            work.stop()


def _manifest(
    wish: BackupWish, state: DatabaseState, tool: Tool, folder: Path, started: float
) -> Manifest:
    files = describe_files(folder)
    if not files:
        raise BackupError(
            "the dump program wrote nothing",
            why="it reported success, but there is no file",
            fix="run migdoctor backup again, on another disk: -o FOLDER",
        )
    return Manifest(
        made_by=MADE_BY,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - started, 3),
        wish=wish,
        state=state,
        tool_major=tool.major,
        files=files,
    )
