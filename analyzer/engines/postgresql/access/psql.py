"""How a client program of PostgreSQL runs behind a prefix, and what its complaints mean.

``docker compose exec -T db`` runs the container's psql; so do ``ssh host`` and ``kubectl exec``.
"""

import os
import re
import shlex
from collections.abc import Mapping, Sequence

from analyzer.engines.postgresql.access.connection import DEFAULTS, Address
from analyzer.engines.postgresql.access.connection_errors import (
    LOST,
    WITHOUT_ACCESS,
    connection_failure,
    statement_failure,
)
from analyzer.engines.sessions import Target
from analyzer.engines.shared.silence import LONGER
from analyzer.errors import (
    AnalyzerError,
    ConnectionLostError,
    DatabaseError,
    EnvironmentToolError,
    StatementError,
)
from analyzer.model.secrets.redaction import redact
from analyzer.model.secrets.secret import find_secrets
from analyzer.records import Struct

OPTIONS = ("-X", "-A", "-t", "-q", "-w", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose")
_FLAGS: Mapping[str, str] = {"host": "-h", "port": "-p", "user": "-U", "dbname": "-d"}
_BESIDE = (
    r"LOCATION:|(?:SCHEMA|TABLE|COLUMN|DATATYPE|CONSTRAINT) NAME:|psql:"  # the driver has none
)
_ERROR = re.compile(
    rf"^(?:psql:[^\n]*?: )?\w+ ?:\s+([0-9A-Z]{{5}}): (.*(?:\n(?!{_BESIDE}).*)*)", re.MULTILINE
)
_DETAIL = re.compile(r"^DETAIL: +(.*)$", re.MULTILINE)
_HINT = re.compile(r"^HINT: +(.*)$", re.MULTILINE)
_SETTING = re.compile(r"([A-Za-z_]\w*)=.*", re.DOTALL)
NOT_FOUND = (126, 127)  # what a shell, env and docker return for a program that is not there
_BAD_CONNECTION = 2  # psql's exit status for it


class PsqlCall(Struct, frozen=True):
    """How a client program runs: the prefix and the address that it was given."""

    prefix: tuple[str, ...]
    address: Address

    @property
    def words(self) -> str:
        """The prefix for messages, values of variables blanked."""
        shown = (_SETTING.sub(r"\1=***", part) for part in self.prefix)
        return redact(self.address.redact(shlex.join(shown)), find_secrets(self.prefix))

    def target(self, user: str = "", database: str = "") -> Target:
        """Say what an error may say of the database."""
        if self.address.named_by != DEFAULTS:
            return self.address.target()
        return Target(
            f"the server that `{self.words} psql` reaches",
            database or "its default database",
            user or "of its default account",
        )

    def command(self, program: str = "psql", options: Sequence[str] = OPTIONS) -> list[str]:
        """Write the argument list, without secrets; options come before the address."""
        given = self.address.parameters
        known = [
            part for name, flag in _FLAGS.items() if name in given for part in (flag, given[name])
        ]
        if given.keys() <= _FLAGS.keys() and not is_conninfo(given.get("dbname", "")):
            return [*self.prefix, program, *options, *known]
        return [*self.prefix, program, *options, "-d", self.address.public_conninfo()]

    @property
    def flags(self) -> tuple[str, ...]:
        """The options that name the server and the user, without secrets."""
        given = self.address.parameters
        return tuple(
            word
            for name, flag in _FLAGS.items()
            if name in given and name != "dbname"
            for word in (flag, given[name])
        )

    def environment(self) -> dict[str, str]:
        """Write the variables; the password goes this way, not on the command line."""
        defaults = {"PGCONNECT_TIMEOUT": "10"}
        password = self.address.secrets.get("password")
        secret = {"PGPASSWORD": password.reveal()} if password else {}
        english = {"LC_ALL": "C"}  # the words of a failed connection are all there is to read
        return {**defaults, **os.environ, **english, **secret}


def is_conninfo(database: str) -> bool:
    """Whether libpq would read a database's name as a whole address, and so another one."""
    return "=" in database or database.startswith(("postgresql://", "postgres://"))


def psql_failure(
    call: PsqlCall, status: int, said: str, *, place: str, target: Target, asked: bool
) -> AnalyzerError:
    """Explain why a psql ended.

    Args:
        call: how it ran.
        status: its exit status, or the prefix's.
        said: its words on standard error.
        place: the database, for errors of a session that works.
        target: the database, for errors of one that never did.
        asked: whether it had answered before.
    """
    said = call.address.redact(said)
    if status in NOT_FOUND and not asked:
        return EnvironmentToolError(
            f"`{call.words} psql` does not run",
            why=f"a program was not found ({_last_line(said)})",
            fix=f"install psql there, or correct --exec; {WITHOUT_ACCESS}",
        )
    refused = _refusal(said, place)
    if refused is not None and not LOST.fullmatch(refused.sqlstate) and status != _BAD_CONNECTION:
        return refused
    if asked:
        return ConnectionLostError(refused.primary if refused else _last_line(said), place=place)
    if "psql: " in said:
        return connection_failure(said[said.index("psql: ") :], target)
    return _silent(call) if status == 0 else _prefix_failed(call, said)


def _refusal(said: str, place: str) -> StatementError | None:
    """The error among what psql said; notices and warnings are none."""
    found = next(
        (one for one in _ERROR.finditer(said) if one[1][:2] not in ("00", "01", "02")), None
    )
    if found is None:
        return None
    detail, hint = _DETAIL.search(found[2]), _HINT.search(found[2])
    return statement_failure(
        found[2],
        found[1],
        place,
        primary=found[2].partition("\n")[0],
        detail=detail[1] if detail else "",
        hint=hint[1] if hint else "",
    )


def no_answer(place: str, error: ValueError) -> DatabaseError:
    """Say that what came back is none of the answers that were asked for."""
    return DatabaseError(
        f"{place} returned something unexpected",
        why=f"it cannot be read as JSON: {error}",
        fix="check what the prefix prints: --exec must pass psql's output through unchanged",
    )


def does_not_start(program: str, error: OSError) -> EnvironmentToolError:
    """Say that the system does not start the prefix."""
    return EnvironmentToolError(
        f"cannot run {program}",
        why=error.strerror or "the system refuses",
        fix=f"install it, or correct --exec; {WITHOUT_ACCESS}",
    )


def hangs(call: PsqlCall, longest: float) -> EnvironmentToolError:
    """Say that psql was given up after so many seconds."""
    return EnvironmentToolError(
        f"`{call.words} psql` said nothing for {longest:g} seconds",
        why="it may be waiting for input at a terminal, or for a computer that does not answer",
        fix="run it by hand, and give --exec what makes it run without prompting; "
        f"{LONGER}; {WITHOUT_ACCESS}",
    )


def _silent(call: PsqlCall) -> DatabaseError:
    return DatabaseError(
        f"`{call.words} psql` answered nothing",
        why="the prefix does not pass standard input through",
        fix=f"add the option that does: `docker exec -i`, `kubectl exec -i`; {WITHOUT_ACCESS}",
    )


def _prefix_failed(call: PsqlCall, said: str) -> EnvironmentToolError:
    return EnvironmentToolError(
        f"`{call.words}` failed before psql could connect",
        why=_last_line(said),
        fix="run it by hand until it works; with docker compose, exec needs the option -T; "
        f"{WITHOUT_ACCESS}",
    )


def _last_line(said: str) -> str:
    """Quote the last line of what a program said."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "it says nothing"
