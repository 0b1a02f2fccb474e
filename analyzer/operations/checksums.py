"""Row counts and content checksums of many tables, taken by several sessions in one snapshot."""

import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from analyzer.model.database_state import TableState
from analyzer.sources.database_state import READ_ONLY, checksum_query
from analyzer.sources.session import Gateway, Session
from analyzer.sources.sql_words import literal

Done = Callable[[TableState], None]


@dataclass(slots=True)
class ChecksumWork:
    """Tables to count, the largest first; ``snapshot`` None takes a snapshot a session.

    ``columns`` says for a table's label whose content counts; without an entry, all columns.
    """

    gateway: Gateway
    snapshot: str | None
    done: Done = lambda _: None
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _waiting: "queue.SimpleQueue[TableState]" = field(default_factory=queue.SimpleQueue)
    _counted: dict[str, TableState] = field(default_factory=dict)
    _errors: list[BaseException] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def start(self, tables: Iterable[TableState], workers: int) -> None:
        """Begin, beside whatever else goes on."""
        for table in sorted(tables, key=lambda one: -one.bytes):
            self._waiting.put(table)
        for _ in range(workers):
            thread = threading.Thread(target=self._work, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Let each session end after the table that it is at."""
        self._stopped.set()

    def finish(self, tables: Sequence[TableState]) -> tuple[TableState, ...]:
        """Wait, and return the tables with their rows and checksums.

        Raises:
            AnalyzerError: of the session that failed first.
        """
        for thread in self._threads:
            thread.join()
        if self._errors:
            raise self._errors[0]
        return tuple(self._counted[table.label] for table in tables)

    def _work(self) -> None:
        try:
            with self.gateway.session() as session:
                session.run(f"BEGIN {READ_ONLY}")
                if self.snapshot is not None:
                    session.run(f"SET TRANSACTION SNAPSHOT {literal(self.snapshot)}")
                self._count_all(session)
        except BaseException as error:  # noqa: BLE001  another thread's: finish raises it where it belongs
            self._errors.append(error)
            self._stopped.set()

    def _count_all(self, session: Session) -> None:
        while not self._stopped.is_set():
            try:
                table = self._waiting.get_nowait()
            except queue.Empty:
                return
            counted = count_table(session, table, self.columns.get(table.label))
            self._counted[table.label] = counted
            self.done(counted)


def count_table(
    session: Session, table: TableState, columns: Sequence[str] | None = None
) -> TableState:
    """Count one table in the session's transaction."""
    found = session.ask(checksum_query(table, columns))
    return replace(table, rows=found["rows"], checksum=found["checksum"])


def count_tables(
    gateway: Gateway,
    tables: Sequence[TableState],
    *,
    columns: dict[str, tuple[str, ...]] | None = None,
    done: Done = lambda _: None,
    workers: int = 1,
) -> tuple[TableState, ...]:
    """Count tables of a database that nobody writes to at this time."""
    work = ChecksumWork(gateway, None, done, columns or {})
    work.start(tables, workers)
    return work.finish(tables)
