"""A database at one moment: the reading transaction that counts, and the dump's, begin together.

MySQL's transactions cannot be shared. So both begin while one session holds ``FLUSH TABLES WITH
READ LOCK``, which keeps everybody from writing for as long as it takes the dump to begin, and no
longer. Where the role may not take it, the counts come from the dump itself, restored.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.engines.mysql.access.gateway import MysqlGateway
from analyzer.engines.mysql.access.session import MysqlSession
from analyzer.engines.mysql.recovery.database_state import (
    checksum_query,
    other_engines,
    read_edges,
    read_state,
)
from analyzer.engines.ports.dumps import Moment
from analyzer.errors import RefusedError, StatementError
from analyzer.model.core.version_table import DEFAULT_VERSION_TABLE, TableName
from analyzer.model.schema.database_state import DatabaseState, TableState
from analyzer.model.words.wording import listed
from analyzer.records import Struct, replace

Done = Callable[[TableState, int], None]  # the table, and how many bytes more of it are counted
_DENIED = frozenset({"1044", "1045", "1142", "1227"})
_SHOWN = 5


class HeldMoment(Struct):
    """A reading transaction; ``dumped`` is the folder of a dump that it does not count for."""

    gateway: MysqlGateway
    session: MysqlSession
    version_table: TableName
    state: DatabaseState
    dumped: Path | None = None
    together: bool = False  # whether it began while nobody wrote, as the dump did

    @contextmanager
    def beginning(self) -> Iterator[Callable[[], None]]:
        """Begin the reading transaction anew while nobody writes; call what is given to go on.

        Raises:
            DatabaseError: the lock is not to be had in a few seconds.
        """
        with self.gateway.session() as guard:
            try:
                guard.run("FLUSH TABLES WITH READ LOCK")
            except StatementError as error:
                if error.sqlstate not in _DENIED:
                    raise
                yield lambda: None
                return
            self.session.run("COMMIT")
            self.session.begin_snapshot()
            self.together = True
            yield lambda: guard.run("UNLOCK TABLES")


_held: dict[str, HeldMoment] = {}  # of this process, by name


def held(snapshot: str) -> HeldMoment:
    """The moment of this name."""
    return _held[snapshot]


@contextmanager
def frozen_moment(
    gateway: MysqlGateway, version_table: TableName = DEFAULT_VERSION_TABLE
) -> Iterator[Moment]:
    """Hold one reading transaction open for as long as the block runs.

    Raises:
        RefusedError: tables are there that are not transactional.
    """
    with gateway.session() as session:
        _demand_transactions(session, gateway)
        session.begin_snapshot()
        state = read_state(session, version_table)
        name = secrets.token_hex(8)
        _held[name] = HeldMoment(gateway, session, version_table, state)
        try:
            yield Moment(gateway, name, state, {}, read_edges(session))
        finally:
            del _held[name]


def _demand_transactions(session: MysqlSession, gateway: MysqlGateway) -> None:
    found = other_engines(session)
    if not found:
        return
    name, engine = next(iter(found.items()))
    told = listed([f"{it} ({kept})" for it, kept in found.items()], _SHOWN)
    raise RefusedError(
        f"{gateway.place} has tables that are not transactional: {told}",
        why="while they are read, others write to them, so no moment of theirs can be saved",
        fix=f"ALTER TABLE {name} ENGINE=InnoDB; or by hand, while nobody can write: "
        f"mariadb-dump --lock-all-tables {gateway.address.database}"
        if engine
        else f"repair or drop {name}, which the server cannot read",
    )


@dataclass(slots=True)
class MysqlChecksums:
    """Tables to count in a held moment, one after the other; None takes a transaction of its own.

    ``columns`` says for a table's label whose content counts; without an entry, all columns.
    """

    gateway: MysqlGateway
    snapshot: str | None
    done: Done = lambda _, __: None
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    restored: bool = field(init=False, default=False)  # whether it was the dump that was counted
    _stopped: bool = field(init=False, default=False)

    def start(self, tables: Iterable[TableState], workers: int) -> None:
        """Begin; the work is done when it is asked for, behind the dump."""

    def stop(self) -> None:
        """End after the table that it is at."""
        self._stopped = True

    def finish(self, tables: Sequence[TableState]) -> tuple[TableState, ...]:
        """Count, and return the tables with their rows and checksums."""
        if self.snapshot is None:
            with self.gateway.session() as session:
                session.begin_snapshot()
                return self._counted(session, tables)
        moment = held(self.snapshot)
        if moment.dumped is None:
            return self._counted(moment.session, tables)
        from analyzer.engines.mysql.recovery.trial import restored

        self.restored = True
        with restored(moment, moment.dumped) as session:
            return self._counted(session, tables)

    def _counted(
        self, session: MysqlSession, tables: Sequence[TableState]
    ) -> tuple[TableState, ...]:
        return tuple(self._count(session, it) for it in tables)

    def _count(self, session: MysqlSession, table: TableState) -> TableState:
        (found,) = session.rows(checksum_query(table, self.columns.get(table.label)))
        self.done(table, table.bytes)
        return replace(table, rows=int(found["n"]), checksum=str(found["checksum"]))


def count_tables(
    gateway: MysqlGateway,
    tables: Sequence[TableState],
    *,
    columns: dict[str, tuple[str, ...]] | None = None,
    done: Done = lambda _, __: None,
    workers: int = 1,
) -> tuple[TableState, ...]:
    """Count tables of a database that nobody writes to at this time."""
    del workers
    return MysqlChecksums(gateway, None, done, columns or {}).finish(tables)
