"""The version table of a PostgreSQL database that only a psql behind a prefix can reach.

``docker compose exec -T db`` runs the container's psql; so do ``ssh host`` and ``kubectl exec``.
The SQL goes in on standard input, so that no shell on the way reads it; the answers are JSON, one
a line, each after a mark.
"""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer import limits
from analyzer.engines.postgresql.access.connection import DEFAULTS, Address, Target, read_address
from analyzer.engines.postgresql.access.connection_errors import connection_failure, query_failure
from analyzer.engines.postgresql.access.pinning import reading_lines
from analyzer.engines.postgresql.catalog import catalog
from analyzer.errors import DatabaseError, EnvironmentToolError
from analyzer.frameworks.base import Framework
from analyzer.model.core.origin import Origin
from analyzer.model.core.redaction import redact
from analyzer.model.core.secret import find_secrets
from analyzer.model.core.version_table import TableName, VersionTable
from analyzer.sources.files.bounded import parse_json, run_bounded
from analyzer.sources.rows.applied import applied_rows, notes_on

OPTIONS = ("-X", "-A", "-t", "-q", "-w", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose")
_FLAGS: Mapping[str, str] = {"host": "-h", "port": "-p", "user": "-U", "dbname": "-d"}
MARK = "migdoctor:"
ERROR = re.compile(r"^(?:psql:[^\n]*?: )?\w+ ?:\s+([0-9A-Z]{5}): (.*)$", re.MULTILINE)
_SETTING = re.compile(r"([A-Za-z_]\w*)=.*", re.DOTALL)
NOT_FOUND = (126, 127)  # what a shell, env and docker return for a program that is not there
_LONGEST = 300  # seconds until a prefix that hangs is given up


@dataclass(frozen=True, slots=True)
class PsqlCall:
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
        known = [part for name, flag in _FLAGS.items() if name in given
                 for part in (flag, given[name])]  # fmt: skip
        if given.keys() <= _FLAGS.keys() and not is_conninfo(given.get("dbname", "")):
            return [*self.prefix, program, *options, *known]
        return [*self.prefix, program, *options, "-d", self.address.public_conninfo()]

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


def read_version_table_through(
    prefix: Sequence[str],
    url: str | None,
    table: TableName | None,
    framework: Framework,
    environment: str = "default",
) -> VersionTable:
    """Read all applied rows as `read_version_table` does, through ``PREFIX psql``.

    Args:
        prefix: the words before ``psql``.
        url: the address as psql must use it there; None for the defaults of that place
            (DATABASE_URL is this computer's, and is not looked at).
        table: the version table; None for the framework's own, found along the search path.
        framework: whose version table it is.
        environment: the name under which reports speak of this database.

    Raises:
        DatabaseError: unreachable, refused, or no version table of this framework.
        EnvironmentToolError: the prefix or the psql behind it does not run.
    """
    return ask_through(prefix, url, table, framework, environment).versions


@dataclass(frozen=True, slots=True)
class Told:
    """What psql said: the version table, the answers to what else it was asked, and its refusal."""

    versions: VersionTable
    rest: list[Any]
    refusal: str


def ask_through(
    prefix: Sequence[str],
    url: str | None,
    table: TableName | None,
    framework: Framework,
    environment: str = "default",
    further: Sequence[str] = (),
) -> Told:
    """Read the version table, and ask more in the same transaction.

    Args: further: lines for psql; each answer is JSON after a mark. The other arguments, and the
        errors, are those of `read_version_table_through`: what fails further on is no error.
    """
    call = psql_call(prefix, url)
    wanted = table or TableName(framework.table)
    done = run_psql(call, _script(wanted, further))
    answers = parse_answers(done.stdout)
    catalogue = catalog.parse_catalogue(answers[0]) if answers else None
    if catalogue is None:
        raise failure(call, done, wanted, call.target())
    found = catalog.choose_table(catalogue, wanted, framework)
    if len(answers) < 2 or (done.returncode and not further):  # noqa: PLR2004  the rows are second
        raise failure(call, done, found, call.target(catalogue.user, catalogue.database))
    stored: list[str | None] = answers[1]
    versions = VersionTable(
        environment=environment,
        source="postgresql",
        place=f"table {found} of database {catalogue.database} through {call.words} psql",
        table=found,
        rows=applied_rows(stored, framework, Origin(environment, f"{catalogue.database} {found}")),
        database=catalogue.database,
        server_version=catalogue.server_version,
        notes=notes_on(stored.count(None)),
    )
    refused = ERROR.search(call.address.redact(done.stderr))
    return Told(versions, answers[2:], refused[2] if refused else "psql ended early")


def psql_call(prefix: Sequence[str], url: str | None) -> PsqlCall:
    """Put prefix and address together; without an address, the defaults of that place hold.

    Raises:
        DatabaseError: the address cannot be read.
    """
    return PsqlCall(tuple(prefix), Address(DEFAULTS, {}, {}) if url is None else read_address(url))


def _script(table: TableName, further: Sequence[str]) -> str:
    """Write the whole session: one transaction, two answers and those to further questions."""
    catalogue = catalog.catalogue_query(table).as_string(None)
    rows = catalog.rows_by_catalogue_query(table).as_string(None)
    asked = (f"\\echo {MARK}", f"{catalogue};", f"\\echo {MARK}", f"{rows} \\gexec")
    return reading_lines((*asked, *further))


def run_psql(
    call: PsqlCall, script: str, longest: float | None = _LONGEST
) -> "subprocess.CompletedProcess[str]":
    """Hand a script to psql on its standard input, and wait for at most ``longest`` seconds.

    Raises:
        EnvironmentToolError: the prefix does not run, or hangs.
    """
    try:
        done = run_bounded(
            call.command(), limits.ANSWER_BYTES, EnvironmentToolError,
            environment=call.environment(), say=script.encode(), longest=longest,
        )  # fmt: skip
    except OSError as error:
        raise EnvironmentToolError(
            f"cannot run {call.command()[0]}",
            why=error.strerror or "the system refuses",
            fix="install it, or correct --exec",
        ) from None
    except subprocess.TimeoutExpired:
        raise EnvironmentToolError(
            f"`{call.words} psql` did not end within {longest} seconds",
            why="it perhaps waits for an answer on a terminal",
            fix="run it by hand, and give --exec what makes it run without questions",
        ) from None
    said = (_decoded(stream) for stream in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, *said)


def _decoded(said: bytes) -> str:
    """What a program said, line ends as they should be: a terminal on the way changes them."""
    return said.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


def parse_answers(output: str) -> list[Any]:
    """Read the JSON after each mark; whatever a prefix prints before is passed over."""
    return list(_parsed(output.split(f"{MARK}\n")[1:]))


def _parsed(parts: Sequence[str]) -> Iterator[Any]:
    for part in parts:
        try:
            yield parse_json(part)
        except ValueError:
            return


def failure(
    call: PsqlCall, done: "subprocess.CompletedProcess[str]", table: TableName, target: Target
) -> DatabaseError | EnvironmentToolError:
    """Explain why a psql run did not answer all that it was asked."""
    said = call.address.redact(done.stderr)
    if done.returncode in NOT_FOUND:
        return EnvironmentToolError(
            f"`{call.words} psql` does not run",
            why=f"a program is not there ({last_line(said)})",
            fix="install psql there, or correct --exec",
        )
    error = ERROR.search(said)
    if error is not None:
        return query_failure(error[2], error[1], table, target)
    if done.returncode == 0:
        return _silent(call)
    if "psql: " in said:
        return connection_failure(said[said.index("psql: ") :], target)
    return _prefix_failed(call, said)


def no_answer(place: str, error: ValueError) -> DatabaseError:
    """Say that what came back is none of the answers that were asked for."""
    return DatabaseError(
        f"{place} answered something that is no answer",
        why=f"it cannot be read as JSON: {error}",
        fix="look at what stands between: --exec must hand psql's output on unchanged",
    )


def _silent(call: PsqlCall) -> DatabaseError:
    return DatabaseError(
        f"`{call.words} psql` answered nothing",
        why="the prefix does not hand standard input on",
        fix="add the option that does: `docker exec -i`, `kubectl exec -i`",
    )


def _prefix_failed(call: PsqlCall, said: str) -> EnvironmentToolError:
    return EnvironmentToolError(
        f"`{call.words}` failed before psql could connect",
        why=last_line(said),
        fix="run it by hand until it works; with docker compose, exec needs the option -T",
    )


def last_line(said: str) -> str:
    """Quote the last line of what a program said."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "it says nothing"
