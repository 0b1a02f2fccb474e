"""A checkout behind the branch that was deployed is brought up to date; nothing else is mended."""

import json
import subprocess

import pytest

from tests.support.commands.gates import ALBUMS, SONGS, run, started
from tests.support.databases.live import Live
from tests.support.histories.repositories import Repo

LATER = "20240301000000_create_songs.rb"


@pytest.fixture
def renamed(tmp_path) -> Repo:
    """On main a migration was renamed, and then it ran; the checkout is at the commit before."""
    repo = started(tmp_path / "repo")
    repo.git("checkout", "--quiet", "-B", "trunk")
    repo.move(SONGS, LATER)
    repo.commit("tidy up")
    repo.git("checkout", "--quiet", "-B", "mine", "HEAD~1")
    repo.git("branch", "--quiet", "--set-upstream-to", "trunk")
    (tmp_path / "rows").write_text("20240201000000\n20240301000000\n")
    return repo


def test_it_is_brought_up_to_date_and_then_nothing_is_diverged(renamed):
    said = run(renamed, "diagnose", "--rows", "../rows")
    weighed = json.loads(run(renamed, "advise", "--rows", "../rows", "--format", "json").out)

    assert said.status == 1
    assert "migdoctor rename-back" not in said.out
    assert "migdoctor rewrite" not in said.out
    (command,) = [it.strip() for it in said.out.splitlines() if it.strip().startswith("git merge")]
    assert weighed["environments"][0]["settle"][-1] == command
    assert weighed["environments"][0]["options"] == []

    subprocess.run(command, shell=True, cwd=renamed.path, check=True, capture_output=True)

    assert run(renamed, "diagnose", "--rows", "../rows").status == 0


def test_a_checkout_with_commits_of_its_own_is_merged_with_what_ran(renamed):
    renamed.write("README.md", "mine\n", "")
    renamed.commit("mine")

    said = run(renamed, "diagnose", "--rows", "../rows")

    assert "merge --ff-only" not in said.out
    (command,) = [it.strip() for it in said.out.splitlines() if it.strip().startswith("git merge")]

    subprocess.run(command, shell=True, cwd=renamed.path, check=True, capture_output=True)

    assert run(renamed, "diagnose", "--rows", "../rows").status == 0


@pytest.mark.parametrize("how", ["another branch", "one of several"])
def test_what_was_never_merged_or_may_harm_others_is_not_brought_in(renamed, how):
    if how == "another branch":
        renamed.git("branch", "--unset-upstream")
    asked = "--rows" if how == "another branch" else "--environment"
    place = "../rows" if how == "another branch" else "one=../rows"

    said = run(renamed, "diagnose", asked, place)

    assert "merge --ff-only" not in said.out


@pytest.mark.parametrize("name", ["rewrite", "rename-back"])
def test_no_repair_is_proposed_for_it_either_unless_its_commit_is_named(renamed, name):
    said = run(renamed, name, "--rows", "../rows")
    all_the_same = run(renamed, name, "--rows", "../rows", "--ref", "HEAD")

    assert (said.status, said.out) == (1, "")
    told = " ".join(said.err.split())
    assert "what is checked out is older than what this database runs" in told
    assert "git merge --ff-only" in told
    assert "--ref HEAD" in told
    assert all_the_same.status == 0, all_the_same.err
    assert all_the_same.out


def test_a_rehearsal_says_the_same(tmp_path, database):
    live = Live.make(tmp_path, database, "CREATE TABLE songs (id bigserial PRIMARY KEY)")
    live.ran(20240101000000, "create_songs", "create_table :songs")
    live.repo.commit("what ran")
    live.repo.git("checkout", "--quiet", "-B", "trunk")
    live.repo.move(SONGS, LATER)
    live.repo.commit("tidy up")
    live.repo.git("checkout", "--quiet", "-B", "mine", "HEAD~1")
    live.repo.git("branch", "--quiet", "--set-upstream-to", "trunk")
    database.run("UPDATE schema_migrations SET version = '20240301000000'")

    said = run(live.repo, "rehearse", "--database-url", database.url)

    assert said.status == 1, said.err
    assert "older than what this database runs" in " ".join(said.err.split())


@pytest.fixture
def repaired(tmp_path) -> Repo:
    """What ran was renamed, and renamed back on trunk, of which the checkout knows nothing yet."""
    repo = started(tmp_path / "repo")
    repo.git("checkout", "--quiet", "-B", "trunk")
    repo.move(SONGS, LATER)
    repo.commit("tidy up")
    repo.git("checkout", "--quiet", "-B", "mine")
    repo.git("branch", "--quiet", "--set-upstream-to", "trunk")
    repo.git("checkout", "--quiet", "trunk")
    repo.move(LATER, SONGS)
    repo.commit("put it back")
    repo.write("README.md", "more\n", "")
    repo.commit("more")
    repo.git("checkout", "--quiet", "mine")
    (tmp_path / "rows").write_text("20240101000000\n20240201000000\n")
    return repo


@pytest.mark.parametrize("own", [False, True], ids=["behind", "with commits of its own"])
def test_a_repair_that_was_merged_already_is_pulled_and_not_made_again(repaired, own):
    if own:
        repaired.write("mine.md", "mine\n", "")
        repaired.commit("mine")
    commit = repaired.git("rev-parse", "trunk~1").strip()[:10]

    said = run(repaired, "diagnose", "--rows", "../rows")
    weighed = json.loads(run(repaired, "advise", "--rows", "../rows", "--format", "json").out)
    refused = run(repaired, "rename-back", "--rows", "../rows")

    told = " ".join(said.out.split())
    assert f"commit {commit} of trunk gives the files the names under which they ran" in told
    assert "migdoctor rename-back" not in told
    (command,) = [it.strip() for it in said.out.splitlines() if it.strip().startswith("git merge")]
    assert command == f"git merge {'' if own else '--ff-only '}{commit}"
    assert weighed["environments"][0]["settle"][-1] == command
    assert (refused.status, refused.out) == (1, "")

    subprocess.run(command, shell=True, cwd=repaired.path, check=True, capture_output=True)

    assert run(repaired, "diagnose", "--rows", "../rows").status == 0


@pytest.mark.parametrize("what", ["half of it", "nothing of it"])
def test_what_the_upstream_repairs_in_part_is_repaired_here(repaired, what):
    repaired.git("checkout", "--quiet", "trunk")
    if what == "half of it":
        repaired.move(ALBUMS, "20240401000000_create_albums.rb")
        repaired.commit("tidy up more")
        repaired.git("checkout", "--quiet", "-B", "mine")
        repaired.move(SONGS, LATER)
        repaired.commit("here too")
        repaired.git("branch", "--quiet", "--set-upstream-to", "trunk")
    else:
        repaired.git("reset", "--quiet", "--hard", "HEAD~2")
        repaired.write("README.md", "more\n", "")
        repaired.commit("more")
        repaired.git("checkout", "--quiet", "mine")

    said = run(repaired, "diagnose", "--rows", "../rows")

    assert "git merge" not in said.out
    assert "migdoctor rename-back" in said.out
