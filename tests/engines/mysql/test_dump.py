"""Rows out of what mariadb-dump writes, in each of its forms."""

import gzip
import subprocess
from pathlib import Path

import pytest

from analyzer.errors import RowsError
from analyzer.frameworks.registry import framework
from analyzer.sources.rows.read_rows_file import read_rows

RAILS = framework("rails")
SCHEMA = (
    "CREATE TABLE notes (text text);\n"
    "INSERT INTO notes VALUES ('it''s;\n-- Dump completed'), ('INSERT INTO `schema_migrations`');\n"
    "CREATE TABLE schema_migrations (version varchar(255) NOT NULL PRIMARY KEY);\n"
    "INSERT INTO schema_migrations VALUES ('20240101000000'), ('007'), "
    "('a''b'), (CONCAT('c', CHAR(92), 'd'))"
)
PROGRAM = (
    "CREATE PROCEDURE p() BEGIN\nINSERT INTO `schema_migrations` VALUES ('9');\n"
    "INSERT INTO `schema_migrations` VALUES ('10');\nEND"
)
ROWS = ["007", "20240101000000", "a'b", "c\\d"]
FORMS = {
    "as it is": (),
    "a row a statement": ("--skip-extended-insert",),
    "columns named": ("--complete-insert", "--routines"),
    "compact": ("--compact",),
    "replace": ("--replace", "--skip-comments"),
    "ansi": ("--skip-quote-names", "--insert-ignore"),
    "hex": ("--hex-blob", "--single-transaction"),
    "rows alone": ("--no-create-info", "--skip-lock-tables"),
}


@pytest.fixture(scope="module")
def database(mariadb):
    from tests.support.databases.mysql_servers import fresh_mysql

    with fresh_mysql(mariadb) as fresh:
        fresh.run(SCHEMA.replace(";\n-- Dump", "; -- Dump"))
        fresh.run(PROGRAM.replace(";\n", "; "))
        yield fresh


def dump(database, path: Path, *options: str) -> Path:
    command = ["mariadb-dump", "-uroot", "-S", str(database.server.socket), *options]
    text = subprocess.run([*command, database.name], capture_output=True, check=True).stdout
    path.write_bytes(text)
    return path


def read(path: Path) -> list[str]:
    return sorted(row.version.text for row in read_rows(str(path), RAILS, None).rows)


@pytest.mark.parametrize("form", FORMS)
def test_the_rows_of_a_dump_are_read(database, tmp_path, form):
    path = dump(database, tmp_path / "dump.sql", *FORMS[form])

    assert read(path) == ROWS
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert read(path) == ROWS


def test_a_binary_version_is_read_in_hexadecimal_digits(mysql_database, tmp_path):
    mysql_database.run("CREATE TABLE schema_migrations (version varbinary(99) PRIMARY KEY)")
    mysql_database.run("INSERT INTO schema_migrations VALUES ('20240101000000')")

    for options in ((), ("--hex-blob",)):
        path = dump(mysql_database, tmp_path / "dump.sql", *options)
        assert read(path) == ["20240101000000"]


def test_a_dump_that_was_cut_off_is_refused(database, tmp_path):
    path = dump(database, tmp_path / "dump.sql")
    whole = path.read_bytes()
    rows = whole.index(b"INSERT INTO `schema_migrations`")
    for end in (rows + 50, rows - 200, whole.index(b"-- Dump completed on")):
        path.write_bytes(whole[:end])
        with pytest.raises(RowsError, match="does not end with"):
            read_rows(str(path), RAILS, None)
