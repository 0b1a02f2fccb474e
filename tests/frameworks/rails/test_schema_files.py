from analyzer.analysis.schema.schema import schema_of_effects
from analyzer.frameworks.rails.schema_file.schema_rb import parse_schema_rb
from analyzer.frameworks.rails.schema_file.structure_sql import parse_structure_sql
from tests.support.frameworks.migration_text import index_names, shown

SCHEMA_RB = b"""
ActiveRecord::Schema[7.1].define(version: 2025_08_23_000007) do
  enable_extension "plpgsql"
  create_enum "mood", ["happy", "sad"]

  create_table "songs", force: :cascade do |t|
    t.string "title", null: false
    t.enum "mood", default: "happy", enum_type: "mood"
    t.bigint "artist_id"
    t.index ["artist_id"], name: "index_songs_on_artist_id"
    t.index "lower((title)::text)", name: "by_title", unique: true
  end

  create_table "artists", id: :uuid, default: -> { "gen_random_uuid()" }, force: :cascade do |t|
    t.timestamps null: false
  end

  add_foreign_key "songs", "artists"
end
"""
STRUCTURE_SQL = b"""
\\restrict abc
SET statement_timeout = 0;
CREATE EXTENSION IF NOT EXISTS plpgsql;
CREATE TYPE public.mood AS ENUM ('happy', 'sad');
CREATE TABLE public.songs (
    id bigint NOT NULL,
    title character varying NOT NULL,
    mood public.mood DEFAULT 'happy'::public.mood,
    artist_id bigint
);
ALTER TABLE ONLY public.songs ADD CONSTRAINT songs_pkey PRIMARY KEY (id);
CREATE INDEX index_songs_on_artist_id ON public.songs USING btree (artist_id);
CREATE UNIQUE INDEX by_title ON public.songs USING btree (lower((title)::text));

SET search_path TO "$user", public;

INSERT INTO "schema_migrations" (version) VALUES
('20250823000007'),
('20250101000000');
"""


def test_a_schema_file_is_a_schema():
    file = parse_schema_rb(SCHEMA_RB)
    schema = schema_of_effects(file.effects).schema

    assert file.version == 20250823000007
    assert shown(schema, "songs") == {
        "id": "bigint",
        "title": "string",
        "mood": "enum",
        "artist_id": "bigint",
    }
    assert shown(schema, "artists") == {
        "id": "uuid",
        "created_at": "datetime",
        "updated_at": "datetime",
    }
    assert schema.enums["mood"].values == ("happy", "sad")
    assert schema.tables["songs"].foreign_keys[0].to_table == "artists"


def test_a_structure_file_is_the_same_schema():
    ruby = schema_of_effects(parse_schema_rb(SCHEMA_RB).effects).schema
    file = parse_structure_sql(STRUCTURE_SQL)
    sql = schema_of_effects(file.effects).schema

    assert file.version == 20250823000007
    assert shown(sql, "songs") == shown(ruby, "songs")
    assert index_names(sql, "songs") == index_names(ruby, "songs")
    assert {i.name: i.columns for i in sql.tables["songs"].indexes} == {
        i.name: i.columns for i in ruby.tables["songs"].indexes
    }
    assert sql.tables["songs"].primary_key == ("id",)


def test_an_old_schema_file_has_integer_keys():
    old = (
        b"ActiveRecord::Schema.define(version: 1) do\n"
        b"  create_table 'a', force: true\n  add_index 'a', ['b']\nend"
    )
    new = b"ActiveRecord::Schema.define(version: 1) do\n  create_table 'a', force: :cascade\nend"

    assert shown(schema_of_effects(parse_schema_rb(old).effects).schema, "a") == {"id": "integer"}
    assert shown(schema_of_effects(parse_schema_rb(new).effects).schema, "a") == {"id": "bigint"}


def test_a_file_that_is_no_schema_gives_nothing():
    assert parse_schema_rb(b"\xff\xfe(((").version is None
    assert parse_structure_sql(b"\xff\xfe(((").version is None
