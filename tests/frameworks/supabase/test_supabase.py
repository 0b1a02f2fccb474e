"""Supabase's own schema, and the advice that makes a migration run twice.

What it says was seen by running the command line 3.1.0; ``tests/proofs/tools_of_npm.py`` runs it.
"""

import json

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import Repo

FOLDER = "supabase/migrations"
VERSIONS = ("20250101000000", "20250102000000", "20250103000000")
NEW = "20250104000000"
_TABLE = """CREATE SCHEMA supabase_migrations;
CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY, statements text[],
name text);
"""


@pytest.fixture
def app(tmp_path, database) -> Repo:
    """The second of three was renamed after all ran."""
    repo = Repo.make(tmp_path / "app")
    rows = _TABLE
    for version in VERSIONS:
        sql = f"CREATE TABLE t{version} (id integer)"
        repo.write(f"{version}_made.sql", f"{sql};\n", FOLDER)
        rows += f"{sql};\nINSERT INTO supabase_migrations.schema_migrations VALUES ('{version}', "
        rows += f"ARRAY['{sql}', 'it''s \"x\", {{y}}'], 'made');\n"
    repo.commit()
    database.run(rows)
    repo.move(f"{VERSIONS[1]}_made.sql", f"{NEW}_renamed.sql", FOLDER)
    repo.commit()
    return repo


def rows_of(database) -> list[tuple[object, ...]]:
    return database.run("SELECT * FROM supabase_migrations.schema_migrations ORDER BY 1")


def test_it_refuses_and_its_advice_is_contradicted(app, database):
    done = migdoctor(app.path, "diagnose", "--format", "json", "--database-url", database.url)

    report = json.loads(done.out)
    prediction = report["environments"][0]["prediction"]
    assert (done.status, report["repository"]["framework"]) == (1, "supabase")
    assert "not found in local migrations directory" in prediction["refuses"]["reason"]
    assert prediction["would_run"] == []
    fix = next(it["fix"] for it in report["findings"] if it["code"] == "MD101")
    assert f"not `supabase migration repair --status reverted {VERSIONS[1]}`" in fix


def test_a_rewrite_keeps_the_statements_that_ran_and_can_be_undone(app, database, tmp_path):
    before = rows_of(database)
    place = {"XDG_STATE_HOME": str(tmp_path / "state")}
    asked = ("--database-url", database.url, "--yes")

    done = migdoctor(app.path, "rewrite", "--apply", *asked, **place)

    assert done.status == 0, done.err
    assert (NEW, before[1][1], "renamed") in rows_of(database)
    assert migdoctor(app.path, "undo", *asked, **place).status == 0
    assert rows_of(database) == before


def test_rails_in_the_same_repository_is_read_from_its_own_table(app, database):
    """Both call it schema_migrations; only the schema tells them apart."""
    app.write(f"{VERSIONS[0]}_a.rb", "class A < ActiveRecord::Migration[7.0]\nend\n", "db/migrate")
    app.commit()
    database.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
    database.run(f"INSERT INTO schema_migrations VALUES ('{VERSIONS[0]}')")

    found = [
        json.loads(
            migdoctor(
                app.path,
                "diagnose",
                "--framework",
                name,
                "--format",
                "json",
                "--database-url",
                database.url,
            ).out
        )["environments"][0]["applied"]
        for name in ("rails", "supabase")
    ]

    assert found == [1, 3]


def test_work_without_a_row_is_recorded_by_the_tools_own_command(app, database):
    """Its advice was followed: nothing is left to pair, but the work is there."""
    database.run(
        f"DELETE FROM supabase_migrations.schema_migrations WHERE version = '{VERSIONS[1]}'"
    )

    done = migdoctor(app.path, "diagnose", "--format", "json", "--database-url", database.url)

    report = json.loads(done.out)
    prediction = report["environments"][0]["prediction"]
    assert (done.status, prediction["runs_again"]) == (1, [NEW])
    assert f"supabase migration repair --status applied {NEW}" in done.out
