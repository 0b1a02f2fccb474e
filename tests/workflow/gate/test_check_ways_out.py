"""What goes back to what was, what is allowed, and what no command may break."""

import pytest

from tests.support.commands.gates import ALBUMS, SONGS, check, mend, on_main, run, started
from tests.support.histories.repositories import FOLDER, Repo, migration

WORDS = ("create_table :songs do |t|", "  t.string :title", "  t.string :words", "end")
RECORD = '[[rename]]\nold = "20230101000000_create_songs"\nnew = "{}"\nreason = "x"\n'


@pytest.fixture
def repo(tmp_path) -> Repo:
    return started(tmp_path / "repo")


def test_an_edit_that_goes_back_to_what_was_merged_is_a_note(repo: Repo):
    on_main(repo, SONGS, "CreateSongs", *WORDS)
    repo.git("checkout", "--quiet", "-B", "change", "main")
    repo.git("revert", "--no-edit", "HEAD")

    outcome = check(repo)

    assert outcome.status == 0
    found = outcome.found("MD305")
    assert (found["severity"], found["command"]) == ("note", None)
    assert "has the text back that it had until" in found["what"]


def test_another_text_is_an_edit_and_the_ways_out_are_told(repo: Repo):
    repo.add(SONGS, "CreateSongs", *WORDS)

    found = check(repo).found("MD305")

    assert found["severity"] == "error"
    assert "--rows FILE shows it" in found["fix"]
    assert "# migdoctor:allow MD305 REASON" in found["fix"]


def test_a_deletion_on_purpose_leaves_an_empty_file_with_a_reason(repo: Repo):
    repo.remove(SONGS)
    assert "# migdoctor:allow MD305 REASON" in check(repo).found("MD304")["fix"]

    text = "# migdoctor:allow MD305 old data\n" + migration("CreateSongs", "")
    repo.write(SONGS, text)

    assert check(repo).status == 0


def _recorded(repo: Repo) -> str:
    repo.git("checkout", "--quiet", "main")
    repo.write("renames.toml", RECORD.format(SONGS.removesuffix(".rb")), "db")
    repo.commit("recorded")
    repo.git("checkout", "--quiet", "-B", "change", "main")
    return (repo.path / "db/renames.toml").read_text()


@pytest.mark.parametrize("left", [None, ""])
def test_a_record_stays_for_those_who_know_the_old_name(repo: Repo, left):
    before = _recorded(repo)
    if left is None:
        (repo.path / "db/renames.toml").unlink()
    else:
        repo.write("renames.toml", left, "db")
    outcome = check(repo)

    assert "is recorded no more" in outcome.found("MD317")["what"]
    mend(repo, outcome)
    assert (repo.path / "db/renames.toml").read_text() == before


def test_a_record_goes_with_the_name_that_it_is_about(repo: Repo):
    _recorded(repo)
    repo.move(SONGS, "20230101000000_create_songs.rb")
    (repo.path / "db/renames.toml").unlink()

    assert "MD317" not in check(repo).codes


def test_a_class_that_follows_its_file_keeps_doing_so(repo: Repo):
    new = "20240301000000_create_tracks.rb"
    repo.move(SONGS, new)
    text = (repo.path / FOLDER / new).read_text()
    repo.write(new, text.replace("CreateSongs", "CreateTracks"))
    repo.commit("renamed")
    run(repo, "check", "--base", "main", "--write-renames", "--reason", "x")
    repo.commit("recorded")

    outcome = check(repo)
    assert [it["command"] for it in outcome.findings] == [None]

    repo.write(new, text)
    outcome = check(repo)
    assert outcome.found("MD309")["severity"] == "error"
    mend(repo, outcome)
    assert check(repo).status == 0


def test_a_class_that_no_longer_fits_a_merged_file_is_seen(repo: Repo):
    repo.write(
        SONGS, migration("CreateTracks", "create_table :songs do |t|", "  t.string :title", "end")
    )

    outcome = check(repo)

    assert "but its name implies CreateSongs" in outcome.found("MD309")["what"]
    mend(repo, outcome)
    assert repo.git("diff", "main").strip() == ""


def test_all_that_one_line_needs_is_told_at_once(repo: Repo):
    repo.add("20240115000000_add_rank.rb", "AddRank", "change_column :albums, :name, :text")

    found = [it for it in check(repo).findings if it["code"] == "MD315"]

    assert [it["what"].partition(", which only")[0] for it in found] == [
        f"{FOLDER}/20240115000000_add_rank.rb, line 3, needs table albums and column albums.name"
    ]
    assert ALBUMS in found[0]["what"]
