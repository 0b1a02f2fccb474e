"""Liquibase by what 4.28.0 was seen to do: rows, checksums, refusals. It is not run itself.

``tests/proofs/tools_of_npm.py`` runs it, where there is Java.
"""

import json
import subprocess
from pathlib import Path

import pytest

from analyzer.frameworks.liquibase.changesets import normalised, read_changelog
from analyzer.frameworks.registry import framework
from analyzer.records import Struct
from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.servers import Database
from tests.support.histories.repositories import Repo

FOLDER = "src/main/resources/db/changelog"
_HEAD = "--liquibase formatted sql\n\n"
_TABLE = """CREATE TABLE databasechangelog (id varchar(255) NOT NULL, author varchar(255) NOT NULL,
    filename varchar(255) NOT NULL, dateexecuted timestamp NOT NULL, orderexecuted int NOT NULL,
    exectype varchar(10) NOT NULL, md5sum varchar(35))"""
_MASTER = """databaseChangeLog:
  - include:
      file: db/changelog/001-songs.sql
  - include: {file: 002-albums.sql, relativeToChangelogFile: true}
"""
_SONGS = f"{_HEAD}--changeset ann:1\nCREATE TABLE songs (id integer);\n"
_ALBUMS = (
    f"{_HEAD}--changeset ann:2\nCREATE TABLE albums (id integer);\n\n"
    "--changeset bob:more\nALTER TABLE albums ADD title text;\n"
)


class App(Struct, frozen=True):
    """A repository with two changelogs of three changesets that ran, and its database."""

    repo: Repo
    database: Database
    state: Path

    def run(self, *arguments: str) -> Done:
        place = ("--database-url", self.database.url)
        return migdoctor(self.repo.path, *arguments, *place, XDG_STATE_HOME=str(self.state))

    def prediction(self) -> dict:
        done = self.run("diagnose", "--format", "json")
        assert done.status in (0, 1), done.err
        return json.loads(done.out)["environments"][0]["prediction"]

    def rows(self) -> list[tuple[object, ...]]:
        return self.database.run(
            "SELECT filename, id, author FROM databasechangelog ORDER BY orderexecuted"
        )

    def rename(self) -> None:
        self.repo.move("002-albums.sql", "003-albums.sql", FOLDER)
        master = _MASTER.replace("002-", "003-")
        self.repo.write("db.changelog-master.yaml", master, FOLDER)
        self.repo.commit("renumber")


@pytest.fixture
def app(tmp_path, database) -> App:
    made = App(Repo.make(tmp_path / "app"), database, tmp_path / "state")
    made.repo.write("db.changelog-master.yaml", _MASTER, FOLDER)
    made.repo.write("001-songs.sql", _SONGS, FOLDER)
    made.repo.write("002-albums.sql", _ALBUMS, FOLDER)
    made.repo.commit()
    database.run(_TABLE)
    database.run("CREATE TABLE songs (id integer)")
    database.run("CREATE TABLE albums (id integer, title text)")
    for place, (path, text) in enumerate([("001-songs", _SONGS), ("002-albums", _ALBUMS)]):
        for order, it in enumerate(read_changelog(text.encode()).changesets):
            database.run(
                "INSERT INTO databasechangelog VALUES"
                f" ('{it.id}', '{it.author}', 'db/changelog/{path}.sql', now(),"
                f" {place * 5 + order}, 'EXECUTED', '{it.checksum}')"
            )
    return made


@pytest.mark.parametrize(
    ("text", "checksum"),
    [
        ("SELECT 1;", "9:0a7ed49c904abc7110aa09324b49f106"),
        (
            (
                "-- a plain comment\nCREATE TABLE s1 (id integer); -- trailing\n/* block */\n"
                "--comment: hello there\nINSERT INTO s1 VALUES (1);\n--rollback DROP TABLE s1;\n"
                "--rollback SELECT 2;\n"
            ),
            "9:2265cb9cfdc1292153b56e4b70b789af",
        ),
        (
            "/* liquibase rollback\nDROP TABLE x;\n*/\n--property name:x value:y\nSELECT 4;",
            "9:2e79509a25d3059bbd86bca32659c1f5",
        ),
        (
            (
                "--ignoreLines:start\nSELECT 9;\n--ignoreLines:end\n--ignoreLines:1\nSELECT 8;\n"
                "SELECT 'a b';"
            ),
            "9:bd9ca00b3b63fb93f777da0be90716a1",
        ),
        ("DO $$ BEGIN\n  PERFORM 1;\nEND $$;\n", "9:f7016d0e02526b20dbf2b1de7a10aa33"),
        ("SELECT ${what};", None),
        ("--validCheckSum: ANY\nSELECT 1;", None),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_checksums_are_those_that_were_recorded(text, checksum, ends):
    whole = f"\ufeff{_HEAD}--changeset ann:1\n{text}".replace("\n", ends)

    (found,) = read_changelog(whole.encode()).changesets

    assert found.checksum == checksum


_XML = """<?xml version="1.0" encoding="UTF-8"?>
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog" logicalFilePath="x/y.xml">
<changeSet id="x1" author="a"><sql>SELECT 1;</sql></changeSet>
<changeSet id="x2" author="a" runOnChange="true"><comment>hey</comment>
<sql splitStatements="false">SELECT 1;
 SELECT 2</sql><sql>SELECT 5</sql><rollback/></changeSet>
<changeSet id="x3" author="a"><createTable tableName="songs"/></changeSet>
<include file="sub/z.xml"/>
</databaseChangeLog>
"""
_YAML = """databaseChangeLog:
  - logicalFilePath: x/y.xml
  - changeSet: {id: x1, author: a, changes: [{sql: {sql: "SELECT 1;"}}]}
  - changeSet:
      id: x2
      author: a
      runOnChange: true
      changes:
        - sql: {splitStatements: false, sql: "SELECT 1; SELECT 2"}
        - sql: {sql: SELECT 5}
  - changeSet: {id: x3, author: a, changes: [{createTable: {tableName: songs}}]}
  - include: {file: sub/z.xml}
"""


@pytest.mark.parametrize(
    "text",
    [
        _XML,
        _YAML,
        _JSON := json.dumps(
            {
                "databaseChangeLog": [
                    {
                        "changeSet": {
                            "id": "x1",
                            "author": "a",
                            "logicalFilePath": "x/y.xml",
                            "changes": [{"sql": {"sql": "SELECT 1;"}}],
                        }
                    },
                    {
                        "changeSet": {
                            "id": "x2",
                            "author": "a",
                            "runOnChange": True,
                            "logicalFilePath": "x/y.xml",
                            "changes": [
                                {"sql": {"sql": "SELECT 1; SELECT 2"}},
                                {"sql": {"sql": "SELECT 5"}},
                            ],
                        }
                    },
                    {
                        "changeSet": {
                            "id": "x3",
                            "author": "a",
                            "logicalFilePath": "x/y.xml",
                            "changes": [{"createTable": {"tableName": "songs"}}],
                        }
                    },
                    {"include": {"file": "sub/z.xml"}},
                ]
            }
        ),
    ],
    ids=["xml", "yaml", "json"],
)
def test_each_language_tells_the_same(text):
    found = read_changelog(text.encode())

    assert [(it.id, it.author, it.logical, it.anew) for it in found.changesets] == [
        ("x1", "a", "x/y.xml", False),
        ("x2", "a", "x/y.xml", True),
        ("x3", "a", "x/y.xml", False),
    ]
    assert [it.checksum for it in found.changesets] == [
        "9:0a7ed49c904abc7110aa09324b49f106",
        "9:44e925d1ef1fb1cb1c7f4b0861c0d36b",
        None,
    ]
    assert [name for name, _ in found.includes] == ["sub/z.xml"]
    substance = framework("liquibase").language.read_substance(text.encode())
    assert "table:songs" in substance.creates


_BOMB = "".join(f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]><databaseChangeLog>&a;</databaseChangeLog>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><databaseChangeLog/>',
        "<databaseChangeLog><changeSet",
        "<databaseChangeLog>" + "<a>" * 5000,
        f"databaseChangeLog:\n- &a0 [x, x]\n{_BOMB}",
        "databaseChangeLog: " + "[" * 5000,
        '{"databaseChangeLog": [{"changeSet": ',
        "databaseChangeLog: !!python/object/apply:os.system [ls]",
    ],
    ids=["entity", "external", "cut", "deep", "aliases", "nested", "json", "tag"],
)
def test_hostile_texts_are_borne(text):
    language = framework("liquibase").language

    found = read_changelog(text.encode())
    parsed = language.parse(text.encode())
    language.read_substance(text.encode())

    assert found.changesets == ()
    assert parsed.problems or not found.fault


@pytest.mark.parametrize(
    "stored", ["db/changelog/1.sql", "classpath:db/changelog/1.sql", "/db/changelog/1.sql"]
)
def test_paths_are_compared_as_liquibase_does(stored):
    read = framework("liquibase").numbering.read

    assert normalised(stored) == "db/changelog/1.sql"
    assert read(f"{stored}::1::ann") == read("db/changelog/1.sql::1::ann")


def test_a_renamed_file_runs_every_changeset_again_and_all_rows_follow(app):
    before = app.rows()
    app.rename()

    told = app.prediction()
    done = app.run("rewrite", "--apply", "--yes")

    assert told["runs_again"] == ["db/changelog/003-albums.sql::2::ann"]
    assert done.status == 0, done.err
    path = "db/changelog/003-albums.sql"
    assert app.rows() == [before[0], (path, "2", "ann"), (path, "more", "bob")]
    assert app.prediction()["would_run"] == []
    assert app.run("undo", "--yes").status == 0
    assert app.rows() == before


def test_the_name_goes_back_in_the_list_of_changelogs_too(app):
    app.rename()

    done = app.run("rename-back")

    script = app.repo.path.parent / "fix.sh"
    script.write_text(done.out)
    subprocess.run(["/bin/sh", script], cwd=app.repo.path, check=True, capture_output=True)
    folder = app.repo.path / FOLDER
    assert (folder / "002-albums.sql").read_text() == _ALBUMS
    assert (folder / "db.changelog-master.yaml").read_text() == _MASTER
    assert app.prediction()["would_run"] == []


def test_a_path_in_the_text_stands_for_the_files_own(app):
    text = _ALBUMS.replace(
        "formatted sql", "formatted sql logicalFilePath:db/changelog/002-albums.sql"
    )
    app.repo.move("002-albums.sql", "003-albums.sql", FOLDER)
    app.repo.write("003-albums.sql", text, FOLDER)
    app.repo.commit("renumber, and keep the path")

    assert app.prediction()["would_run"] == []


_CHANGED = (
    (
        _ALBUMS.replace("title text", "label text"),
        "Validation Failed: 1 changesets check sum db/changelog/002-albums.sql::more::bob was:",
        [],
    ),
    (
        _ALBUMS.replace("bob:more", "ann:2"),
        (
            "Validation Failed: 1 changesets had duplicate identifiers"
            " db/changelog/002-albums.sql::2::ann"
        ),
        [],
    ),
    (_ALBUMS.replace("\n", "\r\n"), "", []),
    (
        _ALBUMS + "--changeset bob:new\nALTER TABLE albums ADD y integer;\n",
        "",
        ["db/changelog/002-albums.sql::2::ann"],
    ),
    (
        _ALBUMS.replace("bob:more", "bob:more runOnChange:true").replace("title", "label"),
        "",
        ["db/changelog/002-albums.sql::2::ann"],
    ),
)


def test_what_becomes_of_a_changed_changelog_is_foretold(app):
    for text, said, runs in _CHANGED:
        app.repo.write("002-albums.sql", text, FOLDER)
        app.repo.commit("change")

        told = app.prediction()

        assert told["would_run"] == runs, text
        assert (told["refuses"] or {"reason": ""})["reason"].startswith(said)
        assert bool(told["refuses"]) == bool(said), text


def test_a_change_that_renames_a_changelog_does_not_pass(app):
    app.repo.git("checkout", "-q", "-b", "change")
    app.rename()

    done = app.run("check", "--base", "HEAD~1", "--format", "json")

    assert done.status == 1, done.err
    assert "003-albums.sql" in done.out
