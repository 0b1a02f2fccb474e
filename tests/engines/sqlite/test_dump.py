"""Rows out of what the sqlite3 client's .dump writes."""

import gzip
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from analyzer.errors import RowsError
from analyzer.frameworks.registry import framework
from analyzer.sources.rows.read_rows_file import read_rows

RAILS = framework("rails")


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.executescript(
            "CREATE TABLE notes (text text); INSERT INTO notes VALUES ('it''s;\nCOMMIT;');"
            'CREATE TABLE schema_migrations ("version" varchar NOT NULL PRIMARY KEY);'
            "INSERT INTO schema_migrations VALUES ('20240101000000'), ('007'), ('x''y');"
            "CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM notes; END;"
        )
    text = subprocess.run(
        ["sqlite3", str(tmp_path / "x.db"), ".dump"], capture_output=True, check=True
    ).stdout
    (tmp_path / "dump.sql").write_bytes(text)
    return tmp_path / "dump.sql"


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_the_rows_of_a_dump_are_read(dump, packed):
    if packed:
        dump.write_bytes(gzip.compress(dump.read_bytes()))
    table = read_rows(str(dump), RAILS, None)

    assert [row.version.text for row in table.rows] == ["20240101000000", "007", "x'y"]


def test_a_dump_that_was_cut_off_is_refused(dump):
    whole = dump.read_bytes()
    dump.write_bytes(whole[: whole.index(b"CREATE TRIGGER")])

    with pytest.raises(RowsError, match="does not end with COMMIT"):
        read_rows(str(dump), RAILS, None)
