"""Migrations that Rails runs, what goes wrong then, and what has to be said of it."""

import pytest

from analyzer.records import Struct

SONGS = "create_table(:songs) { |t| t.string :title; t.string :status; t.index :title }"


class Case(Struct, frozen=True, dict=True):
    """Bodies of migrations that Rails runs; the rows that are deleted then; files that come last.

    ``first`` is SQL before the migrations, ``by_hand`` before the diagnosis; ``told`` are the codes
    and versions of what must be said, and nothing else may be.
    """

    ran: tuple[str, ...]
    lost: tuple[int, ...] = ()
    waiting: tuple[str, ...] = ()
    by_hand: str = "SELECT"
    first: str = "SELECT"
    told: tuple[tuple[str, str], ...] = ()


def case(name: str, *ran: str, waiting: str = "", **more) -> object:
    """A case; the bodies that wait are parted by ``--``."""
    bodies = tuple(waiting.split(" -- ")) if waiting else ()
    return pytest.param(Case(ran, waiting=bodies, **more), id=name)


SOUND = [
    case(
        "a name is removed and taken by a rename, in one file",
        SONGS,
        "add_column :songs, :temp, :integer; remove_column :songs, :status, :string; "
        "rename_column :songs, :temp, :status",
    ),
    case(
        "and in several",
        SONGS,
        "add_column :songs, :temp, :integer",
        "remove_column :songs, :status, :string",
        "rename_column :songs, :temp, :status",
    ),
    case(
        "and in a change_table",
        SONGS,
        "change_table :songs do |t|; t.remove :status; t.rename :title, :status; end",
    ),
    case(
        "a table is dropped and another takes its name",
        SONGS,
        "create_table :tracks",
        "drop_table :songs",
        "rename_table :tracks, :songs",
    ),
    case(
        "a name goes there and back",
        SONGS,
        "rename_table :songs, :tracks",
        "rename_table :tracks, :songs",
    ),
    case(
        "an index is renamed among others",
        SONGS,
        "add_index :songs, :status; add_index :songs, [:title, :status], name: :both; "
        "rename_index :songs, 'index_songs_on_title', 'by_title'",
        "remove_index :songs, :status",
    ),
    case(
        "an index is recreated with a condition",
        SONGS,
        "remove_index :songs, :title; add_index :songs, :title, where: 'status IS NULL'",
    ),
    case(
        "a guard asks for what no migration makes",
        "return unless table_exists?(:blobs); create_table :variants do |t|; "
        "t.belongs_to :blob, foreign_key: true; end",
        "return unless table_exists?(:blobs); change_column_null :blobs, :checksum, true",
    ),
    case(
        "and it is there",
        "return unless table_exists?(:blobs); create_table :variants do |t|; "
        "t.belongs_to :blob, foreign_key: true; end",
        "return unless table_exists?(:blobs); change_column_null :blobs, :checksum, true",
        first="CREATE TABLE blobs (id bigserial PRIMARY KEY, checksum text NOT NULL)",
    ),
    case(
        "what follows an open question depends on it",
        "create_table :extras if ENV['EXTRAS']",
        "add_column :extras, :name, :string if table_exists?(:extras)",
    ),
    case(
        "an error is rescued",
        SONGS,
        "begin; ActiveRecord::Base.transaction(requires_new: true) { "
        "add_column :covers, :artist, :string }; "
        "rescue StandardError; nil; end",
    ),
    case(
        "polymorphic references",
        "create_table :notes do |t|; t.references :subject, polymorphic: true, index: true; end",
    ),
    case(
        "a table with its column renamed along with its index",
        SONGS,
        "rename_column :songs, :title, :name",
        "rename_table :songs, :tracks",
    ),
    case(
        "SQL renames",
        SONGS,
        "execute 'ALTER TABLE songs RENAME COLUMN title TO name'",
        "execute 'ALTER TABLE songs RENAME TO tracks'",
    ),
    case(
        "a table is dropped and made anew",
        SONGS,
        "drop_table :songs; create_table(:songs) { |t| t.integer :year }",
    ),
    case(
        "renamed, removed, and the first name again",
        SONGS,
        "rename_column :songs, :title, :name",
        "remove_column :songs, :name, :string",
        "add_column :songs, :title, :text",
    ),
    case(
        "a table is renamed twice",
        SONGS,
        "rename_table :songs, :tracks",
        "rename_column :tracks, :title, :name",
        "rename_table :tracks, :tunes",
        "add_index :tunes, :status",
    ),
    case(
        "the old name is made again",
        SONGS,
        "rename_table :songs, :tracks",
        "create_table(:songs) { |t| t.string :other }",
    ),
    case(
        "an index goes after its table was renamed",
        SONGS,
        "rename_table :songs, :tracks",
        "remove_index :tracks, :title",
    ),
    case(
        "a key is recreated with another rule",
        SONGS,
        "create_table :artists",
        "add_reference :songs, :artist, foreign_key: true",
        "remove_foreign_key :songs, :artists; "
        "add_foreign_key :songs, :artists, on_delete: :cascade",
    ),
    case(
        "one takes another back",
        SONGS,
        "add_column :songs, :x, :integer",
        "revert { add_column :songs, :x, :integer }",
    ),
    case(
        "both directions in one",
        SONGS,
        "reversible do |d|; d.up { add_column :songs, :x, :integer }; "
        "d.down { remove_column :songs, :x }; end",
        "up_only { remove_column :songs, :x }",
    ),
    case(
        "a join table's name is used again",
        "create_join_table :songs, :artists do |t|; t.index :song_id; end",
        "drop_join_table :songs, :artists",
        "create_table :artists_songs",
    ),
    case(
        "an index is renamed, then removed",
        SONGS,
        "rename_index :songs, 'index_songs_on_title', 'x'",
        "remove_index :songs, name: 'x'",
    ),
    case(
        "timestamps come and go",
        SONGS,
        "add_timestamps :songs, null: true",
        "remove_timestamps :songs",
    ),
    case(
        "the same twice, told to pass over it",
        SONGS,
        "add_column :songs, :x, :integer, if_not_exists: true",
        "add_column :songs, :x, :integer, if_not_exists: true",
    ),
    case(
        "the same twice, by force",
        SONGS,
        "create_table :songs, force: true do |t|; t.string :title; end",
    ),
    case(
        "an error of the database is rescued",
        SONGS,
        "begin; "
        "ActiveRecord::Base.transaction(requires_new: true) { add_index :songs, :nothing }; "
        "rescue ActiveRecord::StatementInvalid => e; say e.message; end",
    ),
    case(
        "it returns because the column is there",
        SONGS,
        "return if column_exists?(:songs, :title); add_column :songs, :title2, :string",
    ),
    case("rescue as a modifier", SONGS, "add_column :songs, :n, :integer rescue nil"),
    case(
        "a key that names another column",
        SONGS,
        "create_table :covers do |t|; t.references :song, foreign_key: {column: :other_id}; end",
    ),
    case(
        "all in one ALTER TABLE",
        SONGS,
        "change_table :songs, bulk: true do |t|; t.remove :status; t.integer :status; "
        "t.rename :title, :name; end",
    ),
    case(
        "a type comes, is renamed and goes",
        "execute \"CREATE TYPE mood AS ENUM ('a')\"; "
        "create_table(:songs) { |t| t.column :mood, :mood }",
        "execute 'ALTER TYPE mood RENAME TO feeling'",
        "remove_column :songs, :mood, :feeling; execute 'DROP TYPE feeling'",
    ),
    case(
        "a view comes and goes",
        SONGS,
        "execute 'CREATE VIEW v AS SELECT id FROM songs'",
        "execute 'DROP VIEW v'",
    ),
    case(
        "a constraint takes an index over",
        SONGS,
        "add_index :songs, :status, unique: true, name: :u; "
        "execute 'ALTER TABLE songs ADD CONSTRAINT u UNIQUE USING INDEX u'",
    ),
    case(
        "a column goes with its index, and comes without",
        SONGS,
        "remove_column :songs, :title, :string",
        "add_column :songs, :title, :string",
    ),
    case(
        "two tables are swapped",
        SONGS,
        "create_table(:tracks) { |t| t.integer :n }",
        "rename_table :songs, :tmp; rename_table :tracks, :songs; rename_table :tmp, :tracks",
    ),
    case(
        "names that are put together",
        SONGS,
        "%i[a b].each { |n| add_column :songs, n, :integer }",
        '%i[a b].each { |n| rename_column :songs, n, "#{n}_new" }',
    ),
]

WAITING = [
    case(
        "a column is recreated with NOT NULL",
        SONGS,
        waiting="remove_column :songs, :status, :string; "
        "add_column :songs, :status, :string, null: false",
    ),
    case(
        "a name is taken by a rename",
        SONGS,
        "add_column :songs, :state, :integer",
        waiting="remove_column :songs, :status, :string; rename_column :songs, :state, :status",
    ),
    case(
        "a name that no migration makes is replaced",
        SONGS,
        waiting="remove_column :songs, :mood; add_column :songs, :mood, :integer",
        by_hand="ALTER TABLE songs ADD mood text",
    ),
    case(
        "another condition",
        SONGS,
        waiting="remove_index :songs, :title; "
        "add_index :songs, :title, where: 'status IS NOT NULL'",
    ),
    case(
        "another order",
        SONGS,
        "add_index :songs, :status, name: :by",
        waiting="remove_index :songs, name: :by; "
        "add_index :songs, :status, name: :by, order: {status: :desc}",
    ),
    case(
        "another method",
        SONGS,
        "add_index :songs, :status, name: :by",
        waiting="remove_index :songs, name: :by; "
        "add_index :songs, :status, name: :by, using: :hash",
    ),
    case(
        "another operator class",
        SONGS,
        "add_index :songs, :status, name: :by",
        waiting="remove_index :songs, name: :by; "
        "add_index :songs, :status, name: :by, opclass: :text_pattern_ops",
    ),
    case(
        "another expression",
        SONGS,
        "add_index :songs, 'lower(title)', name: :by",
        waiting="remove_index :songs, name: :by; add_index :songs, 'upper(title)', name: :by",
    ),
    case(
        "uniqueness",
        SONGS,
        waiting="remove_index :songs, :title; add_index :songs, :title, unique: true",
    ),
    case(
        "the same columns under a name of its own",
        SONGS,
        waiting="a; d; d; _; i; n; d; e; x; ; :; s; o; n; g; s; ,; ; :; t; i; t; l; e; ,; "
        "; n; a; m; e; :; ; :; b; y; _; t; i; t; l; e",
    ),
    case(
        "a second key with another rule",
        SONGS,
        "create_table :artists",
        "add_reference :songs, :artist, foreign_key: true",
        waiting="remove_foreign_key :songs, :artists; "
        "add_foreign_key :songs, :artists, on_delete: :cascade",
    ),
    case(
        "a constraint with another text",
        SONGS,
        "add_check_constraint :songs, 'id > 0', name: 'positive'",
        waiting="remove_check_constraint :songs, name: 'positive'; "
        "add_check_constraint :songs, 'id > 10', name: 'positive'",
    ),
    case("a rename that nothing speaks for", SONGS, waiting="rename_column :songs, :title, :name"),
    case(
        "a table that is swapped for a new one",
        SONGS,
        waiting="create_table(:songs_new) { |t| t.string :title }; "
        "add_index :songs_new, :title, name: :new; drop_table :songs; "
        "rename_table :songs_new, :songs",
    ),
    case("a drop of what is there", SONGS, waiting="drop_table :songs"),
    case(
        "a swap of two tables",
        SONGS,
        "create_table(:tracks) { |t| t.integer :n }",
        waiting="rename_table :songs, :tmp; rename_table :tracks, :songs; "
        "rename_table :tmp, :tracks",
    ),
    case(
        "one that takes another back",
        SONGS,
        "add_column :songs, :x, :integer",
        waiting="revert { add_column :songs, :x, :integer }",
    ),
    case(
        "one that begins anew by force",
        SONGS,
        waiting="create_table :songs, force: true do |t|; t.string :title; end",
    ),
    case(
        "a drop and a new table",
        SONGS,
        waiting="drop_table :songs; create_table(:songs) { |t| t.string :title; t.integer :x }",
    ),
    case(
        "a reference",
        SONGS,
        "create_table :artists",
        waiting="add_reference :songs, :artist, foreign_key: true",
    ),
    case("a drop of what is not there", SONGS, waiting="drop_table :nothing, if_exists: true"),
    case(
        "drops that pass over what is gone",
        SONGS,
        waiting="drop_table :legacy, if_exists: true; remove_column :songs, :old, if_exists: true",
    ),
    case(
        "another type",
        SONGS,
        waiting="change_table :songs, bulk: true do |t|; t.remove :status; t.integer :status; end",
    ),
    case(
        "no uniqueness any more",
        SONGS,
        "add_index :songs, :status, unique: true",
        waiting="remove_index :songs, :status; add_index :songs, :status",
    ),
    case(
        "other columns",
        SONGS,
        "add_index :songs, :status, name: :u",
        waiting="remove_index :songs, name: :u; add_index :songs, [:status, :title], name: :u",
    ),
    case(
        "a name that is made free by a rename",
        SONGS,
        waiting="rename_index :songs, 'index_songs_on_title', 'old'; "
        "add_index :songs, :title, where: 'id > 1'; "
        "remove_index :songs, name: 'old'",
    ),
    case("NOT NULL", SONGS, waiting="change_column_null :songs, :title, false"),
    case(
        "INCLUDE",
        SONGS,
        waiting="execute 'DROP INDEX index_songs_on_title'; "
        "execute 'CREATE INDEX index_songs_on_title ON songs (title) INCLUDE (status)'",
    ),
    case(
        "several that follow each other",
        SONGS,
        waiting="create_table :albums -- rename_table :albums, :records -- "
        "add_column :records, :x, :integer -- drop_table :records",
    ),
    case(
        "a name that an earlier one makes free",
        SONGS,
        waiting="rename_table :songs, :tracks -- add_column :tracks, :x, :integer -- "
        "create_table :songs",
    ),
    case(
        "a type with more values",
        "execute \"CREATE TYPE mood AS ENUM ('a')\"",
        waiting="execute 'DROP TYPE mood'; execute \"CREATE TYPE mood AS ENUM ('a', 'b')\"",
    ),
    case(
        "a view made anew",
        SONGS,
        "execute 'CREATE VIEW v AS SELECT id FROM songs'",
        waiting="execute 'DROP VIEW v'; execute 'CREATE VIEW v AS SELECT title FROM songs'",
    ),
    case(
        "the order of one column of two",
        SONGS,
        "add_index :songs, [:title, :status], name: :u",
        waiting="remove_index :songs, name: :u; "
        "add_index :songs, [:title, :status], name: :u, order: {status: :desc}",
    ),
]

LOST = [
    case(
        "a making one",
        SONGS,
        "add_column :songs, :year, :integer",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one whose column a later one renamed",
        SONGS,
        "rename_column :songs, :title, :name",
        lost=(1,),
        told=(("MD123", "1"),),
    ),
    case(
        "one whose table a later one renamed",
        SONGS,
        "rename_table :songs, :tracks",
        lost=(1,),
        told=(("MD123", "1"),),
    ),
    case(
        "a dropping one",
        SONGS,
        "remove_column :songs, :status, :string",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one that drops if it is there",
        SONGS,
        "remove_column :songs, :status, if_exists: true",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one that asks before it drops",
        SONGS,
        "remove_column :songs, :status if column_exists?(:songs, :status)",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one that drops for a reason of its own: nobody is accused",
        SONGS,
        "remove_column :songs, :status if ENV['NEVER'].nil?",
        lost=(2,),
    ),
    case("one that drops a table", SONGS, "drop_table :songs", lost=(2,), told=(("MD123", "2"),)),
    case(
        "a renaming one",
        SONGS,
        "rename_column :songs, :title, :name",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one that renames a table",
        SONGS,
        "rename_table :songs, :tracks",
        "add_column :tracks, :year, :integer",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one that makes an index anew",
        SONGS,
        "remove_index :songs, :title; add_index :songs, :title, unique: true",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "two, of which the second renames what the first makes",
        SONGS,
        "rename_table :songs, :tracks",
        lost=(1, 2),
        told=(("MD123", "1"), ("MD123", "2")),
    ),
    case(
        "one with an order in words",
        SONGS,
        "add_index :songs, [:title, :status], name: :u, order: {status: 'DESC NULLS LAST'}",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one that makes a unique constraint",
        SONGS,
        "execute 'ALTER TABLE songs ADD CONSTRAINT u UNIQUE (title)'",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "SQL of an index with an expression",
        SONGS,
        "execute 'CREATE INDEX u ON songs (title DESC, lower(status))'",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "SQL of an index with an order",
        SONGS,
        "execute 'CREATE INDEX u ON songs (title DESC)'",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "SQL of an index with a condition",
        SONGS,
        "execute \"CREATE UNIQUE INDEX u ON songs (title) WHERE status = 'x'\"",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one that drops an index",
        SONGS,
        "remove_index :songs, :title",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one that makes a key",
        SONGS,
        "create_table :artists",
        "add_column :songs, :artist_id, :bigint",
        "add_foreign_key :songs, :artists, on_delete: :cascade",
        lost=(4,),
        told=(("MD123", "4"),),
    ),
    case(
        "one that renames an index",
        SONGS,
        "rename_index :songs, 'index_songs_on_title', 'x'",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one that makes a constraint",
        SONGS,
        "add_check_constraint :songs, 'id > 0', name: 'positive'",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one whose constraint has a name by default",
        SONGS,
        "add_check_constraint :songs, 'id > 0'",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one that removes a key",
        SONGS,
        "create_table :artists",
        "add_reference :songs, :artist, foreign_key: true",
        "remove_foreign_key :songs, :artists",
        lost=(4,),
        told=(("MD123", "4"),),
    ),
    case(
        "one whose table a later one added to",
        SONGS,
        "add_column :songs, :x, :integer",
        lost=(1,),
        told=(("MD123", "1"),),
    ),
    case(
        "one that gives a removed name again",
        SONGS,
        "add_column :songs, :temp, :integer; remove_column :songs, :status, :string; "
        "rename_column :songs, :temp, :status",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one that makes a column anew",
        SONGS,
        "remove_column :songs, :status, :string; add_column :songs, :status, :string, null: false",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case("one whose table is gone since: nobody is accused", SONGS, "drop_table :songs", lost=(1,)),
    case(
        "one that drops what was renamed",
        SONGS,
        "rename_table :songs, :tracks",
        "drop_table :tracks",
        lost=(3,),
        told=(("MD123", "3"),),
    ),
    case(
        "one that swaps two names",
        SONGS,
        "rename_column :songs, :title, :temp; rename_column :songs, :status, :title; "
        "rename_column :songs, :temp, :status",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one with a condition",
        SONGS,
        "remove_index :songs, :title; add_index :songs, :title, where: \"status IN ('a','b')\"",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one with an order",
        SONGS,
        "remove_index :songs, :title; add_index :songs, :title, order: {title: :desc}",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one with an expression",
        SONGS,
        "add_index :songs, 'lower(title)', name: :low",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one with an operator class",
        SONGS,
        "add_index :songs, :title, opclass: :text_pattern_ops, name: :low",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "one with a polymorphic reference",
        SONGS,
        "add_reference :songs, :owner, polymorphic: true",
        lost=(2,),
        told=(("MD123", "2"),),
    ),
    case(
        "all of them",
        SONGS,
        "add_column :songs, :x, :integer",
        "create_table :artists",
        lost=(1, 2, 3),
        told=(("MD123", "1"), ("MD123", "2"), ("MD123", "3")),
    ),
]

UNDONE = [
    case(
        "a rename",
        SONGS,
        "rename_column :songs, :title, :name",
        by_hand="ALTER TABLE songs RENAME name TO title;"
        " ALTER INDEX index_songs_on_name RENAME TO index_songs_on_title",
        told=(("MD122", "2"),),
    ),
    case(
        "a rename of a table",
        SONGS,
        "rename_table :songs, :tracks",
        by_hand="ALTER TABLE tracks RENAME TO songs;"
        " ALTER INDEX index_tracks_on_title RENAME TO index_songs_on_title",
        told=(("MD122", "2"),),
    ),
    case(
        "of several deeds in one transaction, one: somebody undid it since",
        SONGS,
        "remove_column :songs, :status, :string; add_column :songs, :year, :integer",
        by_hand="ALTER TABLE songs ADD status varchar",
    ),
    case(
        "a drop",
        SONGS,
        "remove_column :songs, :status, :string",
        by_hand="ALTER TABLE songs ADD status varchar",
        told=(("MD122", "2"),),
    ),
    case(
        "a table: whoever added to it is not accused",
        SONGS,
        "add_column :songs, :year, :integer",
        "add_index :songs, :year",
        by_hand="DROP TABLE songs",
        told=(("MD122", "1"),),
    ),
]
