"""golang-migrate, with a stand-in that behaves as was recorded: pairs, late files, dirt."""

import json
import subprocess
from pathlib import Path

import psycopg
import pytest

from analyzer.records import Struct
from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.servers import Database
from tests.support.frameworks.recorded_tools import go_on
from tests.support.histories.repositories import Repo

FOLDER = "migrations"


class App(Struct, frozen=True):
    """A repository with three pairs of files that ran, and its database."""

    repo: Repo
    database: Database
    state: Path

    def write(self, number: int, table: str) -> None:
        up = f"CREATE TABLE IF NOT EXISTS {table} (id integer); INSERT INTO {table} VALUES (1);\n"
        self.repo.write(f"{number:06}_{table}.up.sql", up, FOLDER)
        self.repo.write(f"{number:06}_{table}.down.sql", f"DROP TABLE {table};\n", FOLDER)

    def move(self, number: int, table: str, to: int) -> None:
        for way in ("up", "down"):
            name = f"_{table}.{way}.sql"
            self.repo.move(f"{number:06}{name}", f"{to:06}{name}", FOLDER)

    def up(self) -> str | None:
        with psycopg.connect(self.database.url) as connection:
            return go_on(connection, self.repo.path / FOLDER)

    def run(self, *arguments: str) -> Done:
        place = ("--database-url", self.database.url)
        return migdoctor(self.repo.path, *arguments, *place, XDG_STATE_HOME=str(self.state))

    def predicted(self) -> dict:
        done = self.run("diagnose", "--format", "json")
        assert done.status in (0, 1), done.err
        report = json.loads(done.out)
        assert report["repository"]["framework"] == "golang-migrate"
        return {**report["environments"][0]["prediction"], "status": done.status}

    def texts(self) -> dict[str, str]:
        return {it.name: it.read_text() for it in (self.repo.path / FOLDER).iterdir()}


@pytest.fixture
def app(tmp_path, database) -> App:
    made = App(Repo.make(tmp_path / "app"), database, tmp_path / "state")
    for number, table in enumerate(("songs", "albums", "artists"), start=1):
        made.write(number, table)
    made.repo.commit()
    assert made.up() is None
    return made


def test_pairs_of_files_go_back_together(app):
    before = app.texts()
    app.move(1, "songs", 5)
    app.move(2, "albums", 1)
    app.move(5, "songs", 2)
    app.move(3, "artists", 7)
    app.repo.commit("renumber")

    done = app.run("rename-back")

    assert done.status == 0, done.err
    subprocess.run(["/bin/sh"], input=done.out, cwd=app.repo.path, text=True, check=True)
    assert app.texts() == before


def test_a_pair_whose_old_name_is_taken_by_another_way_back_stays(app):
    app.move(2, "albums", 4)
    app.repo.write("000002_albums.down.sql", "SELECT 1;\n", FOLDER)
    app.repo.commit("renumber")

    done = app.run("rename-back")

    assert done.status == 1
    assert "000002_albums.down.sql" in done.err


def test_a_late_file_never_runs_and_that_is_foretold_without_a_word_about_deployments(app):
    app.move(3, "artists", 5)
    app.repo.commit("make room")
    app.database.run("UPDATE schema_migrations SET version = 5")
    app.write(4, "labels")
    app.repo.commit("late")

    told = app.predicted()

    assert (told["status"], [it["version"] for it in told["never_runs"]]) == (1, ["4"])
    assert app.up() is None
    assert app.database.run("SELECT to_regclass('labels')") == [(None,)]


def test_what_was_there_when_the_newest_came_is_not_called_late(app):
    app.write(5, "labels")
    app.write(4, "genres")
    app.repo.commit()
    assert app.up() is None

    assert app.predicted()["status"] == 0


def test_a_dirty_database_is_told_and_never_forced(app):
    app.database.run("UPDATE schema_migrations SET dirty = true")
    app.move(3, "artists", 4)
    app.repo.commit("renumber")

    told = app.predicted()
    done = app.run("rewrite")

    assert told["refuses"]["reason"] == "Dirty database version 3. Fix and force version."
    assert told["refuses"]["reason"] in str(app.up())
    assert done.status == 1
    assert "it began and did not end" in done.err


def test_a_newest_file_with_another_number_is_refused_and_the_row_can_follow(app):
    app.move(3, "artists", 4)
    app.repo.commit("renumber")

    told = app.predicted()

    assert told["refuses"]["reason"] == "no migration found for version 3"
    assert told["refuses"]["reason"] in str(app.up())
    assert app.run("rewrite", "--apply", "--yes").status == 0
    assert app.database.run("SELECT * FROM schema_migrations") == [(4, False)]
    assert app.up() is None
    assert app.run("undo", "--yes").status == 0
    assert app.database.run("SELECT * FROM schema_migrations") == [(3, False)]


def test_a_row_does_not_pass_over_what_still_has_to_run(app):
    app.move(2, "albums", 5)
    app.write(4, "labels")
    app.repo.commit("renumber")

    done = app.run("rewrite")

    assert done.status == 1
    assert "000004_labels.up.sql, which has not run yet" in done.err
    assert "migdoctor rename-back" in done.err


def test_two_files_of_one_number_are_refused(app):
    app.write(3, "genres")
    app.repo.commit()

    said = app.predicted()["refuses"]["reason"]

    assert said == "duplicate migration file: 000003_genres.up.sql"
    assert said in str(app.up())


def test_the_gate_blocks_a_file_that_databases_would_pass_over(app):
    app.write(5, "labels")
    base = app.repo.commit()
    app.write(4, "genres")
    app.repo.commit()

    done = migdoctor(app.repo.path, "check", "--base", base, "--format", "json")

    (found,) = [it for it in json.loads(done.out)["findings"] if it["code"] == "MD311"]
    assert (done.status, found["severity"]) == (1, "error")


def test_the_gate_tells_how_both_files_of_a_pair_go_back(app):
    base = app.repo.git("rev-parse", "HEAD").strip()
    app.move(2, "albums", 4)
    app.repo.commit("renumber")

    done = migdoctor(app.repo.path, "check", "--base", base, "--format", "json")

    told = " ".join(it["command"] or "" for it in json.loads(done.out)["findings"])
    for way in ("up", "down"):
        moved = f"{FOLDER}/000004_albums.{way}.sql {FOLDER}/000002_albums.{way}.sql"
        assert f"git mv -- {moved}" in told


def test_a_table_without_the_mark_is_another_tools(app):
    app.database.run("ALTER TABLE schema_migrations DROP COLUMN dirty")

    done = app.run("diagnose", "--framework", "golang-migrate")

    assert done.status == 2
    assert "has no column dirty" in done.err
