"""Django with the real tool: what its migrate does with renamed modules, and both repairs."""

import json
import subprocess
from pathlib import Path

import pytest

from analyzer.records import Struct
from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.frameworks.django import Project, making, project

TABLES = ("songs", "albums", "artists", "animals")
ROWS = "SELECT app, name FROM django_migrations WHERE app <> 'contenttypes' ORDER BY id"


class App(Struct, frozen=True):
    """Two apps of which all ran on PostgreSQL, the second after a migration of the first."""

    project: Project
    database: object
    state: Path

    def run(self, *arguments: str) -> Done:
        place = ("--database-url", self.project.url)
        return migdoctor(self.project.repo.path, *arguments, *place, XDG_STATE_HOME=str(self.state))

    def diagnosed(self, *options: str) -> dict:
        done = self.run("diagnose", "--format", "json", *options)
        assert done.status in (0, 1), done.err
        return {**json.loads(done.out), "status": done.status}

    def predicted(self, *options: str) -> dict:
        return self.diagnosed(*options)["environments"][0]["prediction"]

    def counts(self, *tables: str) -> list[int]:
        return [self.database.run(f"SELECT count(*) FROM {it}")[0][0] for it in tables or TABLES]

    def rows(self) -> list[str]:
        return [f"{app}.{name}" for app, name in self.database.run(ROWS)]

    def commit(self) -> str:
        return self.project.repo.commit()


def built(made: Project) -> Project:
    made.write("shop", "0001_songs", making("songs"))
    made.write("shop", "0002_albums", making("albums", ("shop", "0001_songs")))
    made.write("shop", "0003_artists", making("artists", ("shop", "0002_albums")))
    made.write("zoo", "0001_animals", making("animals", ("shop", "0002_albums")))
    made.repo.commit()
    return made


@pytest.fixture
def app(tmp_path, database) -> App:
    made = built(project(tmp_path / "app", database.url, "shop", "zoo"))
    assert made.migrate() == ""
    return App(made, database, tmp_path / "state")


def last_renamed(app: App) -> None:
    app.project.move("shop", "0003_artists", "0004_singers")


def inner_renamed(app: App) -> None:
    app.project.move("shop", "0002_albums", "0002_records")


def inner_renamed_with_all_that_name_it(app: App) -> None:
    inner_renamed(app)
    after = ("shop", "0002_records")
    app.project.write("shop", "0003_artists", making("artists", after))
    text = making("animals", after).replace("'0002_records'", '"""0002_records"""')
    app.project.write("zoo", "0001_animals", text.replace("        (", "        # ü\n        ("))


def another_end(app: App) -> None:
    app.project.write("shop", "0003_labels", making("labels", ("shop", "0002_albums")))


def inserted(app: App) -> None:
    app.project.write("shop", "0002_labels", making("labels", ("shop", "0001_songs")))
    app.project.write("shop", "0002_albums", making("albums", ("shop", "0002_labels")))


def in_a_circle(app: App) -> None:
    app.project.write("shop", "0001_songs", making("songs", ("shop", "0003_artists")))


RENAMES = (
    pytest.param(last_renamed, "", id="the last one"),
    pytest.param(inner_renamed, "dependencies reference nonexistent parent node", id="an inner"),
    pytest.param(
        inner_renamed_with_all_that_name_it,
        "is applied before its dependency shop.0002_records on database 'default'.",
        id="an inner one, with all that name it",
    ),
)


@pytest.mark.parametrize(("accident", "said"), RENAMES)
@pytest.mark.parametrize("repair", ["rename-back", "rewrite"])
def test_a_rename_is_foretold_and_mended_either_way(app, accident, said, repair):
    accident(app)
    app.commit()

    report = app.diagnosed()

    (rename,) = report["renames"]
    old, new = rename["old"]["version"], rename["new"]["version"]
    assert (report["status"], report["repository"]["framework"]) == (1, "django")
    assert (old.partition(".")[0], report["orphans"]) == ("shop", [])
    foretold = report["environments"][0]["prediction"]
    refuses = foretold["refuses"]
    assert said in (refuses["reason"] if refuses else "")
    assert foretold["runs_again"] == ([] if refuses else [new])
    if refuses:
        assert app.project.migrate() == refuses["reason"]
        assert app.counts() == [1, 1, 1, 1]

    if repair == "rewrite":
        if accident is inner_renamed:
            assert app.run("rewrite", "--apply", "--yes").status != 0  # it would still refuse
            return
        done = app.run("rewrite", "--apply", "--yes")
        assert done.status == 0, done.out + done.err
        assert new in app.rows()
        assert old not in app.rows()
    else:
        script = app.run("rename-back", "--format", "sh")
        assert script.status == 0, script.err
        subprocess.run(
            ["/bin/sh"], input=script.out, cwd=app.project.repo.path, text=True, check=True
        )
        texts = app.project.repo.path.glob("*/migrations/*.py")
        assert not [it for it in texts if "0002_records" in it.read_text()]
    assert app.project.migrate() == ""
    assert app.counts() == [1, 1, 1, 1]
    if repair == "rewrite":
        assert app.run("undo", "--yes").status == 0
        assert old in app.rows()


def test_a_renamed_migration_that_ran_again_is_recorded_twice(app):
    last_renamed(app)
    app.commit()
    assert app.predicted()["runs_again"] == ["shop.0004_singers"]
    assert app.project.migrate() == ""
    assert app.counts("artists") == [2]

    report = app.diagnosed()

    (rename,) = report["renames"]
    assert rename["environments"] == {"default": "both"}
    assert app.run("rewrite", "--apply", "--yes").status == 0
    assert "shop.0003_artists" not in app.rows()
    assert app.project.migrate() == ""
    assert app.counts("artists") == [2]


@pytest.mark.parametrize(
    ("accident", "said"),
    [
        pytest.param(another_end, "Conflicting migrations detected", id="two ends"),
        pytest.param(inserted, "applied before its dependency shop.0002_labels", id="inserted"),
        pytest.param(in_a_circle, "shop.0001_songs", id="a circle"),
    ],
)
def test_what_it_refuses_is_foretold_in_its_own_words(app, accident, said):
    base = app.project.repo.git("rev-parse", "HEAD").strip()
    accident(app)
    app.commit()

    reason = app.predicted()["refuses"]["reason"]

    refused = app.project.migrate()
    assert said in reason
    assert said in refused
    assert sorted(reason.split(", ")) == sorted(refused.split(", "))
    if accident is inserted:
        return  # only a database shows it
    checked = migdoctor(app.project.repo.path, "check", "--base", base, "--format", "json")
    assert checked.status == 1, checked.out + checked.err
    assert "MD321" in [it["code"] for it in json.loads(checked.out)["findings"]]


def test_rows_of_packages_that_are_installed_are_no_orphans(app):
    report = app.diagnosed()

    assert (report["status"], report["orphans"], report["deleted"]) == (0, [], [])
    told = app.run("diagnose").out
    assert "contenttypes" in told
    assert app.predicted()["would_run"] == []


def test_an_edited_or_a_deleted_migration_is_told_and_nothing_runs(app):
    app.project.write("zoo", "0001_animals", making("beasts", ("shop", "0002_albums")))
    app.project.repo.remove("0003_artists.py", "shop/migrations")
    app.commit()

    report = app.diagnosed()

    assert [it["version"] for it in report["deleted"]] == ["shop.0003_artists"]
    assert report["environments"][0]["prediction"]["would_run"] == []
    assert app.project.migrate() == ""
    assert app.database.run("SELECT to_regclass('beasts')") == [(None,)]


@pytest.mark.parametrize("form", [(), ("--inserts",)], ids=["copy", "inserts"])
def test_rows_of_a_dump_are_read_with_both_parts_of_the_key(app, postgres18, tmp_path, form):
    last_renamed(app)
    app.commit()
    dump = tmp_path / "dump.sql"
    program = str(postgres18.bin / "pg_dump")
    with dump.open("wb") as file:
        subprocess.run([program, *form, "--dbname", app.project.url], stdout=file, check=True)

    done = migdoctor(app.project.repo.path, "diagnose", "--rows", str(dump), "--format", "json")

    assert done.status == 1, done.err
    (rename,) = json.loads(done.out)["renames"]
    assert rename["old"]["version"] == "shop.0003_artists"
    assert rename["new"]["version"] == "shop.0004_singers"


def test_a_rewrite_is_rehearsed_on_a_copy(app):
    last_renamed(app)
    app.commit()

    done = app.run("rehearse")

    assert done.status == 0, done.out + done.err
    assert "shop.0004_singers" not in app.rows()
