"""The list after a recovery: a database, compared with what it should be."""

from pathlib import Path

from analyzer.analysis.recovery.state_comparison import compare_states
from analyzer.analysis.recovery.state_pair import Comparison
from analyzer.engines.registry import is_address, open_gateway
from analyzer.engines.sessions import Gateway
from analyzer.errors import EnvironmentToolError, UsageError
from analyzer.model.core.progress import Progress
from analyzer.model.core.version_table import DEFAULT_VERSION_TABLE, TableName
from analyzer.model.recovery.backup import Content
from analyzer.model.recovery.checklist import Checklist, Item, failed, passed
from analyzer.model.schema.database_state import DatabaseState
from analyzer.operations.backup.backup_folder import read_manifest
from analyzer.operations.backup.snapshot import read_snapshot, take_snapshot
from analyzer.operations.user_commands import run_command
from analyzer.records import replace


def read_expected(
    against: str, gateway: Gateway, progress: Progress, version_table: TableName
) -> tuple[DatabaseState, Comparison]:
    """Read what a database is to be compared with, and how strictly.

    Args:
        against: a backup's folder, a snapshot file, another database's URL, or the name of a
            database of the same server.
        gateway: the database that is compared.
        progress: who watches.
        version_table: whose rows are the applied versions.

    Raises:
        AnalyzerError: it is none of these, or cannot be read.
    """
    path = Path(against)
    if path.is_dir():
        manifest = read_manifest(path)
        only = manifest.wish.content is Content.TABLES
        labels = frozenset(table.label for table in manifest.state.tables) if only else None
        data = manifest.wish.content is not Content.SCHEMA_ONLY
        return manifest.state, Comparison(tables=labels, data=data)
    if path.is_file():
        return read_snapshot(path), Comparison()
    is_url = is_address(against)
    if "/" in against and not is_url and gateway.engine.features.schemas:
        raise UsageError(
            f"there is no {against}",
            why="--against names a backup's folder, a snapshot file, a URL or a database",
            fix="check the path",
        )
    other = open_gateway(against) if is_url else gateway.at(against)
    return take_snapshot(other, progress, version_table), Comparison()


def verify(
    gateway: Gateway,
    against: str,
    progress: Progress,
    *,
    check_command: str | None = None,
    owners: bool = True,
    version_table: TableName = DEFAULT_VERSION_TABLE,
) -> Checklist:
    """Compare a database with what it should be, then run the application's own check.

    Raises:
        AnalyzerError: one of the two cannot be read.
    """
    expected, how = read_expected(against, gateway, progress, version_table)
    actual = take_snapshot(gateway, progress, version_table)
    items = list(compare_states(expected, actual, replace(how, owners=owners), gateway.engine))
    if check_command is not None:
        items.append(_own_check(check_command, progress))
    return Checklist(
        title=f"After a recovery: compared with {_told(expected, against)}",
        subject=actual.identity.place,
        taken_at=actual.taken_at,
        items=tuple(items),
    )


def _told(expected: DatabaseState, against: str) -> str:
    """Say what was compared with; an address may hold a password."""
    return expected.identity.place if "://" in against else against


def _own_check(command: str, progress: Progress) -> Item:
    try:
        run_command(command, "--check-command", progress.say)
    except EnvironmentToolError as error:
        return failed("own-check", error.args[0], why=error.why, fix="see its output above")
    return passed("own-check", f"the application's own check passed: {command}")
