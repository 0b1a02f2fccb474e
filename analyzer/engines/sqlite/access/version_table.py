"""The version table of an SQLite file, and what its catalogue says, at one moment."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.engines.shared.version_tables import StoredRows, VersionTables
from analyzer.engines.sqlite.access.gateway import SqliteGateway
from analyzer.engines.sqlite.access.session import SqliteSession
from analyzer.engines.sqlite.words import identifier, literal
from analyzer.errors import DatabaseError
from analyzer.model.core.table_row import RowShape, joint, key_columns
from analyzer.model.core.version_table import NOTES_TABLE, TableName, VersionTable
from analyzer.model.schema.catalog import Catalog

if TYPE_CHECKING:
    from analyzer.model.notes.note import Notebook

SOURCE = "sqlite"
MAIN = "main"  # the schema of the file itself, in SQLite's words
_SHARED = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ncpfs"})
_MOUNTS = "/proc/self/mounts"


def _place(
    session: SqliteSession, gateway: SqliteGateway, wanted: TableName, environment: str
) -> VersionTable:
    """What is known of a file before its rows are."""
    path = file_of(session) or gateway.address.path
    place = f"database {path}"
    return VersionTable(
        environment=environment,
        source=SOURCE,
        place=f"{place} {session.way}" if gateway.prefix else place,
        table=TableName(wanted.name, None if wanted.schema == MAIN else wanted.schema),
        rows=(),
        database=path,
        server_version=version_of(session),
        notes=() if gateway.prefix else tuple(warnings_on(path)),
    )


def may_write(gateway: SqliteGateway, path: str) -> bool:
    """Whether the address lets us write, and the file and its folder, where the journal lies, do.

    Behind a prefix that is not known; there it shows.
    """
    writable = all(os.access(it, os.W_OK) for it in (path, Path(path).parent))
    return not gateway.address.read_only and (bool(gateway.prefix) or writable)


def file_of(session: SqliteSession) -> str:
    """The file's own path, links followed, as SQLite tells it."""
    (found,) = session.rows("SELECT file FROM pragma_database_list WHERE name = 'main'")
    return str(found["file"] or "")


def version_of(session: SqliteSession) -> int:
    """SQLite's number of its version: 3040001 is 3.40.1."""
    (found,) = session.rows("SELECT sqlite_version() AS version")
    major, minor, patch = (*map(int, str(found["version"]).split(".")), 0, 0)[:3]
    return major * 1_000_000 + minor * 1_000 + patch


def warnings_on(path: str) -> list[str]:
    """What is to be told of where a file lies."""
    kind = _file_system(os.path.realpath(path))
    if kind not in _SHARED:
        return []
    note = (
        f"the file lies on a network share ({kind}), where locks may not hold: another computer "
        "could write meanwhile; stop the application before anything is changed"
    )
    return [note]


def _file_system(path: str) -> str:
    """The kind of file system that a path lies on; nothing where that is not told here."""
    best, kind = "", ""
    try:
        with Path(_MOUNTS).open(encoding="utf-8", errors="replace") as mounts:
            for line in mounts:
                _, point, name, *_ = (*line.split(" "), "", "", "")
                point = point.replace("\\040", " ")
                inside = path == point or path.startswith(point.rstrip("/") + "/")
                if inside and len(point) >= len(best):
                    best, kind = point, name
    except OSError:
        return ""
    return kind


def columns_of(session: SqliteSession, table: TableName) -> tuple[str, ...] | None:
    """The columns of a table; None where there is none of the name.

    Raises:
        DatabaseError: it is a view, or is looked for in another database.
    """
    if table.schema not in {None, MAIN}:
        raise DatabaseError(
            f"there is no schema {table.schema}",
            why="an SQLite file has none: a table has its name alone",
            fix=f"leave it out: --version-table {table.name}",
        )
    named = f"lower(name) = lower({literal(table.name)})"
    found = session.rows(f"SELECT type FROM sqlite_master WHERE {named} LIMIT 1")  # noqa: S608  quoted
    if not found:
        return None
    if found[0]["type"] != "table":
        raise DatabaseError(
            f"{table} is a {found[0]['type']}",
            why="a version table is an ordinary table, which the framework can write to",
            fix="name the table behind it with --version-table NAME",
        )
    asked = f"SELECT name FROM pragma_table_info({literal(table.name)}) ORDER BY cid"  # noqa: S608  quoted
    return tuple(str(row["name"]) for row in session.rows(asked))


def stored_rows(session: SqliteSession, table: TableName, shape: RowShape) -> StoredRows:
    """All rows as they are stored, as texts, in the order of the version's text.

    Of rows, and of a version's characters, one more than is allowed, so that it shows.
    """
    most = limits.VERSION_TEXT.most + 1
    key = [f"CAST({identifier(it)} AS TEXT)" for it in key_columns(shape.version)]
    version = f" || {literal(joint(shape.version))} || ".join(key)
    texts = [f"substr({version}, 1, {most}) AS c0"]
    texts += [f"CAST({identifier(it)} AS TEXT) AS c{n}" for n, it in enumerate(shape.columns, 1)]
    found = session.rows(
        f"SELECT {', '.join(texts)} FROM {identifier(table.name)} "  # noqa: S608  quoted
        f"ORDER BY c0 COLLATE BINARY LIMIT {limits.DATABASE_ROWS.most + 1}"
    )
    if not shape.columns:
        return [row["c0"] for row in found]
    return [list(row.values()) for row in found]


def _catalog(session: SqliteSession, versions: VersionTable) -> Catalog:
    from analyzer.engines.sqlite.catalog.live_schema import read_catalog  # where it is asked

    return read_catalog(session, versions.server_version)


def has_notes(session: SqliteSession, versions: VersionTable | None = None) -> bool:
    """Whether there is a table of notes; beside a version table is nothing but the file."""
    del versions
    named = f"lower(name) = {literal(NOTES_TABLE)}"
    return bool(session.rows(f"SELECT 1 AS one FROM sqlite_master WHERE {named} LIMIT 1"))  # noqa: S608  quoted


def _notes(session: SqliteSession, gateway: SqliteGateway, versions: VersionTable) -> "Notebook":
    from analyzer.engines.sqlite.notes.note_reading import notes_in  # only where they are

    return notes_in(session, gateway, versions)


_TABLES = VersionTables(_place, columns_of, stored_rows, _catalog, has_notes, _notes, "the path")
read_version_table = _TABLES.read_version_table
read_live_database = _TABLES.read_live_database
read_noted = _TABLES.read_noted
