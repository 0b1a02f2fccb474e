"""The version table read through a prefix that runs psql, from real servers."""

import os
import stat
from pathlib import Path
from time import monotonic

import pytest

from analyzer.engines.postgresql.access.version_table_reading import read_version_table
from analyzer.engines.registry import open_gateway
from analyzer.errors import AnalyzerError, DatabaseError, EnvironmentToolError
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.core.version_table import TableName, VersionTable
from tests.support.databases.servers import Database

MODERN = "CREATE TABLE schema_migrations (version character varying NOT NULL PRIMARY KEY);"


def inside(database: Database, *, without_password: bool = True) -> list[str]:
    """A prefix that stands for a container: its own psql, its own variables."""
    settings = [f"PATH={database.server.bin}:{os.environ['PATH']}"]
    if without_password:
        settings += ["PGHOST=127.0.0.1", f"PGPORT={database.server.port}"]
        settings += ["PGUSER=postgres", f"PGDATABASE={database.name}"]
    return ["env", *settings]


def read(prefix: list[str], url: str | None = None, table: TableName | None = None) -> VersionTable:
    return read_version_table(open_gateway(url, prefix), table, RAILS)


def refusal(
    prefix: list[str], url: str | None = None, table: TableName | None = None
) -> AnalyzerError:
    with pytest.raises(AnalyzerError) as caught:
        read(prefix, url, table)
    return caught.value


def program(folder: Path, text: str) -> str:
    """An executable script."""
    script = folder / "program"
    script.write_text(f"#!/bin/sh\n{text}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return str(script)


def guarded(database: Database, secret: str) -> str:
    return database.url.replace("postgres@", f"guarded{secret}@")


def test_rows_come_with_all_that_is_known_of_their_table(any_database: Database) -> None:
    any_database.run(MODERN + "INSERT INTO schema_migrations VALUES ('20250719202752'), ('013')")

    table = read(inside(any_database))

    assert [row.version.text for row in table.rows] == ["013", "20250719202752"]
    assert table.table == TableName("schema_migrations", "public")
    assert table.database == any_database.name
    assert table.server_version is not None
    assert table.server_version // 10000 in {15, 16, 17, 18}
    assert table.rows[0].origin.place == f"{any_database.name} public.schema_migrations"
    assert table.source == "postgresql"


def test_a_prefix_that_is_a_shell_hands_the_arguments_on(database: Database) -> None:
    database.run(MODERN + "INSERT INTO schema_migrations VALUES ('1')")

    table = read([*inside(database), "sh", "-c", 'exec "$@"', "sh"])

    assert len(table.rows) == 1


def test_a_prefix_that_joins_its_arguments_like_ssh_works(database: Database) -> None:
    database.run(MODERN + "INSERT INTO schema_migrations VALUES ('1')")

    table = read([*inside(database), "sh", "-c", 'sh -c "$*"', "sh"])

    assert len(table.rows) == 1


def test_what_a_prefix_prints_before_is_passed_over(database: Database, tmp_path: Path) -> None:
    database.run(MODERN + "INSERT INTO schema_migrations VALUES ('1')")
    chatty = program(tmp_path, 'echo "Welcome to db-1"; exec "$@"')

    assert len(read([chatty, *inside(database)]).rows) == 1


def test_doubles_and_an_empty_table_are_read_as_they_are(database: Database) -> None:
    database.run("CREATE TABLE schema_migrations (version varchar NOT NULL)")
    assert read(inside(database)).rows == ()

    database.run("INSERT INTO schema_migrations VALUES ('2'), ('1'), ('2')")
    assert [row.version.text for row in read(inside(database)).rows] == ["1", "2", "2"]


def test_the_address_reaches_psql(database: Database) -> None:
    database.run(MODERN)
    path = inside(database, without_password=False)

    assert read(path, database.url).database == database.name
    assert read(path, f"{database.url}?sslmode=prefer&pool=5").database == database.name


def test_database_url_of_this_computer_is_not_for_the_other_side(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.run(MODERN)
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/elsewhere")

    assert read(inside(database)).database == database.name


def test_reading_is_read_only_and_signed(database: Database) -> None:
    database.run("""
        CREATE TYPE spy AS (x int);
        CREATE FUNCTION watch(spy) RETURNS text LANGUAGE sql AS $$
          SELECT concat_ws(' ', current_setting('transaction_read_only'),
                           current_setting('transaction_isolation'),
                           current_setting('application_name')) $$;
        CREATE CAST (spy AS text) WITH FUNCTION watch(spy);
        CREATE TABLE schema_migrations (version spy);
        INSERT INTO schema_migrations VALUES (ROW(1))""")

    (row,) = read(inside(database)).rows

    assert row.version.text == "on repeatable read migdoctor"


@pytest.mark.parametrize("name", ['a"b', "a'b", "a\\b", "a;b", "%s", "{0}", ":'a'", "ä ö", "a\nb"])
def test_a_hostile_table_name_is_quoted(database: Database, name: str) -> None:
    quoted = name.replace('"', '""')
    database.run(f'CREATE TABLE "{quoted}" AS SELECT 7 AS version')

    assert len(read(inside(database), table=TableName(name)).rows) == 1


# Secrets


def test_the_password_goes_through_the_environment_and_not_through_the_arguments(
    database: Database, tmp_path: Path
) -> None:
    database.run(MODERN + "GRANT SELECT ON schema_migrations TO guarded")
    record = tmp_path / "arguments"
    spy = program(tmp_path, f'printf \'%s\\n\' "$@" > {record}; exec "$@"')
    prefix = [spy, *inside(database, without_password=False)]

    table = read(prefix, guarded(database, ":correct%20horse") + "?sslmode=prefer")

    assert table.database == database.name
    assert "sslmode=prefer" in record.read_text()
    assert "correct" not in record.read_text()
    assert "correct" not in repr(table)


def test_a_wrong_password_is_said_and_not_shown(any_database: Database) -> None:
    prefix = inside(any_database, without_password=False)

    error = refusal(prefix, guarded(any_database, ":geheim"))

    assert "does not accept the password of user guarded" in error.what
    assert "geheim" not in str(error)


def test_a_missing_password_is_no_prompt(database: Database) -> None:
    prefix = inside(database, without_password=False)

    assert "asks for the password" in refusal(prefix, guarded(database, "")).what


def test_a_variable_in_the_prefix_is_not_shown(database: Database) -> None:
    prefix = [*inside(database), "PGPASSWORD=geheim", "PGPORT=1"]

    assert "geheim" not in str(refusal(prefix))


# What can go wrong


def test_an_unreachable_server_is_said(database: Database) -> None:
    prefix = inside(database, without_password=False)

    error = refusal(prefix, "postgresql://deploy@127.0.0.1:1/archive")

    assert error.what == "no PostgreSQL server answers at 127.0.0.1:1"


def test_a_missing_database_is_said(any_database: Database) -> None:
    error = refusal([*inside(any_database), "PGDATABASE=archive_produktion"])

    assert isinstance(error, DatabaseError)
    assert 'database "archive_produktion" does not exist' in error.why
    assert "env" in error.what


def test_a_missing_table_offers_those_of_other_schemas(any_database: Database) -> None:
    any_database.run("CREATE SCHEMA archive")
    any_database.run("CREATE TABLE archive.schema_migrations (version varchar)")

    error = refusal(inside(any_database))

    assert "has no table schema_migrations on the search path" in error.what
    assert error.fix == "pass --version-table archive.schema_migrations"


def test_a_view_is_refused(database: Database) -> None:
    database.run("CREATE VIEW schema_migrations AS SELECT '1' AS version")

    assert refusal(inside(database)).what.endswith("is a view")


def test_the_table_of_another_tool_is_refused(database: Database) -> None:
    database.run("CREATE TABLE schema_migrations (version bigint, dirty boolean)")

    assert "kept by golang-migrate" in refusal(inside(database)).what


def test_a_table_that_may_not_be_read_is_said(any_database: Database) -> None:
    any_database.run(MODERN)
    prefix = [*inside(any_database), "PGUSER=guarded", "PGPASSWORD=correct horse"]

    error = refusal(prefix)

    assert error.what == (f"user guarded may not read schema_migrations in {any_database.name}")
    assert "permission denied" in error.why


def test_a_prefix_that_is_no_program_is_said() -> None:
    error = refusal(["no-such-program-here"])

    assert isinstance(error, EnvironmentToolError)
    assert error.what == "cannot run no-such-program-here"


def test_a_psql_that_is_not_there_is_said(tmp_path: Path) -> None:
    error = refusal(["/usr/bin/env", f"PATH={tmp_path}"])

    assert isinstance(error, EnvironmentToolError)
    assert error.what == "`/usr/bin/env 'PATH=***' psql` does not run"


def test_a_prefix_that_fails_is_quoted(tmp_path: Path) -> None:
    error = refusal([program(tmp_path, 'echo "service db is not running" >&2; exit 1')])

    assert isinstance(error, EnvironmentToolError)
    assert error.why == "service db is not running"
    assert "-T" in error.fix


def test_a_prefix_that_keeps_standard_input_back_is_told_to_hand_it_on(
    database: Database, tmp_path: Path
) -> None:
    deaf = program(tmp_path, 'exec "$@" < /dev/null')

    error = refusal([deaf, *inside(database)])

    assert "answered nothing" in error.what
    assert "docker exec -i" in error.fix


@pytest.mark.parametrize(
    "does",
    [
        pytest.param("exec sleep 9", id="it hangs itself"),
        pytest.param("sleep 9; true", id="what it started holds the pipes"),
        pytest.param("sleep 9 & yes >&2", id="it floods besides"),
    ],
)
def test_a_prefix_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch, does: str) -> None:
    monkeypatch.setenv("MIGDOCTOR_EXEC_TIMEOUT", "0.5")
    monkeypatch.setattr("analyzer.engines.postgresql.access.psql_session._QUIT", 0.5)
    begun = monotonic()

    said = refusal(["sh", "-c", does, "x"])

    assert "said nothing for 0.5 seconds" in said.what
    assert "MIGDOCTOR_EXEC_TIMEOUT" in said.fix
    assert monotonic() - begun < 8  # before what hangs ends by itself
