from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.analysis.schema.schema import replay, schema_of_effects
from analyzer.engines.postgresql.parser.sql import parse_sql
from analyzer.frameworks.integer_versions import read as version_of
from analyzer.frameworks.rails.language.migrations import parse_ruby
from analyzer.frameworks.rails.schema_file.schema_rb import parse_schema_rb
from analyzer.frameworks.rails.schema_file.structure_sql import parse_structure_sql
from analyzer.model.effects.effect import Parsed
from analyzer.model.effects.objects import summary
from analyzer.model.findings.schema_state import ReadMigration

REAL = b"""# frozen_string_literal: true

class AddEverything < ActiveRecord::Migration[7.1]
  disable_ddl_transaction!
  NAMES = %w[a b].freeze

  class Song < ActiveRecord::Base
    self.table_name = 'songs'
  end

  def up
    return if table_exists?(:songs)

    create_table :songs, id: :uuid do |t|
      t.string :title, null: false, default: -> { "now()" }
      t.references :artist, foreign_key: { to_table: :people }, polymorphic: true
      t.index %i[title artist_id], unique: true, where: "title <> ''"
      t.timestamps
    end
    NAMES.each { |name| add_column :songs, "#{name}_id", name == 'a' ? :bigint : :text }
    execute <<~SQL.squish
      UPDATE songs SET a_id = #{rand} WHERE title = 'x'
    SQL
    Song.find_each { |song| song.update!(title: song.title.strip) }
    reversible do |dir|
      dir.up { change_column :songs, :title, 'text USING title::text' }
    end
    remove_index :songs, name: :x rescue nil
    case adapter_name when 'PostgreSQL' then enable_extension 'hstore' else raise end
  end

  def down
    drop_table :songs
  end
end
"""
MARKS = [b"end", b"do", b"{", b"}", b"(", b")", b"#{", b'"', b"'", b"<<~X\n", b"%w[", b"\n", b":"]
PIECES = st.sampled_from([*REAL.split(), *MARKS])
BROKEN = st.one_of(
    st.binary(max_size=300),
    st.integers(0, len(REAL)).map(lambda end: REAL[:end]),
    st.integers(0, len(REAL)).map(lambda start: REAL[start:]),
    st.lists(PIECES, max_size=40).map(b" ".join),
    st.tuples(st.integers(0, len(REAL)), st.binary(max_size=5)).map(
        lambda at: REAL[: at[0]] + at[1] + REAL[at[0] :]
    ),
)


@given(BROKEN)
@settings(deadline=5_000, max_examples=300)
def test_any_bytes_are_read_as_ruby_and_replayed(source):
    parsed = parse_ruby(source)

    assert isinstance(parsed, Parsed)
    assert all(effect.line >= 1 for effect in parsed.effects)
    summary(parsed.effects)
    replay(
        [
            ReadMigration(version_of("1"), "1.rb", parsed),
            ReadMigration(version_of("2"), "2.rb", parsed),
        ]
    )


@given(BROKEN)
@settings(deadline=5_000, max_examples=100)
def test_any_bytes_are_read_as_schema_files(source):
    for file in (parse_schema_rb(source), parse_structure_sql(source)):
        schema_of_effects(file.effects)


WORDS = ["CREATE", "TABLE", "a", "(", "b", "int", ")", ";", "ALTER", "DROP", "COLUMN", "c", "ADD"]
WORDS += ["CHECK", "x", ">", "1", "''", "$$", "INDEX", "ON", "UPDATE", "SET"]


@given(
    st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
)
@settings(deadline=5_000, max_examples=300)
def test_any_text_is_read_as_sql(text):
    assert all(effect.line >= 1 for effect in parse_sql(text))


@given(st.sampled_from(["a", "b"]), st.sampled_from(["a", "b"]))
def test_reading_twice_gives_the_same(one, other):
    source = REAL.replace(b"songs", one.encode()).replace(b"people", other.encode())

    assert parse_ruby(source) == parse_ruby(source)
