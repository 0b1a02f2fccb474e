"""The scenarios say what they claim to say."""

import re
from pathlib import Path

import pytest

from analyzer.operations.demo.scenario import (
    build_database,
    build_repository,
    load_scenario,
    tree_at,
    versions_at,
    versions_at_deployed,
)
from tests.support.commands.scenarios import (
    NAMES,
    commit_id,
    every_scenario,
    expected_moves,
    expected_renames,
    expected_row_changes,
    git,
    has_expected,
)
from tests.support.databases.servers import Database

INCIDENT = "archive-incident"
SIMILARITY_OF_THE_REAL_RENAMES = {
    "20250823000001_create_sync_status_tracking.rb": 87,
    "20250823000002_create_system_settings.rb": 48,
    "20250823000003_add_archive_sync_settings.rb": 72,
    "20250823000004_create_sync_changes.rb": 80,
    "20250823000005_create_slave_keys.rb": 77,
    "20250823000006_create_jukebox_keys.rb": 76,
    "20250823000007_create_conflict_logs.rb": 77,
}


def test_the_scenarios_are_the_folders() -> None:
    assert NAMES == (
        "archive-incident",
        "both-recorded",
        "clean",
        "reused-version",
        "shifted-numbers",
        "swap",
    )


@every_scenario
def test_the_rows_are_the_deployed_versions_but_for_what_the_story_adds_and_takes(
    name: str,
) -> None:
    scenario = load_scenario(name)

    deployed = {*versions_at_deployed(scenario)}

    assert set(scenario.extra).isdisjoint(deployed)
    assert deployed.issuperset(scenario.missing)
    assert {*scenario.rows} == (deployed | {*scenario.extra}) - {*scenario.missing}
    assert len(scenario.rows) == len({*scenario.rows})


@every_scenario
def test_the_expected_renames_end_at_files_of_the_target(name: str) -> None:
    scenario = load_scenario(name)
    ever = {_basename(path) for commit in scenario.commits for path in tree_at(scenario, commit.id)}
    now = {_basename(path) for path in tree_at(scenario, scenario.target)}

    pairs = expected_renames(scenario)

    assert {old for old, _, _ in pairs} <= ever
    assert {new for _, new, _ in pairs} <= now
    for old, new, standing in pairs:
        assert _slug(old) == _slug(new)
        has_row = _version(old) in scenario.rows and old in _deployed_names(name)
        assert (standing != "not-applied") == has_row


@every_scenario
def test_the_expected_repairs_start_from_what_is_there(name: str) -> None:
    scenario = load_scenario(name)
    now = tree_at(scenario, scenario.target)
    if has_expected(scenario, "rename_back.txt"):
        assert {source for source, _ in expected_moves(scenario)} <= now.keys()
    if has_expected(scenario, "rewrite.txt"):
        assert {old for old, _ in expected_row_changes(scenario)} <= {*scenario.rows}
        assert {new for _, new in expected_row_changes(scenario)} <= {
            _version(path) for path in now
        }


@every_scenario
def test_the_database_holds_the_rows_and_rails_own_tables(name: str, database: Database) -> None:
    scenario = load_scenario(name)

    build_database(scenario, database.url)

    rows = database.run("SELECT version FROM schema_migrations")
    assert {version for (version,) in rows} == {*scenario.rows}
    assert database.run("SELECT key, value FROM ar_internal_metadata") == [
        ("environment", "production")
    ]


def test_the_incident_has_the_thirty_three_files_of_the_day() -> None:
    scenario = load_scenario(INCIDENT)

    paths = [path for path in tree_at(scenario, "renamed") if path.startswith("archive/db/migrate")]

    assert len(paths) == 33
    assert (
        "archive/db/migrate/20250714041822_create_active_storage_tables.active_storage.rb" in paths
    )
    assert len(scenario.rows) == 32


def test_two_files_carry_one_version_before_the_renames() -> None:
    scenario = load_scenario(INCIDENT)

    twice = [path for path in tree_at(scenario, "sync-status") if "/20250121000000_" in path]

    assert sorted(map(_basename, twice)) == [
        "20250121000000_create_sync_status_tracking.rb",
        "20250121000000_enable_pgcrypto.rb",
    ]
    assert len(versions_at(scenario, "sync-status")) == 32


def test_the_jukebox_has_migrations_of_its_own_with_the_same_names() -> None:
    paths = tree_at(load_scenario(INCIDENT), "renamed")

    assert "jukebox/db/migrate/20250719181733_create_system_settings.rb" in paths
    assert "jukebox/db/migrate_jukebox_only/20250719181733_create_system_settings.rb" in paths


def test_the_renames_are_as_similar_as_the_real_ones(tmp_path: Path) -> None:
    scenario = load_scenario(INCIDENT)
    repository = build_repository(scenario, tmp_path / "repository")
    before = commit_id(scenario, repository, "sync-status")

    raw = git(repository, "diff", "-M10%", "--raw", before, "HEAD")

    similarity = {
        _basename(new): int(percent)
        for percent, new in re.findall(r"R(\d+)\t\S+\t(\S+)$", raw, re.MULTILINE)
    }
    assert similarity == {
        name: pytest.approx(real, abs=3) for name, real in SIMILARITY_OF_THE_REAL_RENAMES.items()
    }


def test_git_alone_sees_six_renames_and_takes_the_seventh_apart(tmp_path: Path) -> None:
    scenario = load_scenario(INCIDENT)
    repository = build_repository(scenario, tmp_path / "repository")
    before = commit_id(scenario, repository, "sync-status")

    raw = git(repository, "diff", "-M", "--raw", before, "HEAD")

    letters = re.findall(r" ([A-Z])\d*\t(\S+)", raw)
    assert sorted(letter for letter, _ in letters) == ["A", "D", *"RRRRRR"]
    assert [path for letter, path in letters if letter in "AD"] == [
        "archive/db/migrate/20250715180254_create_system_settings.rb",
        "archive/db/migrate/20250823000002_create_system_settings.rb",
    ]


def test_the_day_after_git_sees_five_renamed_back_and_two_deleted(tmp_path: Path) -> None:
    scenario = load_scenario(INCIDENT)
    repository = build_repository(scenario, tmp_path / "repository", until="renamed-back")

    raw = git(repository, "diff", "-M", "--raw", "HEAD~1", "HEAD")

    assert sorted(re.findall(r" ([A-Z])\d*\t", raw)) == ["A", "D", "D", *"RRRRR"]
    assert versions_at(scenario, "renamed-back") == versions_at(scenario, "uuid-keys")


def test_the_edits_change_what_the_migrations_do() -> None:
    scenario = load_scenario(INCIDENT)
    edited = tree_at(scenario, "renamed")
    folder = "archive/db/migrate/"

    settings = edited[folder + "20250823000002_create_system_settings.rb"].decode()
    inserts = edited[folder + "20250823000003_add_archive_sync_settings.rb"].decode()

    assert "t.string :key, null: false" in settings
    assert "add_index :system_settings, :key, unique: true" in settings
    assert "ON CONFLICT (key)" in inserts
    for path in edited:
        if "/20250823" in path and "add_archive" not in path:
            assert 'enable_extension "pgcrypto"' in edited[path].decode()


def _deployed_names(name: str) -> set[str]:
    scenario = load_scenario(name)
    return {_basename(path) for path in tree_at(scenario, scenario.deployed)}


def _basename(path: str) -> str:
    return path.rpartition("/")[2]


def _slug(basename: str) -> str:
    return basename.partition("_")[2]


def _version(path: str) -> str:
    digits = _basename(path).partition("_")[0]
    return str(int(digits)) if digits.isdigit() else ""
