"""What an edit hid is brought by the follow-up: two real databases come out the same."""

import json
from pathlib import Path

import pytest

from analyzer.operations.demo.scenario import build_database, build_repository, load_scenario
from tests.support.accidents.edited_application import build, follow_up, migdoctor
from tests.support.accidents.edits import EDITS
from tests.support.databases.catalogs import unordered
from tests.support.databases.servers import Database, fresh_database
from tests.support.frameworks import rails
from tests.support.histories.repositories import FOLDER

pytestmark = pytest.mark.rails


def from_zero(repository: Path, database: Database, folder: str) -> dict[str, list[str]]:
    with fresh_database(database.server) as fresh:
        built = rails.migrate(repository / folder, fresh.url)
        assert built.status == 0, built.output
        return unordered(fresh)


def test_after_rewrite_and_follow_up_production_is_as_one_built_from_zero(tmp_path, any_database):
    draft = follow_up_the_incident(tmp_path, any_database, "rewrite")

    assert 'change_column_null "system_settings", "key", false' in draft
    assert '"index_system_settings_on_key", unique: true' in draft


def test_after_rename_back_and_follow_up_the_edits_are_notes(tmp_path, database):
    follow_up_the_incident(tmp_path, database, "rename-back")

    again = migdoctor(tmp_path / "app", database, "diagnose", "--format", "json")
    edited = [it for it in json.loads(again.stdout)["findings"] if it["code"] == "MD106"]
    assert {finding["severity"] for finding in edited} == {"note"}, edited
    assert again.returncode == 0


def follow_up_the_incident(tmp_path: Path, database: Database, how: str) -> str:
    """Repair it, follow up, and see that a database built from scratch is no other."""
    scenario = load_scenario("archive-incident")
    repository = build_repository(scenario, tmp_path / "app")
    build_database(scenario, database.url)
    (folder,) = scenario.directories
    draft = follow_up(repository, database, how, folder)
    assert unordered(database) == from_zero(repository, database, folder)
    return draft


def test_a_follow_up_brings_all_that_thirty_edits_hid(tmp_path, any_database):
    closable = [edit for edit in EDITS if not edit.stays]
    repo = build(tmp_path / "app", any_database, closable)

    follow_up(repo.path, any_database, "rewrite", FOLDER)

    assert unordered(any_database) == from_zero(repo.path, any_database, FOLDER)


def test_what_would_destroy_data_is_said_and_left_alone(tmp_path, database):
    lossy = [edit for edit in EDITS if edit.stays]
    repo = build(tmp_path / "app", database, lossy)
    before = unordered(database)

    draft = follow_up(repo.path, database, "rewrite", FOLDER)

    _, _, left = draft.partition("# Not done here")
    assert all(word in left for edit in lossy for word in edit.stays), draft
    lost = {item for kind in ("columns", "indexes") for item in before[kind]}
    assert lost <= {item for kind in ("columns", "indexes") for item in unordered(database)[kind]}


def test_rows_that_forbid_a_step_stop_the_follow_up_with_their_reason(tmp_path, database):
    (null,) = [edit for edit in EDITS if edit.name == "null"]
    repo = build(tmp_path / "app", database, [null])
    database.run("INSERT INTO t_null (plays) VALUES (1)")

    with pytest.raises(AssertionError, match=r"t_null\.name holds NULL: fill it first"):
        follow_up(repo.path, database, "rewrite", FOLDER)


def test_the_repaired_schema_file_says_what_the_real_dump_says(tmp_path, database):
    repo = build(tmp_path / "app", database, [edit for edit in EDITS if edit.name == "column"])
    dumped = tmp_path / "schema.rb"
    assert rails.schema_dump(repo.path / FOLDER, database.url, dumped).status == 0
    repo.write("schema.rb", dumped.read_bytes(), "db")

    follow_up(repo.path, database, "rewrite", FOLDER)
    repo.git("apply", "fix")

    database.run("DELETE FROM schema_migrations WHERE version NOT LIKE '2025%'")  # the follow-up's
    assert rails.schema_dump(repo.path / FOLDER, database.url, dumped).status == 0
    line = next(it for it in dumped.read_text().splitlines() if "define(version:" in it)
    assert "2025_01_00_000000" in line
    assert line in (repo.path / "db/schema.rb").read_text().splitlines()
