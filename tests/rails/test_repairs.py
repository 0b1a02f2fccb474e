"""The repairs, carried out with the real tools and judged by the real Rails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.operations.scenario import build_database, build_repository, load_scenario
from tests.support.rails import assert_repaired
from tests.support.scenarios import commit_id, expected_moves, expected_row_changes, has_expected
from tests.support.servers import Database

pytestmark = pytest.mark.rails
ROOT = Path(__file__).resolve().parents[2]
WITH_FILES = ["archive-incident", "swap", "shifted-numbers", "reused-version"]
WITH_ROWS = ["archive-incident", "both-recorded", "shifted-numbers", "reused-version"]


def migdoctor(repository: Path, database: Database, *args: str) -> str:
    """Run the real command and return what it delivers."""
    done = subprocess.run(
        [sys.executable, "-m", "analyzer", *args], cwd=repository, capture_output=True, text=True,
        check=False, env={**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": database.url},
    )  # fmt: skip
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
        check=True, capture_output=True,
    )  # fmt: skip

    changed = dict(expected_row_changes(scenario))
    assert versions(database) == sorted({changed.get(version, version) for version in before})
    assert_repaired(repository, database.url, scenario)


def versions(database: Database) -> list[str]:
    with database.connect() as connection:
        return sorted(row[0] for row in connection.execute("SELECT version FROM schema_migrations"))
