"""Running an SQL file of ours, as it is: through psycopg in one message, or through psql."""

import re
from dataclasses import dataclass
from typing import assert_never

from analyzer.engines.postgresql.access.connection import Address, read_address
from analyzer.engines.postgresql.access.connection_errors import connection_failure
from analyzer.engines.postgresql.access.door import DirectDoor, Door, PsqlDoor
from analyzer.engines.postgresql.access.psql import ERROR, run_psql
from analyzer.engines.postgresql.scripts.sql_file import LOST, for_server, pinned
from analyzer.errors import DatabaseError

# a server that ends, a connection that breaks: whether the COMMIT still happened is not known
_CUT = re.compile(rf"08...|57P0[1-5]|40003|{LOST}")  # or the rows did not stay: they must tell
_STEADY = {  # a network that swallows packets is noticed within a minute or two
    "keepalives_idle": "20", "keepalives_interval": "10", "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}  # fmt: skip
_DETAIL = re.compile(r"^DETAIL: +(.*)$", re.MULTILINE)
_HINT = re.compile(r"^HINT: +(.*)$", re.MULTILINE)
_BAD_CONNECTION = 2  # psql's exit status for it


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


def run_sql(door: Door, text: str, *, repair: str, account: str) -> Run:
    """Run an SQL file of ours.

    Args:
        door: the way in.
        text: the file, as it is shown.
        repair: the repair's id, under which pg_stat_activity knows the session.
        account: who runs it, for the audit table.

    Raises:
        DatabaseError, EnvironmentToolError: no connection came about; nothing was changed.
    """
    text = pinned(text)
    if isinstance(door, PsqlDoor):
        return _through_psql(door, text, repair, account)
    if isinstance(door, DirectDoor):
        return _directly(read_address(door.url), text, repair, account)
    raise TypeError(door)


def _directly(address: Address, text: str, repair: str, account: str) -> Run:
    import psycopg

    settings = {**_STEADY, **address.parameters, "application_name": session_name(repair)}
    try:
        connection = psycopg.connect(
            psycopg.conninfo.make_conninfo(address.conninfo(), **settings), autocommit=True
        )
    except psycopg.Error as error:
        raise connection_failure(address.redact(str(error)), address.target()) from None
    try:
        with connection:
            connection.execute(
                "SELECT pg_catalog.set_config('migdoctor.who', %s, false)", [account]
            )
            # the file is one message, whose time is counted from before it says the same
            connection.execute("SET statement_timeout = 0")
            cursor = connection.execute(for_server(text).encode("utf-8", "replace"))
            while cursor.nextset():
                pass
            row = cursor.fetchone()
            return Ran(row[0] if row else "")
    except psycopg.Error as error:
        said = address.redact(str(error))
        if error.sqlstate is None or _CUT.fullmatch(error.sqlstate):
            return Cut(said, lost=error.sqlstate == LOST)
        diagnosis = error.diag
        return _refused(
            address.redact(diagnosis.message_primary or said),
            address.redact(diagnosis.message_detail or ""),
            address.redact(diagnosis.message_hint or ""),
            error.sqlstate,
        )
    except KeyboardInterrupt:
        return Cut("it was interrupted by Ctrl-C")


def _through_psql(door: PsqlDoor, text: str, repair: str, account: str) -> Run:
    from psycopg.sql import SQL, Literal

    call = door.call
    names = SQL("SET application_name = {};\nSET migdoctor.who = {};\n").format(
        Literal(session_name(repair)), Literal(account)
    )
    try:
        done = run_psql(call, names.as_string(None) + text, longest=None)
    except KeyboardInterrupt:
        return Cut("it was interrupted by Ctrl-C")
    if done.returncode == 0:
        lines = done.stdout.strip().splitlines()
        return Ran(lines[-1] if lines else "")
    said = call.address.redact(done.stderr)
    error = ERROR.search(said)
    if error is None or done.returncode == _BAD_CONNECTION or _CUT.fullmatch(error[1]):
        return Cut(error[2] if error else said, lost=error is not None and error[1] == LOST)
    detail, hint = _DETAIL.search(said), _HINT.search(said)
    return _refused(error[2], detail[1] if detail else "", hint[1] if hint else "", error[1])


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
