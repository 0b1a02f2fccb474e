"""The commands of each way of recovery, as far as they can be run where the rows come from."""

from analyzer.model.findings.advice import RecoveryOption, Situation
from analyzer.model.plans.repair_path import commands_of

_COMMANDS: dict[RecoveryOption, tuple[str, ...]] = {
    RecoveryOption.FULL: ("migdoctor preflight", "migdoctor recover full"),
    RecoveryOption.TABLES: ("migdoctor preflight", "migdoctor recover tables TABLE..."),
}

_NO_REHEARSAL = (
    "not tried on a copy first: a rehearsal needs the database or a dump of it (migdoctor rehearse "
    "--repair rename-back --dump FILE), and only its versions are available here"
)
_NO_SERVER = (
    "not tried on a copy first: that needs a server, by migdoctor rehearse --scratch-url URL, or "
    'the extra of pip install "migdoctor[server]"'
)
_NO_SCRATCH = (
    "not tried on a copy first: migdoctor rehearse --scratch-url URL tries it in an empty database "
    "of {} that you name"
)
_NOWHERE = (
    "not tried on a copy first: migdoctor cannot rehearse on {}; restore a dump "
    "beside it, repair that, and migrate it"
)
_ROWS_ONLY = (
    "the script is for the database itself, which it checks once more; take a backup yourself "
    "before you run it"
)
_NO_DATABASE = "URL is the database itself: a file of its versions cannot be backed up or changed"


def commands_for(way: RecoveryOption, here: Situation) -> tuple[str, ...]:
    """List what is to be run, in order.

    Where a file named the rows, files can be moved by it; all else needs the database by name.
    """
    if way in _COMMANDS:
        named = here.naming.database if here.rows_file is None else "--database-url URL"
        return tuple(f"{command} {named}".rstrip() for command in _COMMANDS[way])
    repair = here.files if way is RecoveryOption.RENAME_BACK else here.rows
    return tuple(command for _, command in commands_of(repair.path))


def missing_for(way: RecoveryOption, here: Situation) -> list[str]:
    """Say what the commands lack where a file named the rows."""
    if here.nowhere is not None and (here.rows_file is None or way is RecoveryOption.RENAME_BACK):
        return [_NOWHERE.format(here.nowhere)]
    if here.rows_file is None:
        if here.can_rehearse:
            return []
        return [_NO_SCRATCH.format(here.own_scratch) if here.own_scratch else _NO_SERVER]
    in_place = {RecoveryOption.RENAME_BACK: _NO_REHEARSAL, RecoveryOption.REWRITE: _ROWS_ONLY}
    return [in_place.get(way, _NO_DATABASE)]
