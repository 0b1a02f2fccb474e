"""A session with an SQLite file through the standard library."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analyzer.engines.sessions import Target
from analyzer.engines.sqlite.access.failures import missing_file, statement_failure
from analyzer.engines.sqlite.access.session import PATIENCE, SqliteSession


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
