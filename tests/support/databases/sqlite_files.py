"""SQLite files for tests: what `servers.Database` is for a server."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from analyzer.records import Struct

OWN = ("schema_migrations", "ar_internal_metadata", "sqlite_sequence")


class SqliteDatabase(Struct, frozen=True):
    """One file, made for one test."""

    path: Path

    @property
    def url(self) -> str:
        """The file's address."""
        return f"sqlite3://{self.path}"

    def run(self, statements: str) -> list[tuple[Any, ...]]:
        """Run SQL; of a single query, return the rows."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            if statements.count(";") > 1:
                connection.executescript(statements)
                return []
            return connection.execute(statements).fetchall()

    def tables(self) -> dict[str, int]:
        """The application's tables, and how many rows each has."""
        found = self.run("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = [name for (name,) in found if name not in OWN]
        return {name: self.run(f'SELECT count(*) FROM "{name}"')[0][0] for name in names}
