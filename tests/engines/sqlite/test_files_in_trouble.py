"""Files that something happened to, or with odd names: what is printed helps when it is typed."""

import re
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from analyzer.operations.backup.backup import backup_name
from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.sqlite_files import SqliteDatabase
from tests.support.histories.repositories import Repo

V1 = "20250101000000"
CONTENT = (
    "CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY);"
    f"INSERT INTO schema_migrations VALUES ('{V1}');"
    "CREATE TABLE songs (id integer PRIMARY KEY, title varchar);"
    "INSERT INTO songs (title) VALUES ('a');"
)
CUT_OFF = """if True:
    import os, sqlite3, sys
    it = sqlite3.connect(sys.argv[1], isolation_level=None)
    it.execute("PRAGMA cache_size = 1")
    it.execute("BEGIN IMMEDIATE")
    it.executemany("INSERT INTO songs (title) VALUES (?)", [("x" * 3000,)] * 200)
    os._exit(9)
"""


@pytest.fixture
def repo(tmp_path) -> Repo:
    repo = Repo.make(tmp_path / "app")
    repo.add(f"{V1}_create_songs.rb", "CreateSongs", "create_table(:songs) { |t| t.string :title }")
    repo.commit()
    return repo


def test_a_transaction_that_was_cut_off_is_taken_back_by_the_command_that_is_printed(
    repo, tmp_path
):
    database = SqliteDatabase(tmp_path / "it's.sqlite3")
    database.run(CONTENT)
    subprocess.run([sys.executable, "-c", CUT_OFF, str(database.path)], check=False)

    refused = migdoctor(repo.path, "diagnose", "--database-url", f"sqlite3:{database.path}")
    typed = re.search(r"account: (sqlite3 .*?);", refused.err)

    assert refused.status == 2
    assert typed is not None
    subprocess.run(["sh", "-c", typed[1]], check=True, capture_output=True)
    assert (
        migdoctor(repo.path, "diagnose", "--database-url", f"sqlite3:{database.path}").status == 0
    )


def test_without_a_version_table_there_is_nothing_to_rehearse(repo, tmp_path):
    sqlite3.connect(tmp_path / "new.sqlite3").executescript("VACUUM").connection.close()

    done = migdoctor(repo.path, "rehearse", "--database-url", f"sqlite3:{tmp_path}/new.sqlite3")

    assert done.status == 2
    assert "there is no table schema_migrations in" in done.err
    assert "server/files" not in done.err


@pytest.mark.parametrize("name", ["-x.sqlite3", ".hidden", "db/--form", "a b"])
def test_the_folder_of_a_backup_is_no_option_and_not_hidden(name):
    assert re.match(r"\w", backup_name(name, datetime(2026, 1, 1, tzinfo=UTC)))
