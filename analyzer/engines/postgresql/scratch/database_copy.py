"""A copy of a database in a scratch one: its schema and version rows, or all of it."""

import gzip
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from analyzer.engines.ports.dumps import Tool
from analyzer.engines.ports.scratch import Fence
from analyzer.engines.postgresql.catalog.measure_queries import STRUCTURE
from analyzer.engines.postgresql.tools.client_programs import demand_psql, demand_tool
from analyzer.engines.postgresql.tools.dump_guard import guarded, knows_restrict, restricted
from analyzer.engines.sessions import Gateway, Question, gathered
from analyzer.engines.shared.client_runs import running
from analyzer.errors import DatabaseError, EnvironmentToolError, RowsError
from analyzer.frameworks.registry import METADATA
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.rehearsal import Copied
from analyzer.sources.files.private_files import open_private

_PLAIN = (
    "--no-owner",
    "--no-privileges",
    "--no-publications",
    "--no-subscriptions",
    "--no-security-labels",
    "--no-tablespaces",
)
_MAJOR = 10_000  # PostgreSQL's version numbers, from 10 on: 150018 is 15.18
_ERROR = re.compile(r"^psql:[^\n]*?: (?:ERROR|FATAL): +(?:[0-9A-Z]{5}: )?(.*)$")
_SHOWN = 10  # lines that the copy lacks
_ARCHIVE, _GZIP = b"PGDMP", b"\x1f\x8b"
_EXTENSIONS = (
    "SELECT pg_catalog.to_json(x.extname) FROM pg_catalog.pg_extension x ORDER BY x.extname"
)
_AVAILABLE = (
    "SELECT coalesce(pg_catalog.json_agg(a.name), '[]') FROM pg_catalog.pg_available_extensions a"
)
_READ_ONLY = "default_transaction_read_only"
_NUMBER = "SELECT pg_catalog.to_json(pg_catalog.current_setting('server_version_num')::int)"


def ask_one(gateway: Gateway, sql: str) -> Any:  # noqa: ANN401  JSON of any shape
    """Ask one question that has one answer."""
    ((value,),) = gateway.ask(Question(sql))
    return value


def server_version(gateway: Gateway) -> int:
    """PostgreSQL's number of the server's version, such as 150018."""
    number: int = ask_one(gateway, _NUMBER)
    return number


def server_title(gateway: Gateway) -> str:
    """The engine and the server's version, in words."""
    version = server_version(gateway)
    return f"PostgreSQL {version // _MAJOR}.{version % _MAJOR}"


def demand_empty(scratch: Gateway) -> None:
    """Make sure that nothing can be overwritten.

    Raises:
        DatabaseError: the scratch database holds something already.
    """
    held = [line for line in ask_one(scratch, STRUCTURE) if not line.startswith("extension ")]
    if held:
        raise DatabaseError(
            "the scratch database is not empty",
            why=f"it holds {held[0]}" + (f" and {len(held) - 1} more" if held[1:] else ""),
            fix="make an empty one with createdb and name it, or leave out --scratch-url for "
            "the embedded temporary server",
        )


def copy_live(
    source: Gateway, table: TableName, scratch: Gateway, folder: Path, *, with_data: bool
) -> Copied:
    """Copy a live database; it is only read, in pg_dump's own snapshots.

    Raises:
        DatabaseError, EnvironmentToolError: it cannot be dumped, or the copy not be loaded.
    """
    theirs, ours = server_version(source) // _MAJOR, server_version(scratch) // _MAJOR
    script = folder / "copy.sql"
    with _or_a_dump():
        dumper = demand_tool(source, "pg_dump", theirs)
        for options in _dumps(table, with_data=with_data):
            command = source.call.command(dumper.program, ["--no-password", *options])
            _append(source, command, script)
    missing = _missing_extensions(source, scratch)
    failed = _load(scratch, _loader(scratch, dumper, ours), script, "the copy")
    problems = [f"the scratch server lacks the extension {name}" for name in missing]
    problems += [text for text in failed if not any(f'extension "{x}"' in text for x in missing)]
    problems += _not_copied(source, scratch)
    return Copied(tuple(problems), tuple(_notes(dumper, theirs, ours)))


def copy_dump(dump: Path, scratch: Gateway, folder: Path) -> Copied:
    """Load a dump: plain SQL, gzip or not, or one of pg_dump's archives.

    Raises:
        RowsError: the file cannot be read.
        DatabaseError, EnvironmentToolError: it cannot be loaded.
    """
    major = server_version(scratch) // _MAJOR
    script = _as_sql(dump, scratch, major, folder)
    problems = _load(scratch, _demand_restricted(scratch, major), script, str(dump))
    note = f"the copy comes from {dump}, and is as old as that; the scratch server is PostgreSQL"
    return Copied(tuple(problems), (f"{note} {major}",))


@contextmanager
def _or_a_dump() -> Iterator[None]:
    """Where the database cannot be dumped from here, somebody else may have a dump."""
    try:
        yield
    except EnvironmentToolError as error:
        raise EnvironmentToolError(
            error.what, why=error.why, fix=f"{error.fix}; or pass a dump of it: --dump FILE"
        ) from error


def _dumps(table: TableName, *, with_data: bool) -> list[list[str]]:
    if with_data:
        return [[*_PLAIN]]
    rows = TableName(METADATA, table.schema)
    only = [word for one in (table, rows) for word in ("--table", _pattern(one))]
    return [[*_PLAIN, "--schema-only"], [*_PLAIN, "--data-only", *only]]


def _pattern(table: TableName) -> str:
    """Write a table as pg_dump's patterns have it: in quotes nothing in it is special."""
    parts = [part for part in (table.schema, table.name) if part]
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def _append(gateway: Gateway, command: list[str], script: Path) -> None:
    """Append what a program prints to the script."""
    with open_private(script, append=True) as file, running(gateway, command, stdout=file):
        pass


def _loader(target: Gateway, dumper: Tool, major: int) -> Tool:
    """A psql that speaks the dump's SQL as well as the scratch server's."""
    return _demand_restricted(target, max(dumper.major, major))


def _demand_restricted(target: Gateway, major: int) -> Tool:
    """Find a psql that takes no command from the dump.

    It reads on past errors: the rows of a table that could not be made would be read as commands.
    """
    tool = demand_psql(target, major)
    if knows_restrict(tool.version):
        return tool
    raise EnvironmentToolError(
        f"psql {tool.version} cannot be kept from running what a dump tells it to",
        why="it has no \\restrict, which came in August 2025 (CVE-2025-8714)",
        fix="install the newest postgresql-client of its major version, then rehearse again",
    )


def _load(target: Gateway, psql: Tool, script: Path, place: str) -> list[str]:
    """Run a script in a database, on past its errors; return these."""
    said: list[str] = []
    command = target.call.command(psql.program, ["-X", "-q", "-w", "-f", "-"])
    with script.open("rb") as file:
        lines = guarded(iter(file.readline, b""), place)
        feed = gathered(restricted(lines, known=True))
        with running(target, command, feed=feed, on_line=said.append):
            pass
    found = (_ERROR.match(target.redact(line)) for line in said)
    return [error[1].strip() for error in found if error]


def _missing_extensions(source: Gateway, scratch: Gateway) -> list[str]:
    (wanted,) = source.ask(Question(_EXTENSIONS))
    return sorted({*wanted} - {*ask_one(scratch, _AVAILABLE)})


def _not_copied(source: Gateway, scratch: Gateway) -> list[str]:
    """List what the database has and the copy lacks; an extension is told of elsewhere."""
    lines = [line for line in ask_one(source, STRUCTURE) if not line.startswith("extension ")]
    there = {*ask_one(scratch, STRUCTURE)}
    lost = [f"not in the copy, or different: {line}" for line in lines if line not in there]
    more = [f"and {len(lost) - _SHOWN} more that the copy lacks"] if len(lost) > _SHOWN else []
    return lost[:_SHOWN] + more


def _notes(dumper: Tool, source: int, scratch: int) -> list[str]:
    notes = []
    if source != scratch:
        notes.append(
            f"the scratch server is PostgreSQL {scratch}, the database's own is "
            f"{source}: what differs between the two was not rehearsed"
        )
    if dumper.major != source:
        notes.append(f"pg_dump of PostgreSQL {dumper.major} read a server {source}")
    return notes


def _as_sql(dump: Path, target: Gateway, major: int, folder: Path) -> Path:
    try:
        with dump.open("rb") as file:
            head = file.read(len(_ARCHIVE))
    except OSError as error:
        raise RowsError(
            f"cannot read {dump}", why=error.strerror or "", fix="check --dump"
        ) from error
    if head.startswith(_GZIP):
        return _unpacked(dump, folder)
    if head == _ARCHIVE:
        script = folder / "copy.sql"
        tool = demand_tool(target, "pg_restore", major)
        command = [tool.program, "--no-owner", "--no-privileges", "-f", "-", str(dump)]
        _append(target, command, script)
        return script
    return dump.resolve()


def _unpacked(dump: Path, folder: Path) -> Path:
    script = folder / "copy.sql"
    try:
        with gzip.open(dump) as packed, open_private(script) as plain:
            shutil.copyfileobj(packed, plain)
    except (OSError, EOFError) as error:
        raise RowsError(
            f"{dump} cannot be unpacked", why=str(error), fix="check it with: gzip -t FILE"
        ) from error
    return script


def fence(url: str) -> Fence:
    """Keep clients from writing into any other database.

    PGOPTIONS makes transactions read only, wherever libpq and its kin connect; options that an
    address names itself stand instead of it.
    """
    address, _, query = url.partition("?")
    named = [pair for pair in query.split("&") if pair]
    others = [pair for pair in named if not pair.startswith("options=")]
    own = [unquote(pair.partition("=")[2]) for pair in named if pair.startswith("options=")]
    options = quote(" ".join([*own, f"-c {_READ_ONLY}=off"]))
    writable = f"{address}?{'&'.join([*others, f'options={options}'])}"
    return Fence(writable, {"PGOPTIONS": f"-c {_READ_ONLY}=on"})
