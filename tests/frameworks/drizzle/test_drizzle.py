"""Drizzle's journal and its newest row; ``tests/proofs/tools_of_npm.py`` runs the real tool."""

import hashlib
import json
from pathlib import Path

import psycopg
import pytest

from analyzer.records import Struct
from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.servers import Database
from tests.support.histories.repositories import Repo

FOLDER = "drizzle"
_TABLE = """CREATE SCHEMA IF NOT EXISTS drizzle;
CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL,
created_at bigint)"""


class App(Struct, frozen=True):
    """A repository with three migrations that ran, and its database."""

    repo: Repo
    database: Database
    state: Path

    def list(self, *listed: tuple[str, int]) -> None:
        """Write the journal, and a file for each tag in it."""
        entries = [
            {"idx": at, "version": "7", "when": when, "tag": tag, "breakpoints": True}
            for at, (tag, when) in enumerate(listed)
        ]
        journal = {"version": "7", "dialect": "postgresql", "entries": entries}
        self.repo.write("_journal.json", json.dumps(journal, indent=2), f"{FOLDER}/meta")
        for tag, _ in listed:
            table = tag.partition("_")[2]
            sql = f"CREATE TABLE IF NOT EXISTS {table} (id integer);\n--> statement-breakpoint\n"
            self.repo.write(f"{tag}.sql", f"{sql}INSERT INTO {table} VALUES (1);\n", FOLDER)

    def migrate(self) -> None:
        """Do what drizzle-orm 0.45 does."""
        folder = self.repo.path / FOLDER
        journal = json.loads((folder / "meta" / "_journal.json").read_text())
        with psycopg.connect(self.database.url) as connection:
            connection.execute(_TABLE)
            newest = "SELECT max(created_at) FROM drizzle.__drizzle_migrations"
            (last,) = connection.execute(newest).fetchone()
            for entry in journal["entries"]:
                if last is None or last < entry["when"]:
                    text = (folder / f"{entry['tag']}.sql").read_text()
                    connection.execute(text)
                    connection.execute(
                        "INSERT INTO drizzle.__drizzle_migrations (hash, created_at)"
                        " VALUES (%s, %s)",
                        [hashlib.sha256(text.encode()).hexdigest(), entry["when"]],
                    )

    def count(self, table: str) -> int:
        return self.database.run(f"SELECT count(*) FROM {table}")[0][0]

    def run(self, *arguments: str) -> Done:
        place = ("--database-url", self.database.url)
        return migdoctor(self.repo.path, *arguments, *place, XDG_STATE_HOME=str(self.state))

    def report(self) -> dict:
        done = self.run("diagnose", "--format", "json")
        assert done.status in (0, 1), done.err
        report = json.loads(done.out)
        assert report["repository"]["framework"] == "drizzle"
        return {**report, **report["environments"][0]["prediction"], "status": done.status}

    def texts(self) -> dict[str, str]:
        folder = self.repo.path / FOLDER
        found = (it for it in folder.rglob("*") if it.is_file())
        return {str(it.relative_to(folder)): it.read_text() for it in found}


SONGS, ALBUMS, ARTISTS = (
    (f"000{at}_{name}", (at + 1) * 100) for at, name in enumerate(("songs", "albums", "artists"))
)


def sound(made: App) -> App:
    """All of three migrations ran."""
    made.list(SONGS, ALBUMS, ARTISTS)
    for at in range(3):
        made.repo.write(f"000{at}_snapshot.json", f'{{"id": {at}}}\n', f"{FOLDER}/meta")
    made.repo.commit()
    made.migrate()
    assert made.report()["status"] == 0
    return made


def renumbered(app: App) -> App:
    """The second got a number and a moment behind the third."""
    app.repo.move("0001_albums.sql", "0003_albums.sql", FOLDER)
    app.repo.move("0001_snapshot.json", "0003_snapshot.json", f"{FOLDER}/meta")
    app.list(SONGS, ARTISTS, ("0003_albums", 400))
    app.repo.commit("renumber")
    return app


@pytest.fixture
def app(tmp_path, database) -> App:
    return sound(App(Repo.make(tmp_path / "app"), database, tmp_path / "state"))


@pytest.fixture
def broken(app) -> App:
    return renumbered(app)


def test_a_moment_that_grew_runs_a_migration_again(broken):
    report = broken.report()

    (rename,) = report["renames"]
    assert (rename["old"]["version"], rename["new"]["version"]) == ("200", "400")
    assert report["runs_again"] == ["400"]
    broken.migrate()
    assert broken.count("albums") == 2


def test_a_row_follows_and_nothing_runs(broken):
    done = broken.run("rewrite", "--apply", "--yes")

    assert done.status == 0, done.err
    broken.migrate()
    assert broken.count("albums") == 1
    assert broken.report()["status"] == 0
    assert broken.run("undo", "--yes").status == 0


def test_a_file_goes_back_with_its_place_in_the_journal_and_its_snapshot(app, broken):
    before = {
        name: app.repo.git("show", f"HEAD~1:{FOLDER}/{name}")
        for name in app.repo.git("ls-tree", "-r", "--name-only", f"HEAD~1:{FOLDER}").split()
    }

    done = broken.run("rename-back", "--apply", "--yes")

    assert done.status == 0, done.out + done.err
    assert broken.texts() == before
    broken.migrate()
    assert broken.count("albums") == 1


def test_another_name_under_the_same_moment_changes_nothing(app):
    app.repo.move("0001_albums.sql", "0001_records.sql", FOLDER)
    journal = (app.repo.path / FOLDER / "meta" / "_journal.json").read_text()
    app.repo.write(
        "_journal.json", journal.replace("0001_albums", "0001_records"), f"{FOLDER}/meta"
    )
    app.repo.commit("another name")

    report = app.report()

    assert (report["would_run"], report["never_runs"], report["renames"]) == ([], [], [])


def test_a_moment_before_the_newest_row_never_runs_and_the_gate_says_so(app):
    base = app.repo.git("rev-parse", "HEAD").strip()
    app.list(SONGS, ALBUMS, ARTISTS, ("0003_labels", 250))
    app.repo.commit("an older moment")

    report = app.report()
    done = migdoctor(app.repo.path, "check", "--base", base, "--format", "json")

    assert (report["status"], [it["version"] for it in report["never_runs"]]) == (1, ["250"])
    app.migrate()
    assert app.database.run("SELECT to_regclass('labels')") == [(None,)]
    (found,) = [it for it in json.loads(done.out)["findings"] if it["code"] == "MD311"]
    assert (done.status, found["severity"]) == (1, "error")


def test_a_moment_behind_all_passes_the_gate(app):
    base = app.repo.git("rev-parse", "HEAD").strip()
    app.list(SONGS, ALBUMS, ARTISTS, ("0003_labels", 450))
    app.repo.commit("a new one")

    assert app.report()["would_run"] == ["450"]
    assert migdoctor(app.repo.path, "check", "--base", base).status == 0


def _without_a_file(repo: Repo, listed: str) -> None:
    told = json.loads(listed)
    told["entries"].append({"idx": 3, "when": 400, "tag": "0003_labels"})
    repo.write("_journal.json", json.dumps(told), f"{FOLDER}/meta")


def _with_marks_of_a_merge(repo: Repo, listed: str) -> None:
    repo.write("_journal.json", f"<<<<<<< HEAD\n{listed}", f"{FOLDER}/meta")


def _without_a_journal(repo: Repo, listed: str) -> None:
    del listed
    repo.remove("_journal.json", f"{FOLDER}/meta")


def _not_listed(repo: Repo, listed: str) -> None:
    del listed
    repo.write("0003_labels.sql", "CREATE TABLE labels (id integer);\n", FOLDER)


@pytest.mark.parametrize(
    ("change", "refuses", "left"),
    [
        (_without_a_file, "No file drizzle/0003_labels.sql found in drizzle folder", ()),
        (_with_marks_of_a_merge, "drizzle/meta/_journal.json is not valid JSON", ()),
        (_without_a_journal, "Can't find meta/_journal.json file", ()),
        (_not_listed, None, ("drizzle/0003_labels.sql",)),
    ],
)
def test_what_journal_and_files_do_not_both_tell(change, refuses, left, tmp_path):
    """The words are those of drizzle-orm 0.45, migrator.js."""
    repo = Repo.make(tmp_path / "app")
    App(repo, None, tmp_path).list(SONGS, ALBUMS, ARTISTS)
    base = repo.commit()
    change(repo, (repo.path / FOLDER / "meta" / "_journal.json").read_text())
    repo.commit("by hand")
    rows = tmp_path / "rows.csv"
    rows.write_text("id,hash,created_at\n1,a,100\n2,b,200\n3,c,300\n")

    done = migdoctor(repo.path, "diagnose", "--rows", str(rows), "--format", "json")
    gate = migdoctor(repo.path, "check", "--base", base, "--format", "json")

    told = json.loads(done.out)["environments"][0]["prediction"]
    assert (done.status, gate.status) == (1, 1)
    assert (told["refuses"] and told["refuses"]["reason"]) == refuses
    assert tuple(it["path"] for it in told["never_runs"]) == left
    found = [it["what"] for it in json.loads(gate.out)["findings"] if it["code"] == "MD321"]
    assert len(found) == 1
    assert (refuses or left[0]) in found[0]


@pytest.mark.parametrize(("moments", "status"), [((500, 400), 1), ((400, 500), 0)])
def test_two_new_moments_must_grow_too(moments, status, tmp_path):
    """Where the first is deployed before the second, the second never runs."""
    repo = Repo.make(tmp_path / "app")
    app = App(repo, None, tmp_path)
    app.list(SONGS, ALBUMS)
    base = repo.commit()
    app.list(SONGS, ALBUMS, ("0002_labels", moments[0]), ("0003_genres", moments[1]))
    repo.commit("two more")

    done = migdoctor(repo.path, "check", "--base", base, "--format", "json")

    found = [(it["code"], it["path"]) for it in json.loads(done.out)["findings"]]
    assert (done.status, found) == (status, [("MD311", "drizzle/0003_genres.sql")] * status)
