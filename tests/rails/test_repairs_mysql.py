"""A repair on MariaDB, however it is carried out, leaves nothing for the real Rails to run."""

import subprocess
import zlib
from collections.abc import Callable, Iterator

import pymysql
import pytest

from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.mysql_servers import MysqlDatabase
from tests.support.frameworks.many_migrates import Rails, rails_process
from tests.support.histories.repositories import FOLDER, Repo

pytestmark = pytest.mark.rails
SALT = 2053462845


@pytest.fixture(scope="module")
def rails() -> Iterator[Rails]:
    with rails_process() as process:
        yield process


class Place:
    """Two migrations that ran exchanged versions since, and a third one got a later one."""

    def __init__(self, repo: Repo, database: MysqlDatabase) -> None:
        self.repo, self.database = repo, database
        self.address = ("--database-url", database.url)

    def run(self, *words: str) -> Done:
        return migdoctor(self.repo.path, *words, XDG_STATE_HOME=str(self.repo.path.parent / "s"))

    def rows(self) -> list[object]:
        rows = self.database.run("SELECT version FROM schema_migrations ORDER BY version")
        return [version for (version,) in rows]


@pytest.fixture
def place(rails, mysql_database, tmp_path) -> Place:
    repo = Repo.make(tmp_path / "app")
    for number, table in enumerate(("artists", "songs", "albums"), 1):
        repo.add(f"2024010{number}000000_create_{table}.rb", f"Create{table.title()}",
                 f"create_table(:{table}) {{ |t| t.string :title }}")  # fmt: skip
    repo.commit("deployed")
    ran = rails.migrate(repo.path / FOLDER, mysql_database.url)
    assert ran.error is None, ran
    repo.move("20240101000000_create_artists.rb", "x.rb")
    repo.move("20240102000000_create_songs.rb", "20240101000000_create_songs.rb")
    repo.move("x.rb", "20240102000000_create_artists.rb")
    repo.move("20240103000000_create_albums.rb", "20240109000000_create_albums.rb")
    repo.commit("renamed")
    return Place(repo, mysql_database)


OLD = ["20240101000000", "20240102000000", "20240103000000"]
NEW = ["20240101000000", "20240102000000", "20240109000000"]


def by_apply(place: Place) -> None:
    done = place.run("rewrite", "--apply", "--yes", "--audit", *place.address)
    assert done.status == 0, done.err


def by_client(place: Place) -> None:
    done = place.run("rewrite", "--apply", "--yes", "--exec", "env", *place.address)
    assert done.status == 0, done.err


def by_hand(place: Place) -> None:
    script = place.repo.path.parent / "fix.sql"
    assert place.run("rewrite", "-o", str(script), *place.address).status == 0
    command = ["mariadb", "-uroot", "-S", str(place.database.server.socket), place.database.name]
    with script.open() as text:
        subprocess.run(command, stdin=text, check=True, capture_output=True)


def by_files(place: Place) -> None:
    done = place.run("rename-back", "--apply", "--yes", *place.address)
    assert done.status == 0, done.err


@pytest.mark.parametrize("repair", [by_apply, by_client, by_hand, by_files])
def test_a_repair_leaves_nothing_to_run(place: Place, rails, repair: Callable[[Place], None]):
    before = place.run("diagnose", *place.address)
    assert before.status == 1
    assert "Mysql2::Error: Table 'albums' already exists" in " ".join(before.out.split())

    repair(place)

    assert place.run("diagnose", *place.address).status == 0
    assert rails.migrate(place.repo.path / FOLDER, place.database.url).ran == ()
    assert place.rows() == (OLD if repair is by_files else NEW)


def test_what_was_applied_is_taken_back(place: Place, rails):
    by_apply(place)

    assert place.run("undo", "--yes", *place.address).status == 0
    assert place.rows() == OLD
    happened = rails.migrate(place.repo.path / FOLDER, place.database.url)
    assert happened.message == "Table 'albums' already exists"


def test_a_migration_that_runs_is_not_disturbed_and_one_waits_for_us(place: Place, rails):
    """The lock is the very one: with it held, neither we nor Rails do anything."""
    key = SALT * zlib.crc32(place.database.name.encode())
    with (
        pymysql.connect(unix_socket=str(place.database.server.socket), user="root") as other,
        other.cursor() as cursor,
    ):
        cursor.execute(f"SELECT GET_LOCK('{key}', 0)")
        refused = place.run("rewrite", "--apply", "--yes", *place.address)
        happened = rails.migrate(place.repo.path / FOLDER, place.database.url)

    assert refused.status != 0
    assert "Rails is migrating this database" in refused.err + refused.out
    assert happened.error == "ActiveRecord::ConcurrentMigrationError"
    assert place.rows() == OLD


@pytest.mark.parametrize(
    "words",
    [("recover", "full", "--migrate-command", "true"), ("rehearse", "--repair", "rewrite")],
)
def test_what_is_not_built_is_refused_by_name(place: Place, words: tuple[str, ...]):
    done = place.run(*words, *place.address)

    assert done.status == 2
    assert "MySQL" in done.err
    assert "Traceback" not in done.err


HALF = """\
    add_column :songs, :plays, :integer
    create_table(:hits) { |t| t.string :title }
    add_column :songs, :title, :string
    create_table(:later)"""


def test_what_a_failing_migration_leaves_behind_is_foretold_and_then_told(
    rails, mysql_database, tmp_path
):
    """Each change of the schema commits: the retry stops earlier."""
    repo = Repo.make(tmp_path / "app")
    repo.add("20250101000000_create_songs.rb", "CreateSongs",
             "create_table(:songs) { |t| t.string :title }")  # fmt: skip
    repo.commit("deployed")
    rails.migrate(repo.path / FOLDER, mysql_database.url)
    repo.add("20250201000000_half.rb", "Half", HALF)
    repo.commit("half")
    place = Place(repo, mysql_database)

    told = " ".join(place.run("diagnose", *place.address).out.split())
    first = rails.migrate(repo.path / FOLDER, mysql_database.url)
    after = " ".join(place.run("diagnose", *place.address).out.split())
    second = rails.migrate(repo.path / FOLDER, mysql_database.url)

    assert first.message == "Duplicate column name 'title'"
    assert f"would stop at 20250201000000_half.rb: Mysql2::Error: {first.message}" in told
    assert "stays, as nothing takes it back: add column songs.plays; create table hits." in told
    assert second.message == "Duplicate column name 'plays'"
    assert f"Tried again, it would then stop at line 3: Mysql2::Error: {second.message}" in told
    assert f"would stop at 20250201000000_half.rb: Mysql2::Error: {second.message}" in after
    assert "part of its work is in the database: column songs.plays, table hits" in after
    assert "most likely it failed halfway" in after
