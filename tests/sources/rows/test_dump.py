"""Applied versions out of SQL scripts: real dumps of real servers, and structure.sql."""

import gzip
import io
import itertools
import subprocess
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg import sql

from analyzer.engines.postgresql.access.version_table_reading import read_version_table
from analyzer.engines.registry import open_gateway
from analyzer.errors import RowsError
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.core.version_table import TableName, VersionTable
from analyzer.sources.rows.read_rows_file import read_rows
from tests.support.databases.servers import Database

FORMS = {
    "default": (),
    "inserts": ("--inserts",),
    "column inserts, three a statement": ("--column-inserts", "--rows-per-insert=3"),
    "inserts, three a statement": ("--rows-per-insert=3",),
    "data only": ("--data-only", "--table=schema_migrations"),
    "data only, inserts": ("--data-only", "--inserts", "--table=schema_migrations"),
    "create and clean": ("--create", "--clean", "--if-exists"),
    "on conflict": ("--inserts", "--on-conflict-do-nothing"),
    "quoted names": ("--quote-all-identifiers",),
}
any_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)

Write = Callable[[str | bytes], Path]

MODERN = "CREATE TABLE schema_migrations (version character varying NOT NULL PRIMARY KEY);"
DECOYS = r"""
CREATE SCHEMA "old app";
CREATE TABLE songs (id int, "COPY" text);
INSERT INTO songs VALUES
  (1, E'\nCOPY public.schema_migrations (version) FROM stdin;\n666\n\\.\n'),
  (2, E'\'); INSERT INTO public.schema_migrations (version) VALUES (''666'');\n--'),
  (3, E'\\.'), (4, E'\\\\.\n\\.'), (5, '$$'), (6, '/* -- " '' '), (7, E'a\tb');
CREATE TABLE "schema_migrations;" (version varchar);
INSERT INTO "schema_migrations;" VALUES ('666');
CREATE TABLE "my schema_migrations" (version varchar);
INSERT INTO "my schema_migrations" VALUES ('666');
CREATE TABLE "Schema_Migrations" (version varchar);
INSERT INTO "Schema_Migrations" VALUES ('666');
CREATE FUNCTION body() RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
  INSERT INTO public.schema_migrations (version) VALUES ('666');
/*
COPY public.schema_migrations (version) FROM stdin;
666
\.
*/
END $body$;
CREATE FUNCTION atomic() RETURNS void LANGUAGE sql BEGIN ATOMIC
  SELECT CASE WHEN true THEN 1 END;
  INSERT INTO public.schema_migrations (version) VALUES ('666');
END;
CREATE RULE twice AS ON INSERT TO songs DO ALSO (
  INSERT INTO public.schema_migrations (version) VALUES ('666');
  INSERT INTO public.schema_migrations (version) VALUES ('667'));
COMMENT ON TABLE songs IS E'x\n-- Data for Name: schema_migrations; Type: TABLE DATA; Schema: x; Owner: y\n';
CREATE VIEW zebra AS SELECT '''; INSERT INTO schema_migrations VALUES (''666'');' AS "a;b""c";
"""  # noqa: E501  a comment of pg_dump's own shape


def read(path: Path, table: TableName | None = None) -> VersionTable:
    return read_rows(str(path), RAILS, table)


def texts(table: VersionTable) -> list[str]:
    return [row.version.text for row in table.rows]


def refusal(path: Path, table: TableName | None = None) -> RowsError:
    with pytest.raises(RowsError) as caught:
        read(path, table)
    assert caught.value.why
    assert caught.value.fix
    return caught.value


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Write a file and give its path."""

    def written(content: str | bytes) -> Path:
        path = tmp_path / "rows"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


# pg_dump


@any_form
def test_every_form_of_dump_holds_what_the_database_holds(
    any_database: Database, form: tuple[str, ...], write: Write
) -> None:
    any_database.run(MODERN + DECOYS)
    any_database.run("INSERT INTO schema_migrations SELECT generate_series(20250101, 20250107)")

    table = read(write(any_database.dump(*form)))

    assert texts(table) == [str(number) for number in range(20250101, 20250108)]
    assert table.table == TableName("schema_migrations", "public")
    assert table.source == "rows"
    with any_database.server.connect() as connection:
        assert table.server_version == connection.info.server_version


def test_an_origin_points_to_the_line(database: Database, write: Write) -> None:
    database.run(
        MODERN + DECOYS + "INSERT INTO schema_migrations VALUES ('20250101'), ('20250102')"
    )

    for form in FORMS.values():
        path = write(database.dump(*form))
        lines = path.read_text().split("\n")
        for row in read(path).rows:
            assert row.origin.place == str(path)
            assert row.origin.line is not None
            assert row.version.text in lines[row.origin.line - 1]


@any_form
def test_hostile_texts_survive_every_form(
    database: Database, form: tuple[str, ...], write: Write
) -> None:
    hostile = ["a\tb", "a\nb", "a\\b", "\\N", "\\.", "a'b", 'a"b', "a;b", "--", "/*", "$$", "ü", ""]
    hostile += ["\b\f\r\v", "E'\\'", "\\x41", "\\101", "1,2", "(1)", "x" * 2000]
    database.run(MODERN)
    with database.connect() as connection:
        for text in hostile:
            connection.execute("INSERT INTO schema_migrations VALUES (%s)", [text])

    assert sorted(texts(read(write(database.dump(*form))))) == sorted(hostile)


def test_an_honest_empty_table_gives_no_rows(any_database: Database, write: Write) -> None:
    any_database.run(MODERN)

    for form in FORMS.values():
        table = read(write(any_database.dump(*form)))
        assert table.rows == ()
        assert table.table == TableName("schema_migrations", "public")


def test_doubles_are_kept(database: Database, write: Write) -> None:
    database.run("CREATE TABLE schema_migrations (version varchar NOT NULL)")
    database.run("INSERT INTO schema_migrations VALUES ('2'), ('1'), ('2')")

    for form in FORMS.values():
        assert texts(read(write(database.dump(*form)))) == ["2", "1", "2"]


def test_a_gzip_is_known_by_its_content_and_not_by_its_name(
    any_database: Database, write: Write
) -> None:
    any_database.run(MODERN + "INSERT INTO schema_migrations VALUES ('1')")

    assert texts(read(write(any_database.dump("--compress=6")))) == ["1"]
    assert texts(read(write(gzip.compress(any_database.dump())))) == ["1"]


def test_a_dump_is_read_from_standard_input(database: Database) -> None:
    database.run(MODERN + "INSERT INTO schema_migrations VALUES ('1')")

    table = read_rows("-", RAILS, None, "production", stdin=io.BytesIO(database.dump()))

    assert texts(table) == ["1"]
    assert (table.environment, table.place) == ("production", "standard input")


def test_a_dump_is_read_from_a_pipe(database: Database) -> None:
    database.run(MODERN + DECOYS + "INSERT INTO schema_migrations VALUES ('1')")
    command = [str(database.server.bin / "pg_dump"), "--compress=1", "--dbname", database.url]

    with subprocess.Popen(command, stdout=subprocess.PIPE) as dumping:
        assert dumping.stdout is not None
        assert texts(read_rows("-", RAILS, None, stdin=dumping.stdout)) == ["1"]


def test_two_schemas_with_the_table_are_both_named(database: Database, write: Write) -> None:
    database.run(MODERN + "INSERT INTO schema_migrations VALUES ('1')")
    database.run('CREATE SCHEMA "Tenant"; CREATE TABLE "Tenant".schema_migrations (version text)')
    database.run("""INSERT INTO "Tenant".schema_migrations VALUES ('2')""")

    for form in FORMS.values():
        everywhere = (option.replace("--table=", "--table=*.") for option in form)
        path = write(database.dump(*everywhere))
        assert refusal(path).fix == (
            "pass --version-table Tenant.schema_migrations "
            "or --version-table public.schema_migrations"
        )
        assert texts(read(path, TableName("schema_migrations", "Tenant"))) == ["2"]
        assert texts(read(path, TableName("schema_migrations", "public"))) == ["1"]


@pytest.mark.parametrize("name", ['a"b', "a'b", "a\\b", "a;b", "--", "(a", "Ä ö", "$$"])
@pytest.mark.parametrize("form", [(), ("--inserts",)], ids=["copy", "inserts"])
def test_a_table_of_any_name_is_found(
    database: Database, form: tuple[str, ...], name: str, write: Write
) -> None:
    quoted = sql.Identifier(name).as_string(None)
    database.run(MODERN + DECOYS + f"CREATE TABLE {quoted} (version text)")
    database.run(f"INSERT INTO {quoted} VALUES ('1')")

    assert texts(read(write(database.dump(*form)), TableName(name))) == ["1"]


def test_the_version_is_found_among_other_columns(database: Database, write: Write) -> None:
    database.run("CREATE TABLE schema_migrations (id serial, version text, at date)")
    database.run("INSERT INTO schema_migrations (version) VALUES ('20250101')")

    for form in ((), ("--inserts",), ("--column-inserts",), ("--data-only", "--column-inserts")):
        assert texts(read(write(database.dump(*form)))) == ["20250101"]
    error = refusal(write(database.dump("--data-only", "--inserts")))
    assert "does not name its columns" in error.what
    assert "--column-inserts" in error.fix


def test_the_database_is_named_where_the_dump_names_it(
    any_database: Database, write: Write
) -> None:
    any_database.run(MODERN)

    assert read(write(any_database.dump("--create"))).database == any_database.name
    assert read(write(any_database.dump())).database is None


def test_a_dump_of_the_whole_server_with_two_such_databases_is_refused(
    write: Write,
) -> None:
    both = "".join(
        f"\\connect {name}\nCOPY public.schema_migrations (version) FROM stdin;\n1\n\\.\n"
        for name in ("archive", "-reuse-previous=on \"dbname='juke box'\"")
    )

    assert refusal(write(both)).what.endswith(
        "holds public.schema_migrations of database archive and "
        "public.schema_migrations of database juke box"
    )


def test_other_data_is_passed_over_in_little_memory(database: Database, write: Write) -> None:
    """20 MB of it, half in one value."""
    database.run(MODERN + "CREATE TABLE songs (a int, b text)")
    database.run("INSERT INTO schema_migrations VALUES ('20250101')")
    database.run("INSERT INTO songs SELECT 1, repeat(md5('x'), 320000)")
    database.run("INSERT INTO songs SELECT n, repeat('x', 960) FROM generate_series(1, 10000) n")

    for form in ((), ("--inserts",), ("--rows-per-insert=1000",)):
        path = write(database.dump(*form))
        tracemalloc.start()
        assert texts(read(path)) == ["20250101"]
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
        tracemalloc.stop()


def test_a_dump_is_read_the_same_wherever_its_chunks_end(
    database: Database, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.run(MODERN + DECOYS + "INSERT INTO schema_migrations VALUES ('1')")
    monkeypatch.setattr("analyzer.sources.files.buffered_reader.LOOKAHEAD", 160)

    for form, size in itertools.product(FORMS.values(), (1, 7, 129, 1000)):
        monkeypatch.setattr("analyzer.sources.rows.open_rows_file._CHUNK", size)
        assert texts(read(write(database.dump(*form)))) == ["1"]


# structure.sql

HEAD = """\
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.schema_migrations (
    version character varying NOT NULL
);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
--
-- PostgreSQL database dump complete
--

SET search_path TO "$user", public;

"""
STRUCTURES = {
    "4.2": "INSERT INTO schema_migrations (version) VALUES ('20250101');\n\n"
    "INSERT INTO schema_migrations (version) VALUES ('20250102');\n\n",
    "5.0": "INSERT INTO schema_migrations (version) VALUES ('20250101'), ('20250102');\n\n",
    "5.2 to 7.0": 'INSERT INTO "schema_migrations" (version) VALUES\n'
    "('20250101'),\n('20250102');\n\n\n",
    "7.1 and later": 'INSERT INTO "schema_migrations" (version) VALUES\n'
    "('20250102'),\n('20250101');\n\n",
}


@pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_structure_sql_of_every_rails_is_read(write: Write, structure: str, line_end: str) -> None:
    table = read(write((HEAD + structure).replace("\n", line_end)))

    assert sorted(texts(table)) == ["20250101", "20250102"]
    assert table.table == TableName("schema_migrations", "public")


def test_a_search_path_tells_the_schema_of_an_unqualified_name(write: Write) -> None:
    script = (
        "SET search_path = archive, pg_catalog;\n"
        "COPY schema_migrations (version) FROM stdin;\n1\n\\.\n"
    )

    assert read(write(script)).table == TableName("schema_migrations", "archive")


def test_a_script_without_schemas_serves_any_schema(write: Write) -> None:
    script = "INSERT INTO schema_migrations VALUES ('1');"

    assert read(write(script)).table == TableName("schema_migrations")
    assert texts(read(write(script), TableName("schema_migrations", "archive"))) == ["1"]


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"], ids=["CRLF", "LF"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_dump_may_have_other_line_ends_and_encodings(
    database: Database, write: Write, line_end: bytes, encoding: str
) -> None:
    database.run(MODERN + "CREATE TABLE a (t text); INSERT INTO a VALUES ('ü'), ('b')")
    database.run("INSERT INTO schema_migrations VALUES ('1'), ('2')")
    script = database.dump().replace(b"\n", line_end).decode()

    assert texts(read(write(script.encode(encoding)))) == ["1", "2"]


def test_a_dump_in_an_old_encoding_is_read(database: Database, write: Write) -> None:
    database.run(MODERN + "CREATE TABLE a (t text); INSERT INTO a VALUES ('ü')")
    database.run("INSERT INTO schema_migrations VALUES ('1')")

    assert texts(read(write(database.dump("--encoding=LATIN1")))) == ["1"]


def test_null_is_left_out_with_a_note(database: Database, write: Write) -> None:
    database.run("CREATE TABLE schema_migrations (version text)")
    database.run("INSERT INTO schema_migrations VALUES ('1'), (NULL)")

    for form in FORMS.values():
        table = read(write(database.dump(*form)))
        assert texts(table) == ["1"]
        assert table.notes == ("rows left out because their version is NULL: 1",)


# What can go wrong


@pytest.mark.parametrize("form", [(), ("--inserts",), ("--rows-per-insert=1000",)], ids=str)
def test_a_dump_that_was_cut_off_anywhere_is_an_error(
    database: Database, form: tuple[str, ...], write: Write
) -> None:
    database.run(MODERN + DECOYS)
    database.run("INSERT INTO schema_migrations VALUES ('1'), ('2')")
    script = database.dump(*form)
    end = script.index(b"-- PostgreSQL database dump complete")
    begin = script.index(b"-- PostgreSQL database dump") + len("-- PostgreSQL database dump\n")

    for cut in range(begin, end, 41):
        assert "was cut off" in refusal(write(script[:cut])).why, script[:cut][-80:]


def test_a_cut_copy_says_where_it_begins(write: Write) -> None:
    error = refusal(write("\nSET a = b;\nCOPY schema_migrations (version) FROM stdin;\n1\n"))

    assert error.what.endswith("ends in the middle of a table's data (COPY) that begins on line 3")


def test_a_cut_insert_is_an_error(write: Write) -> None:
    script = "INSERT INTO \"schema_migrations\" (version) VALUES\n('1'),\n"

    assert "ends in the middle of a statement" in refusal(write(script)).what


def test_a_dump_of_the_schema_only_is_no_empty_table(database: Database, write: Write) -> None:
    database.run(MODERN + "INSERT INTO schema_migrations VALUES ('1')")

    error = refusal(write(database.dump("--schema-only")))

    assert error.what.endswith("holds the table public.schema_migrations, but not its rows")
    assert "pg_dump --data-only --table=schema_migrations" in error.fix


def test_a_dump_without_the_table_is_an_error(database: Database, write: Write) -> None:
    database.run("CREATE TABLE songs (id int)")

    assert refusal(write(database.dump())).what.endswith("holds no table schema_migrations")


def test_a_table_in_another_schema_is_offered(database: Database, write: Write) -> None:
    database.run(MODERN)

    error = refusal(write(database.dump()), TableName("schema_migrations", "archive"))

    assert error.fix == "pass --version-table public.schema_migrations"


@pytest.mark.parametrize(
    ("columns", "tool"),
    [
        ("version bigint, dirty boolean", "golang-migrate"),
        ("version bigint, inserted_at timestamp", "Ecto"),
    ],
)
def test_the_table_of_another_tool_is_refused(
    database: Database, columns: str, tool: str, write: Write
) -> None:
    database.run(f"CREATE TABLE schema_migrations ({columns})")
    database.run("INSERT INTO schema_migrations VALUES (1)")

    for name, form in FORMS.items():
        expected = f"is kept by {tool}, not by rails"
        if name == "data only, inserts":
            expected = "does not name its columns"
        assert expected in refusal(write(database.dump(*form))).what


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("INSERT INTO schema_migrations SELECT 1;", id="select"),
        pytest.param("INSERT INTO schema_migrations (version) VALUES (now()::text);", id="call"),
        pytest.param("INSERT INTO schema_migrations VALUES ('1' || '2');", id="operator"),
        pytest.param("INSERT INTO schema_migrations VALUES ('1', '2');", id="unnamed columns"),
        pytest.param("INSERT INTO schema_migrations DEFAULT VALUES;", id="default"),
        pytest.param("COPY schema_migrations FROM stdin WITH CSV;\n1\n\\.\n", id="CSV in COPY"),
        pytest.param("COPY schema_migrations (version) FROM stdin;\n1\t2\n\\.\n", id="two cells"),
    ],
)
def test_what_only_a_server_could_follow_is_refused(write: Write, script: str) -> None:
    assert "line" in refusal(write(script)).what


@pytest.mark.parametrize("form", ["custom", "tar", "directory"])
def test_a_dump_that_is_no_text_comes_with_the_command_that_makes_it_one(
    any_database: Database, form: str, tmp_path: Path
) -> None:
    any_database.run(MODERN + "INSERT INTO schema_migrations VALUES ('1')")
    dump = tmp_path / "dump"
    any_database.dump(f"--format={form}", f"--file={dump}")

    error = refusal(dump)

    assert f"{form} format" in error.what
    command = error.fix.split("`")[1].replace("DUMP", str(dump)).split()
    command[0] = str(any_database.server.bin / command[0])
    subprocess.run(command, check=True, cwd=tmp_path)
    assert texts(read(tmp_path / "rows.sql")) == ["1"]


def test_what_a_dump_holds_is_what_the_database_holds(any_database: Database, write: Write) -> None:
    any_database.run(MODERN + "INSERT INTO schema_migrations VALUES ('013'), ('20250101')")

    direct = read_version_table(open_gateway(any_database.url), None, RAILS)
    dumped = read(write(any_database.dump()))

    assert [row.version for row in dumped.rows] == [row.version for row in direct.rows]
    assert (dumped.table, dumped.server_version) == (direct.table, direct.server_version)
