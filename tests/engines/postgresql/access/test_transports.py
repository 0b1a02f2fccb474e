"""Every question is answered alike by the driver and by a psql behind a prefix; so are refusals."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from analyzer.engines.postgresql.access.pinned_settings import READING, SESSION
from analyzer.engines.postgresql.access.planned_calls import demand_harmless_indexes
from analyzer.engines.postgresql.access.privileges import is_same_database, read_standing
from analyzer.engines.postgresql.access.version_table_reading import (
    read_live_database,
    read_version_table,
)
from analyzer.engines.postgresql.catalog.database_state import (
    read_identity,
    read_sequences,
    read_state,
    read_tables,
)
from analyzer.engines.postgresql.catalog.dump_rate import measure
from analyzer.engines.postgresql.catalog.live_schema import read_live_schema
from analyzer.engines.postgresql.catalog.load_queries import read_edges
from analyzer.engines.postgresql.catalog.measure import read_measure, read_stored
from analyzer.engines.postgresql.catalog.table_sizes import read_table_sizes
from analyzer.engines.postgresql.scripts.sql_file import LOST
from analyzer.engines.postgresql.tools.sql_run import run_sql
from analyzer.engines.registry import open_gateway
from analyzer.engines.sessions import Gateway, Session
from analyzer.errors import AnalyzerError
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.core.version_table import TableName
from analyzer.records import replace
from tests.engines.postgresql.catalog.test_schema_psql import EVERYTHING, VERSIONS
from tests.support.databases.servers import Database

TABLE = TableName("schema_migrations", "public")
FILLED = """
CREATE TABLE odd (a text DEFAULT E'x\\\\y', b timestamptz DEFAULT '2020-01-01 00:00+02', c float8
  DEFAULT 0.1, d interval DEFAULT '1 day', e bytea DEFAULT '\\x61', f date DEFAULT '2020-02-01');
CREATE TABLE plays (at int) PARTITION BY RANGE (at);
CREATE TABLE plays_1 PARTITION OF plays FOR VALUES FROM (0) TO (9);
INSERT INTO artists SELECT i, 'artist ' || i FROM generate_series(1, 500) i;
ALTER DATABASE {name} SET TimeZone = 'Asia/Tokyo';
ALTER DATABASE {name} SET DateStyle = 'German';
ALTER DATABASE {name} SET search_path = audit, public;
ANALYZE;
"""


def asked(question: Callable[[Session], Any]) -> Callable[[Gateway], Any]:
    """A question of a session, put in a transaction that reads."""

    def put(gateway: Gateway) -> Any:
        with gateway.reading() as session:
            return question(session)

    return put


def state(session: Session) -> Any:
    return replace(read_state(session), taken_at="")


QUESTIONS: dict[str, Callable[[Gateway], Any]] = {
    "version table": lambda it: replace(read_version_table(it, None, RAILS), place=""),
    "version table by its name": lambda it: read_version_table(it, TABLE, RAILS).rows,
    "rows": lambda it: read_stored(it, TABLE),
    "catalogue": lambda it: read_live_database(it, None, RAILS).catalog,
    "catalogue of an application": lambda it: read_live_database(it, TABLE, RAILS).catalog,
    "schema": lambda it: (read_live_schema(it, RAILS).schema, read_live_schema(it, RAILS).notes),
    "versions of a schema": lambda it: read_live_schema(it, RAILS).versions.rows,  # type: ignore[union-attr]
    "measure": lambda it: read_measure(it, TABLE),
    "privileges": lambda it: replace(
        read_standing(it, TABLE), identity=replace(read_standing(it, TABLE).identity, server="")
    ),
    "same database": lambda it: is_same_database(it, it),
    "volume": lambda it: measure(it)[0],
    "state": asked(state),
    "identity": asked(read_identity),
    "tables": asked(read_tables),
    "sequences": asked(read_sequences),
    "sizes": asked(read_table_sizes),
    "foreign keys": asked(read_edges),
    "harmless indexes": asked(demand_harmless_indexes),
    "settings": asked(lambda it: it.rows(SETTINGS)),
}
SETTINGS = """
SELECT name, setting FROM pg_catalog.pg_settings WHERE name IN (
  'search_path', 'client_encoding', 'standard_conforming_strings', 'constraint_exclusion',
  'quote_all_identifiers', 'DateStyle', 'IntervalStyle', 'TimeZone', 'extra_float_digits',
  'bytea_output', 'lc_monetary', 'lc_numeric', 'xmloption', 'row_security', 'jit',
  'default_transaction_read_only', 'statement_timeout', 'lock_timeout', 'transaction_timeout',
  'idle_in_transaction_session_timeout', 'idle_session_timeout', 'application_name',
  'transaction_read_only', 'transaction_isolation') ORDER BY 1"""


def ways(database: Database, url: str | None = None) -> tuple[Gateway, Gateway]:
    """The same address by the driver and through a psql."""
    prefix = ("env", f"PATH={database.server.bin}:{os.environ['PATH']}")
    return open_gateway(url or database.url), open_gateway(url or database.url, prefix)


@pytest.fixture
def filled(any_database: Database) -> Database:
    any_database.run(EVERYTHING + VERSIONS + FILLED.replace("{name}", any_database.name))
    return any_database


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_answered_alike(filled: Database, name: str) -> None:
    direct, through = (QUESTIONS[name](gateway) for gateway in ways(filled))

    assert direct == through


def test_a_session_that_lasts_is_pinned_alike(filled: Database) -> None:
    found = []
    for gateway in ways(filled):
        with gateway.named("migdoctor it's me").session() as session:
            found.append(session.rows(SETTINGS))

    direct, through = found
    assert direct == through
    settings = {row["name"]: row["setting"] for row in direct}
    assert settings["application_name"] == "migdoctor it's me"
    assert settings["search_path"] == "pg_catalog, pg_temp"
    assert settings["statement_timeout"] == "0"


def test_both_kinds_of_pins_name_the_same_settings() -> None:
    def pinned(settings: tuple[str, ...]) -> list[str]:
        said = [one.removeprefix("SET ").removeprefix("LOCAL ") for one in settings]
        return [one for one in said if not one.startswith(("SELECT", "lock_timeout"))]

    assert pinned(READING) == pinned(SESSION)


# What is refused


def kept(gateway: Gateway, statement: str) -> Any:
    with gateway.session() as session:
        return session.ask(statement)


def copied(gateway: Gateway) -> None:
    with gateway.session() as session:
        session.copy_in("public.taken (id)", [b"1\n", b"one\n"])


SPOILT = "CREATE TABLE taken (id int PRIMARY KEY); INSERT INTO taken VALUES (1);"
REFUSALS: dict[str, Callable[[Gateway], Any]] = {
    "a statement": lambda it: kept(it, "SELECT 1/0"),
    "a name": lambda it: kept(it, "SELECT x FROM public.nowhere"),
    "a detail": lambda it: kept(it, "INSERT INTO public.taken VALUES (1) RETURNING to_json(id)"),
    "a hint": lambda it: kept(it, "SELECT to_json(no_such_function(1))"),
    "a copy": copied,
    "a missing table": lambda it: read_version_table(it, TableName("nowhere", "public"), RAILS),
    "a missing schema": lambda it: read_version_table(it, TableName("t", "s"), RAILS),
    "another table": lambda it: read_standing(it, TABLE),
    "a change while reading": asked(lambda it: it.run("INSERT INTO public.taken VALUES (2)")),
}


def refusal(work: Callable[[Gateway], Any], gateway: Gateway) -> tuple[Any, ...]:
    with pytest.raises(AnalyzerError) as caught:
        work(gateway)
    error = caught.value
    parts = [getattr(error, name, None) for name in ("sqlstate", "primary", "detail", "hint")]
    return (type(error), error.what, error.why, error.fix, *parts)


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_told_alike(any_database: Database, name: str) -> None:
    any_database.run(SPOILT)

    direct, through = (refusal(REFUSALS[name], gateway) for gateway in ways(any_database))

    assert direct == through


def test_a_table_that_is_not_there_and_was_not_named_is_an_empty_one(any_database: Database):
    for gateway in ways(any_database):
        assert read_version_table(gateway, None, RAILS).rows == ()


@pytest.mark.parametrize("part", ["forbidden", "wrong", "nobody", "missing", "closed"])
def test_a_connection_that_is_refused_is_told_alike(any_database: Database, part: str) -> None:
    any_database.run(VERSIONS)
    server = any_database.server
    url = {
        "forbidden": any_database.url.replace("postgres@", "guarded:correct%20horse@"),
        "wrong": any_database.url.replace("postgres@", "guarded:geheim@"),
        "nobody": server.url(any_database.name, user="nobody_here"),
        "missing": server.url("nothing_here"),
        "closed": "postgresql://deploy@127.0.0.1:1/archive",
    }[part]

    direct, through = (
        refusal(lambda it: read_version_table(it, None, RAILS), gateway)
        for gateway in ways(any_database, url)
    )

    assert direct[:2] == through[:2]
    assert direct[3:] == through[3:]


def test_a_connection_that_breaks_is_told_alike(any_database: Database) -> None:
    def broken(gateway: Gateway) -> None:
        with gateway.session() as session:
            session.run("SELECT pg_terminate_backend(pg_backend_pid())")

    direct, through = (refusal(broken, gateway) for gateway in ways(any_database))

    assert direct[:2] == through[:2]


# Files of ours

FILES = {
    "ran": "BEGIN;\nCREATE TABLE public.{table} (a int);\nCOMMIT;\nSELECT 'all' AS said;\n",
    "refused": "BEGIN;\nINSERT INTO public.taken VALUES (1);\nCOMMIT;\n",
    "told": "DO $$ BEGIN RAISE 'no' USING DETAIL = 'So.', HINT = 'run this file again'; END $$;",
    "lost": f"DO $$ BEGIN RAISE 'gone' USING ERRCODE = '{LOST}'; END $$;",
    "warned": "DO $$ BEGIN RAISE WARNING 'mind'; END $$;\nSELECT 1/0;",
    "cut": "SELECT pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid());",
    "who": "SELECT pg_catalog.current_setting('migdoctor.who') || ' ' || "
    "pg_catalog.current_setting('application_name');",
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_ends_alike(any_database: Database, name: str) -> None:
    any_database.run(SPOILT)

    found = [
        run_sql(gateway, FILES[name].replace("{table}", f"t{place}"), repair="r1", account="o'me")
        for place, gateway in enumerate(ways(any_database))
    ]

    if name == "cut":
        assert [type(one) for one in found] == [type(found[0])] * 2
        return
    assert found[0] == found[1]
