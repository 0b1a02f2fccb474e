"""The schema as JSON: the contract, read back."""

import json

from analyzer.report.schema import schema_json
from tests.support.commands.schema_reports import report_of
from tests.support.databases.schemas import state_of

SONGS = """\
create_table(:songs) do |t|
  t.string :title, null: false, default: 'x'
  t.datetime :at, default: -> { 'now()' }
  t.references :artist, foreign_key: true
  t.index 'lower(title), at', name: 'e'
end"""


def document(*bodies, **more):
    return json.loads(schema_json.render(report_of(*bodies, **more)))


def test_a_table_is_under_its_name_with_columns_indexes_and_foreign_keys():
    found = document("create_table :artists", SONGS)["tables"]["songs"]

    assert found["columns"] == {
        "id": {"type": "bigint", "null": False},
        "title": {"type": "string", "null": False, "default": "x"},
        "at": {"type": "datetime", "null": True, "default_sql": "now()"},
        "artist_id": {"type": "bigint", "null": True},
    }
    assert found["primary_key"] == ["id"]
    assert [key["to_table"] for key in found["foreign_keys"]] == ["artists"]
    assert found["migration"] == "db/migrate/2_m.rb"


def test_an_expression_index_carries_its_expression_as_the_one_column():
    indexes = document("create_table :artists", SONGS)["tables"]["songs"]["indexes"]

    assert {"name": "e", "columns": ["lower(title), at"], "unique": False} in indexes


def test_what_is_opaque_has_its_path_and_line():
    (part,) = document("execute sql_of('songs')")["opaque"]

    assert (part["path"], part["line"]) == ("db/migrate/1_m.rb", 3)
    assert "sql_of" in part["text"]


def test_enums_extensions_and_named_objects_are_there():
    found = document(
        "enable_extension 'citext'\ncreate_enum :mood, %w[a b]\nexecute 'CREATE VIEW v AS SELECT 1'"
    )

    assert found["extensions"] == ["citext"]
    assert found["enums"] == {"mood": ["a", "b"]}
    assert found["others"] == [{"kind": "view", "name": "v"}]


def test_without_a_comparison_there_is_none():
    assert "diff" not in document(SONGS)


def test_a_difference_says_which_migration_is_responsible():
    there = state_of("create_table(:songs) { |t| t.text :title }").schema

    diff = document("create_table(:songs) { |t| t.string :title }", there=there)["diff"]

    assert diff["equal"] is False
    (only,) = diff["differences"]
    assert (only["standing"], only["kind"]) == ("different", "column")
    assert (only["table"], only["name"]) == ("songs", "title")
    assert only["changes"] == [{"what": "type", "files": "string", "there": "text"}]
    assert only["migration"] == {"version": "1", "path": "db/migrate/1_m.rb", "ran": True}
