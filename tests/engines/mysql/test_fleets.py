"""A fleet of MariaDB databases: diagnosed together, repaired, continued and taken back."""

import json
from collections.abc import Iterator

import pytest

from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.mysql_servers import MysqlDatabase, MysqlServer
from tests.support.histories.repositories import Repo

OLD, NEW = "20250101000000", "20250601000000"
TENANTS = ("tenant_a", "tenant_b", "tenant_c", "tenant_odd")


@pytest.fixture
def fleet(mariadb: MysqlServer) -> Iterator[dict[str, MysqlDatabase]]:
    made = {name: MysqlDatabase(mariadb, name) for name in TENANTS}
    mariadb.run(";\n".join(f"CREATE DATABASE {name}" for name in (*made, "tenant_empty")))
    for name, one in made.items():
        one.run("CREATE TABLE schema_migrations (version varchar(255) PRIMARY KEY)")
        one.run("CREATE TABLE songs (id bigint AUTO_INCREMENT PRIMARY KEY)")
        if name != "tenant_odd":
            one.run(f"INSERT INTO schema_migrations VALUES ('{OLD}')")
    yield made
    mariadb.run(";\n".join(f"DROP DATABASE {name}" for name in (*made, "tenant_empty")))


@pytest.fixture
def repo(tmp_path) -> Repo:
    made = Repo.make(tmp_path / "app")
    made.add(f"{OLD}_create_songs.rb", "CreateSongs", "create_table :songs")
    made.commit()
    made.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb")
    made.commit("renamed")
    return made


def run(repo: Repo, *words: str) -> Done:
    return migdoctor(repo.path, *words, XDG_STATE_HOME=str(repo.path.parent / "state"))


def rows(one: MysqlDatabase) -> list[object]:
    return [row[0] for row in one.run("SELECT version FROM schema_migrations")]


def place(fleet: dict[str, MysqlDatabase]) -> tuple[str, ...]:
    return ("--each-database", "tenant_*", "--database-url", fleet["tenant_a"].url)


@pytest.mark.parametrize("way", [(), ("--exec", "env")], ids=["driver", "client"])
def test_those_that_are_alike_are_told_together(fleet, repo, way):
    done = run(repo, "diagnose", "--format", "json", *place(fleet), *way)

    assert done.status == 1, done.err
    found = json.loads(done.out)["environments"]
    members = {tuple(it["members"]): it["engine"] for it in found}
    assert members == {
        ("tenant_a", "tenant_b", "tenant_c"): "mysql",
        ("tenant_odd",): "mysql",
    }


def notes(one: MysqlDatabase) -> list[tuple[object, ...]]:
    return [
        tuple(it) for it in one.run("SELECT version, kind FROM migdoctor_notes ORDER BY number")
    ]


def test_a_repair_is_carried_out_continued_and_taken_back_and_noted(fleet, repo):
    noted = [run(repo, "record", *place(fleet)) for _ in range(2)]
    assert [it.status for it in noted] == [0, 0], noted[0].err
    first = run(repo, "rewrite", "--apply", "--yes", "--canary", "1", *place(fleet))
    assert first.status == 0, first.out + first.err
    assert [rows(fleet[it]) for it in TENANTS[:3]] == [[NEW], [OLD], [OLD]]
    rest = run(repo, "rewrite", "--apply", "--yes", *place(fleet))
    assert rest.status == 0, rest.out + rest.err
    assert [rows(fleet[it]) for it in TENANTS] == [[NEW], [NEW], [NEW], []]
    back = run(repo, "undo", "--yes", *place(fleet)[2:])
    assert back.status == 0, back.out + back.err
    assert [rows(fleet[it]) for it in TENANTS] == [[OLD], [OLD], [OLD], []]
    moved = [
        (OLD, "adopted"),
        (OLD, "removed"),
        (NEW, "adopted"),
        (OLD, "adopted"),
        (NEW, "removed"),
    ]
    assert [notes(fleet[it]) for it in TENANTS] == [moved, moved, moved, [("", "begun")]]


def test_schemas_are_refused_with_what_is_meant(fleet, repo):
    done = run(
        repo, "diagnose", "--each-schema", "tenant_*", "--database-url", fleet["tenant_a"].url
    )

    assert done.status == 2
    assert "--each-database tenant_*" in done.err
