"""Running an SQL file of ours, as it is: did it end, was it refused, or was it cut off?"""

import re
from dataclasses import dataclass
from typing import assert_never

from analyzer.engines.postgresql.access.gateway import Gateway
from analyzer.engines.postgresql.scripts.sql_file import LOST
from analyzer.errors import ConnectionLostError, DatabaseError, StatementError

# a connection that breaks: whether the COMMIT still happened is not known
_CUT = re.compile(rf"08...|40003|{LOST}")  # or the rows did not stay: they must tell


@dataclass(frozen=True, slots=True)
class Ran:
    """The file ran to its end; ``said`` is its last word."""

    said: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The database stopped it: nothing was changed, for certain."""

    what: str
    why: str
    fix: str


@dataclass(frozen=True, slots=True)
class Cut:
    """It ended in the middle, and may have happened or not; ``lost``: rows did not stay."""

    said: str
    lost: bool = False


Run = Ran | Refused | Cut


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
        or "mend what PostgreSQL says, then run the same command again",
    )


def demand_ran(run: Run) -> str:
    """Insist that a file ran to its end; return its last word.

    Raises:
        DatabaseError: it did not.
    """
    match run:
        case Ran(said):
            return said
        case Refused(what, why, fix):
            raise DatabaseError(what, why=why, fix=fix)
        case Cut(said, lost):
            raise DatabaseError(
                "the rows did not stay" if lost else "the connection was cut",
                why=said.strip(),
                fix="run the same command again",
            )
        case _:
            assert_never(run)
