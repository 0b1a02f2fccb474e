"""Running an SQL file of ours, as it is: did it end, was it refused, or was it cut off?"""

from analyzer.engines.mysql.access.failures import BUSY, DENIED
from analyzer.engines.mysql.scripts.sql_file import WHO
from analyzer.engines.mysql.words import literal
from analyzer.engines.results import Cut, Refused, Run
from analyzer.engines.sessions import Gateway
from analyzer.engines.shared.file_runs import run_file, with_patch
from analyzer.errors import ConnectionLostError, StatementError

__all__ = ["is_running", "run_sql", "with_patch"]
_IDLE = 5  # seconds: between two statements of a file there are none


def _own_lock(repair: str) -> str:
    """The name of the lock by which a session that carries out a repair is known."""
    return literal(f"migdoctor {repair}"[:64])


def run_sql(gateway: Gateway, text: str, *, repair: str, account: str) -> Run:
    """Run an SQL file of ours.

    Args:
        gateway: the way to the database.
        text: the file, as it is shown.
        repair: the repair's id, whose lock the session holds as long as it lives.
        account: who runs it, for the audit table.

    Raises:
        DatabaseError, EnvironmentToolError: no connection came about; nothing was changed.
    """
    with gateway.named(f"migdoctor {repair}").file_session(account) as session:
        try:
            session.run(f"SET {WHO} = {literal(account)}")
            session.rows(f"SELECT GET_LOCK({_own_lock(repair)}, 0) AS got")
        except ConnectionLostError as error:
            return Cut(error.said)
        return run_file(session, text, _refused)


def _refused(error: StatementError) -> Refused:
    if error.sqlstate in map(str, BUSY):
        return Refused(
            "another session is writing to the version table and did not end in time",
            f'A migration is running, or something else writes (the server says: "{error.primary}"'
            "). Nothing was changed.",
            "wait until it has ended (see SHOW PROCESSLIST), or wait longer: --lock-timeout 1min; "
            "then run the same command again",
        )
    if error.sqlstate in map(str, DENIED):
        return Refused(
            error.primary,
            f"The role lacks a privilege (error {error.sqlstate}). Nothing was changed.",
            "connect as the user who migrates, or let an administrator grant it; then run the same "
            "command again",
        )
    return Refused(
        error.primary,
        f"The server refuses, with error {error.sqlstate}. Nothing was changed.",
        "fix what the server says, then run the same command again",
    )


def is_running(gateway: Gateway, repair: str) -> bool:
    """Whether the session that carries out a repair is still at work.

    One of ours that idles has done its work, or will never get it: its client is gone. It is ended,
    as the server may notice that only after hours.

    Raises:
        DatabaseError, EnvironmentToolError: the database cannot be asked.
    """
    with gateway.session() as session:
        (held,) = session.rows(
            f"SELECT IS_USED_LOCK({_own_lock(repair)}) AS holder, command, time "  # noqa: S608  quoted
            "FROM (SELECT 1) AS one LEFT JOIN information_schema.processlist AS list "
            f"ON list.id = IS_USED_LOCK({_own_lock(repair)})"
        )
        if held["holder"] is None:
            return False
        if held["command"] == "Sleep" and int(held["time"] or 0) >= _IDLE:
            session.run(f"KILL {int(held['holder'])}")
    return True
