"""From Rails 8 on, a database without a version table has the schema file loaded first."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from analyzer.frameworks.rails import release
from analyzer.model.findings.report import Report
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import walk
from tests.support.histories.repositories import Repo

V1, V2, V3 = "20250101000000", "20250102000000", "20250103000000"
TABLE = '  create_table "{}", force: :cascade do |t|\n    t.string "title"\n  end\n'
RUBY = (
    f"ActiveRecord::Schema[8.0].define(version: {V2}) do\n"
    f"{TABLE.format('songs')}{TABLE.format('labels')}end\n"
)
SQL = (
    'CREATE TABLE IF NOT EXISTS "schema_migrations" ("version" varchar NOT NULL PRIMARY KEY);\n'
    'CREATE TABLE IF NOT EXISTS "labels" ("id" integer PRIMARY KEY);\n'
    f"INSERT INTO \"schema_migrations\" (version) VALUES\n('{V2}');\n"
)
LOCK = "GEM\n  specs:\n    rails ({}.4)\n"
ROWS = (
    "CREATE TABLE songs (id integer PRIMARY KEY, title varchar); INSERT INTO songs VALUES (1, 'a')"
)
MADE = "CREATE TABLE schema_migrations (version varchar PRIMARY KEY)"


def report(folder, files: dict[str, str], sql: str) -> Report:
    repo = Repo.make(folder / "app")
    for version, name in ((V1, "songs"), (V2, "labels"), (V3, "tags")):
        made = (f"create_table :{name} do |t|", "  t.string :title", "end")
        repo.add(f"{version}_create_{name}.rb", f"Create{name.capitalize()}", *made)
    repo.commit()
    for path, text in files.items():  # of the working tree alone
        above, _, last = path.rpartition("/")
        repo.write(last, text, above)
    with closing(sqlite3.connect(folder / "it.sqlite3")) as connection:
        connection.executescript(sql)
    url = f"sqlite3://{folder}/it.sqlite3"
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return walk(Request(now=now, repo=str(repo.path), database_url=url, cache=False)).report


@pytest.mark.parametrize(
    ("files", "sql", "runs", "steps"),
    [
        ({"db/schema.rb": RUBY, "Gemfile.lock": LOCK.format("8.0")}, "", [V3], "runs runs"),
        ({"db/schema.rb": RUBY, "Gemfile.lock": LOCK.format("8.1")}, ROWS, [V3], "destroys runs"),
        ({"db/schema.rb": RUBY, "Gemfile.lock": LOCK.format("7.2")}, "", [V1, V2, V3], "runs " * 3),
        ({"db/schema.rb": RUBY}, "", [V1, V2, V3], "runs " * 3),
        ({"Gemfile.lock": LOCK.format("8.0")}, "", [V1, V2, V3], "runs " * 3),
        (
            {"db/schema.rb": RUBY, "Gemfile.lock": LOCK.format("8.0")},
            MADE,
            [V1, V2, V3],
            "runs " * 3,
        ),
        (
            {"db/structure.sql": SQL, "Gemfile.lock": LOCK.format("8.0")},
            "",
            [V1, V3],
            "runs runs runs",
        ),
        (
            {"db/schema.rb": RUBY, "db/structure.sql": SQL, "Gemfile.lock": LOCK.format("8.0")},
            "",
            [V3],
            "runs runs",
        ),
    ],
)
def test_what_would_run_on_a_database_without_a_version_table(tmp_path, files, sql, runs, steps):
    told = report(tmp_path, files, sql)

    prediction = told.environments[0].prediction
    assert [it.version.text for it in prediction.would_run] == runs
    assert [str(it.outcome) for it in prediction.migrations] == steps.split()
    losses = {(it.file.path, it.table) for it in prediction.destroys}
    assert losses == ({("db/schema.rb", "songs")} if "destroys" in steps else set())


def test_what_is_lost_by_it_is_told_with_another_way_out_than_a_row(tmp_path):
    files = {"db/schema.rb": RUBY, "Gemfile.lock": LOCK.format("8.0")}
    found = {it.code: it for it in report(tmp_path, files, ROWS).findings}

    assert found["MD131"].path == "db/schema.rb"
    for code in ("MD131", "MD123"):
        assert "restore schema_migrations with its rows" in found[code].fix
        assert found[code].command is None


@pytest.mark.parametrize(
    ("text", "pinned"),
    [
        ("    rails (8.0.2)\n", (8, 0)),
        ("    activerecord (7.2.2.2)\n", (7, 2)),
        ("    rails (8.2.0.alpha)\n", (8, 2)),
        ("      rails (>= 7.0)\n    turbo-rails (2.0.1)\n", None),
        ("", None),
    ],
)
def test_a_lock_file_tells_the_release(text, pinned):
    assert release.read(text.encode()) == pinned
