"""A fleet of SQLite files: diagnosed together, repaired, continued and taken back."""

import json
from pathlib import Path

import pytest

from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.sqlite_files import SqliteDatabase
from tests.support.histories.repositories import Repo

OLD, NEW = "20250101000000", "20250601000000"
TENANTS = ("tenant_a.db", "tenant_b.db", "tenant c'\".db", "tenant_odd.db")


@pytest.fixture
def fleet(tmp_path) -> dict[str, SqliteDatabase]:
    folder = tmp_path / "app" / "storage"
    folder.mkdir(parents=True)
    made = {name: SqliteDatabase(folder / name) for name in TENANTS}
    for name, one in made.items():
        one.run("CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY)")
        one.run("CREATE TABLE songs (id integer PRIMARY KEY AUTOINCREMENT NOT NULL)")
        if name != "tenant_odd.db":
            one.run(f"INSERT INTO schema_migrations VALUES ('{OLD}')")
    made["tenant_b.db"].run("PRAGMA journal_mode = wal")
    (folder / "tenant_d.db").symlink_to("tenant_a.db")  # the same once more
    (folder / "tenant_e.db").write_text("no database")
    SqliteDatabase(folder / "tenant_empty.db").run("CREATE TABLE other (a)")
    SqliteDatabase(folder / "else.db").run("CREATE TABLE schema_migrations (version varchar)")
    return made


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


def rows(one: SqliteDatabase) -> list[object]:
    return [row[0] for row in one.run("SELECT version FROM schema_migrations")]


PLACE = ("--each-database", "tenant*", "--database-url", "sqlite3:storage")


@pytest.mark.parametrize("place", ["storage", "storage/tenant_a.db"])
def test_those_that_are_alike_are_told_together(fleet, repo, place):
    address = f"sqlite3:{place}"
    done = run(repo, "diagnose", "--format", "json", *PLACE[:2], "--database-url", address)

    assert done.status == 1, done.err
    found = json.loads(done.out)["environments"]
    members = {tuple(Path(path).name for path in it["members"]) for it in found}
    assert members == {tuple(sorted(TENANTS[:3])), ("tenant_odd.db",)}
    assert {it["engine"] for it in found} == {"sqlite"}


def notes(one: SqliteDatabase) -> list[tuple[object, ...]]:
    return [
        tuple(it) for it in one.run("SELECT version, kind FROM migdoctor_notes ORDER BY number")
    ]


def test_a_repair_is_carried_out_continued_and_taken_back_and_noted(fleet, repo):
    noted = [run(repo, "record", *PLACE) for _ in range(2)]
    assert [it.status for it in noted] == [0, 0], noted[0].err
    first = run(repo, "rewrite", "--apply", "--yes", "--canary", "1", *PLACE)
    assert first.status == 0, first.out + first.err
    assert sorted(rows(fleet[it])[0] for it in TENANTS[:3]) == [OLD, OLD, NEW]
    rest = run(repo, "rewrite", "--apply", "--yes", *PLACE)
    assert rest.status == 0, rest.out + rest.err
    assert [rows(fleet[it]) for it in TENANTS] == [[NEW], [NEW], [NEW], []]
    back = run(repo, "undo", "--yes", *PLACE[2:])
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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--each-schema", "tenant*", *PLACE[2:]), "--each-database tenant*"),
        ((*PLACE, "--exec", "env"), "for file in"),
        ((*PLACE[:2], "--database-url", "sqlite3:nowhere/at/all"), "cannot be listed"),
        (("--each-database", "none*", *PLACE[2:]), "none*"),
    ],
)
def test_what_is_no_fleet_is_refused_with_what_is_meant(fleet, repo, words, told):
    done = run(repo, "diagnose", *words)

    assert done.status == 2
    assert told in done.err
