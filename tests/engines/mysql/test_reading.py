"""A MariaDB database is read through either transport, and never written to."""

import pytest

from analyzer.engines.registry import engine, engine_of_address, open_gateway
from analyzer.errors import AnalyzerError, DatabaseError, EnvironmentToolError
from analyzer.frameworks.registry import framework
from analyzer.model.core.version_table import TableName
from analyzer.model.schema.schema import Column, ForeignKey, Index, NamedObject, SqlText
from tests.support.databases.mysql_servers import fresh_mysql

RAILS = framework("rails")
MYSQL = engine("mysql")
EITHER = pytest.mark.parametrize("prefix", [(), ("env",)], ids=["driver", "client"])
ROWS = ["013", "20240102000000", "9", "NULL", "a\tb\\n"]
SCHEMA = """
CREATE TABLE schema_migrations (version varchar(255) NOT NULL PRIMARY KEY);
INSERT INTO schema_migrations VALUES
  ('20240102000000'), ('9'), ('013'), ('NULL'), (CONVERT(X'6109625C6E' USING utf8mb4));
CREATE TABLE artists (id bigint AUTO_INCREMENT PRIMARY KEY, name varchar(20));
CREATE TABLE songs (id bigint AUTO_INCREMENT PRIMARY KEY,
  title varchar(255) NOT NULL DEFAULT 'it''s', price decimal(10,2) DEFAULT 1.5,
  hit tinyint(1) DEFAULT 1, plays int(11) unsigned, body mediumtext,
  made_at datetime(6) NOT NULL DEFAULT current_timestamp(6), artist_id bigint,
  KEY by_title (title, id), UNIQUE KEY by_artist (artist_id, title),
  CONSTRAINT fk_rails_1 FOREIGN KEY (artist_id) REFERENCES artists (id) ON DELETE CASCADE);
INSERT INTO songs (title) VALUES ('a');
CREATE VIEW hits AS SELECT * FROM songs
"""


@pytest.fixture(scope="module")
def database(mariadb):
    with fresh_mysql(mariadb) as fresh:
        fresh.run(SCHEMA)
        yield fresh


@EITHER
def test_rows_are_read_as_they_are_stored(database, prefix):
    table = MYSQL.catalog.read_version_table(open_gateway(database.url, prefix), None, RAILS)

    assert [row.version.text for row in table.rows] == ROWS
    assert (table.source, table.database) == ("mysql", database.name)
    assert table.server_version
    assert table.server_version >= 100_000


@EITHER
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("autocommit", "0"),
        ("sql_select_limit", "1"),
        ("sql_mode", "'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'"),
        ("group_concat_max_len", "4"),
    ],
)
def test_what_a_server_is_set_to_changes_nothing_of_what_is_read(database, prefix, name, value):
    ((before,),) = database.run(f"SELECT @@global.{name}")
    database.run(f"SET GLOBAL {name} = {value}")
    try:
        with open_gateway(database.url, prefix).session() as session:
            found = session.column("SELECT version AS v FROM schema_migrations ORDER BY version")
            way = session.column("SELECT @@autocommit AS way")
    finally:
        old = f"'{before}'" if isinstance(before, str) else before
        database.run(f"SET GLOBAL {name} = {old}")

    assert len(found) == len(ROWS)
    assert [str(it) for it in way] == ["1"]


@EITHER
def test_the_catalogue_says_what_is_there(database, prefix):
    live = MYSQL.catalog.read_live_database(open_gateway(database.url, prefix), None, RAILS)

    assert live.catalog is not None
    songs = live.catalog.schema.tables["songs"]
    assert songs.primary_key == ("id",)
    assert songs.columns == (
        Column("id", "bigint", null=False),
        Column("title", "string", null=False, default="it's", limit=255),
        Column("price", "decimal", default=1.5, precision=10, scale=2),
        Column("hit", "boolean", default=True),
        Column("plays", "unsigned_integer"),
        Column("body", "text", limit=16_777_215),
        Column(
            "made_at", "datetime", null=False, default=SqlText("current_timestamp(6)"), precision=6
        ),
        Column("artist_id", "bigint"),
    )
    assert songs.indexes == (
        Index("by_artist", ("artist_id", "title"), unique=True),
        Index("by_title", ("title", "id")),
    )
    assert songs.foreign_keys == (
        ForeignKey("fk_rails_1", ("artist_id",), "artists", (), "cascade"),
    )
    assert live.catalog.schema.others == {NamedObject("view", "hits")}
    assert live.catalog.sizes["artists"].empty
    assert not live.catalog.sizes["songs"].empty


@EITHER
def test_a_server_that_asks_for_a_file_of_this_computer_gets_none(mysql_database, tmp_path, prefix):
    (tmp_path / "secret").write_text("a secret\n")
    mysql_database.run("CREATE TABLE t (line text)")
    mysql_database.run("SET GLOBAL local_infile = 1")
    session = open_gateway(mysql_database.url, prefix).session()
    with session, pytest.raises(DatabaseError):
        session.run(f"LOAD DATA LOCAL INFILE '{tmp_path}/secret' INTO TABLE t")

    assert mysql_database.run("SELECT count(*) FROM t") == [(0,)]


@EITHER
def test_the_server_itself_refuses_to_write(database, prefix):
    with (
        pytest.raises(DatabaseError) as refused,
        open_gateway(database.url, prefix).reading() as it,
    ):
        it.run("DELETE FROM schema_migrations")

    assert "READ ONLY" in refused.value.why
    assert len(database.run("SELECT * FROM schema_migrations")) == len(ROWS)


@EITHER
@pytest.mark.parametrize(
    ("table", "said"),
    [
        (TableName("nowhere"), "has no table nowhere"),
        (TableName("hits"), "hits is a view"),
        (TableName("songs"), "songs"),
    ],
)
def test_what_is_no_version_table_is_refused(database, prefix, table, said):
    with pytest.raises(AnalyzerError, match=said):
        MYSQL.catalog.read_version_table(open_gateway(database.url, prefix), table, RAILS)


@EITHER
def test_what_is_not_there_is_told(database, prefix):
    gone = open_gateway(database.url.replace(database.name, "nowhere"), prefix)

    with pytest.raises(DatabaseError, match="there is no database nowhere"):
        MYSQL.catalog.read_version_table(gone, None, RAILS)


def test_a_database_without_a_version_table_is_one_where_nothing_ran(mysql_database):
    table = MYSQL.catalog.read_version_table(open_gateway(mysql_database.url), None, RAILS)

    assert table.rows == ()
    assert "no migration ever ran" in table.notes[0]


def test_a_prefix_that_is_not_there_is_told(database):
    gateway = open_gateway(database.url, ("/nowhere/at-all",))

    with pytest.raises(EnvironmentToolError, match="does not start"):
        MYSQL.catalog.read_version_table(gateway, None, RAILS)


@pytest.mark.parametrize("scheme", ["mysql", "mysql2", "trilogy", "mariadb", "MySQL2"])
def test_each_scheme_is_this_engines(scheme):
    assert engine_of_address(f"{scheme}://user@host/songs") is MYSQL


SECRET = "mysql2://me:geheim@host:3307/songs?encoding=utf8mb4"


def test_a_password_is_shown_nowhere():
    access = MYSQL.access

    assert access.has_password(SECRET)
    assert access.public_address(SECRET) == "mysql2://me@host:3307/songs?encoding=utf8mb4"
    assert access.client_address(SECRET) == "-h host -P 3307 -u me songs"
    assert "geheim" not in repr(open_gateway(SECRET).call.command())
    assert open_gateway(SECRET).call.environment()["MYSQL_PWD"] == "geheim"


@pytest.mark.parametrize("url", ["mysql2://host", "mysql2://host/", "mysql2://host:x/songs"])
def test_an_address_that_names_no_database_is_refused(url):
    with pytest.raises(DatabaseError, match="cannot be read"):
        open_gateway(url)


def test_a_command_can_be_typed_as_it_stands():
    address = "'-S /run/it -u me songs'"

    assert (
        MYSQL.access.file_command("fix.sql", address) == "mariadb -S /run/it -u me songs < fix.sql"
    )
    assert MYSQL.access.file_command("fix.sql") == "mariadb DATABASE < fix.sql"
