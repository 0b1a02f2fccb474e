"""Runs again, never runs, refuses: what is said of a migrate, and what the real Rails does."""

import json
from pathlib import Path

import pytest

from analyzer.operations.demo.scenario import build_database, build_repository, load_scenario
from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.servers import Database
from tests.support.frameworks import rails

pytestmark = pytest.mark.rails


def foretold(
    name: str, database: Database, folder: Path, until: str | None = None
) -> tuple[int, dict[str, object], rails.Result]:
    """The exit status, the prediction, and what Rails then does."""
    scenario = load_scenario(name)
    build_database(scenario, database.url)
    repository = build_repository(scenario, folder / "repository", until=until)
    told = migdoctor(repository, "diagnose", "--database-url", database.url, "--format", "json")
    happened = rails.migrate(repository / scenario.directories[0], database.url)
    return told.status, json.loads(told.out)["environments"][0]["prediction"], happened


def test_what_is_started_again_goes_up_to_where_it_stops(database, tmp_path):
    status, told, happened = foretold("archive-incident", database, tmp_path)

    assert status == 1
    assert told["would_run"] == happened.migrated == ["20250823000001"]  # never ran before
    assert told["runs_again"] == [told["fails_at"]["version"]] == ["20250823000002"]
    assert told["refuses"] is None
    outcomes = {it["version"]: it["outcome"] for it in told["migrations"]}
    assert list(outcomes) == [f"2025082300000{number}" for number in range(1, 8)]
    assert {*outcomes.values()} == {"runs", "fails", "not-reached"}


def test_shifted_numbers_start_the_last_one_again_and_the_new_one_never(database, tmp_path):
    status, told, happened = foretold("shifted-numbers", database, tmp_path)

    assert status == 1
    assert told["runs_again"] == [told["fails_at"]["version"]] == ["015"]
    assert [it["path"].rpartition("/")[2] for it in told["never_runs"]] == ["011_create_genres.rb"]
    assert all(it["reason"] for it in told["never_runs"])
    assert happened.migrated == []
    assert not database.run("SELECT to_regclass('genres')")[0][0]


def test_two_files_with_one_version_are_refused_in_the_words_of_rails(database, tmp_path):
    status, told, happened = foretold("archive-incident", database, tmp_path, "sync-status")

    refused = told["refuses"]
    assert status == 1
    assert refused["reason"].startswith("DuplicateMigrationVersionError")
    assert "DuplicateMigrationVersionError" in happened.output
    assert {name: told["fails_at"][name] for name in refused} == refused
    assert told["would_run"] == told["runs_again"] == []
    assert {it["outcome"] for it in told["migrations"]} <= {"refused", "never-runs"}
