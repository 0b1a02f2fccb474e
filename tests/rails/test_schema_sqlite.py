"""What Rails writes and reads of an SQLite file's schema is what migdoctor compares it with."""

import json
from collections.abc import Iterator

import pytest

from tests.proofs.differential_fuzz import compare
from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.sqlite_files import SqliteDatabase
from tests.support.frameworks import rails as debian
from tests.support.frameworks.many_migrates import Rails, rails_process
from tests.support.histories.repositories import FOLDER, Repo

pytestmark = pytest.mark.rails
FILE = "db/production.sqlite3"
DATABASE_YML = f"production:\n  adapter: sqlite3\n  database: {FILE}\n"
OLD, NEW = "20240102000000_create_songs.rb", "20240109000000_create_songs.rb"
BEFORE = ("create_table :songs do |t|", "  t.string :title", "  t.bigint :artist_id", "end")
AFTER = (
    "create_table :songs do |t|",
    "  t.string :title, null: false",
    "  t.integer :plays, default: 0, null: false",
    "  t.time :starts, default: '10:00:00'",
    "  t.decimal :price, precision: 10, scale: 2",
    "  t.datetime :seen_at, precision: 3",
    "  t.references :artist, foreign_key: { on_delete: :cascade }",
    "  t.index [:title, :plays], unique: true, where: 'plays > 0', name: 'by_title'",
    "  t.check_constraint 'plays >= 0', name: 'plays_positive'",
    "end",
)
PLANTED = {
    "ALTER TABLE songs ADD COLUMN odd varchar": ("column", "odd"),
    "ALTER TABLE artists ADD COLUMN odd integer": ("column", "odd"),
    "DROP INDEX by_title": ("index", "by_title"),
    "CREATE INDEX odd ON songs (price)": ("index", "odd"),
    "CREATE TABLE odd (a)": ("table", "odd"),
    "ALTER TABLE songs DROP COLUMN price": ("column", "price"),
    "ALTER TABLE songs ADD COLUMN x integer REFERENCES artists (id)": (
        "foreign_key",
        "songs_x_fkey",
    ),
    "ALTER TABLE songs ADD COLUMN y integer CHECK (y > 1)": ("check", "songs_y_check"),
}


@pytest.fixture(scope="module")
def rails() -> Iterator[Rails]:
    with rails_process() as process:
        yield process


@pytest.fixture
def repo(rails, tmp_path) -> Repo:
    made = Repo.make(tmp_path / "app")
    made.add("20240101000000_create_artists.rb", "CreateArtists", "create_table :artists")
    made.write("database.yml", DATABASE_YML, "config")
    return made


def run(repo: Repo, *words: str) -> Done:
    state = str(repo.path.parent / "state")
    return migdoctor(repo.path, *words, RAILS_ENV="production", XDG_STATE_HOME=state)


def test_random_migrations_end_in_the_schema_that_the_files_say(tmp_path):
    outcome = compare(SqliteDatabase(tmp_path / "production.sqlite3"), tmp_path / "app", 40, 3)

    assert outcome.migrations > 30
    assert (outcome.differences, outcome.conflicts) == ([], [])


def test_what_rails_dumps_does_not_differ_and_what_was_planted_does(rails, repo):
    repo.add(OLD, "CreateSongs", *AFTER)
    file = SqliteDatabase(repo.path / FILE)
    assert rails.migrate(repo.path / FOLDER, file.url).error is None
    dumped = debian.schema_dump(repo.path / FOLDER, file.url, repo.path / "db" / "schema.rb")
    assert dumped.status == 0, dumped.output
    repo.commit("dumped")
    repo.add("20240110000000_later.rb", "Later", "add_column :songs, :later, :string")
    repo.commit("later")
    assert "commit db/schema.rb" in run(repo, "check", "--base", "HEAD~1").out
    debian.migrate(repo.path / FOLDER, file.url)
    debian.schema_dump(repo.path / FOLDER, file.url, repo.path / "db" / "schema.rb")
    repo.commit("dumped again")
    assert "commit db/schema.rb" not in run(repo, "check", "--base", "HEAD~2").out
    for against in ("database", "schema-file"):
        done = run(repo, "schema", "--diff", against)
        assert done.status == 0, done.out
    assert run(repo, "graph").status == 0

    file.run("PRAGMA journal_mode = delete")  # so that all of it is in the file
    whole = (repo.path / FILE).read_bytes()
    for statement, planted in PLANTED.items():
        (repo.path / FILE).write_bytes(whole)
        file.run(statement)
        told = json.loads(run(repo, "schema", "--diff", "database", "--format", "json").out)
        assert planted in named(told), (statement, told["diff"])
    text = (repo.path / "db" / "schema.rb").read_text()
    for before, after in (
        ("precision: 10", "precision: 8"),
        ("unique: true, ", ""),
        ('"plays"', '"p"'),
    ):
        assert before in text
        repo.write("schema.rb", text.replace(before, after), "db")
        assert run(repo, "schema", "--diff", "schema-file").status == 1, after


def named(told: dict[str, object]) -> set[tuple[str, str]]:
    differences = told["diff"]["differences"]  # type: ignore[index]  # JSON
    return {(it["kind"], it["name"]) for it in differences}


def test_after_rewrite_and_follow_up_it_is_as_one_built_from_zero(rails, repo, tmp_path):
    repo.add(OLD, "CreateSongs", *BEFORE)
    repo.add("20240103000000_create_plays.rb", "CreatePlays", "create_table :plays do |t|",
             "  t.references :song, foreign_key: { on_delete: :cascade }", "end")  # fmt: skip
    repo.commit("deployed")
    file = SqliteDatabase(repo.path / FILE)
    assert rails.migrate(repo.path / FOLDER, file.url).error is None
    file.run("INSERT INTO songs (title) VALUES ('one'); INSERT INTO plays (song_id) VALUES (1);")
    repo.remove(OLD)
    repo.add(NEW, "CreateSongs", *AFTER)
    repo.commit("renamed and edited")

    done = run(repo, "rewrite", "--apply", "--yes", "--follow-up")
    assert done.status == 0, done.out + done.err
    (draft,) = (repo.path / FOLDER).glob("*catch_up*")
    ran = rails.migrate(repo.path / FOLDER, file.url)
    assert ran.error is None, (ran, draft.read_text())
    assert ran.ran == (draft.name.partition("_")[0],)
    assert file.tables() == {"artists": 0, "songs": 1, "plays": 1}  # though songs was rebuilt

    fresh = SqliteDatabase(tmp_path / "fresh.sqlite3")
    built = rails.migrate(repo.path / FOLDER, fresh.url)  # it finds nothing left to do
    assert built.error is None, (built, draft.read_text())
    assert parts(file) == parts(fresh), draft.read_text()


def parts(database: SqliteDatabase) -> set[tuple[object, ...]]:
    """What SQLite says of columns, indexes and keys, whatever their order."""
    of = "FROM sqlite_master m, pragma_{}(m.name) c WHERE m.type = 'table'"
    return {
        *database.run(
            "SELECT m.name, c.name, replace(lower(c.type), 'bigint', 'integer'), "
            f'c."notnull", c.dflt_value {of.format("table_xinfo")}'
        ),
        *database.run(f'SELECT m.name, c.name, c."unique", c.partial {of.format("index_list")}'),
        *database.run(
            f'SELECT m.name, c."table", c."from", c.on_delete {of.format("foreign_key_list")}'
        ),
    }
