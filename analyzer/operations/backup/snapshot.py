"""The current state of a database, documented in a file."""

from pathlib import Path
from typing import Any

from analyzer import limits
from analyzer.engines.registry import usual_engine
from analyzer.engines.sessions import Gateway
from analyzer.errors import UsageError
from analyzer.model.core.progress import Progress, under_way
from analyzer.model.core.version_table import DEFAULT_VERSION_TABLE, TableName
from analyzer.model.schema.database_state import DatabaseState
from analyzer.records import replace
from analyzer.sources.files.bounded import parse_json, read_file
from analyzer.sources.files.document import from_document, to_document
from analyzer.sources.files.private_files import write_private

SUFFIX = ".snapshot.json"
_FORMAT = 2  # 1 kept grants and settings of the database as statements
_KIND = "snapshot"


def take_snapshot(
    gateway: Gateway, progress: Progress, version_table: TableName = DEFAULT_VERSION_TABLE
) -> DatabaseState:
    """Read a database's state with counts and checksums, all of one moment.

    Raises:
        DatabaseError: unreachable, or something cannot be read.
    """
    with gateway.engine.dumps.frozen_moment(gateway, version_table) as moment:
        tables = moment.state.tables
        work = moment.gateway.engine.dumps.checksum_work(
            moment.gateway,
            moment.snapshot,
            lambda table, size: progress.advance(size, table.label),
        )
        total = sum(table.bytes for table in tables)
        with under_way(progress, f"Counting the rows of {moment.state.identity.database}", total):
            try:
                work.start(tables, 1)
                counted = work.finish(tables)
            finally:
                work.stop()
        return replace(moment.state, tables=counted, tools=_tools(gateway))


def write_snapshot(state: DatabaseState, path: Path) -> None:
    """Write a state into a file, whole or not at all.

    Raises:
        UsageError: it cannot be written.
    """
    beside = path.with_name(path.name + ".unfinished")
    try:
        write_private(beside, to_document(state, format=_FORMAT, kind=_KIND))
        beside.rename(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UsageError(
            f"cannot write {path}", why=error.strerror or "", fix="name another file: --snapshot"
        ) from error


def read_snapshot(path: Path) -> DatabaseState:
    """Read what `write_snapshot` wrote.

    Raises:
        UsageError: it is no such file.
    """
    try:
        found = parse_json(read_file(path, limits.DOCUMENT_BYTES, UsageError))
        return from_document(DatabaseState, usual_engine().dumps.with_parts(_of_our_kind(found)))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            f"{path} is not a database snapshot",
            why=str(error),
            fix="name a file that migdoctor preflight wrote, or a backup's folder",
        ) from None


def _of_our_kind(found: dict[str, Any]) -> dict[str, Any]:
    if found["kind"] != _KIND:
        raise ValueError(f"it is a {found['kind']}")
    if found["format"] > _FORMAT:
        raise ValueError(f"a newer migdoctor wrote it, in format {found['format']}")
    return found


def _tools(gateway: Gateway) -> tuple[tuple[str, str], ...]:
    engine = gateway.engine
    names = (engine.programs.dump, engine.programs.restore, engine.programs.client)
    found = [(name, engine.dumps.newest_tool(gateway, name)) for name in names]
    return tuple((name, tool.version) for name, tool in found if tool is not None)
