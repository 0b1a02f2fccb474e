"""Pairs that look like one migration and are two: never claimed, at most asked about."""

import pytest

from analyzer.model.findings.diagnosis import RowAmbiguous, RowMatched
from analyzer.model.findings.rename import Decision
from tests.support.commands.walks import renames, verdicts
from tests.support.databases.live import Live

NEVER: set[str] = set()
OPEN = {"ambiguous"}
ADMINS = "User.where(role: 'admin').update_all(role: 'owner')"
OWNERS = "User.where(role: 'owner').update_all(role: 'admin')"
SQL = "execute \"UPDATE songs SET kind = '{}' WHERE kind = '{}'\""
MOVED = "Album.where(kind: '{0}').update_all(kind: '{0}_too')"
MODEL = "# this migration's own\nUserOfThen = Class.new(ActiveRecord::Base)"
SONGS = ["create_table :songs do |t|", *(f"  t.string :field_{n}" for n in range(6)), "end"]
OTHER = ["create_table :songs do |t|", *(f"  t.integer :count_{n}" for n in range(6)), "end"]


def camelize(slug):
    return "".join(part.capitalize() for part in slug.split("_"))


@pytest.fixture(params=["one commit", "two commits"])
def confidences(request, repo, diagnosed):
    """How sure a walk is that what ran as 1 is what came as 2 when 1 went."""

    def run(old, new):
        (slug, *body), (other, *more) = old, new
        repo.add(f"001_{slug}.rb", camelize(slug), *body)
        repo.commit()
        repo.remove(f"001_{slug}.rb")
        if request.param == "two commits":
            repo.commit()
        repo.add(f"002_{other}.rb", camelize(other), *more)
        repo.commit()
        return {confidence for _, _, confidence in renames(diagnosed(repo, ["1"]))}

    return run


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        pytest.param(
            ("add_indexes", "add_index :users, :email"),
            ("add_indexes", "add_index :orders, :email"),
            OPEN,
            id="one slug, two tables",
        ),
        pytest.param(
            ("add_status", "add_column :users, :status, :string, default: 'new'"),
            ("add_status", "add_column :orders, :status, :string, default: 'new'"),
            OPEN,
            id="one slug, the same column of two tables",
        ),
        pytest.param(
            ("add_field", "add_column :users, :email, :string, default: ''"),
            ("add_field", "add_column :users, :phone, :string, default: ''"),
            OPEN,
            id="one slug, two columns of one table",
        ),
        pytest.param(
            ("first_tables", *SONGS),
            ("tables_of_today", *SONGS, "create_table :labels do |t|", "  t.string :name", "end"),
            OPEN,
            id="written anew from today's models, with a table more",
        ),
        pytest.param(
            ("promote_admins", ADMINS),
            ("demote_owners", OWNERS),
            NEVER,
            id="the same literals in the opposite order",
        ),
        pytest.param(
            ("promote_admins", ADMINS, MODEL),
            ("demote_owners", OWNERS),
            NEVER,
            id="the same literals in the opposite order, among other text",
        ),
        pytest.param(
            ("set_kinds", SQL.format("a", "b")),
            ("unset_kinds", SQL.format("b", "a")),
            NEVER,
            id="the same in SQL",
        ),
        pytest.param(
            ("set_kinds", SQL.format("a", "b")),
            ("set_kinds", SQL.format("b", "a")),
            OPEN,
            id="the same in SQL under one name",
        ),
        pytest.param(
            ("hide_drafts", "Song.update_all(draft: true)"),
            ("unhide_all", "Song.update_all(draft: false)"),
            NEVER,
            id="true and false",
        ),
        pytest.param(
            ("require_title", "change_column_null :songs, :title, false"),
            ("free_title", "change_column_null :songs, :title, true"),
            NEVER,
            id="NOT NULL set and lifted",
        ),
        pytest.param(
            ("raise_limit", "change_column_default :songs, :plays, from: 1, to: 2"),
            ("lower_limit", "change_column_default :songs, :plays, from: 2, to: 1"),
            NEVER,
            id="a default and back",
        ),
        pytest.param(
            ("rename_it", "rename_column :songs, :title, :name"),
            ("rename_it_back", "rename_column :songs, :name, :title"),
            NEVER,
            id="a column renamed and back",
        ),
        pytest.param(
            ("add_title", "add_column :songs, :title, :string"),
            ("revert_add_title", "revert AddTitle"),
            NEVER,
            id="revert",
        ),
        pytest.param(
            ("fill_titles", "Song.backfill_titles!"),
            ("undo_fill_titles", "Song.backfill_titles!"),
            NEVER,
            id="undo, of what cannot be read",
        ),
        pytest.param(
            ("enable_search", "Song.reindex_all(:search)"),
            ("disable_search", "Song.reindex_all(:search, true)"),
            NEVER,
            id="enable and disable, of what cannot be read",
        ),
        pytest.param(
            ("add_notes", "add_column :songs, :notes, :string"),
            ("retype_notes", "remove_column :songs, :notes", "add_column :songs, :notes, :string"),
            NEVER,
            id="a column that the new file removes first",
        ),
        pytest.param(
            ("create_songs", *SONGS),
            ("rebuild", "drop_table :songs", *SONGS),
            NEVER,
            id="a table that the new file drops first",
        ),
        pytest.param(
            ("change_kind", "change_column :songs, :kind, :text"),
            ("widen_kind", "change_column :songs, :kind, :bigint"),
            NEVER,
            id="a type and another one",
        ),
    ],
)
def test_two_migrations_are_not_said_to_be_one(confidences, old, new, allowed):
    assert confidences(old, new) <= allowed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(("create_song", *SONGS), ("create_songs", *OTHER), id="columns reworked"),
        pytest.param(
            ("create_songs", *SONGS), ("create_song", *SONGS[:3], SONGS[-1]), id="columns left out"
        ),
        pytest.param(
            ("create_sogns", *SONGS),
            ("create_songs", *OTHER[:-1], *SONGS[1:]),
            id="columns added, a letter repaired",
        ),
    ],
)
def test_a_table_made_again_under_almost_the_same_name_is_a_pair_or_a_question(
    confidences, old, new
):
    assert confidences(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            ("add_title", "add_column :songs, :title, :string"),
            ("give_songs_a_title", "add_column :songs, :title, :string"),
            id="a new name",
        ),
        pytest.param(
            ("remove_title", "add_column :songs, :title, :string"),
            ("add_title", "add_column :songs, :title, :string"),
            id="a wrong name repaired",
        ),
        pytest.param(
            ("fill", ADMINS, SQL.format("a", "b")),
            ("fill", SQL.format("a", "b"), ADMINS),
            id="statements that changed places",
        ),
        pytest.param(
            ("fill", ADMINS),
            ("fill", ADMINS.replace(").", ")\n.")),
            id="a statement over two lines",
        ),
        pytest.param(
            ("create_songs", *SONGS),
            ("create_songs", "drop_table :songs, if_exists: true", *SONGS),
            id="made fit to run twice",
        ),
        pytest.param(
            ("retype", "remove_column :songs, :kind", "add_column :songs, :kind, :text"),
            (
                "retype",
                "remove_column :songs, :kind",
                "add_column :songs, :kind, :text",
                "# reviewed",
            ),
            id="a column made anew by both",
        ),
    ],
)
def test_one_migration_is_still_known_again(confidences, old, new):
    assert confidences(old, new) in ({"certain"}, {"probable"})


@pytest.mark.parametrize(
    ("old", "new", "matched"),
    [
        pytest.param(
            ("move_tulips", MOVED.format("tulip")),
            ("move_yarrows_out", MOVED.format("yarrow")),
            False,
            id="one column's values, other ones",
        ),
        pytest.param(
            ("default_kind", "change_column_default :songs, :kind, from: nil, to: 'a'"),
            ("require_kind", "change_column_null :songs, :kind, false"),
            False,
            id="one column, another property",
        ),
        pytest.param(
            ("move_tulips", MOVED.format("tulip")),
            ("rename_tulips", MOVED.format("tulip")),
            True,
            id="a new name",
        ),
        pytest.param(
            ("move_tulpis", MOVED.format("tulpi")),
            ("move_tulips", MOVED.format("tulip")),
            True,
            id="a letter repaired",
        ),
        pytest.param(
            ("add_title", "add_column :songs, :title, :string"),
            ("give_songs_a_title", "add_column :songs, :title, :text, null: false, default: ''"),
            True,
            id="one column, created by both",
        ),
    ],
)
def test_a_number_and_a_column_that_both_change_make_no_match(repo, diagnosed, old, new, matched):
    (slug, *body), (other, *more) = old, new
    repo.add(f"001_{slug}.rb", camelize(slug), *body)
    repo.commit()
    repo.remove(f"001_{slug}.rb")
    repo.add(f"001_{other}.rb", camelize(other), *more)
    repo.commit()

    said = verdicts(diagnosed(repo, ["1"], deployed="HEAD~1"))

    assert said == ([RowMatched] if matched else [RowAmbiguous])


TAKEN_BACK = [
    pytest.param("drop_table :songs", id="drop_table"),
    pytest.param("execute 'DROP TABLE songs'", id="DROP TABLE"),
    pytest.param("revert CreateSongs", id="revert"),
]


@pytest.mark.parametrize("taking", TAKEN_BACK)
def test_what_a_later_one_took_back_is_asked_about_once_it_comes_behind_it(repo, diagnosed, taking):
    repo.add("001_create_songs.rb", "CreateSongs", *SONGS)
    repo.add("002_drop_songs.rb", "DropSongs", taking)
    repo.commit()
    repo.move("001_create_songs.rb", "003_create_songs.rb")
    repo.commit()

    done = diagnosed(repo, ["1", "2"])
    told = diagnosed(repo, ["1", "2"], decisions=(Decision("1", "3", accept=True),))
    denied = diagnosed(repo, ["1", "2"], decisions=(Decision("1", "3", accept=False),))

    assert renames(done) == [("001_create_songs.rb", "003_create_songs.rb", "ambiguous")]
    assert renames(told) == [("001_create_songs.rb", "003_create_songs.rb", "certain")]
    assert renames(denied) == []
    (finding,) = [it for it in done.report.findings if it.code == "MD102"]
    assert "002_drop_songs.rb ran after it" in finding.why
    assert "--accept 001=003" in finding.fix
    assert "--reject 001=003" in finding.fix


def test_a_column_that_a_later_one_removed_is_asked_about(repo, diagnosed):
    repo.add("001_create_songs.rb", "CreateSongs", *SONGS)
    repo.add("002_add_title.rb", "AddTitle", "add_column :songs, :title, :string")
    repo.add("003_remove_title.rb", "RemoveTitle", "remove_column :songs, :title")
    repo.commit()
    repo.move("002_add_title.rb", "004_add_title.rb")
    repo.commit()

    done = diagnosed(repo, ["1", "2", "3"])

    assert renames(done) == [("002_add_title.rb", "004_add_title.rb", "ambiguous")]


def test_what_only_lost_an_index_is_no_question(repo, diagnosed):
    """Its column is there: under its new version it would fail, so it is the one that ran."""
    repo.add("001_add_album.rb", "AddAlbum", "add_reference :songs, :album")
    repo.add("002_drop_index.rb", "DropIndex", "remove_index :songs, :album_id")
    repo.commit()
    repo.move("001_add_album.rb", "003_add_album.rb")
    repo.commit()

    assert {confidence for _, _, confidence in renames(diagnosed(repo, ["1", "2"]))} == {"certain"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            "remove_column :songs, :title", "add_column :songs, :title, :string", id="a column"
        ),
        pytest.param("drop_table :songs", "create_table :songs", id="a table"),
        pytest.param("remove_index :songs, :title", "add_index :songs, :title", id="an index"),
        pytest.param(ADMINS, OWNERS, id="values of rows"),
        pytest.param(
            "change_column_null :songs, :title, false",
            "change_column_null :songs, :title, true",
            id="NOT NULL",
        ),
    ],
)
def test_a_removal_that_a_later_one_made_good_is_asked_about(repo, diagnosed, one, other):
    repo.add("001_clean_up.rb", "CleanUp", one)
    repo.add("002_bring_it_back.rb", "BringItBack", other)
    repo.commit()
    repo.move("001_clean_up.rb", "003_clean_up.rb")
    repo.commit()

    done = diagnosed(repo, ["1", "2"])

    assert renames(done) == [("001_clean_up.rb", "003_clean_up.rb", "ambiguous")]


def test_it_is_asked_about_too_where_what_took_it_back_is_gone_from_the_code(repo, diagnosed):
    repo.add("001_create_songs.rb", "CreateSongs", *SONGS)
    repo.add("002_drop_songs.rb", "DropSongs", "drop_table :songs")
    repo.commit()
    repo.move("001_create_songs.rb", "003_create_songs.rb")
    repo.remove("002_drop_songs.rb")
    repo.commit()

    done = diagnosed(repo, ["1", "2"])

    assert renames(done) == [("001_create_songs.rb", "003_create_songs.rb", "ambiguous")]


@pytest.mark.parametrize(
    ("after", "moves"),
    [
        pytest.param(
            "drop_table :songs",
            {"001_create_songs": "011", "002_after": "012"},
            id="renumbered together, in the order in which they ran",
        ),
        pytest.param("drop_table :albums", {"001_create_songs": "011"}, id="another table"),
        pytest.param(
            "drop_table :songs\ncreate_table :songs",
            {"001_create_songs": "011"},
            id="made again at once",
        ),
        pytest.param(
            "remove_column :songs, :field_1",
            {"001_create_songs": "011"},
            id="a column of the table",
        ),
        pytest.param(
            "rename_table :songs, :tracks", {"001_create_songs": "011"}, id="under another name"
        ),
    ],
)
def test_what_is_still_there_is_as_certain_as_before(repo, diagnosed, after, moves):
    repo.add("001_create_songs.rb", "CreateSongs", *SONGS)
    repo.add("002_after.rb", "After", *after.splitlines())
    repo.commit()
    for name, version in moves.items():
        repo.move(f"{name}.rb", f"{version}{name[3:]}.rb")
    repo.commit()

    done = diagnosed(repo, ["1", "2"])

    assert {confidence for _, _, confidence in renames(done)} == {"certain"}


@pytest.mark.parametrize(
    ("sql", "confidence"),
    [
        pytest.param("CREATE TABLE albums (id int)", "ambiguous", id="the table is not there"),
        pytest.param(
            "CREATE TABLE albums (id int); CREATE TABLE songs (id int)", "certain", id="it is there"
        ),
        pytest.param("SELECT", "certain", id="nothing but the version table: a copy of the rows"),
        pytest.param(
            "CREATE TABLE shop_albums (id int); CREATE TABLE shop_songs (id int)",
            "certain",
            id="all names have a prefix",
        ),
    ],
)
def test_what_the_catalogue_lacks_is_asked_about(tmp_path, database, sql, confidence):
    live = Live.make(tmp_path, database, sql)
    live.ran(1, "create_songs", *SONGS)
    live.ran(3, "create_albums", "create_table :albums")
    live.repo.commit()
    live.repo.move("1_create_songs.rb", "2_create_songs.rb")

    (rename,) = live.report().environments[0].diagnosis.renames

    assert rename.confidence.value == confidence


def test_what_the_catalogue_has_again_is_no_question(tmp_path, database):
    live = Live.make(tmp_path, database, "CREATE TABLE songs (id int)")
    live.ran(1, "create_songs", *SONGS)
    live.ran(2, "drop_songs", "drop_table :songs")
    live.repo.commit()
    live.repo.move("1_create_songs.rb", "3_create_songs.rb")

    (rename,) = live.report().environments[0].diagnosis.renames

    assert rename.confidence.value == "certain"


def test_what_lives_on_under_another_name_is_looked_for_under_that(tmp_path, database):
    live = Live.make(tmp_path, database, "CREATE TABLE tracks (id int)")
    live.ran(1, "create_songs", *SONGS)
    live.ran(2, "rename_songs", "rename_table :songs, :tracks")
    live.repo.commit()
    live.repo.move("1_create_songs.rb", "3_create_songs.rb")

    (rename,) = live.report().environments[0].diagnosis.renames

    assert rename.confidence.value == "certain"


def test_what_took_a_migration_back_may_have_been_emptied_since(repo, diagnosed):
    repo.add("001_create_songs.rb", "CreateSongs", "create_table(:songs)")
    repo.add("002_remove_songs.rb", "RemoveSongs", "drop_table :songs")
    repo.commit()
    repo.add("002_remove_songs.rb", "RemoveSongs", "# it did its work")
    repo.commit()
    repo.add("003_create_albums.rb", "CreateAlbums", "create_table(:albums)")
    repo.commit()
    repo.move("001_create_songs.rb", "004_create_songs.rb")
    repo.commit()

    done = diagnosed(repo, ["1", "2", "3"])

    assert renames(done) == [("001_create_songs.rb", "004_create_songs.rb", "ambiguous")]


@pytest.mark.parametrize(
    ("second", "later", "expected"),
    [
        pytest.param("also_mood_again", False, {"ambiguous"}, id="both are as like"),
        pytest.param("also_mood_again", True, {"certain"}, id="the other came later"),
        pytest.param("add_mood", False, {"certain"}, id="the other kept its name"),
        pytest.param(None, False, {"certain"}, id="alone"),
    ],
)
def test_of_two_files_that_are_the_same_git_chose_one_by_chance(
    repo, diagnosed, second, later, expected
):
    body = "add_column :songs, :mood, :string, default: 'glad', null: false"
    repo.add("001_add_mood.rb", "AddMood", body)
    repo.commit()
    repo.remove("001_add_mood.rb")
    repo.add("002_fill_songs.rb", "FillSongs", body)
    if later:
        repo.commit()
    if second is not None:
        repo.add(f"003_{second}.rb", camelize(second), body)
    repo.commit()

    found = renames(diagnosed(repo, ["1"]))

    assert {confidence for *_, confidence in found} == expected
    if second == "add_mood":
        assert [new for _, new, _ in found] == ["003_add_mood.rb"]
