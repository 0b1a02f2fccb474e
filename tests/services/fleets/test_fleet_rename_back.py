"""Files move once for a whole fleet, where that suits every tenant; else the others are named."""

import shlex

import pytest

from tests.services.fleets.test_fleet_places import TENANTS, V1, V2, place_in, rows
from tests.support.commands.repair_runs import Place
from tests.support.databases.servers import fresh_database

FLEET = ("--each-schema", "tenant_*")
OLD, NEW = f"db/migrate/{V1}_create_songs.rb", f"db/migrate/{V2}_create_songs.rb"
_MAKE = """
CREATE SCHEMA {0};
CREATE TABLE {0}.schema_migrations (version varchar PRIMARY KEY);
CREATE TABLE {0}.songs (id bigserial PRIMARY KEY);
INSERT INTO {0}.schema_migrations VALUES ('20250101000000');"""


@pytest.fixture
def place(tmp_path, database) -> Place:
    for it in TENANTS:
        database.run(_MAKE.format(it))
    return place_in(tmp_path, database)


def is_old(place: Place) -> bool:
    files = place.files()
    assert (OLD in files) != (NEW in files)
    return OLD in files


def test_files_move_once_and_one_undo_brings_them_back(place):
    place.database.run(_MAKE.format("tenant_9") + "CREATE TABLE tenant_9.odd (id int)")

    done = place.run("rename-back", *FLEET, "--apply", "--yes")

    assert done.status == 0, done.err
    assert is_old(place)
    assert len({it["id"] for it in place.journal()}) == 1
    told = place.run("diagnose", *FLEET, "--format", "json").json
    assert told["renames"] == []
    back = place.run("undo", "--yes")
    assert back.status == 0, back.err
    assert not is_old(place)


def test_the_script_the_plan_and_the_dry_run_are_those_of_one_database(place):
    script = place.run("rename-back", *FLEET)
    plan = place.run("rename-back", *FLEET, "--format", "json")
    tried = place.run("rename-back", *FLEET, "--dry-run")

    assert (script.status, plan.status, tried.status) == (0, 0, 0), script.err + tried.err
    assert OLD in script.out
    assert not is_old(place)


AGAINST = {
    "the new names": f"UPDATE tenant_2.schema_migrations SET version = '{V2}'",
    "both": f"INSERT INTO tenant_2.schema_migrations VALUES ('{V2}')",
    "nobody can read it": "ALTER TABLE tenant_2.schema_migrations RENAME version TO number",
}


@pytest.mark.parametrize("sql", AGAINST.values(), ids=AGAINST)
@pytest.mark.parametrize("words", [(), ("--apply", "--yes"), ("--dry-run",)], ids=" ".join)
def test_one_tenant_that_it_does_not_suit_is_named_and_nothing_moves(place, sql, words):
    place.database.run(sql)

    done = place.run("rename-back", *FLEET, *words)

    assert done.status == 1
    assert "tenant_2" in done.err
    assert "migdoctor rewrite" in done.err
    assert "--each-schema" in done.err
    assert "mv" not in done.out
    assert not is_old(place)
    assert place.journal() == []


def test_a_tenant_that_ran_neither_name_is_in_nobodys_way(place):
    place.database.run("DELETE FROM tenant_2.schema_migrations; DROP TABLE tenant_2.songs")

    done = place.run("rename-back", *FLEET, "--apply", "--yes")

    assert done.status == 0, done.err
    assert is_old(place)


def test_a_fleet_that_agrees_has_nothing_to_rename_back(place):
    for it in TENANTS:
        place.database.run(f"UPDATE {it}.schema_migrations SET version = '{V2}'")

    done = place.run("rename-back", *FLEET, "--apply", "--yes")

    assert done.status == 0
    assert "Nothing to rename back" in done.err


def test_a_fleet_whose_rewrite_has_begun_keeps_the_new_names(place):
    first = place.run("rewrite", *FLEET, "--apply", "--yes", "--canary", "1")
    done = place.run("rename-back", *FLEET, "--apply", "--yes")

    assert first.status == 0, first.err
    assert done.status == 1
    assert not is_old(place)


def test_the_diagnosis_prints_the_command_that_moves_them_for_all(place):
    told = place.run("diagnose", *FLEET)

    commands = [
        it.strip() for it in told.out.splitlines() if it.strip().startswith("migdoctor rename-back")
    ]
    assert commands
    assert all("--each-schema" in it for it in commands), commands
    words = shlex.split(commands[0].replace('"$DATABASE_URL"', place.database.url))
    done = place.run(*words[1:], "--yes")
    assert done.status == 0, done.err


def test_the_same_for_databases(tmp_path, postgres18):
    make = _MAKE.replace("CREATE SCHEMA {0};", "").format("public")
    with (
        fresh_database(postgres18, "moved_one") as one,
        fresh_database(postgres18, "moved_two") as two,
    ):
        for it in (one, two):
            it.run(make)
        place = place_in(tmp_path, one)
        words = ("rename-back", "--each-database", "moved_*", "--apply", "--yes")
        two.run(f"UPDATE schema_migrations SET version = '{V2}'")
        refused = place.run(*words)
        two.run(f"UPDATE schema_migrations SET version = '{V1}'")
        done = place.run(*words)

        assert (refused.status, done.status) == (1, 0), done.err
        assert "moved_two ran new names" in refused.err
        assert rows(two, "public") == [V1]
        assert is_old(place)
