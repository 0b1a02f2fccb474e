"""Running an SQL file of ours, as it is: did it end, was it refused, or was it cut off?"""

import re

from analyzer.engines.postgresql.scripts.sql_file import LOST
from analyzer.engines.postgresql.words import literal
from analyzer.engines.results import Cut, Ran, Refused, Run
from analyzer.engines.sessions import Gateway, Question
from analyzer.errors import ConnectionLostError, StatementError

# a connection that breaks: whether the COMMIT still happened is not known
_CUT = re.compile(rf"08...|40003|{LOST}")  # or the rows did not stay: they must tell


def session_name(repair: str) -> str:
    """The application_name of the session that carries out a repair."""
    return f"migdoctor {repair}"


def run_sql(gateway: Gateway, text: str, *, repair: str, account: str) -> Run:
    """Run an SQL file of ours.

    Args:
        gateway: the way to the database.
        text: the file, as it is shown.
        repair: the repair's id, under which pg_stat_activity knows the session.
        account: who runs it, for the audit table.

    Raises:
        DatabaseError, EnvironmentToolError: no connection came about; nothing was changed.
    """
    with gateway.named(session_name(repair)).file_session(account) as session:
        try:
            return Ran(session.run_file(text))
        except StatementError as error:
            if _CUT.fullmatch(error.sqlstate):
                return Cut(error.said, lost=error.sqlstate == LOST)
            return _refused(error.primary, error.detail, error.hint, error.sqlstate)
        except ConnectionLostError as error:
            return Cut(error.said)
        except KeyboardInterrupt:
            return Cut("it was interrupted by Ctrl-C")


def _refused(what: str, detail: str, hint: str, sqlstate: str) -> Refused:
    why = detail or f"PostgreSQL refuses, with SQLSTATE {sqlstate}."
    return Refused(
        what,
        why if "Nothing was changed" in why else f"{why.rstrip('.')}. Nothing was changed.",
        hint.replace("run this file again", "run the same command again")
        or "fix what PostgreSQL says, then run the same command again",
    )


def is_running(gateway: Gateway, repair: str) -> bool:
    """Whether the session that carries out a repair is still at work.

    One of ours that idles has done its work, or will never get it: its client is gone. It is ended,
    as the server may notice that only after hours.

    Raises:
        DatabaseError, EnvironmentToolError: the database cannot be asked.
    """
    ours = (
        "FROM pg_catalog.pg_stat_activity WHERE "
        f"application_name = {literal(session_name(repair))}"
        " AND datname = pg_catalog.current_database() AND state"
    )
    end = f"SELECT pg_catalog.to_json(count(pg_catalog.pg_terminate_backend(pid))) {ours} = 'idle'"
    count = f"SELECT pg_catalog.to_json(count(*)) {ours} IS DISTINCT FROM 'idle'"  # noqa: S608  quoted
    _, (working,) = gateway.ask(Question(end), Question(count))
    return bool(working)
