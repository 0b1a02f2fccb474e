"""What an edit hid is brought by the follow-up: two real databases come out the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.operations.scenario import build_database, build_repository, load_scenario
from tests.support import rails
from tests.support.catalogs import unordered
from tests.support.edited_application import build
from tests.support.edits import EDITS
from tests.support.repositories import FOLDER
from tests.support.servers import Database, fresh_database

pytestmark = pytest.mark.rails
ROOT = Path(__file__).resolve().parents[2]


def migdoctor(repository: Path, database: Database, *args: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "analyzer", *args], cwd=repository, capture_output=True, text=True,
        check=False, env={**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": database.url},
    )  # fmt: skip


def repair(repository: Path, database: Database, how: str, folder: str) -> str:
    """Carry out a repair, put its follow-up where it belongs, migrate; returns the draft."""
    draft = repository / "draft.rb"
    done = migdoctor(repository, database, how, "--follow-up", str(draft), "-o", "fix")
    assert done.returncode == 0, done.stderr
    if how == "rewrite":
        psql = [database.server.bin / "psql", "-X", "-d", database.url, "-v", "ON_ERROR_STOP=1"]
        subprocess.run([*psql, "-f", "fix"], cwd=repository, check=True, capture_output=True)
    else:
        subprocess.run(["sh", "fix"], cwd=repository, check=True, capture_output=True)
    (place,) = [line for line in done.stderr.split() if line.startswith(f"{folder}/2")][-1:]
    text = draft.read_text()
    draft.rename(repository / place)
    migrated = rails.migrate(repository / folder, database.url)
    assert migrated.status == 0, migrated.output
    assert place.rpartition("/")[2].partition("_")[0] in migrated.migrated
    return text


def from_zero(repository: Path, database: Database, folder: str) -> dict[str, list[str]]:
    with fresh_database(database.server) as fresh:
        built = rails.migrate(repository / folder, fresh.url)
        assert built.status == 0, built.output
        return unordered(fresh)


@pytest.mark.parametrize("how", ["rewrite", "rename-back"])
def test_after_the_incident_and_its_follow_up_production_is_as_one_built_from_zero(
    how, tmp_path, any_database
):
    scenario = load_scenario("archive-incident")
    repository = build_repository(scenario, tmp_path / "app")
    build_database(scenario, any_database.url)
    folder = scenario.directories[0]

    draft = repair(repository, any_database, how, folder)

    assert 'change_column_null "system_settings", "key", false' in draft
    assert unordered(any_database) == from_zero(repository, any_database, folder)
    again = migdoctor(repository, any_database, "diagnose")
    assert "warn" not in again.stdout or how == "rewrite", again.stdout


@pytest.fixture(scope="module")
def closable():
    return [edit for edit in EDITS if not edit.stays]


def test_a_follow_up_brings_all_that_two_dozen_edits_hid(tmp_path, any_database, closable):
    repo = build(tmp_path / "app", any_database, closable)

    repair(repo.path, any_database, "rewrite", FOLDER)

    assert unordered(any_database) == from_zero(repo.path, any_database, FOLDER)
