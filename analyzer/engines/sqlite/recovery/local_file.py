"""What only works on a file that lies on this computer."""

from analyzer.engines.sessions import Gateway
from analyzer.errors import EnvironmentToolError
from analyzer.model.words.shell_word import shell_word


def demand_file(gateway: Gateway) -> None:
    """Make sure that the file is reached itself, and not by a client elsewhere.

    Raises:
        EnvironmentToolError: it is not.
    """
    if gateway.prefix:
        raise EnvironmentToolError(
            "backups, comparisons and copies of an SQLite file are not possible through --exec",
            why="they read the file itself, which lies behind the prefix",
            fix="run migdoctor where the file lies; or copy it, though it is in use, and name the "
            f"copy with --database-url: {gateway.call.words} {client_on(gateway)} '.backup COPY'",
        )


def client_on(gateway: Gateway) -> str:
    """The client and the file, as words of the shell."""
    return f"sqlite3 {shell_word(gateway.target.database)}"


def saved(gateway: Gateway) -> str:
    """What is done about a damaged file."""
    return f"restore an earlier backup, or save what can be read: {client_on(gateway)} .recover"
