"""Two ways into a database, psycopg and a psql behind a prefix, that answer the same questions."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from analyzer.engines.postgresql.access.connection import read_address
from analyzer.engines.postgresql.access.connection_errors import connection_failure, query_failure
from analyzer.engines.postgresql.access.pinning import reading_connection, reading_lines
from analyzer.engines.postgresql.access.psql import (
    MARK,
    PsqlCall,
    failure,
    no_answer,
    psql_call,
    run_psql,
)
from analyzer.model.core.version_table import TableName

_CATALOGUE = TableName("pg_class", "pg_catalog")


@dataclass(frozen=True, slots=True)
class Question:
    """SQL without a semicolon. It gives one JSON value, or texts of further SQL that do each."""

    sql: str
    each: bool = False


class Door(Protocol):
    """A way into one database, for reading."""

    @property
    def server(self) -> str:
        """Which server it leads to, without secrets."""
        ...

    def ask(self, *questions: Question) -> list[list[Any]]:
        """Answer all in one read-only transaction: for each question its values.

        Raises:
            DatabaseError, EnvironmentToolError: the database cannot be reached, or refuses.
        """
        ...


@dataclass(frozen=True, slots=True)
class DirectDoor:
    """Through psycopg. ``url`` None is DATABASE_URL, or else what libpq finds."""

    url: str | None

    @property
    def server(self) -> str:
        """Host and port, or the socket."""
        return read_address(self.url).target().server

    def ask(self, *questions: Question) -> list[list[Any]]:
        """Answer all in one read-only transaction."""
        import psycopg

        address = read_address(self.url)
        try:
            with reading_connection(address) as connection:
                return [list(_values(connection, question)) for question in questions]
        except psycopg.Error as error:
            said = address.redact(str(error))
            if error.sqlstate is not None:
                raise query_failure(said, error.sqlstate, _CATALOGUE, address.target()) from None
            raise connection_failure(said, address.target()) from None


def _values(connection: Any, question: Question) -> Iterator[Any]:  # noqa: ANN401  psycopg is lazy
    rows = connection.execute(question.sql.encode()).fetchall()
    if not question.each:
        yield from (value for (value,) in rows)
        return
    for (text,) in rows:
        yield from (value for (value,) in connection.execute(text.encode()).fetchall())


@dataclass(frozen=True, slots=True)
class PsqlDoor:
    """Through ``PREFIX psql``. ``url`` None is what that place's libpq finds."""

    prefix: tuple[str, ...]
    url: str | None

    @property
    def server(self) -> str:
        """The prefix in words, without secrets."""
        return f"`{self.call.words} psql`"

    @property
    def call(self) -> PsqlCall:
        """The prefix with its address."""
        return psql_call(self.prefix, self.url)

    def ask(self, *questions: Question) -> list[list[Any]]:
        """Answer all in one read-only transaction."""
        done = run_psql(self.call, _script(questions))
        parts = done.stdout.split(f"{MARK}\n")[1:]
        if done.returncode or len(parts) != len(questions):
            raise failure(self.call, done, _CATALOGUE, self.call.target())
        try:
            return [list(_documents(part)) for part in parts]
        except ValueError as error:
            raise no_answer(self.server, error) from None


def _script(questions: Sequence[Question]) -> str:
    asked: list[str] = []
    for question in questions:
        end = "\\gexec" if question.each else ";"
        asked += [f"\\echo {MARK}", f"{question.sql} {end}"]
    return reading_lines(asked)


def _documents(text: str) -> Iterator[Any]:
    """Read one JSON document after another."""
    decoder, position = json.JSONDecoder(), 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        try:
            value, position = decoder.raw_decode(text, position)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
        yield value


def open_door(prefix: Sequence[str], url: str | None) -> Door:
    """Choose the way in that the options name."""
    return PsqlDoor(tuple(prefix), url) if prefix else DirectDoor(url)
