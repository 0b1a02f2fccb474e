"""What follows a renamed table or column, and defaults as the database holds them."""

import pytest

from analyzer.model.effects.objects import ObjectRef
from analyzer.model.schema.schema import NamedObject
from tests.support.frameworks.migration_text import replayed


def test_names_inside_expressions_follow_a_renamed_column():
    songs = replayed(
        "create_table :songs do |t|\n  t.string :name\n"
        "  t.virtual :upper, type: :string, as: \"upper(name) || 'name'\", stored: true\n"
        "  t.check_constraint \"name <> 'name' AND name::name IS NOT NULL\", name: 'c'\n"
        "  t.index 'lower(name)', name: 'i', where: \"name > 'name'\"\nend",
        "rename_column :songs, :name, :title",
    ).schema.tables["songs"]

    assert songs.column("upper").generated == "upper(title) || 'name'"
    assert songs.constraints[0].expression == "title <> 'name' AND title::name IS NOT NULL"
    assert songs.index("i").columns == ("lower(title)",)
    assert songs.index("i").where == "title > 'name'"


def test_a_function_of_a_columns_name_keeps_its_name():
    songs = replayed(
        "create_table(:songs) { |t| t.string :lower }\nadd_index :songs, 'lower(lower)', name: 'i'",
        "rename_column :songs, :lower, :title",
    ).schema.tables["songs"]

    assert songs.index("i").columns == ("lower(title)",)


def test_an_index_is_removed_by_its_name_whatever_table_is_said():
    state = replayed(
        "create_table(:songs) { |t| t.string :title }\nadd_index :songs, :title, name: 'i'",
        "remove_index :tunes, name: 'i'",
    )

    assert state.conflicts == ()
    assert state.schema.tables["songs"].indexes == ()


def test_columns_of_a_query_are_told_as_unknown_and_go_with_their_table():
    state = replayed(
        "execute 'CREATE TABLE songs AS SELECT * FROM tunes'",
        "rename_table :songs, :pieces",
        "remove_column :pieces, :title",
    )

    assert [(part.text, part.line) for part in state.opaque] == [("songs", 3)]
    assert state.conflicts == ()


def test_who_is_responsible_follows_a_renamed_table():
    state = replayed(
        "create_table(:songs) { |t| t.string :title, index: true }",
        "add_column :songs, :plays, :integer",
        "rename_table :songs, :pieces",
    )

    responsible = {str(ref): path[11] for ref, path in state.responsible.items()}
    assert responsible["column:pieces.title"] == "1"
    assert responsible["column:pieces.plays"] == "2"
    assert responsible["index:index_pieces_on_title"] == "1"
    assert state.responsible[ObjectRef("table", "pieces")].startswith("db/migrate/3")


def test_triggers_and_foreign_keys_follow_a_renamed_table():
    state = replayed(
        "create_table :songs\ncreate_table(:plays) { |t| t.references :song, foreign_key: true }\n"
        "execute 'CREATE TRIGGER t BEFORE INSERT ON songs FOR EACH ROW EXECUTE FUNCTION f()'",
        "rename_table :songs, :pieces",
    )

    assert state.schema.tables["plays"].foreign_keys[0].to_table == "pieces"
    assert NamedObject("trigger", "pieces.t") in state.schema.others


def test_a_constraint_that_sql_renames_has_its_new_name():
    songs = replayed(
        "create_table(:songs) { |t| t.integer :a; t.check_constraint 'a > 0', name: 'old' }",
        "execute 'ALTER TABLE songs RENAME CONSTRAINT old TO new'",
    ).schema.tables["songs"]

    assert [it.name for it in songs.constraints] == ["new"]


@pytest.mark.parametrize(
    ("column", "default"),
    [
        ("t.jsonb :a, default: { b: 1, c: [true, nil] }", '{"b":1,"c":[true,null]}'),
        ("t.jsonb :a, default: []", "[]"),
        ("t.json :a, default: [1, 'x']", '[1,"x"]'),
        ("t.string :a, array: true, default: ['a b', 'c', nil]", '{"a b",c,NULL}'),
        ("t.integer :a, array: true, default: [1, 2]", "{1,2}"),
        ("t.integer :a, array: true, default: []", "{}"),
        ("t.hstore :a, default: { b: 1 }", '"b"=>"1"'),
        ("t.hstore :a, default: {}", ""),
    ],
)
def test_a_literal_list_or_hash_is_the_text_that_the_database_holds(column, default):
    table = replayed(f"create_table(:songs) {{ |t| {column} }}").schema.tables["songs"]

    assert table.column("a").default == default


@pytest.mark.parametrize(
    ("kind", "default", "stored"),
    [
        (":jsonb", "{}", "{}"),
        (":jsonb", "[]", "[]"),
        (":jsonb", "{ b: 1 }", '{"b":1}'),
        (":hstore", "{}", ""),
        (":string, array: true", "[]", "{}"),
        (":string, array: true", "%w[b c]", "{b,c}"),
    ],
)
def test_a_changed_default_takes_the_form_of_its_column(kind, default, stored):
    table = replayed(
        f"create_table :songs\nadd_column :songs, :a, {kind}",
        f"change_column_default(:songs, :a, {default})",
    ).schema.tables["songs"]

    assert table.column("a").default == stored


def test_a_serial_is_not_null():
    assert (
        not replayed("create_table(:songs) { |t| t.serial :a }")
        .schema.tables["songs"]
        .column("a")
        .null
    )


def test_the_tables_of_rails_itself_are_there_before_any_migration():
    state = replayed("create_table :songs if table_exists?(:schema_migrations)")

    assert [*state.schema.tables] == ["songs"]
    assert state.opaque == ()
