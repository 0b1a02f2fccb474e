"""Which commands take which options that name a place, without loading the commands.

The program itself would tell, but a diagnosis that prints commands would load all of them for it.
"""

from collections.abc import Iterable

from analyzer.report.placed_commands import OWN_TABLE, PLACES

_FLEETS = frozenset({"--each-schema", "--each-database"})
_TABLE = frozenset({"--table", "--version-table"})  # backup's and recover's --table is another one
_LIVE = frozenset({"--all-environments", "--database-url", "--env-file", "--environment", "--exec"})
_RECOVERY = _LIVE | {"--version-table"}
_WALKING = PLACES - _FLEETS
_TAKEN: dict[str, frozenset[str]] = {
    **dict.fromkeys(("diagnose", "fix", "rename-back", "rewrite", "advise", "record"), PLACES),
    **dict.fromkeys(("rehearse", "graph"), _WALKING),
    "undo": _LIVE | {"--repo"},
    "schema": _WALKING - {"--rows"},
    "check": _WALKING - _TABLE - {"--exec"},
    **dict.fromkeys(("preflight", "backup", "restore", "verify"), _RECOVERY),
}
_OF_RECOVER = frozenset({"full", "tables", "resume", "back", "drop-old"})


def options_of(name: str, own: str | None) -> frozenset[str]:
    """The options of a place that a command takes; none where there is no such command.

    Args: own: the command of `recover`, which takes none by itself.
    """
    if name == "recover":
        return _RECOVERY if own in _OF_RECOVER else frozenset()
    return _TAKEN.get(name, frozenset())


def of_data(typed: Iterable[str]) -> bool:
    """Whether --table names tables of data on this command line, and not the version table."""
    commands = (word for word in typed if word in _TAKEN or word in OWN_TABLE)
    return next(commands, "") in OWN_TABLE
