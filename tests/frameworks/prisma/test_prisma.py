"""Prisma's log of attempts, and its folders: what stands, what refuses, what goes with a move.

What it does was seen by running prisma 6.19.3; ``tests/proofs/tools_of_npm.py`` runs it.
"""

import json
import subprocess

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import Repo

FOLDER = "prisma/migrations"
NAMES = ("20250101000000_songs", "20250102000000_albums", "20250103000000_artists")
_TABLE = """CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY,
checksum varchar(64) NOT NULL, finished_at timestamptz,
migration_name varchar(255) NOT NULL, logs text,
rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),
applied_steps_count integer NOT NULL DEFAULT 0);
"""


def row(name: str, finished: str = "now()", rolled_back: str = "NULL") -> str:
    return (
        "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, rolled_back_at)"
        f" VALUES (gen_random_uuid(), 'c', {finished}, '{name}', {rolled_back});\n"
    )


@pytest.fixture
def repo(tmp_path) -> Repo:
    made = Repo.make(tmp_path / "app")
    made.write("migration_lock.toml", 'provider = "postgresql"\n', FOLDER)
    for name in NAMES:
        table = name.partition("_")[2]
        made.write(f"{name}/migration.sql", f"CREATE TABLE {table} (id integer);\n", FOLDER)
    made.commit()
    return made


def diagnosed(repo: Repo, database, rows: str) -> dict:
    database.run(_TABLE + rows)
    done = migdoctor(repo.path, "diagnose", "--format", "json", "--database-url", database.url)
    assert done.status in (0, 1), done.err
    return json.loads(done.out)


def predicted(report: dict) -> dict:
    return report["environments"][0]["prediction"]


def test_an_attempt_that_was_rolled_back_ran_nothing_and_its_retry_counts(repo, database):
    rows = (
        row(NAMES[0])
        + row(NAMES[1], "NULL", "now()")
        + row(NAMES[1])
        + row("gone", "NULL", "now()")
    )

    report = diagnosed(repo, database, rows)

    assert [it["version"] for it in report["pending"]] == [NAMES[2]]
    assert report["orphans"] == []
    assert predicted(report)["refuses"] is None


def test_a_failed_attempt_stops_every_run(repo, database):
    report = diagnosed(repo, database, row(NAMES[0]) + row(NAMES[1], "NULL"))

    refuses = predicted(report)["refuses"]
    assert refuses["version"] == NAMES[1]
    assert "migrate found failed migrations in the target database" in refuses["reason"]
    assert predicted(report)["would_run"] == []


def test_a_folder_without_its_file_stops_every_run(repo, database):
    repo.write("20250104000000_later/README.md", "later\n", FOLDER)
    repo.commit()

    report = diagnosed(repo, database, "".join(map(row, NAMES)))

    assert "Could not find the migration file" in predicted(report)["refuses"]["reason"]


def test_a_rewrite_keeps_the_void_attempts_and_can_be_undone(repo, database, tmp_path):
    repo.move(f"{NAMES[1]}/migration.sql", "20250104000000_albums/migration.sql", FOLDER)
    repo.commit()
    database.run(_TABLE + row(NAMES[1], "NULL", "now()") + "".join(map(row, NAMES)))
    asked = "SELECT * FROM _prisma_migrations ORDER BY id"
    before = database.run(asked)
    place = {"XDG_STATE_HOME": str(tmp_path / "state")}

    done = migdoctor(
        repo.path, "rewrite", "--database-url", database.url, "--apply", "--yes", **place
    )

    assert done.status == 0, done.err
    changed = {
        old[3]: new[3] for old, new in zip(before, database.run(asked), strict=True) if old != new
    }
    assert changed == {NAMES[1]: "20250104000000_albums"}
    undone = migdoctor(repo.path, "undo", "--database-url", database.url, "--yes", **place)
    assert undone.status == 0, undone.err
    assert database.run(asked) == before


def test_a_folder_that_a_move_empties_goes_and_comes_back(repo):
    """An empty one would stop Prisma: P3015."""
    new = "20250104000000_albums"
    repo.move(f"{NAMES[1]}/migration.sql", f"{new}/migration.sql", FOLDER)
    repo.commit()
    (repo.path / "rows").write_text("\n".join(NAMES))
    script = migdoctor(repo.path, "rename-back", "--rows", "rows", "--format", "sh").out

    for _ in range(2):  # twice is once
        ran = subprocess.run(
            ["/bin/sh"], input=script, cwd=repo.path, text=True, capture_output=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        found = sorted(it.name for it in (repo.path / FOLDER).iterdir())
        assert found == [*NAMES, "migration_lock.toml"]


def test_a_renamed_folder_is_refused_by_the_gate(repo):
    base = repo.git("rev-parse", "HEAD").strip()
    repo.move(f"{NAMES[1]}/migration.sql", "20250104000000_albums/migration.sql", FOLDER)
    repo.commit()

    done = migdoctor(repo.path, "check", "--base", base, "--format", "json")

    assert done.status == 1
    assert [it["code"] for it in json.loads(done.out)["findings"]] == ["MD301"]
