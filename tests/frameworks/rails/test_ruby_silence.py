"""What is told and what is skipped: nothing that may change a database vanishes."""

import pytest

from analyzer.frameworks.rails.language.migrations import parse_ruby
from analyzer.model.effects import effect as e
from analyzer.model.effects.objects import bare
from tests.support.frameworks.migration_text import effects, parse


def opaque(found):
    return [bare(it) for it in found if isinstance(bare(it), e.Opaque)]


@pytest.mark.parametrize(
    "statement",
    [
        "instance_eval(File.read('x.rb'))",
        "eval(File.read('x.rb'))",
        "binding.eval('drop_table :songs')",
        "load 'x.rb'",
        "Rake::Task['songs:fix'].invoke",
        "ActiveRecord::Tasks::DatabaseTasks.load_schema",
        "ActiveRecord::Migrator.run(:up, paths, 1)",
        "ActiveRecord::SchemaMigration.create!(version: 1)",
        "ActiveRecord::InternalMetadata[:a] = 1",
        "assume_migrated_upto_version(1)",
        "Rails.application.load_seed",
        "system 'psql < x.sql'",
        "Kernel.system('psql')",
        "Open3.capture3('psql')",
        "IO.popen('psql')",
        "Process.spawn('psql')",
        "output = `psql`",
        "Object.send(:fix)",
        'public_send(:"#{verb}_table", :songs)',
        "SongFixer.call",
        "count = SongFixer.call",
        "fixer = SongFixer.new(1)",
        "count = SongFixer.new.fixed",
        "FixSongsJob.perform_now",
        "add_column :songs, :a, :string, default: Defaults.title",
        "Setting.mode = 1",
        "Setting['mode'] = 1",
        "Song.repair_all",
        "Song.find_each(&:repair)",
        "[Song, Artist].each(&:repair)",
        "Song.first.repair!",
        "name = Song.first.repair!",
        "Song.find_each { |song| song.album.repair }",
        "songs.each { |song| song.repair }",
        "%i[a b].each(&method(:drop_table))",
        "Song.connection.repair",
        "connection.raw_connection.exec('DROP TABLE songs')",
        "connection.schema_search_path = 'audit'",
        "ActiveRecord::Base.establish_connection(:other)",
        "ActiveRecord::Base.connected_to(role: :reading) { Song.count }",
        "with_options(null: false) { |it| it.add_column :songs, :a, :text }",
        "super",
        "yield",
        "add_column :songs, :a, :text, **options",
        "add_column :songs, :a, :text, options",
        "add_column :songs, :a, :text, null: NULLS",
        "add_index :songs, :a, unique: @unique",
        "create_table(:songs, **options) { |t| t.text :a }",
        "create_table(:songs, &COLUMNS)",
        "create_table(:songs) { |t| t.text :a, limit: @limit }",
        "create_table(:songs) { |t| Columns.add(t) }",
        "execute 'SELECT repair_songs()'",
        "execute 'CALL repair_songs()'",
        "execute 'SET search_path TO audit'",
        "execute 'DROP OWNED BY bob'",
        "execute 'ALTER TABLE songs ATTACH PARTITION a FOR VALUES IN (1)'",
        "execute File.read('x.sql')",
    ],
)
def test_what_may_change_the_database_unseen_is_told_with_its_line(statement):
    found = opaque(parse(f"say 'x'\n{statement}").effects)

    assert found
    assert {it.line for it in found} == {4}


@pytest.mark.parametrize(
    "statement",
    [
        "say 'x'",
        "puts 'x'; warn 'x'; sleep 1",
        "$stdout.puts 'x'",
        "STDOUT.flush",
        "Rails.logger.info('x')",
        "ENV['X'] = ENV.fetch('Y', '1')",
        "require 'csv'; require_relative '../x'",
        "Song.reset_column_information",
        "[Song, Artist].each(&:reset_column_information)",
        "ActiveRecord::Base.record_timestamps = false",
        "Song.inheritance_column = nil",
        "now = Time.zone.now; day = Date.parse('2025-01-01').beginning_of_month",
        "rows = JSON.parse(File.read('x.json')).map { |row| row['id'] }",
        "Dir['x/*'].sort.each { |file| puts file }",
        "return if Rails.env.test?",
        "songs = Struct.new(:id); key = SecureRandom.hex",
        "connection.columns(:songs).map(&:name)",
        "suppress_messages { }",
        "execute 'SELECT now()'",
        "execute \"SELECT setval('songs_id_seq', 1)\"",
        "execute \"SET lock_timeout TO '5s'\"",
        "execute 'SET search_path TO public'",
    ],
)
def test_what_leaves_the_database_alone_is_passed_over(statement):
    assert opaque(effects(statement)) == []


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("class A < B::CreateBase\nend", "it holds no migration"),
        (
            "A = Class.new(ActiveRecord::Migration[7.0]) do\n def change\n end\nend",
            "it holds no migration",
        ),
        ("class A < ActiveRecord::Migration[7.0]\n include Steps\nend", "the module"),
        (
            "class A < ActiveRecord::Migration[7.0]\n prepend Steps\n def up\n end\nend",
            "the module",
        ),
        ("class A < ActiveRecord::Migration[7.0]\n def migrate(way)\n end\nend", "it replaces"),
        (
            "class A < ActiveRecord::Migration[7.0]\n COUNT = Songs.repair\n def up\n end\nend",
            "code outside the file",
        ),
        (
            "class A < ActiveRecord::Migration[7.0]\n repair :songs\n def up\n end\nend",
            "the file does not define it",
        ),
        (
            "SongFixer.call\nclass A < ActiveRecord::Migration[7.0]\n def up\n end\nend",
            "code outside the file",
        ),
        (
            (
                "class A < ActiveRecord::Migration[7.0]\n class Song < ActiveRecord::Base\n"
                "  after_save :x\n end\n def up\n  Song.first.save\n end\nend"
            ),
            "a callback",
        ),
    ],
)
def test_what_a_file_does_beside_its_way_up_is_told(source, why):
    assert any(why in it.why for it in opaque(parse_ruby(source.encode()).effects))


@pytest.mark.parametrize(
    "body",
    [
        "define_method(:change) do\n create_table :songs\nend",
        "def make\n create_table :songs\nend\nalias up make",
        "def make\n create_table :songs\nend\nalias_method :up, :make",
        "def change = create_table(:songs)",
    ],
)
def test_a_way_up_under_another_form_is_followed(body):
    source = f"class A < ActiveRecord::Migration[7.0]\n{body}\nend"

    assert [type(it) for it in parse_ruby(source.encode()).effects] == [e.CreateTable]


def test_a_column_under_a_condition_follows_its_table_under_that_condition():
    created, added = effects("create_table :songs do |t|\n  t.text :a if table_exists?(:b)\nend")

    assert created.table.column("a") is None
    assert isinstance(added.effect, e.AddColumn)


def test_a_class_that_is_given_a_table_is_its_model_from_then_on():
    assert effects("Song.table_name = 'tunes'\nSong.delete_all") == [
        e.WriteData("tunes", e.DataAction.DELETE, 0, (), "Song")
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "reset_pk_sequence!('songs')",
        "connection.reset_sequence!('songs', 'id')",
        "execute \"SELECT setval('songs_id_seq', 1)\"",
        "execute 'ALTER SEQUENCE songs_id_seq AS bigint'",
        "execute 'GRANT SELECT ON songs TO bob'",
        "execute 'ALTER TABLE songs OWNER TO bob'",
        "execute 'ALTER TABLE songs DISABLE TRIGGER ALL'",
        "execute 'ALTER TYPE pair ADD ATTRIBUTE third int'",
        "execute 'REFRESH MATERIALIZED VIEW hits'",
        "execute \"COMMENT ON INDEX by_title IS 'x'\"",
    ],
)
def test_what_no_schema_shows_is_a_change_all_the_same(statement):
    assert [type(it) for it in effects(statement)] == [e.ChangeOther]


@pytest.mark.parametrize(
    ("statement", "file"),
    [
        ("update_view :hits, version: 2, revert_to_version: 1", "db/views/hits_v02.sql"),
        ("update_view :hits, version: 12, materialized: true", "db/views/hits_v12.sql"),
        ("replace_view :hits, version: 2", "db/views/hits_v02.sql"),
        ("update_function :hits, version: 3", "db/functions/hits_v03.sql"),
    ],
)
def test_what_a_new_version_of_a_view_does_is_in_its_file(statement, file):
    replaced, told = effects(statement)

    assert isinstance(replaced, e.CreateObject)
    assert replaced.or_replace
    assert told.file == file
