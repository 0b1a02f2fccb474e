"""What merged history had and took away comes back: it ran under its version, and keeps it."""

import pytest

from tests.support.commands.gates import ALBUMS, SONGS, check, on_main, started
from tests.support.histories.repositories import Repo, migration

LATER = "20240301000000_add_rating.rb"
TITLES = ("execute \"UPDATE songs SET title = 'x'\"",)
FILL = "20240115000000_fill_titles.rb"
INIT = "20240201000000_init.rb"


def _on_change(repo: Repo) -> None:
    repo.git("checkout", "--quiet", "-B", "change", "main")


@pytest.fixture
def deleted(tmp_path) -> Repo:
    """A base that took a migration away, and has newer ones."""
    repo = started(tmp_path / "repo")
    on_main(repo, FILL, "FillTitles", *TITLES)
    repo.git("checkout", "--quiet", "main")
    repo.remove(FILL)
    repo.add(LATER, "AddRating", "add_column :songs, :rating, :integer")
    repo.commit("tidy up")
    _on_change(repo)
    return repo


def test_a_migration_that_comes_back_keeps_its_version(deleted: Repo):
    deleted.add(FILL, "FillTitles", *TITLES)

    outcome = check(deleted)

    assert (outcome.status, outcome.codes) == (0, [])
    assert "is back as merged until" in outcome.document["notes"][0]


def test_another_text_under_the_same_name_is_a_new_migration(deleted: Repo):
    deleted.add(FILL, "FillTitles", "drop_table :songs")

    assert "MD311" in check(deleted).codes


def test_where_it_never_ran_it_is_new(deleted: Repo, tmp_path):
    deleted.add(FILL, "FillTitles", *TITLES)
    rows = tmp_path / "rows"
    rows.write_text("20240101000000\n20240201000000\n20240301000000\n")

    assert "MD311" in check(deleted, "--rows", str(rows)).codes


@pytest.fixture
def squashed(tmp_path) -> Repo:
    """A base where one migration replaced all."""
    repo = started(tmp_path / "repo")
    repo.git("checkout", "--quiet", "main")
    repo.remove(SONGS)
    repo.remove(ALBUMS)
    songs, albums = "create_table(:songs) { |t| t.string :title }", "create_table(:albums)"
    repo.write(INIT, migration("Init", songs, f"{albums} {{ |t| t.string :name }}"))
    repo.commit("squash")
    _on_change(repo)
    repo.git("revert", "--no-edit", "HEAD")
    return repo


def test_the_revert_of_a_squash_is_told_as_one(squashed: Repo):
    outcome = check(squashed)

    assert (outcome.status, outcome.codes) == (0, ["MD304"])
    found = outcome.found("MD304")
    assert (found["severity"], found["command"]) == ("note", None)
    assert "the 2 migrations that" in found["what"]


def test_the_revert_of_a_squash_stops_where_the_squash_alone_ran(squashed: Repo, tmp_path):
    rows = tmp_path / "rows"
    rows.write_text("20240201000000\n")

    assert check(squashed, "--rows", str(rows)).status == 1
    rows.write_text("20240101000000\n20240201000000\n")
    assert check(squashed, "--rows", str(rows)).status == 0
