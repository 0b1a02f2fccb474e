"""Version tables in what ``.dump`` writes. Other tables' data is passed over."""

import re
from collections.abc import Iterator

from analyzer import limits
from analyzer.engines.ports.exports import Dump, DumpedTable, DumpText
from analyzer.errors import RowsError
from analyzer.frameworks.ports.store import Store
from analyzer.model.core.table_row import NO_COLUMNS, Columns, joined_key, key_columns
from analyzer.model.core.version_table import TableName
from analyzer.sources.files.stored import StoredRows

_NAME = r"(?:\"((?:[^\"]|\"\")+)\"|'((?:[^']|'')+)'|`([^`]+)`|\[([^\]]+)\]|([A-Za-z_][\w$]*))"
_CREATE = re.compile(
    rf"CREATE TABLE (?:IF NOT EXISTS )?{_NAME}\s*\((.*)\)", re.IGNORECASE | re.DOTALL
)
_INSERT = re.compile(rf"INSERT INTO {_NAME}(?:\(([^)]*)\))? VALUES\s*\(", re.IGNORECASE)
_COLUMN = re.compile(rf"\s*{_NAME}")
_VALUE = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<null>NULL)|(?P<number>[-+]?[\d.]+(?:e[-+]?\d+)?)|"
    r"X'(?P<blob>[0-9a-f]*)')\s*(?P<end>[,)])",
    re.IGNORECASE,
)
_ENDS = ("COMMIT;", "ROLLBACK; -- due to errors")
_NOT_COLUMNS = frozenset({"primary", "unique", "check", "foreign", "constraint"})


def read_dump(window: DumpText, name: str, store: Store) -> Dump:
    """Read a script to its end and collect the tables with this name.

    Raises:
        RowsError: the script is cut off, or holds a row in a form that ``.dump`` does not write.
    """
    table: DumpedTable | None = None
    last = ""
    for line, statement in _statements(window):
        last = statement.strip()
        created = _CREATE.match(statement)
        if created is not None and _named(created) == name:
            table = table or DumpedTable(None, TableName(name), StoredRows(window.place))
            table.columns = tuple(_columns(created[6]))
            continue
        found = _INSERT.match(statement)
        if found is not None and _named(found) == name:
            table = table or DumpedTable(None, TableName(name), StoredRows(window.place))
            columns = tuple(_columns(found[6])) if found[6] else table.columns
            values = _values(statement, found.end(), window.place, line)
            _add(
                table,
                dict(zip(columns or key_columns(store.version_column), values, strict=False)),
                store,
                line,
            )
    if last not in _ENDS:
        raise RowsError(
            f"{window.place} does not end with COMMIT, as the output of .dump does",
            why="it was cut off, so that rows may be missing",
            fix="dump or copy it again, to the end",
        )
    if table is not None:
        table.has_data = True
    return Dump((table,) if table is not None else (), None)


def _add(table: DumpedTable, row: dict[str, str | None], store: Store, line: int) -> None:
    names = store.kept(tuple(row))
    columns = Columns(names, (row[it] for it in names)) if names else NO_COLUMNS
    table.rows.add(joined_key(store.version_column, row), line, columns)


def _statements(window: DumpText) -> Iterator[tuple[int, str]]:
    """Cut the text into statements, each with its line; ends inside of texts do not count."""
    waiting, began, number, quotes = "", 1, 0, 0
    statements = 0
    while (raw := window.read_line()) is not None:
        number += 1
        line = raw.decode("utf-8", "replace")
        if not waiting and not line.strip():
            continue
        began = began if waiting else number
        waiting += line if line.endswith("\n") else f"{line}\n"
        quotes += line.count("'")
        if quotes % 2 or not _is_end(line):
            continue
        statements += 1
        if statements > limits.STATEMENTS.most:
            raise limits.STATEMENTS.exceeded(RowsError, window.place)
        yield began, waiting
        waiting, quotes = "", 0
    if waiting.strip():
        raise RowsError(
            f"{window.place} ends in the middle of a statement that begins on line {began}",
            why="it was cut off, so that rows may be missing",
            fix="dump or copy it again, to the end",
        )


def _is_end(line: str) -> bool:
    return line.rstrip().endswith(";") or line.startswith(_ENDS)


def _named(found: "re.Match[str]") -> str:
    return next(str(found[n]) for n in range(1, 6) if found[n]).replace('""', '"')


def _columns(text: str) -> Iterator[str]:
    """The names of the columns that a table, or an INSERT, lists."""
    depth, start = 0, 0
    for at, sign in enumerate(f"{text},"):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            found = _COLUMN.match(text[start:at])
            if found is not None and _named(found).lower() not in _NOT_COLUMNS:
                yield _named(found)
            start = at + 1


def _values(statement: str, at: int, place: str, line: int) -> list[str | None]:
    values: list[str | None] = []
    while (found := _VALUE.match(statement, at)) is not None:
        if found["text"] is not None:
            values.append(found["text"][1:-1].replace("''", "'"))
        elif found["blob"] is not None:
            values.append(bytes.fromhex(found["blob"]).decode("utf-8", "replace"))
        else:
            values.append(None if found["null"] else found["number"])
        at = found.end()
        if found["end"] == ")":
            return values
    raise RowsError(
        f"line {line} of {place} fills the version table in a way that cannot be followed",
        why="it is not a row as .dump writes it",
        fix="dump it again with sqlite3, or write the versions to a file, one per line",
    )
