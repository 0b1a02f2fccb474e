"""``check --staged`` names the file that has the answer and is not staged yet."""

import subprocess

import pytest

from tests.support.commands.gates import ALBUMS, SONGS, check, run, started
from tests.support.histories.repositories import migration

NEW = "20240401000000_create_songs.rb"
RECORD = (
    "[[rename]]\n"
    f'old = "{SONGS.removesuffix(".rb")}"\nnew = "{NEW.removesuffix(".rb")}"\n'
    'reason = "every database was rewritten"\n'
)


@pytest.fixture
def repo(tmp_path):
    return started(tmp_path / "repo")


@pytest.fixture
def renamed(repo):
    """A merged migration under another version, staged."""
    repo.move(SONGS, NEW)
    repo.git("add", "-A")
    return repo


@pytest.mark.parametrize("how", ["untracked", "unstaged"])
def test_a_record_that_is_not_staged_is_named(renamed, how):
    if how == "unstaged":
        renamed.write("renames.toml", "", "db")
        renamed.git("add", "-A")
    renamed.write("renames.toml", RECORD, "db")

    refused = check(renamed, "--staged")

    found = refused.found("MD301")
    assert refused.status == 1
    assert found["command"] == "git add -- db/renames.toml"
    assert "db/renames.toml in the working tree has what settles this" in found["fix"]
    subprocess.run(found["command"], shell=True, cwd=renamed.path, check=True)
    assert check(renamed, "--staged").status == 0


def test_a_record_of_something_else_settles_nothing(renamed):
    renamed.write("renames.toml", RECORD.replace("create_songs", "create_notes"), "db")

    assert "git mv" in check(renamed, "--staged").found("MD301")["command"]


def test_a_record_that_is_half_written_settles_nothing(renamed):
    renamed.write("renames.toml", RECORD[:-20], "db")

    assert "git mv" in check(renamed, "--staged").found("MD301")["command"]


def test_the_terminal_prints_the_command(renamed):
    renamed.write("renames.toml", RECORD, "db")

    assert "git add -- db/renames.toml" in run(renamed, "check", "--staged", "--base", "main").out


def test_what_only_the_index_has_is_not_staged_over(repo):
    text = (repo.path / "db/migrate" / ALBUMS).read_text()
    repo.write(ALBUMS, migration("CreateAlbums", "create_table :records"))
    repo.git("add", "-A")
    repo.write(ALBUMS, text)

    assert "git cat-file" in check(repo, "--staged").found("MD305")["command"]


def test_a_schema_file_that_is_not_staged_is_named(repo):
    old = "ActiveRecord::Schema.define(version: 2024_02_01_000000) do\nend\n"
    repo.write("schema.rb", old, "db")
    repo.commit("schema")
    repo.git("branch", "--force", "main")
    repo.move(ALBUMS, "20240501000000_create_albums.rb")
    repo.write(
        "renames.toml",
        RECORD.replace(SONGS[:-3], ALBUMS[:-3]).replace(NEW[:-3], "20240501000000_create_albums"),
        "db",
    )
    repo.git("add", "-A")
    repo.write("schema.rb", old.replace("02_01", "05_01"), "db")

    found = check(repo, "--staged").found("MD314")

    assert found["command"] == "git add -- db/schema.rb"
