"""Witnessed notes are evidence above inference: renames, edits, swaps and reused numbers."""

import pytest

from analyzer.analysis.notes.seals import seal_of
from analyzer.model.notes.note import RunNote
from tests.support.accidents.deploys import Deploys
from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.servers import fresh_database

V1, V2, V3 = "20250101000000", "20250201000000", "20250301000000"
SONGS, ARTISTS = f"{V1}_create_songs.rb", f"{V2}_create_artists.rb"


@pytest.fixture
def app(tmp_path, database) -> Deploys:
    """Two migrations that ran, both seen to run."""
    app = Deploys.make(tmp_path, database)
    app.repo.add(SONGS, "CreateSongs")
    app.repo.add(ARTISTS, "CreateArtists")
    app.repo.commit()
    app.record()
    app.deploy(rows=(V1, V2))
    app.record()
    return app


def codes(document: dict) -> set[str]:
    return {finding["code"] for finding in document["findings"]}


def renamed(document: dict) -> list[tuple[str, str, str, bool]]:
    return [
        (
            it["old"]["version"],
            it["new"]["version"],
            it["confidence"],
            "note" in {one["kind"] for one in it["evidence"]},
        )
        for it in document["renames"]
    ]


def test_a_rename_is_certain(app):
    app.repo.move(SONGS, f"{V3}_create_songs.rb")
    app.repo.commit()

    assert renamed(app.diagnosis()) == [(V1, V3, "certain", True)]


def test_a_rename_with_an_edit_and_another_name_is_certain(app):
    app.repo.remove(SONGS)
    app.repo.add(f"{V3}_create_tracks.rb", "CreateTracks", "create_table :createsongs, id: :uuid")
    app.repo.commit()

    assert renamed(app.diagnosis()) == [(V1, V3, "certain", True)]


def test_an_edit_since_is_exact_whatever_was_deployed_between(app):
    app.repo.add(SONGS, "CreateSongs", "create_table :createsongs", "add_index :createsongs, :a")
    app.repo.commit()
    app.repo.add("20250401000000_create_labels.rb", "CreateLabels")
    app.repo.commit()
    app.row("20250401000000")

    document = app.diagnosis()

    assert [it["version"] for it in document["edited"]] == [V1]


def test_a_swap_is_named(app):
    songs, artists = (
        (app.repo.path / "db/migrate" / name).read_text() for name in (SONGS, ARTISTS)
    )
    app.repo.remove(SONGS)
    app.repo.remove(ARTISTS)
    app.repo.write(f"{V1}_create_artists.rb", artists)
    app.repo.write(f"{V2}_create_songs.rb", songs)
    app.repo.commit()

    assert renamed(app.diagnosis()) == [(V2, V1, "certain", True), (V1, V2, "certain", True)]


def test_a_reused_number_is_named(app):
    app.repo.remove(SONGS)
    app.repo.add(f"{V1}_create_labels.rb", "CreateLabels", "add_column :labels, :name, :string")
    app.repo.commit()

    (reused,) = app.diagnosis()["reused"]

    assert reused["applied_as"]["name"] == "create_songs"
    assert reused["now"]["name"] == "create_labels"


def test_two_alike_are_told_apart_by_the_text_that_ran(tmp_path, database):
    """Without notes nothing tells which of two branches' files ran."""
    app = Deploys.make(tmp_path, database)
    app.repo.add(ARTISTS, "CreateArtists")
    app.repo.commit()
    app.record()
    app.repo.git("checkout", "-q", "-b", "one")
    app.repo.add(f"{V1}_add_x.rb", "AddX", "add_column :createartists, :x, :string")
    app.deploy(rows=(V1, V2))
    app.record()
    app.repo.git("checkout", "-q", "main")
    app.repo.add(f"{V1}_add_y.rb", "AddY", "add_column :createartists, :y, :string")
    app.repo.commit()

    document = app.diagnosis()

    (reused,) = document["reused"]
    assert reused["applied_as"]["name"] == "add_x"
    assert "MD102" not in codes(document)


def test_notes_in_a_file_say_the_same(tmp_path, database):
    app = Deploys.make(tmp_path, database)
    notes = str(tmp_path / "notes.jsonl")
    app.repo.add(SONGS, "CreateSongs")
    app.repo.commit()
    app.record("--to", notes)
    app.row(V1)
    app.record("--to", notes)
    app.repo.move(SONGS, f"{V3}_create_songs.rb")
    app.repo.commit()

    assert renamed(app.diagnosis("--notes", notes)) == [(V1, V3, "certain", True)]
    assert f"--notes {notes}" in app.run("advise", "--notes", notes).out
    assert app.database.run("SELECT to_regclass('migdoctor_notes')") == [(None,)]


def test_adopted_notes_are_no_evidence(tmp_path, database):
    app = Deploys.make(tmp_path, database)
    app.deploy(SONGS)
    app.record()
    app.repo.move(SONGS, f"{V3}_create_songs.rb")
    app.repo.commit()

    assert renamed(app.diagnosis())[0][3] is False


def test_a_history_that_was_written_anew_is_found_by_the_text(app):
    app.repo.git("checkout", "-q", "--orphan", "anew")
    app.repo.move(SONGS, f"{V3}_create_songs.rb")
    app.repo.commit()
    app.repo.git("branch", "-D", "main")

    assert renamed(app.diagnosis())[0][:2] == (V1, V3)


def test_notes_that_do_not_hold_are_no_evidence(app):
    app.database.run("UPDATE migdoctor_notes SET path = 'x' WHERE number = 2")
    app.repo.move(SONGS, f"{V3}_create_songs.rb")
    app.repo.commit()

    assert renamed(app.diagnosis())[0][3] is False


def test_the_gate_protects_what_ran_and_not_what_has_its_number(app):
    """The number of a migration that ran went to another; that one may have a number of its own."""
    app.repo.remove(SONGS)
    app.repo.add(f"{V1}_create_labels.rb", "CreateLabels", "add_column :labels, :name, :string")
    base = app.repo.commit()
    app.repo.move(f"{V1}_create_labels.rb", f"{V3}_create_labels.rb")
    app.repo.commit()

    with_notes = app.run("check", "--base", base, "--format", "json")
    app.database.run("DROP TABLE migdoctor_notes")
    without = app.run("check", "--base", base, "--format", "json")

    assert "MD301" in without.out
    assert "MD301" not in with_notes.out


def test_a_row_that_is_gone_is_told(app):
    app.database.run(f"DELETE FROM schema_migrations WHERE version = '{V1}'")

    document = app.diagnosis()

    assert "MD136" in codes(document)
    app.record()
    assert "MD136" not in codes(app.diagnosis())


def test_a_given_commit_that_contradicts_a_note_is_told(app):
    app.repo.move(SONGS, f"{V1}_create_tracks.rb")
    commit = app.repo.commit()

    document = app.diagnosis("--deployed", commit)

    assert "MD139" in codes(document)


def test_a_note_that_history_contradicts_is_no_evidence(tmp_path, database):
    app = Deploys.make(tmp_path, database)
    app.repo.add(SONGS, "CreateSongs")
    first = app.repo.commit()
    app.record()
    app.row(V1)
    app.record()
    app.repo.move(SONGS, f"{V3}_create_songs.rb")
    app.repo.commit()
    other = "0" * 64
    reseal(app, f"sha256 = '{other}'")

    document = app.diagnosis()

    assert "MD137" in codes(document)
    assert renamed(document)[0][3] is False
    assert first[:12] in next(it["what"] for it in document["findings"] if it["code"] == "MD137")


def test_a_text_that_is_not_here_is_told(tmp_path, database):
    app = Deploys.make(tmp_path, database)
    app.repo.add(SONGS, "CreateSongs")
    app.repo.commit()
    app.record()
    app.row(V1)
    app.record()
    reseal(app, f"sha256 = '{'0' * 64}', commit_id = '{'1' * 40}'")

    assert "MD138" in codes(app.diagnosis())


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        ("UPDATE migdoctor_notes SET kind = 'adopted' WHERE number = 2", "MD132"),
        ("UPDATE migdoctor_notes SET seal = 'x' WHERE number = 1", "MD132"),
        ("UPDATE migdoctor_notes SET previous = 'x' WHERE number = 1", "MD132"),
        (
            "UPDATE migdoctor_notes SET number = 9 WHERE number = 3",
            "MD133",
        ),
        (
            "UPDATE migdoctor_notes SET recorded_at = recorded_at + interval '1 microsecond'",
            "MD132",
        ),
        ("DELETE FROM migdoctor_notes WHERE number = 1", "MD133"),
        ("DELETE FROM migdoctor_notes WHERE number = 2", "MD133"),
        ("DELETE FROM migdoctor_notes WHERE number = 3", "MD133"),
        ("TRUNCATE migdoctor_notes", "MD133"),
        ("ALTER TABLE migdoctor_notes RENAME COLUMN seal TO stamp", "MD135"),
    ],
)
def test_damage_is_told(app, damage, code):
    app.database.run(damage)

    assert code in codes(app.diagnosis())


def test_notes_of_another_database_are_told(app):
    with fresh_database(app.database.server) as other:
        other.run(app.database.dump("--inserts").decode().replace("\\", "--"))
        copy = Deploys(app.repo, other)

        before = codes(copy.diagnosis())
        copy.record()

        assert "MD134" in before
        assert "MD134" not in codes(copy.diagnosis())


def test_a_damaged_file_of_notes_is_told(tmp_path, database):
    app = Deploys.make(tmp_path, database)
    app.deploy(SONGS, ARTISTS)
    notes = tmp_path / "notes.jsonl"
    app.record("--to", str(notes))
    head, first, second = notes.read_text().splitlines(keepends=True)

    notes.write_text(head + second)
    lost = codes(app.diagnosis("--notes", str(notes)))
    notes.write_text(head + first)
    cut = codes(app.diagnosis("--notes", str(notes)))
    notes.write_text(head + first.replace("songs", "sings") + second)
    changed = codes(app.diagnosis("--notes", str(notes)))
    notes.write_text(head + first + "{")
    refused = app.run("diagnose", "--notes", str(notes))

    assert "MD133" in lost & cut
    assert "MD132" in changed
    assert refused.status == 2
    assert "line 3" in refused.err


def reseal(app: Deploys, change: str) -> None:
    """Change the last note, as its owner can: with a seal that fits."""
    app.database.run(f"UPDATE migdoctor_notes SET {change} WHERE number = 2")
    (row,) = app.database.run(
        "SET timezone = 'UTC'; SELECT number, version, path, sha256, commit_id, kind, "
        'to_char(recorded_at, \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\'), recorded_by, previous, seal '
        "FROM migdoctor_notes WHERE number = 2"
    )
    seal = seal_of(RunNote(*row))
    app.database.run(
        f"UPDATE migdoctor_notes SET seal = '{seal}' WHERE number = 2; "
        f"COMMENT ON TABLE migdoctor_notes IS 'x 2 {seal}'"
    )


def test_the_gate_asks_the_notes_of_all_environments(app, postgres18):
    """A file's version ran as another migration only where every database that has it says so."""
    app.repo.remove(SONGS)
    app.repo.add(f"{V1}_create_labels.rb", "CreateLabels", "add_column :labels, :name, :string")
    base = app.repo.commit()
    app.repo.move(f"{V1}_create_labels.rb", f"{V3}_create_labels.rb")
    app.repo.commit()

    def findings(*others: str) -> str:
        words = [word for it in others for word in ("--environment", it)]
        own = ["--environment", f"noted={app.database.url}", *words]
        done = migdoctor(app.repo.path, "check", "--base", base, "--format", "json", *own)
        return done.out

    with fresh_database(postgres18) as silent, fresh_database(postgres18) as without:
        silent.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
        without.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
        without.run(f"INSERT INTO schema_migrations VALUES ('{V2}')")
        assert "MD301" not in findings(f"other={without.url}")
        silent.run(f"INSERT INTO schema_migrations VALUES ('{V1}')")
        assert "MD301" in findings(f"other={silent.url}")
        assert "MD301" in findings(f"other={silent.url}", f"third={without.url}")
