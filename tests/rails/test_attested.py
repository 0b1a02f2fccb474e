"""No migration is accused that Rails itself ran, and of several only the one that did not run."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.support.live import Live
from tests.support.many_migrates import Rails, rails_process
from tests.support.repositories import FOLDER
from tests.support.servers import Database

pytestmark = pytest.mark.rails

SONGS = (
    "create_table :songs do |t|",
    "  t.string :title",
    "  t.string :status",
    "  t.index :title",
    "end",
)
Bodies = tuple[tuple[str, ...], ...]


@pytest.fixture(scope="module")
def rails() -> Iterator[Rails]:
    with rails_process() as process:
        yield process


@dataclass(frozen=True)
class Case:
    """Migrations that Rails runs, the rows that are deleted then, and files that come last.

    ``by_hand`` is SQL that is run before the diagnosis; ``first`` before the migrations.
    """

    ran: Bodies
    lost: tuple[int, ...] = ()
    waiting: Bodies = ()
    by_hand: str = "SELECT"
    first: str = "SELECT"
    told: tuple[tuple[str, str], ...] = ()


def sound(name: str, *ran: tuple[str, ...], **more) -> object:
    return pytest.param(Case(ran, **more), id=name)


SOUND = [
    sound("a name is removed and taken by a rename, in one file", SONGS, (
        "add_column :songs, :temp, :integer",
        "remove_column :songs, :status, :string",
        "rename_column :songs, :temp, :status")),
    sound("and in several", SONGS, ("add_column :songs, :temp, :integer",),
          ("remove_column :songs, :status, :string",),
          ("rename_column :songs, :temp, :status",)),
    sound("and in a change_table", SONGS, (
        "change_table :songs do |t|", "  t.remove :status", "  t.rename :title, :status", "end")),
    sound("a table is dropped and another takes its name", SONGS, ("create_table :tracks",),
          ("drop_table :songs",), ("rename_table :tracks, :songs",)),
    sound("two names are swapped", SONGS, (
        "rename_column :songs, :title, :temp", "rename_column :songs, :status, :title",
        "rename_column :songs, :temp, :status")),
    sound("a name goes there and back", SONGS, ("rename_table :songs, :tracks",),
          ("rename_table :tracks, :songs",)),
    sound("an index is renamed among others", SONGS, (
        "add_index :songs, :status", "add_index :songs, [:title, :status], name: :both",
        "rename_index :songs, 'index_songs_on_title', 'by_title'"),
        ("remove_index :songs, :status",)),
    sound("an index is made anew with a condition", SONGS, (
        "remove_index :songs, :title", "add_index :songs, :title, where: 'status IS NULL'")),
    sound("a constraint is removed and made anew", SONGS, (
        "add_check_constraint :songs, 'id > 0', name: 'positive'",), (
        "remove_check_constraint :songs, name: 'positive'",
        "add_check_constraint :songs, 'id > 10', name: 'positive'")),
    sound("a guard asks for what no migration makes", (
        "return unless table_exists?(:blobs)", "create_table :variants do |t|",
        "  t.belongs_to :blob, foreign_key: true", "end"), (
        "return unless table_exists?(:blobs)", "change_column_null :blobs, :checksum, true")),
    sound("and it is there", (
        "return unless table_exists?(:blobs)", "create_table :variants do |t|",
        "  t.belongs_to :blob, foreign_key: true", "end"), (
        "return unless table_exists?(:blobs)", "change_column_null :blobs, :checksum, true"),
        first="CREATE TABLE blobs (id bigserial PRIMARY KEY, checksum text NOT NULL)"),
    sound("what follows an open question hangs on it", (
        "create_table :extras if ENV['EXTRAS']",), (
        "add_column :extras, :name, :string if table_exists?(:extras)",)),
    sound("an error is rescued", SONGS, (
        "begin", "  transaction(requires_new: true) { add_column :covers, :artist, :string }",
        "rescue StandardError", "  nil", "end")),
    sound("references whose key names a column", SONGS, ("create_table :artists",), (
        "create_table :covers do |t|",
        "  t.references :song, foreign_key: {column: :song_id}",
        "  t.references :painter, foreign_key: {to_table: :artists, on_delete: :cascade}",
        "end"), ("add_reference :songs, :artist, foreign_key: true",)),
    sound("polymorphic references", ("create_table :notes do |t|",
          "  t.references :subject, polymorphic: true, index: true", "end")),
    sound("a table with its column renamed along with its index", SONGS,
          ("rename_column :songs, :title, :name",), ("rename_table :songs, :tracks",)),
]  # fmt: skip

WAITING = [
    sound("a column is made anew with NOT NULL", SONGS, waiting=((
        "remove_column :songs, :status, :string",
        "add_column :songs, :status, :string, null: false"),)),
    sound("a name is taken by a rename", SONGS, ("add_column :songs, :state, :integer",), waiting=((
        "remove_column :songs, :status, :string",
        "rename_column :songs, :state, :status"),)),
    sound("a name that no migration makes is replaced", SONGS, waiting=((
        "remove_column :songs, :mood", "add_column :songs, :mood, :integer"),),
        by_hand="ALTER TABLE songs ADD mood text"),
    sound("another condition", SONGS, waiting=((
        "remove_index :songs, :title",
        "add_index :songs, :title, where: 'status IS NOT NULL'"),)),
    sound("another order", SONGS, ("add_index :songs, :status, name: :by",), waiting=((
        "remove_index :songs, name: :by",
        "add_index :songs, :status, name: :by, order: {status: :desc}"),)),
    sound("another method", SONGS, ("add_index :songs, :status, name: :by",), waiting=((
        "remove_index :songs, name: :by", "add_index :songs, :status, name: :by, using: :hash"),)),
    sound("another operator class", SONGS, ("add_index :songs, :status, name: :by",), waiting=((
        "remove_index :songs, name: :by",
        "add_index :songs, :status, name: :by, opclass: :text_pattern_ops"),)),
    sound("another expression", SONGS, ("add_index :songs, 'lower(title)', name: :by",), waiting=((
        "remove_index :songs, name: :by", "add_index :songs, 'upper(title)', name: :by"),)),
    sound("uniqueness", SONGS, waiting=((
        "remove_index :songs, :title", "add_index :songs, :title, unique: true"),)),
    sound("the same columns under a name of its own", SONGS, waiting=((
        "add_index :songs, :title, name: :by_title"),)),
    sound("a second key with another rule", SONGS, ("create_table :artists",),
          ("add_reference :songs, :artist, foreign_key: true",), waiting=((
        "remove_foreign_key :songs, :artists",
        "add_foreign_key :songs, :artists, on_delete: :cascade"),)),
    sound("a constraint with another text", SONGS,
          ("add_check_constraint :songs, 'id > 0', name: 'positive'",), waiting=((
        "remove_check_constraint :songs, name: 'positive'",
        "add_check_constraint :songs, 'id > 10', name: 'positive'"),)),
    sound("a rename that nothing speaks for", SONGS,
          waiting=(("rename_column :songs, :title, :name",),)),
    sound("a table that is swapped for a new one", SONGS, waiting=((
        "create_table(:songs_new) { |t| t.string :title }",
        "add_index :songs_new, :title, name: :new",
        "drop_table :songs", "rename_table :songs_new, :songs"),)),
    sound("a drop of what is there", SONGS, waiting=(("drop_table :songs",),)),
]  # fmt: skip

LOST = [
    sound("a making one", SONGS, ("add_column :songs, :year, :integer",), lost=(2,),
          told=(("MD123", "2"),)),
    sound("one whose column a later one renamed", SONGS, ("rename_column :songs, :title, :name",),
          lost=(1,), told=(("MD123", "1"),)),
    sound("one whose table a later one renamed", SONGS, ("rename_table :songs, :tracks",),
          lost=(1,), told=(("MD123", "1"),)),
    sound("a dropping one", SONGS, ("remove_column :songs, :status, :string",), lost=(2,),
          told=(("MD123", "2"),)),
    sound("one that drops a table", SONGS, ("drop_table :songs",), lost=(2,),
          told=(("MD123", "2"),)),
    sound("a renaming one", SONGS, ("rename_column :songs, :title, :name",), lost=(2,),
          told=(("MD123", "2"),)),
    sound("one that renames a table", SONGS, ("rename_table :songs, :tracks",),
          ("add_column :tracks, :year, :integer",), lost=(2,), told=(("MD123", "2"),)),
    sound("one that makes an index anew", SONGS, (
        "remove_index :songs, :title", "add_index :songs, :title, unique: true"), lost=(2,),
          told=(("MD123", "2"),)),
    sound("two, of which the second renames what the first makes", SONGS,
          ("rename_table :songs, :tracks",), lost=(1, 2), told=(("MD123", "1"), ("MD123", "2"))),
]  # fmt: skip

UNDONE = [
    sound("a rename", SONGS, ("rename_column :songs, :title, :name",),
          by_hand="ALTER TABLE songs RENAME name TO title;"
          "ALTER INDEX index_songs_on_name RENAME TO index_songs_on_title", told=(("MD122", "2"),)),
    sound("a rename of a table", SONGS, ("rename_table :songs, :tracks",),
          by_hand="ALTER TABLE tracks RENAME TO songs;"
          "ALTER INDEX index_tracks_on_title RENAME TO index_songs_on_title",
          told=(("MD122", "2"),)),
    sound("a drop", SONGS, ("remove_column :songs, :status, :string",),
          by_hand="ALTER TABLE songs ADD status varchar", told=(("MD122", "2"),)),
    sound("a table: whoever added to it is not accused", SONGS,
          ("add_column :songs, :year, :integer",), ("add_index :songs, :year",),
          by_hand="DROP TABLE songs", told=(("MD122", "1"),)),
]  # fmt: skip


@pytest.mark.parametrize("case", [*SOUND, *WAITING, *LOST, *UNDONE])
def test_only_what_does_not_fit_is_accused(case: Case, rails: Rails, database: Database, tmp_path):
    live = Live.make(tmp_path, database, case.first)
    for version, body in enumerate(case.ran, 1):
        live.file(version, f"change_{version}", *body)
    happened = rails.migrate(live.repo.path / FOLDER, database.url)
    assert happened.error is None, happened.message
    for version in case.lost:
        database.run(f"DELETE FROM schema_migrations WHERE version = '{version}'")
    for version, body in enumerate(case.waiting, len(case.ran) + 1):
        live.file(version, f"change_{version}", *body)
    database.run(case.by_hand)

    told = [it for it in live.report().findings if "MD119" <= it.code <= "MD125"]

    assert [(it.code, it.version) for it in told] == [*case.told], told
