"""What is foretold is what Rails then does on SQLite, over many histories that went wrong.

The long form: MIGDOCTOR_PREDICTIONS=150 pytest tests/rails/test_predictions_sqlite.py
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from analyzer.model.findings.prediction import LossKind
from tests.rails.test_predictions import agree, foretold, listed, lost, told
from tests.support.accidents.broken_history import Case, broken_history
from tests.support.databases.sqlite_files import SqliteDatabase
from tests.support.frameworks.many_migrates import Rails, rails_process
from tests.support.histories.repositories import FOLDER, Repo

pytestmark = pytest.mark.rails
COUNT = int(os.environ.get("MIGDOCTOR_PREDICTIONS", "12"))
SEED = int(os.environ.get("MIGDOCTOR_SEED", "0"))
FROM = int(os.environ.get("MIGDOCTOR_FROM", "0"))


@pytest.fixture(scope="module")
def rails() -> Iterator[Rails]:
    with rails_process() as process:
        yield process


@pytest.mark.parametrize("number", range(FROM, FROM + COUNT))
def test_what_is_foretold_is_what_rails_does(number, rails, tmp_path):
    case = broken_history(number, SEED)
    production = SqliteDatabase(tmp_path / "production.sqlite3")
    repo = deploy(case, rails, production, tmp_path)
    before = production.tables()
    prediction = foretold(repo, production)

    happened = rails.migrate(repo.path / FOLDER, production.url)

    story = f"{case}\n{told(prediction)}\n{happened}\n{listed(repo)}"
    agree(prediction, happened, before, production.tables(), story)


# What an application on SQLite has never run: PostgreSQL's own SQL and options.
FOREIGN = re.compile(r"\bTYPE\b|CASCADE|algorithm: :concurrently|ENUM|enable_extension|::")


def here(text: str) -> str:
    """A migration without the lines that only PostgreSQL takes."""
    kept = [line for line in text.splitlines() if not FOREIGN.search(line.partition("<")[0])]
    return "\n".join([*kept, ""])


def deploy(case: Case, rails: Rails, database: SqliteDatabase, folder: Path) -> Repo:
    """A file that ran what was deployed, and a repository with what went wrong since."""
    repo = Repo.make(folder / "app")
    for name, text in case.files("deployed"):
        repo.write(name, here(text))
    repo.commit("deployed")
    rails.migrate(repo.path / FOLDER, database.url)
    for table in case.filled:
        with suppress(sqlite3.OperationalError):  # a migration of PostgreSQL's did not run here
            database.run(f"INSERT INTO {table} (title) VALUES ('one'), ('two')")
    for statement in case.by_hand:
        with suppress(sqlite3.OperationalError):
            database.run(statement)
    for path in (repo.path / FOLDER).iterdir():
        path.unlink()
    for name, text in case.files("broken"):
        repo.write(name, here(text))
    repo.commit("broken")
    return repo


ALL = {"songs", "plays"}
ALONG = {
    "a column removed": ("cascade", "remove_column :artists, :note", ALL),
    "a plain column": ("cascade", "add_column :artists, :zip, :string", set()),
    "a table dropped": ("cascade", "drop_table :artists", {"artists", "songs", "plays"}),
    "keys off": (
        "cascade",
        "execute 'PRAGMA foreign_keys = OFF'\nremove_column :artists, :note",
        ALL,
    ),
    "nothing acts": ("restrict", "remove_column :artists, :note", set()),
    "a key is unset": ("nullify", "remove_column :artists, :note", set()),
    "a row is held": ("restrict", "drop_table :artists", {"artists"}),
}
SCHEMA = """create_table(:artists) {{ |t| t.string :title; t.string :note }}
    create_table(:songs) {{ |t| t.string :title; t.references :artist }}
    create_table(:plays) {{ |t| t.string :title; t.references :song }}
    add_foreign_key :songs, :artists, on_delete: :{acts}
    add_foreign_key :plays, :songs, on_delete: :{acts}"""
ROWS = """INSERT INTO artists (title) VALUES ('one'); INSERT INTO songs (title, artist_id)
    VALUES ('one', 1); INSERT INTO plays (title, song_id) VALUES ('one', 1);"""


@pytest.mark.parametrize("name", ALONG)
def test_what_foreign_keys_take_along_is_foretold(name, rails, tmp_path):
    """To alter a table Rails makes it anew and drops the old one, and foreign keys act on that."""
    acts, step, losing = ALONG[name]
    production = SqliteDatabase(tmp_path / "production.sqlite3")
    repo = Repo.make(tmp_path / "app")
    repo.add("20240101000000_make.rb", "Make", SCHEMA.format(acts=acts))
    rails.migrate(repo.path / FOLDER, production.url)
    production.run(ROWS)
    repo.add("20240102000000_step.rb", "Step", step)
    before = production.tables()
    prediction = foretold(repo, production)

    happened = rails.migrate(repo.path / FOLDER, production.url)

    story = f"{told(prediction)}\n{prediction.destroys}\n{happened}"
    agree(prediction, happened, before, production.tables(), story)
    assert lost(prediction, before) == losing, story
    unset = {loss.table for loss in prediction.destroys if loss.kind is LossKind.VALUES}
    assert unset == ({"songs"} if acts == "nullify" else set()), story


def test_a_migration_that_is_written_as_advised_loses_no_row(rails, tmp_path):
    production = SqliteDatabase(tmp_path / "production.sqlite3")
    repo = Repo.make(tmp_path / "app")
    repo.add("20240101000000_make.rb", "Make", SCHEMA.format(acts="cascade"))
    rails.migrate(repo.path / FOLDER, production.url)
    production.run(ROWS)
    off, on = (f"execute 'PRAGMA foreign_keys = {it}'" for it in ("OFF", "ON"))
    repo.add("20240102000000_step.rb", "Step", f"{off}\nremove_column :artists, :note\n{on}")
    path = repo.path / FOLDER / "20240102000000_step.rb"
    text = path.read_text().replace("  def", "  disable_ddl_transaction!\n  def", 1)
    repo.write(path.name, text)
    before = production.tables()
    prediction = foretold(repo, production)

    happened = rails.migrate(repo.path / FOLDER, production.url)

    assert happened.error is None
    assert lost(prediction, before) == set()
    assert production.tables() == before
