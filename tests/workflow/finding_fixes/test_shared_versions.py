"""Files that share a version get versions of their own by commands, unless a repair does it."""

import subprocess

import pytest

from tests.support.commands.gates import ALBUMS, SONGS, Outcome, run, started
from tests.support.histories.repositories import Repo

USERS, FANS, BANDS = (f"20240301000000_create_{it}.rb" for it in ("users", "fans", "bands"))
TWICE = "db:migrate would stop before the first migration"


@pytest.fixture
def repo(tmp_path) -> Repo:
    repo = started(tmp_path / "repo")
    (tmp_path / "rows").write_text(f"{SONGS[:14]}\n{ALBUMS[:14]}\n")
    return repo


def steps(said: Outcome) -> list[str]:
    """The commands to type that change or commit files, in order."""
    told = said.out.partition("What to do next")[2]
    return [it.strip() for it in told.splitlines() if it.strip().startswith("git ")]


def obey(repo: Repo, commands: list[str]) -> None:
    for command in commands:
        subprocess.run(command, shell=True, cwd=repo.path, check=True, capture_output=True)


def test_of_files_that_never_ran_all_but_the_first_get_others(repo):
    repo.add(USERS, "CreateUsers")
    repo.commit("users")
    repo.add(FANS, "CreateFans")
    repo.add(BANDS, "CreateBands")
    repo.commit("fans and bands")

    commands = steps(run(repo, "diagnose", "--rows", "../rows"))

    assert commands[0].count("git mv") == 2
    assert USERS not in commands[0]
    obey(repo, commands)
    after = run(repo, "diagnose", "--rows", "../rows")
    assert after.status == 0, after.out
    assert "3 pending" in after.out
    assert repo.git("status", "--porcelain", "--", "db") == ""


def test_a_repair_that_sets_them_apart_needs_no_command_besides(repo):
    repo.move(SONGS, "20240301000000_create_songs.rb")
    repo.move(ALBUMS, "20240301000000_create_albums.rb")
    repo.commit("renumber")
    repo.add(USERS, "CreateUsers")
    repo.commit("users")

    said = run(repo, "diagnose", "--rows", "../rows")

    assert "the repair gives each the version under which it ran" in " ".join(said.out.split())
    assert not any(it.startswith("git mv") for it in steps(said))
    assert "migdoctor rename-back" in said.out


def test_after_a_repair_that_leaves_them_together_the_migrate_is_judged_with_the_command(repo):
    repo.move(ALBUMS, "20240202000000_create_albums.rb")
    repo.commit("renumber")
    repo.add(USERS, "CreateUsers")
    repo.add(FANS, "CreateFans")
    repo.commit("users and fans")

    told = run(repo, "diagnose", "--rows", "../rows").out.partition("What to do next")[2]

    assert "git mv" in told
    assert "Do not run db:migrate yet" not in told
    assert "Deploy, and run the next migrate there" in told
