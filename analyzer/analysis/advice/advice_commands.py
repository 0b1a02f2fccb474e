"""The commands of each way of recovery, as far as they can be run where the rows come from."""

from analyzer.model.core.shell_word import shell_word
from analyzer.model.findings.advice import RecoveryOption, Situation

_STANDARD_INPUT = "-"
_COMMIT = "git commit -m 'Give migrations the names back under which they ran'"
_DATABASE_ONLY = frozenset({"backup", "preflight", "recover"})  # these read no repository
_COMMANDS: dict[RecoveryOption, tuple[str, ...]] = {
    RecoveryOption.RENAME_BACK: (
        "migdoctor rehearse --repair rename-back",
        "migdoctor rename-back --apply --git",
        _COMMIT,
        "migdoctor diagnose",
    ),
    RecoveryOption.REWRITE: (
        "migdoctor backup",
        "migdoctor rehearse --repair rewrite",
        "migdoctor rewrite --apply",
        "migdoctor diagnose",
    ),
    RecoveryOption.FULL: ("migdoctor preflight", "migdoctor recover full"),
    RecoveryOption.TABLES: ("migdoctor preflight", "migdoctor recover tables TABLE..."),
}

_NO_REHEARSAL = (
    "not tried on a copy first: a rehearsal needs the database or a dump of it (migdoctor rehearse "
    "--repair rename-back --dump FILE), and here are only its versions"
)
_NO_SERVER = (
    "not tried on a copy first: that needs a server, by migdoctor rehearse --scratch-url URL, or "
    'the extra of pip install "migdoctor[server]"'
)
_NO_DATABASE = "URL is the database itself: a file of its versions cannot be backed up or changed"


def commands_for(way: RecoveryOption, here: Situation) -> tuple[str, ...]:
    """List what is to be run, in order.

    Where a file named the rows, files can be moved by it; all else needs the database by name.
    """
    commands = [_of_the_repair(command, here) for command in _COMMANDS[way]]
    if here.rows_file is None:
        kept = (it for it in commands if here.can_rehearse or "rehearse" not in it)
        return tuple(_named(command, here) for command in kept)
    if way is RecoveryOption.REWRITE and "--environment " in here.naming.asked:
        script = shell_word(f"{here.environment}.sql")
        asked = here.naming.asked
        return f"migdoctor rewrite {asked} -o {script}", f"migdoctor diagnose {asked}"
    if way is not RecoveryOption.RENAME_BACK:
        return tuple(f"{command} --database-url URL" for command in _COMMANDS[way])
    _, move, commit, diagnose = commands
    rows = f"--rows {_word(here.rows_file)}"
    asked = f" {here.naming.asked}" if here.naming.asked else f" {rows}"
    return f"{move}{asked}", commit, f"{diagnose}{asked}"


def _of_the_repair(command: str, here: Situation) -> str:
    """A commit takes in what the repair changes, and nothing that lies beside it."""
    if command is not _COMMIT or not here.paths:
        return command
    return f"{command} -- {' '.join(map(shell_word, here.paths))}"


def _named(command: str, here: Situation) -> str:
    """The command with the database named, so that it can be typed as it stands."""
    if not command.startswith("migdoctor "):
        return command
    known = command.split()[1] in _DATABASE_ONLY
    options = here.naming.database if known else here.naming.asked
    return f"{command} {options}" if options else command


def missing_for(way: RecoveryOption, here: Situation) -> list[str]:
    """Say what the commands lack where a file named the rows."""
    if here.rows_file is None:
        return [] if here.can_rehearse else [_NO_SERVER]
    return [_NO_REHEARSAL if way is RecoveryOption.RENAME_BACK else _NO_DATABASE]


def _word(file: str) -> str:
    return "FILE" if file == _STANDARD_INPUT else shell_word(file)
