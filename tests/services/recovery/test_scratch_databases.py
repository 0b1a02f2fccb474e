"""A backup of a scratch database is no backup of an environment, and nothing follows from it."""

import pytest

from tests.services.repair.rows.test_rewrite_apply import place_in
from tests.support.commands.repair_runs import Place


@pytest.fixture
def place(tmp_path, database) -> Place:
    place = place_in(tmp_path, database)
    settings = f'[environments.staging]\nurl = "{database.url}"\n'
    (place.repository / ".migdoctor.toml").write_text(settings)
    return place


def test_a_plain_dump_is_brought_in_by_a_scratch_database_never_the_environment(place, tmp_path):
    (tmp_path / "old.dump").write_bytes(b"PGDMP")

    told = place.run(
        *("recover", "tables", "--table", "songs", "--from-backup", "../old.dump"),
        *("--environment", "staging", "--yes"),
    )

    assert told.status == 1
    assert "migdoctor backup --database-url SCRATCH_URL" in told.err
    assert "backup --environment" not in told.err


def test_nothing_follows_from_a_backup_of_what_is_no_environment(place, database):
    scratch = place.run("backup", "-o", "a", "--database-url", database.url)
    named = place.run("backup", "-o", "b", "--environment", "staging")

    assert (scratch.status, named.status) == (0, 0)
    assert "What to do next" not in scratch.err
    assert "What to do next" in named.err


def test_tables_that_just_came_back_are_not_to_be_looked_at_again(place):
    assert place.run("backup", "-o", "old", "--environment", "staging").status == 0
    place.database.run("DELETE FROM songs")

    told = place.run(
        *("recover", "tables", "--table", "songs", "--from-backup", "old"),
        *("--environment", "staging", "--yes", "--replace"),
    )

    assert told.status == 0, told.err
    following = told.err.partition("What to do next")[2]
    assert "migdoctor rewrite" in following or "migdoctor rename-back" in following
    assert "--table" not in following
