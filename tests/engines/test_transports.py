"""Every question is answered alike by an engine's driver and by its client behind a prefix.

The same pins, the same answers, the same errors; what an engine cannot do is refused alike, too.
"""

import gc
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from analyzer.analysis.notes.seals import read_chain
from analyzer.engines.base import Engine
from analyzer.engines.registry import ENGINES, engine, open_gateway
from analyzer.engines.results import Cut, Ran, Refused
from analyzer.engines.sessions import Gateway, Session
from analyzer.errors import AnalyzerError
from analyzer.frameworks.registry import framework
from analyzer.model.core.version_table import TableName
from analyzer.model.notes.note import NewNote, NoteKind
from analyzer.model.schema.database_state import DatabaseIdentity, DatabaseState
from analyzer.records import Struct, replace
from tests.support.databases.mysql_servers import fresh_mysql
from tests.support.databases.servers import fresh_database
from tests.support.databases.sqlite_files import SqliteDatabase

RAILS = framework("rails")
ROWS = ["013", "20240102000000", "9"]
FILLED = """
CREATE TABLE schema_migrations (version varchar(255) NOT NULL PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('20240102000000'), ('9'), ('013');
CREATE TABLE artists (id bigint PRIMARY KEY, name varchar(20) DEFAULT 'it''s', price decimal(10,2));
CREATE TABLE songs (id bigint PRIMARY KEY, title varchar(99) NOT NULL, made_at timestamp NULL,
  artist_id bigint REFERENCES artists (id), CONSTRAINT dear CHECK (id < 100));
CREATE UNIQUE INDEX by_title ON songs (title, id);
INSERT INTO artists (id, name) VALUES (1, 'ä'), (2, NULL);
CREATE VIEW hits AS SELECT title FROM songs;
"""


class Ways(Struct, frozen=True):
    """One database of an engine, its address, and the words before a client program."""

    engine: Engine
    url: str
    schema: str | None
    prefix: tuple[str, ...]
    run: Callable[[str], object]

    @property
    def table(self) -> TableName:
        return TableName("schema_migrations", self.schema)

    def both(self, url: str | None = None) -> tuple[Gateway, Gateway]:
        """By the driver, and through a client."""
        return open_gateway(url or self.url), open_gateway(url or self.url, self.prefix)


@contextmanager
def postgresql(request: pytest.FixtureRequest) -> Iterator[Ways]:
    server = request.getfixturevalue("postgres18")
    with fresh_database(server) as it:
        path = ("env", f"PATH={server.bin}:{os.environ['PATH']}")
        yield Ways(engine("postgresql"), it.url, "public", path, it.run)


@contextmanager
def mysql(request: pytest.FixtureRequest) -> Iterator[Ways]:
    with fresh_mysql(request.getfixturevalue("mariadb")) as it:
        yield Ways(engine("mysql"), it.url, None, ("env",), it.run)


@contextmanager
def sqlite(request: pytest.FixtureRequest) -> Iterator[Ways]:
    folder = request.getfixturevalue("tmp_path_factory").mktemp("sqlite")
    it = SqliteDatabase(folder / "it's.sqlite3")
    yield Ways(engine("sqlite"), it.url, None, ("env",), it.run)


KINDS = {"postgresql": postgresql, "mysql": mysql, "sqlite": sqlite}


@pytest.fixture(scope="module", params=KINDS)
def ways(request: pytest.FixtureRequest) -> Iterator[Ways]:
    with KINDS[request.param](request) as found:
        found.run(FILLED)
        yield found


def test_every_engine_is_asked():
    assert KINDS.keys() == ENGINES.keys()


# Questions


def asked(question: Callable[[Session], Any]) -> Callable[[Ways, Gateway], Any]:
    """A question of a session, put in a transaction that reads."""

    def put(_: Ways, gateway: Gateway) -> Any:
        with gateway.reading(TableName("schema_migrations")) as session:
            return question(session)

    return put


def standing(ways: Ways, gateway: Gateway) -> Any:
    """Who we are, without the words for the way that we came."""
    found = ways.engine.catalog.read_standing(gateway, ways.table)
    return replace(found, identity=replace(found.identity, server=""))


def read(name: str, *, table: bool, answer: str = "") -> Callable[[Ways, Gateway], Any]:
    """A question of the catalogue about the version table, found or by its name."""

    def put(ways: Ways, gateway: Gateway) -> Any:
        named = ways.table if table else None
        found = getattr(ways.engine.catalog, name)(gateway, named, RAILS)
        return getattr(found, answer) if answer else replace(found, place="")

    return put


def nowhere(found: DatabaseIdentity) -> DatabaseIdentity:
    """The same without the words for the way that we came."""
    return replace(found, place="")


def undated(found: DatabaseState) -> DatabaseState:
    return replace(found, taken_at="", identity=nowhere(found.identity))


def noted(ways: Ways, gateway: Gateway) -> Any:
    return ways.engine.catalog.read_noted(gateway, ways.table, RAILS).notes


QUESTIONS: dict[str, Callable[[Ways, Gateway], Any]] = {
    "version table": read("read_version_table", table=False),
    "version table by its name": read("read_version_table", table=True),
    "catalogue": read("read_live_database", table=False, answer="catalog"),
    "catalogue of an application": read("read_live_database", table=True, answer="catalog"),
    "notes": lambda ways, it: replace(noted(ways, it), place=""),
    "rows": lambda ways, it: ways.engine.catalog.read_stored(it, ways.table),
    "schema": lambda ways, it: ways.engine.catalog.read_live_schema(it, RAILS).schema,
    "measure": lambda ways, it: ways.engine.catalog.read_measure(it, ways.table),
    "volume": lambda ways, it: ways.engine.catalog.read_volume(it)[0],
    "privileges": standing,
    "same database": lambda ways, it: ways.engine.catalog.is_same_database(it, it),
    "identity": asked(lambda it: nowhere(it.engine.catalog.read_identity(it))),
    "tables": asked(lambda it: it.engine.catalog.read_tables(it)),
    "sequences": asked(lambda it: it.engine.catalog.read_sequences(it)),
    "foreign keys": asked(lambda it: it.engine.catalog.read_edges(it)),
    "state": asked(lambda it: undated(it.engine.catalog.read_state(it))),
}


def outcomes(
    ask: Callable[[Ways, Gateway], Any], ways: Ways, url: str | None = None
) -> list[tuple[Any, ...]]:
    """What either way answers, or how it refuses: all of a message but the words for the way."""
    both = ways.both(url)
    found: list[tuple[Any, ...]] = []
    for gateway in both:
        try:
            found.append(("answered", ask(ways, gateway)))
        except AnalyzerError as error:
            names = ("sqlstate", "primary", "detail", "hint")
            what = error.what
            for it in both:
                what = what.replace(it.server, "SERVER")
            parts = [getattr(error, name, None) for name in names]
            found.append((type(error), what, error.why, error.fix, *parts))
    return found


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_answered_alike(ways: Ways, name: str):
    direct, through = outcomes(QUESTIONS[name], ways)

    assert direct == through
    if name.startswith("version table"):
        assert sorted(row.version.text for row in direct[1].rows) == ROWS
    if direct[0] != "answered":  # then because this engine cannot do it, and no transport decides
        assert direct[1].endswith(f"is not possible on {ways.engine.title}")


# Pins

SETTINGS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "postgresql": (
        (
            "SELECT pg_catalog.current_setting('search_path') AS path, "
            "pg_catalog.current_setting('statement_timeout') AS timeout, "
            "pg_catalog.current_setting('client_encoding') AS encoding"
        ),
        {"path": "pg_catalog, pg_temp", "timeout": "0", "encoding": "UTF8"},
    ),
    "mysql": (
        (
            "SELECT @@sql_mode AS mode, @@time_zone AS zone, @@lock_wait_timeout AS patience, "
            "@@character_set_client AS encoding"
        ),
        {"mode": "STRICT_ALL_TABLES", "zone": "+00:00", "patience": 5, "encoding": "utf8mb4"},
    ),
    "sqlite": (
        (
            "SELECT q.query_only AS query_only, t.timeout AS patience "
            "FROM pragma_query_only AS q, pragma_busy_timeout AS t"
        ),
        {"patience": 5000},
    ),
}


@pytest.mark.parametrize("kind", ["session", "reading"])
def test_a_session_is_pinned_alike(ways: Ways, kind: str):
    query, expected = SETTINGS[ways.engine.name]
    found = []
    for gateway in ways.both():
        opened = gateway.session() if kind == "session" else gateway.reading(ways.table)
        with opened as session:
            found.append([{key: str(it) for key, it in row.items()} for row in session.rows(query)])

    assert found[0] == found[1]
    (row,) = found[0]
    assert row.items() >= {key: str(it) for key, it in expected.items()}.items()


# What is refused


def said(statement: str) -> Callable[[Ways, Gateway], Any]:
    def put(_: Ways, gateway: Gateway) -> Any:
        with gateway.session() as session:
            return session.rows(statement)

    return put


def named(name: str, schema: str | None = None) -> Callable[[Ways, Gateway], Any]:
    def put(ways: Ways, gateway: Gateway) -> Any:
        table = TableName(name, schema or ways.schema)
        return ways.engine.catalog.read_version_table(gateway, table, RAILS)

    return put


REFUSALS: dict[str, Callable[[Ways, Gateway], Any]] = {
    "what is no SQL": said("SELECT FROM WHERE"),
    "a table that is not there": said("SELECT x FROM nowhere"),
    "a column that is not there": said("SELECT nothing FROM (SELECT 1 AS it) AS one"),
    "a version table that is not there": named("nowhere"),
    "a schema that is not there": named("schema_migrations", "elsewhere"),
    "a view": named("hits"),
    "a table without a version": named("songs"),
    "a change while reading": asked(lambda it: it.run("INSERT INTO artists (id) VALUES (7)")),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_told_alike(ways: Ways, name: str):
    direct, through = outcomes(REFUSALS[name], ways)

    assert direct[0] != "answered"
    assert direct == through


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("gone", ["database", "server"])
def test_a_database_that_cannot_be_reached_is_told_alike(ways: Ways, gone: str):
    url = unreachable(ways, gone)

    direct, through = outcomes(named("schema_migrations"), ways, url)
    gc.collect()  # MySQL's driver leaves a socket open that it could not connect

    assert direct[0] != "answered"
    assert (direct[:2], direct[3:]) == (through[:2], through[3:])


def unreachable(ways: Ways, gone: str) -> str:
    """An address of a database that is not there, or of a server that is not."""
    if ways.engine.name == "sqlite":
        return "sqlite3:///nowhere/at/all.sqlite3" if gone == "server" else f"{ways.url}.gone"
    if ways.engine.name == "mysql":
        if gone == "server":
            return ways.url.replace("socket=", "socket=/nowhere")
        return re.sub(r"/\w+\?", "/nothing_here?", ways.url)
    if gone == "server":
        return "postgresql://deploy@127.0.0.1:1/archive"
    return re.sub(r"/\w+(?=$|\?)", "/nothing_here", ways.url)


# Files of ours


FILES = {
    "ran": "CREATE TABLE {table} (a int);\nSELECT 'all of it' AS migdoctor;\n",
    "refused": "INSERT INTO artists (id) VALUES (1);\nSELECT 'never' AS migdoctor;\n",
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_ends_alike(ways: Ways, name: str):
    place = "public." if ways.schema else ""
    found = [
        ways.engine.scripts.run_sql(
            gateway,
            FILES[name].replace("{table}", f"{place}t{number}").replace("INTO ", f"INTO {place}"),
            repair=f"r{number}",
            account="o'me",
        )
        for number, gateway in enumerate(ways.both())
    ]

    assert not isinstance(found[0], Cut)
    assert isinstance(found[0], Ran if name == "ran" else Refused)
    assert found[0] == found[1]


def test_a_file_is_over_when_it_has_ended(ways: Ways):
    assert [ways.engine.scripts.is_running(it, "r0") for it in ways.both()] == [False, False]


# Notes of what ran


def test_notes_are_appended_and_read_alike(ways: Ways):
    table, scripts = ways.table, ways.engine.scripts
    for number, gateway in enumerate(ways.both()):
        notebook = noted(ways, gateway)
        new = NewNote(f"{number}", NoteKind.WITNESSED, "ä'\\ a.rb", "0" * 64)
        words = {"anew": number == 0, "lock_timeout": "5s"}
        text = scripts.render_notes([new, replace(new, sha256=None)], table, notebook, **words)
        ran = scripts.run_sql(gateway, text, repair="record", account="o'me")
        assert isinstance(ran, Ran), ran
        stale = scripts.run_sql(gateway, text, repair="record", account="o'me")
        assert isinstance(stale, Refused)
        assert stale.what == "somebody else noted something meanwhile"

    direct, through = outcomes(QUESTIONS["notes"], ways)
    assert direct == through
    assert read_chain(direct[1]).holds
    assert [it.version for it in direct[1].notes] == ["0", "0", "1", "1"]
    assert {(it.path, it.recorded_by) for it in direct[1].notes} == {("ä'\\ a.rb", "o'me")}
