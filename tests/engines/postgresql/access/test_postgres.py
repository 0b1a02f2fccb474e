"""The version table read through psycopg, from real servers."""

import socket
import traceback
from pathlib import Path

import psycopg
import pytest

from analyzer.engines.postgresql.access import gateway
from analyzer.engines.postgresql.access.connection import read_address
from analyzer.engines.postgresql.access.version_table_reading import read_version_table
from analyzer.engines.registry import open_gateway
from analyzer.errors import DatabaseError
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.core.version_table import TableName, VersionTable
from tests.support.databases.servers import PASSWORD, Database, Server

MODERN = "CREATE TABLE schema_migrations (version character varying NOT NULL PRIMARY KEY);"
BEFORE_5 = "CREATE TABLE schema_migrations (version character varying NOT NULL);"


def read(url: str | None, table: TableName | None = None) -> VersionTable:
    return read_version_table(open_gateway(url), table, RAILS)


def texts(table: VersionTable) -> list[str]:
    return [row.version.text for row in table.rows]


def refusal(url: str | None, table: TableName | None = None) -> DatabaseError:
    with pytest.raises(DatabaseError) as caught:
        read(url, table)
    return caught.value


def guarded(database: Database, password: str = "") -> str:
    """The database's address for the role that needs a password."""
    secret = f":{password}" if password else ""
    return database.url.replace("postgres@", f"guarded{secret}@")


# What is read


def test_rows_come_with_all_that_is_known_of_their_table(any_database: Database) -> None:
    any_database.run(MODERN + "INSERT INTO schema_migrations VALUES ('20250719202752'), ('013')")

    table = read(any_database.url)

    assert texts(table) == ["013", "20250719202752"]
    assert [row.version.key for row in table.rows] == [13, 20250719202752]
    assert table.table == TableName("schema_migrations", "public")
    assert table.database == any_database.name
    assert table.server_version is not None
    assert table.server_version // 10000 in {15, 16, 17, 18}
    assert (table.environment, table.source) == ("default", "postgresql")
    assert table.rows[0].origin.place == f"{any_database.name} public.schema_migrations"
    assert f"127.0.0.1:{any_database.server.port}" in table.place


def test_doubles_in_a_table_without_a_primary_key_are_kept(any_database: Database) -> None:
    any_database.run(BEFORE_5 + "INSERT INTO schema_migrations VALUES ('2'), ('1'), ('2')")

    assert texts(read(any_database.url)) == ["1", "2", "2"]


def test_an_empty_table_gives_no_rows(database: Database) -> None:
    database.run(MODERN)

    assert read(database.url).rows == ()


def test_a_text_that_is_no_version_keeps_its_text(database: Database) -> None:
    database.run(MODERN + "INSERT INTO schema_migrations VALUES ('latest')")

    (row,) = read(database.url).rows

    assert (row.version.key, row.version.text) == (0, "latest")


def test_a_row_without_a_version_is_left_out_with_a_note(database: Database) -> None:
    database.run("CREATE TABLE schema_migrations (version varchar)")
    database.run("INSERT INTO schema_migrations VALUES ('1'), (NULL)")

    table = read(database.url)

    assert texts(table) == ["1"]
    assert table.notes == ("rows left out because their version is NULL: 1",)


def test_a_version_kept_as_a_number_is_read_as_text(database: Database) -> None:
    database.run("CREATE TABLE schema_migrations (version bigint PRIMARY KEY)")
    database.run("INSERT INTO schema_migrations VALUES (20250719202752)")

    assert texts(read(database.url)) == ["20250719202752"]


def test_the_search_path_finds_the_table(database: Database) -> None:
    database.run("CREATE SCHEMA archive; CREATE TABLE archive.schema_migrations (version varchar)")
    database.run("INSERT INTO archive.schema_migrations VALUES ('7')")
    database.run(f"ALTER DATABASE {database.name} SET search_path = nowhere, archive, public")

    table = read(database.url)

    assert table.table == TableName("schema_migrations", "archive")
    assert texts(table) == ["7"]


def test_the_table_option_goes_past_the_search_path(database: Database) -> None:
    database.run(MODERN + 'CREATE SCHEMA "Old App"; CREATE TABLE "Old App"."v 1" (version varchar)')
    database.run("""INSERT INTO "Old App"."v 1" VALUES ('7')""")

    table = read(database.url, TableName("v 1", "Old App"))

    assert texts(table) == ["7"]
    assert table.table == TableName("v 1", "Old App")


@pytest.mark.parametrize("name", ['a"b', "a'b", "a\\b", "a;b", "%s", "{0}", ":a", "ä ö"])
def test_a_hostile_table_name_is_quoted(database: Database, name: str) -> None:
    quoted = name.replace('"', '""')
    database.run(f'CREATE TABLE "{quoted}" AS SELECT 7 AS version')

    assert texts(read(database.url, TableName(name))) == ["7"]


def test_reading_is_read_only_and_signed(database: Database) -> None:
    """The column's cast tells from inside what kind of session reads it."""
    database.run("""
        CREATE TYPE spy AS (x int);
        CREATE FUNCTION watch(spy) RETURNS text LANGUAGE sql AS $$
          SELECT concat_ws(' ', current_setting('transaction_read_only'),
                           current_setting('transaction_isolation'),
                           current_setting('application_name')) $$;
        CREATE CAST (spy AS text) WITH FUNCTION watch(spy);
        CREATE TABLE schema_migrations (version spy);
        INSERT INTO schema_migrations VALUES (ROW(1))""")

    assert texts(read(database.url)) == ["on repeatable read migdoctor"]


# Addresses


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgis"])
def test_the_schemes_of_rails_are_accepted(database: Database, scheme: str) -> None:
    database.run(MODERN)
    url = database.url.replace("postgresql", scheme, 1)

    assert read(url).database == database.name


def test_parameters_that_only_rails_knows_are_left_out(database: Database) -> None:
    database.run(MODERN)
    url = f"{database.url}?pool=5&sslmode=prefer&prepared_statements=false&encoding=utf8"

    assert read(url).database == database.name
    assert read_address(url).parameters["sslmode"] == "prefer"


def test_a_conninfo_string_is_accepted(database: Database) -> None:
    database.run(MODERN)
    conninfo = f"host=127.0.0.1 port={database.server.port} user=postgres dbname='{database.name}'"

    assert read(conninfo).database == database.name


def test_without_an_address_database_url_is_taken(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.run(MODERN)
    monkeypatch.setenv("DATABASE_URL", database.url)

    assert read(None).database == database.name


def test_without_database_url_the_variables_of_libpq_are_taken(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.run(MODERN)
    monkeypatch.setenv("PGHOST", "127.0.0.1")
    monkeypatch.setenv("PGPORT", str(database.server.port))
    monkeypatch.setenv("PGUSER", "postgres")
    monkeypatch.setenv("PGDATABASE", database.name)

    assert read(None).database == database.name


def test_the_service_file_is_taken(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    database.run(MODERN)
    services = tmp_path / "services"
    services.write_text(
        f"[production]\nhost=127.0.0.1\nport={database.server.port}\nuser=postgres\n"
        f"dbname={database.name}\n"
    )
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    monkeypatch.setenv("PGSERVICE", "production")

    assert read(None).database == database.name


def test_a_socket_is_accepted(database: Database) -> None:
    database.run(MODERN)
    server = database.server
    url = f"postgresql://postgres@/{database.name}?host={server.folder}&port={server.port}"

    assert read(url).place.endswith(f"{server.folder}:{server.port}")


def test_a_connection_gives_up_after_ten_seconds_unless_told_otherwise() -> None:
    assert "connect_timeout=10" in read_address("postgres://h/d").conninfo()
    assert "connect_timeout=3" in read_address("postgres://h/d?connect_timeout=3").conninfo()


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="empty"),
        pytest.param("archive_production", id="only a name"),
        pytest.param("postgres://deploy:s3cr%et@db/archive", id="bare percent"),
        pytest.param("postgres://deploy:s3cr@et@db/archive", id="bare at sign"),
        pytest.param("postgres://deploy:s3cr/et@db/archive", id="bare slash"),
        pytest.param("postgres://deploy:s3cr?et@db/archive", id="bare question mark"),
        pytest.param("postgres://deploy:1234?s3cr=et@db/archive", id="question mark and equals"),
        pytest.param("user=deploy password=s3cr et host=db", id="bare blank in a conninfo"),
        pytest.param("dbname=postgres://deploy:s3cret@db/archive", id="address inside dbname"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_quoting_it(url: str) -> None:
    error = refusal(url)

    assert "--database-url" in error.what
    assert "postgresql://" in error.fix or "percent-encoded" in error.fix
    assert not any(piece in str(error) for piece in ("s3cr", "et@", "1234", "deploy"))


def test_another_database_system_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlserver://deploy:geheim@db/archive")

    error = refusal(None)

    assert error.what == "cannot connect to sqlserver databases"
    assert "DATABASE_URL" in error.why
    assert "--rows" in error.fix
    assert "geheim" not in str(error)


def test_a_name_is_no_address_and_one_is_shown() -> None:
    error = refusal("ux_shop")

    assert error.what.endswith("is not the address of a database: ux_shop")
    assert "postgresql://localhost/ux_shop" in error.fix


# What can go wrong


def test_an_unreachable_server_is_named() -> None:
    error = refusal("postgresql://deploy:geheim@127.0.0.1:1/archive_production")

    assert error.what == "no PostgreSQL server answers at 127.0.0.1:1"
    assert "Connection refused" in error.why
    assert "--database-url" in error.fix


def test_an_unknown_host_is_named() -> None:
    error = refusal("postgresql://deploy@db.invalid/archive_production")

    assert error.what == "the host of db.invalid:5432 is not known here"
    assert "--exec" in error.fix


def test_without_any_address_the_error_says_what_was_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGPORT", "1")  # a local server, if there is one, must stay out of this

    error = refusal(None)

    assert error.what == "no PostgreSQL server answers at the local socket, port 1"
    assert "none of --database-url, DATABASE_URL and PGHOST is set" in error.why
    assert "--database-url postgresql://" in error.fix
    assert "sqlite3:FILE" in error.fix  # it may be no PostgreSQL at all
    assert "alembic.ini" in error.fix


def test_a_wrong_password_is_said(any_database: Database) -> None:
    error = refusal(guarded(any_database, "geheim"))

    server = f"127.0.0.1:{any_database.server.port}"
    assert error.what == f"{server} does not accept the password of user guarded"
    assert "PGPASSWORD" in error.fix


def test_a_missing_password_is_said(database: Database) -> None:
    error = refusal(guarded(database))

    assert "asks for the password of user guarded, and none is given" in error.what


def test_the_right_password_opens(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    database.run(MODERN + "GRANT SELECT ON schema_migrations TO guarded")
    monkeypatch.setenv("PGPASSWORD", PASSWORD)

    assert read(guarded(database)).rows == ()
    assert read(guarded(database, "correct%20horse")).rows == ()


def test_a_missing_database_is_named(any_database: Database) -> None:
    error = refusal(any_database.server.url("archive_produktion"))

    assert error.what == (
        f"there is no database archive_produktion on 127.0.0.1:{any_database.server.port}"
    )
    assert "psql -l" in error.fix


def test_an_unknown_user_is_named(database: Database) -> None:
    error = refusal(database.server.url(database.name, user="nobody_here"))

    assert error.what.startswith("there is no user nobody_here on")


def test_a_user_without_connect_is_told(database: Database) -> None:
    database.run(f"REVOKE CONNECT ON DATABASE {database.name} FROM PUBLIC")

    error = refusal(guarded(database, "correct%20horse"))

    assert error.what == f"user guarded may not connect to {database.name}"


def test_a_computer_that_is_not_let_in_is_told(any_database: Database) -> None:
    error = refusal(any_database.server.url(any_database.name, user="rejected"))

    assert "does not let user rejected into" in error.what
    assert "--exec" in error.fix


def test_a_full_database_is_said(database: Database) -> None:
    database.run(f"ALTER DATABASE {database.name} CONNECTION LIMIT 0")

    assert refusal(guarded(database, "correct%20horse")).what.endswith("has no connection left")


def test_a_server_that_does_not_answer_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        error = refusal(f"postgresql://deploy@127.0.0.1:{port}/archive?connect_timeout=2")

    assert error.what == f"127.0.0.1:{port} does not answer in time"


def test_a_database_without_a_version_table_is_one_where_nothing_ran(
    any_database: Database,
) -> None:
    table = read(any_database.url)

    assert (table.rows, table.database) == ((), any_database.name)
    assert "no migration ever ran" in table.notes[0]


def test_a_missing_table_that_was_named_is_an_error(any_database: Database) -> None:
    error = refusal(any_database.url, TableName("schema_migrations"))

    assert error.what == (
        f'{any_database.name} has no table schema_migrations on the search path "$user", public'
    )
    assert "--version-table SCHEMA.NAME" in error.fix


def test_tables_of_that_name_in_other_schemas_are_offered(any_database: Database) -> None:
    any_database.run("""
        CREATE SCHEMA archive; CREATE TABLE archive.schema_migrations (version varchar);
        CREATE SCHEMA "Old App"; CREATE TABLE "Old App".schema_migrations (version varchar)""")

    error = refusal(any_database.url, TableName("schema_migrations"))

    assert error.fix == (
        "pass --version-table 'Old App.schema_migrations' "
        "or --version-table archive.schema_migrations"
    )
    assert read(any_database.url).elsewhere == ("Old App", "archive")


def test_a_missing_table_in_a_named_schema_is_said(database: Database) -> None:
    database.run(MODERN)

    error = refusal(database.url, TableName("schema_migrations", "archive"))

    assert error.what == f"{database.name} has no table archive.schema_migrations"
    assert error.fix == "pass --version-table public.schema_migrations"


@pytest.mark.parametrize(
    ("create", "kind"),
    [
        ("CREATE VIEW schema_migrations AS SELECT '1' AS version", "a view"),
        (
            "CREATE MATERIALIZED VIEW schema_migrations AS SELECT '1' AS version",
            "a materialized view",
        ),
        ("CREATE SEQUENCE schema_migrations", "a sequence"),
        ("CREATE TYPE schema_migrations AS (version text)", "a composite type"),
    ],
)
def test_what_is_no_table_is_refused(database: Database, create: str, kind: str) -> None:
    database.run(create)

    assert refusal(database.url).what == (f"public.schema_migrations in {database.name} is {kind}")


def test_a_table_without_the_column_is_refused(database: Database) -> None:
    database.run("CREATE TABLE schema_migrations (id int, name text)")

    error = refusal(database.url)

    assert error.what == "public.schema_migrations has no column version"
    assert "id, name" in error.why


@pytest.mark.parametrize(
    ("columns", "tool"),
    [
        ("version bigint PRIMARY KEY, dirty boolean NOT NULL", "golang-migrate"),
        ("version bigint PRIMARY KEY, inserted_at timestamp(0)", "Ecto"),
    ],
)
def test_the_table_of_another_tool_is_refused(database: Database, columns: str, tool: str) -> None:
    database.run(f"CREATE TABLE schema_migrations ({columns})")

    assert refusal(database.url).what == (
        f"public.schema_migrations is kept by {tool}, not by rails"
    )


def test_a_table_that_may_not_be_read_is_said(any_database: Database) -> None:
    any_database.run(MODERN)

    error = refusal(guarded(any_database, "correct%20horse"))

    assert error.what == (f"user guarded may not read schema_migrations in {any_database.name}")
    assert "permission denied" in error.why
    assert "GRANT SELECT ON schema_migrations" in error.fix


def test_a_schema_that_may_not_be_entered_is_said(any_database: Database) -> None:
    any_database.run("CREATE SCHEMA inner_room; CREATE TABLE inner_room.schema_migrations ()")
    any_database.run("ALTER TABLE inner_room.schema_migrations ADD version varchar")

    error = refusal(
        guarded(any_database, "correct%20horse"), TableName("schema_migrations", "inner_room")
    )

    assert "permission denied for schema inner_room" in error.why
    assert "GRANT USAGE ON SCHEMA inner_room" in error.fix


def test_rows_hidden_by_row_security_are_an_error_and_not_left_out(database: Database) -> None:
    database.run(MODERN + "INSERT INTO schema_migrations VALUES ('1'), ('2')")
    database.run("ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY")
    database.run("CREATE POLICY half ON schema_migrations USING (version = '1')")
    database.run("GRANT SELECT ON schema_migrations TO guarded")

    assert "row-level security" in refusal(guarded(database, "correct%20horse")).why


def test_a_locked_table_is_an_error_and_no_endless_wait(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.run(MODERN)
    hurried = (*gateway.READING, "SET LOCAL lock_timeout = '100ms'")
    monkeypatch.setattr(gateway, "READING", hurried)

    with psycopg.connect(database.url) as migration:
        migration.execute("LOCK TABLE schema_migrations")
        error = refusal(database.url)

    assert error.what == f"schema_migrations in {database.name} is locked"


# Secrets

SECRET = "p@ss/w%rd"
ESCAPED = "p%40ss%2Fw%25rd"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgresql://deploy:{escaped}@127.0.0.1:1/archive", id="before the host"),
        pytest.param("postgresql://127.0.0.1:1/a?user=u&password={escaped}", id="in the query"),
        pytest.param("postgresql://u:{escaped}@127.0.0.1:1/a?sslmode={escaped}", id="quoted back"),
        pytest.param("host=127.0.0.1 port=1 password='{secret}'", id="in a conninfo"),
        pytest.param("host=127.0.0.1 port=1 password='{secret}' sslmode='{secret}'", id="quoted"),
        pytest.param("postgresql://u:{escaped}@{escaped}.invalid/a", id="in the host"),
        pytest.param("postgresql://u:{secret}@127.0.0.1:1/a", id="not escaped"),
    ],
)
def test_a_password_appears_nowhere(url: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        read(url.format(secret=SECRET, escaped=ESCAPED))

    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert SECRET not in shown
    assert ESCAPED not in shown


def test_a_password_appears_neither_in_the_place_nor_in_an_address(database: Database) -> None:
    database.run(MODERN + "GRANT SELECT ON schema_migrations TO guarded")
    url = guarded(database, "correct%20horse")

    shown = repr(read(url)) + repr(read_address(url)) + str(read_address(url).secrets)

    assert PASSWORD not in shown
    assert "correct%20horse" not in shown


def test_the_embedded_server_is_version_18(postgres18: Server) -> None:
    with postgres18.connect() as connection:
        assert connection.info.server_version // 10000 == 18
