"""Row counts and content checksums of a file's tables, taken in one transaction."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from analyzer.engines.sessions import Gateway
from analyzer.engines.sqlite.access.driver_session import FileSession
from analyzer.engines.sqlite.access.gateway import CATALOGUE
from analyzer.engines.sqlite.catalog.database_state import SEQUENCES
from analyzer.engines.sqlite.recovery.held_moments import held
from analyzer.engines.sqlite.recovery.local_file import demand_file
from analyzer.engines.sqlite.words import identifier
from analyzer.model.core.version_table import NOTES_TABLE
from analyzer.model.schema.database_state import TableState
from analyzer.records import replace

Done = Callable[[TableState, int], None]  # the table, and how many bytes more of it are counted


@dataclass(slots=True)
class Counting:
    """Tables to count; ``snapshot`` None takes a transaction of its own.

    ``columns`` says for a table's label whose content counts; without an entry, all columns.
    """

    gateway: Gateway
    snapshot: str | None
    done: Done = lambda _, __: None
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    restored: bool = field(init=False, default=False)  # it is the snapshot that is counted

    def start(self, tables: Iterable[TableState], workers: int) -> None:
        """Nothing goes on beside: a file has one reader here, which the copy is made by first."""

    def stop(self) -> None:
        """There is nothing to stop."""

    def finish(self, tables: Sequence[TableState]) -> tuple[TableState, ...]:
        """Count them, and return the tables with their rows and checksums."""
        if self.snapshot is not None:
            return self._counted(held(self.snapshot), tables)
        demand_file(self.gateway)
        with self.gateway.reading(CATALOGUE) as session:
            return self._counted(session, tables)

    def _counted(self, session: object, tables: Sequence[TableState]) -> tuple[TableState, ...]:
        if not isinstance(session, FileSession):
            raise TypeError(session)
        return tuple(
            count_table(session, table, self.columns.get(table.label), self.done)
            for table in tables
        )


def count_tables(
    gateway: Gateway,
    tables: Sequence[TableState],
    *,
    columns: dict[str, tuple[str, ...]] | None = None,
    done: Done = lambda _, __: None,
    workers: int = 1,
) -> tuple[TableState, ...]:
    """Count tables, in one transaction."""
    work = Counting(gateway, None, done, columns or {})
    work.start(tables, workers)
    return work.finish(tables)


def count_table(
    session: FileSession,
    table: TableState,
    columns: Sequence[str] | None = None,
    done: Done = lambda _, __: None,
) -> TableState:
    """Count one table in the session's transaction.

    The sum of a 64-bit hash of each row, so that the order of rows and columns means nothing. A
    value counts with its type: the text ``1`` is not the number. What is computed is left out.
    """
    stored = [column.name for column in table.columns if column.kind != "generated"]
    names = sorted(stored if columns is None else columns)
    listed = ", ".join(map(identifier, names)) or "NULL"
    rows = checksum = 0
    others = f" WHERE name <> '{NOTES_TABLE}'" if table.name == SEQUENCES else ""
    source = f"{identifier(table.name)}{others}"  # notes of what ran are no content
    for row in session.stored(f"SELECT {listed} FROM {source}"):  # noqa: S608  quoted
        rows += 1
        hashed = blake2b(b"".join(map(_bytes, row)), digest_size=8)
        checksum += int.from_bytes(hashed.digest(), "big")
    done(table, table.bytes)
    return replace(table, rows=rows, checksum=str(checksum))


def _bytes(value: object) -> bytes:
    """A value as bytes that no other value has."""
    match value:
        case None:
            return b"n"
        case int() | float():
            return f"{type(value).__name__[0]}{value!r};".encode()
        case (bytes(text),):
            return b"t%d:%s" % (len(text), text)
        case bytes():
            return b"b%d:%s" % (len(value), value)
        case _:
            raise TypeError(value)
