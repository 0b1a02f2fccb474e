"""Row counts and content checksums of many tables, taken by several sessions in one snapshot."""

import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from analyzer.engines.postgresql.catalog.database_state import checksum_query
from analyzer.engines.postgresql.words import identifier, literal
from analyzer.engines.sessions import Gateway, Session
from analyzer.model.schema.database_state import TableState
from analyzer.records import replace

Done = Callable[[TableState, int], None]  # the table, and how many bytes more of it are counted
_SLICE = 16384  # pages that are counted at once, 128 MB as a rule
_RANGES = 140000  # the server that reads a range of pages without reading the others


@dataclass(slots=True)
class ChecksumWork:
    """Tables to count, the largest first; ``snapshot`` None takes a snapshot a session.

    ``columns`` says for a table's label whose content counts; without an entry, all columns.
    """

    gateway: Gateway
    snapshot: str | None
    done: Done = lambda _, __: None
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    restored: bool = field(init=False, default=False)  # it is the snapshot that is counted
    _waiting: "queue.SimpleQueue[TableState]" = field(init=False, default_factory=queue.SimpleQueue)
    _counted: dict[str, TableState] = field(init=False, default_factory=dict)
    _errors: list[BaseException] = field(init=False, default_factory=list)
    _threads: list[threading.Thread] = field(init=False, default_factory=list)
    _stopped: threading.Event = field(init=False, default_factory=threading.Event)

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
                session.begin_snapshot()
                if self.snapshot is not None:
                    session.run(f"SET TRANSACTION SNAPSHOT {literal(self.snapshot)}")
                    # beside pg_dump, one process a session is enough: more would only slow it down
                    session.run("SET max_parallel_workers_per_gather = 0")
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
            self._counted[table.label] = count_table(
                session, table, self.columns.get(table.label), self.done
            )


def count_table(
    session: Session,
    table: TableState,
    columns: Sequence[str] | None = None,
    done: Done = lambda _, __: None,
) -> TableState:
    """Count one table in the session's transaction, slice by slice where it is large."""
    query = checksum_query(table, columns)
    rows = checksum = 0
    conditions = _slices(session, table)
    for number, condition in enumerate(conditions, 1):
        found = session.ask(query + condition)
        rows += found["rows"]
        checksum += int(found["checksum"])
        before = table.bytes * (number - 1) // len(conditions)
        done(table, table.bytes * number // len(conditions) - before)
    return replace(table, rows=rows, checksum=str(checksum))


def _slices(session: Session, table: TableState) -> list[str]:
    """Cut a table into ranges of pages, so that one can tell how far the count is."""
    if table.partitioned:
        return [""]
    place = literal(identifier(table.schema, table.name))
    pages = session.ask(
        "SELECT to_json(CASE WHEN a.amname = 'heap' "  # noqa: S608  quoted
        f"AND current_setting('server_version_num')::int >= {_RANGES} "
        "THEN pg_relation_size(c.oid) / current_setting('block_size')::bigint ELSE 0 END) "
        f"FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE c.oid = {place}::regclass"
    )
    starts = range(0, pages or 1, _SLICE)
    if len(starts) == 1:
        return [""]
    bounds = [f" WHERE t.ctid >= '({start},0)'::tid" for start in starts]
    ends = [f" AND t.ctid < '({end},0)'::tid" for end in starts[1:]]
    return [start + end for start, end in zip(bounds, [*ends, ""], strict=True)]


def count_tables(
    gateway: Gateway,
    tables: Sequence[TableState],
    *,
    columns: dict[str, tuple[str, ...]] | None = None,
    done: Done = lambda _, __: None,
    workers: int = 1,
) -> tuple[TableState, ...]:
    """Count tables of a database that nobody writes to at this time."""
    work = ChecksumWork(gateway, None, done, columns or {})
    work.start(tables, workers)
    return work.finish(tables)
