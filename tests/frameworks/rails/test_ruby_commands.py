# ruff: noqa: FBT003  the fields of a value stand in their order here

import pytest

from analyzer.engines.registry import reading_sql
from analyzer.model.effects import effect as e
from analyzer.model.schema.schema import (
    Column,
    Constraint,
    ConstraintKind,
    ForeignKey,
    Index,
    SqlText,
    Table,
)
from tests.support.frameworks.migration_text import effects

ID = Column("id", "bigint", null=False)
CHECK, UNIQUE = ConstraintKind.CHECK, ConstraintKind.UNIQUE


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "add_column :songs, :title, :string, null: false, default: 'x', limit: 20",
            e.AddColumn("songs", Column("title", "string", False, "x", 20), 0),
            id="add_column with options",
        ),
        pytest.param(
            "add_column(:songs, 'plays', 'integer', {:limit => 8})",
            e.AddColumn("songs", Column("plays", "bigint"), 0),
            id="add_column with the options in braces, and eight bytes",
        ),
        pytest.param(
            "add_column :songs, :tags, :string, array: true, default: [], if_not_exists: true",
            e.AddColumn("songs", Column("tags", "string", default="{}", array=True), 0, True),
            id="add_column with an array",
        ),
        pytest.param(
            "add_column :songs, :price, 'numeric(8,2)'",
            e.AddColumn("songs", Column("price", "decimal", precision=8, scale=2), 0),
            id="add_column with a type in SQL",
        ),
        pytest.param(
            "add_column :songs, :key, :uuid, default: -> { 'gen_random_uuid()' }",
            e.AddColumn("songs", Column("key", "uuid", default=SqlText("gen_random_uuid()")), 0),
            id="add_column with a default in SQL",
        ),
        pytest.param(
            "add_column :songs, :at, :timestamp, precision: nil",
            e.AddColumn("songs", Column("at", "datetime"), 0),
            id="timestamp is datetime",
        ),
        pytest.param(
            "add_column :songs, :full, :virtual, type: :text, as: 'a || b', stored: true",
            e.AddColumn("songs", Column("full", "text", generated="a || b"), 0),
            id="a generated column",
        ),
        pytest.param(
            "remove_column :songs, :title, :text, null: false",
            e.RemoveColumn("songs", "title", 0, column=Column("title", "text", False)),
            id="remove_column with its type",
        ),
        pytest.param(
            "remove_column :songs, :title, if_exists: true",
            e.RemoveColumn("songs", "title", 0, True),
            id="remove_column if it exists",
        ),
        pytest.param(
            "rename_column :songs, :name, :title",
            e.RenameColumn("songs", "name", "title", 0),
            id="rename_column",
        ),
        pytest.param(
            "change_column :songs, :plays, :bigint, null: false",
            e.ChangeColumn("songs", Column("plays", "bigint", False), 0, frozenset({"null"})),
            id="change_column",
        ),
        pytest.param(
            "change_column :songs, :plays, 'integer USING plays::integer'",
            e.ChangeColumn("songs", Column("plays", "integer"), 0, using=True),
            id="change_column with USING in the type",
        ),
        pytest.param(
            "change_column_default :songs, :plays, from: nil, to: 0",
            e.ChangeDefault("songs", "plays", 0, 0, None, True),
            id="change_column_default from and to",
        ),
        pytest.param(
            "change_column_default :songs, :plays, 3",
            e.ChangeDefault("songs", "plays", 3, 0),
            id="change_column_default with the value alone",
        ),
        pytest.param(
            "change_column_null :songs, :title, false, 'untitled'",
            e.ChangeNull("songs", "title", False, 0, True),
            id="change_column_null with a filling",
        ),
        pytest.param(
            "change_column_comment :songs, :title, from: nil, to: 'as printed'",
            e.ChangeColumnComment("songs", "title", "as printed", 0),
            id="change_column_comment",
        ),
        pytest.param(
            "change_table_comment :songs, 'all of them'",
            e.ChangeTableComment("songs", "all of them", 0),
            id="change_table_comment",
        ),
        pytest.param(
            "add_index :songs, [:artist_id, :title], unique: true, where: 'title IS NOT NULL'",
            e.AddIndex(
                "songs",
                Index(
                    "index_songs_on_artist_id_and_title",
                    ("artist_id", "title"),
                    True,
                    "title IS NOT NULL",
                ),
                0,
            ),
            id="add_index by columns",
        ),
        pytest.param(
            "add_index :songs, 'lower(title)', using: :gin, opclass: :gin_trgm_ops",
            e.AddIndex(
                "songs",
                Index(
                    "index_songs_on_lower_title",
                    ("lower(title)",),
                    using="gin",
                    opclasses=("gin_trgm_ops",),
                ),
                0,
            ),
            id="add_index on an expression",
        ),
        pytest.param(
            "remove_index :songs, name: :by_title, if_exists: true",
            e.RemoveIndex("songs", 0, "by_title", if_exists=True),
            id="remove_index by name",
        ),
        pytest.param(
            "remove_index :songs, column: [:a, :b]",
            e.RemoveIndex(
                "songs", 0, None, ("a", "b"), index=Index("index_songs_on_a_and_b", ("a", "b"))
            ),
            id="remove_index by columns",
        ),
        pytest.param(
            "rename_index :songs, 'old', 'new'",
            e.RenameIndex("songs", "old", "new", 0),
            id="rename_index",
        ),
        pytest.param(
            "add_foreign_key :songs, :artists, on_delete: :cascade, validate: false",
            e.AddForeignKey(
                "songs",
                ForeignKey(
                    "fk_rails_5ce8fd4cc7", ("artist_id",), "artists", (), "cascade", None, False
                ),
                0,
            ),
            id="add_foreign_key",
        ),
        pytest.param(
            "validate_foreign_key :songs, :artists",
            e.ValidateConstraint("songs", 0, None, "artists", None, "foreign key"),
            id="validate_foreign_key",
        ),
        pytest.param(
            "add_check_constraint :songs, 'plays >= 0', name: 'plays_count'",
            e.AddConstraint("songs", Constraint("plays_count", CHECK, "plays >= 0"), 0),
            id="add_check_constraint",
        ),
        pytest.param(
            "add_unique_constraint :songs, [:a, :b], name: 'ab'",
            e.AddConstraint("songs", Constraint("ab", UNIQUE, None, ("a", "b")), 0),
            id="add_unique_constraint",
        ),
        pytest.param(
            "remove_check_constraint :songs, name: 'plays_count'",
            e.RemoveConstraint("songs", "plays_count", 0, CHECK),
            id="remove_check_constraint",
        ),
        pytest.param(
            "rename_table :tunes, :songs", e.RenameTable("tunes", "songs", 0), id="rename_table"
        ),
        pytest.param(
            "drop_table :songs, force: :cascade, if_exists: true",
            e.DropTable("songs", 0, True, True),
            id="drop_table",
        ),
        pytest.param(
            "create_enum :mood, %w[happy sad]",
            e.CreateEnum("mood", ("happy", "sad"), 0, True),
            id="create_enum",
        ),
        pytest.param(
            "drop_enum :mood, %w[happy sad]",
            e.DropEnum("mood", 0, values=("happy", "sad")),
            id="drop_enum",
        ),
        pytest.param(
            "rename_enum :mood, to: :temper", e.RenameEnum("mood", "temper", 0), id="rename_enum"
        ),
        pytest.param(
            "add_enum_value :mood, 'calm', before: 'sad'",
            e.AddEnumValue("mood", "calm", 0, "sad"),
            id="add_enum_value",
        ),
        pytest.param(
            "rename_enum_value :mood, from: 'sad', to: 'blue'",
            e.RenameEnumValue("mood", "sad", "blue", 0),
            id="rename_enum_value",
        ),
        pytest.param(
            "enable_extension 'pgcrypto'", e.EnableExtension("pgcrypto", 0), id="enable_extension"
        ),
        pytest.param(
            "disable_extension :hstore", e.DisableExtension("hstore", 0), id="disable_extension"
        ),
        pytest.param(
            "create_schema 'audit'", e.CreateObject("schema", "audit", 0), id="create_schema"
        ),
        pytest.param(
            "create_view :hits, version: 2",
            e.CreateObject("view", "hits", 0, file="db/views/hits_v02.sql"),
            id="Scenic's create_view",
        ),
        pytest.param(
            "revert CreateSongs", e.RunMigration("CreateSongs", False, 0), id="revert a migration"
        ),
        pytest.param(
            "CreateSongs.new.up", e.RunMigration("CreateSongs", True, 0), id="run a migration"
        ),
    ],
)
def test_one_line_of_the_language_is_one_effect(line, expected):
    assert effects(line) == [expected]


@pytest.mark.parametrize(
    ("line", "columns", "indexes"),
    [
        pytest.param(
            "add_reference :songs, :artist", ["artist_id:bigint"], ["artist_id"], id="reference"
        ),
        pytest.param(
            "add_reference :songs, :artist, index: false, type: :uuid",
            ["artist_id:uuid"],
            [],
            id="other type, no index",
        ),
        pytest.param(
            "add_belongs_to :songs, :owner, polymorphic: true",
            ["owner_type:string", "owner_id:bigint"],
            ["owner_type+owner_id"],
            id="polymorphic",
        ),
        pytest.param(
            "add_reference :songs, :artist, index: { unique: true, name: 'x' }",
            ["artist_id:bigint"],
            ["artist_id!"],
            id="unique index",
        ),
        pytest.param(
            "add_timestamps :songs",
            ["created_at:datetime", "updated_at:datetime"],
            [],
            id="timestamps",
        ),
        pytest.param(
            "add_columns :songs, :a, :b, type: :text", ["a:text", "b:text"], [], id="add_columns"
        ),
        pytest.param(
            "add_attachment :songs, :file",
            [
                "file_file_name:string",
                "file_content_type:string",
                "file_file_size:integer",
                "file_updated_at:datetime",
            ],
            [],
            id="Paperclip",
        ),
        pytest.param(
            "add_monetize :songs, :price, currency: { present: false }",
            ["price_cents:integer"],
            [],
            id="money-rails",
        ),
    ],
)
def test_a_line_may_stand_for_several_columns_and_indexes(line, columns, indexes):
    found = effects(line)

    added = [it.column for it in found if isinstance(it, e.AddColumn)]
    indexed = [it.index for it in found if isinstance(it, e.AddIndex)]
    assert [f"{column.name}:{column.type}" for column in added] == columns
    assert ["+".join(i.columns) + "!" * i.unique for i in indexed] == indexes


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("add_reference :songs, :maker, index: false, foreign_key: { references: :users }", 2),
        ("add_foreign_key :songs, :users, dependent: :destroy", 1),
        ("add_index :songs, :title, with: 'lower(title)'", 1),
        ("create_table(:songs) { |t| t.string :title, index: { case_sensitive: false } }", 2),
    ],
)
def test_an_option_that_a_gem_adds_leaves_open_what_it_makes(line, places):
    found = effects(line)

    assert [type(it) for it in found[places - 1 :]] == [e.Opaque], found
    assert "a gem" in found[-1].why


def test_a_reference_with_a_foreign_key_points_to_the_plural_or_to_the_table_that_is_given():
    found = effects(
        "add_reference :songs, :artist, foreign_key: true\n"
        "add_reference :songs, :author, foreign_key: { to_table: :users, on_delete: :nullify }"
    )

    keys = [
        (it.key.columns, it.key.to_table, it.key.on_delete)
        for it in found
        if isinstance(it, e.AddForeignKey)
    ]
    assert keys == [(("artist_id",), "artists", None), (("author_id",), "users", "nullify")]


def test_create_table_gathers_what_its_block_declares():
    (created,) = effects(
        """
        create_table :songs, comment: 'all of them', force: true do |t|
          t.string :title, :subtitle, null: false
          t.references :artist, foreign_key: true, index: false
          t.column :plays, :integer, default: 0, index: { unique: true }
          t.index 'lower(title)', name: 'by_title'
          t.check_constraint 'plays >= 0', name: 'plays_count'
          t.timestamps
        end
        """
    )

    stamp = [Column(name, "datetime", False, precision=6) for name in ("created_at", "updated_at")]
    assert created == e.CreateTable(
        Table(
            "songs",
            (
                ID,
                Column("title", "string", False),
                Column("subtitle", "string", False),
                Column("artist_id", "bigint"),
                Column("plays", "integer", default=0),
                *stamp,
            ),
            ("id",),
            (Index("index_songs_on_plays", ("plays",), True), Index("by_title", ("lower(title)",))),
            (ForeignKey("fk_rails_5ce8fd4cc7", ("artist_id",), "artists"),),
            (Constraint("plays_count", CHECK, "plays >= 0"),),
            "all of them",
        ),
        0,
        force=True,
    )


@pytest.mark.parametrize(
    ("head", "columns", "key"),
    [
        pytest.param(":songs", ["id:bigint"], ("id",), id="default"),
        pytest.param(":songs, id: false", [], (), id="no key"),
        pytest.param(":songs, id: :uuid", ["id:uuid"], ("id",), id="uuid"),
        pytest.param(
            ":songs, id: { type: :string, limit: 3 }", ["id:string"], ("id",), id="type in a hash"
        ),
        pytest.param(":songs, primary_key: :song_id", ["song_id:bigint"], ("song_id",), id="named"),
        pytest.param(":songs, primary_key: [:a, :b]", [], ("a", "b"), id="composite"),
        pytest.param(":songs, id: :primary_key", ["id:bigint"], ("id",), id="as engines write it"),
    ],
)
def test_create_table_adds_the_key_that_it_is_asked_for(head, columns, key):
    (created,) = effects(f"create_table {head} do |t|\nend")

    assert [f"{it.name}:{it.type}" for it in created.table.columns] == columns
    assert created.table.primary_key == key


def test_a_key_declared_in_the_block_counts():
    (created,) = effects(
        "create_table :songs, id: false do |t|\n  t.uuid :key, primary_key: true\nend"
    )

    assert created.table.primary_key == ("key",)


@pytest.mark.parametrize(
    ("engine", "expected"), [("sqlite", ["CreateTable", "DropTable"]), ("postgresql", [])]
)
def test_a_virtual_table_is_made_where_its_adapter_knows_it(engine, expected):
    text = 'create_virtual_table :notes, "fts5", ["a"]; drop_virtual_table :words, "fts5", ["b"]'
    with reading_sql(engine):
        found = effects(text)

    assert [type(it).__name__ for it in found] == expected
    assert all(it.if_not_exists for it in found if isinstance(it, e.CreateTable))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        pytest.param("create_join_table :songs, :artists", "artists_songs", id="sorted"),
        pytest.param(
            "create_join_table :music_artists, :music_songs",
            "music_artists_songs",
            id="shared beginning once",
        ),
        pytest.param(
            "create_join_table :songs, :artists, table_name: :credits", "credits", id="named"
        ),
    ],
)
def test_a_join_table_has_two_references_and_no_key(line, name):
    (created,) = effects(line)

    assert created.table.name == name
    assert len(created.table.columns) == 2
    assert all(not it.null for it in created.table.columns)
    assert (created.table.primary_key, created.table.indexes) == ((), ())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "t.string :title", e.AddColumn("songs", Column("title", "string"), 0), id="add"
        ),
        pytest.param("t.remove :title", e.RemoveColumn("songs", "title", 0), id="remove"),
        pytest.param(
            "t.rename :name, :title", e.RenameColumn("songs", "name", "title", 0), id="rename"
        ),
        pytest.param(
            "t.change_default :plays, 0", e.ChangeDefault("songs", "plays", 0, 0), id="default"
        ),
        pytest.param(
            "t.change_null :plays, false", e.ChangeNull("songs", "plays", False, 0), id="null"
        ),
        pytest.param(
            "t.change :plays, :bigint",
            e.ChangeColumn("songs", Column("plays", "bigint"), 0),
            id="change",
        ),
        pytest.param("t.remove_index name: 'x'", e.RemoveIndex("songs", 0, "x"), id="remove index"),
        pytest.param(
            "t.remove_references :artist",
            e.RemoveColumn("songs", "artist_id", 0),
            id="remove reference",
        ),
    ],
)
def test_change_table_does_to_its_table_what_the_block_says(line, expected):
    assert effects(f"change_table :songs, bulk: true do |t|\n  {line}\nend") == [expected]
