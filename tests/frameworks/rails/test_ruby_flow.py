import pytest

from analyzer.model.core import condition as c
from analyzer.model.effects import effect as e
from analyzer.model.schema.schema import Column
from tests.support.frameworks.migration_text import effects, kinds, parse


def columns(found):
    return [
        f"{it.table}.{it.column.name}:{it.column.type}"
        for it in found
        if isinstance(it, e.AddColumn)
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "%w[songs artists].each { |t| add_column t, :note, :text }",
            ["songs.note:text", "artists.note:text"],
            id="a literal list of words",
        ),
        pytest.param(
            "for t in [:songs, :artists] do\n  add_column t, :note, :text\nend",
            ["songs.note:text", "artists.note:text"],
            id="for",
        ),
        pytest.param(
            "{ songs: :text, artists: :string }.each do |t, kind|\n"
            "  add_column t, :note, kind\nend",
            ["songs.note:text", "artists.note:string"],
            id="a literal hash",
        ),
        pytest.param(
            '%i[a b].each_with_index { |n, i| add_column :songs, :"#{n}_#{i}", :text }',
            ["songs.a_0:text", "songs.b_1:text"],
            id="with an index, put together",
        ),
        pytest.param(
            '2.times { |n| add_column :songs, "line_#{n + 1}", :text }',
            ["songs.line_1:text", "songs.line_2:text"],
            id="times",
        ),
        pytest.param(
            "table = 'songs'.to_sym\nkind = :text\nadd_column table, :note, kind",
            ["songs.note:text"],
            id="local variables",
        ),
        pytest.param(
            "names = %w[a b].map { |n| n + '_id' } - ['b_id']\n"
            "names.each { add_column :songs, it, :bigint }",
            ["songs.a_id:bigint"],
            id="map, minus and it",
        ),
        pytest.param(
            "options = { null: false }\nadd_column :songs, :note, :text, **options",
            ["songs.note:text"],
            id="splat of a known hash",
        ),
        pytest.param(
            "case connection.adapter_name\nwhen /mysql/i then add_column :songs, :a, :json\n"
            "else add_column :songs, :a, :jsonb\nend",
            ["songs.a:jsonb"],
            id="the adapter is PostgreSQL",
        ),
        pytest.param(
            "if ActiveRecord::VERSION::MAJOR >= 5\n  add_column :songs, :a, :text\nend",
            ["songs.a:text"],
            id="Rails is a recent one",
        ),
        pytest.param(
            "safety_assured { transaction { say_with_time('x') { add_column "
            ":songs, :a, :text } } }",
            ["songs.a:text"],
            id="wrappers",
        ),
        pytest.param(
            "reversible do |dir|\n  dir.up { add_column :songs, :a, :text }\n"
            "  dir.down { add_column :songs, :b, :text }\nend",
            ["songs.a:text"],
            id="only the way up of reversible",
        ),
        pytest.param("up_only { add_column :songs, :a, :text }", ["songs.a:text"], id="up_only"),
        pytest.param(
            "ActiveRecord::Base.connection.add_column :songs, :a, :text",
            ["songs.a:text"],
            id="through the connection",
        ),
        pytest.param(
            "send(:add_column, :songs, :a, :text)", ["songs.a:text"], id="send with a known name"
        ),
        pytest.param(
            "raise 'too late'\nadd_column :songs, :a, :text", [], id="nothing after a raise"
        ),
        pytest.param("return\nadd_column :songs, :a, :text", [], id="nothing after a return"),
    ],
)
def test_what_is_written_down_is_followed(body, expected):
    assert columns(effects(body)) == expected


@pytest.mark.parametrize(
    ("before", "body"),
    [
        pytest.param(
            "NAMES = %w[a b].freeze",
            "NAMES.each { |n| add_column :songs, n, :text }",
            id="constant",
        ),
        pytest.param(
            "@names = %w[a b]",
            "@names.each { |n| add_column :songs, n, :text }",
            id="class's own variable",
        ),
        pytest.param(
            "def add(name)\n  add_column :songs, name, :text\nend",
            "add 'a'\nadd :b",
            id="helper method",
        ),
        pytest.param(
            "def add(*names, kind: :text)\n  names.each { |n| add_column :songs, n, kind }\nend",
            "add 'a', 'b'",
            id="helper with all kinds of parameters",
        ),
        pytest.param(
            "def both\n  yield 'a'\n  yield 'b'\nend",
            "both { |n| add_column :songs, n, :text }",
            id="helper that yields",
        ),
        pytest.param(
            "def names = %w[a b]",
            "names.each { |n| add_column :songs, n, :text }",
            id="helper that gives a list",
        ),
        pytest.param(
            "def names\n  return %w[a b] if true\n  []\nend",
            "names.each { |n| add_column :songs, n, :text }",
            id="helper that returns early",
        ),
        pytest.param(
            "module Add\n  def add(n)\n    add_column :songs, n, :text\n  end\nend\ninclude Add",
            "add :a\nadd :b",
            id="module in the file",
        ),
    ],
)
def test_what_the_file_defines_is_followed(before, body):
    assert columns(effects(body, before=before)) == ["songs.a:text", "songs.b:text"]


EXISTS = c.TableExists("songs")


@pytest.mark.parametrize(
    ("body", "condition"),
    [
        pytest.param("drop_table :x if table_exists?(:songs)", EXISTS, id="if"),
        pytest.param("drop_table :x unless table_exists?(:songs)", c.Not(EXISTS), id="unless"),
        pytest.param(
            "return if table_exists?(:songs)\ndrop_table :x", c.Not(EXISTS), id="early return"
        ),
        pytest.param(
            "return unless !table_exists?(:songs)\ndrop_table :x",
            c.Not(EXISTS),
            id="early return, twice negated",
        ),
        pytest.param(
            "reversible do |dir|\n  dir.up { return if table_exists?(:songs) }\nend\ndrop_table :x",
            c.Not(EXISTS),
            id="early return out of blocks",
        ),
        pytest.param(
            "if foo?\n  return if table_exists?(:songs)\nend\ndrop_table :x",
            c.AnyOf((c.Not(c.Unsure("foo?")), c.Not(EXISTS))),
            id="early return in a branch",
        ),
        pytest.param("table_exists?(:songs) && drop_table(:x)", EXISTS, id="and"),
        pytest.param(
            "drop_table :x if ActiveRecord::Base.connection.tables.include?('songs')",
            EXISTS,
            id="list of tables",
        ),
        pytest.param("drop_table :x if Song.table_exists?", EXISTS, id="asked of a model"),
        pytest.param(
            "drop_table :x if column_exists?(:songs, :title)",
            c.ColumnExists("songs", "title"),
            id="column",
        ),
        pytest.param(
            "drop_table :x if Song.column_names.include?('title')",
            c.ColumnExists("songs", "title", guessed=True),
            id="column asked of a model",
        ),
        pytest.param(
            "drop_table :x if index_exists?(:songs, [:a, :b])",
            c.IndexExists("songs", None, ("a", "b")),
            id="index",
        ),
        pytest.param(
            "drop_table :x if index_name_exists?(:songs, 'i')",
            c.IndexExists("songs", "i"),
            id="index by name",
        ),
        pytest.param(
            "drop_table :x if foreign_key_exists?(:songs, :artists)",
            c.ForeignKeyExists("songs", "artists"),
            id="foreign key",
        ),
        pytest.param(
            "drop_table :x if extension_enabled?('hstore')",
            c.ExtensionEnabled("hstore"),
            id="extension",
        ),
        pytest.param(
            "drop_table :x if Rails.env.test?", c.Unsure("Rails.env.test?"), id="something else"
        ),
        pytest.param(
            "drop_table :x if table_exists?(:songs) || foo?",
            c.AnyOf((EXISTS, c.Unsure("foo?"))),
            id="or",
        ),
    ],
)
def test_a_guard_is_part_of_the_effect(body, condition):
    found = [it for it in effects(body) if isinstance(it, e.Guarded)]

    assert [it.effect for it in found] == [e.DropTable("x", 0)]
    assert found[0].condition == condition


def test_both_branches_are_kept_and_the_first_is_the_likely_one():
    found = effects("if foo?\n  drop_table :a\nelse\n  drop_table :b\nend")

    assert [(it.effect.name, it.likely) for it in found] == [("a", True), ("b", False)]
    assert found[0].asked[0].number == found[1].asked[0].number


def test_a_choice_of_values_becomes_an_effect_for_each():
    found = effects(
        "kind = extension_enabled?('citext') ? :citext : :string\nadd_column :a, :b, kind"
    )

    assert [(it.effect.column.type, it.asked[0].answer) for it in found] == [
        ("citext", True),
        ("string", False),
    ]


def test_an_effect_whose_error_is_caught_says_so():
    (found,) = effects("begin\n  drop_table :a\nrescue StandardError\n  nil\nend")

    assert (found.effect, found.rescued) == (e.DropTable("a", 0), True)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "revert { add_column :songs, :a, :text }",
            [e.RemoveColumn("songs", "a", 0, column=Column("a", "text"))],
            id="added column",
        ),
        pytest.param(
            "revert { rename_table :a, :b }", [e.RenameTable("b", "a", 0)], id="renamed table"
        ),
        pytest.param(
            "revert do\n  reversible do |dir|\n    dir.up { drop_table :a }\n"
            "    dir.down { drop_table :b }\n  end\nend",
            [e.Opaque("DropTable", 0, "how to revert it is not written down")],
            id="what cannot be reverted is opaque",
        ),
        pytest.param(
            "revert { up_only { drop_table :a } }", [], id="up_only does not run backward"
        ),
    ],
)
def test_revert_turns_its_block_round(body, expected):
    assert effects(body) == expected


def test_revert_goes_backward_through_its_block():
    found = effects("revert do\n  create_table(:a) { |t| t.text :b }\n  add_index :a, :b\nend")

    assert kinds(found) == ["RemoveIndex", "DropTable"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param("add_column table, :a, :text", "table is computed", id="unknown name"),
        pytest.param(
            "Song.distinct.pluck(:kind).each { |k| add_column :songs, k, :text }",
            "k is computed",
            id="loop over rows",
        ),
        pytest.param(
            "create_trigger(:x).on(:songs)",
            "create_trigger: the file does not define it",
            id="unknown method",
        ),
        pytest.param("execute File.read('x.sql')", "its SQL is computed", id="SQL from elsewhere"),
        pytest.param("execute 'DO $$ BEGIN END $$'", "a DO block is a program", id="DO block"),
        pytest.param(
            "execute 'FLUSH TABLES'", "PostgreSQL's parser cannot read it", id="other SQL"
        ),
        pytest.param(
            'execute "DROP TABLE #{name}"', "part of the SQL is computed", id="computed SQL"
        ),
        pytest.param("`rake db:seed`", "it runs a program", id="shell"),
        pytest.param("MoveSongs.perform_later", "code outside the file", id="job"),
        pytest.param(
            "create_table(:songs) { |t| t.wibble :a }", "t.wibble is not a type", id="unknown type"
        ),
        pytest.param(
            "song.artist.update!(name: 'x')",
            "whose rows it changes is computed",
            id="rows of something unknown",
        ),
    ],
)
def test_what_cannot_be_known_is_opaque(body, why):
    opaque = [it for it in effects(body) if isinstance(it, e.Opaque)]

    assert opaque
    assert any(why in it.why or why in it.text for it in opaque)


def test_an_effect_knows_its_line():
    found = parse("add_column :a, :b, :text\n\n\ndrop_table :c").effects

    assert [it.line for it in found] == [3, 6]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "SystemSetting.find_or_create_by!(key: 'a')",
            [e.WriteData("system_settings", e.DataAction.INSERT, 0, (), "SystemSetting")],
            id="model by convention",
        ),
        pytest.param(
            "Person.where(a: 1).update_all(name: 'x')",
            [e.WriteData("people", e.DataAction.UPDATE, 0, ("name",), "Person")],
            id="update_all names columns",
        ),
        pytest.param(
            "Song.find_each { |song| song.update!(a: 1) }",
            [
                e.ReadData("songs", 0, (), "Song"),
                e.WriteData("songs", e.DataAction.UPDATE, 0, (), "Song", sets=("a",)),
            ],
            id="row by row",
        ),
        pytest.param(
            "Song.all.each(&:save!)",
            [
                e.ReadData("songs", 0, (), "Song"),
                e.WriteData("songs", e.DataAction.CHANGE, 0, (), "Song"),
            ],
            id="method sent to each row",
        ),
        pytest.param(
            "Spree::Order.delete_all",
            [e.WriteData("orders", e.DataAction.DELETE, 0, (), "Spree::Order", "spree_orders")],
            id="a namespace may count or not",
        ),
        pytest.param(
            "execute 'UPDATE songs SET plays = 0'",
            [e.WriteData("songs", e.DataAction.UPDATE, 0, ("plays",))],
            id="SQL",
        ),
        pytest.param(
            "execute <<~SQL.squish\n  DELETE FROM songs\n  WHERE id = #{@id}\nSQL",
            [e.WriteData("songs", e.DataAction.DELETE, 0)],
            id="heredoc with a computed value",
        ),
        pytest.param(
            "ActiveRecord::Base.connection.execute('TRUNCATE songs')",
            [e.WriteData("songs", e.DataAction.TRUNCATE, 0)],
            id="connection",
        ),
        pytest.param(
            'Song.connection.execute("DELETE FROM #{Song.quoted_table_name}")',
            [e.WriteData("songs", e.DataAction.DELETE, 0)],
            id="table name of a model",
        ),
    ],
)
def test_rows_that_are_read_and_written(body, expected):
    assert effects(body) == expected


@pytest.mark.parametrize(
    ("body", "sets", "spares"),
    [
        pytest.param("Song.where(a: nil).update_all(a: 1, b: 2)", "a b", "a", id="where nil"),
        pytest.param("Song.where('songs.a IS NULL').update_all('a = 1')", "a", "a", id="as SQL"),
        pytest.param("Song.where('a IS NULL OR b = 1').update_all('a = 1')", "a", "", id="or"),
        pytest.param(
            "Song.where(a: nil).or(Song.where(b: 1)).update_all(a: 1)",
            "a",
            "",
            id="or another query",
        ),
        pytest.param("Song.where(a: nil).where.not(b: 1).update_all(a: 1)", "a", "a", id="and not"),
        pytest.param("Song.where.not(a: nil).update_all(a: 1)", "a", "", id="not nil"),
        pytest.param("Song.where(a: nil).in_batches.update_all(a: 1)", "a", "a", id="batches"),
        pytest.param(
            "Song.where(a: nil).in_batches { |it| it.update_all(a: 1) }", "a", "a", id="each batch"
        ),
        pytest.param("Song.where(a: nil).find_each { |it| it.update!(a: 1) }", "a", "a", id="row"),
        pytest.param("Song.where(a: nil).unscope(:where).update_all(a: 1)", "a", "", id="unscope"),
        pytest.param("Song.update_all(['a = ?, b = :b', 1])", "a b", "", id="values filled in"),
        pytest.param("Song.update_all('a = coalesce(a, b)')", "a", "a", id="coalesce"),
        pytest.param(
            "Song.find_each { |it| it.a = 1 if it.b; it[:c] = 2; it.save! }",
            "a c",
            "",
            id="assigned and saved",
        ),
        pytest.param(
            "Song.find_each { |it| it.assign_attributes(a: 1); it.save }",
            "a",
            "",
            id="assign_attributes",
        ),
        pytest.param("Song.find_each { |it| it.update_column(:a, 1) }", "a", "", id="one column"),
        pytest.param("Song.update_all(key => 1)", "", "", id="computed"),
        pytest.param("Song.find_each { |it| it.attributes = all; it.save }", "", "", id="all"),
    ],
)
def test_what_a_write_sets_and_where_it_overwrites_nothing(body, sets, spares):
    found = [it for it in effects(body) if isinstance(it, e.WriteData)][-1]

    assert " ".join(found.columns or found.sets) == sets
    assert " ".join(found.spares) == spares


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("song = Song.new(a: 1)\nsong.b = 2\nsong.save!", id="new"),
        pytest.param("song = Song.create!(a: 1)\nsong.update!(b: 2)", id="created, updated"),
    ],
)
def test_a_row_that_the_migration_makes_is_inserted_and_not_overwritten(body):
    actions = {it.action for it in effects(body) if isinstance(it, e.WriteData)}

    assert actions == {e.DataAction.INSERT}


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(
            "class Tune < ActiveRecord::Base\n  self.table_name = 'songs'\nend", id="table_name"
        ),
        pytest.param(
            "class Tune < ApplicationRecord\n  self.table_name = :songs\nend", id="symbol"
        ),
        pytest.param(
            "class Song < ActiveRecord::Base\nend\nclass Tune < Song\nend", id="inherited"
        ),
        pytest.param(
            "Tune = Class.new(ActiveRecord::Base) { self.table_name = 'songs' }", id="Class.new"
        ),
        pytest.param(
            "class Tune < ActiveRecord::Base\n  set_table_name 'songs'\nend",
            id="old set_table_name",
        ),
    ],
)
def test_a_model_inside_the_migration_says_its_table(before):
    (found,) = effects("Tune.update_all(plays: 0)", before=before)

    assert (found.table, found.columns) == ("songs", ("plays",))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r'"\a\b\v\f\e\s\t"', "\a\b\v\f\x1b \t"),
        (r'"\101\7\x41\u0042"', "A\x07AB"),
        (r'"\u{43 44}"', "CD"),
        (r'"\q\"\\"', 'q"\\'),
        (r"'\a\n'", r"\a\n"),
        ("?a", "a"),
    ],
)
def test_an_escape_sequence_is_what_ruby_makes_of_it(written, meant):
    (found,) = effects(f"add_column :songs, :title, :string, default: {written}")

    assert found.column.default == meant


@pytest.mark.parametrize(
    ("before", "body"),
    [
        ("LIST = %i[a b].freeze", "LIST.each { |it| change_column :songs, it, :text }"),
        ("LIST = Set.new([:a, :b])", "LIST.each { |it| change_column :songs, it, :text }"),
        ("LIST = Set[:a, :b]", "LIST.each { |it| change_column :songs, it, :text }"),
        (
            "LIST = { songs: %w[a b] }",
            "LIST.each { |table, all| all.each { |it| change_column table, it, :text } }",
        ),
        (
            "LIST = [{ name: :a }, { name: :b }]",
            "LIST.each { |name:, table: :songs| change_column table, name, :text }",
        ),
        (
            "LIST = [[:songs, :a], [:songs, :b]]",
            "LIST.each { |(table, it)| change_column table, it, :text }",
        ),
    ],
)
def test_a_list_in_a_constant_is_gone_through(before, body):
    found = effects(body, before=before)

    assert [(it.table, it.column.name) for it in found] == [("songs", "a"), ("songs", "b")]
