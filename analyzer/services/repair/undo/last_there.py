"""The last repair of the database that was named: there may be later ones of others."""

from collections.abc import Sequence
from functools import cache

from analyzer.engines.registry import open_gateway
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.repair_journal import Repair, TableLocation
from analyzer.services.repair.options import UndoOptions


def last_there(repairs: Sequence[Repair], asked: UndoOptions) -> Repair:
    """Find the last repair that changed the database, or files alone.

    Args: repairs: those that may stand, the oldest first, at least one.

    Returns: the last of all where the database cannot be asked: taking it back says why.

    Raises:
        UsageError: all of them changed other databases.
    """
    gateway = open_gateway(asked.database_url, asked.exec_prefix)

    @cache
    def identity(table: TableName) -> TableLocation | None:
        try:
            return gateway.engine.catalog.read_standing(gateway, table).identity
        except AnalyzerError:
            return None

    for repair in reversed(repairs):
        database = repair.database
        if database is None or repair.fleet is not None:
            return repair
        found = identity(database.table)
        if found is not None and found.is_same(database):
            return repair
    known = [it.database for it in repairs if it.database is not None]
    if not any(identity(it.table) for it in known):
        return repairs[-1]
    where = dict.fromkeys(f"database {it.name} at {it.server}" for it in known)
    raise UsageError(
        f"there is nothing to undo on {gateway.place}",
        why=f"the repairs that stand changed {', '.join(where)}",
        fix="see which they are, and name the one that is meant: migdoctor undo --list",
    )
