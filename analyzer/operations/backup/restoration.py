"""Restoring a backup: into nothing but an empty database, and proven table by table."""

from pathlib import Path

from analyzer.engines.base import Engine
from analyzer.engines.registry import engine, usual_engine
from analyzer.engines.sessions import Gateway, Session
from analyzer.errors import RefusedError
from analyzer.model.core.progress import Progress, under_way
from analyzer.model.core.version_table import DEFAULT_VERSION_TABLE, TableName
from analyzer.model.recovery.manifest import Manifest
from analyzer.model.schema.database_state import DatabaseSettings, DatabaseState
from analyzer.operations.backup.backup_folder import check_files, read_manifest
from analyzer.records import Struct, replace


class Restored(Struct, frozen=True):
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


class Restoration(Struct, frozen=True):
    """A backup whose files were checked, and how it is restored.

    ``version_table`` is the one whose rows are the applied versions; ``owners`` says whether owners
    and privileges are restored too.
    """

    folder: Path
    manifest: Manifest
    progress: Progress
    version_table: TableName = DEFAULT_VERSION_TABLE
    owners: bool = True

    def demand_target(self, gateway: Gateway, into_new: str | None) -> None:
        """Refuse a target that this cannot be restored into.

        Raises:
            AnalyzerError: it is not empty, its name is taken, or it lacks what the backup needs.
        """
        demand_engine(self.manifest, gateway)
        if into_new is None:
            with gateway.session() as session:
                session.engine.dumps.demand_empty(session)
                session.engine.dumps.demand_fitting(session, self.manifest, owners=self.owners)
            return
        with gateway.engine.databases.maintenance(gateway, into_new) as session:
            _demand_free(session, into_new)
            session.engine.dumps.demand_fitting(session, self.manifest, owners=self.owners)

    def into(self, gateway: Gateway, into_new: str | None) -> Restored:
        """Load it into a new database of this name, or with None into the gateway's own.

        Raises: as `into_empty` and `into_new`.
        """
        return self.into_empty(gateway) if into_new is None else self.into_new(gateway, into_new)

    def into_empty(self, gateway: Gateway) -> Restored:
        """Load it into a database that must be empty.

        Raises:
            AnalyzerError: it is not empty, or lacks what the backup needs, or something failed.
        """
        with gateway.session() as session:
            session.engine.dumps.demand_empty(session)
            session.engine.dumps.demand_fitting(session, self.manifest, owners=self.owners)
            name = session.engine.catalog.read_identity(session).database
        return self.fill(gateway.at(name))

    def into_new(self, gateway: Gateway, name: str) -> Restored:
        """Fill a database, where that is possible under another name until all is there.

        Raises:
            AnalyzerError: the name is taken, or something failed; nothing of it is left then.
        """
        making = name
        if gateway.engine.features.rename_database:
            making = gateway.engine.databases.temporary_name(name, "unfinished")
        with gateway.engine.databases.maintenance(gateway, name) as session:
            _demand_free(session, name)
            session.engine.dumps.demand_fitting(session, self.manifest, owners=self.owners)
            settings = self._settings(session)
            session.engine.databases.create_database(session, making, settings)
            try:
                done = self.fill(gateway.at(making))
                session.engine.databases.finish_database(session, making, settings)
                if making != name:
                    session.engine.databases.rename_database(session, making, name)
            except BaseException:
                gateway.engine.databases.drop_quietly(gateway, making)
                raise
        identity = replace(done.state.identity, database=name, place=gateway.at(name).place)
        return replace(done, gateway=gateway.at(name), state=replace(done.state, identity=identity))

    def fill(self, target: Gateway) -> Restored:
        """Load it into a database that is empty, and count the rows."""
        with target.session() as session:
            major = session.engine.catalog.read_identity(session).major
        loader = target.engine.dumps.dump_loader(
            target, self.folder, self.manifest, major, owners=self.owners
        )
        database = self.manifest.state.identity.database
        with under_way(self.progress, f"Restoring {database}", self.manifest.bytes):
            loader.load(self.progress)
        return Restored(target, self.manifest, self._read_back(target))

    def _settings(self, session: Session) -> DatabaseSettings:
        """What the new database is given: without owners, it is the role's own."""
        settings = self.manifest.state.settings
        if self.owners:
            return settings
        return session.engine.databases.without_owners(session, settings)

    def _read_back(self, target: Gateway) -> DatabaseState:
        """Read the state of what was restored; counted are the tables that the manifest counts."""
        with target.session() as session:
            session.begin_snapshot()
            state = session.engine.catalog.read_state(session, self.version_table)
        wanted = {table.label for table in self.manifest.state.tables if table.checksum is not None}
        tables = [table for table in state.tables if table.label in wanted]
        size = sum(table.bytes for table in tables)
        with under_way(self.progress, "Comparing every table", size):
            counted = target.engine.loading.count_tables(
                target, tables, done=lambda table, size: self.progress.advance(size, table.label)
            )
        found = {table.label: table for table in counted}
        return replace(state, tables=tuple(found.get(one.label, one) for one in state.tables))


def prepared(
    gateway: Gateway,
    folder: Path,
    into_new: str | None,
    progress: Progress,
    version_table: TableName = DEFAULT_VERSION_TABLE,
    *,
    owners: bool = True,
) -> Restoration:
    """Check a backup and its target before anything is changed, or anybody asked.

    Args:
        gateway: the target, or any database of its server where a new one is made.
        folder: the backup.
        into_new: the name of a database to create; None for the gateway's own, which must be empty.
        progress: who watches.
        version_table: whose rows are the applied versions.
        owners: whether owners and privileges are restored too.

    Raises:
        AnalyzerError: the backup is damaged, or the target is not empty, or lacks what it needs.
    """
    manifest = open_backup(folder, progress)
    restoration = Restoration(folder, manifest, progress, version_table, owners)
    restoration.demand_target(gateway, into_new)
    return restoration


def restore(
    gateway: Gateway,
    folder: Path,
    into_new: str | None,
    progress: Progress,
    version_table: TableName = DEFAULT_VERSION_TABLE,
    *,
    owners: bool = True,
) -> Restored:
    """Restore a backup, and read back what is there afterwards; see `prepared` for the arguments.

    Raises:
        AnalyzerError: as `prepared`, or something failed; then nothing of it is left where the
            format allows one transaction.
    """
    restoration = prepared(gateway, folder, into_new, progress, version_table, owners=owners)
    return restoration.into(gateway, into_new)


def engine_of(manifest: Manifest) -> Engine:
    """Which engine a backup is from."""
    return usual_engine() if manifest.engine is None else engine(manifest.engine)


def demand_engine(manifest: Manifest, gateway: Gateway) -> None:
    """Refuse a server of another kind than the one that the backup is from."""
    theirs = engine_of(manifest)
    if theirs.name == gateway.engine.name:
        return
    raise RefusedError(
        f"the backup is of {theirs.title}, and {gateway.place} is {gateway.engine.title}",
        why="a dump is written in its own server's SQL",
        fix=f"name a server of its kind, such as {theirs.examples.server}",
    )


def _demand_free(session: Session, name: str) -> None:
    if session.engine.databases.database_oid(session, name) is not None:
        raise RefusedError(
            f"database {name} already exists",
            why="a restore never writes over a database",
            fix="name another one: --into-new NAME",
        )
