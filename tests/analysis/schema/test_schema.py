import pytest

from analyzer.model.effects.objects import ObjectRef
from tests.support.frameworks.migration_text import index_names, replayed, shown

SONGS = """
create_table :songs do |t|
  t.string :title, null: false, default: 'x'
  t.references :artist
  t.index [:title, :artist_id], unique: true
end
"""


def test_migrations_add_up():
    schema = replayed(
        SONGS, "add_column :songs, :plays, :integer", "remove_column :songs, :title"
    ).schema

    assert shown(schema, "songs") == {"id": "bigint", "artist_id": "bigint", "plays": "integer"}


def test_postgresql_drops_every_index_that_covers_a_dropped_column():
    schema = replayed(
        SONGS,
        "add_index :songs, 'lower(title)', name: 'lower'\n"
        "add_index :songs, :artist_id, where: \"title = 'artist_id'\", name: 'partial'\n"
        "remove_column :songs, :title",
    ).schema

    assert index_names(schema, "songs") == ["index_songs_on_artist_id"]


@pytest.mark.parametrize(
    ("change", "table", "names"),
    [
        pytest.param(
            "rename_table :songs, :tunes",
            "tunes",
            ["index_tunes_on_artist_id", "index_tunes_on_title_and_artist_id", "mine"],
            id="table",
        ),
        pytest.param(
            "rename_column :songs, :artist_id, :singer_id",
            "songs",
            ["index_songs_on_singer_id", "index_songs_on_title_and_singer_id", "mine"],
            id="column",
        ),
        pytest.param(
            "execute 'ALTER TABLE songs RENAME artist_id TO singer_id'",
            "songs",
            ["index_songs_on_artist_id", "index_songs_on_title_and_artist_id", "mine"],
            id="by SQL",
        ),
    ],
)
def test_rails_renames_default_index_names_along(change, table, names):
    schema = replayed(SONGS, "add_index :songs, :title, name: 'mine'", change).schema

    assert index_names(schema, table) == names


def test_an_index_can_be_removed_by_the_name_it_had_before_its_table_was_renamed():
    state = replayed(
        SONGS,
        "rename_table :songs, :tunes",
        "remove_index :tunes, name: 'index_songs_on_artist_id'",
    )

    assert index_names(state.schema, "tunes") == ["index_tunes_on_title_and_artist_id"]
    assert state.conflicts == ()


def test_change_column_keeps_null_and_default_unless_they_are_given():
    schema = replayed(SONGS, "change_column :songs, :title, :text").schema

    title = schema.tables["songs"].column("title")
    assert (title.type, title.null, title.default) == ("text", False, "x")


def test_foreign_keys_follow_a_renamed_table_and_go_with_a_dropped_one():
    keyed = "create_table :artists\n" + SONGS + "add_foreign_key :songs, :artists"

    renamed = replayed(keyed, "rename_table :artists, :singers").schema
    dropped = replayed(keyed, "drop_table :artists, force: :cascade").schema

    assert renamed.tables["songs"].foreign_keys[0].to_table == "singers"
    assert dropped.tables["songs"].foreign_keys == ()


def test_enum_columns_are_known_by_their_type():
    schema = replayed(
        "create_enum :mood, %w[happy sad]\ncreate_table(:songs) { |t| t.column :mood, :mood }",
        "add_enum_value :mood, 'calm', before: 'sad'\nrename_enum :mood, :temper",
    ).schema

    column = schema.tables["songs"].column("mood")
    assert (column.type, column.enum_type) == ("enum", "temper")
    assert schema.enums["temper"].values == ("happy", "calm", "sad")


@pytest.mark.parametrize(
    ("body", "there"),
    [
        pytest.param("drop_table :songs if table_exists?(:songs)", False, id="guard holds"),
        pytest.param(
            "drop_table :songs unless table_exists?(:songs)", True, id="guard does not hold"
        ),
        pytest.param(
            "return if column_exists?(:songs, :title)\ndrop_table :songs", True, id="early return"
        ),
        pytest.param(
            "drop_table :songs if index_exists?(:songs, :artist_id)", False, id="index by columns"
        ),
        pytest.param("drop_table :songs if Rails.env.test?", False, id="not decided, but likely"),
    ],
)
def test_guards_are_decided_by_the_schema_at_their_point(body, there):
    assert ("songs" in replayed(SONGS, body).schema.tables) is there


def test_a_guard_is_asked_once_for_all_that_hangs_on_it():
    schema = replayed(
        SONGS, "add_timestamps :songs unless column_exists?(:songs, :created_at)"
    ).schema

    assert {"created_at", "updated_at"} <= set(shown(schema, "songs"))


def test_a_branch_is_not_taken_because_of_what_the_other_one_did():
    schema = replayed(
        SONGS,
        "if table_exists?(:songs)\n  drop_table :songs\nelse\n  create_table :tunes\nend",
    ).schema

    assert list(schema.tables) == []


@pytest.mark.parametrize(
    ("body", "what"),
    [
        pytest.param("create_table :songs", "table songs already exists", id="created twice"),
        pytest.param("drop_table :tunes", "there is no table tunes", id="dropped too much"),
        pytest.param(
            "add_column :songs, :title, :text", "songs already has a column title", id="added twice"
        ),
        pytest.param(
            "remove_column :songs, :plays", "songs has no column plays", id="column missing"
        ),
        pytest.param(
            "add_index :songs, :artist_id",
            "songs already has an index index_songs_on_artist_id",
            id="index there",
        ),
        pytest.param(
            "add_foreign_key :songs, :artists",
            "there is no table artists",
            id="other table missing",
        ),
    ],
)
def test_what_the_database_would_refuse_is_a_conflict(body, what):
    state = replayed(SONGS, body)

    assert [(it.path, it.what) for it in state.conflicts] == [("db/migrate/2_try.rb", what)]


@pytest.mark.parametrize(
    "body",
    [
        "create_table :songs, if_not_exists: true",
        "drop_table :tunes, if_exists: true",
        "remove_column :songs, :plays, if_exists: true",
        "remove_index :tunes, :title, if_exists: true",
        "remove_column :songs, :plays rescue nil",
        "create_table(:songs, force: true) { |t| t.string :title }",
    ],
)
def test_what_is_told_to_be_tolerated_is_no_conflict(body):
    assert replayed(SONGS, body).conflicts == ()


def test_a_migration_can_be_reverted_by_a_later_one():
    state = replayed(SONGS, "revert Try")

    assert state.schema.tables == {}


def test_a_migration_that_is_not_there_cannot_be_reverted():
    (part,) = replayed("revert CreateSongs").opaque

    assert "not among those before it" in part.why


def test_every_object_has_a_migration_that_is_responsible_for_it():
    state = replayed(
        SONGS,
        "add_column :songs, :plays, :integer",
        "change_column_null :songs, :plays, false\nremove_column :songs, :title",
    )

    def responsible(kind, name):
        return state.responsible[ObjectRef(kind, name)][len("db/migrate/") :]

    assert responsible("table", "songs") == "1_try.rb"
    assert responsible("column", "songs.plays") == "3_try.rb"
    assert responsible("column", "songs.title") == "3_try.rb"
    assert responsible("index", "index_songs_on_artist_id") == "1_try.rb"


def test_a_temporary_table_is_not_part_of_the_schema():
    assert replayed("create_table :scratch, temporary: true").schema.tables == {}


def test_the_order_of_tables_does_not_depend_on_the_order_of_migrations():
    assert list(replayed("create_table :b", "create_table :a").schema.tables) == ["a", "b"]
