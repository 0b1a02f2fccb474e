"""Whether rows can be believed: what migrations make, looked for in a real database."""

import pytest

from analyzer.model.findings.attestation import Attested, Presence
from analyzer.model.findings.diagnosis import (
    RowAmbiguous,
    RowDeleted,
    RowMatched,
    RowRenamed,
    RowReused,
)
from analyzer.model.findings.finding import Severity
from analyzer.model.findings.rename import Confidence, EvidenceKind
from analyzer.model.plans.repair_path import PathStage
from tests.support.databases.live import Live

SONGS = "CREATE TABLE songs (id bigserial PRIMARY KEY, title varchar)"
MAKE = ("create_table :songs do |t|", "  t.string :title", "  t.index :title", "end")
INDEX = "CREATE INDEX index_songs_on_title ON songs (title)"


def codes(live: Live) -> list[tuple[str, str | None]]:
    """The findings of the attestation."""
    told = live.report().findings
    return [(it.code, it.version) for it in told if "MD122" <= it.code <= "MD125"]


@pytest.mark.parametrize(
    ("sql", "row", "presence", "verdict", "code"),
    [
        pytest.param(f"{SONGS}; {INDEX}", True, Presence.ALL, Attested.APPLIED, None, id="applied"),
        pytest.param(
            "SELECT",
            True,
            Presence.NONE,
            Attested.ROW_WITHOUT_EFFECT,
            "MD122",
            id="row without effect",
        ),
        pytest.param(
            f"{SONGS}; {INDEX}",
            False,
            Presence.ALL,
            Attested.EFFECT_WITHOUT_ROW,
            "MD123",
            id="effect without row",
        ),
        pytest.param(
            SONGS,
            True,
            Presence.SOME,
            Attested.HALF_APPLIED,
            "MD124",
            id="a row with half the effect",
        ),
        pytest.param(
            SONGS,
            False,
            Presence.SOME,
            Attested.HALF_APPLIED,
            "MD124",
            id="half the effect without a row",
        ),
        pytest.param("SELECT", False, Presence.NONE, Attested.PENDING, None, id="pending"),
    ],
)
def test_row_and_catalogue_together_say_what_is_so(
    tmp_path, database, sql, row, presence, verdict, code
):
    live = Live.make(tmp_path, database, sql)
    live.file(1, "create_songs", *MAKE)
    if row:
        live.row(1)

    told = live.attestation()["1_create_songs.rb"]

    assert (told.presence, told.verdict) == (presence, verdict)
    assert codes(live) == ([(code, "1")] if code else [])


@pytest.mark.parametrize(
    ("later", "sql"),
    [
        pytest.param(
            "rename_table :songs, :tracks",
            "CREATE TABLE tracks (id bigserial PRIMARY KEY, title varchar);"
            "CREATE INDEX index_tracks_on_title ON tracks (title)",
            id="table renamed",
        ),
        pytest.param(
            "rename_column :songs, :title, :name",
            "CREATE TABLE songs (id bigserial PRIMARY KEY, name varchar);"
            "CREATE INDEX index_songs_on_name ON songs (name)",
            id="column renamed",
        ),
        pytest.param("remove_index :songs, :title", SONGS, id="index removed"),
    ],
)
def test_what_a_later_migration_renamed_or_dropped_is_not_missed(tmp_path, database, later, sql):
    live = Live.make(tmp_path, database, sql)
    live.ran(1, "create_songs", *MAKE)
    live.ran(2, "later", later)

    told = live.attestation()["1_create_songs.rb"]

    assert told.presence is Presence.ALL
    assert codes(live) == []


def test_an_index_of_another_schema_is_another_index(tmp_path, database):
    other = "CREATE TABLE other.songs (title varchar); CREATE INDEX by_title ON other.songs (title)"
    live = Live.make(tmp_path, database, f"{SONGS}; {INDEX}; CREATE SCHEMA other; {other}")
    live.ran(1, "create_songs", *MAKE)
    live.file(2, "index_songs", "add_index :songs, :title, name: :by_title")

    report = live.report()

    assert live.attestation()["2_index_songs.rb"].verdict is Attested.PENDING
    assert codes(live) == []
    assert report.environments[0].prediction.fails_at is None


def test_of_a_table_that_a_later_migration_dropped_nothing_can_be_told(tmp_path, database):
    live = Live.make(tmp_path, database)
    live.ran(1, "create_songs", *MAKE)
    live.ran(2, "drop_songs", "drop_table :songs")

    told = live.attestation()

    assert told["1_create_songs.rb"].presence is Presence.UNKNOWN
    assert told["2_drop_songs.rb"].presence is Presence.ALL
    assert told["2_drop_songs.rb"].present == ()


def test_a_drop_that_did_not_happen_is_a_row_without_effect(tmp_path, database):
    live = Live.make(tmp_path, database, f"{SONGS}; {INDEX}")
    live.ran(1, "create_songs", *MAKE)
    live.ran(2, "drop_songs", "drop_table :songs")

    told = live.attestation()["2_drop_songs.rb"]

    assert told.verdict is Attested.ROW_WITHOUT_EFFECT
    assert told.missing == ("table:songs is still there",)


def test_an_index_whose_building_failed_is_called_invalid(tmp_path, database):
    live = Live.make(tmp_path, database, f"{SONGS}; INSERT INTO songs (title) VALUES ('a'), ('a')")
    with pytest.raises(Exception, match="could not create unique index"):
        database.run("CREATE UNIQUE INDEX CONCURRENTLY index_songs_on_title ON songs (title)")
    live.ran(1, "create_songs", *MAKE)

    told = live.attestation()["1_create_songs.rb"]

    assert (told.verdict, told.missing) == (
        Attested.HALF_APPLIED,
        ("index:index_songs_on_title is INVALID",),
    )


def test_an_object_that_a_newer_row_without_a_file_may_have_dropped_is_not_called_missing(
    tmp_path, database
):
    live = Live.make(tmp_path, database)
    live.ran(1, "create_songs", *MAKE)
    live.row(2)

    assert live.attestation()["1_create_songs.rb"].presence is Presence.UNKNOWN


def test_what_a_schema_change_by_hand_explains_elsewhere_is_not_the_pending_files(
    tmp_path, database
):
    """Two files make one table: the one with the row accounts for it."""
    live = Live.make(tmp_path, database, f"{SONGS}; {INDEX}")
    live.ran(1, "create_songs", *MAKE)
    live.file(2, "create_songs_again", *MAKE)

    assert live.attestation()["2_create_songs_again.rb"].presence is Presence.UNKNOWN


def test_the_catalogue_says_which_of_two_files_holds_a_shared_version(tmp_path, database):
    live = Live.make(tmp_path, database, "CREATE TABLE artists (id bigserial PRIMARY KEY)")
    live.repo.commit("empty")
    live.file(1, "create_songs", "create_table :songs")
    live.file(1, "create_artists", "create_table :artists")
    live.row(1)

    report = live.report()

    found = {it.code: it for it in report.findings}
    assert found["MD125"].path == "db/migrate/1_create_artists.rb"
    assert "MD112" not in found
    (row,) = report.environments[0].diagnosis.rows
    assert row.file.basename == "1_create_artists.rb"


@pytest.mark.parametrize(
    ("there", "verdict", "rivals"),
    [
        pytest.param(("artists",), RowMatched, 0, id="what today's file makes is there: it ran"),
        pytest.param(("songs",), RowReused, 0, id="what the old file made is there: it ran"),
        pytest.param((), RowReused, 1, id="neither is there: open as before"),
        pytest.param(("artists", "songs"), RowReused, 1, id="both are there: open as before"),
    ],
)
def test_the_catalogue_settles_which_commit_was_deployed(
    tmp_path, database, there, verdict, rivals
):
    sql = "; ".join(f"CREATE TABLE {it} (id bigserial PRIMARY KEY)" for it in ("labels", *there))
    live = Live.make(tmp_path, database, sql)
    live.ran(2, "create_labels", "create_table :labels")
    live.ran(1, "create_songs", "create_table :songs")
    live.repo.commit("the old one")
    live.repo.remove("1_create_songs.rb")
    live.file(1, "create_artists", "create_table :artists")

    report = live.report()

    (environment,) = report.environments
    assert type(environment.diagnosis.rows[0]) is verdict
    assert len(environment.deployed.rivals) == rivals
    assert ("MD120" in {it.code for it in report.findings}) == bool(rivals)


@pytest.mark.parametrize(
    ("there", "verdict"),
    [
        pytest.param("covers", RowRenamed, id="what today's file makes is there: it ran"),
        pytest.param("tracks", RowDeleted, id="what the old file made is there: it is another"),
        pytest.param("nothing", RowAmbiguous, id="neither is there: open as before"),
    ],
)
def test_the_catalogue_settles_a_pair_that_the_texts_leave_open(tmp_path, database, there, verdict):
    live = Live.make(tmp_path, database, f"CREATE TABLE {there} (id bigserial PRIMARY KEY)")
    live.ran(1, "change_it", "create_table :tracks")
    live.repo.commit("deployed")
    live.repo.remove("1_change_it.rb")
    live.repo.commit("gone")
    live.file(2, "change_it", "create_table :covers")

    (row,) = live.report().environments[0].diagnosis.rows

    assert isinstance(row, verdict)
    if isinstance(row, RowRenamed):
        assert row.rename.confidence is Confidence.PROBABLE
        assert row.rename.evidence[0].kind is EvidenceKind.CATALOG


BROKEN = f"{SONGS}; INSERT INTO songs (title) VALUES ('a'), ('a')"
UNIQUE = "add_index :songs, :title, unique: true, algorithm: :concurrently"


@pytest.mark.parametrize(
    ("row", "line", "says"),
    [
        pytest.param(
            True,
            UNIQUE,
            'REINDEX INDEX CONCURRENTLY "index_songs_on_title";',
            id="its migration has a row",
        ),
        pytest.param(False, UNIQUE, "fails at what is there", id="its migration begins again"),
        pytest.param(
            False,
            f"{UNIQUE}, if_not_exists: true",
            "it stays INVALID",
            id="its migration passes over it",
        ),
        pytest.param(
            False,
            f"unless index_exists?(:songs, :title)\n  {UNIQUE}\nend",
            'DROP INDEX CONCURRENTLY "index_songs_on_title";',
            id="it asks before",
        ),
    ],
)
def test_an_invalid_index_is_neither_there_nor_absent(tmp_path, database, row, line, says):
    live = Live.make(tmp_path, database, BROKEN)
    with pytest.raises(Exception, match="could not create unique index"):
        database.run("CREATE UNIQUE INDEX CONCURRENTLY index_songs_on_title ON songs (title)")
    live.ran(1, "create_songs", "create_table(:songs) { |t| t.string :title }")
    live.repo.add("2_index.rb", "Index", line)
    if row:
        live.row(2)

    (told,) = [it for it in live.report().findings if "MD122" <= it.code <= "MD125"]

    assert (told.code, told.version) == ("MD124", "2")
    assert "its index index_songs_on_title is INVALID" in told.what
    assert says in f"{told.why} {told.fix}"


@pytest.mark.parametrize("sql", ["SELECT", SONGS], ids=["all is gone", "a part is gone"])
def test_a_newer_row_that_nobody_knows_leaves_it_open_and_that_is_said(tmp_path, database, sql):
    live = Live.make(tmp_path, database, sql)
    live.ran(1, "create_songs", *MAKE)
    live.row(2)

    (told,) = [it for it in live.report().findings if "MD122" <= it.code <= "MD125"]

    assert (told.code, told.version, told.severity) == ("MD124", "1", Severity.NOTE)
    assert "row 2, whose migration is not known, is newer" in told.why
    assert "delete" not in told.fix


def test_an_unknown_row_that_is_older_does_not_excuse_what_is_missing(tmp_path, database):
    live = Live.make(tmp_path, database)
    live.row(1)
    live.ran(2, "create_songs", *MAKE)

    assert codes(live) == [("MD122", "2")]


def test_the_type_may_come_first_or_last_in_the_index_of_an_old_polymorphic_reference(
    tmp_path, database
):
    live = Live.make(
        tmp_path,
        database,
        "CREATE TABLE notes (id serial PRIMARY KEY, subject_id int,"
        " subject_type varchar);"
        " CREATE INDEX index_notes_on_subject_id_and_subject_type"
        " ON notes (subject_id, subject_type)",
    )
    body = "create_table(:notes) { |t| t.references :subject, polymorphic: true, index: true }"
    live.repo.write(
        "1_create_notes.rb",
        f"class CreateNotes < ActiveRecord::Migration\n  def change\n    {body}\n  end\nend\n",
    )
    live.row(1)

    assert codes(live) == []


def test_an_extension_that_this_server_cannot_have_proves_nothing(tmp_path, database):
    live = Live.make(tmp_path, database)
    live.ran(1, "enable_it", "enable_extension 'no_such_extension'")
    live.ran(2, "enable_text", "enable_extension 'plpgsql'")

    assert codes(live) == []


def test_what_later_migrations_made_or_renamed_does_not_say_who_holds_a_shared_version(
    tmp_path, database
):
    """The tables that are there now are another's work, and those of the one that ran are not."""
    sql = "CREATE TABLE tracks (id bigint); CREATE TABLE artists (id bigint)"
    live = Live.make(tmp_path, database, sql)
    live.file(1, "create_songs", "create_table :songs")
    live.file(1, "create_artists", "create_table :artists, if_not_exists: true")
    live.row(1)
    live.ran(2, "rename_songs", "rename_table :songs, :tracks")
    live.ran(3, "create_artists_after_all", "create_table :artists, if_not_exists: true")

    assert "MD125" not in {code for code, _ in codes(live)}


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        pytest.param(
            "add_column :songs, :year, :integer, if_not_exists: true",
            Severity.NOTE,
            id="the text passes over what is there",
        ),
        pytest.param(
            "add_column :songs, :year, :integer unless column_exists?(:songs, :year)",
            Severity.NOTE,
            id="the text asks",
        ),
        pytest.param("add_column :songs, :year, :integer", Severity.ERROR, id="it does neither"),
    ],
)
def test_a_second_run_that_the_text_provides_for_is_no_error(tmp_path, database, line, severity):
    live = Live.make(tmp_path, database, f"{SONGS}; {INDEX}; ALTER TABLE songs ADD year int")
    live.ran(1, "create_songs", *MAKE)
    live.ran(2, "add_year", "add_column :songs, :year, :integer")
    live.repo.commit("deployed")
    live.repo.remove("2_add_year.rb")
    live.ran(3, "add_year", line)

    (told,) = [it for it in live.report().findings if it.code == "MD119"]

    assert told.severity is severity
    assert "are gone" not in told.why


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(("create_table :tags, force: true",), id="force"),
        pytest.param(("drop_table :tags, if_exists: true", "create_table :tags"), id="by itself"),
    ],
)
def test_a_second_run_that_emptied_a_table_is_told(tmp_path, database, text):
    live = Live.make(tmp_path, database, f"{SONGS}; {INDEX}; CREATE TABLE tags (id bigserial)")
    live.ran(1, "create_songs", *MAKE)
    live.ran(2, "create_tags", *text)
    live.repo.commit("deployed")
    live.repo.remove("2_create_tags.rb")
    live.ran(3, "create_tags", *text)

    report = live.report()
    (told,) = [it for it in report.findings if it.code == "MD119"]

    assert report.environments[0].diagnosis.emptied == ("tags",)
    assert "tags was dropped and created empty" in told.why
    assert "look at tags first" in told.fix
    assert told.severity is Severity.ERROR
    first, *rest = report.environments[0].next_steps.path
    assert first.stage is PathStage.LOST
    assert first.commands[0].startswith("migdoctor recover tables --table tags --from-backup ")
    assert all(step.stage is not PathStage.LOST for step in rest)


def test_rows_that_a_migration_would_write_again_are_not_skipped(tmp_path, database):
    live = Live.make(tmp_path, database, f"{SONGS}; {INDEX}; CREATE TABLE tags (id bigserial)")
    live.ran(1, "create_songs", *MAKE)
    writes = 'execute "INSERT INTO tags DEFAULT VALUES"'
    live.repo.add("2_tags.rb", "Tags", "create_table :tags, if_not_exists: true", writes)

    (told,) = [it for it in live.report().findings if it.code == "MD123"]

    assert "skips what exists, and repeats the rest" in told.why
    assert told.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("later", "sql", "expected"),
    [
        pytest.param(
            "drop_table :songs",
            "CREATE TABLE songs (id bigint, title varchar)",
            [("MD122", "2")],
            id="it is there as it was",
        ),
        pytest.param(
            "drop_table :songs",
            "CREATE TABLE songs (id bigint, title varchar, year int)",
            [],
            id="another one has its name",
        ),
        pytest.param(
            "# by hand: DROP TABLE songs",
            "SELECT",
            [],
            id="it was to be dropped by hand, by the migration's name",
        ),
    ],
)
def test_a_dropped_table_that_is_made_anew_accuses_nobody(tmp_path, database, later, sql, expected):
    live = Live.make(tmp_path, database, sql)
    live.ran(1, "create_songs", "create_table(:songs) { |t| t.string :title }")
    live.ran(2, "drop_songs", later)

    assert codes(live) == expected


def test_the_type_of_keys_may_be_the_applications_configuration(tmp_path, database):
    sql = "CREATE TABLE covers (id uuid PRIMARY KEY, song_id uuid NOT NULL);"
    live = Live.make(tmp_path, database, f"{sql} CREATE INDEX by_song ON covers (song_id)")
    live.file(
        1,
        "create_covers",
        "create_table :covers do |t|",
        "  t.references :song, index: {name: :by_song}",
        "end",
    )

    assert codes(live) == [("MD123", "1")]


def test_no_row_is_to_be_inserted_that_another_migration_has(tmp_path, database):
    """A squash took the version of one that ran: what it makes is there, and so is its row."""
    tables = "CREATE TABLE artists (id bigserial PRIMARY KEY); CREATE TYPE mood AS ENUM ('a')"
    live = Live.make(tmp_path, database, tables)
    live.ran(2, "create_mood", "execute \"CREATE TYPE mood AS ENUM ('a')\"")
    live.repo.commit()
    live.repo.remove("2_create_mood.rb")
    live.file(2, "init_schema", "create_table :artists, force: :cascade")

    report = live.report()

    assert [it.code for it in report.findings if "insert" in (it.fix or "")] == []
    assert "MD123" not in {it.code for it in report.findings}


UNREAD = {
    "another server's words": ("execute 'ALTER TABLE songs MODIFY title varchar(255)'", True),
    "under a question": (
        "execute('ALTER TABLE \"songs\" MODIFY title text;') if MySql.in_use?",
        True,
    ),
    "a type that is computed": ("add_column :songs, :plays, Settings.number", True),
    "an option of a gem's": ("add_index :songs, :title, magic: true", True),
    "a name of a column": ("execute 'ALTER TABLE songs RENAME COLUMN title name'", True),
    "another name": ("execute 'ALTER TABLE songs RENAME tracks'", False),
    "another schema": ("execute 'ALTER TABLE songs MODIFY a int, SET SCHEMA attic'", False),
    "a part that is computed": ('execute "ALTER TABLE songs #{Settings.change} MODIFY x"', False),
    "several statements in one": ("execute %(ALTER TABLE songs x 'y; DROP TABLE songs)", False),
    "a program": ("execute 'DO $$ BEGIN EXECUTE $x$DROP TABLE songs$x$; END $$'", False),
    "any method": ("songs_to_elsewhere(:songs)", False),
}
"""A line that cannot be read, and whether the table is missed that was dropped by hand."""


@pytest.mark.parametrize("how", UNREAD)
def test_what_alters_a_table_unread_does_not_excuse_that_it_is_gone(tmp_path, database, how):
    line, missed = UNREAD[how]
    live = Live.make(tmp_path, database, "CREATE TABLE others (id bigserial PRIMARY KEY)")
    live.file(1, "create_songs", *MAKE)
    live.file(2, "create_others", "create_table :others")
    live.file(3, "change_it", line)
    for row in (1, 2, 3):
        live.row(row)

    told = live.attestation()["1_create_songs.rb"]

    assert ("table:songs" in told.missing) is missed
    assert ("MD122" in {code for code, _ in codes(live)}) is missed


def test_what_alters_a_table_unread_leaves_its_parts_open(tmp_path, database):
    live = Live.make(tmp_path, database, "CREATE TABLE songs (id bigserial PRIMARY KEY)")
    live.file(1, "create_songs", "create_table(:songs) { |t| t.string :title }")
    live.file(2, "change_it", "execute 'ALTER TABLE songs MODIFY title text, DROP title'")
    live.row(1)
    live.row(2)

    assert live.attestation()["1_create_songs.rb"].missing == ()
