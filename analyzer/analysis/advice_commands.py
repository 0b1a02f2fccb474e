"""The commands of each way of recovery, as far as they can be run where the rows come from."""

import shlex

from analyzer.model.advice import Situation, Way

_STANDARD_INPUT = "-"
_COMMIT = "git commit -a -m 'Give migrations the names back under which they ran'"
_COMMANDS: dict[Way, tuple[str, ...]] = {
    Way.RENAME_BACK: (
        "migdoctor rehearse --repair rename-back",
        "migdoctor rename-back --apply --git",
        _COMMIT,
        "migdoctor diagnose",
    ),
    Way.REWRITE: (
        "migdoctor backup",
        "migdoctor rehearse --repair rewrite",
        "migdoctor rewrite --apply",
        "migdoctor diagnose",
    ),
    Way.FULL: ("migdoctor preflight", "migdoctor recover full"),
    Way.TABLES: ("migdoctor preflight", "migdoctor recover tables TABLE..."),
}

_NO_REHEARSAL = (
    "not tried on a copy first: a rehearsal needs the database or a dump of it (migdoctor rehearse "
    "--repair rename-back --dump FILE), and here are only its versions"
)
_NO_DATABASE = "URL is the database itself: a file of its versions cannot be backed up or changed"


def commands_for(way: Way, here: Situation) -> tuple[str, ...]:
    """List what is to be run, in order.

    Where a file named the rows, files can be moved by it; all else needs the database by name.
    """
    if here.rows_file is None:
        return _COMMANDS[way]
    if way is not Way.RENAME_BACK:
        return tuple(f"{command} --database-url URL" for command in _COMMANDS[way])
    _, move, commit, diagnose = _COMMANDS[way]
    rows = f"--rows {_word(here.rows_file)}"
    return f"{move} {rows}", commit, f"{diagnose} {rows}"


def missing_for(way: Way, here: Situation) -> list[str]:
    """Say what the commands lack where a file named the rows."""
    if here.rows_file is None:
        return []
    return [_NO_REHEARSAL if way is Way.RENAME_BACK else _NO_DATABASE]


def _word(file: str) -> str:
    return "FILE" if file == _STANDARD_INPUT else shlex.quote(file)
