"""What the text says besides the findings: what to run, once, and whether --fix would help."""

import pytest

from tests.support.commands.gates import SONGS, Outcome, check, run, started
from tests.support.histories.repositories import FOLDER, Repo

FIX = "Or add --fix to this command"


@pytest.fixture
def repo(tmp_path) -> Repo:
    return started(tmp_path / "repo")


def _text(repo: Repo) -> Outcome:
    return run(repo, "check", "--base", "main")


def test_a_single_command_is_told_with_its_place_and_with_fix(repo: Repo):
    repo.remove(SONGS)

    said = _text(repo).out

    assert "The command is to be run from the repository's root" in said
    assert FIX in said


def test_fix_is_not_offered_where_it_can_do_nothing(repo: Repo):
    repo.write(SONGS, (repo.path / FOLDER / SONGS).read_text(), folder="elsewhere/db/migrate")
    repo.add("20240301000000_create_songs.rb", "CreateSongs", "create_table :songs")

    outcome = _text(repo)
    offered = FIX in outcome.out
    fixed = run(repo, "check", "--base", "main", "--fix", "--yes")

    assert outcome.status == 1
    assert offered == ("Nothing here can be fixed" not in fixed.err)


def test_fix_and_the_printed_commands_hand_out_different_numbers(repo: Repo):
    repo.move(SONGS, "20990101000000_create_songs.rb")
    name = "20240201000000_create_albums.rb"
    place = repo.path / FOLDER / name
    place.write_text(place.read_text().replace(":name", ":title"))
    repo.add("20230101000000_add_age.rb", "AddAge", "add_column :songs, :age, :integer")
    repo.commit("all at once")
    assert FIX in _text(repo).out

    fixed = run(repo, "check", "--base", "main", "--fix", "--yes")

    assert "Nothing here can be fixed" not in fixed.err
    assert fixed.status == 0, fixed.out


def test_a_command_that_two_findings_share_is_told_once(repo: Repo):
    place = repo.path / FOLDER / SONGS
    text = place.read_text()
    place.write_text(f"# migdoctor:allow nonsense a\n# migdoctor:allow MD301 b\n{text}")

    said = _text(repo).out

    assert said.count("sed -i") == 1
    assert "The command above fixes this too." in said


def test_a_commit_that_is_its_own_base_was_not_compared(repo: Repo):
    repo.git("checkout", "--quiet", "main")

    outcome = _text(repo)
    assert outcome.out.startswith("Nothing was compared")
    assert check(repo).document["notes"]

    repo.remove(SONGS)
    assert "MD304" in check(repo).codes
