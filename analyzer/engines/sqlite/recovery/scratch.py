"""Copies of a file to try things on: in a folder of ours, gone afterwards."""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from analyzer.engines.sessions import Gateway
from analyzer.engines.sqlite.access.gateway import CATALOGUE
from analyzer.engines.sqlite.recovery.copies import copy_file
from analyzer.engines.sqlite.recovery.copies import demand_empty as demand_nothing
from analyzer.engines.sqlite.words import identifier
from analyzer.errors import EnvironmentToolError
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.rehearsal import Copied
from analyzer.records import Struct


class ScratchFolder(Struct, frozen=True):
    """The folder, in which each file is a database."""

    folder: Path

    @property
    def programs(self) -> Path:
        """No program is needed."""
        return self.folder

    def url(self, database: str = "scratch.sqlite3") -> str:
        """Tell a file's address."""
        return f"sqlite3:{quote(str(self.folder / Path(database).name), safe='/')}"

    def create_database(self, name: str) -> str:
        """Make an empty file and return its address."""
        (self.folder / Path(name).name).touch(mode=0o600)
        return self.url(name)


@contextmanager
def scratch_server(folder: Path) -> Iterator[ScratchFolder]:
    """Make a folder below one; remove it at the end."""
    place = folder / "files"
    place.mkdir(parents=True, mode=0o700)
    try:
        made = ScratchFolder(place.resolve())
        made.create_database("scratch.sqlite3")
        yield made
    finally:
        shutil.rmtree(place, ignore_errors=True)


def demand_empty(scratch: Gateway) -> None:
    """Make sure that nothing can be overwritten.

    Raises:
        RefusedError: the file holds something already.
    """
    with scratch.session() as session:
        demand_nothing(session)


_CONTENTS = """
SELECT type, name FROM sqlite_master
WHERE type IN ('trigger', 'view', 'table') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY type = 'table', name
"""


def contents(scratch: Gateway) -> Mapping[str, str]:
    """By a key of its own, the statement that drops each object, in the order to drop them in."""
    found = {"": "PRAGMA foreign_keys = OFF"}
    with scratch.session() as session:
        for row in session.rows(_CONTENTS):
            kind, name = str(row["type"]), str(row["name"])
            found[f"{kind} {name}"] = f"DROP {kind.upper()} IF EXISTS {identifier(name)}"
    return found


def copy_live(
    source: Gateway, table: TableName, scratch: Gateway, folder: Path, *, with_data: bool
) -> Copied:
    """Copy a file whole, though it is in use; it is only read.

    Raises:
        DatabaseError, EnvironmentToolError: it cannot be read.
    """
    del table, folder, with_data  # there is no copying a part of it
    with scratch.reading(CATALOGUE) as session:
        (found,) = session.rows("SELECT file FROM pragma_database_list WHERE name = 'main'")
    copy_file(source, Path(found["file"]))
    return Copied((), (), whole=True)


def copy_dump(dump: Path, scratch: Gateway, folder: Path) -> NoReturn:
    """Refuse: a text of SQL may do anything to other files."""
    del scratch, folder
    raise EnvironmentToolError(
        f"{dump} cannot be rehearsed on",
        why="a dump is a program of SQL, which may reach other files",
        fix="make a database of a dump that you trust: sqlite3 copy.sqlite3 < FILE; and name that: "
        "--database-url sqlite3:copy.sqlite3",
    )


def server_title(gateway: Gateway) -> str:
    """The engine and its version, in words."""
    del gateway
    return f"SQLite {sqlite3.sqlite_version}"


def can_come_along() -> bool:
    """It comes with Python."""
    return True


def is_installed() -> bool:
    """SQLite comes with Python."""
    return True


def fence(url: str) -> None:
    """There is none: no variable makes every client of this engine read only."""
