"""The schema in Ruby: what is written reads back as the same schema."""

import pytest

from analyzer.analysis.schema.schema import schema_of_effects
from analyzer.frameworks.rails.schema_file import schema_rb_text
from analyzer.frameworks.rails.schema_file.schema_rb import parse_schema_rb
from tests.support.commands.schema_reports import report_of
from tests.support.databases.schemas import compare, read, told

BODIES = {
    "plain": "create_table(:songs) { |t| t.string :title; t.timestamps }",
    "sizes": "create_table(:songs) { |t| t.string :a, limit: 5; t.decimal :b, precision: 8, "
    "scale: 2; t.datetime :c, precision: 3; t.integer :d, limit: 2 }",
    "defaults": "create_table(:songs) { |t| t.string :a, default: 'say \"#{x}\"'.freeze; "
    "t.boolean :b, default: false; t.datetime :c, default: -> { 'now()' }; t.float :d, "
    "default: 0.5; t.jsonb :e, default: {}, null: false; t.string :f, array: true, default: [] }",
    "uuid key": "create_table(:songs, id: :uuid) { |t| t.text :a }",
    "named key": "create_table(:songs, primary_key: :code) { |t| t.text :a }",
    "integer key": "create_table(:songs, id: :integer) { |t| t.text :a }",
    "no key": "create_table(:songs, id: false) { |t| t.text :a }",
    "key of two": "create_table(:songs, primary_key: %i[a b]) { |t| t.bigint :a; t.bigint :b }",
    "indexes": "create_table(:songs) { |t| t.string :a, :b; t.index %i[a b], unique: true; "
    "t.index 'lower(a)', name: 'l', where: 'b IS NOT NULL'; t.index :a, name: 'g', using: :gin, "
    "opclass: :gin_trgm_ops }",
    "keys": "create_table :artists\ncreate_table(:songs) { |t| t.references :artist, "
    "foreign_key: { on_delete: :cascade }, null: false }",
    "checks": "create_table(:songs) { |t| t.integer :n; t.check_constraint 'n > 0', name: 'c' }",
    "enum": "create_enum :mood, %w[a b]\n"
    "create_table(:songs) { |t| t.enum :m, enum_type: :mood, default: 'a' }",
    "generated": "create_table(:songs) { |t| t.decimal :n, precision: 8; t.virtual :m, "
    "type: :decimal, precision: 9, as: 'n * 2', stored: true }",
    "other types": "create_table(:songs) { |t| t.column :a, :tsvector; t.inet :b; t.citext :c }",
    "comments": "create_table(:songs, comment: 'all') { |t| t.text :a, comment: 'some' }",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_it_reads_back_as_the_same_schema(body):
    text = schema_rb_text.render(report_of(body))

    again = schema_of_effects(parse_schema_rb(text.encode()).effects)

    assert (again.conflicts, again.opaque) == ((), ())
    assert told(compare(read(body), again.schema)) == []


def test_the_version_is_the_newest_file():
    text = schema_rb_text.render(report_of("create_table :songs", "create_table :artists"))

    assert "ActiveRecord::Schema[7.1].define(version: 2) do\n" in text


def test_what_is_not_known_stands_in_comments_at_the_head():
    head = schema_rb_text.render(report_of("execute sql_of('songs')")).splitlines()[1]

    assert head.startswith("# Not known without running it: db/migrate/1_m.rb:3 ")


def test_ruby_in_a_text_is_not_interpolated():
    text = schema_rb_text.render(report_of("create_table(:songs, comment: 'a #{exit} b')"))

    assert r"a \#{exit} b" in text
