import time

import pytest

from analyzer.frameworks.rails.language.migrations import parse_ruby
from analyzer.model.effects import effect as e
from tests.support.frameworks.migration_text import kinds, migration, parse


@pytest.mark.parametrize(
    ("head", "superclass", "rails"),
    [
        pytest.param(
            "ActiveRecord::Migration[6.1]", "ActiveRecord::Migration[6.1]", (6, 1), id="version"
        ),
        pytest.param("ActiveRecord::Migration", "ActiveRecord::Migration", None, id="legacy"),
        pytest.param(
            "::ActiveRecord::Migration[5.0]",
            "::ActiveRecord::Migration[5.0]",
            (5, 0),
            id="from the root",
        ),
        pytest.param(
            "Spree::Migration[7.0]", "Spree::Migration[7.0]", (7, 0), id="a base of its own"
        ),
    ],
)
def test_the_class_says_its_version(head, superclass, rails):
    parsed = parse_ruby(f"# why\n\nclass Try < {head}\n  def change\n  end\nend\n".encode())

    assert (parsed.class_name, parsed.superclass, parsed.dialect) == ("Try", superclass, rails)
    assert (parsed.class_line, parsed.ddl_transaction) == (3, True)


def test_a_base_class_that_is_chosen_by_version_is_found():
    parsed = parse_ruby(
        b"base = if ActiveRecord::VERSION::MAJOR >= 5\n  ActiveRecord::Migration[4.2]\nelse\n"
        b"  ActiveRecord::Migration\nend\nclass Try < base\n  def change\n"
        b"    drop_table :a\n  end\nend"
    )

    assert (parsed.dialect, kinds(list(parsed.effects))) == ((4, 2), ["DropTable"])


def test_a_class_that_is_opened_again_is_followed():
    parsed = parse_ruby(
        b"if defined?(X)\n  class Try < ActiveRecord::Migration[4.2]; end\nelse\n"
        b"  class Try < ActiveRecord::Migration; end\nend\n"
        b"Try.class_eval do\n  def up\n    drop_table :a\n  end\nend"
    )

    assert (parsed.class_name, kinds(list(parsed.effects))) == ("Try", ["DropTable"])


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            b"class T < ActiveRecord::Migration\n  def self.up\n    drop_table :a\n  end\nend",
            id="self.up",
        ),
        pytest.param(
            b"class T < ActiveRecord::Migration\n  class << self\n    def up\n"
            b"      drop_table :a\n    end\n  end\nend",
            id="singleton class",
        ),
        pytest.param(
            b"module M\n  class T < ActiveRecord::Migration[5.0]\n    def change\n"
            b"      drop_table :a\n    end\n  end\nend",
            id="in a module",
        ),
        pytest.param(
            b"class T < ActiveRecord::Migration[7.0]\n  drop_table :a\nend", id="in the class body"
        ),
        pytest.param(
            b"\xef\xbb\xbfclass T < ActiveRecord::Migration[7.0]\n  def up = drop_table(:a)\nend",
            id="byte order mark",
        ),
        pytest.param(
            b"class T < ActiveRecord::Migration[7.0]\r\n  def up\r\n"
            b"    drop_table :a\r\n  end\r\nend\r\n",
            id="CRLF",
        ),
        pytest.param(
            b"class T < Elsewhere\n  def change\n    drop_table :a\n  end\nend",
            id="unknown base class",
        ),
    ],
)
def test_every_shape_of_migration_is_read(source):
    parsed = parse_ruby(source)

    assert kinds(list(parsed.effects)) == ["DropTable"]
    assert parsed.problems == ()


def test_the_way_down_is_kept_apart():
    parsed = parse_ruby(
        b"class T < ActiveRecord::Migration[7.0]\n  def up\n    drop_table :a\n  end\n"
        b"  def down\n    create_table :a\n  end\nend"
    )

    assert (kinds(list(parsed.effects)), kinds(list(parsed.down))) == (
        ["DropTable"],
        ["CreateTable"],
    )


def test_a_migration_outside_a_transaction_says_so():
    assert parse("drop_table :a", before="disable_ddl_transaction!").ddl_transaction is False


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            migration("drop_table :a\nadd_column :b, (\ndrop_table :c")[:-9],
            ["DropTable"],
            id="open parenthesis",
        ),
        pytest.param(
            migration("drop_table :a\n]\ndrop_table :c"),
            ["DropTable", "DropTable"],
            id="stray bracket",
        ),
        pytest.param(migration("drop_table :a")[:-9], ["DropTable"], id="ends missing"),
        pytest.param(migration("drop_table :a\nif x"), ["DropTable"], id="if without end"),
    ],
)
def test_a_broken_file_keeps_its_readable_part(source, expected):
    parsed = parse_ruby(source)

    found = [kind for kind in kinds(list(parsed.effects)) if kind.startswith("DropTable")]
    assert [kind.rstrip("?") for kind in found][: len(expected)] == expected
    assert parsed.problems
    assert parsed.dialect == (7, 1)


def test_names_in_another_encoding_are_read_with_replacement():
    parsed = parse_ruby(migration("drop_table :x").replace(b":x", b"'caf\xe9'"))

    assert parsed.effects == (e.DropTable("caf\ufffd", 3),)


def test_ten_megabytes_are_read_up_to_a_bound_and_the_rest_is_told():
    source = migration("create_table :songs do |t|\n  t.string :title\nend\n" * 200_000)

    parsed = parse_ruby(source)

    assert len(source) > 9_000_000
    assert isinstance(parsed.effects[0], e.CreateTable)
    assert isinstance(parsed.effects[-1], e.Opaque)
    assert "larger than 1 MB" in parsed.problems[-1].what


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("(" * 50_000, id="parentheses"),
        pytest.param("%w[" * 50_000, id="nested word lists"),
        pytest.param("a do |x| " * 20_000, id="blocks"),
        pytest.param("if a then " * 20_000, id="branches"),
        pytest.param("a" + ".b" * 50_000, id="a long chain"),
        pytest.param("x = 'a'" + " + 'a'" * 50_000, id="a long sum"),
        pytest.param("x = 'a'\n" + "x = x + x\n" * 100, id="a text that doubles"),
        pytest.param(
            "(1..1000).each { |a| (1..1000).each { |b| drop_table :a } }", id="loops in loops"
        ),
        pytest.param("x = -> { x.call }\nx.call", id="a lambda that calls itself"),
        pytest.param("a = []\na << a\nadd_index :x, a", id="a list in itself"),
        pytest.param(
            "\n".join(f"x{n} = y ? :a{n} : :b{n}" for n in range(40))
            + "\ndrop_table "
            + ", ".join(f"x{n}" for n in range(40)),
            id="many choices",
        ),
    ],
)
def test_no_file_takes_for_ever(body):
    start = time.process_time()

    parse(body)

    assert time.process_time() - start < 10


def test_a_method_that_calls_itself_is_opaque():
    parsed = parse("again", before="def again\n  again\nend")

    assert [it.why for it in parsed.effects] == ["it calls itself"]


def test_deeply_nested_code_is_told_and_not_dropped():
    parsed = parse("if a?\n" * 90 + "drop_table :x\n" + "end\n" * 90)

    assert {it.effect.why for it in parsed.effects} == {"it is nested too deeply"}


ENGINE = b"""
class CreateActiveStorageTables < ActiveRecord::Migration[7.0]
  def change
    primary_key_type, foreign_key_type = primary_and_foreign_key_types
    create_table :active_storage_blobs, id: primary_key_type do |t|
      t.string :key, null: false
      if connection.supports_datetime_with_precision?
        t.datetime :created_at, precision: 6, null: false
      else
        t.datetime :created_at, null: false
      end
    end
    create_table :active_storage_attachments, id: primary_key_type do |t|
      t.references :record, null: false, polymorphic: true, index: false, type: foreign_key_type
      t.references :blob, null: false, type: foreign_key_type
    end
  end

  private
    def primary_and_foreign_key_types
      config = Rails.configuration.generators
      setting = config.options[config.orm][:primary_key_type]
      primary_key_type = setting || :primary_key
      foreign_key_type = setting || :bigint
      [ primary_key_type, foreign_key_type ]
    end
end
"""


@pytest.mark.parametrize(("setting", "kind"), [(None, "bigint"), ("uuid", "uuid")])
def test_an_engine_takes_the_application_s_key_type(setting, kind):
    blobs, attachments = parse_ruby(ENGINE, setting).effects

    assert [it.type for it in blobs.table.columns] == [kind, "string", "datetime"]
    assert [it.type for it in attachments.table.columns] == [kind, "string", kind, kind]
