"""Files that were given back the names they had before keep them: the rows follow."""

import json

import pytest

from tests.support.commands.gates import SONGS, run, started
from tests.support.histories.repositories import Repo

LATER = "20240301000000_create_songs.rb"


@pytest.fixture
def given_back(tmp_path) -> Repo:
    """A migration was renamed, ran on this database, and got its former name back since."""
    repo = started(tmp_path / "repo")
    repo.move(SONGS, LATER)
    repo.commit("tidy up")
    repo.move(LATER, SONGS)
    (tmp_path / "rows").write_text("20240201000000\n20240301000000\n")
    return repo


@pytest.mark.parametrize("committed", [True, False])
def test_the_rows_follow_files_that_were_given_back_their_names(given_back, committed):
    if committed:
        given_back.commit("give the name back")

    said = run(given_back, "diagnose", "--rows", "../rows")
    advised = json.loads(run(given_back, "advise", "--rows", "../rows", "--format", "json").out)
    ways = {it["command"]: it for it in advised["environments"][0]["options"]}

    assert ways["rewrite"]["fitness"] == "best"
    assert ways["rename-back"]["fitness"] == "not-here"
    assert "migdoctor rewrite" in said.out
    assert "migdoctor rename-back" not in said.out.partition("What to do next")[2]
    told = " ".join(said.out.split())
    assert "the name back that it had before" in told
    head = given_back.git("rev-parse", "--short=10", "HEAD").strip()
    assert (f"commit {head} gave {SONGS}" in told) == committed


def test_renaming_them_again_is_refused_with_the_reason(given_back):
    given_back.commit("give the name back")

    said = run(given_back, "rename-back", "--rows", "../rows")

    assert said.status == 1
    assert "that it had before: to rename again would undo that" in " ".join(said.err.split())
    assert "migdoctor rewrite --rows ../rows" in " ".join(said.err.split())


def test_a_name_that_is_new_is_no_former_one(given_back):
    given_back.move(SONGS, "20240401000000_create_songs.rb")
    given_back.commit("tidy up again")

    said = run(given_back, "diagnose", "--rows", "../rows")

    assert "migdoctor rename-back" in said.out.partition("What to do next")[2]
