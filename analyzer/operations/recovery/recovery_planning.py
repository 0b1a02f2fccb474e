"""Planning a recovery from what is there; nothing is changed."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from analyzer.analysis.recovery.fitness import part_of, stored_columns
from analyzer.analysis.recovery.table_dependencies import close_over, load_order
from analyzer.engines.base import Engine
from analyzer.engines.sessions import Gateway
from analyzer.errors import DatabaseError, UsageError
from analyzer.frameworks.registry import METADATA
from analyzer.model.core.version_table import DEFAULT_VERSION_TABLE, NOTES_TABLE, TableName
from analyzer.model.recovery.recovery import FullPlan, TablePart, TablesPlan
from analyzer.model.schema.database_state import DatabaseIdentity, TableState
from analyzer.operations.backup.backup_folder import read_manifest
from analyzer.records import Struct


class RecoveryWish(Struct, frozen=True):
    """What the user asked for; fields that belong to the other kind of recovery are not read."""

    stop_command: str | None = None
    start_command: str | None = None
    check_command: str | None = None
    migrate_command: str = ""
    backup: str | None = None
    leave: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    from_backup: str | None = None
    from_database: str | None = None
    keep: tuple[str, ...] = ()
    replace: bool = False
    dependencies: bool = True
    scratch: bool = False
    version_table: TableName = DEFAULT_VERSION_TABLE


def plan_full(gateway: Gateway, wish: RecoveryWish) -> FullPlan:
    """Plan option 1.

    Raises:
        AnalyzerError: unreachable, a name that is taken, or a backup that is none.
        EnvironmentToolError: databases of this engine cannot be renamed.
    """
    gateway.engine.demand("recovery", "a recovery into a new database")
    gateway.engine.demand("rename_database", "a recovery into a new database")
    if wish.backup is not None:
        read_manifest(Path(wish.backup))
    with gateway.session() as session:
        session.begin_snapshot()
        identity = session.engine.catalog.read_identity(session)
        tables = session.engine.catalog.read_tables(session)
    id_, name_for = _new_id(), gateway.engine.databases.recovery_name
    plan = FullPlan(
        id=id_,
        database=identity.database,
        old_oid=identity.oid,
        system=identity.system,
        aside=name_for(identity.database, "before", id_),
        making=name_for(identity.database, "making", id_),
        migrate_command=wish.migrate_command,
        stop_command=wish.stop_command,
        start_command=wish.start_command,
        check_command=wish.check_command,
        backup=str(Path(wish.backup).absolute()) if wish.backup else None,
        scratch=wish.scratch,
        tables=_carried_over(tables, wish),
        leave=wish.leave,
        version_table=str(wish.version_table),
    )
    _demand_free(gateway, (plan.aside, plan.making))
    return plan


def _carried_over(tables: Iterable[TableState], wish: RecoveryWish) -> tuple[TablePart, ...]:
    """The tables whose rows go into the new database; those that migrations keep begin anew."""
    own = {wish.version_table.name, METADATA, NOTES_TABLE}
    return tuple(
        part_of(table, stored_columns(table))
        for table in tables
        if table.name not in own and table.label not in wish.leave
    )


def plan_tables(gateway: Gateway, wish: RecoveryWish) -> TablesPlan:
    """Plan option 3: close the choice over foreign keys, and order it.

    Raises:
        EnvironmentToolError: tables of this engine cannot be carried over.
        AnalyzerError: unreachable, a table that is not there, or tables that are needed as well
            where that was not wanted.
    """
    gateway.engine.demand("recovery", "carrying the rows of single tables over")
    with gateway.session() as session:
        session.begin_snapshot()
        identity = session.engine.catalog.read_identity(session)
        edges = session.engine.catalog.read_edges(session)
        there = {table.label: table for table in session.engine.catalog.read_tables(session)}
    source = {table.label: table for table in _source_tables(gateway, wish)}
    chosen = [_resolve(name, source, there) for name in wish.tables]
    kept = {_resolve(name, there, there) for name in wish.keep}
    needed = close_over(chosen, edges) - kept
    if not wish.dependencies:
        _demand_closed(needed - set(chosen))
    _demand_sources(needed - source.keys(), identity.database)
    groups = load_order(sorted(needed), edges)
    return _tables_plan(
        gateway.engine,
        identity,
        wish,
        tuple(tuple(_carried(source[label], there[label]) for label in group) for group in groups),
    )


def _demand_closed(extra: Collection[str]) -> None:
    if extra:
        raise UsageError(
            f"the tables refer to others: {', '.join(sorted(extra))}",
            why="rows that refer to rows which are not there break the foreign keys",
            fix="leave --no-dependencies out, name them too, or --keep those that are right as "
            "they are",
        )


def _demand_sources(lacking: Collection[str], database: str) -> None:
    if lacking:
        raise UsageError(
            f"the source has no table {', '.join(sorted(lacking))}",
            why="the chosen tables refer to it",
            fix=f"--keep {min(lacking)} if its rows are right as they are in {database}",
        )


def _tables_plan(
    engine: Engine,
    identity: DatabaseIdentity,
    wish: RecoveryWish,
    groups: tuple[tuple[TablePart, ...], ...],
) -> TablesPlan:
    id_ = _new_id()
    return TablesPlan(
        id=id_,
        database=identity.database,
        oid=identity.oid,
        system=identity.system,
        source_backup=str(Path(wish.from_backup).absolute()) if wish.from_backup else None,
        source_database=wish.from_database,
        side=engine.databases.recovery_name(identity.database, "source", id_),
        stop_command=wish.stop_command,
        start_command=wish.start_command,
        check_command=wish.check_command,
        scratch=wish.scratch,
        components=groups,
        replace=wish.replace,
        version_table=str(wish.version_table),
    )


def _source_tables(gateway: Gateway, wish: RecoveryWish) -> Sequence[TableState]:
    if (wish.from_backup is None) == (wish.from_database is None):
        raise UsageError(
            "one source is needed: --from-backup or --from-database",
            why="the rows come from a backup, or from another database of the same server",
            fix="for example: --from-database archive_production_before_1a2b3c",
        )
    if wish.from_backup is not None:
        return read_manifest(Path(wish.from_backup)).state.tables
    with gateway.at(wish.from_database or "").session() as session:
        return session.engine.catalog.read_tables(session)


def _resolve(name: str, source: dict[str, TableState], there: dict[str, TableState]) -> str:
    """Find a table by its label or its name alone."""
    found = [label for label, table in source.items() if name in table.names]
    if len(found) != 1 or found[0] not in there:
        raise UsageError(
            f"there are several tables {name}: {', '.join(found)}"
            if found[1:]
            else f"there is no table {name} in both databases",
            why="a table's rows go into the table of the same name",
            fix="name it as schema.table, upper and lower case as it is stored",
        )
    return found[0]


def _carried(source: TableState, target: TableState) -> TablePart:
    takes = set(stored_columns(target))
    return part_of(source, tuple(name for name in stored_columns(source) if name in takes))


def _demand_free(gateway: Gateway, names: Sequence[str]) -> None:
    with gateway.engine.databases.maintenance(gateway, "") as session:
        for name in names:
            if session.engine.databases.database_oid(session, name) is not None:
                raise DatabaseError(
                    f"database {name} already exists",
                    why="another recovery made it",
                    fix="run the command again: it takes another name",
                )


def _new_id() -> str:
    return f"{datetime.now(UTC):%y%m%d%H%M}{secrets.token_hex(2)}"
