"""What is missing, extra or different, and who is responsible."""

import pytest

from analyzer.analysis.schema.name_case import in_spelling_of
from analyzer.model.findings.schema_diff import Change, Holding
from analyzer.model.schema.schema import Column, ConstraintKind, ForeignKey, Table, schema_of
from tests.support.databases.schemas import compare, read, schema_by_sql, state_of, told

SONGS = "create_table(:songs) { |t| t.string :title, null: false }"


def test_the_same_schema_has_no_difference():
    assert compare(read(SONGS), state_of(SONGS).schema) == []


def test_a_table_that_is_not_there_is_one_difference_and_not_one_a_column():
    (only,) = compare(read(SONGS), state_of().schema)

    assert told([only]) == ["missing table songs"]
    assert only.detail == "2 columns"


def test_a_table_that_no_migration_makes_is_extra():
    assert told(compare(read(), state_of(SONGS).schema)) == ["extra table songs"]


@pytest.mark.parametrize(
    ("more", "line"),
    [
        pytest.param("add_column :songs, :plays, :integer", "column songs.plays", id="column"),
        pytest.param("add_index :songs, :title", "index songs.index_songs_on_title", id="index"),
        pytest.param(
            "add_check_constraint :songs, 'id > 0', name: 'c'", "check songs.c", id="check"
        ),
        pytest.param("enable_extension 'citext'", "extension citext", id="extension"),
        pytest.param("create_enum :mood, %w[a b]", "enum mood", id="enum"),
        pytest.param("execute 'CREATE VIEW v AS SELECT 1'", "view v", id="view"),
        pytest.param("execute 'CREATE SEQUENCE s'", "", id="a sequence may belong to a column"),
    ],
)
def test_each_kind_of_object_is_missed_on_either_side(more, line):
    with_more, without = [SONGS, more], [SONGS]
    missing = told(compare(read(*with_more), state_of(*without).schema))
    extra = told(compare(read(*without), state_of(*with_more).schema))

    assert missing == ([f"missing {line}"] if line else [])
    assert extra == ([f"extra {line}"] if line else [])


def test_a_foreign_key_is_missed_by_what_it_points_to():
    files = read(
        "create_table :artists",
        "create_table(:songs) { |t| t.references :artist, foreign_key: true }",
    )
    there = state_of("create_table :artists", "create_table(:songs) { |t| t.references :artist }")

    (only,) = compare(files, there.schema)

    assert (only.status, only.kind) == ("missing", "foreign_key")
    assert only.detail == "artist_id, to table artists"


@pytest.mark.parametrize(
    ("files", "there", "change"),
    [
        pytest.param("t.string :a", "t.text :a", Change("type", "string", "text"), id="type"),
        pytest.param(
            "t.string :a",
            "t.string :a, array: true",
            Change("type", "string", "string[]"),
            id="array",
        ),
        pytest.param(
            "t.string :a, null: false", "t.string :a", Change("null", "false", "true"), id="null"
        ),
        pytest.param(
            "t.string :a, default: 'x'",
            "t.string :a",
            Change("default", '"x"', "none"),
            id="default",
        ),
        pytest.param(
            "t.string :a, limit: 20",
            "t.string :a, limit: 30",
            Change("limit", "20", "30"),
            id="limit",
        ),
        pytest.param(
            "t.decimal :a, precision: 8",
            "t.decimal :a, precision: 9",
            Change("precision", "8", "9"),
            id="precision",
        ),
        pytest.param(
            "t.datetime :a, precision: 3",
            "t.datetime :a, precision: 6",
            Change("precision", "3", "6"),
            id="digits of a second",
        ),
        pytest.param(
            "t.string :a, comment: 'x'", "t.string :a", Change("comment", "x", "none"), id="comment"
        ),
    ],
)
def test_a_column_that_differs_says_in_what(files, there, change):
    def table(column: str) -> str:
        return f"create_table(:songs) {{ |t| {column} }}"

    (only,) = compare(read(table(files)), state_of(table(there)).schema)

    assert only.changes == (change,)


@pytest.mark.parametrize(
    ("files", "sql"),
    [
        pytest.param("t.datetime :a", "a timestamp(6)", id="a timestamp keeps six digits"),
        pytest.param(
            "t.datetime :a, default: -> { 'CURRENT_TIMESTAMP' }",
            "a timestamp DEFAULT now()",
            id="now() is CURRENT_TIMESTAMP",
        ),
        pytest.param(
            "t.decimal :a, precision: 10, scale: 0, default: 0",
            "a numeric(10) DEFAULT 0.0",
            id="0 is 0.0, and no scale is scale 0",
        ),
        pytest.param(
            "t.uuid :a, default: 'gen_random_uuid()'",
            "a uuid DEFAULT gen_random_uuid()",
            id="a function in quotes",
        ),
        pytest.param(
            "t.string :a, array: true, default: []",
            "a varchar[] DEFAULT '{}'::character varying[]",
            id="an empty array",
        ),
        pytest.param(
            "t.string :a, array: true, default: []",
            "a varchar[] DEFAULT ARRAY[]::character varying[]",
            id="another empty array",
        ),
        pytest.param("t.jsonb :a, default: {}", "a jsonb DEFAULT '{}'::jsonb", id="empty JSON"),
        pytest.param("t.boolean :a, default: false", "a boolean DEFAULT 'f'", id="false is 'f'"),
        pytest.param(
            "t.date :a, default: '2020-01-01'",
            "a date DEFAULT '2020-01-01 00:00:00'",
            id="midnight",
        ),
        pytest.param("t.text :a, limit: 65535", "a text", id="PostgreSQL gives text no limit"),
        pytest.param("t.integer :a", "a serial", id="a sequence fills it"),
        pytest.param("t.float :a", "a double precision", id="a float"),
        pytest.param("t.string :a", "a character varying", id="varchar is a string"),
        pytest.param(
            "t.datetime :a, default: -> { \"NOW() + INTERVAL '7 hours'\" }",
            "a timestamp DEFAULT (now() + '07:00:00'::interval)",
            id="an interval",
        ),
        pytest.param(
            "t.string :a, default: User.first.name",
            "a varchar DEFAULT 'Eve'",
            id="a default that is computed may be any",
        ),
    ],
)
def test_what_is_written_differently_but_means_the_same_is_no_difference(files, sql):
    there = schema_by_sql(f"CREATE TABLE songs ({sql})")

    found = compare(read(f"create_table(:songs, id: false) {{ |t| {files} }}"), there)

    assert told(found) == []


@pytest.mark.parametrize(
    ("files", "sql"),
    [
        pytest.param(
            ":title, where: \"status IN ('a', 'b')\"",
            "(title) WHERE ((status)::text = ANY ((ARRAY['a'::character varying, "
            "'b'::character varying])::text[]))",
            id="condition",
        ),
        pytest.param("'lower(title), status'", "(lower((title)::text), status)", id="expression"),
        pytest.param(":title, using: :btree", "USING btree (title)", id="the usual method"),
        pytest.param(
            ":title, using: 'GIN', opclass: :gin_trgm_ops",
            "USING gin (title gin_trgm_ops)",
            id="method and operator class",
        ),
        pytest.param(":title, order: { title: :desc }", "(title DESC)", id="order"),
    ],
)
def test_an_index_is_the_same_in_whatever_words(files, sql):
    songs = "create_table(:songs) { |t| t.string :title, :status }"
    there = schema_by_sql(
        "CREATE TABLE songs (id bigint PRIMARY KEY, title varchar, status varchar);"
        f"CREATE INDEX x ON songs {sql}"
    )

    assert told(compare(read(songs, f"add_index :songs, {files}, name: 'x'"), there)) == []


def test_an_index_of_another_name_is_one_difference():
    there = state_of(SONGS, "add_index :songs, :title, name: 'by_title'").schema

    found = compare(read(SONGS, "add_index :songs, :title"), there)

    assert told(found) == ["different index songs.index_songs_on_title: name"]


def test_a_unique_constraint_is_the_unique_index_that_an_old_schema_file_shows():
    files = read(SONGS, "execute 'ALTER TABLE songs ADD CONSTRAINT u UNIQUE (title)'")
    there = state_of(SONGS, "add_index :songs, :title, unique: true, name: 'u'").schema

    assert compare(files, there) == []


def test_a_foreign_key_named_by_rails_keeps_its_name_when_the_table_is_renamed():
    artists, key = "create_table :artists", "t.references :artist, foreign_key: true"
    files = read(artists, f"create_table(:tunes) {{ |t| {key} }}", "rename_table :tunes, :songs")

    found = compare(files, state_of(artists, f"create_table(:songs) {{ |t| {key} }}").schema)

    assert told(found) == []


def test_what_rails_keeps_for_itself_is_not_schema():
    there = schema_by_sql(
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"
        "CREATE TABLE public.ar_internal_metadata (key varchar PRIMARY KEY);"
        "CREATE EXTENSION plpgsql"
    )

    assert compare(read(), there) == []


def test_tables_in_schemas_that_no_migration_names_are_not_extra():
    there = schema_by_sql("CREATE TABLE audit.events (id int); CREATE TABLE cron.job (id int)")

    found = compare(read("create_table 'audit.logs'"), there)

    assert told(found) == ["extra table audit.events", "missing table audit.logs"]


def test_what_the_other_side_cannot_hold_is_not_missing():
    files = read(
        SONGS, "create_enum :mood, %w[a]", "add_check_constraint :songs, 'id > 0', name: 'c'"
    )
    old = Holding(enums=False, constraints=frozenset({ConstraintKind.UNIQUE}))

    assert compare(files, state_of(SONGS).schema, holding=old) == []


# Who is responsible


def test_the_migration_that_made_or_changed_it_last_is_responsible():
    files = read(SONGS, "change_column_null :songs, :title, true")

    (only,) = compare(files, state_of(SONGS).schema, ran=frozenset({1}))

    assert only.responsible.path == "db/migrate/2_m.rb"
    assert only.responsible.version == "2"
    assert only.responsible.ran is False


def test_a_migration_that_ran_is_said_to_have_run():
    (only,) = compare(read(SONGS), state_of().schema, ran=frozenset({1}))

    assert only.responsible.ran is True


def test_the_migration_that_dropped_an_extra_object_is_named():
    (only,) = compare(read(SONGS, "drop_table :songs"), state_of(SONGS).schema)

    assert only.responsible.path == "db/migrate/2_m.rb"


def test_an_extra_object_that_no_migration_knows_has_nobody():
    (only,) = compare(read(SONGS), state_of(SONGS, "add_index :songs, :title").schema)

    assert only.responsible is None


def test_a_part_that_names_the_table_may_explain_the_difference():
    files = read(SONGS, 'execute "ALTER TABLE songs " + rest_of_it')

    (only,) = compare(files, state_of(SONGS, "add_column :songs, :plays, :integer").schema)

    assert [(part.path, part.line) for part in only.unsure] == [("db/migrate/2_m.rb", 3)]


def test_a_part_about_another_table_explains_nothing():
    files = read(SONGS, 'execute "ALTER TABLE artists " + rest_of_it')

    (only,) = compare(files, state_of(SONGS, "add_column :songs, :plays, :integer").schema)

    assert only.unsure == ()


def test_what_a_migration_makes_only_under_a_condition_may_be_missing_or_there():
    files = read("enable_extension 'citext' if available?('citext')")

    (missing,) = compare(files, state_of().schema)
    there = compare(files, state_of("enable_extension 'citext'").schema)

    assert missing.allowed
    assert there == []


def test_what_another_migration_makes_without_a_condition_must_be_there():
    files = read("enable_extension 'citext' if available?('citext')", "enable_extension 'citext'")

    (missing,) = compare(files, state_of().schema)

    assert not missing.allowed


def test_tables_in_another_case_are_the_same_where_the_server_says_so():
    key = ForeignKey("k", ("album_id",), "albums")
    there = schema_of(
        [
            Table("songs", (Column("album_id", "bigint"),), foreign_keys=(key,)),
            Table("albums", ()),
            Table("Tags", ()),
            Table("tags", ()),
        ]
    )
    files = schema_of([Table("Songs", ()), Table("ALBUMS", ()), Table("Tags", ())])

    told = in_spelling_of(files, there)

    assert sorted(told.tables) == ["ALBUMS", "Songs", "Tags", "tags"]
    assert [it.to_table for it in told.tables["Songs"].foreign_keys] == ["ALBUMS"]
