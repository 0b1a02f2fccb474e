"""What ``rails db:migrate:status`` prints; the form is the same from Rails 3.2 to 8.1.

Source: ActiveRecord::Tasks::DatabaseTasks.migrate_status and
ActiveRecord::MigrationContext#migrations_status.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from analyzer.errors import RowsError

if TYPE_CHECKING:
    from analyzer.frameworks.ports.status import Told


HEADER = re.compile(r"Status\s+Migration ID\s+Migration Name")
ROW = re.compile(r"(up|down)\s+([0-9]+)(?:\s+(.*))?")
_SCHEMA_RB = re.compile(r"^[ \t]*+ActiveRecord::Schema\b", re.MULTILINE)
_DATABASE = re.compile(r"database: (.*)")
_RULE = re.compile(r"-{10,}")
_PADDING = "db:migrate:status writes 13 as 013: the database may hold either"
_ENOUGH = 5  # databases that a message names
_PADDED = 3  # Rails fills up versions to three digits when it prints them


def misplaced(place: str, head: str) -> RowsError | None:
    """A schema.rb names the newest version only."""
    if _SCHEMA_RB.search(head) is None:
        return None
    return RowsError(
        f"{place} is a schema.rb",
        why="it holds the newest version only, not the versions that ran",
        fix="pass structure.sql, a dump, or what db:migrate:status prints",
    )


def is_line(line: str) -> bool:
    """Whether a line is the status's head, or one of its rows."""
    return bool(HEADER.fullmatch(line) or ROW.fullmatch(line))


def read(place: str, lines: Iterable[tuple[int, str]], add: Callable[[str, int], None]) -> "Told":
    """Read a status to its end: ``up`` is applied, with a file or without.

    Raises:
        RowsError: a line is not understood, it lists nothing, or more than one database.
    """
    from analyzer.frameworks.ports.status import Told
    from analyzer.sources.rows.listing import not_understood  # with all that reads lists

    databases: dict[str, None] = {}
    begun, listed, padded = False, 0, False
    for number, line in lines:
        if named := _DATABASE.fullmatch(line):
            if len(databases) < _ENOUGH:
                databases[named[1]] = None
        elif HEADER.fullmatch(line):
            begun = True
        elif row := ROW.fullmatch(line):
            listed += 1
            if row[1] == "up":
                add(row[2], number)
                padded = padded or len(row[2]) <= _PADDED
        elif begun and not _RULE.fullmatch(line):
            raise not_understood(place, number, line, "up or down is expected")
    _check(place, [*databases], listed)
    return Told(next(iter(databases), None), (_PADDING,) if padded else ())


def _check(place: str, databases: Sequence[str], listed: int) -> None:
    if len(databases) > 1:
        raise RowsError(
            f"{place} lists several databases: {', '.join(databases)}",
            why="a diagnosis is of one database and its migrations",
            fix="write the status of one: rails db:migrate:status:NAME",
        )
    if not listed:
        raise RowsError(
            f"{place} is a db:migrate:status that lists nothing",
            why="it was cut off, or the application has no migration",
            fix="run it in the application's folder, and write all that it prints to the file",
        )
