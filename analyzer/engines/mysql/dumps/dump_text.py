"""Version tables in what mysqldump and mariadb-dump write. Other tables' data is passed over.

Both write a row, or a statement, on each line: within a text, the end of a line is escaped.
Programs, whose text is anything, stand between two DELIMITER lines.
"""

import re
from collections.abc import Iterator

from analyzer import limits
from analyzer.engines.ports.exports import Dump, DumpedTable, DumpText
from analyzer.errors import RowsError
from analyzer.frameworks.ports.store import Store
from analyzer.model.core.table_row import NO_COLUMNS, Columns, joined_key, key_columns
from analyzer.model.core.version_table import TableName
from analyzer.sources.files.stored import StoredRows

_NAME = r"(?:`(?P<quoted>(?:[^`]|``)+)`|\"(?P<ansi>(?:[^\"]|\"\")+)\"|(?P<bare>[\w$]+))"
_HEAD = re.compile(r"-- (?:MySQL|MariaDB) dump\b")
_END = re.compile(r"-- Dump completed\b")
_SERVER = re.compile(r"-- Server version\s+(\d+)\.(\d+)\.(\d+)")
_PROGRAM = re.compile(r"DELIMITER\s+(\S+)")
_USE = re.compile(rf"USE {_NAME}\s*;", re.IGNORECASE)
_CREATE = re.compile(rf"CREATE TABLE (?:IF NOT EXISTS )?{_NAME} \($", re.IGNORECASE)
_DATA = re.compile(rf"(?:LOCK TABLES|-- Dumping data for table) {_NAME}", re.IGNORECASE)
_INSERT = re.compile(
    rf"(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO {_NAME}\s*(?:\((?P<columns>[^)]*)\)\s*)?VALUES\s*",
    re.IGNORECASE,
)
_COLUMN = re.compile(rf"\s*{_NAME}")
_VALUE = re.compile(
    r"\s*(?:(?:_binary\s+|_utf8mb[34]\s+|_latin1\s+)?'(?P<text>(?:[^'\\]|\\.|'')*)'|(?P<null>NULL)|"
    r"0x(?P<hex>[0-9a-f]*)|X'(?P<blob>[0-9a-f]*)'|(?P<number>[-+]?[\d.]+(?:e[-+]?\d+)?))"
    r"\s*(?P<end>[,)])",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)|''", re.DOTALL)
_MEANT = {"0": "\0", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "Z": "\x1a"}
_ROW = re.compile(r"[\s,]*\(")


def read_dump(window: DumpText, name: str, store: Store) -> Dump:
    """Read a script to its end and collect the tables with this name.

    Raises:
        RowsError: the script is cut off, or holds a row in a form that these programs do not write.
    """
    reading = _DumpReading(window.place, name, store)
    for number, line in _lines(window):
        reading.take(number, line)
    reading.finish()
    return Dump(tuple(reading.tables.values()), reading.server)


def _lines(window: DumpText) -> Iterator[tuple[int, str]]:
    """The lines that are no program's, each with its number."""
    number, delimiter = 0, ";"
    while (raw := window.read_line()) is not None:
        number += 1
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        changed = _PROGRAM.match(line)
        if changed is not None:
            delimiter = changed[1]
        elif delimiter == ";":
            yield number, line


class _DumpReading:
    """What is known so far, and the statement that goes on over several lines."""

    def __init__(self, place: str, name: str, store: Store) -> None:
        self.place, self.name, self.store = place, name, store
        self.tables: dict[str | None, DumpedTable] = {}
        self.server: int | None = None
        self._database: str | None = None
        self._headed = self._ended = False
        self._inside: str | None = None  # "create", "insert" or "passed", over more lines
        self._columns: tuple[str, ...] = ()
        self._statements = 0

    def take(self, number: int, line: str) -> None:
        """Read one line on."""
        if self._inside == "create":
            self._column(line)
        elif self._inside is not None:
            self._values(line, 0, number)
        elif line.startswith("--"):
            self._comment(line)
            self._look(line)
        elif line:
            self._begin(number, line)

    def finish(self) -> None:
        """Make sure that it came to its end.

        Raises:
            RowsError: it did not.
        """
        if self._inside is not None or (self._headed and not self._ended):
            raise RowsError(
                f"{self.place} does not end with `-- Dump completed`, as a dump of MySQL does",
                why="it was cut off, so that rows may be missing",
                fix="dump or copy it again, to the end",
            )

    def _comment(self, line: str) -> None:
        self._headed |= _HEAD.match(line) is not None
        self._ended |= _END.match(line) is not None
        server = _SERVER.match(line)
        if server is not None:
            major, minor, patch = map(int, server.groups())
            self.server = major * 10_000 + minor * 100 + patch

    def _look(self, line: str) -> None:
        """See whether the rows of the table begin; there may be none."""
        found = _DATA.match(line)
        if found is not None and _named(found) == self.name:
            self._table().has_data = True

    def _begin(self, number: int, line: str) -> None:
        self._statements += 1
        if self._statements > limits.STATEMENTS.most:
            raise limits.STATEMENTS.exceeded(RowsError, self.place)
        used = _USE.match(line)
        if used is not None:
            self._database = _named(used)
            return
        made = _CREATE.match(line)
        if made is not None and _named(made) == self.name:
            self._inside, self._columns = "create", ()
            return
        self._look(line)
        found = _INSERT.match(line)
        if found is None:
            return
        self._inside = "passed"
        if _named(found) == self.name:
            self._inside = "insert"
            listed = found["columns"]
            table = self._table()
            table.has_data = True
            columns = tuple(_listed(listed)) if listed else table.columns
            self._columns = columns or key_columns(self.store.version_column)
        self._values(line, found.end(), number)

    def _column(self, line: str) -> None:
        if line.startswith(")"):
            self._inside = None
            self._table().columns = self._columns
            return
        found = _COLUMN.match(line)
        if found is not None and found["bare"] is None:
            self._columns = (*self._columns, _named(found))

    def _table(self) -> DumpedTable:
        known = self.tables.get(self._database)
        if known is None:
            rows = StoredRows(self.place)
            known = DumpedTable(self._database, TableName(self.name), rows)
            self.tables[self._database] = known
        return known

    def _values(self, line: str, at: int, number: int) -> None:
        """Read the rows on a line; its last sign says whether more follow."""
        if self._inside == "insert":
            while (row := _ROW.match(line, at)) is not None:
                values, at = self._row(line, row.end(), number)
                named = dict(zip(self._columns, values, strict=False))
                names = self.store.kept(tuple(named))
                kept = Columns(names, (named[it] for it in names)) if names else NO_COLUMNS
                self._table().rows.add(joined_key(self.store.version_column, named), number, kept)
        if line.rstrip().endswith(";"):
            self._inside = None

    def _row(self, line: str, at: int, number: int) -> tuple[list[str | None], int]:
        values: list[str | None] = []
        while (found := _VALUE.match(line, at)) is not None:
            values.append(_value(found))
            at = found.end()
            if found["end"] == ")":
                return values, at
        raise RowsError(
            f"line {number} of {self.place} fills the version table in a way that cannot be "
            "followed",
            why="it is not a row as mysqldump writes it",
            fix="dump it again with mariadb-dump or mysqldump, or write the versions to a file, "
            "one per line",
        )


def _value(found: "re.Match[str]") -> str | None:
    if found["text"] is not None:
        return _ESCAPE.sub(_plain, found["text"])
    digits = found["hex"] if found["hex"] is not None else found["blob"]
    if digits is not None:
        return bytes.fromhex(digits).decode("utf-8", "replace")
    return found["number"]  # None where it is NULL


def _plain(found: "re.Match[str]") -> str:
    return "'" if found[1] is None else _MEANT.get(found[1], found[1])


def _named(found: "re.Match[str]") -> str:
    if found["quoted"] is not None:
        return found["quoted"].replace("``", "`")
    if found["ansi"] is not None:
        return found["ansi"].replace('""', '"')
    return found["bare"]


def _listed(text: str) -> Iterator[str]:
    """The names of the columns that an INSERT lists."""
    for part in text.split(","):
        found = _COLUMN.match(part)
        if found is not None:
            yield _named(found)
