"""A session with an SQLite file through the standard library."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analyzer.engines.sessions import Target
from analyzer.engines.sqlite.access.failures import missing_file, statement_failure
from analyzer.engines.sqlite.access.session import PATIENCE, SqliteSession

_PAGES = 4096  # that are copied at once


class FileSession(SqliteSession):
    """A session with a file on this computer. It never makes the file."""

    def __init__(self, path: str, target: Target, *, writes: bool) -> None:
        """Open the file.

        Args: writes: whether it may be changed; else SQLite itself refuses to.

        Raises:
            DatabaseError: it is not there.
        """
        self.target = target
        self.place, self.way = target.database, "on this computer"
        if not Path(path).is_file():
            raise missing_file(path)
        mode = "rw" if writes else "ro"
        uri = f"file:{quote(str(Path(path).resolve()))}?mode={mode}"
        with self._explained():
            self._connection = sqlite3.connect(
                uri,
                uri=True,
                isolation_level=None,
                timeout=PATIENCE / 1000,
                check_same_thread=False,
            )
        self._connection.text_factory = _text
        self._connection.row_factory = sqlite3.Row

    def rows(self, query: str) -> list[dict[str, Any]]:
        """See `Session.rows`."""
        with self._explained():
            found = self._connection.execute(query).fetchall()
            return [dict(zip(row.keys(), row, strict=True)) for row in found]

    def run(self, statements: str) -> None:
        """See `Session.run`."""
        with self._explained():
            for statement in _statements(statements):
                self._connection.execute(statement).fetchall()

    def run_file(self, text: str) -> str:
        """See `Session.run_file`: the lines that are the client's own are left out."""
        from analyzer.engines.sqlite.scripts.sql_file import for_driver

        said = ""
        with self._explained():
            for statement in _statements(for_driver(text)):
                row = self._connection.execute(statement).fetchone()
                said = str(row[0]) if row is not None else said
        return said

    def stored(self, query: str) -> Iterator[tuple[object, ...]]:
        """Stream the rows of a query; a text comes as a tuple of its bytes, unlike a BLOB."""
        with self._explained():
            self._connection.text_factory = _marked
            try:
                for row in self._connection.execute(query):
                    yield tuple(row)
            finally:
                self._connection.text_factory = _text

    def copy_to(self, path: Path, tell: Callable[[int, int], None]) -> None:
        """Copy the file whole, as it is in this session's transaction, into another one.

        Args: tell: told how many pages are left, and how many there are.
        """
        with self._explained(), closing(sqlite3.connect(path)) as target:
            self._connection.backup(
                target, pages=_PAGES, progress=lambda _, left, all_: tell(left, all_)
            )

    def copy_from(self, path: Path, tell: Callable[[int, int], None]) -> None:
        """Take over all that a copy holds which nobody writes to, in one transaction."""
        uri = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
        with self._explained(), closing(sqlite3.connect(uri, uri=True)) as source:
            source.backup(
                self._connection, pages=_PAGES, progress=lambda _, left, all_: tell(left, all_)
            )

    def close(self) -> None:
        """See `Session.close`."""
        self._connection.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            name = getattr(error, "sqlite_errorname", "")
            raise statement_failure(str(error), name, self.target) from None


def _marked(raw: bytes) -> tuple[bytes]:
    return (raw,)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _statements(text: str) -> Iterator[str]:
    """Cut a text of ours into its statements, as SQLite itself sees their ends."""
    waiting = ""
    for line in text.splitlines(keepends=True):
        waiting += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(waiting):
            yield waiting
            waiting = ""
    if waiting.strip():
        yield waiting
