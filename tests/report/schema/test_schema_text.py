"""The schema and its comparison as a person reads them."""

import pytest

from analyzer.report.schema import schema_diff_text, schema_text
from tests.support.commands.schema_reports import report_of
from tests.support.databases.schemas import state_of

SONGS = """\
enable_extension 'citext'
create_enum :mood, %w[fine sad]
create_table(:songs) do |t|
  t.string :title, limit: 20, null: false, default: 'untitled'
  t.enum :mood, enum_type: :mood
  t.decimal :price, precision: 10, scale: 2
  t.datetime :sold_at, default: -> { 'now()' }
  t.references :artist, foreign_key: { on_delete: :cascade }
  t.check_constraint "price > 0", name: 'priced'
  t.index 'lower(title)', name: 'by_title', unique: true, where: 'price > 0'
end"""


def test_a_table_shows_its_columns_indexes_and_keys():
    text = schema_text.render(report_of("create_table :artists", SONGS), 80, colour=False)

    assert (
        text
        == """\
2 tables from the migrations of db/migrate at HEAD (0123456789), 2 files.

extensions: citext
enum mood: fine, sad

artists
  id  bigint  primary key

songs
  id         bigint         primary key
  title      string(20)     not null, default "untitled"
  mood       mood
  price      decimal(10,2)
  sold_at    datetime       default now()
  artist_id  bigint
  index index_songs_on_artist_id (artist_id)
  index by_title (lower(title)), unique, where price > 0
  foreign key artist_id -> artists, on delete cascade
  check priced: price > 0
"""
    )


def test_what_is_not_known_stands_at_the_end_with_file_and_line():
    text = schema_text.render(report_of("execute sql_of('songs')"), 80, colour=False)

    heading, line = text.splitlines()[-2:]
    assert heading == "Not known without running it"
    assert line.startswith("  db/migrate/1_m.rb:3  ")


def test_a_file_that_cannot_be_parsed_is_a_notice_and_the_rest_is_shown():
    text = schema_text.render(
        report_of("create_table(:songs", "create_table :artists"), 80, colour=False
    )

    assert "\nCould not be read\n  db/migrate/1_m.rb:" in text
    assert "\nartists\n" in text


def test_a_step_that_does_not_fit_is_told_as_left_out():
    text = schema_text.render(report_of("add_column :songs, :title, :string"), 80, colour=False)

    assert "Left out, because the schema at that point does not allow it\n  db/migrate/1" in text


def test_other_applications_are_named():
    text = schema_text.render(report_of(others=["jukebox/db/migrate"]), 80, colour=False)

    assert "There is also jukebox/db/migrate; if you mean it: --dir PATH" in text


@pytest.mark.parametrize("width", [80, 200])
def test_no_line_is_wider_than_the_screen(width):
    long = "create_table(:songs) { |t| t.string :title, comment: '" + "word " * 60 + "' }"
    report = report_of("create_table :artists", SONGS, long.replace(":songs", ":long"))

    text = schema_text.render(report, width, colour=False)

    assert max(map(len, text.splitlines())) <= width


def test_text_cannot_play_tricks_on_its_reader():
    body = 'create_table(:songs, comment: "red \\e[31m") { |t| t.string "a\\u0007b" }'

    text = schema_text.render(report_of(body), 80, colour=False)

    assert "\x1b" not in text
    assert "\x07" not in text


# The comparison


def comparison(*bodies, there, width=80):
    report = report_of(*bodies, there=state_of(*there).schema)
    return schema_diff_text.render(report, report.diff, width, colour=False)


def test_a_comparison_leads_with_the_verdict_and_names_the_migration():
    text = comparison(
        "create_table(:songs) { |t| t.string :title, null: false }",
        "add_column :songs, :plays, :integer",
        there=["create_table(:songs) { |t| t.string :title }", "create_table :leftovers"],
    )

    assert (
        text
        == """\
3 differences between the migrations and the database.

Code:  db/migrate at HEAD (0123456789), 2 files
There: database app at db:5432

Missing in the database: the migrations make it
  column songs.plays: integer
      made by 2_m.rb, which is not recorded as run

Different
  column songs.title
      null: false in the migrations, true in the database
      made by 1_m.rb, which is recorded as run

Only in the database: the migrations do not make it
  table leftovers: 1 column
      no migration here makes it

Also worth knowing
  a note

What to do next
  Not recorded as run: migdoctor diagnose says whether it is pending, or ran
    under another version.
  Recorded as run, and yet not as the file says: the file was edited after it
    ran, or the database was changed by hand. Put what is lacking into a new
    migration.
"""
    )


def test_equal_schemas_are_said_to_agree_with_their_sizes():
    songs = "create_table(:songs) { |t| t.string :title, index: true }"

    text = comparison(songs, there=[songs])

    assert text.startswith(
        "No difference: the migrations and the database agree (1 table, 2 columns, 1\nindex).\n"
    )


def test_a_part_that_may_explain_a_difference_is_named_with_file_and_line():
    text = comparison(
        "create_table :songs",
        'execute "ALTER TABLE songs " + the_rest',
        there=["create_table(:songs) { |t| t.string :title }"],
    )

    assert "      perhaps because of db/migrate/2_m.rb:3, where " in text


def test_what_the_migrations_leave_open_is_no_difference():
    text = comparison("enable_extension 'citext' if available?('citext')", there=[])

    assert text.startswith("No difference: ")
    assert "extension citext is not there; 1_m.rb makes or drops it only under a condition" in text
