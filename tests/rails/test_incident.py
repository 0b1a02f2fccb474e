"""The incident as the real Rails sees it: before the mistake, at it, and repaired."""

from pathlib import Path

import pytest

from analyzer.operations.demo.scenario import (
    Scenario,
    build_database,
    build_repository,
    load_scenario,
)
from tests.support.commands.scenarios import expected_moves, expected_row_changes
from tests.support.databases.catalogs import stored_versions
from tests.support.databases.servers import Database
from tests.support.frameworks import rails

pytestmark = pytest.mark.rails

RENAMED_ROWS = {
    "20250715180254",
    "20250719192041",
    "20250719202752",
    "20250719202803",
    "20250719202812",
    "20250719205308",
}


@pytest.fixture
def incident() -> Scenario:
    """The scenario."""
    return load_scenario("archive-incident")


@pytest.fixture
def production(any_database: Database, incident: Scenario) -> Database:
    """Production's database in the state of the day."""
    build_database(incident, any_database.url)
    return any_database


def test_at_the_deployed_commit_everything_has_run(
    incident: Scenario, production: Database, tmp_path: Path
) -> None:
    folder = _migrations(incident, tmp_path, until="uuid-keys")

    listed = rails.status(folder, production.url)
    again = rails.migrate(folder, production.url)

    assert [standing for standing, _, _ in listed] == ["up"] * 32
    assert rails.NO_FILE not in [name for _, _, name in listed]
    assert (again.status, again.migrated) == (0, [])


def test_two_files_with_one_version_stop_every_migrate(
    incident: Scenario, production: Database, tmp_path: Path
) -> None:
    folder = _migrations(incident, tmp_path, until="sync-status")

    result = rails.migrate(folder, production.url)

    assert result.status == 1
    assert "ActiveRecord::DuplicateMigrationVersionError" in result.output
    assert "Multiple migrations have the version number 20250121000000." in result.output
    assert stored_versions(production) == {*incident.rows}


def test_after_the_renames_six_rows_have_no_file_and_seven_files_are_down(
    incident: Scenario, production: Database, tmp_path: Path
) -> None:
    listed = rails.status(_migrations(incident, tmp_path), production.url)

    orphans = {version for _, version, name in listed if name == rails.NO_FILE}
    down = [(version, name) for standing, version, name in listed if standing == "down"]
    assert orphans == RENAMED_ROWS
    assert down == [
        ("20250823000001", "Create sync status tracking"),
        ("20250823000002", "Create system settings"),
        ("20250823000003", "Add archive sync settings"),
        ("20250823000004", "Create sync changes"),
        ("20250823000005", "Create slave keys"),
        ("20250823000006", "Create jukebox keys"),
        ("20250823000007", "Create conflict logs"),
    ]
    assert ("up", "20250121000000", "Enable pgcrypto") in listed


def test_after_the_renames_migrate_runs_the_one_that_never_ran_and_stops_at_the_next(
    incident: Scenario, production: Database, tmp_path: Path
) -> None:
    result = rails.migrate(_migrations(incident, tmp_path), production.url)

    assert result.status == 1
    assert result.migrated == ["20250823000001"]
    assert 'PG::DuplicateTable: ERROR:  relation "system_settings" already exists' in result.output
    assert stored_versions(production) == {*incident.rows, "20250823000001"}


def test_from_nothing_the_renamed_migrations_run_but_make_other_settings(
    incident: Scenario, any_database: Database, tmp_path: Path
) -> None:
    result = rails.migrate(_migrations(incident, tmp_path), any_database.url)

    assert result.status == 0, result.output
    assert len(result.migrated) == 33
    nullable = any_database.run(
        "SELECT is_nullable FROM information_schema.columns"
        " WHERE table_name = 'system_settings' AND column_name = 'key'"
    )
    unique = any_database.run(
        "SELECT indexdef FROM pg_indexes WHERE indexname = 'index_system_settings_on_key'"
    )
    assert nullable == [("NO",)]
    assert unique[0][0].startswith("CREATE UNIQUE INDEX")


def test_a_database_that_grew_with_the_code_has_a_column_that_one_made_from_nothing_lacks(
    incident: Scenario, any_database: Database, tmp_path: Path
) -> None:
    """The theme migrations carry older versions than the settings but were written after them."""
    grown = [
        rails.migrate(_migrations(incident, tmp_path / until, until=until), any_database.url)
        for until in ("sync", "themes")
    ]

    assert [result.status for result in grown] == [0, 0], grown[-1].output
    assert "20250120000002" in grown[-1].migrated
    assert _has_theme_id(any_database)


def test_production_has_no_theme_in_its_settings(production: Database) -> None:
    assert not _has_theme_id(production)


def test_the_real_schema_dump_of_production_names_its_newest_row(
    incident: Scenario, production: Database, tmp_path: Path
) -> None:
    folder = _migrations(incident, tmp_path)
    schema = tmp_path / "schema.rb"

    dumped = rails.schema_dump(folder, production.url, schema)

    assert dumped.status == 0, dumped.output
    assert "define(version: 2025_08_10_100000)" in schema.read_text()


def test_the_unrepaired_incident_does_not_count_as_repaired(
    incident: Scenario, production: Database, tmp_path: Path
) -> None:
    repository = build_repository(incident, tmp_path / "repository")

    with pytest.raises(AssertionError, match="NO FILE"):
        rails.assert_repaired(repository, production.url, incident)


def test_the_moves_of_the_recovery_guide_repair_it(
    incident: Scenario, production: Database, tmp_path: Path
) -> None:
    repository = build_repository(incident, tmp_path / "repository")

    for source, target in expected_moves(incident):
        (repository / source).rename(repository / target)

    rails.assert_repaired(repository, production.url, incident)


def test_the_expected_row_changes_repair_it(
    incident: Scenario, production: Database, tmp_path: Path
) -> None:
    repository = build_repository(incident, tmp_path / "repository")

    for old, new in expected_row_changes(incident):
        production.run(f"UPDATE schema_migrations SET version = '{new}' WHERE version = '{old}'")

    rails.assert_repaired(repository, production.url, incident)


def _migrations(incident: Scenario, into: Path, until: str | None = None) -> Path:
    repository = build_repository(incident, into / "repository", until=until)
    return repository / incident.directories[0]


def _has_theme_id(database: Database) -> bool:
    asked = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'theme_id'"
    return database.run(f"{asked} AND table_name = 'system_settings'") == [(1,)]
