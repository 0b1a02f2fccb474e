"""What edits bring that is not there: the difference of two texts, less what the database has."""

import pytest

from analyzer.analysis.repair.follow_up import MigrationTexts, find_gap
from analyzer.analysis.schema.schema import replay
from analyzer.engines.registry import usual_engine
from analyzer.frameworks.integer_versions import read as version_of
from analyzer.frameworks.rails.language.migrations import parse_ruby
from analyzer.model.findings.schema_state import ReadMigration

SONGS = "create_table :songs do |t|\n  t.string :title\nend"
TITLED = SONGS.replace(":title", ":title, null: false")
INDEXED = f"{SONGS}\nadd_index :songs, :title"


def migration(version: str, body: str, path: str | None = None) -> ReadMigration:
    source = f"class X < ActiveRecord::Migration[6.1]\n  def change\n{body}\n  end\nend\n"
    return ReadMigration(version_of(version), path or f"{version}.rb", parse_ruby(source.encode()))


def texts(ran: str, now: str, *others: ReadMigration, **more) -> MigrationTexts:
    """One migration, renamed from 1 to 5 and edited; the others are as they were."""
    today = migration("5", now)
    all_now = sorted([today, *others], key=lambda it: it.version)
    return MigrationTexts(
        all_now, {today.path: migration("1", ran, today.path)}, {today.path}, **more
    )


def lacks(found: MigrationTexts, live=None) -> list[tuple[str, str, bool]]:
    """Each lack: its kind, its name, and whether the draft mends it."""
    gap = find_gap(found, live, usual_engine())
    return [(it.difference.kind, it.difference.name, it.left is None) for it in gap.lacks]


def test_what_the_new_text_adds_is_lacking():
    assert lacks(texts(SONGS, INDEXED)) == [("index", "index_songs_on_title", True)]


def test_what_the_database_has_is_not_lacking():
    live = replay([migration("1", INDEXED)]).schema

    assert lacks(texts(SONGS, INDEXED), live) == []


def test_what_somebody_changed_by_hand_is_no_business_of_the_edit():
    live = replay([migration("1", f"{SONGS}\nadd_column :songs, :extra, :text")]).schema

    assert lacks(texts(SONGS, TITLED), live) == [("column", "title", True)]


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        pytest.param("drop_table :songs", [], id="dropped since"),
        pytest.param("remove_index :songs, :title", [], id="taken back since"),
        pytest.param(
            "rename_table :songs, :tracks",
            [("index", "index_tracks_on_title", True)],
            id="renamed since",
        ),
    ],
)
def test_later_migrations_are_taken_into_account(later, expected):
    assert lacks(texts(SONGS, INDEXED, migration("7", later))) == expected


def test_what_a_pending_migration_does_is_taken_for_done():
    pending = migration("7", "rename_table :songs, :tracks")
    live = replay([migration("1", SONGS)]).schema

    found = lacks(texts(SONGS, INDEXED, pending, pending=frozenset({pending.path})), live)

    assert found == [("index", "index_tracks_on_title", True)]


def test_what_a_deleted_migration_did_is_not_lacking():
    gone = migration("2", "add_index :songs, :title")

    assert lacks(texts(SONGS, INDEXED, gone=[gone])) == []


def test_the_order_in_which_things_ran_counts():
    other = migration("3", "add_index :songs, :title if table_exists?(:songs)")
    live = replay([migration("1", SONGS), other]).schema

    assert lacks(texts(SONGS, TITLED, other), live) == [("column", "title", True)]


def test_a_table_that_is_gone_is_no_edit():
    live = replay([]).schema

    assert lacks(texts(SONGS, INDEXED), live) == [("table", "songs", False)]


@pytest.mark.parametrize(
    ("ran", "now", "expected"),
    [
        pytest.param(INDEXED, SONGS, [("index", "index_songs_on_title", True)], id="an index"),
        pytest.param(
            SONGS, SONGS.replace("string", "text"), [("column", "title", False)], id="another type"
        ),
        pytest.param(
            f"{SONGS}\ncreate_table :tags", SONGS, [("table", "tags", False)], id="a table"
        ),
        pytest.param(
            SONGS,
            SONGS.replace(":title", ":title, default: Time.now.to_s"),
            [("column", "title", False)],
            id="a computed default",
        ),
        pytest.param(
            SONGS,
            f"{SONGS}\nexecute 'CREATE VIEW v AS SELECT 1 AS a'",
            [("view", "v", False)],
            id="a view",
        ),
        pytest.param(
            SONGS,
            SONGS.replace(":songs", ":songs, id: :uuid"),
            [("column", "id", False)],
            id="another primary key",
        ),
    ],
)
def test_what_is_not_safe_is_only_named(ran, now, expected):
    assert lacks(texts(ran, now)) == expected


def test_an_extension_of_the_new_text_is_brought_though_another_file_enables_it_too():
    enabling = "enable_extension 'pgcrypto' if extension_available?('pgcrypto')"
    found = texts(SONGS, f"{enabling}\n{SONGS}", migration("3", enabling))
    live = replay([migration("1", SONGS)]).schema

    gap = find_gap(found, live, usual_engine())

    assert [(it.difference.name, it.open) for it in gap.lacks] == [("pgcrypto", True)]
