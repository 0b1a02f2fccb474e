"""A checkout behind the branch that was deployed is brought up to date; nothing else is mended."""

import json
import subprocess

import pytest

from tests.support.commands.gates import SONGS, run, started
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


def test_a_checkout_with_commits_of_its_own_is_not_behind(renamed):
    renamed.write("README.md", "mine\n", "")
    renamed.commit("mine")

    said = run(renamed, "diagnose", "--rows", "../rows")

    assert "merge --ff-only" not in said.out
    assert "migdoctor rename-back" in said.out


@pytest.mark.parametrize("how", ["another branch", "one of several"])
def test_what_was_never_merged_or_may_harm_others_is_not_brought_in(renamed, how):
    if how == "another branch":
        renamed.git("branch", "--unset-upstream")
    asked = "--rows" if how == "another branch" else "--environment"
    place = "../rows" if how == "another branch" else "one=../rows"

    said = run(renamed, "diagnose", asked, place)

    assert "merge --ff-only" not in said.out
