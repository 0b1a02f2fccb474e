"""Scenarios are read from their folders, and built into real repositories and databases."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.errors import DatabaseError, EnvironmentToolError, UsageError
from analyzer.operations.demo.scenario import (
    build_database,
    build_repository,
    load_scenario,
    versions_at_deployed,
)
from tests.support.commands.scenarios import every_scenario, git
from tests.support.databases.servers import Database

ROOT = Path(__file__).parents[3]
THE_RENAMING_COMMIT = "8d46c75ad92225b66e40d715e100437d947eb6c3"


def test_an_unknown_scenario_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no scenario named 'atlantis'") as caught:
        load_scenario("atlantis")

    assert "archive-incident" in caught.value.fix


def test_a_scenario_name_is_no_path() -> None:
    with pytest.raises(UsageError):
        load_scenario("../fixtures/clean")


def test_legacy_numbers_are_stored_without_their_zeros() -> None:
    assert versions_at_deployed(load_scenario("shifted-numbers")) == ("10", "11", "12", "13", "14")


def test_the_commits_have_the_dates_authors_and_order_of_the_story(tmp_path: Path) -> None:
    repository = build_repository(load_scenario("archive-incident"), tmp_path / "repository")

    log = git(repository, "log", "--reverse", "--format=%aI %cI %an <%ae> %s").splitlines()

    assert len(log) == 14
    assert log[0] == (
        "2025-07-13T22:16:09-07:00 2025-07-13T22:16:09-07:00 Dana <dana@archive.example>"
        " Begin the archive: artists, albums, songs, playlists"
    )
    assert log[-1] == (
        "2025-08-23T20:57:37-07:00 2025-08-23T20:57:37-07:00 Robin <robin@archive.example>"
        " Put the migrations in order"
    )


def test_the_commit_ids_are_the_same_everywhere(tmp_path: Path) -> None:
    repository = build_repository(load_scenario("archive-incident"), tmp_path / "repository")

    assert git(repository, "rev-parse", "HEAD").strip() == THE_RENAMING_COMMIT


@every_scenario
def test_the_work_tree_is_the_target_and_clean(name: str, tmp_path: Path) -> None:
    repository = build_repository(load_scenario(name), tmp_path / "repository")

    assert git(repository, "status", "--porcelain", "--branch") == "## main\n"
    assert git(repository, "fsck", "--strict") == ""


def test_a_later_commit_is_built_only_when_asked_for(tmp_path: Path) -> None:
    scenario = load_scenario("archive-incident")

    repository = build_repository(scenario, tmp_path / "repository", until="renamed-back")

    subjects = git(repository, "log", "--format=%s").splitlines()
    assert subjects[:2] == ["Take the new sync out again", "Put the migrations in order"]


def test_neither_the_users_git_configuration_nor_hooks_nor_environment_take_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = tmp_path / "template" / "hooks"
    hooks.mkdir(parents=True)
    for hook in ("post-checkout", "reference-transaction", "post-index-change"):
        (hooks / hook).write_text(f"#!/bin/sh\ntouch {tmp_path}/hook-ran\n")
        (hooks / hook).chmod(0o755)
    config = tmp_path / "gitconfig"
    config.write_text(
        f"[init]\n templateDir = {tmp_path}/template\n defaultBranch = trunk\n"
        f"[core]\n hooksPath = {hooks}\n autocrlf = true\n[commit]\n gpgSign = true\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(tmp_path / "template"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z")
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")

    repository = build_repository(load_scenario("archive-incident"), tmp_path / "repository")

    monkeypatch.undo()
    assert git(repository, "rev-parse", "HEAD", "--abbrev-ref", "HEAD").split() == [
        THE_RENAMING_COMMIT,
        "main",
    ]
    assert not (tmp_path / "hook-ran").exists()
    assert not (tmp_path / "elsewhere").exists()
    assert not (repository / ".git" / "hooks").exists()
    settings = "archive/app/models/system_setting.rb"
    assert b"\r" not in (repository / settings).read_bytes()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(UsageError, match="is not empty"):
        build_repository(load_scenario("clean"), tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_without_git_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EnvironmentToolError, match="git was not found"):
        build_repository(load_scenario("clean"), tmp_path / "repository")


def test_the_database_of_the_incident_has_some_music_in_it(any_database: Database) -> None:
    build_database(load_scenario("archive-incident"), any_database.url)

    assert any_database.run("SELECT count(*) FROM songs") == [(5,)]
    assert any_database.run("SELECT name FROM artists ORDER BY id") == [
        ("The Late Shift",),
        ("Ólafía & the Ferries",),
    ]
    found = any_database.run("SELECT title FROM songs WHERE search_vector @@ 'foghorn'::tsquery")
    assert found == [("Foghorn",)]


def test_a_database_that_is_not_empty_is_left_as_it_was(database: Database) -> None:
    database.run("CREATE TABLE schema_migrations (version varchar)")

    with pytest.raises(DatabaseError, match="could not be made") as caught:
        build_database(load_scenario("clean"), database.url)

    assert "already exists" in caught.value.why
    tables = database.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert tables == [("schema_migrations",)]


def test_an_installed_package_brings_its_scenarios_along(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "analyzer", tmp_path / "analyzer")
    shutil.copytree(ROOT / "fixtures", tmp_path / "analyzer" / "_fixtures")
    script = "from analyzer.operations.demo.scenario import scenarios; print(scenarios()[0].folder)"

    told = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert told.strip() == str(tmp_path / "analyzer" / "_fixtures" / "archive-incident")
