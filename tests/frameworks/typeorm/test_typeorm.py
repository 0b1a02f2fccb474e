"""TypeORM's versions stand in the text of a file; what its name says means nothing.

What the tool does was seen by running typeorm 1.1.1; ``tests/proofs/tools_of_npm.py`` runs it.
"""

import json
import subprocess

import pytest

from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.histories.repositories import Repo

FOLDER = "src/migrations"
KEYS = ("Songs1735700000000", "Albums1735800000000", "Artists1735900000000")
NEW = "Albums1736000000000"
_TABLE = "CREATE TABLE migrations (id serial PRIMARY KEY, timestamp bigint NOT NULL, name varchar);"


def making(key: str) -> str:
    return (
        'import { MigrationInterface, QueryRunner } from "typeorm";\r\n\r\n'
        f"export class {key} implements MigrationInterface {{\r\n    name = '{key}'\r\n\r\n"
        "    public async up(queryRunner: QueryRunner): Promise<void> {\r\n"
        f"        await queryRunner.query(`CREATE TABLE {key[:-13]} (id integer)`);\r\n    }}\r\n"
        "    public async down(queryRunner: QueryRunner): Promise<void> {\r\n    }\r\n}\r\n"
    )


def name_of(key: str) -> str:
    return f"{key[-13:]}-{key[:-13]}.ts"


@pytest.fixture
def repo(tmp_path) -> Repo:
    made = Repo.make(tmp_path / "app")
    for key in KEYS:
        made.write(name_of(key), making(key), FOLDER)
    made.write("helper.ts", "export const one = 1;\n", FOLDER)
    made.commit()
    (made.path / "rows").write_text("\n".join(KEYS))
    return made


def diagnosed(repo: Repo) -> tuple[Done, dict]:
    done = migdoctor(repo.path, "diagnose", "--rows", "rows", "--format", "json")
    return done, json.loads(done.out)


def test_a_file_that_moved_alone_is_the_same_migration(repo):
    repo.move(name_of(KEYS[1]), "1736000000000-RenamedAlbums.ts", FOLDER)
    repo.commit()

    done, report = diagnosed(repo)

    assert done.status == 0, done.err
    assert (report["renames"], report["pending"], report["orphans"]) == ([], [], [])


@pytest.mark.parametrize("moved", [False, True], ids=["class alone", "class and file"])
def test_a_class_with_another_name_runs_again_and_gets_its_name_back(repo, moved):
    if moved:
        repo.move(name_of(KEYS[1]), name_of(NEW), FOLDER)
    repo.write(name_of(NEW if moved else KEYS[1]), making(NEW), FOLDER)
    repo.commit()

    done, report = diagnosed(repo)

    (rename,) = report["renames"]
    assert (done.status, rename["old"]["version"], rename["new"]["version"]) == (1, KEYS[1], NEW)
    assert rename["confidence"] in ("certain", "probable")
    assert report["environments"][0]["prediction"]["runs_again"] == [NEW]

    script = migdoctor(repo.path, "rename-back", "--rows", "rows", "--format", "sh")
    assert script.status == 0, script.err
    subprocess.run(["/bin/sh"], input=script.out, cwd=repo.path, text=True, check=True)

    assert repo.git("status", "--porcelain", "--", FOLDER).count("\n") == 2 if moved else 1
    assert (repo.path / FOLDER / name_of(KEYS[1])).read_bytes() == making(KEYS[1]).encode()
    assert diagnosed(repo)[1]["renames"] == []


def test_a_row_gets_the_new_name_with_its_moment(repo, database, tmp_path):
    repo.write(name_of(KEYS[1]), making(NEW), FOLDER)
    repo.commit()
    values = ", ".join(f"({key[-13:]}, '{key}')" for key in KEYS)
    database.run(f"{_TABLE} INSERT INTO migrations (timestamp, name) VALUES {values}")
    database.run("".join(f"CREATE TABLE {key[:-13]} (id integer);" for key in KEYS))
    place = {"XDG_STATE_HOME": str(tmp_path / "state")}
    asked = ("--database-url", database.url, "--yes")

    done = migdoctor(repo.path, "rewrite", "--apply", *asked, **place)

    assert done.status == 0, done.err
    rows = database.run("SELECT * FROM migrations ORDER BY id")
    assert rows[1] == (2, 1736000000000, NEW)
    assert migdoctor(repo.path, "undo", *asked, **place).status == 0
    assert database.run("SELECT * FROM migrations ORDER BY id")[1] == (2, 1735800000000, KEYS[1])


def test_a_class_that_changes_is_refused_by_the_gate(repo):
    base = repo.git("rev-parse", "HEAD").strip()
    repo.move(name_of(KEYS[1]), name_of(NEW), FOLDER)
    repo.write(name_of(NEW), making(NEW), FOLDER)
    repo.commit()

    done = migdoctor(repo.path, "check", "--base", base, "--format", "json")

    assert "MD301" in [it["code"] for it in json.loads(done.out)["findings"]], done.out


def test_work_without_a_row_is_recorded_with_all_that_a_row_must_have(repo, database):
    values = ", ".join(f"({key[-13:]}, '{key}')" for key in KEYS[:2])
    database.run(f"{_TABLE} INSERT INTO migrations (timestamp, name) VALUES {values}")
    database.run("".join(f"CREATE TABLE {key[:-13]} (id integer);" for key in KEYS))

    done = migdoctor(repo.path, "diagnose", "--format", "json", "--database-url", database.url)

    fixes = [it["fix"] for it in json.loads(done.out)["findings"]]
    wanted = f"INSERT INTO migrations (name, timestamp) VALUES ('{KEYS[2]}', '{KEYS[2][-13:]}')"
    assert any(wanted in it.replace("public.", "") for it in fixes), fixes
