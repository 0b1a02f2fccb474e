"""``rewrite --combined``: what neither the files nor the rows can repair alone."""

from pathlib import Path

import pytest

from tests.support.commands.repair_runs import Place
from tests.support.databases.servers import Database
from tests.support.histories.repositories import Repo

TAGS = "db/migrate/20250101000000_add_tags.rb"
TAGS_AFTER = "db/migrate/20250101000001_add_tags.rb"


def combined_place_in(tmp_path: Path, database: Database) -> Place:
    """Artists moved; tags, which never ran, has the number of songs, and labels that of genres."""
    repo = Repo.make(tmp_path / "app")
    repo.add("20250101000000_create_songs.rb", "CreateSongs", "create_table :songs")
    repo.add("20250103000000_create_genres.rb", "CreateGenres", "create_table :genres")
    repo.add("20250104000000_create_artists.rb", "CreateArtists", "create_table :artists")
    first = repo.commit()
    repo.move("20250104000000_create_artists.rb", "20250105000000_create_artists.rb")
    repo.remove("20250103000000_create_genres.rb")
    repo.add("20250101000000_add_tags.rb", "AddTags", "add_column :songs, :tag, :text")
    repo.add("20250103000000_add_labels.rb", "AddLabels", "add_column :songs, :label, :text")
    repo.commit()
    database.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
    for table in ("songs", "genres", "artists"):
        database.run(f"CREATE TABLE {table} (id bigserial PRIMARY KEY)")
    for number in (1, 3, 4):
        database.run(f"INSERT INTO schema_migrations VALUES ('2025010{number}000000')")
    return Place(repo.path, database, tmp_path / "state", {"DEPLOYED": first})


@pytest.fixture
def place(tmp_path, database) -> Place:
    return combined_place_in(tmp_path, database)


def rewrite(place: Place, *options: str):
    return place.run("rewrite", "--deployed", place.environment["DEPLOYED"], *options)


def test_rows_alone_are_said_not_to_be_enough(place):
    done = rewrite(place)

    assert done.status == 0
    assert "see what --combined does" in done.err


def test_both_halves_are_carried_out_verified_and_taken_back(place):
    files, rows = place.files(), place.rows()

    done = rewrite(place, "--combined", "--apply", "--yes")
    there = (place.rows(), TAGS_AFTER in place.files(), TAGS in place.files())
    undone = place.run("undo", "--yes")

    assert done.status == 0, done.err
    told = " ".join(done.err.split())
    assert "still to run: 20250101000001_add_tags.rb, 20250103000000_add_labels.rb" in told
    assert there == (["20250101000000", "20250105000000"], True, False)
    assert undone.status == 0, undone.err
    assert (place.files(), place.rows()) == (files, rows)
    assert place.states() == ["begun", "begun", "done", "undoing", "undone"]
    assert len({entry["id"] for entry in place.journal()}) == 1


def test_both_halves_are_asked_about_once(place):
    done = rewrite(place, "--combined", "--apply", "--yes")

    told = " ".join(done.err.split())
    assert told.count("Way back: migdoctor undo") == 1
    assert "then, for the files: sh" in told
    shown = place.run("undo", "--dry-run", "--yes").err
    assert "20250101000001_add_tags.rb gets the name" in shown
    assert "row 20250105000000 gets the version 20250104000000" in shown


def test_the_script_the_sql_and_the_json_tell_of_both(place):
    shell = rewrite(place, "--combined", "--format", "sh")
    document = rewrite(place, "--combined", "--format", "json").json

    assert f"mv -- {TAGS} {TAGS_AFTER}" in shell.out
    assert document["files"]["moves"] == [{"from": TAGS, "to": TAGS_AFTER}]
    assert document["after"] == ["20250101000000", "20250105000000"]


def test_where_the_rows_stop_the_files_go_back(place):
    files = place.files()
    place.database.run(
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;"
        "CREATE TRIGGER no BEFORE UPDATE ON schema_migrations"
        " FOR EACH ROW EXECUTE PROCEDURE no()"
    )

    done = rewrite(place, "--combined", "--apply", "--yes")

    assert done.status == 1
    assert "so the files go back" in done.err
    assert place.files() == files


def test_two_files_of_one_class_are_refused_with_the_reason(place):
    folder = place.repository / "db/migrate"
    (folder / "20250109000000_add_labels.rb").write_bytes(
        (folder / "20250103000000_add_labels.rb").read_bytes()
    )

    done = rewrite(place, "--combined")

    assert done.status == 1
    assert "share the class AddLabels" in done.err


def test_a_row_is_not_moved_to_a_version_that_two_files_share(place):
    folder = place.repository / "db/migrate"
    (folder / "20250105000000_add_notes.rb").write_text(
        "class AddNotes < ActiveRecord::Migration[6.1]\n  def change\n  end\nend\n"
    )

    done = rewrite(place, "--combined")

    assert done.status == 1
    assert "fix: migdoctor rename-back" in done.err


def edit(place: Place) -> None:
    with (place.repository / TAGS_AFTER).open("a") as file:
        file.write("# edited since\n")


def take_the_old_name(place: Place) -> None:
    (place.repository / TAGS).write_text("# somebody else's\n")


def edit_the_script(place: Place) -> None:
    (script,) = place.state.glob("repairs/*/undo.sh")
    script.chmod(0o600)
    script.write_text("true\n")


def forge_a_path(place: Place) -> None:
    journal = place.state / "journal.jsonl"
    journal.write_text(journal.read_text().replace(f'["{TAGS}"', r'["a\u0000b"'))


@pytest.mark.parametrize(
    ("attack", "options", "status"),
    [
        (edit, (), 2),
        (edit, ("--allow-dirty",), 0),
        (take_the_old_name, (), 2),
        (take_the_old_name, ("--allow-dirty",), 1),
        (edit_the_script, (), 2),
        (edit_the_script, ("--allow-dirty",), 2),
        (forge_a_path, (), 2),
    ],
    ids=lambda it: getattr(it, "__name__", str(it)),
)
def test_rows_and_files_are_taken_back_together_or_not_at_all(place, attack, options, status):
    old = place.rows()
    assert rewrite(place, "--combined", "--apply", "--yes").status == 0
    new = place.rows()
    attack(place)

    done = place.run("undo", "--yes", *options)

    assert done.status == status, done.err
    went_back = not status
    assert place.rows() == (old if went_back else new)
    assert (TAGS_AFTER in place.files()) is not went_back
    assert place.states()[-1] == ("undone" if went_back else "done")
