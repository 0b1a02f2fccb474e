"""Running an SQL file of ours, as it is: did it end, was it refused, or was it cut off?"""

from analyzer.engines.results import Refused, Run
from analyzer.engines.sessions import Gateway
from analyzer.engines.shared.file_runs import run_file, with_patch
from analyzer.engines.sqlite.access.failures import BUSY
from analyzer.engines.sqlite.scripts.sql_file import WHO
from analyzer.engines.sqlite.words import literal
from analyzer.errors import StatementError

__all__ = ["is_running", "run_sql", "with_patch"]


def run_sql(gateway: Gateway, text: str, *, repair: str, account: str) -> Run:
    """Run an SQL file of ours.

    Args: account: who runs it, for the audit table.

    Raises:
        DatabaseError, EnvironmentToolError: the file cannot be opened; nothing was changed.
    """
    del repair  # nobody sees the name of a session
    with gateway.file_session(account) as session:
        try:
            session.run("PRAGMA temp_store = MEMORY")  # the file says so too: a change drops all
            session.run(f"CREATE TEMP TABLE {WHO} (who TEXT)")
            session.run(f"INSERT INTO {WHO} VALUES ({literal(account)})")  # noqa: S608  quoted
        except StatementError as error:
            return _refused(error, gateway)
        return run_file(session, text, lambda error: _refused(error, gateway))


def _refused(error: StatementError, gateway: Gateway) -> Refused:
    if error.sqlstate == BUSY:
        return Refused(
            f"{gateway.place} is busy: another process did not give its lock free in time",
            "A migration is running, or something else writes. Nothing was changed.",
            "wait until it has ended, stop the application, or wait longer: --lock-timeout 1min; "
            "then run the same command again",
        )
    return Refused(error.primary, f"{error.why}. Nothing was changed.", error.fix)


def is_running(gateway: Gateway, repair: str) -> bool:
    """Whether anybody holds the file's lock: nobody says who.

    What was cut off is taken back by SQLite when the file is opened for writing, as it is here.

    Raises:
        DatabaseError, EnvironmentToolError: the file cannot be opened.
    """
    del repair
    with gateway.session() as session:
        try:
            session.run("PRAGMA busy_timeout = 0")
            session.run("BEGIN IMMEDIATE")
            session.run("ROLLBACK")
        except StatementError as error:
            if error.sqlstate == BUSY:
                return True
            raise
    return False
