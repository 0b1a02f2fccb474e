"""Restoring a backup: into nothing but an empty database, and proven table by table.

Archives are turned into SQL by pg_restore and run by psql, which stops at the first error; the
COMMIT is the last line that it reads, so whatever cuts the stream off leaves nothing behind.
"""

import gzip
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from analyzer.errors import DatabaseError, RefusedError
from analyzer.model.backup import DUMP, SCHEMA, Content, Form, Manifest
from analyzer.model.database_state import DatabaseState
from analyzer.model.version_table import TableName
from analyzer.operations.backup_folder import check_files, read_manifest
from analyzer.operations.checksums import count_tables
from analyzer.operations.new_database import (
    create_database,
    database_oid,
    drop_quietly,
    maintenance,
    rename_database,
    temporary_name,
)
from analyzer.operations.progress import Progress
from analyzer.operations.tools import Tool, demand_tool, find_tool, running
from analyzer.sources.database_state import DEFAULT_VERSION_TABLE, READ_ONLY, read_state
from analyzer.sources.session import Gateway, Session, gathered
from analyzer.sources.sql_words import literal

_BLOCK = 1 << 20
_HEAD = 64  # lines in which pg_restore sets its session up
_TOO_NEW = (b"SET transaction_timeout = 0;\n",)  # 17 writes it, and older servers refuse it
_SHOWN = 6
_USERS = """n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND NOT EXISTS (
  SELECT FROM pg_depend e WHERE e.objid = {oid} AND e.deptype = 'e')"""
_CONTENT = f"""
SELECT ARRAY(SELECT n.nspname || '.' || c.relname
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND NOT c.relispartition
               AND {_USERS.format(oid="c.oid")}
             ORDER BY c.relkind IN ('r', 'p') DESC, 1) AS names,
       EXISTS (SELECT FROM pg_largeobject_metadata) AS "large objects",
       EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
               WHERE {_USERS.format(oid="p.oid")}) AS functions,
       EXISTS (SELECT FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
               WHERE t.typtype IN ('e', 'd') AND {_USERS.format(oid="t.oid")}) AS types"""  # noqa: S608  no text of a user's


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored database: where it is, what it holds, and what it must hold."""

    gateway: Gateway
    manifest: Manifest
    state: DatabaseState


def open_backup(folder: Path, progress: Progress) -> Manifest:
    """Read a backup's manifest and check every file against it.

    Raises:
        RefusedError: it is not whole, altered, truncated or foreign; the file is named.
    """
    manifest = read_manifest(folder)
    progress.begin(f"Checking the files of {folder.name}", manifest.bytes)
    try:
        check_files(folder, manifest, progress.advance)
    finally:
        progress.end()
    return manifest


def restore(
    gateway: Gateway,
    folder: Path,
    into_new: str | None,
    progress: Progress,
    version_table: TableName = DEFAULT_VERSION_TABLE,
    *,
    owners: bool = True,
) -> Restored:
    """Restore a backup, and read back what is there afterwards.

    Args:
        gateway: the target, or any database of its server where a new one is made.
        folder: the backup.
        into_new: the name of a database to create; it gets this name only when it is whole. None
            for the gateway's own database, which must be empty.
        progress: who watches.
        version_table: whose rows are the applied versions.
        owners: whether owners and privileges are restored too.

    Raises:
        AnalyzerError: the backup is damaged, the target not empty, or something failed; then
            nothing of it is left where the format allows one transaction.
    """
    manifest = open_backup(folder, progress)
    if into_new is None:
        with gateway.session() as session:
            demand_empty(session)
            demand_fitting(session, manifest, owners=owners)
            place = session.ask("SELECT to_json(current_database()::text)")
        return fill(gateway.at(place), folder, manifest, progress, version_table, owners=owners)
    return _restore_into_new(
        gateway, folder, manifest, into_new, progress, version_table, owners=owners
    )


def _restore_into_new(
    gateway: Gateway,
    folder: Path,
    manifest: Manifest,
    name: str,
    progress: Progress,
    version_table: TableName,
    *,
    owners: bool,
) -> Restored:
    """Fill a database under another name; rename it when all is there."""
    making = temporary_name(name, "unfinished")
    with maintenance(gateway, name) as session:
        if database_oid(session, name) is not None:
            raise RefusedError(
                f"there is a database {name} already",
                why="a restore never writes over a database",
                fix="name another one: --into-new NAME",
            )
        demand_fitting(session, manifest, owners=owners)
        version = session.ask("SELECT current_setting('server_version_num')::int")
        owner = session.ask("SELECT to_json(current_user::text)")
        settings = manifest.state.settings
        if not owners:
            settings = replace(settings, owner=owner, grants=(), parameters=())
        try:
            create_database(session, making, settings, version)
            done = fill(gateway.at(making), folder, manifest, progress, version_table,
                        owners=owners)  # fmt: skip
            rename_database(session, making, name)
        except BaseException:
            drop_quietly(gateway, making)
            raise
    identity = replace(done.state.identity, database=name, place=gateway.at(name).place)
    return replace(done, gateway=gateway.at(name), state=replace(done.state, identity=identity))


def fill(
    target: Gateway,
    folder: Path,
    manifest: Manifest,
    progress: Progress,
    version_table: TableName = DEFAULT_VERSION_TABLE,
    *,
    owners: bool = True,
) -> Restored:
    """Load a backup whose files were checked into a database that is empty, and count the rows."""
    with target.session() as session:
        major = session.ask("SELECT current_setting('server_version_num')::int") // 10000
    loader = _Loader(target, folder, manifest, major, owners=owners)
    progress.begin(f"Restoring {manifest.state.identity.database}", manifest.bytes)
    try:
        loader.load(progress)
    finally:
        progress.end()
    return Restored(target, manifest, _read_back(target, manifest, progress, version_table))


def _read_back(
    target: Gateway, manifest: Manifest, progress: Progress, version_table: TableName
) -> DatabaseState:
    with target.session() as session:
        session.run(f"BEGIN {READ_ONLY}")
        state = read_state(session, version_table)
    wanted = {table.label for table in manifest.state.tables if table.checksum is not None}
    tables = [table for table in state.tables if table.label in wanted]
    progress.begin("Comparing every table", sum(table.bytes for table in tables))
    try:
        counted = count_tables(
            target, tables, done=lambda table: progress.advance(table.bytes, table.label)
        )
    finally:
        progress.end()
    found = {table.label: table for table in counted}
    return replace(state, tables=tuple(found.get(one.label, one) for one in state.tables))


def demand_empty(session: Session) -> None:
    """Make sure that nothing of a user's is in a database.

    Raises:
        RefusedError: something is; the reason tells what a restore over it would do.
    """
    (found,) = session.rows(_CONTENT)
    names = found["names"]
    others = [kind for kind in ("functions", "types", "large objects") if found[kind]]
    if not names and not others:
        return
    listed = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more"
                                          if len(names) > _SHOWN else "")  # fmt: skip
    raise RefusedError(
        f"{session.place} is not empty: it has {listed or ' and '.join(others)}",
        why="a dump restored over tables that are there stops at each of them; its rows are then "
        "lost while psql ends with status 0, and what is there stays as it is",
        fix="restore beside it: --into-new NAME; to carry rows over into a migrated database, run "
        "migdoctor recover",
    )


def demand_fitting(session: Session, manifest: Manifest, *, owners: bool) -> None:
    """Make sure that the server has the extensions and roles that the backup needs.

    Raises:
        DatabaseError: it lacks one; each is named.
    """
    lacking = missing_extensions(session, manifest)
    if lacking:
        raise DatabaseError(
            f"{session.place}: the server lacks {', '.join(lacking)}",
            why="the backup uses these extensions, and a restore would stop at the first",
            fix="install the extension's package on the server, then restore again",
        )
    there = {row["name"] for row in session.rows("SELECT rolname::text AS name FROM pg_roles")}
    roles = [name for name in manifest.state.roles if name not in there]
    if roles and owners:
        raise DatabaseError(
            f"{session.place}: the server lacks the role {', '.join(roles)}",
            why="the backup's tables belong to it, or it may use them",
            fix=f'CREATE ROLE "{roles[0]}"; or restore without owners and privileges: --no-owner',
        )


def missing_extensions(session: Session, manifest: Manifest) -> list[str]:
    """Name the extensions of a backup that a server does not have."""
    names = ", ".join(literal(name) for name, _ in manifest.state.extensions) or "NULL"
    there = session.rows(
        f"SELECT name::text AS name FROM pg_available_extensions WHERE name IN ({names})"  # noqa: S608  quoted
    )
    known = {row["name"] for row in there}
    return [f"extension {name}" for name, _ in manifest.state.extensions if name not in known]


class _Loader:
    """Runs one backup's statements in one database."""

    def __init__(
        self, target: Gateway, folder: Path, manifest: Manifest, major: int, *, owners: bool
    ) -> None:
        self.target, self.folder, self.manifest, self.major = target, folder, manifest, major
        self.wish = manifest.wish
        self.owners = [] if owners else ["--no-owner", "--no-privileges"]

    def load(self, progress: Progress) -> None:
        """Load all of it."""
        if self.wish.jobs > 1 and self._load_in_parallel():
            return
        for part in self._parts():
            self._run(part, progress)

    def _parts(self) -> Iterator[Iterator[bytes]]:
        """Give the scripts to run one after the other, each a transaction."""
        if self.wish.content in (Content.DATA_ONLY, Content.TABLES):
            schema = self.folder / SCHEMA
            yield self._archive(schema, "--section=pre-data")
            yield self._dump()
            yield self._archive(schema, "--section=post-data")
        else:
            yield self._dump()

    def _dump(self) -> Iterator[bytes]:
        if self.wish.form is not Form.PLAIN:
            path = self.folder / (DUMP if self.wish.form is Form.DIRECTORY else f"{DUMP}.pgdump")
            return self._archive(path)
        return self._plain()

    def _plain(self) -> Iterator[bytes]:
        """Give the text itself; large objects come in transactions of their own."""
        whole = self.manifest.state.large_objects.count == 0
        yield b"BEGIN;\n" if whole else b""
        packed = self.folder / f"{DUMP}.sql.gz"
        plain = self.folder / f"{DUMP}.sql"
        with gzip.open(packed) if packed.exists() else plain.open("rb") as file:
            lines = iter(file.readline, b"")
            yield from gathered(self._without_what_is_too_new(lines), _BLOCK)
        yield b"\nCOMMIT;\n" if whole else b"\n"

    def _archive(self, path: Path, *options: str) -> Iterator[bytes]:
        """Let pg_restore turn an archive into SQL, in one transaction."""
        gateway, tool = self._converter(path)
        options = ("--file=-", "--single-transaction", *self.owners, *options)
        through = bool(gateway.prefix)
        command = [*gateway.prefix, tool.program, *options, *([] if through else [str(path)])]
        feed = _blocks(path) if through else None
        with running(gateway, command, feed=feed, stdout=subprocess.PIPE) as run:
            yield from self._filtered(run.blocks())

    def _converter(self, path: Path) -> tuple[Gateway, Tool]:
        """Choose who converts: this computer's pg_restore, else the other side's."""
        here = replace(self.target, prefix=())
        tool = find_tool(here, "pg_restore", self.manifest.tool_major)
        if tool is None and self.target.prefix and path.is_file():
            return self.target, demand_tool(self.target, "pg_restore", self.manifest.tool_major)
        return here, tool or demand_tool(here, "pg_restore", self.manifest.tool_major)

    def _filtered(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Take from the head what the server is too old for."""
        head = b""
        for block in blocks:
            head += block
            if head.count(b"\n") >= _HEAD or len(head) > _BLOCK:
                break
        yield b"".join(self._without_what_is_too_new(iter(head.splitlines(keepends=True))))
        yield from blocks

    def _without_what_is_too_new(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        for number, line in enumerate(lines):
            if number >= _HEAD:
                yield line
                yield from lines
                return
            if not (self.major < 17 and line in _TOO_NEW):  # noqa: PLR2004  see _TOO_NEW
                yield line

    def _run(self, script: Iterator[bytes], progress: Progress) -> None:
        tool = "psql" if self.target.prefix else demand_tool(self.target, "psql", 0).program
        command = self.target.call.command(tool)
        with running(self.target, command, feed=_counted(script, progress)):
            pass

    def _load_in_parallel(self) -> bool:
        """Let pg_restore load with several connections; False where it cannot."""
        tool = find_tool(self.target, "pg_restore", self.manifest.tool_major)
        if self.target.prefix or tool is None or tool.major >= 17 > self.major:  # noqa: PLR2004  see _TOO_NEW
            return False
        options = ["--exit-on-error", f"--jobs={self.wish.jobs}", *self.owners]
        schema = self.folder / SCHEMA
        dump = self.folder / DUMP
        if self.wish.content in (Content.DATA_ONLY, Content.TABLES):
            self._restore_with(tool, [*options, "--section=pre-data"], schema)
            self._restore_with(tool, options, dump)
            self._restore_with(tool, [*options, "--section=post-data"], schema)
        else:
            self._restore_with(tool, options, dump)
        return True

    def _restore_with(self, tool: Tool, options: list[str], path: Path) -> None:
        command = [*self.target.call.command(tool.program, options), str(path)]
        with running(self.target, command):
            pass


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _counted(script: Iterator[bytes], progress: Progress) -> Iterator[bytes]:
    for block in script:
        yield block
        progress.advance(len(block))
