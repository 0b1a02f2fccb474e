"""What MySQL complains of, in words that say what to do."""

from analyzer.engines.sessions import Target
from analyzer.errors import AnalyzerError, ConnectionLostError, DatabaseError, StatementError

LOST = frozenset({2006, 2013, 2055, 1053, 1927})  # the connection is gone
_NO_CONNECTION = frozenset({2002, 2003, 2005})
_DENIED, _DENIED_DATABASE, _UNKNOWN_DATABASE = 1045, 1044, 1049
BUSY = frozenset({1205, 1213})
NO_TABLE = 1146
DENIED = frozenset({1142, 1143, 1044, 1227, 1290, 1345})
"""The role may not do it, or the server lets nobody."""
_NOT_CHANGED = "what was not committed is undone"


def connection_failure(code: int, said: str, target: Target) -> AnalyzerError:
    """Explain why no connection came about."""
    where = f"{target.database} at {target.server}"
    if code in {_DENIED, _DENIED_DATABASE}:
        return DatabaseError(
            f"the server at {target.server} refuses user {target.user}",
            why=f'it says: "{said}"',
            fix="correct user or password (MYSQL_PWD holds one), or ask for the right to read "
            f"{target.database}",
        )
    if code == _UNKNOWN_DATABASE:
        return DatabaseError(
            f"there is no database {target.database} at {target.server}",
            why=f'the server says: "{said}"',
            fix="correct the name at the end of the address",
        )
    return DatabaseError(
        f"{where} cannot be reached",
        why=said,
        fix="correct host and port, or the socket (?socket=PATH), or start the server",
    )


def statement_failure(code: int, said: str, target: Target) -> AnalyzerError:
    """Explain what the server says of a statement."""
    if code in LOST:
        return ConnectionLostError(said, place=target.database)
    busy = code in BUSY
    return StatementError(
        said,
        place=target.database,
        why=f"another session holds a lock; {_NOT_CHANGED}" if busy else _NOT_CHANGED,
        fix="wait until it has ended, then run the same command again"
        if busy
        else "correct what the server says, then run the same command again",
        sqlstate=str(code),
        primary=said,
    )


def reading_failure(error: StatementError, target: Target) -> DatabaseError:
    """Explain why a database cannot be read."""
    return DatabaseError(
        f"{target.database} at {target.server} cannot be read",
        why=f'the server says: "{error.primary}"',
        fix="correct that, then run the same command again; or, without access to it: pass the "
        "version table's rows from a file (one version per line) with --rows FILE",
    )
