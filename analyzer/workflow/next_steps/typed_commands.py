"""Commands as a person can type them: with the database named, and all that was said this time."""

import os
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from analyzer.model.core.table_row import TableRow, stored_key
from analyzer.model.core.version_table import DEFAULT_VERSION_TABLE, TableName
from analyzer.model.findings.advice import Naming
from analyzer.model.words.shell_word import shell_word
from analyzer.records import replace
from analyzer.workflow.reading.request import Request

if TYPE_CHECKING:
    from analyzer.engines.base import Engine

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")  # an identifier that needs no quotes
_IN_DOUBLE_QUOTES = re.compile(r"[\w '.,()=]+", re.ASCII)  # nothing that a shell would read
_OF_FLEETS = frozenset({"diagnose", "record", "rename-back", "rewrite"})  # take a pattern
_MANY = 5  # environments that are no more named one by one
_UNNAMED = "DATABASE"  # for whoever knows it: a list of rows does not name its database
_FROM_VARIABLE = '"$DATABASE_URL"'


def typed(request: Request, *words: str, database: bool = True) -> str:
    """A migdoctor command on the same repository and database, with the same answers.

    Args: database: whether the command reads the rows at all.
    """
    fleet = words[0] in _OF_FLEETS
    options = [*_repository(request), *(_rows(request, fleet=fleet) if database else ())]
    return " ".join(["migdoctor", *map(_quoted, words), *options])


def typed_for_all(requests: Sequence[Request], *words: str) -> str:
    """A migdoctor command on the same repository and all these environments."""
    options = [*_repository(requests[0]), *_answers(requests[0])]
    options += [option for request in requests for option in _database(request)]
    return " ".join(["migdoctor", *map(_quoted, words), *options])


def naming(request: Request) -> Naming:
    """Build the options by which commands name the same repository, database and answers."""
    database = list(_database(request))
    if request.table is not None:
        database.append(f"--version-table {_quoted(str(request.table))}")
    asked = [*_repository(request), *_answers(request), *_database(request)]
    by_name = request.named is not None and "=" not in request.named.option
    note = "" if by_name else secret_note(request)  # whoever names one has its address looked up
    return Naming(" ".join(asked), " ".join(database), note or "")


def naming_for(request: Request, commands: Iterable[str]) -> Naming:
    """The same, for a path with these commands: the engine's own client looks nothing up."""
    name, access = naming(request), request.engine.access
    client = f"{access.statement_command(None, '').partition(' ')[0]} "
    if name.note or not any(it.startswith(client) for it in commands):
        return name
    return replace(name, note=secret_note(request) or "")


def naming_of_fleet(request: Request) -> str:
    """The options by which repairs mean the fleet of which a request is about a group."""
    named = [*_repository(request), *_answers(request, fleet=True), *_database(request)]
    return " ".join(named)


def naming_beside(request: Request) -> str:
    """The options that name all configured environments, the next one first."""
    fresh = replace(request, decisions=(), deployed=None)
    others = request.named.others if request.named is not None else ()
    named = [f"--environment {_quoted(it)}" for it in others]
    every = [*named, *_database(request)] if len(named) < _MANY else ["--all-environments"]
    return " ".join([*_repository(fresh), *_answers(fresh), *every])


def typed_sql(request: Request, statement: str) -> str:
    """A command of the engine's own client that runs one statement on the same database."""
    prefix = [shell_word(word) for word in request.exec_prefix]
    command = request.engine.access.statement_command(_client_address(request), _quoted(statement))
    return " ".join([*prefix, command])


def typed_file(request: Request, script: str) -> str:
    """A command of the engine's own client that runs an SQL file on the same database.

    Through a prefix it is read from here: where the client runs, there may be no such file.
    """
    prefix = [shell_word(word) for word in request.exec_prefix]
    command = request.engine.access.file_command(
        shell_word(script), _client_address(request), piped=bool(prefix)
    )
    return " ".join([*prefix, command])


def typed_moves(work_tree: Path | None, script: str) -> str:
    """A command that runs a script of moves, which has to know where the files are."""
    if work_tree is None or os.path.realpath(work_tree) == os.path.realpath(os.curdir):
        return f"sh {shell_word(script)}"
    return f"sh {shell_word(script)} {_quoted(str(work_tree))}"


def secret_note(request: Request) -> str | None:
    """Name the variable to set first, where the address held a secret that is not printed."""
    given = _given(request)
    from_variable = request.database_url is None or _is_in_variable(request)
    held = from_variable or _variable(request) is not None
    if given is None or (held and request.engine.access.client_reads(given)):
        return None  # the variable holds it, for the engine's own client too
    if not request.engine.access.has_password(request.database_url):
        return None
    variable = request.engine.examples.login_variable
    if _is_password_of(os.environ.get(variable, ""), given):
        return None
    return f"Set the variable {variable} first: these commands leave the password out."


def _is_password_of(text: str, address: str) -> bool:
    """Whether a text is the very password of an address."""
    forms = [f":{it}@" for it in (text, quote(text, safe=""))]
    return bool(text) and any(it in address for it in (*forms, f"password={text}"))


def _repository(request: Request) -> Iterator[str]:
    pairs = [("--repo", request.repo), ("--ref", request.ref)]
    pairs += [("--dir", folder) for folder in _typed_folders(request)]
    own = request.named.deployed if request.named is not None else None
    deployed = request.deployed if request.deployed != own else None  # the configuration has it
    pairs += [("--framework", request.framework), ("--deployed", deployed)]
    for option, value in pairs:
        if value is not None:
            yield f"{option} {_quoted(value)}"


def _typed_folders(request: Request) -> tuple[str, ...]:
    """The folders to name again: the environment's own come with its name."""
    if request.named is None or request.place is None:
        return request.directories
    return () if request.directories == request.place.directories else request.directories


def _rows(request: Request, *, fleet: bool) -> Iterator[str]:
    yield from _answers(request, fleet=fleet)
    yield from _database(request)


def _answers(request: Request, *, fleet: bool = False) -> Iterator[str]:
    pattern = [*_pattern(request)] if fleet else []
    yield from pattern
    if pattern:
        if request.table is not None and request.table.name != DEFAULT_VERSION_TABLE.name:
            yield f"--version-table {_quoted(request.table.name)}"
    elif request.table is not None:
        yield f"--version-table {_quoted(str(request.table))}"
    if request.notes is not None:
        yield f"--notes {_quoted(request.notes)}"
    for decision in request.decisions:
        option = "--accept" if decision.accept else "--reject"
        yield f"{option} {_quoted(f'{decision.old}={decision.new}')}"


def _pattern(request: Request) -> Iterator[str]:
    """The fleet that a request is about, or of which it is about a group."""
    place = request.place
    if place is not None and place.each_schema is not None:
        yield f"--each-schema {_quoted(place.each_schema)}"
    if place is not None and place.each_database is not None:
        yield f"--each-database {_quoted(place.each_database)}"


def _database(request: Request) -> Iterator[str]:
    if request.named is not None:
        yield f"--environment {_quoted(request.named.option)}"
        return
    if request.rows is not None:
        yield f"--rows {'FILE' if request.rows == '-' else _quoted(request.rows)}"
    if request.exec_prefix:
        yield f"--exec {_quoted(shlex.join(request.exec_prefix))}"
    if address := _address(request):
        yield f"--database-url {address}"


def _variable(request: Request) -> str | None:
    """The variable that holds the whole address."""
    if request.named is not None:
        return request.named.variable
    return request.place.variable if request.place is not None else None


def _client_address(request: Request) -> str | None:
    """How the engine's own client is told the database, as a word of the shell."""
    if request.rows is not None:
        return _UNNAMED
    address, given = _address(request), _given(request)
    if address is None or given is None or request.engine.access.client_reads(given):
        return address
    return _quoted(request.engine.access.client_address(request.database_url))  # without pool=5


def _is_in_variable(request: Request) -> bool:
    """Whether the address that was typed is the one that the usual variable holds."""
    typed = (request.database_url or "").strip()
    told = os.environ.get("DATABASE_URL", "").strip()
    return bool(typed) and typed == told and not request.exec_prefix


def _given(request: Request) -> str | None:
    """The address in full, wherever it was given; None where libpq or a file names the database."""
    if request.rows is not None:
        return None
    if request.database_url is not None:
        return request.database_url.strip()
    told = os.environ.get("DATABASE_URL", "").strip()
    return told if told and not request.exec_prefix else None


def _address(request: Request) -> str | None:
    """The option that names the database; None where libpq's variables or a file name it."""
    if request.rows is not None:
        return None
    variable = _variable(request)
    if variable is not None:
        return f'"${variable}"'
    if _is_in_variable(request):
        return _FROM_VARIABLE
    if request.database_url is not None:
        public = request.engine.access.public_address(request.database_url)
        return _quoted(public)
    if os.environ.get("DATABASE_URL", "").strip() and not request.exec_prefix:
        return _FROM_VARIABLE
    return None


def insert_statement(engine: "Engine", table: TableName, column: str, row: TableRow) -> str:
    """The SQL that adds a row. Args: column: the one that holds the version."""
    whole = {**stored_key(column, row.version), **row.columns}
    columns = ", ".join(_part(engine, it) for it in whole)
    values = whole.values()
    texts = ", ".join("NULL" if it is None else engine.scripts.shown_literal(it) for it in values)
    return f"INSERT INTO {_named(engine, table)} ({columns}) VALUES ({texts})"  # noqa: S608  quoted


def delete_statement(engine: "Engine", table: TableName, column: str, version: str) -> str:
    """The SQL that removes a row."""
    where = " AND ".join(
        f"{_part(engine, name)} = {engine.scripts.shown_literal(text)}"
        for name, text in stored_key(column, version).items()
    )
    return f"DELETE FROM {_named(engine, table)} WHERE {where}"  # noqa: S608  quoted


def _named(engine: "Engine", table: TableName) -> str:
    parts = [table.schema, table.name] if table.schema else [table.name]
    return ".".join(_part(engine, part) for part in parts)


def _part(engine: "Engine", name: str) -> str:
    return name if _PLAIN.fullmatch(name) else engine.scripts.shown_identifier(name)


def _quoted(word: str) -> str:
    """A word for the shell; SQL with its own quotes reads best between double ones."""
    if "'" in word and _IN_DOUBLE_QUOTES.fullmatch(word):
        return f'"{word}"'
    return shell_word(word)
