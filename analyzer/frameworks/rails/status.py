"""What ``rails db:migrate:status`` prints; the form is the same from Rails 3.2 to 8.1.

Source: ActiveRecord::Tasks::DatabaseTasks.migrate_status and
ActiveRecord::MigrationContext#migrations_status.
"""

import re

from analyzer.errors import RowsError
from analyzer.sources.files.buffered_reader import Window
from analyzer.sources.files.stored import StoredRows
from analyzer.sources.rows.listing import not_understood, numbered_lines

HEADER = re.compile(r"Status\s+Migration ID\s+Migration Name")
ROW = re.compile(r"(up|down)\s+([0-9]+)(?:\s+(.*))?")
_DATABASE = re.compile(r"database: (.*)")
_RULE = re.compile(r"-{10,}")
_PADDING = "db:migrate:status writes 13 as 013: the database may hold either"
_ENOUGH = 5  # databases that a message names
_PADDED = 3  # Rails fills up versions to three digits when it prints them


class Status:
    """The applied versions of one database, as the status lists them."""

    def __init__(self, place: str) -> None:
        self.stored = StoredRows(place)
        self.databases: list[str] = []
        self.listed = 0  # lines, down ones too

    @property
    def database(self) -> str | None:
        """The database's name, where it is named."""
        return self.databases[0] if self.databases else None

    def name(self, database: str) -> None:
        """Take the name of a database whose status follows; two are too many already."""
        if database not in self.databases and len(self.databases) < _ENOUGH:
            self.databases.append(database)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the status hides."""
        if not any(len(one.text or "") <= _PADDED for one in self.stored):
            return ()
        return (_PADDING,)


def read_status(window: Window) -> Status:
    """Read a status to its end: ``up`` is applied, with a file or without.

    Raises:
        RowsError: a line is not understood, it lists nothing, or more than one database.
    """
    status, begun = Status(window.place), False
    for number, line in numbered_lines(window):
        if named := _DATABASE.fullmatch(line):
            status.name(named[1])
        elif HEADER.fullmatch(line):
            begun = True
        elif row := ROW.fullmatch(line):
            _take(status, row, number)
        elif begun and not _RULE.fullmatch(line):
            raise not_understood(window.place, number, line, "up or down is expected")
    _check(status, window.place)
    return status


def _take(status: Status, row: re.Match[str], number: int) -> None:
    status.listed += 1
    if row[1] == "up":
        status.stored.add(row[2], number)


def _check(status: Status, place: str) -> None:
    if len(set(status.databases)) > 1:
        raise RowsError(
            f"{place} lists several databases: {', '.join(status.databases)}",
            why="a diagnosis is of one database and its migrations",
            fix="write the status of one: rails db:migrate:status:NAME",
        )
    if not status.listed:
        raise RowsError(
            f"{place} is a db:migrate:status that lists nothing",
            why="it was cut off, or the application has no migration",
            fix="run it in the application's folder, and write all that it prints to the file",
        )
