"""Notes beside the version tables of a fleet: each tenant's own, true after a repair and back."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.analysis.notes.seals import seal_of
from analyzer.model.core.fleet import Fleet, FleetKind
from analyzer.model.notes.note import RunNote
from analyzer.records import Struct
from analyzer.services.fleets.record import record_fleet
from analyzer.services.recording.options import RecordOptions
from analyzer.workflow.reading.request import Request
from tests.support.commands.repair_runs import Ended, Place
from tests.support.databases.servers import Database, fresh_database
from tests.support.histories.repositories import Repo

V1, V2, V3 = "20250101000000", "20250201000000", "20250301000000"
SONGS, ARTISTS = f"{V1}_create_songs.rb", f"{V2}_create_artists.rb"
FLEET = ("--each-schema", "tenant_*")
TENANTS = ("tenant_1", "tenant_2", "tenant_3", "tenant_4")
QUIET = {"GITHUB_SHA": "", "CI_COMMIT_SHA": "", "GIT_COMMIT": ""}
_MAKE = """
CREATE TABLE {0}.schema_migrations (version varchar PRIMARY KEY);
CREATE TABLE {0}.songs (id bigserial PRIMARY KEY);
INSERT INTO {0}.schema_migrations VALUES ('{1}')"""
_NOTES = """
SELECT number, version, path, sha256, commit_id, kind,
  to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), recorded_by, previous,
  seal
FROM {}.migdoctor_notes ORDER BY number"""


class Noted(Struct, frozen=True, dict=True):
    """A fleet whose second migration ran after the first `record`, in all tenants but the last."""

    place: Place
    repo: Repo
    fleet: tuple[str, ...] = FLEET

    def run(self, *words: str) -> Ended:
        return self.place.run(*words)

    def record(self, *words: str) -> Ended:
        return self.run("record", *self.fleet, *words)

    def chain(self, tenant: str) -> list[RunNote]:
        """The notes of a tenant; each seal and each link holds."""
        notes = [RunNote(*row) for row in self.place.database.run(_NOTES.format(tenant))]
        assert [it.seal for it in notes] == [seal_of(it) for it in notes]
        assert [it.previous for it in notes[1:]] == [it.seal for it in notes[:-1]]
        assert notes[0].previous.endswith(f" {tenant}.schema_migrations")
        return notes

    def told(self, tenant: str) -> list[tuple[str, str]]:
        return [(it.version, it.kind) for it in self.chain(tenant)]

    def deploy(self, *tenants: str) -> None:
        """Let the second migration run."""
        for it in tenants:
            self.place.database.run(
                f"CREATE TABLE {it}.artists (id bigserial PRIMARY KEY); "
                f"INSERT INTO {it}.schema_migrations VALUES ('{V2}')"
            )

    def rename(self) -> None:
        self.repo.move(ARTISTS, f"{V3}_create_artists.rb")
        self.repo.commit()


def made(folder: Path, database: Database, *tenants: str) -> Noted:
    for it in tenants:
        database.run(f"CREATE SCHEMA {it};" + _MAKE.format(it, V1))
    repo = Repo.make(folder / "app")
    repo.add(SONGS, "CreateSongs", "create_table :songs")
    repo.commit()
    variables = {"DATABASE_URL": database.url, **QUIET}
    return Noted(Place(folder / "app", database, folder / "state", variables), repo)


@pytest.fixture
def fleet(tmp_path, database) -> Noted:
    made_ = made(tmp_path, database, *TENANTS)
    assert made_.record().status == 0
    made_.repo.add(ARTISTS, "CreateArtists", "create_table :artists")
    made_.repo.commit()
    made_.deploy(*TENANTS[:-1])
    return made_


SEEN = [(V1, "adopted"), (V2, "witnessed")]
MOVED = [*SEEN, (V2, "removed"), (V3, "witnessed")]


def test_each_tenant_is_noted_on_its_own_and_twice_is_once(fleet):
    done = fleet.record()
    again = fleet.record()

    assert done.status == 0, done.err
    assert "Noted 1 version in each of 3 schemas (tenant_1, tenant_2, tenant_3):" in done.out
    assert "Nothing new to note in 1 schema (tenant_4)." in done.out
    assert [fleet.told(it) for it in TENANTS] == [SEEN, SEEN, SEEN, SEEN[:1]]
    assert "Nothing new to note in 4 schemas" in again.out
    assert [len(fleet.chain(it)) for it in TENANTS] == [2, 2, 2, 1]


def test_a_rewrite_and_its_undo_keep_the_notes_of_each_tenant_true(fleet):
    fleet.record()
    fleet.rename()

    done = fleet.run("rewrite", *FLEET, "--apply", "--yes")
    moved = [fleet.told(it) for it in TENANTS]
    fresh = fleet.run("diagnose", *FLEET, "--format", "json").json
    fleet.repo.git("revert", "--no-edit", "HEAD")
    back = fleet.run("undo", "--yes")

    assert done.status == 0, done.err
    assert moved == [MOVED, MOVED, MOVED, SEEN[:1]]
    assert {it["code"] for it in fresh["findings"]} <= {"MD108"}
    assert back.status == 0, back.err
    returned = [*MOVED, (V2, "witnessed"), (V3, "removed")]
    assert [fleet.told(it) for it in TENANTS] == [returned, returned, returned, SEEN[:1]]
    assert "Nothing new to note in 4 schemas" in fleet.record().out


def test_scripts_that_run_by_themselves_note_it_too(fleet, tmp_path):
    fleet.record()
    fleet.rename()

    fleet.run("rewrite", *FLEET, "-o", str(tmp_path / "scripts"))
    for script in (tmp_path / "scripts").iterdir():
        fleet.place.database.run(script.read_text().replace("\\", "--"))

    assert [fleet.told(it) for it in TENANTS] == [MOVED, MOVED, MOVED, SEEN[:1]]
    assert "Nothing new to note in 4 schemas" in fleet.record().out


def test_witnessed_notes_are_evidence_for_those_tenants_alone_that_have_them(fleet):
    fleet.record()
    fleet.deploy(TENANTS[-1])  # by hand, with nobody who saw it
    fleet.rename()

    told = fleet.run("diagnose", *FLEET, "--format", "json").json

    assert [it["members"] for it in told["environments"]] == [[*TENANTS[:-1]], [TENANTS[-1]]]
    (rename,) = told["renames"]
    assert "note" in {it["kind"] for it in rename["evidence"]}
    assert rename["confidence"] == "certain"


def test_notes_that_were_tampered_with_concern_their_tenant_alone(fleet):
    fleet.place.database.run("UPDATE tenant_2.migdoctor_notes SET path = 'x'")

    refused = fleet.record("--format", "json")
    told = fleet.run("diagnose", *FLEET, "--format", "json").json
    anew = fleet.record("--anew")

    assert refused.status == 1
    assert [it["member"] for it in json.loads(refused.out)["failed"]] == ["tenant_2"]
    assert [fleet.told(it) for it in TENANTS[:1]] == [SEEN]
    broken = {it["environment"] for it in told["findings"] if it["code"] == "MD132"}
    names = {it["name"]: it["members"] for it in told["environments"]}
    assert [names[it] for it in broken] == [["tenant_2"]]
    assert anew.status == 0, anew.err
    assert fleet.told("tenant_1") == SEEN
    notes = fleet.place.database.run("SELECT kind FROM tenant_2.migdoctor_notes ORDER BY number")
    assert notes == [("adopted",)] * 3


def test_a_tenant_that_is_locked_or_may_not_be_written_is_named_and_the_others_are_noted(fleet):
    fleet.place.database.run(
        "DROP TABLE tenant_1.migdoctor_notes; CREATE TABLE tenant_1.migdoctor_notes (number int)"
    )
    done = fleet.record()

    assert done.status == 2
    assert "tenant_1: the notes in table tenant_1.migdoctor_notes" in done.out
    assert [fleet.told(it) for it in TENANTS[1:]] == [SEEN, SEEN, SEEN[:1]]


def test_a_fleet_has_no_notes_in_a_file(fleet, tmp_path):
    to = fleet.record("--to", str(tmp_path / "notes"))
    read = fleet.run("diagnose", *FLEET, "--notes", str(tmp_path / "notes"))

    assert (to.status, read.status) == (2, 2)
    assert "each tenant" in to.err
    assert "--version-table SCHEMA.NAME" in read.err


def test_a_fleet_of_databases_is_noted_rewritten_and_taken_back(tmp_path, postgres18):
    with (
        fresh_database(postgres18, "noted_one") as one,
        fresh_database(postgres18, "noted_two") as two,
    ):
        for database in (one, two):
            database.run(_MAKE.format("public", V1))
        app = made(tmp_path, one)
        databases = ("--each-database", "noted_*")
        assert app.run("record", *databases).status == 0
        app.repo.add(ARTISTS, "CreateArtists", "create_table :artists")
        app.repo.commit()
        apps = [Noted(Place(tmp_path, it, tmp_path, {}), app.repo) for it in (one, two)]
        for it in apps:
            it.deploy("public")

        noted = app.run("record", *databases)
        app.rename()
        done = app.run("rewrite", *databases, "--apply", "--yes")
        moved = [it.told("public") for it in apps]
        back = app.run("undo", "--yes")

        assert "in each of 2 databases (noted_one, noted_two)" in noted.out
        assert done.status == 0, done.err
        assert moved == [MOVED, MOVED]
        assert back.status == 0, back.err
        assert [len(it.chain("public")) for it in apps] == [6, 6]


def test_a_large_fleet_says_how_far_it_is(fleet, monkeypatch):
    monkeypatch.setattr("analyzer.services.fleets.told._EVERY", -1.0)
    told: list[str] = []
    request = Request(
        datetime.now(UTC), repo=str(fleet.repo.path), database_url=fleet.place.database.url
    )

    record_fleet(request, Fleet(FleetKind.SCHEMA, "tenant_*"), RecordOptions(), {}, told.append)

    assert told == [f"{number} of 4 ..." for number in range(1, 5)]
