"""What is foretold of the next ``dbmate up`` is what the real one does."""

import json

import pytest

from tests.support.frameworks.dbmate import FOLDER, Application, making, migration

FIRST = "1_songs.sql"
CASES = {
    "names are compared as text": {"20_b.sql": making("b"), "2_c.sql": making("c")},
    "leading zeros make another version": {"01_songs.sql": making("b")},
    "an older file arrives late": {"0_late.sql": making("late")},
    "a slug that is none": {"2.sql": making("b")},
    "a text without a way back": {"2_a.sql": "-- migrate:up\nCREATE TABLE a ();\n"},
    "a text without a mark": {"2_a.sql": "CREATE TABLE a ();\n"},
    "a statement before the mark": {"2_a.sql": f"SELECT 1;\n{making('a')}"},
    "two ways up": {"2_a.sql": making("a") + making("b")},
    "two files with one version": {
        "2_a.sql": making("a"),
        "2_b.sql": making("b"),
        "3_c.sql": making("c"),
    },
    "it is there already": {"2_a.sql": migration("CREATE TABLE songs (id integer);")},
    "an index built beside the others": {
        "2_a.sql": migration(
            "CREATE INDEX CONCURRENTLY i ON songs (id);", options="transaction:false"
        )
    },
    "such an index inside a transaction": {
        "2_a.sql": migration("CREATE INDEX CONCURRENTLY i ON songs (id);")
    },
    "such an index among other statements": {
        "2_a.sql": migration(
            "SELECT 1;\nCREATE INDEX CONCURRENTLY i ON songs (id);", options="transaction:false"
        )
    },
}


@pytest.mark.parametrize("files", CASES.values(), ids=CASES)
def test_it_runs_and_stops_where_it_is_foretold(tmp_path, database, files):
    app = Application.make(tmp_path, database)
    app.write(FIRST, making("songs"))
    app.repo.commit()
    app.up()
    for name, text in files.items():
        app.write(name, text)
    app.repo.commit()

    told = json.loads(app.run("diagnose", "--format", "json").out)
    happened = app.dbmate("up")

    foretold = told["environments"][0]["prediction"]
    lines = (happened.stdout + happened.stderr).splitlines()
    began = [line.partition(": ")[2] for line in lines if line.startswith("Applying: ")]
    stopped = began.pop() if happened.returncode else None
    fails = foretold["fails_at"]
    assert [name.split("_")[0].removesuffix(".sql") for name in began] == foretold["would_run"]
    assert (fails and fails["path"]) == (stopped and f"{FOLDER}/{stopped}")
    assert foretold["runs_again"] == foretold["never_runs"] == []
    assert foretold["refuses"] is None


def test_the_second_file_of_a_version_that_ran_never_runs(tmp_path, database):
    app = Application.make(tmp_path, database)
    app.write(FIRST, making("songs"))
    app.repo.commit()
    app.up()
    app.write("1_albums.sql", making("albums"))
    app.repo.commit()

    done = app.run("diagnose", "--format", "json")

    report = json.loads(done.out)
    assert done.status == 1
    assert "MD110" in {finding["code"] for finding in report["findings"]}
    foretold = report["environments"][0]["prediction"]
    assert foretold["would_run"] == foretold["runs_again"] == []
    assert [(it["version"], it["path"]) for it in foretold["never_runs"]] == [
        ("1", f"{FOLDER}/1_albums.sql")
    ]
    assert foretold["never_runs"][0]["reason"]
    assert [it["outcome"] for it in foretold["migrations"]] == ["never-runs"]
    assert foretold["refuses"] is None
    assert app.up() == []


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE songs ALTER COLUMN nothing SET DEFAULT 1",
        "ALTER TABLE songs DROP CONSTRAINT nothing",
    ],
)
def test_the_database_refuses_and_no_method_of_another_framework(tmp_path, database, statement):
    app = Application.make(tmp_path, database)
    app.write(FIRST, making("songs"))
    app.repo.commit()
    app.up()
    app.write("2_a.sql", migration(f"{statement};"))
    app.repo.commit()

    told = json.loads(app.run("diagnose", "--format", "json").out)
    happened = app.dbmate("up")

    reason = told["environments"][0]["prediction"]["fails_at"]["reason"]
    said = reason.partition(": ")[2].removesuffix(" (line 2)")
    assert "ActiveRecord" not in reason
    assert said in happened.stderr
