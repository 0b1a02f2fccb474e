"""Restoring a backup: into nothing but an empty database, and proven table by table."""

from dataclasses import dataclass, replace
from pathlib import Path

from analyzer.engines.postgresql.access.session import Gateway, Session
from analyzer.engines.postgresql.catalog.database_state import (
    DEFAULT_VERSION_TABLE,
    READ_ONLY,
    read_state,
)
from analyzer.engines.postgresql.dumps.dump_words import literal
from analyzer.engines.postgresql.tools.dump_loading import DumpLoader
from analyzer.errors import DatabaseError, RefusedError
from analyzer.model.core.progress import Progress, under_way
from analyzer.model.core.version_table import TableName
from analyzer.model.core.wording import listed
from analyzer.model.recovery.backup import Manifest
from analyzer.model.schema.database_state import DatabaseSettings, DatabaseState
from analyzer.operations.backup.backup_folder import check_files, read_manifest
from analyzer.operations.backup.checksums import count_tables
from analyzer.operations.loading.new_database import (
    create_database,
    database_oid,
    drop_quietly,
    finish_database,
    maintenance,
    rename_database,
    temporary_name,
)

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
    with under_way(progress, f"Checking the files of {folder.name}", manifest.bytes):
        check_files(folder, manifest, progress.advance)
    return manifest


@dataclass(frozen=True, slots=True)
class Restoration:
    """A backup whose files were checked, and how it is restored.

    ``version_table`` is the one whose rows are the applied versions; ``owners`` says whether owners
    and privileges are restored too.
    """

    folder: Path
    manifest: Manifest
    progress: Progress
    version_table: TableName = DEFAULT_VERSION_TABLE
    owners: bool = True

    def into_empty(self, gateway: Gateway) -> Restored:
        """Load it into a database that must be empty.

        Raises:
            AnalyzerError: it is not empty, or lacks what the backup needs, or something failed.
        """
        with gateway.session() as session:
            _demand_empty(session)
            _demand_fitting(session, self.manifest, owners=self.owners)
            name = session.ask("SELECT to_json(current_database()::text)")
        return self.fill(gateway.at(name))

    def into_new(self, gateway: Gateway, name: str) -> Restored:
        """Fill a database under another name; rename it when all is there.

        Raises:
            AnalyzerError: the name is taken, or something failed; nothing of it is left then.
        """
        making = temporary_name(name, "unfinished")
        with maintenance(gateway, name) as session:
            _demand_free(session, name)
            _demand_fitting(session, self.manifest, owners=self.owners)
            settings = self._settings(session)
            try:
                create_database(session, making, settings)
                done = self.fill(gateway.at(making))
                finish_database(session, making, settings)
                rename_database(session, making, name)
            except BaseException:
                drop_quietly(gateway, making)
                raise
        identity = replace(done.state.identity, database=name, place=gateway.at(name).place)
        return replace(done, gateway=gateway.at(name), state=replace(done.state, identity=identity))

    def fill(self, target: Gateway) -> Restored:
        """Load it into a database that is empty, and count the rows."""
        with target.session() as session:
            major = session.ask("SELECT current_setting('server_version_num')::int") // 10000
        loader = DumpLoader(target, self.folder, self.manifest, major, owners=self.owners)
        database = self.manifest.state.identity.database
        with under_way(self.progress, f"Restoring {database}", self.manifest.bytes):
            loader.load(self.progress)
        return Restored(target, self.manifest, self._read_back(target))

    def _settings(self, session: Session) -> DatabaseSettings:
        """What the new database is given: without owners, it is the role's own."""
        settings = self.manifest.state.settings
        if self.owners:
            return settings
        role = session.ask("SELECT to_json(current_user::text)")
        return replace(settings, owner=role, grants=(), parameters=())

    def _read_back(self, target: Gateway) -> DatabaseState:
        """Read the state of what was restored; counted are the tables that the manifest counts."""
        with target.session() as session:
            session.run(f"BEGIN {READ_ONLY}")
            state = read_state(session, self.version_table)
        wanted = {table.label for table in self.manifest.state.tables if table.checksum is not None}
        tables = [table for table in state.tables if table.label in wanted]
        size = sum(table.bytes for table in tables)
        with under_way(self.progress, "Comparing every table", size):
            counted = count_tables(
                target, tables, done=lambda table, size: self.progress.advance(size, table.label)
            )
        found = {table.label: table for table in counted}
        return replace(state, tables=tuple(found.get(one.label, one) for one in state.tables))


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
    restoration = Restoration(folder, manifest, progress, version_table, owners)
    if into_new is None:
        return restoration.into_empty(gateway)
    return restoration.into_new(gateway, into_new)


def _demand_free(session: Session, name: str) -> None:
    if database_oid(session, name) is not None:
        raise RefusedError(
            f"there is a database {name} already",
            why="a restore never writes over a database",
            fix="name another one: --into-new NAME",
        )


def _demand_empty(session: Session) -> None:
    """Make sure that nothing of a user's is in a database.

    Raises:
        RefusedError: something is; the reason tells what a restore over it would do.
    """
    (found,) = session.rows(_CONTENT)
    names = found["names"]
    others = [kind for kind in ("functions", "types", "large objects") if found[kind]]
    if not names and not others:
        return
    raise RefusedError(
        f"{session.place} is not empty: it has {listed(names, _SHOWN) or ' and '.join(others)}",
        why="a dump restored over tables that are there stops at each of them; its rows are then "
        "lost while psql ends with status 0, and what is there stays as it is",
        fix="restore beside it: --into-new NAME; to carry rows over into a migrated database, run "
        "migdoctor recover",
    )


def _demand_fitting(session: Session, manifest: Manifest, *, owners: bool) -> None:
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
