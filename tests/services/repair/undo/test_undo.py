"""``undo``: the right repair, on the right database, or not at all."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.services.repair.rows.test_rewrite_apply import NEW, OLD, OTHER, place_in
from tests.support.commands.repair_runs import Place
from tests.support.databases.servers import fresh_database


@pytest.fixture
def place(tmp_path, database) -> Place:
    return place_in(tmp_path, database)


def repaired(place: Place) -> str:
    """Rewrite; return the repair's name."""
    done = place.run("rewrite", "--apply", "--yes")
    assert done.status == 0, done.err
    name: str = place.journal()[-1]["id"]
    return name


def test_with_nothing_to_undo_it_says_so(place):
    done = place.run("undo", "--yes")

    assert done.status == 2
    assert "there is nothing to undo" in done.err


def test_the_list_tells_who_did_what_and_how_it_stands(place):
    name = repaired(place)

    text, document = place.run("undo", "--list"), place.run("undo", "--list", "--format", "json")

    assert text.out.startswith(f"{name}  rewrite  done\n")
    assert f"in database {place.database.name} at 127.0.0.1" in " ".join(text.out.split())
    (repair,) = document.json["repairs"]
    assert (repair["id"], repair["state"]) == (name, "done")


def test_a_named_repair_is_taken_back_once(place):
    name = repaired(place)

    first, second = place.run("undo", name, "--yes"), place.run("undo", name, "--yes")
    unknown = place.run("undo", "20200101T000000-0000", "--yes")

    assert (first.status, second.status, unknown.status) == (0, 2, 2)
    assert "it was taken back already" in second.err
    assert "there is no repair 20200101T000000-0000" in unknown.err
    assert place.rows() == [OLD, OTHER]


def test_it_shows_what_it_will_change_before_it_does(place):
    repaired(place)
    tried = place.run("undo", "--dry-run")
    done = place.run("undo", "--yes")

    for ended in (tried, done):
        assert f"  row {NEW} gets the version {OLD}\n" in ended.err
        assert "Way back: migdoctor rewrite --apply" in ended.err
    assert done.err.index(f"row {NEW} gets") < done.err.index("Done: rewrote")


def test_the_undo_of_a_rename_names_each_file(place):
    place.run("rename-back", "--apply", "--yes")

    done = place.run("undo", "--dry-run")

    old, new = (f"{version}_create_songs.rb" for version in (OLD, NEW))
    assert f"  db/migrate/{old} gets the name {new}\n" in done.err


def test_it_asks_as_well(place):
    repaired(place)

    done = place.run("undo")

    assert done.status == 2
    assert "no terminal to ask at" in done.err
    assert place.rows() == [OTHER, NEW]


def test_a_dry_run_takes_nothing_back(place):
    repaired(place)

    done = place.run("undo", "--dry-run")

    assert done.status == 0, done.err
    assert place.rows() == [OTHER, NEW]
    assert place.states() == ["begun", "done"]


def test_rows_that_changed_since_the_repair_stop_it(place):
    repaired(place)
    place.database.run("INSERT INTO schema_migrations VALUES ('9')")

    done = place.run("undo", "--yes")

    assert done.status == 1
    assert "There, but not expected: 9" in done.err
    assert place.rows() == [OTHER, NEW, "9"]
    assert place.states()[-1] == "done"


def test_another_database_with_the_same_rows_is_not_touched(place, postgres18):
    name = repaired(place)
    with fresh_database(postgres18) as other:
        other.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
        other.run(f"INSERT INTO schema_migrations VALUES ('{OTHER}'), ('{NEW}')")

        done = place.run("undo", name, "--yes", "--database-url", other.url)

        assert done.status == 2
        assert "is not the database that repair" in done.err
        versions = other.run("SELECT version FROM schema_migrations ORDER BY version")
        assert versions == [(OTHER,), (NEW,)]


def test_a_way_back_that_was_edited_is_not_run(place):
    repaired(place)
    path = place.journal()[0]["way_back"]["path"]
    with Path(path).open("a") as file:
        file.write("DROP TABLE songs;\n")

    done = place.run("undo", "--yes")

    assert done.status == 2
    assert "is not as it was written" in done.err
    assert place.rows() == [OTHER, NEW]


@pytest.mark.parametrize("option", ["--yes", "--dry-run"])
@pytest.mark.parametrize(
    ("folder", "said"),
    [
        pytest.param("", "is not a script that migdoctor keeps", id="a file elsewhere"),
        pytest.param(
            "repairs/x", "is not a way back that migdoctor wrote", id="a file beside the others"
        ),
    ],
)
def test_a_journal_that_was_edited_runs_no_file_of_its_own(place, folder, said, option):
    repaired(place)
    evil = place.state / folder / "evil.sql"
    evil.parent.mkdir(exist_ok=True)
    evil.write_text("DROP TABLE songs;\n")
    digest = hashlib.sha256(evil.read_bytes()).hexdigest()
    entries = place.journal()
    entries[-1]["way_back"] = {"path": str(evil), "sha256": digest}
    (place.state / "journal.jsonl").write_text("".join(json.dumps(e) + "\n" for e in entries))

    done = place.run("undo", option)

    assert done.status == 2
    assert said in done.err
    assert place.database.run("SELECT count(*) FROM songs") == [(1,)]


@pytest.mark.parametrize(
    ("given", "made"),
    [
        pytest.param('"UpdateRow"', '"DropEverything"', id="a step that there is not"),
        pytest.param('"kind":"rewrite"', '"kind":"rename-back"', id="another kind"),
        pytest.param('"state":"done"', '"state":"well"', id="a state that there is not"),
    ],
)
def test_a_journal_that_was_edited_is_no_bug_of_ours(place, given, made):
    repaired(place)
    journal = place.state / "journal.jsonl"
    journal.write_text(journal.read_text().replace(given, made))

    done = place.run("undo", "--yes")

    assert done.status == 2
    assert "is not a journal entry that this migdoctor can read" in done.err
    assert place.rows() == [OTHER, NEW]


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        pytest.param([OLD, OTHER], "failed", id="nothing had changed"),
        pytest.param([OTHER, NEW], "done", id="it had been done"),
    ],
)
def test_a_repair_that_was_cut_off_is_settled_by_the_rows(place, rows, state):
    repaired(place)
    journal = place.state / "journal.jsonl"
    begun = journal.read_text().splitlines()[0]
    journal.write_text(f'{begun}\n{{"torn')
    place.database.run("TRUNCATE schema_migrations")
    for row in rows:
        place.database.run(f"INSERT INTO schema_migrations VALUES ('{row}')")

    listed = place.run("undo", "--list")

    assert f"rewrite  {state}" in listed.out
    entries = [json.loads(line) for line in journal.read_text().splitlines() if "torn" not in line]
    assert entries[-1]["state"] == state
    assert "cut off" in entries[-1]["settled"]


def test_a_repair_of_a_newer_migdoctor_is_not_misread(place):
    repaired(place)
    journal = place.state / "journal.jsonl"
    journal.write_text(journal.read_text().replace('"format":1', '"format":2'))

    done = place.run("undo", "--list")

    assert done.status == 2
    assert "is not a journal entry that this migdoctor can read" in done.err


def test_one_undo_takes_back_rows_and_files_that_one_command_changed(place):
    schema = place.repository / "db" / "schema.rb"
    old = f"ActiveRecord::Schema[7.0].define(version: {OTHER}) do\nend\n"
    schema.write_text(old)
    done = place.run("rewrite", "--apply", "--yes")

    undone, again = place.run("undo", "--yes"), place.run("undo", "--yes")

    assert done.status == 0, done.err
    assert (undone.status, again.status) == (0, 2)
    assert "the rows and files are as before repair" in undone.err
    assert (place.rows(), schema.read_text()) == ([OLD, OTHER], old)


def test_of_the_named_database_the_last_repair_is_taken_back(place, postgres18):
    repaired(place)
    with fresh_database(postgres18) as other:
        other.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
        other.run(f"INSERT INTO schema_migrations VALUES ('{OLD}'), ('{OTHER}')")
        other.run("CREATE TABLE songs (id bigint PRIMARY KEY, title text)")
        urls = {"production": place.database.url, "staging": other.url}
        settings = (f'[environments.{name}]\nurl = "{url}"\n' for name, url in urls.items())
        (place.repository / ".migdoctor.toml").write_text("".join(settings))
        later = place.run("rewrite", "--apply", "--yes", "--environment", "staging")
        assert later.status == 0, later.err

        undone = place.run("undo", "--yes", "--environment", "production")
        again = place.run("undo", "--yes", "--environment", "production")

        assert undone.status == 0, undone.err
        assert place.rows() == [OLD, OTHER]
        versions = other.run("SELECT version FROM schema_migrations ORDER BY version")
        assert versions == [(OTHER,), (NEW,)]
        assert again.status == 2
        assert "there is nothing to undo on" in again.err
        assert other.name in again.err


def test_nothing_named_where_there_are_environments_says_which(place):
    repaired(place)
    settings = f'[environments.production]\nurl = "{place.database.url}"\n'
    (place.repository / ".migdoctor.toml").write_text(settings)

    done = place.run("undo", "--yes", DATABASE_URL="", CI="")

    assert done.status == 2
    assert "no environment was asked for" in done.err
    assert "--environment production" in done.err
    assert place.rows() == [OTHER, NEW]
