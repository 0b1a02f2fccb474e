"""Version tables in a SQL script: what pg_dump writes in every form, and Rails' structure.sql.

Other tables' data is skipped without a look at its rows.
"""

import re

from analyzer import limits
from analyzer.engines.ports.exports import Dump, DumpedTable
from analyzer.engines.postgresql.dumps.sql_scan import (
    Scanner,
    Token,
    TokenKind,
    cut_off,
    inserts_elsewhere,
)
from analyzer.engines.postgresql.dumps.sql_values import (
    cells_of,
    read_columns,
    read_copied,
    read_tuples,
)
from analyzer.errors import RowsError
from analyzer.frameworks.ports.store import Store
from analyzer.model.core.table_row import key_columns
from analyzer.model.core.version_table import TableName
from analyzer.sources.files.buffered_reader import Window
from analyzer.sources.files.stored import StoredRows

_DATA = re.compile(r" (?:Data for )?Name: (.*); Type: TABLE DATA; Schema: (.*); Owner: .*")
_DATABASE = re.compile(r" Name: (.*); Type: DATABASE; Schema: -; Owner: .*")
_SERVER = re.compile(r" Dumped from database version (\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?\b.*")
_FRAME = re.compile(r" PostgreSQL database (?:cluster )?dump( complete)?")
_CONNECT = re.compile(
    r"""c(?:onnect)?\s+(?:.*dbname='((?:[^'\\]|\\.)*)'.*|"((?:[^"]|"")+)".*|(\S+).*)"""
)
_END_OF_COPY = re.compile(rb"\n\\\.")  # no data line begins so: there a backslash is doubled
_LINE_END = re.compile(rb"\n")
_MOST_WORDS = 10_000  # of a setting that are looked at
_BEFORE_OBJECT = ("or", "replace", "global", "local", "temporary", "temp", "unlogged")


def read_dump(window: Window, name: str, store: Store) -> Dump:
    """Read a script to its end and collect the tables with this name.

    Raises:
        RowsError: the script is cut off, or fills such a table in a way that only a server
            could follow.
    """
    reader = _Reader(window, name, store)
    reader.read()
    return Dump(tuple(reader.tables.values()), reader.server_version)


class _Reader:
    """Walks through the statements and remembers what psql would: database and search path."""

    def __init__(self, window: Window, name: str, store: Store) -> None:
        self.scanner = Scanner(window)
        self.window = window
        self.name, self.store = name, store
        self.elsewhere = inserts_elsewhere(name)
        self.tables: dict[tuple[str | None, str | None], DumpedTable] = {}
        self.server_version: int | None = None
        self.database: str | None = None
        self.search_path: tuple[str, ...] = ()
        self.open_frames: list[int] = []  # the lines on which dumps begin that have not ended
        self.framed = False

    def read(self) -> None:
        statements = 0
        for token in self.scanner.tokens():
            if token.kind is TokenKind.COMMENT:
                self._read_comment(token)
            elif token.kind is TokenKind.COMMAND:
                self._read_command(token)
            elif token.kind is not TokenKind.END:
                statements += 1
                if statements > limits.STATEMENTS.most:
                    raise limits.STATEMENTS.exceeded(RowsError, self.window.place)
                self._read_statement(token)
        if self.open_frames:
            raise cut_off(self.window.place, "dump", self.open_frames[-1])
        for table in self.tables.values():  # an empty table has no INSERT, only its comment
            table.has_data |= table.promised and self.framed

    # Comments and psql commands

    def _read_comment(self, token: Token) -> None:
        if frame := _FRAME.fullmatch(token.text):
            self._read_frame(token.line, ends=frame[1] is not None)
        elif data := _DATA.fullmatch(token.text):
            if data[1] == self.name:
                self._table(data[2]).promised = True
        elif database := _DATABASE.fullmatch(token.text):
            self.database = database[1]
        elif server := _SERVER.fullmatch(token.text):
            self.server_version = _version_number(server)

    def _read_frame(self, line: int, *, ends: bool) -> None:
        self.framed = True
        if not ends:
            self.open_frames.append(line)
        elif self.open_frames:  # structure.sql has only the end
            self.open_frames.pop()

    def _read_command(self, token: Token) -> None:
        if connect := _CONNECT.fullmatch(token.text):
            escaped, quoted, plain = connect.groups()
            if escaped is not None:
                self.database = re.sub(r"\\(.)", r"\1", escaped)
            else:
                self.database = quoted.replace('""', '"') if quoted else plain

    # Statements

    def _read_statement(self, first: Token) -> None:
        match first.text if first.kind is TokenKind.WORD else "":
            case "copy":
                self._read_copy(first.line)
            case "insert":
                self._read_insert(first.line)
            case "create":
                self._read_create()
            case "set":
                self._read_set()
            case _:
                self.scanner.pass_statement()

    def _read_copy(self, line: int) -> None:
        name, token = self._read_name()
        columns: tuple[str, ...] = ()
        if token.is_sign("("):
            columns = read_columns(self.scanner)
            token = self.scanner.next_in_statement()
        if not token.is_word("from") or not (token := self._next()).is_word("stdin"):
            self._finish(token)
            return
        options = self._next()
        self._finish(options)
        self.window.pass_mark(_LINE_END)
        if name is None or name.name != self.name:
            self._pass_copied(line)
        elif options.kind is not TokenKind.END:
            raise self._unreadable("COPY has options that pg_dump never writes", line)
        else:
            self._fill_copied(self._find(name), columns, line)

    def _fill_copied(self, table: DumpedTable, columns: tuple[str, ...], line: int) -> None:
        table.columns = columns or table.columns or key_columns(self.store.version_column)
        table.has_data = True
        if {*key_columns(self.store.version_column)}.issubset(table.columns):
            read_copied(self.window, cells_of(table.columns, self.store), line, table.rows)
        else:
            self._pass_copied(line)

    def _pass_copied(self, line: int) -> None:
        if self.window.peek(2) != b"\\." and not self.window.pass_mark(_END_OF_COPY)[1]:
            raise cut_off(self.window.place, "table's data (COPY)", line)
        self.window.pass_mark(_LINE_END)

    def _read_insert(self, line: int) -> None:
        self._next()  # INTO
        name, token = self._read_name()
        if name is None or name.name != self.name:
            self._finish(token)
            self.scanner.pass_all(self.elsewhere)
            return
        table = self._find(name)
        columns: tuple[str, ...] = ()
        if token.is_sign("("):
            columns = read_columns(self.scanner)
            token = self._next()
        while not token.is_word("values"):  # OVERRIDING SYSTEM VALUE may stand between
            if token.kind is TokenKind.END or token.is_word("select", "with", "default"):
                raise self._unreadable("an INSERT computes the rows instead of listing them", line)
            token = self._next()
        table.columns = columns or table.columns
        table.has_data = True
        token = read_tuples(self.scanner, cells_of(table.columns, self.store), table.rows)
        self._finish(token)

    def _read_set(self) -> None:
        tokens: list[Token] = []
        while (token := self._next()).kind is not TokenKind.END:
            if len(tokens) < _MOST_WORDS:
                tokens.append(token)
        if tokens and tokens[0].is_word("session", "local"):
            tokens.pop(0)
        if tokens and tokens[0].is_word("search_path"):
            named = (one.text for one in tokens[2:] if one.kind is not TokenKind.SIGN)
            self.search_path = tuple(one for one in named if one and one != "$user")

    def _read_create(self) -> None:
        token = self._next()
        while token.is_word(*_BEFORE_OBJECT):
            token = self._next()
        if token.is_word("table"):
            self._read_create_table()
        else:
            self._pass_nested(token, routine=token.is_word("function", "procedure"))

    def _read_create_table(self) -> None:
        name, token = self._read_name()
        if name == TableName("if") and token.is_word("not"):
            self._next()  # EXISTS
            name, token = self._read_name()
        if name is not None and name.name == self.name:
            table = self._table(name.schema or next(iter(self.search_path), None))
            if token.is_sign("("):
                table.columns = read_columns(self.scanner)
                token = self._next()
        self._finish(token)

    def _pass_nested(self, token: Token, *, routine: bool) -> None:
        """Pass over a statement that may hold others: a rule's in parentheses, a routine's body.

        Source: psql's psqlscan.l, which finds the end of BEGIN ATOMIC ... END the same way.
        """
        parentheses = blocks = 0
        while parentheses > 0 or blocks > 0 or token.kind is not TokenKind.END:
            if token.kind is TokenKind.SIGN:
                parentheses += {"(": 1, ")": -1}.get(token.text, 0)
            elif routine and token.is_word("begin"):
                blocks += 1
            elif blocks and token.is_word("case", "end"):
                blocks += 1 if token.text == "case" else -1
            token = self._next()

    # Names

    def _read_name(self) -> tuple[TableName | None, Token]:
        """Read a name, qualified or not, and the token after it."""
        parts: list[str] = []
        token = self._next()
        while token.kind in {TokenKind.WORD, TokenKind.NAME}:
            parts = [*parts[-1:], token.text]  # the last two are the table's
            token = self._next()
            if not token.is_sign("."):
                break
            token = self._next()
        if not parts:
            return None, token
        return TableName(parts[-1], parts[-2] if len(parts) > 1 else None), token

    def _find(self, name: TableName) -> DumpedTable:
        """Find the table that a name means here, as the search path has it."""
        if name.schema is not None:
            return self._table(name.schema)
        created = [schema for database, schema in self.tables if database == self.database]
        on_path = [schema for schema in self.search_path if schema in created]
        if on_path or self.search_path:
            return self._table((on_path or self.search_path)[0])
        return self._table(created[0] if len(created) == 1 else None)

    def _table(self, schema: str | None) -> DumpedTable:
        key = (self.database, schema)
        if key not in self.tables:
            self._bound()
            rows = StoredRows(self.window.place)
            self.tables[key] = DumpedTable(self.database, TableName(self.name, schema), rows)
        return self.tables[key]

    def _bound(self) -> None:
        """Refuse more tables, or more rows in all of them, than a dump can have."""
        if len(self.tables) >= limits.VERSION_TABLES.most:
            raise limits.VERSION_TABLES.exceeded(RowsError, self.window.place)
        if sum(len(table.rows) for table in self.tables.values()) > limits.ROWS.most:
            raise limits.ROWS.exceeded(RowsError, self.window.place)

    def _next(self) -> Token:
        return self.scanner.next_in_statement()

    def _finish(self, token: Token) -> None:
        if token.kind is not TokenKind.END:
            self.scanner.pass_statement()

    def _unreadable(self, what: str, line: int) -> RowsError:
        return RowsError(
            f"{self.window.place}, line {line}: {what}",
            why="only a server could tell which rows result",
            fix="pass a dump by pg_dump, or the versions one per line",
        )


def _version_number(version: re.Match[str]) -> int:
    """Turn 15.18 into 150018, and 9.6.24 into 90624."""
    major, minor = int(version[1]), int(version[2])
    return major * 10000 + (minor if major >= 10 else minor * 100 + int(version[3] or 0))  # noqa: PLR2004  since 10 the second number is the patch
