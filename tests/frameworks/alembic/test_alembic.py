"""Alembic with the real tool: where a database stands, and a revision that is gone."""

import json
import subprocess
import warnings
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from analyzer.records import Struct
from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.servers import Database
from tests.support.histories.repositories import Repo

FOLDER = "alembic/versions"
_ENV = """from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
url = context.config.get_main_option("sqlalchemy.url")
with create_engine(url, poolclass=NullPool).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
"""
ONE, TWO, THREE, NEW, NEXT = (f"{number:012x}" for number in range(0xA1, 0xA6))


def making(revision: str, parent: str | None, table: str) -> str:
    told = "None" if parent is None else f"'{parent}'"
    return (
        f'"""{table}\n\nRevision ID: {revision}\nRevises: {parent or ""}\n\n"""\n'
        f"from alembic import op\n\nrevision = '{revision}'\ndown_revision = {told}\n\n\n"
        f"def upgrade():\n    op.execute('CREATE TABLE IF NOT EXISTS {table} (id integer)')\n"
        f"    op.execute('INSERT INTO {table} VALUES (1)')\n\n\ndef downgrade():\n    pass\n"
    )


class App(Struct, frozen=True):
    """A repository with three revisions that ran, and its database."""

    repo: Repo
    database: Database
    state: Path

    def write(self, revision: str, parent: str | None, table: str) -> None:
        self.repo.write(f"{revision}_{table}.py", making(revision, parent, table), FOLDER)

    def upgrade(self, to: str = "head") -> str:
        """Run the real tool; what it refuses with, or nothing."""
        config = Config()
        config.set_main_option("script_location", str(self.repo.path / "alembic"))
        url = self.database.url.replace("postgresql:", "postgresql+psycopg:")
        config.set_main_option("sqlalchemy.url", url)
        try:
            with warnings.catch_warnings(action="ignore"):
                command.upgrade(config, to)
        except CommandError as error:
            return str(error)
        return ""

    def counts(self, *tables: str) -> list[int]:
        return [self.database.run(f"SELECT count(*) FROM {it}")[0][0] for it in tables]

    def stand(self) -> list[str]:
        return [it[0] for it in self.database.run("SELECT version_num FROM alembic_version")]

    def run(self, *arguments: str) -> Done:
        place = ("--database-url", self.database.url)
        return migdoctor(self.repo.path, *arguments, *place, XDG_STATE_HOME=str(self.state))

    def diagnosed(self, *options: str) -> dict:
        done = self.run("diagnose", "--format", "json", *options)
        assert done.status in (0, 1), done.err
        return {**json.loads(done.out), "status": done.status}

    def predicted(self, *options: str) -> dict:
        return self.diagnosed(*options)["environments"][0]["prediction"]


@pytest.fixture
def app(tmp_path, database) -> App:
    made = App(Repo.make(tmp_path / "app"), database, tmp_path / "state")
    made.repo.write("env.py", _ENV, "alembic")
    made.write(ONE, None, "songs")
    made.write(TWO, ONE, "albums")
    made.write(THREE, TWO, "artists")
    made.repo.commit()
    assert made.upgrade() == ""
    return made


def rename_head(app: App) -> None:
    """The head gets another revision, and a new migration comes after it."""
    app.repo.remove(f"{THREE}_artists.py", FOLDER)
    app.write(NEW, TWO, "artists")
    app.write(NEXT, NEW, "labels")
    app.repo.commit()


def test_all_that_comes_before_the_head_ran(app):
    app.write(NEW, THREE, "labels")

    report = app.diagnosed()

    assert (report["status"], report["repository"]["framework"]) == (0, "alembic")
    assert report["environments"][0]["applied"] == 3
    assert [it["version"] for it in report["pending"]] == [NEW]
    assert app.predicted()["would_run"] == [NEW]
    assert app.upgrade() == ""
    assert app.counts("songs", "artists", "labels") == [1, 1, 1]


def test_how_a_file_is_called_means_nothing(app):
    app.repo.move(f"{TWO}_albums.py", "2025_01_01-renamed.py", FOLDER)
    app.repo.commit()

    report = app.diagnosed()

    assert (report["status"], report["renames"], report["orphans"]) == (0, [], [])
    assert app.upgrade() == ""


def test_a_head_with_another_revision_is_refused_and_mended_either_way(app):
    rename_head(app)

    report = app.diagnosed()

    (rename,) = report["renames"]
    assert (rename["old"]["version"], rename["new"]["version"]) == (THREE, NEW)
    refuses = report["environments"][0]["prediction"]["refuses"]["reason"]
    assert refuses == app.upgrade() == f"Can't locate revision identified by '{THREE}'"

    done = app.run("rewrite", "--apply", "--yes")
    assert done.status == 0, done.out + done.err
    assert app.stand() == [NEW]
    assert app.predicted()["would_run"] == [NEXT]
    assert app.run("undo", "--yes").status == 0
    assert app.stand() == [THREE]

    script = app.run("rename-back", "--format", "sh")
    assert script.status == 0, script.err
    subprocess.run(["/bin/sh"], input=script.out, cwd=app.repo.path, text=True, check=True)
    texts = {it.name: it.read_text() for it in (app.repo.path / FOLDER).glob("*.py")}
    assert texts[f"{THREE}_artists.py"] == making(THREE, TWO, "artists")
    assert texts[f"{NEXT}_labels.py"] == making(NEXT, THREE, "labels")
    assert app.upgrade() == ""
    assert app.counts("songs", "albums", "artists", "labels") == [1, 1, 1, 1]


def test_a_revision_of_another_branch_is_found_there(app):
    app.repo.git("checkout", "-q", "-b", "feature")
    app.write(NEW, THREE, "labels")
    app.repo.commit()
    assert app.upgrade() == ""
    app.repo.git("checkout", "-q", "main")

    report = app.diagnosed()

    assert report["environments"][0]["prediction"]["refuses"]["reason"] == app.upgrade()
    assert report["orphans"] == []
    told = [it for it in report["findings"] if it["version"] == NEW]
    assert any("feature" in f"{it['what']} {it['why']} {it['fix']}" for it in told), told


@pytest.mark.parametrize(
    ("revision", "parent", "said"),
    [
        pytest.param(NEW, TWO, "Multiple head revisions", id="two heads"),
        pytest.param(THREE, NEXT, "KeyError", id="a parent that is nowhere"),
        pytest.param(ONE, THREE, "Cycle is detected", id="a cycle"),
    ],
)
def test_a_chain_that_makes_no_sense_is_refused(app, revision, parent, said):
    base = app.repo.git("rev-parse", "HEAD").strip()
    table = {ONE: "songs", THREE: "artists"}.get(revision, "labels")
    app.write(revision, parent, table)
    app.repo.commit()

    assert said in app.predicted()["refuses"]["reason"]

    try:
        refused = app.upgrade()
    except KeyError as error:
        refused = f"KeyError: {error}"
    assert said in refused
    checked = migdoctor(app.repo.path, "check", "--base", base, "--format", "json")
    assert checked.status == 1, checked.out + checked.err
    assert "MD321" in [it["code"] for it in json.loads(checked.out)["findings"]]


def test_a_migration_put_before_the_head_never_runs(app):
    base = app.repo.git("rev-parse", "HEAD").strip()
    app.write(NEW, TWO, "labels")
    app.write(THREE, NEW, "artists")
    app.repo.commit()

    for deployed in ((), ("--deployed", base)):
        left = app.predicted(*deployed)["never_runs"]
        assert [it["version"] for it in left] == [NEW]
    assert app.upgrade() == ""
    assert app.database.run("SELECT to_regclass('labels')") == [(None,)]


def test_what_the_database_has_was_not_put_before_the_head_later(app):
    app.write(NEXT, THREE, "labels")
    app.repo.commit("two heads soon")
    app.write(NEW, THREE, "genres")
    app.repo.commit("a rebase that is not done yet")
    app.write(NEXT, NEW, "labels")
    app.repo.commit("rebased")
    assert app.upgrade() == ""

    report = app.diagnosed()

    assert (report["status"], report["pending"]) == (0, [])


def test_a_revision_put_behind_the_head_runs_again(app):
    app.write(THREE, ONE, "artists")
    app.write(TWO, THREE, "albums")
    app.repo.commit("another order")

    assert app.predicted()["runs_again"] == [TWO]

    assert app.upgrade() == ""
    assert app.counts("songs", "albums", "artists") == [1, 2, 1]


def test_an_inner_revision_of_another_name_changes_nothing(app):
    app.repo.remove(f"{TWO}_albums.py", FOLDER)
    app.write(NEW, ONE, "albums")
    app.write(THREE, NEW, "artists")
    app.repo.commit()

    report = app.diagnosed()

    assert (report["status"], report["renames"], report["deleted"]) == (0, [], [])
    assert app.upgrade() == ""
    assert app.counts("songs", "albums", "artists") == [1, 1, 1]


def test_a_revision_at_the_end_passes_the_gate(app):
    base = app.repo.git("rev-parse", "HEAD").strip()
    app.write("000000000001", THREE, "labels")  # sorts before all others as a text
    app.repo.commit()

    done = migdoctor(app.repo.path, "check", "--base", base)

    assert done.status == 0, done.out + done.err


def test_what_unread_operations_may_make_is_no_violation_of_the_order(tmp_path):
    repo = Repo.make(tmp_path / "app")
    texts = {
        ONE: "op.create_table('songs', *columns)",
        TWO: "op.execute('ALTER TABLE songs DROP CONSTRAINT c')",
        THREE: "op.execute('ALTER TABLE songs ADD CONSTRAINT c CHECK (true)')",
    }
    for (revision, said), parent in zip(texts.items(), (None, ONE, TWO), strict=True):
        text = making(revision, parent, "x").partition("def upgrade")[0]
        repo.write(f"{revision}_x.py", f"{text}def upgrade():\n    {said}\n", FOLDER)
    repo.commit()

    done = migdoctor(repo.path, "graph", "--format", "json")

    assert (done.status, json.loads(done.out)["violations"]) == (0, []), done.err
