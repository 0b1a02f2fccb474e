"""What is foretold of one pending migration is what the real Rails then does with it."""

from collections.abc import Iterator

import pytest

from analyzer.model.findings.prediction import MigrationOutcome
from analyzer.workflow.reading.request import Request
from analyzer.workflow.schema.schema import Against, read_schema
from tests.support.accidents.carried_out import NOW, carried_out
from tests.support.databases.servers import Database, Server, fresh_database
from tests.support.frameworks.many_migrates import Rails, rails_process
from tests.support.frameworks.rails_in_use import NEWEST
from tests.support.histories.repositories import FOLDER, Repo

pytestmark = pytest.mark.rails
SONGS = "create_table(:songs) { |t| t.string :title; t.integer :plays; t.string :spare }"
BOTH = f"{SONGS}; create_table(:plays) {{ |t| t.references :song; t.string :kind }}"
ROWS = (
    "INSERT INTO songs (title, plays) VALUES ('alpha-1', 1234567), ('beta-22', 7654321);"
    "INSERT INTO plays (song_id, kind) VALUES (1, 'first kind')"
)
SONG = "class Song < ActiveRecord::Base; end"
RUNS, NO_OP, FAILS = MigrationOutcome.RUNS, MigrationOutcome.NO_OP, MigrationOutcome.FAILS
DESTROYS, UNKNOWN = MigrationOutcome.DESTROYS, MigrationOutcome.UNKNOWN


@pytest.fixture(scope="module")
def rails() -> Iterator[Rails]:
    with rails_process() as process:
        yield process


@pytest.fixture(scope="module")
def production(postgres15: Server) -> Iterator[Database]:
    with fresh_database(postgres15) as database:
        yield database


@pytest.fixture
def tried(rails, production, tmp_path):
    """Foretell bodies, one a migration, and let Rails run them; an outcome a migration."""

    def run(*bodies: str, before: str = BOTH, rows: str = ROWS, pinned: bool = False):
        story = carried_out(
            tmp_path / "app", production, rails, before, rows, *bodies, head=SONG, pinned=pinned
        )
        assert story.wrong == [], story.prediction.migrations
        return [it.outcome for it in story.prediction.migrations], story

    return run


NEW = "add_column :songs, :extra, :string"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param(f"{NEW}; Song.update_all(extra: 'filled')", RUNS, id="a new column"),
        pytest.param(
            f"{NEW}, default: 'given', null: false; Song.update_all(extra: 'filled')",
            RUNS,
            id="a new column with a default",
        ),
        pytest.param(f"{NEW}; Song.update_all('extra = title')", RUNS, id="by SQL"),
        pytest.param(
            f"{NEW}; Song.update_all('extra = title, plays = 55555')",
            DESTROYS,
            id="a new and an old one",
        ),
        pytest.param(
            f"{NEW}; Song.find_each {{ |it| it.update!(extra: it.title) }}",
            RUNS,
            id="a new column, row by row",
        ),
        pytest.param(
            f"{NEW}; Song.find_each {{ |it| it.extra = it.title; it.save! }}",
            RUNS,
            id="assigned and saved",
        ),
        pytest.param(
            f'{NEW}; rename_column :songs, :extra, :more; execute "UPDATE songs SET more = title"',
            RUNS,
            id="new and renamed",
        ),
        pytest.param(
            "execute \"UPDATE songs SET spare = 'filled' WHERE spare IS NULL\"",
            RUNS,
            id="only NULL, by SQL",
        ),
        pytest.param("Song.where(spare: nil).update_all(spare: 'filled')", RUNS, id="only NULL"),
        pytest.param(
            "Song.where(spare: nil).update_all(title: 'filled')",
            DESTROYS,
            id="another column where one is NULL",
        ),
        pytest.param(
            "Song.where(spare: nil).in_batches { |it| it.update_all(spare: 'filled') }",
            RUNS,
            id="only NULL, in batches",
        ),
        pytest.param(
            "Song.where(spare: 'x').or(Song.where(title: 'alpha-1')).update_all(title: 'filled')",
            DESTROYS,
            id="or",
        ),
        pytest.param("Song.new(title: 'third').save!", RUNS, id="a new row"),
        pytest.param("Song.find_each(&:touch)", RUNS, id="touch"),
        pytest.param("execute \"UPDATE songs SET title = 'filled'\"", DESTROYS, id="all rows"),
    ],
)
def test_only_what_was_there_before_is_lost_by_an_update(tried, body, outcome):
    outcomes, _ = tried(body)

    assert outcomes == [outcome]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        pytest.param(
            "Song.where(plays: 1234567).delete_all; Song.where(plays: 7654321).delete_all",
            ["deletes rows of table songs"],
            id="two DELETEs",
        ),
        pytest.param(
            "execute 'DELETE FROM songs'; execute 'TRUNCATE songs'; drop_table :songs",
            ["drops table songs"],
            id="emptied, then dropped",
        ),
        pytest.param(
            "remove_column :songs, :title; drop_table :songs",
            ["drops table songs"],
            id="a column, then its table",
        ),
        pytest.param(
            "%w[title spare].each { |it| execute \"UPDATE songs SET #{it} = 'same'\" }",
            ["overwrites title, spare in rows of table songs"],
            id="two UPDATEs",
        ),
        pytest.param(
            "remove_column :songs, :title; remove_column :songs, :plays",
            ["drops column title of table songs", "drops column plays of table songs"],
            id="two columns are two",
        ),
    ],
)
def test_one_loss_is_told_once(tried, body, what):
    _, story = tried(body)

    assert [loss.what for loss in story.prediction.destroys] == what


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param(
            "create_table(:scratch, temporary: true) { |t| t.string :a };"
            " add_index :scratch, :a; add_column :scratch, :b, :string;"
            " drop_table :scratch",
            RUNS,
            id="by Rails",
        ),
        pytest.param(
            'execute "CREATE TEMP TABLE scratch AS SELECT * FROM songs";'
            ' execute "DELETE FROM scratch"; execute "TRUNCATE scratch"',
            RUNS,
            id="SQL",
        ),
        pytest.param(
            'execute "SELECT * INTO TEMP scratch FROM songs"; execute "DELETE FROM scratch"',
            RUNS,
            id="SELECT INTO",
        ),
        pytest.param(
            'execute "CREATE TEMP TABLE songs AS SELECT 1 AS id";'
            ' execute "DELETE FROM songs"; execute "DROP TABLE songs"',
            RUNS,
            id="it hides a lasting one",
        ),
        pytest.param(
            'execute "CREATE TEMP TABLE songs AS SELECT 1 AS id"; drop_table :songs;'
            " drop_table :songs",
            DESTROYS,
            id="and then the lasting one",
        ),
        pytest.param(
            'execute "CREATE TEMP TABLE scratch (a int)";'
            ' execute "CREATE TEMP TABLE scratch (a int)"',
            FAILS,
            id="twice",
        ),
        pytest.param(
            'execute "CREATE TEMP TABLE scratch (a int)";'
            ' execute "CREATE INDEX index_songs_on_title ON scratch (a)";'
            " add_index :songs, :title",
            RUNS,
            id="its indexes are its own",
        ),
        pytest.param(
            'execute "CREATE TABLE pg_temp.scratch (a int)"; execute "DELETE FROM scratch"',
            RUNS,
            id="pg_temp",
        ),
        pytest.param(
            'execute "CREATE TEMP TABLE scratch (LIKE songs)";'
            ' execute "ALTER TABLE scratch RENAME TO other"; drop_table :other',
            RUNS,
            id="renamed",
        ),
        pytest.param('execute "DELETE FROM scratch"', FAILS, id="none was made"),
    ],
)
def test_a_temporary_table_is_there_for_the_session_and_nothing_of_it_is_lost(tried, body, outcome):
    outcomes, _ = tried(body)

    assert outcomes == [outcome]


@pytest.mark.parametrize(
    ("option", "outcomes"),
    [
        pytest.param("", [RUNS, RUNS], id="it lives on"),
        pytest.param(" ON COMMIT DROP", [RUNS, FAILS], id="it goes with its transaction"),
    ],
)
def test_a_temporary_table_lives_on_in_the_next_migration(tried, option, outcomes):
    made = f'execute "CREATE TEMP TABLE scratch (a int){option}"'

    found, _ = tried(made, 'execute "DELETE FROM scratch"')

    assert found == outcomes


TO_TRACKS = 'execute "ALTER TABLE songs RENAME TO tracks"'
INDEX = 'execute "CREATE INDEX {} ON plays (kind)"'


@pytest.mark.parametrize(
    ("bodies", "outcomes"),
    [
        pytest.param([f"{TO_TRACKS}; {INDEX.format('songs_pkey')}"], [FAILS], id="key stays"),
        pytest.param([f"{TO_TRACKS}; {INDEX.format('tracks_pkey')}"], [RUNS], id="no new key"),
        pytest.param(
            [f"{TO_TRACKS}; execute 'ALTER TABLE tracks DROP CONSTRAINT songs_pkey'"],
            [RUNS],
            id="the key under its old name",
        ),
        pytest.param(
            [f"{TO_TRACKS}; execute 'ALTER TABLE tracks DROP CONSTRAINT tracks_pkey'"],
            [FAILS],
            id="the key under a name it has not",
        ),
        pytest.param(
            [f"{TO_TRACKS}; execute 'CREATE SEQUENCE songs_id_seq'"],
            [FAILS],
            id="the sequence stays",
        ),
        pytest.param(
            [TO_TRACKS, "rename_table :tracks, :songs"],
            [RUNS, FAILS],
            id="rename_table misses the key",
        ),
        pytest.param(
            ["rename_table :songs, :tracks", "rename_table :tracks, :songs"],
            [RUNS, RUNS],
            id="rename_table there and back",
        ),
        pytest.param(
            ["rename_table :songs, :tracks; execute 'CREATE SEQUENCE songs_id_seq'"],
            [RUNS],
            id="rename_table takes the sequence along",
        ),
        pytest.param(
            [f"rename_table :songs, :tracks; {INDEX.format('songs_pkey')}"],
            [RUNS],
            id="rename_table takes the key along",
        ),
        pytest.param(
            [
                (
                    "execute 'ALTER INDEX songs_pkey RENAME TO other';"
                    " execute 'ALTER TABLE songs DROP CONSTRAINT other'"
                )
            ],
            [RUNS],
            id="the key by its index",
        ),
        pytest.param(
            [
                "execute 'ALTER TABLE songs RENAME CONSTRAINT songs_pkey TO other';"
                + INDEX.format("songs_pkey")
            ],
            [RUNS],
            id="the key by its constraint",
        ),
        pytest.param(
            ["execute 'ALTER TABLE songs_id_seq RENAME TO other_seq'"],
            [RUNS],
            id="a sequence by ALTER TABLE",
        ),
        pytest.param(
            [
                (
                    "add_index :songs, :title;"
                    " execute 'ALTER TABLE songs RENAME COLUMN title TO name'"
                ),
                "remove_index :songs, name: 'index_songs_on_title'",
            ],
            [RUNS, RUNS],
            id="an index keeps its name",
        ),
    ],
)
def test_sql_renames_a_table_alone_and_rails_its_key_and_sequence_too(tried, bodies, outcomes):
    found, _ = tried(*bodies)

    assert found == outcomes


VIEWS = (
    f"{BOTH}; execute 'CREATE VIEW titles AS SELECT id, title FROM songs';"
    "execute 'CREATE MATERIALIZED VIEW kept AS SELECT id, title FROM songs';"
    "execute 'CREATE INDEX kept_title ON kept (title)';"
    "execute 'CREATE DOMAIN plenty AS int CHECK (VALUE > 9)';"
    "execute \"CREATE TYPE mood AS ENUM ('calm')\"; add_column :plays, :mood, :mood;"
    "execute \"CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'\";"
    "add_check_constraint :songs, 'plays > 0', name: 'counted'"
)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param("add_index :kept, :id", RUNS, id="an index of a materialized view"),
        pytest.param("add_index :kept, :id, name: 'kept_title'", FAILS, id="its name is taken"),
        pytest.param("execute 'DROP INDEX IF EXISTS kept_title'", RUNS, id="its index dropped"),
        pytest.param("remove_index :kept, :title", RUNS, id="its index by column"),
        pytest.param("execute 'REFRESH MATERIALIZED VIEW kept'", RUNS, id="refreshed"),
        pytest.param(
            "execute 'CREATE OR REPLACE VIEW titles AS SELECT id, title, 1 AS one FROM songs'",
            RUNS,
            id="a view replaced",
        ),
        pytest.param(
            "execute \"CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 2'\"",
            RUNS,
            id="a function replaced",
        ),
        pytest.param("execute 'ALTER SEQUENCE songs_id_seq INCREMENT BY 2'", RUNS, id="sequence"),
        pytest.param("execute \"SELECT setval('songs_id_seq', 10)\"", RUNS, id="setval"),
        pytest.param("reset_pk_sequence! 'songs'", RUNS, id="reset_pk_sequence!"),
        pytest.param("execute 'GRANT SELECT ON songs TO PUBLIC'", RUNS, id="GRANT"),
        pytest.param("execute 'ALTER TABLE songs SET (fillfactor = 70)'", RUNS, id="storage"),
        pytest.param("execute 'DROP DOMAIN IF EXISTS plenty'", RUNS, id="a domain"),
        pytest.param(
            "execute 'ALTER TABLE titles RENAME COLUMN title TO name'", RUNS, id="a view's column"
        ),
        pytest.param(
            "validate_check_constraint :songs, name: 'counted'", NO_OP, id="valid already"
        ),
        pytest.param("execute 'DROP FUNCTION IF EXISTS absent()'", NO_OP, id="no such function"),
        pytest.param("execute 'ANALYZE songs'", NO_OP, id="ANALYZE"),
    ],
)
def test_nothing_that_changes_the_database_is_told_to_do_nothing(tried, body, outcome):
    outcomes, _ = tried(body, before=VIEWS)

    assert outcomes == [outcome]


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param("execute 'ALTER TABLE songs DROP COLUMN title'", FAILS, id="a view reads it"),
        pytest.param(
            "execute 'ALTER TABLE songs DROP COLUMN title CASCADE';"
            " execute 'CREATE VIEW titles AS SELECT 1'",
            DESTROYS,
            id="and goes with it",
        ),
        pytest.param(
            "drop_table :songs, force: :cascade; execute 'CREATE VIEW titles AS SELECT 1'",
            DESTROYS,
            id="with its table",
        ),
        pytest.param("execute 'DROP TYPE mood'", FAILS, id="a type in use"),
        pytest.param(
            "execute 'DROP TYPE mood CASCADE'; add_column :plays, :mood, :string",
            DESTROYS,
            id="a type with its columns",
        ),
        pytest.param(
            "execute 'CREATE VIEW more AS SELECT * FROM titles'; execute 'DROP VIEW titles'",
            FAILS,
            id="a view of a view",
        ),
        pytest.param(
            "execute 'CREATE VIEW more AS SELECT * FROM titles';"
            " execute 'DROP VIEW titles CASCADE'; execute 'CREATE VIEW more AS SELECT 1'",
            RUNS,
            id="a view with its views",
        ),
    ],
)
def test_cascade_takes_along_what_hangs_on_it(tried, body, outcome):
    rows = f"{ROWS}; UPDATE plays SET mood = 'calm'; ALTER TYPE mood RENAME VALUE 'calm' TO 'quiet'"
    outcomes, _ = tried(body, before=VIEWS, rows=rows)

    assert outcomes == [outcome]


NOT_VALID = 'execute "ALTER TABLE songs ADD CONSTRAINT more CHECK ({}) NOT VALID"'
VALIDATE = 'execute "ALTER TABLE songs VALIDATE CONSTRAINT more"'
ALBUM = "add_reference :plays, :album, foreign_key: { to_table: :songs, validate: false }"


@pytest.mark.parametrize(
    ("bodies", "outcome"),
    [
        pytest.param([f"{ALBUM}; validate_foreign_key :plays, :songs"], RUNS, id="a new key"),
        pytest.param(
            [ALBUM, "validate_foreign_key :plays, column: :album_id"],
            RUNS,
            id="a new key by its column",
        ),
        pytest.param(
            [f"add_column :songs, :extra, :integer; {NOT_VALID.format('extra > 0')}", VALIDATE],
            RUNS,
            id="a check of a new column",
        ),
        pytest.param([NOT_VALID.format("plays > 0"), VALIDATE], UNKNOWN, id="of older rows"),
        pytest.param([NOT_VALID.format("spare IS NOT NULL"), VALIDATE], UNKNOWN, id="of NULLs"),
        pytest.param(["validate_foreign_key :plays, :songs"], FAILS, id="no such key"),
        pytest.param(["validate_check_constraint :songs, name: 'none'"], FAILS, id="no check"),
        pytest.param([VALIDATE], FAILS, id="none by SQL"),
    ],
)
def test_what_was_added_not_valid_in_the_same_run_is_validated(tried, bodies, outcome):
    outcomes, _ = tried(*bodies)

    assert outcomes[-1] is outcome


INDEXED = (
    f"{BOTH}; add_index :songs, :title; add_index :songs, 'lower(title)';"
    "add_index :songs, 'lower(spare)', name: 'low'"
)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param("remove_index :songs, 'lower(title)'", RUNS, id="by its default name"),
        pytest.param("remove_index :songs, 'lower( title )'", RUNS, id="spaces do not count"),
        pytest.param("remove_index :songs, column: 'lower(title)'", FAILS, id="as an option"),
        pytest.param("remove_index :songs, 'lower(spare)'", FAILS, id="under another name"),
        pytest.param(
            "remove_index :songs, 'lower(spare)', name: 'low'",
            UNKNOWN,
            id="with its name: from 7.1 on",
        ),
        pytest.param("remove_index :songs, 'upper(title)'", FAILS, id="another expression"),
        pytest.param("remove_index :songs, name: 'low'", RUNS, id="by name"),
        pytest.param(
            "add_index :songs, :title, name: 'two'; remove_index :songs, :title",
            FAILS,
            id="two of them",
        ),
        pytest.param("remove_index :songs, :plays, if_exists: true", NO_OP, id="if_exists"),
    ],
)
def test_remove_index_finds_an_index_as_rails_does(tried, body, outcome):
    outcomes, _ = tried(body, before=INDEXED)

    assert outcomes == [outcome]


KIND = "connection.tables.empty? ? :uuid : :bigint"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param(
            f"create_table(:songs, id: {KIND}, if_not_exists: true) {{ |t|"
            f" t.references :album, type: ({KIND}), index: false }}",
            NO_OP,
            id="it is there",
        ),
        pytest.param(
            f"create_table(:songs, id: {KIND}, if_not_exists: true) {{ |t|"
            f" t.references :album, type: ({KIND}) }}",
            UNKNOWN,
            id="it lacks a column for the index that Rails adds",
        ),
        pytest.param(
            f"create_table(:albums, if_not_exists: true) {{ |t|"
            f" t.references :song, type: ({KIND}), null: false; t.index %i[song_id id] }}",
            UNKNOWN,
            id="it is not there: of which type",
        ),
    ],
)
def test_a_table_with_a_computed_type_is_made_or_passed_over_as_a_whole(tried, body, outcome):
    outcomes, story = tried(body)

    assert outcomes == [outcome]
    if outcome is not UNKNOWN:
        assert story.happened.error is None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "create_table(:a) { |t| t.integer :b, limit: 1; t.integer :c, limit: 2 }", id="limit 1"
        ),
        pytest.param(
            "create_table(:a) { |t| t.jsonb :b, default: '{}'; t.jsonb :c, default: {};"
            " t.json :d, default: []; t.jsonb :e, default: 5; t.jsonb :f, default: 'x' }",
            id="defaults in JSON",
        ),
        pytest.param(
            "create_table(:a, primary_key: :code); create_table(:b) { |t| t.bigint :c };"
            "add_foreign_key :b, :a, column: :c, primary_key: :code",
            id="the own key",
        ),
        pytest.param(
            "create_table(:a) { |t| t.integer :code; t.index :code, unique: true };"
            "create_table(:b) { |t| t.integer :c };"
            "add_foreign_key :b, :a, column: :c, primary_key: :code",
            id="another key",
        ),
        pytest.param(
            "create_table(:a); create_table(:b) { |t| t.bigint :c; t.bigint :d };"
            "add_foreign_key :b, :a, column: :c, validate: false;"
            "add_foreign_key :b, :a, column: :d, validate: false;"
            "validate_foreign_key :b, column: :d",
            id="validated by column",
        ),
        pytest.param(
            'create_table(:a) { |t| t.string :b, default: "\\a\\101\\u{42 43}\\x44" }', id="escapes"
        ),
        pytest.param("create_table(:a) { |t| t.string :b, default: ?b }", id="a character"),
        pytest.param(
            "execute \"CREATE TYPE mood AS ENUM ('calm')\";"
            "create_table(:a) { |t| t.column :b, :mood }",
            id="an enum",
        ),
        pytest.param('execute "CREATE TEMP TABLE a (b int)"; execute "DROP TABLE a"', id="temp"),
        pytest.param(
            'create_table(:a); execute "ALTER TABLE a RENAME TO b";'
            ' execute "ALTER TABLE a_id_seq RENAME TO b_id_seq"',
            id="renamed by SQL",
        ),
    ],
)
def test_what_the_files_add_up_to_is_what_rails_makes_of_them(rails, production, tmp_path, body):
    production.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    repo = Repo.make(tmp_path / "app")
    repo.add("1_make.rb", "Make", body)
    repo.commit()
    assert rails.migrate(repo.path / FOLDER, production.url).error is None

    request = Request(now=NOW, repo=str(repo.path), database_url=production.url, cache=False)
    report = read_schema(request, Against.DATABASE)

    assert report.diff is not None
    assert report.diff.differences == ()


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param("execute 'DROP TABLE songs, plays'", DESTROYS, id="two tables at once"),
        pytest.param("execute 'DROP TABLE songs'", FAILS, id="one of them"),
        pytest.param(
            "change_column :songs, :spare, 'integer USING length(spare)'",
            UNKNOWN,
            id="USING in the type",
        ),
        pytest.param(
            'execute "ALTER TABLE songs ADD COLUMN loud varchar GENERATED ALWAYS AS'
            ' (upper(title)) STORED"; remove_column :songs, :title',
            FAILS,
            id="a column made of it",
        ),
    ],
)
def test_what_hangs_together_is_seen(tried, body, outcome):
    rows = f"{ROWS}; UPDATE songs SET spare = 'some words'"
    outcomes, _ = tried(body, before=f"{BOTH}; add_foreign_key :plays, :songs", rows=rows)

    assert outcomes == [outcome]


@pytest.mark.parametrize(
    ("body", "outcomes"),
    [
        pytest.param("add_index :songs, :title, include: :plays", (FAILS, RUNS), id="add_index"),
        pytest.param(
            "create_table(:tags) { |t| t.string :name; t.integer :n; t.index :name, include: :n }",
            (FAILS, RUNS),
            id="in a table",
        ),
        pytest.param(
            "change_table(:songs) { |t| t.index :title, include: [:plays] }",
            (FAILS, RUNS),
            id="in a changed table",
        ),
        pytest.param(
            "add_reference :songs, :tag, index: { include: :plays }", (FAILS, RUNS), id="reference"
        ),
        pytest.param(
            "create_table :songs, force: true, if_not_exists: true", (DESTROYS, FAILS), id="force"
        ),
        pytest.param(
            "add_column :songs, :plays, :string, if_not_exists: true", (UNKNOWN, NO_OP), id="column"
        ),
    ],
)
def test_what_depends_on_the_release_is_certain_where_the_application_pins_it(
    tried, body, outcomes
):
    found, story = tried(body, pinned=True)

    assert found == [outcomes[NEWEST != "6.1"]]
    if found == [FAILS]:
        assert story.prediction.fails_at.error in story.happened.error
