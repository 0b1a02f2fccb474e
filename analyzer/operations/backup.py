"""Taking a backup: one snapshot, shared by pg_dump and by the sessions that count and check.

A session exports its snapshot, pg_dump and the counting sessions import it, and every table is
locked against structural change meanwhile, as pg_dump itself does. So the manifest and the dump
tell of the same moment, however busy the database is.
"""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from analyzer.analysis.table_dependencies import close_over
from analyzer.errors import BackupError, UsageError
from analyzer.model.backup import DUMP, SCHEMA, BackupWish, Content, Form, Manifest
from analyzer.model.database_state import DatabaseState, TableState, table_label
from analyzer.model.recovery import ForeignKeyEdge
from analyzer.model.version_table import TableName
from analyzer.operations.backup_folder import (
    MADE_BY,
    SUFFIX,
    describe_files,
    unfinished_folder,
    write_manifest,
)
from analyzer.operations.checksums import ChecksumWork
from analyzer.operations.dump_watch import DumpWatch, watched
from analyzer.operations.progress import Progress
from analyzer.operations.tools import Tool, demand_tool, running
from analyzer.sources import state_queries as q
from analyzer.sources.database_state import DEFAULT_VERSION_TABLE, READ_ONLY, read_state
from analyzer.sources.load_queries import read_edges
from analyzer.sources.session import Gateway, Session
from analyzer.sources.sql_words import identifier


@dataclass(frozen=True, slots=True)
class Moment:
    """A database as one snapshot shows it, held by an open session; others may import it."""

    gateway: Gateway
    snapshot: str
    state: DatabaseState
    partitions: dict[str, tuple[tuple[str, str], ...]]  # a root's label -> all of its parts
    edges: tuple[ForeignKeyEdge, ...]


def backup_name(database: str, now: datetime) -> str:
    """Name a backup's folder after its database and moment."""
    safe = re.sub(r"[^\w.-]", "_", database)
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
    with frozen_moment(gateway, version_table) as moment:
        if wish.tables:
            _tell_needed(moment, _chosen(moment, wish), progress)
        major = moment.state.identity.major
        tool = demand_tool(gateway, "pg_dump", major)
        tables = _chosen(moment, wish)
        place = final or Path(backup_name(moment.state.identity.database, datetime.now(UTC)))
        with unfinished_folder(place) as folder:
            counted = _dump_and_count(moment, wish, tool, tables, folder, progress)
            state = replace(moment.state, tables=counted, tools=(("pg_dump", tool.version),))
            progress.say("Writing the manifest: a SHA-256 of every file")
            write_manifest(folder, _manifest(wish, state, tool, folder, started))
    return place


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
            why="pg_dump writes in parallel only into a folder of files",
            fix="leave --form out, or take --form directory",
        )


@contextmanager
def frozen_moment(
    gateway: Gateway, version_table: TableName = DEFAULT_VERSION_TABLE
) -> Iterator[Moment]:
    """Hold one snapshot of a database open for as long as the block runs."""
    with gateway.session() as session:
        session.run(f"BEGIN {READ_ONLY}")
        snapshot = session.ask("SELECT to_json(pg_export_snapshot())")
        state = read_state(session, version_table)
        _lock(session, state.tables)
        partitions = {
            table_label(row["schema"], row["name"]): tuple(map(tuple, row["parts"]))
            for row in session.rows(q.PARTITIONS)
        }
        there = gateway.at(state.identity.database)
        yield Moment(there, snapshot, state, partitions, read_edges(session))


def _lock(session: Session, tables: Sequence[TableState]) -> None:
    """Keep tables from being dropped, altered or truncated: a snapshot does not."""
    names = [identifier(table.schema, table.name) for table in tables]
    if names:
        session.run(f"LOCK TABLE {', '.join(names)} IN ACCESS SHARE MODE")


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
    moment: Moment,
    wish: BackupWish,
    tool: Tool,
    tables: tuple[TableState, ...],
    folder: Path,
    progress: Progress,
) -> tuple[TableState, ...]:
    counting = wish.checksums and wish.content is not Content.SCHEMA_ONLY
    total = sum(table.bytes for table in tables)
    progress.begin(f"Backup of {moment.state.identity.database}", total * (2 if counting else 1))
    work = ChecksumWork(moment.gateway, moment.snapshot, lambda _, size: progress.advance(size))
    try:
        if counting:
            work.start(tables, wish.jobs)
        _dump(moment, wish, tool, tables, folder, progress)
        return work.finish(tables) if counting else tables
    finally:
        work.stop()
        progress.end()


def _dump(
    moment: Moment,
    wish: BackupWish,
    tool: Tool,
    tables: tuple[TableState, ...],
    folder: Path,
    progress: Progress,
) -> None:
    watch = DumpWatch(tables, moment.partitions, progress)
    options = _options(moment, wish, tables)
    with watched(moment.gateway, moment.state.identity.major, watch):
        _run_dump(moment.gateway, tool, options, wish, folder, watch)
    watch.finish()
    if wish.content in (Content.DATA_ONLY, Content.TABLES):
        schema = BackupWish(Content.SCHEMA_ONLY)
        options = _options(moment, schema, ())
        _run_dump(moment.gateway, tool, options, schema, folder, None, name=SCHEMA)


def _options(moment: Moment, wish: BackupWish, tables: tuple[TableState, ...]) -> list[str]:
    """Write pg_dump's options, but those that say where it writes."""
    options = ["--no-password", f"--snapshot={moment.snapshot}", f"--format={wish.form.value}"]
    options += [f"--compress={wish.compress}"]
    options += [f"--jobs={wish.jobs}"] if wish.form is Form.DIRECTORY else []
    if wish.content is Content.TABLES:
        options += ["--data-only"]
        if moment.state.settings.encoding not in ("UTF8", "SQL_ASCII"):
            options += ["--encoding=UTF8"]  # or the patterns would be read in the database's own
        options += [f"--table={pattern}" for table in tables for pattern in _parts(moment, table)]
    elif wish.content is not Content.FULL:
        options += [f"--{wish.content.value}"]
    return [*options, f"--exclude-schema={q.OWN_SCHEMA}", "--verbose"]


def _parts(moment: Moment, table: TableState) -> list[str]:
    """Name a table and its partitions as patterns that match nothing else."""
    parts = moment.partitions.get(table.label, ((table.schema, table.name),))
    return [identifier(schema, name) for schema, name in parts]


def _run_dump(
    gateway: Gateway,
    tool: Tool,
    options: list[str],
    wish: BackupWish,
    folder: Path,
    watch: DumpWatch | None,
    name: str | None = None,
) -> None:
    """Run pg_dump; behind a prefix it cannot write here, so its output streams through."""
    path = folder / (name or file_name(wish))
    on_line = watch.hear if watch else None
    if not gateway.prefix:
        options = [*options, f"--file={path}"]
        with running(gateway, gateway.call.command(tool.program, options), on_line=on_line):
            pass
        return
    with path.open("wb") as file:
        command = gateway.call.command(tool.program, options)
        with running(gateway, command, stdout=file, on_line=on_line):
            pass


def file_name(wish: BackupWish) -> str:
    """Name the dump within its folder, by its form."""
    if wish.form is Form.PLAIN:
        return f"{DUMP}.sql.gz" if wish.compress else f"{DUMP}.sql"
    return DUMP if wish.form is Form.DIRECTORY else f"{DUMP}.pgdump"


def _manifest(
    wish: BackupWish, state: DatabaseState, tool: Tool, folder: Path, started: float
) -> Manifest:
    files = describe_files(folder)
    if not files:
        raise BackupError(
            "pg_dump wrote nothing",
            why="it ended well and yet there is no file",
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
