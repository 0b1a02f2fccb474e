"""One database, one recovery: it is the one that was planned for, and nobody else recovers it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from analyzer.engines.sessions import Gateway, Session
from analyzer.errors import DatabaseError
from analyzer.model.recovery.recovery import Plan

_ATTEMPTS = 5


@contextmanager
def claimed(gateway: Gateway, plan: Plan) -> Iterator[tuple[Session, str]]:
    """Keep every other recovery of the database away for as long as the block runs.

    Yields:
        A session that is in another database, and the name that the plan's database has now.

    Raises:
        DatabaseError: it is another server, the database is gone, or another recovery is at work.
    """
    with gateway.engine.databases.maintenance(gateway, plan.database) as session:
        name = demand_planned(session, plan, plan.names)
        _claim(session, gateway.label, plan.database)
        yield session, name


def demand_planned(session: Session, plan: Plan, names: Sequence[str]) -> str:
    """Make sure that this is the plan's server and database; return the name it has now.

    Args:
        session: with the server.
        plan: the recovery.
        names: those that the database may have.

    Raises:
        DatabaseError: it is another server, or the database is gone.
    """
    system, name = (
        session.engine.catalog.read_identity(session).system,
        session.engine.databases.database_name(session, plan.oid),
    )
    known = bool(plan.system and system)  # the role may not be allowed to read it
    if name is not None and name in names and not (known and plan.system != system):
        return name
    if name is not None and known and plan.system == system:
        raise DatabaseError(
            f"{plan.database} is no longer the database that this recovery was planned for",
            why=f"its name is {name} now: another recovery, or somebody, renamed it",
            fix="go on with that other recovery, or take it back first: migdoctor recover back",
        )
    raise DatabaseError(
        f"{session.place} is not the server that this recovery was planned for",
        why=f"the database {plan.database} with number {plan.oid} is not there"
        + (f"; that number is {name}" if name else ""),
        fix="pass the --database-url or --exec that the recovery was begun with",
    )


def _claim(session: Session, label: str, database: str) -> None:
    """Take the lock that every recovery of this database takes; it ends with the session.

    Sessions of an earlier run of this one that was killed are ended first: the server may not have
    noticed yet.
    """
    session.engine.databases.end_sessions(session, label)
    for _ in range(_ATTEMPTS):
        if session.engine.databases.try_claim(session, f"migdoctor recovery of {database}"):
            return
        time.sleep(0.2)
    raise DatabaseError(
        f"another recovery of {database} is running",
        why="two at once could mistake each other's databases for their own",
        fix="wait until it has ended, then run the same command again",
    )
