"""What every recovery needs of the machine and the server: room, tools, privileges."""

from collections.abc import Callable
from pathlib import Path

from analyzer.engines.sessions import Gateway
from analyzer.errors import AnalyzerError
from analyzer.model.recovery.checklist import Item, unknown
from analyzer.model.schema.database_state import DatabaseState
from analyzer.operations.backup.disk_space import check_disk_space


def check_prerequisites(gateway: Gateway, state: DatabaseState, place: Path) -> tuple[Item, ...]:
    """Check room, tools and privileges.

    Args:
        gateway: the database.
        state: of it; counts are not needed.
        place: where files will be written.
    """
    return (
        guarded("disk-space", lambda: check_disk_space(gateway, state.bytes, place)),
        *(guarded(*check) for check in gateway.engine.dumps.checks(gateway, state)),
    )


def guarded(name: str, check: Callable[[], Item]) -> Item:
    """Turn a check that failed to look into an unknown item: the others go on."""
    try:
        return check()
    except AnalyzerError as error:
        return unknown(name, f"could not be checked: {error.args[0]}", why=error.why, fix=error.fix)
