"""What SQLite complains of, in words that say what to do."""

from collections.abc import Mapping

from analyzer.engines.sessions import Target
from analyzer.errors import AnalyzerError, DatabaseError, StatementError
from analyzer.model.words.shell_word import shell_word
from analyzer.records import Struct

BUSY = "SQLITE_BUSY"
_NOT_CHANGED = "nothing was changed"


class _FileFailure(Struct, frozen=True):
    """Why a file cannot be worked with."""

    what: str
    why: str
    fix: str


_ELSEWHERE = (
    "or, without access to it: pass the version table's rows from a file (the output of .dump, or "
    "one version per line) with --rows FILE"
)
_FAILURES: Mapping[str, _FileFailure] = {
    "SQLITE_BUSY": _FileFailure(
        "{file} is busy",
        "another process holds its lock, perhaps a migration that is running now",
        "wait until it has ended, or stop the application, then run the same command again",
    ),
    "SQLITE_NOTADB": _FileFailure(
        "{file} is not an SQLite database",
        "its first bytes are not those of one; perhaps it is encrypted, or an address of git LFS",
        "check the path",
    ),
    "SQLITE_CORRUPT": _FileFailure(
        "{file} is damaged",
        "SQLite finds pages that cannot be",
        "look with `sqlite3 {typed} 'PRAGMA integrity_check'`, and restore a backup",
    ),
    "SQLITE_CANTOPEN": _FileFailure(
        "{file} cannot be opened",
        "it or a file beside it (-journal, -wal, -shm) may not be read by this account",
        "run migdoctor as the application's account",
    ),
    "SQLITE_READONLY": _FileFailure(
        "{file} cannot be read without writing to it",
        "a transaction in it was cut off, and only who may write can take it back",
        "open it once as the application's account: "
        "sqlite3 {typed} 'SELECT count(*) FROM sqlite_master'",
    ),
    "SQLITE_IOERR": _FileFailure(
        "{file} cannot be read",
        "the disk or the network share under it fails",
        "copy the file to a local disk, and name the copy",
    ),
}
_WORDS: Mapping[str, str] = {
    "database is locked": "SQLITE_BUSY",
    "file is not a database": "SQLITE_NOTADB",
    "database disk image is malformed": "SQLITE_CORRUPT",
    "unable to open database": "SQLITE_CANTOPEN",
    "attempt to write a readonly database": "SQLITE_READONLY",
    "disk I/O error": "SQLITE_IOERR",
}
"""By the words that the client prints, the name that the driver gives."""


def missing_file(path: str) -> DatabaseError:
    """There is no file: it is not made, as SQLite would do."""
    return DatabaseError(
        f"there is no database file {path}",
        why="the path is misspelt, counts from another folder, or the database was never made",
        fix="correct the address; a path without a slash in front counts from the application's "
        "root, the folder that config/ and db/ lie in",
    )


def code_of(said: str, known: str = "") -> str:
    """The name of an error by what was said; ``known`` is what the driver calls it.

    It is empty where no more is to be said than SQLite does, whichever way it is asked.
    """
    if known:
        return next((code for code in _FAILURES if known.startswith(code)), "")
    return next((code for words, code in _WORDS.items() if words in said), "")


def statement_failure(said: str, known: str, target: Target) -> AnalyzerError:
    """Explain why a statement was refused, or why the file cannot be worked with.

    Args: known: the error's name in the driver, if it is known.
    """
    code = code_of(said, known)
    file = _FAILURES.get(code)
    if file is None:
        return StatementError(
            said,
            place=target.database,
            why="what was not committed is undone",
            fix="fix what SQLite says, then run the same command again",
            sqlstate=code,
            primary=said,
        )
    return StatementError(
        said,
        place=target.database,
        why=f"{file.why}; {_NOT_CHANGED}",
        fix=_fix(file, target),
        sqlstate=code,
        primary=said,
    )


def reading_failure(error: StatementError, target: Target) -> DatabaseError:
    """Explain why a file cannot be read."""
    known = _FAILURES.get(error.sqlstate)
    if known is None:
        return DatabaseError(
            f"{target.database} cannot be read",
            why=f'SQLite says: "{error.primary}"',
            fix=f"fix that, then run the same command again; {_ELSEWHERE}",
        )
    return DatabaseError(
        known.what.format(file=target.database),
        why=f'{known.why} (SQLite says: "{error.primary}")',
        fix=f"{_fix(known, target)}; {_ELSEWHERE}",
    )


def _fix(failure: _FileFailure, target: Target) -> str:
    return failure.fix.format(typed=shell_word(target.database))
