"""Fleets whose tenants have hostile names, or something else in the place of a version table."""

import json
import time

import pytest

from analyzer.analysis.notes.seals import seal_of
from analyzer.model.notes.note import RunNote
from tests.services.fleets.test_fleet_places import V1, V2, place_in
from tests.support.commands import warm
from tests.support.commands.repair_runs import Place

FLEET = ("--each-schema", "*")
SHORTLY = warm.changed("engines.postgresql.notes.note_reading._PATIENCE", "500ms")
WAIT = "wait until that session has ended, then run the same command again"
NAMES = (
    "plain",
    'quo"te',
    "apo'strophe",
    "new\nline",
    "UPPER Case",
    "$dollar$",
    "back\\slash",
    "per%cent",
    "{brace}",
    "-- comment",
    "; DROP SCHEMA plain CASCADE; --",
    "$do$",
    "x" * 63,
    "żółć-日本",
    "pg",
    "\u202eright",
    ":colon",
    "*",
)
_MAKE = """
CREATE SCHEMA {0};
CREATE TABLE {0}.schema_migrations (version varchar PRIMARY KEY);
CREATE TABLE {0}.songs (id bigserial PRIMARY KEY);
INSERT INTO {0}.schema_migrations VALUES ('20250101000000');"""


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def rows(place: Place) -> dict[str, list[str]]:
    return {
        name: [
            it
            for (it,) in place.database.run(
                f"SELECT version FROM {quoted(name)}.schema_migrations ORDER BY 1"
            )
        ]
        for name in NAMES
    }


def chain(place: Place, name: str) -> list[RunNote]:
    told = place.database.run(
        "SELECT number, version, path, sha256, commit_id, kind, "
        "to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), "
        f"recorded_by, previous, seal FROM {quoted(name)}.migdoctor_notes ORDER BY number"
    )
    return [RunNote(*it) for it in told]


@pytest.fixture
def place(tmp_path, database) -> Place:
    for name in NAMES:
        database.run(_MAKE.format(quoted(name)))
    return place_in(tmp_path, database)


def test_names_are_names(place, tmp_path):
    fine = {name: [V1] for name in NAMES}
    moved = {name: [V2] for name in NAMES}
    told = place.run("diagnose", *FLEET, "--format", "json")
    (group,) = told.json["environments"]
    assert sorted(group["members"]) == sorted(NAMES)
    shown = place.run("diagnose", *FLEET).out
    assert "\u202e" not in shown

    noted = place.run("record", *FLEET)
    assert noted.status == 0, noted.out + noted.err
    done = place.run("rewrite", *FLEET, "--apply", "--yes")
    assert (done.status, rows(place)) == (0, moved), done.err
    for name in NAMES:
        notes = chain(place, name)
        assert [it.kind for it in notes] == ["adopted", "removed", "adopted"]
        assert [it.seal for it in notes] == [seal_of(it) for it in notes]
    again = place.run("record", *FLEET, "--format", "json")
    assert json.loads(again.out)["noted"] == []
    back = place.run("undo", "--yes")
    assert (back.status, rows(place)) == (0, fine), back.err

    scripts = place.run("rewrite", *FLEET, "-o", str(tmp_path / "scripts"))
    assert scripts.status == 0, scripts.err
    files = sorted((tmp_path / "scripts").rglob("*.sql"))
    assert len(files) == len(NAMES)
    for it in files:
        place.database.run(_without_psql(it.read_text()))
    assert rows(place) == moved


def _without_psql(text: str) -> str:
    return "\n".join(it for it in text.splitlines() if not it.startswith("\\"))


IN_ITS_PLACE = {
    "a view": "CREATE VIEW odd.schema_migrations AS SELECT '20250101000000'::varchar AS version",
    "a materialized view": "CREATE MATERIALIZED VIEW odd.schema_migrations AS "
    "SELECT '20250101000000'::varchar AS version",
    "another make": "CREATE TABLE odd.schema_migrations (number int)",
    "rules": "CREATE TABLE odd.schema_migrations (version varchar PRIMARY KEY); "
    "INSERT INTO odd.schema_migrations VALUES ('20250101000000'); "
    "CREATE TABLE odd.songs (id bigserial PRIMARY KEY); "
    "CREATE RULE r AS ON UPDATE TO odd.schema_migrations DO INSTEAD NOTHING",
    "a trigger that keeps it": "CREATE TABLE odd.schema_migrations (version varchar PRIMARY KEY); "
    "INSERT INTO odd.schema_migrations VALUES ('20250101000000'); "
    "CREATE TABLE odd.songs (id bigserial PRIMARY KEY); "
    "CREATE FUNCTION odd.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'; "
    "CREATE TRIGGER t BEFORE UPDATE ON odd.schema_migrations "
    "FOR EACH ROW EXECUTE FUNCTION odd.f()",
    "a trap on the path": "CREATE TABLE odd.schema_migrations (version varchar PRIMARY KEY); "
    "INSERT INTO odd.schema_migrations VALUES ('20250101000000'); "
    "CREATE TABLE odd.songs (id bigserial PRIMARY KEY); "
    "CREATE FUNCTION odd.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'; "
    "CREATE FUNCTION odd.eq(varchar, varchar) RETURNS bool LANGUAGE sql AS 'SELECT true'; "
    "CREATE OPERATOR odd.= (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = odd.eq)",
}
_FINE = {"a trap on the path"}


@pytest.mark.parametrize("kind", IN_ITS_PLACE)
def test_what_is_odd_in_one_tenant_is_told_and_the_others_are_repaired(tmp_path, database, kind):
    database.run("CREATE SCHEMA odd; " + IN_ITS_PLACE[kind])
    for name in ("one", "two"):
        database.run(_MAKE.format(name))
    place = place_in(tmp_path, database)

    told = place.run("diagnose", *FLEET, "--format", "json")
    done = place.run("rewrite", *FLEET, "--apply", "--yes", "--lock-timeout", "2s")

    assert told.status in (1, 2), told.err
    after = {
        it: database.run(f"SELECT version FROM {it}.schema_migrations") for it in ("one", "two")
    }
    assert after == {"one": [(V2,)], "two": [(V2,)]}, done.err
    assert done.status == (0 if kind in _FINE else 1), done.err
    if kind not in _FINE:
        assert "odd" in done.err
        assert place.run("record", *FLEET).status in (0, 2)
    else:
        assert database.run("SELECT version FROM odd.schema_migrations") == [(V2,)]


def test_a_tenant_that_another_session_holds_is_named_and_the_others_are_done(tmp_path, database):
    for name in ("one", "two", "three"):
        database.run(_MAKE.format(name))
    place = place_in(tmp_path, database)
    assert place.run("record", *FLEET).status == 0
    with database.connect() as holding:
        holding.execute("BEGIN; LOCK TABLE two.migdoctor_notes IN ACCESS EXCLUSIVE MODE")
        words = ("rewrite", *FLEET, "--apply", "--yes", "--lock-timeout", "200ms")
        done = place.run(*words, **SHORTLY)

    assert "two" in done.err
    versions = {
        it: database.run(f"SELECT version FROM {it}.schema_migrations")
        for it in ("one", "two", "three")
    }
    assert versions["one"] == versions["three"] == [(V2,)]
    noted = database.run("SELECT version, kind FROM two.migdoctor_notes ORDER BY number")
    follows = [(V1, "adopted"), (V1, "removed"), (V2, "adopted")]
    assert noted == (follows if versions["two"] == [(V2,)] else follows[:1])


def test_locked_notes_are_waited_for_once_in_a_run(tmp_path, database):
    names = [f"t{number:02}" for number in range(30)]
    for name in names:
        database.run(_MAKE.format(name))
    place = place_in(tmp_path, database)
    assert place.run("record", *FLEET).status == 0
    with database.connect() as holding:
        held = ", ".join(f"{it}.migdoctor_notes" for it in names)
        holding.execute(f"BEGIN; LOCK TABLE {held} IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        told = place.run("diagnose", *FLEET, "--format", "json", **SHORTLY)
        taken = time.monotonic() - began
        alone = place.run(
            "diagnose", "--version-table", "t00.schema_migrations", "--format", "json", **SHORTLY
        )
        noted = place.run("record", "--version-table", "t00.schema_migrations", **SHORTLY)

    assert taken < 12  # 30 times 500 ms, and as long as a version table is waited for: 300 s
    assert told.status == 2, told.err
    assert {it["error"]["fix"] for it in told.json["environments"]} == {WAIT}
    (unread,) = (it for it in alone.json["findings"] if it["code"] == "MD135")
    assert (unread["severity"], unread["fix"]) == ("note", WAIT)
    assert (noted.status, WAIT in noted.err) == (2, True)
