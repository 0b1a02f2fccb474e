"""A fleet's scripts are for their own databases, and tenants may change while it is repaired."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from analyzer.model.core.environments import DatabasePlace
from analyzer.model.plans.repair_result import FleetResult
from analyzer.records import Struct
from analyzer.services.dialogue import Unattended
from analyzer.services.fleets import rewrite
from analyzer.services.repair.options import FleetOptions, RewriteOptions
from analyzer.workflow.reading.request import Request
from tests.support.commands.repair_runs import Place
from tests.support.databases.servers import Database, fresh_database
from tests.support.histories.repositories import Repo

V1, V2 = "20250101000000", "20250301000000"
TENANTS = ("tenant_1", "tenant_2", "tenant_3")
_MAKE = """
CREATE SCHEMA IF NOT EXISTS {0};
CREATE TABLE {0}.schema_migrations (version varchar PRIMARY KEY);
CREATE TABLE {0}.songs (id bigserial PRIMARY KEY);
INSERT INTO {0}.schema_migrations VALUES ('20250101000000');"""
FILES = "[environments.tenants]\nurl = \"$TENANTS_URL\"\neach-schema = 'tenant_*'\n"
FILES += "[environments.other]\nrows = 'rows.txt'\n"


def place_in(folder: Path, database: Database) -> Place:
    repo = Repo.make(folder / "app")
    repo.add(f"{V1}_create_songs.rb", "CreateSongs", "create_table :songs")
    repo.commit()
    repo.move(f"{V1}_create_songs.rb", f"{V2}_create_songs.rb")
    (repo.path / "rows.txt").write_text(f"{V1}\n")
    (repo.path / ".migdoctor.toml").write_text(FILES)
    repo.commit()
    variables = {"DATABASE_URL": database.url, "TENANTS_URL": database.url}
    return Place(folder / "app", database, folder / "state", variables)


def rows(database: Database, schema: str) -> list[str]:
    return [it for (it,) in database.run(f"SELECT version FROM {schema}.schema_migrations")]


@pytest.fixture
def place(tmp_path, database) -> Place:
    for it in TENANTS:
        database.run(_MAKE.format(it))
    return place_in(tmp_path, database)


def whole(place: Place, folder: Path) -> dict[str, str]:
    return {"all": place.run("rewrite", "--each-schema", "tenant_*").out}


def apart(place: Place, folder: Path) -> dict[str, str]:
    place.run("rewrite", "--each-schema", "tenant_*", "-o", str(folder))
    return {it.stem: it.read_text() for it in folder.iterdir()}


def among(place: Place, folder: Path) -> dict[str, str]:
    place.run("rewrite", "--all-environments", "-o", str(folder))
    return {"all": (folder / "tenants.sql").read_text()}


@contextmanager
def copied(database: Database) -> Iterator[Database]:
    """A database with all that this one holds, as a restored one has."""
    with fresh_database(database.server) as other:
        text = database.dump("--inserts").decode()
        other.run("\n".join(it for it in text.splitlines() if not it.startswith("\\")))
        yield other


def carried_out(database: Database, text: str) -> str:
    """What the server says against a script; empty where nothing."""
    try:
        database.run(text.replace("\\", "--"))
    except psycopg.Error as error:
        return str(error)
    return ""


@pytest.mark.parametrize("written", [whole, apart, among], ids=lambda it: it.__name__)
def test_each_script_of_a_fleet_of_schemas_refuses_a_copy(place, tmp_path, written):
    scripts = written(place, tmp_path / "scripts")

    assert scripts
    with copied(place.database) as other:
        for text in scripts.values():
            assert "this script is for environment" in carried_out(other, text)
        assert [rows(other, it) for it in TENANTS] == [[V1]] * 3
    for text in scripts.values():
        assert carried_out(place.database, text) == ""
    assert [rows(place.database, it) for it in TENANTS] == [[V2]] * 3


def test_each_script_of_a_fleet_of_databases_refuses_the_others(tmp_path, postgres18):
    with (
        fresh_database(postgres18, "own_one") as one,
        fresh_database(postgres18, "own_two") as two,
    ):
        for it in (one, two):
            it.run(_MAKE.format("public"))
        place = place_in(tmp_path, one)
        fleet = ("--each-database", "own_*")
        place.run("rewrite", *fleet, "-o", str(tmp_path / "scripts"))
        proposed = {it.stem: it.read_text() for it in (tmp_path / "scripts").iterdir()}
        assert set(proposed) == {"own_one", "own_two"}
        assert "this script is for environment" in carried_out(two, proposed["own_one"])
        assert rows(two, "public") == [V1]

        done = place.run("rewrite", *fleet, "--apply", "--yes")

        assert done.status == 0, done.err
        kept = {it["fleet"]["member"]: it["way_back"]["path"] for it in place.journal()}
        back = Path(kept["own_one"]).read_text()
        assert "this script is for environment" in carried_out(two, back)
        assert (rows(one, "public"), rows(two, "public")) == ([V2], [V2])
        assert carried_out(one, back) == ""
        assert rows(one, "public") == [V1]


class Meanwhile(Struct, frozen=True, dict=True):
    """What somebody else does between the plan and the first change, and what comes of it."""

    sql: str
    failed: tuple[str, ...] = ()
    status: int = 1


MEANWHILE = {
    "a tenant more": Meanwhile(_MAKE.format("tenant_4"), (), 0),
    "a tenant less": Meanwhile("DROP SCHEMA tenant_2 CASCADE", ("tenant_2",)),
    "a version table less": Meanwhile("DROP TABLE tenant_2.schema_migrations", ("tenant_2",)),
    "a version more": Meanwhile(
        "INSERT INTO tenant_3.schema_migrations VALUES ('20250302000000')", ("tenant_3",)
    ),
    "repaired by hand": Meanwhile(
        f"UPDATE tenant_1.schema_migrations SET version = '{V2}'", ("tenant_1",)
    ),
    "a view in its place": Meanwhile(
        "ALTER TABLE tenant_2.schema_migrations RENAME TO s; "
        "CREATE VIEW tenant_2.schema_migrations AS SELECT * FROM tenant_2.s",
        ("tenant_2",),
    ),
}


class _While(Unattended):
    """Says yes when something else has happened."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__(answer=True)
        self._happens = happens

    def ask(self, question: str) -> bool:
        self._happens()
        return super().ask(question)


@pytest.mark.parametrize("meanwhile", MEANWHILE.values(), ids=MEANWHILE)
def test_what_changes_between_plan_and_change_concerns_its_tenant_alone(
    place, monkeypatch, meanwhile
):
    monkeypatch.setenv("MIGDOCTOR_STATE_DIR", str(place.state))
    request = Request(
        now=datetime.now(UTC), repo=str(place.repository), database_url=place.database.url
    ).at(DatabasePlace(url=place.database.url, each_schema="tenant_*"))
    options = FleetOptions(RewriteOptions(), None, carry_out=True)

    ended = rewrite.apply(request, options, _While(lambda: place.database.run(meanwhile.sql)))

    assert isinstance(ended, FleetResult)
    assert tuple(it.member for it in ended.failed) == meanwhile.failed
    assert ended.status == meanwhile.status
    others = [it for it in TENANTS if it not in meanwhile.failed]
    assert [rows(place.database, it) for it in others] == [[V2]] * len(others)
