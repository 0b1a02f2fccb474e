"""A repair on SQLite, whichever way it is carried out, leaves nothing for the real Rails to run."""

import re
import shlex
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.sqlite_files import SqliteDatabase
from tests.support.frameworks.many_migrates import Rails, rails_process
from tests.support.histories.repositories import FOLDER, Repo

pytestmark = pytest.mark.rails
FILE = "db/is it%3f or production?.sqlite3"  # each of these characters has been misread
ADDRESS = ("--database-url", f"sqlite3:{quote(FILE)}")  # counts from the application's root
DATABASE_YML = f"production:\n  adapter: sqlite3\n  database: '{FILE}'\n"


@pytest.fixture(scope="module")
def rails() -> Iterator[Rails]:
    with rails_process() as process:
        yield process


@pytest.fixture
def application(rails, tmp_path) -> Repo:
    """Two migrations that ran exchanged their versions since, and a third one got a later one."""
    repo = Repo.make(tmp_path / "app")
    for number, table in enumerate(("artists", "songs", "albums"), 1):
        repo.add(f"2024010{number}000000_create_{table}.rb", f"Create{table.title()}",
                 f"create_table(:{table}) {{ |t| t.string :title }}")  # fmt: skip
    repo.write("database.yml", DATABASE_YML, "config")
    repo.commit("deployed")
    rails.migrate(repo.path / FOLDER, f"sqlite3://{repo.path}/{quote(FILE)}")
    repo.move("20240101000000_create_artists.rb", "x.rb")
    repo.move("20240102000000_create_songs.rb", "20240101000000_create_songs.rb")
    repo.move("x.rb", "20240102000000_create_artists.rb")
    repo.move("20240103000000_create_albums.rb", "20240109000000_create_albums.rb")
    repo.commit("renamed")
    return repo


def run(repo: Repo, folder: str, *words: str) -> Done:
    state = str(repo.path.parent / "state")
    return migdoctor(repo.path / folder, *words, RAILS_ENV="production", XDG_STATE_HOME=state)


def by_apply(repo: Repo) -> None:
    done = run(repo, FOLDER, "rewrite", "--apply", "--yes", "--audit", *ADDRESS)
    assert done.status == 0, done.err


def by_client(repo: Repo) -> None:
    done = run(repo, ".", "rewrite", "--apply", "--yes", "--exec", "env", *ADDRESS)
    assert done.status == 0, done.err


def by_hand(repo: Repo) -> None:
    """With what config/database.yml says, and the command that is printed."""
    script = repo.path.parent / "fix.sql"
    assert run(repo, ".", "rewrite", "-o", str(script)).status == 0
    (command,) = re.findall(r"^-- Run it with: (.*)$", script.read_text(), re.MULTILINE)
    command = command.replace("THIS_FILE", shlex.quote(str(script)))
    subprocess.run(command, shell=True, check=True)


@pytest.mark.parametrize("repair", [by_apply, by_client, by_hand])
def test_a_repair_leaves_nothing_to_run(application, rails, repair: Callable[[Repo], None]):
    url = f"sqlite3://{application.path}/{quote(FILE)}"
    before = run(application, ".", "diagnose", *ADDRESS)
    assert before.status == 1
    assert 'SQLite3::SQLException: table "albums" already exists' in " ".join(before.out.split())

    repair(application)

    assert run(application, ".", "diagnose", *ADDRESS).status == 0
    assert rails.migrate(application.path / FOLDER, url).ran == ()
    rows = SqliteDatabase(application.path / FILE).run("SELECT version FROM schema_migrations")
    assert {version for (version,) in rows} == {
        *("20240101000000", "20240102000000", "20240109000000")
    }


def test_what_was_applied_is_taken_back(application, rails):
    file = SqliteDatabase(application.path / FILE)
    before = file.run("SELECT * FROM schema_migrations ORDER BY 1")
    by_apply(application)

    assert run(application, ".", "undo", "--yes", *ADDRESS).status == 0
    assert file.run("SELECT * FROM schema_migrations ORDER BY 1") == before
    happened = rails.migrate(application.path / FOLDER, f"sqlite3://{quote(str(file.path))}")
    assert happened.message == 'table "albums" already exists'


def test_a_file_that_is_in_use_is_left_as_it_is(application):

    other = sqlite3.connect(application.path / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    done = run(application, ".", "rewrite", "--apply", "--yes", "--lock-timeout", "1s", *ADDRESS)
    other.execute("ROLLBACK")
    other.close()

    assert done.status != 0
    assert "is busy" in done.err + done.out


def test_reading_writes_nothing_beside_the_file(application):
    before = {path.name for path in Path(application.path / "db").iterdir()}
    run(application, ".", "diagnose", *ADDRESS)

    assert {path.name for path in Path(application.path / "db").iterdir()} == before
