"""How far pg_dump is: from what it says, and, within a table, from what the server tells of it."""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from analyzer.engines.postgresql.access.session import Gateway
from analyzer.errors import AnalyzerError
from analyzer.model.core.progress import Progress
from analyzer.model.schema.database_state import TableState

_DUMPING = re.compile(r'dumping contents of table "(.*)"')
_EVERY = 1.0  # seconds
_TELLS = 14  # the major version whose servers tell how far a COPY is
_COPIED = """
SELECT n.nspname || '.' || c.relname AS name, p.bytes_processed AS bytes
FROM pg_stat_progress_copy p JOIN pg_stat_activity a ON a.pid = p.pid
JOIN pg_class c ON c.oid = p.relid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE p.datname = current_database() AND a.application_name = 'pg_dump'"""

Parts = Mapping[str, tuple[tuple[str, str], ...]]


class DumpWatch:
    """Hears what pg_dump says; a table's size on disk stands for the bytes to come."""

    def __init__(self, tables: Sequence[TableState], partitions: Parts, progress: Progress) -> None:
        self._progress = progress
        self._left: dict[str, int] = {}
        self._before: str | None = None
        self._lock = threading.Lock()
        for table in tables:
            parts = partitions.get(table.label)
            names = parts or ((table.schema, table.name),)
            for schema, name in names:
                self._left[_bare(f"{schema}.{name}")] = table.bytes // len(names)
        self._whole = dict(self._left)

    def hear(self, line: str) -> None:
        """Take in a line of pg_dump's."""
        if found := _DUMPING.search(line):
            with self._lock:
                size = self._left.pop(self._before, 0) if self._before else 0
                self._before = _bare(found[1])
            self._progress.advance(size, found[1])

    def move(self, name: str, done: int) -> None:
        """Take in how many bytes of a table are dumped; a table's last one comes with the next."""
        bare = _bare(name)
        with self._lock:
            left = self._left.get(bare, 0)
            size = max(left - max(self._whole.get(bare, 0) - done, 1), 0)
            if bare in self._left:
                self._left[bare] = left - size
        if size:
            self._progress.advance(size, name)

    def finish(self) -> None:
        """All that is left is done."""
        with self._lock:
            size = sum(self._left.values())
            self._left.clear()
        self._progress.advance(size)


@contextmanager
def watched(gateway: Gateway, major: int, watch: DumpWatch) -> Iterator[None]:
    """Ask the server, while the block runs, how far the dump is; what hinders it is no fault."""
    over = threading.Event()
    thread = threading.Thread(target=_ask, args=(gateway, watch, over), daemon=True)
    if major >= _TELLS:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if major >= _TELLS:
            thread.join()


def _ask(gateway: Gateway, watch: DumpWatch, over: threading.Event) -> None:
    if over.wait(_EVERY):
        return  # most dumps are over before anybody could look
    try:
        with gateway.session() as session:
            while not over.is_set():
                for row in session.rows(_COPIED):
                    watch.move(row["name"], row["bytes"])
                over.wait(_EVERY)
    except AnalyzerError:
        return  # a connection less to spare: then it moves table by table


def _bare(label: str) -> str:
    return label.replace('"', "")
