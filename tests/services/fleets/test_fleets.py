"""The rewrite of a fleet on real databases: by group, by tenant, cut, gone on with, taken back."""

import shlex
from pathlib import Path

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.commands.repair_runs import Ended, Place
from tests.support.databases import fleets
from tests.support.databases.servers import Database, fresh_database

MIGRATIONS, TENANTS = 50, 16
FLEET = ("--each-schema", "tenant_*")
ALL_DIFFER = len(fleets.ways(MIGRATIONS))


def place_of(tmp_path: Path, database: Database) -> Place:
    fleets.fill(database.url, TENANTS, MIGRATIONS)
    fleets.repository(tmp_path / "app", MIGRATIONS)
    return Place(tmp_path / "app", database, tmp_path / "state", {"DATABASE_URL": database.url})


def rows_of(database: Database) -> dict[str, tuple[str, ...]]:
    names = database.run(
        "SELECT n.nspname FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid "
        "WHERE c.relname = 'schema_migrations' ORDER BY 1"
    )
    return {
        name: tuple(v for (v,) in database.run(f'SELECT version FROM "{name}".schema_migrations'))
        for (name,) in names
    }


def rewrite(place: Place, *more: str) -> Ended:
    return place.run("rewrite", *FLEET, "--apply", "--yes", *more)


def is_new(rows: tuple[str, ...]) -> bool:
    newest = range(MIGRATIONS - fleets.RENAMED, MIGRATIONS)
    return not {fleets.version_of(number) for number in newest} & {*rows}


def test_all_tenants_are_rewritten_and_one_undo_takes_all_back(tmp_path, any_database):
    place = place_of(tmp_path, any_database)
    before = rows_of(any_database)

    done = rewrite(place)

    assert done.status == 0, done.err
    assert all(map(is_new, rows_of(any_database).values()))
    assert len({entry["id"] for entry in place.journal()}) == TENANTS - 1  # one had the new names
    assert len({entry["fleet"]["id"] for entry in place.journal()}) == 1
    again = place.run("diagnose", *FLEET, "--format", "json").json
    assert not any(
        state in ("applied", "both")
        for it in again["renames"]
        for state in it["environments"].values()
    )
    back = place.run("undo", "--yes")
    assert back.status == 0, back.err
    assert {k: sorted(v) for k, v in rows_of(any_database).items()} == {
        k: sorted(v) for k, v in before.items()
    }


def test_canaries_go_first_and_the_printed_command_goes_on(tmp_path, database):
    place = place_of(tmp_path, database)

    first = rewrite(place, "--canary", "3")

    new = [name for name, rows in rows_of(database).items() if is_new(rows)]
    assert first.status == 0, first.err
    assert len(new) == 3 + 1
    (command,) = [line for line in first.err.splitlines() if line.startswith("  migdoctor ")]
    words = shlex.split(command.replace('"$DATABASE_URL"', database.url))[1:]
    same = rewrite(place, "--canary", "3")
    assert same.status == 0, same.err
    assert sum(is_new(rows) for rows in rows_of(database).values()) == 3 + 1
    rest = place.run(*words, "--yes")
    assert rest.status == 0, rest.err
    assert all(map(is_new, rows_of(database).values()))
    assert len({entry["fleet"]["id"] for entry in place.journal()}) == 1


def test_scripts_of_a_run_that_was_killed_before_it_began_a_tenant_are_in_no_way(
    tmp_path, database
):
    place = place_of(tmp_path, database)
    rewrite(place, "--canary", "2")
    whole = place.journal()[0]["fleet"]["id"]
    left = place.state / "repairs" / f"{whole}.00003"
    left.mkdir()
    (left / "rewrite.sql").write_text("SELECT 1")

    done = rewrite(place)

    assert done.status == 0, done.err
    assert all(map(is_new, rows_of(database).values()))


def test_a_finished_repair_does_not_go_on_with_the_next_one(tmp_path, database):
    place = place_of(tmp_path, database)
    rewrite(place)
    old = fleets.version_of(MIGRATIONS - 1)
    database.run(
        f"UPDATE tenant_00001.schema_migrations SET version = '{old}' "
        f"WHERE version = '{fleets.new_version_of(MIGRATIONS - 1)}'"
    )

    done = rewrite(place)

    assert done.status == 0, done.err
    assert len({entry["fleet"]["id"] for entry in place.journal()}) == 2
    assert place.run("undo", "--yes").status == 0
    assert old in rows_of(database)["tenant_00001"]
    assert is_new(rows_of(database)["tenant_00002"])


def test_a_tenant_that_is_written_to_does_not_stop_the_others(tmp_path, database):
    place = place_of(tmp_path, database)
    with database.connect() as writing:
        writing.execute("BEGIN; DELETE FROM tenant_00003.schema_migrations WHERE false")
        done = rewrite(place, "--lock-timeout", "100ms")

    rows = rows_of(database)
    assert done.status == 1
    assert "tenant_00003: another session is writing" in done.err
    assert [name for name, found in rows.items() if not is_new(found)] == ["tenant_00003"]
    more = rewrite(place)
    assert more.status == 0, more.err
    assert len({entry["fleet"]["id"] for entry in place.journal()}) == 1


def test_a_tenant_that_was_changed_since_does_not_stop_the_undo(tmp_path, database):
    place = place_of(tmp_path, database)
    before = rows_of(database)
    rewrite(place)
    database.run("INSERT INTO tenant_00005.schema_migrations VALUES ('20990101000000')")
    database.run("DROP SCHEMA tenant_00007 CASCADE")

    back = place.run("undo", "--yes")

    assert back.status == 1
    assert "tenant_00005" in back.err
    assert "tenant_00007" in back.err
    after = rows_of(database)
    left = {"tenant_00005", "tenant_00007"}
    assert {k: sorted(v) for k, v in after.items() if k not in left} == {
        k: sorted(v) for k, v in before.items() if k not in left
    }
    assert is_new(after["tenant_00005"])


def test_one_tenant_can_be_taken_back_by_its_own_name(tmp_path, database):
    place = place_of(tmp_path, database)
    rewrite(place, "--canary", "2")
    first = place.journal()[0]

    back = place.run("undo", "--yes", first["id"])
    listed = place.run("undo", "--list").out

    assert back.status == 0, back.err
    assert f"{first['fleet']['id']}  rewrite of a fleet  1 done, 1 undone" in listed
    assert len(listed.splitlines()) < 8
    assert not is_new(rows_of(database)[first["fleet"]["member"]])


def test_a_script_for_each_tenant_is_written_into_a_folder(tmp_path, database):
    place = place_of(tmp_path, database)

    done = place.run("rewrite", *FLEET, "-o", str(tmp_path / "scripts"))

    assert done.status == 0, done.err
    written = sorted(path.stem for path in (tmp_path / "scripts").iterdir())
    assert written == [name for name, rows in rows_of(database).items() if not is_new(rows)]


def test_a_dry_run_tries_every_tenant_and_changes_none(tmp_path, database):
    place = place_of(tmp_path, database)
    before = rows_of(database)

    done = place.run("rewrite", *FLEET, "--dry-run")

    assert done.status == 0, done.err
    assert f"{TENANTS - 1} tenants tried" in done.err
    assert rows_of(database) == before
    assert place.journal() == []


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--combined",), id="combined"),
        pytest.param(("--follow-up", "draft.rb"), id="follow-up"),
        pytest.param(("--format", "patch"), id="patch"),
        pytest.param(("--each-database", "x*"), id="both kinds"),
    ],
)
def test_what_a_fleet_has_not_is_refused(tmp_path, database, words):
    place = place_of(tmp_path, database)

    done = place.run("rewrite", *FLEET, *words)

    assert done.status == 2
    assert rows_of(database) == rows_of(database)


def test_canaries_without_a_fleet_are_refused(tmp_path, database):
    place = place_of(tmp_path, database)

    assert place.run("rewrite", "--canary", "1").status == 2


def test_the_diagnosis_has_an_entry_for_each_group(tmp_path, any_database):
    place = place_of(tmp_path, any_database)

    told = place.run("diagnose", *FLEET, "--format", "json").json

    groups = [(it["name"], len(it["members"])) for it in told["environments"]]
    assert groups[0] == ("default:1", TENANTS - ALL_DIFFER)
    assert [name for name, _ in groups] == [f"default:{n}" for n in range(1, ALL_DIFFER + 2)]
    assert sum(number for _, number in groups) == TENANTS


@pytest.fixture
def shops(tmp_path, postgres18):
    """A fleet of two databases, and a role that may read both of them and change the first."""
    with (
        fresh_database(postgres18, "shop_one") as one,
        fresh_database(postgres18, "shop_two") as two,
    ):
        one.run("CREATE ROLE shopkeeper LOGIN")
        fleets.repository(tmp_path / "app", MIGRATIONS)
        for database in (one, two):
            fleets.fill(database.url, 12, MIGRATIONS)
            database.run("ALTER TABLE tenant_00011.schema_migrations SET SCHEMA public")
            for number in range(12):
                database.run(f"DROP SCHEMA tenant_{number:05} CASCADE")
            database.run("GRANT SELECT ON schema_migrations TO shopkeeper")
        one.run("GRANT ALL ON schema_migrations TO shopkeeper")
        yield one, two
    with postgres18.connect() as connection:
        connection.execute("DROP ROLE shopkeeper")


def test_a_fleet_of_databases_is_rewritten_and_taken_back_by_one_repair(tmp_path, shops):
    one, two = shops
    url = one.server.url(one.name, "shopkeeper")
    place = Place(tmp_path / "app", one, tmp_path / "state", {"DATABASE_URL": url})
    words = ("rewrite", "--each-database", "shop_*", "--apply", "--yes")

    hindered = place.run(*words)

    assert hindered.status == 1, hindered.err
    assert [is_new(rows_of(it)["public"]) for it in shops] == [True, False]
    two.run("GRANT ALL ON schema_migrations TO shopkeeper")
    done = place.run(*words)
    assert done.status == 0, done.err
    assert "This continues repair" in done.err
    assert all(is_new(rows_of(it)["public"]) for it in shops)
    back = place.run("undo", "--yes")
    assert back.status == 0, back.err
    assert not any(is_new(rows_of(it)["public"]) for it in shops)


def test_several_version_tables_are_found_unasked(tmp_path, database):
    place = place_of(tmp_path, database)

    nowhere = place.run("diagnose", "--format", "json")
    said = place.run("diagnose").out
    database.run("CREATE TABLE public.schema_migrations (version varchar PRIMARY KEY)")
    on_path = place.run("diagnose", "--format", "json")

    assert nowhere.status == 1
    assert said.startswith(f"No version table is on the search path, but {TENANTS} other schemas")
    for told, severity in ((nowhere, "error"), (on_path, "note")):
        (found,) = [it for it in told.json["findings"] if it["code"] == "MD206"]
        assert found["severity"] == severity
        assert "--each-schema 'tenant_000*'" in found["fix"]
        assert "MD206" not in place.run("diagnose", *FLEET).out


def configured(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "app" / ".migdoctor.toml").write_text(
        f'[environments.tenants]\nurl = "$TENANTS_URL"\n{pattern}\n'
    )


def test_a_fleet_of_the_configuration_and_one_of_its_members(tmp_path, database):
    place = place_of(tmp_path, database)
    configured(tmp_path, 'each-schema = "tenant_*"')
    place = Place(place.repository, database, place.state, {"TENANTS_URL": database.url})

    fleet = place.run("diagnose", "--environment", "tenants", "--format", "json").json
    one = place.run("diagnose", "--environment", "tenants:tenant_00003", "--format", "json").json
    done = place.run("rewrite", "--environment", "tenants:tenant_00003", "--apply", "--yes")

    assert [it["name"] for it in fleet["environments"]][:2] == ["tenants:1", "tenants:2"]
    assert [it["name"] for it in one["environments"]] == ["tenants:tenant_00003"]
    assert done.status == 0, done.err
    new = {name for name, rows in rows_of(database).items() if is_new(rows)}
    assert "tenant_00003" in new
    assert len(new) == 2
    advice = place.run("rename-back", "--environment", "tenants")
    assert (advice.status, "ran new names already" in advice.err) == (1, True)
    other = place.run("rehearse", "--environment", "tenants")
    assert (other.status, "is a fleet" in other.err) == (2, True)


def test_a_member_of_a_fleet_of_databases(tmp_path, postgres18):
    with fresh_database(postgres18, "mart_one") as one:
        fleets.repository(tmp_path / "app", MIGRATIONS)
        fleets.fill(one.url, 12, MIGRATIONS)
        one.run("ALTER TABLE tenant_00011.schema_migrations SET SCHEMA public")
        configured(tmp_path, 'each-database = "mart_*"')
        url = {"TENANTS_URL": postgres18.url("postgres")}
        place = Place(tmp_path / "app", one, tmp_path / "state", url)

        told = place.run("diagnose", "--environment", "tenants:mart_one", "--format", "json").json

        assert [it["applied"] for it in told["environments"]] == [MIGRATIONS]


def test_a_fleet_among_environments_has_one_script_for_all_its_tenants(tmp_path, database):
    place = place_of(tmp_path, database)
    configured(tmp_path, 'each-schema = "tenant_*"\n[environments.other]\nurl = "$TENANTS_URL"')
    place = Place(place.repository, database, place.state, {"TENANTS_URL": database.url})

    done = place.run("rewrite", "--all-environments", "-o", str(tmp_path / "scripts"))

    script = (tmp_path / "scripts" / "tenants.sql").read_text()
    assert done.status == 0, done.err
    database.run(script.replace("\\set", "--").replace("\\pset", "--"))
    assert all(map(is_new, rows_of(database).values()))


@pytest.mark.parametrize(
    "words",
    [
        ("diagnose",),
        ("diagnose", "--format", "json"),
        ("diagnose", "--format", "markdown"),
        ("advise",),
        ("rewrite",),
        ("rewrite", "--apply", "--yes"),
        ("record",),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("url", ["sqlite3:none.sqlite3", "postgresql://127.0.0.1:1/none"])
def test_a_fleet_that_cannot_be_read_says_why(tmp_path, monkeypatch, words, url):
    repo = fleets.repository(tmp_path / "app", 40)
    monkeypatch.setenv("MIGDOCTOR_STATE_DIR", str(tmp_path / "state"))

    done = migdoctor(repo.path, *words, *FLEET, DATABASE_URL=url)

    assert (done.status, done.out.strip()) == (2, "")
    assert "why:" in done.err
    assert "fix:" in done.err
