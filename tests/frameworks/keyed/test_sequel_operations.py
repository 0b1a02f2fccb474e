"""Sequel's schema methods are read as the SQL that Sequel itself sends for them."""

import json
import shutil
import subprocess

import pytest

from analyzer.frameworks.keyed.facts import Script
from analyzer.frameworks.keyed.trees import read_tree
from analyzer.frameworks.registry import framework
from analyzer.frameworks.sequel.operations import sql_of

LANGUAGE = framework("sequel").language
READ = (
    """create_table(:songs) do
  primary_key :id
  String :title, null: false, default: "it's"
  String :b, size: 20
  Integer :n, default: 0
  Bignum :big
  Float :f
  BigDecimal :d, size: [10, 2]
  TrueClass :t, default: true
  DateTime :c, default: Sequel::CURRENT_TIMESTAMP, null: false
  Date :dd
  Time :tt
  File :fi
  column :j, :jsonb
  column :k, "text[]"
  jsonb :jj, default: '{}'
  foreign_key :artist_id, :artists, null: false, on_delete: :cascade
  index :title
  index [:n, :f], unique: true
  unique [:n, :title]
  String :u, unique: true
  String :te, text: true
  String :fx, fixed: true, size: 3
  foreign_key [:n], :others, key: [:id], name: :fk_n
  Integer :ix, index: true
end""",
    "create_table(:a) { primary_key :id, type: :Bignum; Integer :x, allow_null: false }",
    """create_table(:ab) do
  foreign_key :a_id, :as
  Integer :b_id
  primary_key [:a_id, :b_id]
end""",
    "create_table(:a, if_not_exists: true) { Integer :x }",
    "create_table?(:a) { Integer :x }",
    "create_table!(:a) { Integer :x }",
    """alter_table(:songs) do
  add_column :x, Integer, default: 0, null: false
end""",
    "alter_table(:songs) { rename_column :b, :bb }",
    "alter_table(:songs) { drop_column :b }",
    "alter_table(:songs) { add_index [:a, :b], name: :foo, unique: true }",
    "alter_table(:songs) { set_column_type :x, :bigint }",
    "alter_table(:songs) { set_column_type :x, String, size: 50 }",
    "alter_table(:songs) { set_column_not_null :x }",
    "alter_table(:songs) { set_column_allow_null :x }",
    'alter_table(:songs) { set_column_default :x, "a" }',
    "alter_table(:songs) { add_foreign_key :al_id, :albums, on_delete: :set_null }",
    "alter_table(:songs) { add_foreign_key [:al_id], :albums }",
    "alter_table(:songs) { add_unique_constraint [:x, :u], name: :foo }",
    "alter_table(:songs) { drop_constraint :foo }",
    "alter_table(:songs) { add_primary_key :zz }",
    "alter_table(:songs) { drop_index :title }",
    "add_column :songs, :plays, Integer, null: false, default: 0",
    "add_column :songs, :t, :timestamptz",
    "drop_column :songs, :plays",
    "rename_column :songs, :a, :b",
    "add_index :songs, :title, concurrently: true",
    "drop_index :songs, :title",
    "set_column_type :songs, :a, Float",
    "set_column_default :songs, :a, nil",
    "drop_table :a, :b",
    "drop_table?(:a)",
    "drop_table :a, cascade: true",
    "rename_table :a, :b",
)
UNREAD = (
    "create_table(:a) { String :x, default: Time.now.to_s }",
    "create_table(:a) { index :x, where: {y: 1} }",
    "create_table(:a) { check { x > 1 } }",
    "create_table(:a) { |t| t.String :x }",
    "create_table(:a) { String :x, collate: :C }",
    "create_table(:a) { Symbol :x }",
    "create_table(:a, as: self[:b])",
    "create_table?(:a) { Integer :x; index :x }",
    "create_table(name) { Integer :x }",
    "alter_table(:a) { add_constraint(:c) { x > 1 } }",
    "alter_table(:a) { drop_foreign_key [:x] }",
    "add_column :a, :x, Integer, if_not_exists: true",
    "self[:a].update(x: 1)",
    "from(:a).delete",
    "create_view :v, self[:a]",
)
_ASK = """
require "json"; require "sequel"
puts JSON.dump(JSON.parse(STDIN.read).map { |text|
  db = Sequel.mock(host: :postgres, server_version: 150000)
  db.instance_eval(text)
  db.sqls
})
"""


def statement(text: str):
    return read_tree(Script.RUBY, text.encode()).named_children[0]


def test_what_is_read_is_what_sequel_sends():
    if shutil.which("sequel") is None:
        pytest.skip("needs Debian's ruby-sequel")
    asked = subprocess.run(
        ["ruby", "-e", _ASK], input=json.dumps(READ), capture_output=True, text=True, check=True
    )

    assert [sql_of(statement(it)) for it in READ] == json.loads(asked.stdout)


@pytest.mark.parametrize("text", UNREAD)
def test_what_is_computed_or_not_known_is_not_read(text):
    assert sql_of(statement(text)) is None


def test_change_is_a_way_up_each_part_of_it_on_its_line():
    text = b"""Sequel.migration do
  change do
    create_table(:songs) do
      primary_key :id
      index :title
    end
    add_column :songs, :plays, Integer
    from(:songs).update(plays: 0)
  end
end
"""

    parsed = LANGUAGE.parse(text)

    told = [(type(it).__name__, it.line) for it in parsed.effects]
    assert told == [("CreateTable", 3), ("AddIndex", 3), ("AddColumn", 7), ("Opaque", 8)]
    assert parsed.down is None
    assert parsed.partial


def test_up_and_down_are_read_alike():
    text = b"""Sequel.migration do
  up { create_table(:songs) { primary_key :id } }
  down { drop_table :songs }
end
"""

    parsed = LANGUAGE.parse(text)

    assert [type(it).__name__ for it in parsed.effects] == ["CreateTable"]
    assert [type(it).__name__ for it in parsed.down] == ["DropTable"]
