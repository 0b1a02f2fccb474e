"""Applied versions out of lists: one per line, what psql prints, CSV, db:migrate:status."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import RowsError
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.core.version_table import TableName, VersionTable
from analyzer.sources.rows.read_rows_file import read_rows
from tests.support.databases.servers import Database

Write = Callable[[str], Path]
TWO = ["20250101000000", "20250102000000"]


def read(path: Path) -> VersionTable:
    return read_rows(str(path), RAILS, None)


def texts(table: VersionTable) -> list[str]:
    return [row.version.text for row in table.rows]


def refusal(path: Path) -> RowsError:
    with pytest.raises(RowsError) as caught:
        read(path)
    assert caught.value.why
    assert caught.value.fix
    return caught.value


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file and give its path."""

    def written(content: str) -> Path:
        path = tmp_path / "rows"
        path.write_bytes(content.encode())
        return path

    return written


# One a line


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("20250101000000\n20250102000000\n", id="plain"),
        pytest.param("20250101000000\n20250102000000", id="no final line end"),
        pytest.param("20250101000000\r\n20250102000000\r\n", id="CRLF"),
        pytest.param("\ufeff20250101000000\n20250102000000\n", id="byte order mark"),
        pytest.param("  20250101000000 \t\n\n\n 20250102000000\n\n", id="blanks"),
        pytest.param("# production\n20250101000000 # songs\n20250102000000\n", id="comments"),
        pytest.param("version\n20250101000000\n20250102000000\n", id="header"),
        pytest.param('"20250101000000"\n"20250102000000"\n', id="quoted"),
    ],
)
def test_one_version_a_line_is_read(write: Write, text: str) -> None:
    table = read(write(text))

    assert texts(table) == TWO
    assert table.table == TableName("schema_migrations")
    assert (table.database, table.notes) == (None, ())


def test_an_origin_points_to_the_line(write: Write) -> None:
    path = write("# production\n\n20250101000000\n\n20250102000000\n")

    origins = [row.origin for row in read(path).rows]

    assert [origin.line for origin in origins] == [3, 5]
    assert {(origin.place, origin.environment) for origin in origins} == {(str(path), "default")}


def test_doubles_and_the_order_of_the_file_are_kept(write: Write) -> None:
    assert texts(read(write("2\n1\n013\n2\n"))) == ["2", "1", "013", "2"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("20250101000000\noops\n", 2, id="a word"),
        pytest.param("20250101000000\n\n# x\n20250102_create_songs.rb\n", 4, id="a file name"),
        pytest.param("20250101000000 20250102000000\n", 1, id="two a line"),
        pytest.param("20250101000000\r20250102000000\r", 1, id="old line ends"),
        pytest.param("1\n-2\n", 2, id="a sign"),
        pytest.param("1\n٣\n", 2, id="other digits"),
        pytest.param("1\n2,3\n", 2, id="a comma"),
        pytest.param("1\n" + "9" * 70000 + "\n", 2, id="a very long line"),
    ],
)
def test_a_line_that_is_not_understood_is_named(write: Write, text: str, line: int) -> None:
    error = refusal(write(text))

    assert f"line {line} of" in error.what
    assert len(error.what) < 400


@given(st.lists(st.integers(min_value=0).map(str), min_size=1))
def test_every_list_of_numbers_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, versions: list[str]
) -> None:
    path = tmp_path_factory.mktemp("list") / "rows"
    path.write_text("\n".join(versions))

    assert texts(read(path)) == versions


# psql

PSQL_FORMS = {
    "aligned": (),
    "unaligned": ("-A",),
    "tuples only": ("-t",),
    "unaligned, tuples only": ("-A", "-t"),
    "border 0": ("-P", "border=0"),
    "border 2": ("-P", "border=2"),
    "unicode off, wide": ("-P", "linestyle=old-ascii"),
    "CSV": ("--csv",),
    "CSV, tuples only": ("--csv", "-t"),
    "expanded": ("-x",),
    "expanded, border 2": ("-x", "-P", "border=2"),
    "timing": ("-c", "\\timing"),
}
QUERIES = {
    "the column": "SELECT version FROM schema_migrations ORDER BY 1",
    "more columns": "SELECT version, 'a b' AS a, NULL AS b FROM schema_migrations ORDER BY 1",
}


def psql(database: Database, options: tuple[str, ...], query: str) -> str:
    command = [str(database.server.bin / "psql"), "-X", *options, "-c", query, database.url]
    done = subprocess.run(
        command, check=True, capture_output=True, env={**os.environ, "LC_ALL": "C"}
    )
    return done.stdout.decode().removeprefix("Timing is on.\n")


@pytest.fixture
def filled(any_database: Database) -> Database:
    any_database.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
    any_database.run(f"INSERT INTO schema_migrations VALUES ('{TWO[0]}'), ('{TWO[1]}')")
    return any_database


def test_what_psql_prints_is_read_in_every_form(filled: Database, write: Write) -> None:
    for form in PSQL_FORMS.values():
        for query in QUERIES.values():
            if form == PSQL_FORMS["border 0"] and query != QUERIES["the column"]:
                continue  # nothing stands between the columns there
            printed = psql(filled, form, query)
            assert texts(read(write(printed))) == TWO, printed


def test_the_database_is_spared_a_guess_when_two_columns_could_be_the_version(
    filled: Database, write: Write
) -> None:
    query = "SELECT 7 AS id, version FROM schema_migrations"

    assert texts(read(write(psql(filled, ("--csv",), query)))) == TWO
    error = refusal(write(psql(filled, ("--csv", "-t"), query)))
    assert "several columns could be the version" in error.why


def test_an_empty_table_gives_no_rows(database: Database, write: Write) -> None:
    database.run("CREATE TABLE schema_migrations (version varchar)")
    query = QUERIES["the column"]

    assert read(write(psql(database, (), query))).rows == ()
    assert read(write(psql(database, ("-A",), query))).rows == ()


def test_a_list_that_lost_rows_is_known_by_its_count(write: Write) -> None:
    error = refusal(write(" version \n---------\n 1\n 2\n(3 rows)\n"))

    assert "counts 3 rows, but 2 stand before it" in error.what


def test_a_table_without_its_count_is_read_with_a_note(write: Write) -> None:
    table = read(write(" version \n---------\n 1\n 2\n"))

    assert texts(table) == ["1", "2"]
    assert table.notes == (
        "the list does not end with the number of its rows: it may have been cut",
    )


def test_what_follows_the_count_is_not_understood(write: Write) -> None:
    assert "line 5" in refusal(write(" version \n---------\n 1\n(1 row)\n2\n")).what


@pytest.mark.parametrize(
    ("header", "tool"),
    [("version,dirty", "golang-migrate"), ("version,inserted_at", "Ecto")],
)
def test_the_list_of_another_tool_is_refused(write: Write, header: str, tool: str) -> None:
    error = refusal(write(f"{header}\n1,f\n"))

    assert f"is kept by {tool}, not by rails" in error.what


# CSV


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('"version"\n"20250101000000"\n"20250102000000"\n', id="all quoted"),
        pytest.param(
            'id,version,note\n1,20250101000000,"a, b"\n2,20250102000000,"c ""d"""\n',
            id="quoted commas",
        ),
        pytest.param("id;Version\n1;20250101000000\n2;20250102000000\n", id="semicolons"),
        pytest.param("version\tat\n20250101000000\tx\n20250102000000\ty\n", id="tabs"),
        pytest.param("20250101000000,a\n20250102000000,b\n", id="no header"),
    ],
)
def test_csv_is_read(write: Write, text: str) -> None:
    assert texts(read(write(text))) == TWO


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("version,a\n1,x\n2\n", 3, id="a cell missing"),
        pytest.param("version,a\n1,x\n,y\n", 3, id="an empty version"),
        pytest.param('version,a\n1,"x\n', 2, id="an open quote"),
        pytest.param("id,name\n1,x\n", 1, id="no version column"),
    ],
)
def test_csv_that_is_not_understood_is_named(write: Write, text: str, line: int) -> None:
    assert f"line {line} of" in refusal(write(text)).what


# db:migrate:status

STATUS = """
database: archive_production

 Status   Migration ID    Migration Name
--------------------------------------------------
   up     20250101000000  Create songs
   up     20250102000000  ********** NO FILE **********
  down    20250103000000  Create artists

"""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(STATUS, id="as printed"),
        pytest.param(STATUS.replace("\n", "\r\n"), id="CRLF"),
        pytest.param("DEPRECATION WARNING: x is deprecated.\n" + STATUS, id="a warning before"),
        pytest.param(STATUS.replace("Create songs", ""), id="a migration without a name"),
    ],
)
def test_the_status_gives_what_is_up_and_the_database(write: Write, text: str) -> None:
    table = read(write(text))

    assert texts(table) == TWO
    assert table.database == "archive_production"


def test_the_status_points_to_its_lines(write: Write) -> None:
    assert [row.origin.line for row in read(write(STATUS)).rows] == [6, 7]


def test_the_lines_of_a_status_alone_are_read(write: Write) -> None:
    lines = "   up     20250101000000  Create songs\n  down    20250103000000  Create artists\n"

    assert texts(read(write(lines))) == TWO[:1]


def test_a_status_with_nothing_up_gives_no_rows(write: Write) -> None:
    assert read(write(STATUS.replace("   up ", "  down"))).rows == ()


def test_a_status_says_that_short_versions_are_padded(write: Write) -> None:
    table = read(write(STATUS.replace("20250101000000", "013           ")))

    assert table.rows[0].version.key == 13
    assert table.notes == ("db:migrate:status writes 13 as 013: the database may hold either",)


def test_a_status_of_several_databases_is_refused(write: Write) -> None:
    error = refusal(write(STATUS + STATUS.replace("archive", "jukebox")))

    assert "archive_production, jukebox_production" in error.what
    assert "db:migrate:status:NAME" in error.fix


def test_a_status_line_that_is_not_understood_is_named(write: Write) -> None:
    assert "line 8 of" in refusal(write(STATUS.replace("  down ", " maybe "))).what


def test_a_status_that_lists_nothing_is_an_error(write: Write) -> None:
    assert "lists nothing" in refusal(write(STATUS[: STATUS.index("   up")])).what
