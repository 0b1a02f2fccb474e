"""The repairs, carried out with the real tools and judged by the real Rails."""

import os
import subprocess
from pathlib import Path

import pytest

from analyzer.operations.demo.scenario import build_database, build_repository, load_scenario
from tests.support.commands import warm
from tests.support.commands.repair_runs import Place
from tests.support.commands.scenarios import (
    commit_id,
    expected_moves,
    expected_row_changes,
    has_expected,
)
from tests.support.databases.servers import Database, fresh_database
from tests.support.frameworks.rails import assert_repaired, demand_rails, in_this_folder, migrate

pytestmark = pytest.mark.rails
ROOT = Path(__file__).resolve().parents[2]
WITH_FILES = ["archive-incident", "swap", "shifted-numbers", "reused-version"]
WITH_ROWS = ["archive-incident", "both-recorded", "shifted-numbers", "reused-version"]


def migdoctor(repository: Path, database: Database, *args: str) -> str:
    """Run the real command and return what it delivers."""
    done = warm.run_text(
        [*args], repository, {**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": database.url}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def options(scenario, repository) -> list[str]:
    """In a swap, the rows cannot tell what was deployed."""
    if scenario.name != "swap":
        return []
    return ["--deployed", commit_id(scenario, repository, scenario.deployed)]


@pytest.fixture
def broken(name, tmp_path, any_database):
    """A scenario's repository and its production database."""
    scenario = load_scenario(name)
    repository = build_repository(scenario, tmp_path / "app")
    build_database(scenario, any_database.url)
    return scenario, repository, any_database


@pytest.mark.parametrize("name", WITH_FILES)
def test_after_rename_back_rails_finds_a_file_for_all_that_ran(broken, tmp_path):
    scenario, repository, database = broken
    script = tmp_path / "fix.sh"

    script.write_text(
        migdoctor(repository, database, "rename-back", *options(scenario, repository))
    )
    subprocess.run(["sh", str(script)], cwd=repository, check=True, capture_output=True)

    if has_expected(scenario, "rename_back.txt"):
        for source, target in expected_moves(scenario):
            assert (repository / target).exists(), source
    assert_repaired(repository, database.url, scenario)


@pytest.mark.parametrize("name", WITH_ROWS)
def test_after_rewrite_rails_finds_a_file_for_all_that_ran(broken, tmp_path):
    scenario, repository, database = broken
    script = tmp_path / "fix.sql"
    before = versions(database)

    script.write_text(migdoctor(repository, database, "rewrite", *options(scenario, repository)))
    psql = database.server.bin / "psql"
    subprocess.run(
        [psql, "-X", "-d", database.url, "-v", "ON_ERROR_STOP=1", "-f", script],
        check=True,
        capture_output=True,
    )

    changed = dict(expected_row_changes(scenario))
    assert versions(database) == sorted({changed.get(version, version) for version in before})
    assert_repaired(repository, database.url, scenario)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        pytest.param("archive-incident", "rewrite", id="rewrite of the incident"),
        pytest.param("shifted-numbers", "rewrite", id="rewrite of a shift"),
        pytest.param("swap", "rename-back", id="rename-back of a swap"),
        pytest.param("reused-version", "rename-back", id="rename-back of a reused version"),
    ],
)
def test_what_migdoctor_carries_out_itself_is_whole_and_builds_from_zero(
    name, command, tmp_path, postgres15, postgres18
):
    scenario = load_scenario(name)
    repository = build_repository(scenario, tmp_path / "app")
    with fresh_database(postgres18) as database, fresh_database(postgres15) as zero:
        build_database(scenario, database.url)
        place = Place(repository, database, tmp_path / "state")

        done = place.run(command, "--apply", "--yes", *options(scenario, repository))

        assert done.status == 0, done.err
        assert "FAILED" not in done.err
        assert_repaired(repository, database.url, scenario)
        built = migrate(repository / scenario.directories[0], zero.url)
        assert built.status == 0, built.output


@pytest.mark.parametrize("repair", ["rewrite", "rename-back"])
def test_rehearse_runs_the_real_migrate_on_the_copy_only(repair, tmp_path, postgres15):
    demand_rails()
    scenario = load_scenario("archive-incident")
    repository = build_repository(scenario, tmp_path / "app")
    with fresh_database(postgres15) as database, fresh_database(postgres15) as scratch:
        build_database(scenario, database.url)
        place = Place(repository, database, tmp_path / "state")
        files, rows = place.files(), place.rows()

        done = place.run(
            "rehearse",
            "--repair",
            repair,
            "--scratch-url",
            scratch.url,
            "--format",
            "json",
            "--migrate-command",
            in_this_folder("db:migrate"),
        )

        assert done.status == 0, done.out + done.err
        pending, follow_up = done.json["migrate"]["ran"]
        assert pending == {"rewrite": "20250823000001", "rename-back": "20250121000001"}[repair]
        assert follow_up in str(done.json["follow_up"])
        assert "table public.sync_status_tracking" in done.json["migrate"]["new"]
        assert (place.files(), place.rows()) == (files, rows)


def versions(database: Database) -> list[str]:
    with database.connect() as connection:
        return sorted(row[0] for row in connection.execute("SELECT version FROM schema_migrations"))
