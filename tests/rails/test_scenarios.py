"""production.sql is what the real Rails makes of the deployed commit's migrations."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzer.operations.demo.scenario import (
    build_database,
    build_repository,
    load_scenario,
    versions_at_deployed,
)
from tests.support.commands.scenarios import every_scenario
from tests.support.databases.catalogs import catalog, stored_versions
from tests.support.databases.servers import Database, fresh_database
from tests.support.frameworks import rails

pytestmark = pytest.mark.rails


@pytest.fixture
def second_database(any_database: Database) -> Iterator[Database]:
    """Another empty database on the same server."""
    with fresh_database(any_database.server) as fresh:
        yield fresh


@every_scenario
def test_production_without_ruby_equals_production_by_rails(
    name: str, any_database: Database, second_database: Database, tmp_path: Path
) -> None:
    scenario = load_scenario(name)
    repository = build_repository(scenario, tmp_path / "repository", until=scenario.deployed)

    migrated = rails.migrate(repository / scenario.directories[0], any_database.url)
    build_database(scenario, second_database.url)

    assert migrated.status == 0, migrated.output
    assert catalog(second_database) == catalog(any_database)
    assert stored_versions(any_database) == {*versions_at_deployed(scenario)}
    assert stored_versions(second_database) == {*scenario.rows}


def test_numbers_shifted_by_one_run_the_last_migration_twice_and_the_new_one_never(
    database: Database, tmp_path: Path
) -> None:
    folder = _built("shifted-numbers", database, tmp_path)

    listed = rails.status(folder, database.url)
    migrated = rails.migrate(folder, database.url)

    assert listed == [
        ("up", "010", "Create songs"),
        ("up", "011", "Create genres"),
        ("up", "012", "Create artists"),
        ("up", "013", "Add artist to songs"),
        ("up", "014", "Create labels"),
        ("down", "015", "Add label to songs"),
    ]
    assert migrated.status == 1
    assert "PG::DuplicateColumn" in migrated.output
    assert migrated.migrated == []


def test_swapped_versions_look_healthy_to_rails(database: Database, tmp_path: Path) -> None:
    folder = _built("swap", database, tmp_path)

    assert {standing for standing, _, _ in rails.status(folder, database.url)} == {"up"}
    assert rails.migrate(folder, database.url).migrated == []


def test_a_migration_that_asks_first_runs_again_and_leaves_both_rows(
    database: Database, tmp_path: Path
) -> None:
    scenario = load_scenario("both-recorded")
    before = build_repository(scenario, tmp_path / "before", until="concerts")
    after = build_repository(scenario, tmp_path / "after")

    first = rails.migrate(before / "db/migrate", database.url)
    second = rails.migrate(after / "db/migrate", database.url)

    assert (first.status, second.status) == (0, 0)
    assert second.migrated == ["20250601080000"]
    assert stored_versions(database) == {*scenario.rows}
    assert ("up", "20250501080000", rails.NO_FILE) in rails.status(
        after / "db/migrate", database.url
    )


def test_a_reused_version_hides_the_new_migration_from_rails(
    database: Database, tmp_path: Path
) -> None:
    folder = _built("reused-version", database, tmp_path)

    listed = rails.status(folder, database.url)
    migrated = rails.migrate(folder, database.url)

    assert listed == [
        ("up", "20250401070000", "Create venues"),
        ("down", "20250402070000", "Create tracks"),
    ]
    assert migrated.status == 1
    assert 'relation "tracks" already exists' in migrated.output


def test_rails_own_rollback_takes_the_newest_back(database: Database, tmp_path: Path) -> None:
    folder = _built("clean", database, tmp_path)

    rolled_back = rails.rollback(folder, database.url)

    assert rolled_back.status == 0, rolled_back.output
    assert stored_versions(database) == {"20250101100000"}


def test_loading_a_schema_marks_every_older_file_as_run(
    any_database: Database, second_database: Database, tmp_path: Path
) -> None:
    folder = _built("clean", any_database, tmp_path)
    assert rails.migrate(folder, any_database.url).migrated == ["20250105100000"]
    schema = tmp_path / "schema.rb"
    assert rails.schema_dump(folder, any_database.url, schema).status == 0
    never_ran = folder / "20250102100000_create_labels.rb"
    never_ran.write_text("class CreateLabels < ActiveRecord::Migration[6.1]; end\n")

    loaded = rails.schema_load(folder, second_database.url, schema)

    assert loaded.status == 0, loaded.output
    assert stored_versions(second_database) == {
        "20250101100000",
        "20250102100000",
        "20250103100000",
        "20250105100000",
    }


def test_a_clean_scenario_counts_as_repaired_as_it_is(
    any_database: Database, tmp_path: Path
) -> None:
    _built("clean", any_database, tmp_path)

    rails.assert_repaired(tmp_path / "repository", any_database.url, load_scenario("clean"))


@pytest.mark.parametrize("name", ["shifted-numbers", "both-recorded", "reused-version"])
def test_an_unrepaired_scenario_does_not_count_as_repaired(
    name: str, database: Database, tmp_path: Path
) -> None:
    _built(name, database, tmp_path)

    with pytest.raises(AssertionError):
        rails.assert_repaired(tmp_path / "repository", database.url, load_scenario(name))


def _built(name: str, database: Database, into: Path) -> Path:
    """Build the repository and the database; return the migration folder."""
    scenario = load_scenario(name)
    build_database(scenario, database.url)
    return build_repository(scenario, into / "repository") / scenario.directories[0]
