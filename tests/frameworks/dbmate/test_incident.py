"""Renamed after it ran, with the real dbmate: diagnosed, repaired either way, and taken back."""

import json
import subprocess

import pytest

from tests.support.frameworks.dbmate import FOLDER, Application, making, migration

SONGS, ALBUMS, ARTISTS = (
    f"2025010{day}000000_create_{name}.sql"
    for day, name in enumerate(("songs", "albums", "artists"), start=1)
)
LATER = "20250201000000_create_albums.sql"
ROWS = ["20250101000000", "20250102000000", "20250103000000"]


@pytest.fixture
def app(tmp_path, any_database) -> Application:
    """All of three migrations ran; then the second got a later version."""
    application = Application.make(tmp_path, any_database)
    for name in (SONGS, ALBUMS, ARTISTS):
        application.write(name, making(name.partition("create_")[2].removesuffix(".sql")))
    application.repo.commit()
    assert application.up() == [SONGS, ALBUMS, ARTISTS]
    application.move(ALBUMS, LATER)
    application.repo.commit("rename")
    return application


def test_without_a_repair_it_runs_again_in_silence(app):
    assert app.up() == [LATER]

    assert app.database.run("SELECT count(*) FROM albums") == [(2,)]


def test_the_diagnosis_finds_the_pair_and_what_the_next_run_does(app):
    done = app.run("diagnose", "--format", "json")

    report = json.loads(done.out)
    (rename,) = report["renames"]
    assert done.status == 1
    assert report["repository"]["framework"] == "dbmate"
    assert (rename["old"]["version"], rename["new"]["version"]) == (ROWS[1], "20250201000000")
    assert rename["confidence"] == "certain"
    foretold = report["environments"][0]["prediction"]
    assert foretold["would_run"] == foretold["runs_again"] == ["20250201000000"]
    assert (foretold["never_runs"], foretold["refuses"]) == ([], None)
    assert app.pending() == [LATER]


def test_a_row_that_was_deleted_by_hand_hides_nothing(app):
    """What some tools advise: take the row out that has no file. The work is still there."""
    app.database.run(f"DELETE FROM schema_migrations WHERE version = '{ROWS[1]}'")

    done = app.run("diagnose", "--format", "json")

    foretold = json.loads(done.out)["environments"][0]["prediction"]
    assert done.status == 1
    assert foretold["would_run"] == foretold["runs_again"] == ["20250201000000"]
    assert app.up() == [LATER]


def test_renamed_back_nothing_is_left_to_run(app):
    script = app.run("rename-back").out
    moved = subprocess.run(["sh", "-c", script], cwd=app.repo.path, capture_output=True, check=True)

    assert b"Done: renamed 1 migration file." in moved.stderr + moved.stdout
    assert app.pending() == []
    assert app.up() == []
    assert app.run("diagnose").status == 0


def test_the_rows_are_rewritten_and_undo_puts_them_back(app):
    done = app.run("rewrite", "--apply", "--yes")
    rewritten = app.rows()
    pending, ran = app.pending(), app.up()
    undone = app.run("undo", "--yes", "--database-url", app.database.url)

    assert done.status == 0, done.err
    assert rewritten == [ROWS[0], ROWS[2], "20250201000000"]
    assert (pending, ran) == ([], [])
    assert undone.status == 0, undone.err
    assert app.rows() == ROWS


def test_a_script_for_psql_does_the_same_and_takes_no_lock_that_dbmate_would_not(app):
    script = app.run("rewrite").out
    app.database.run("SELECT 1")
    program = app.database.server.bin / "psql"
    subprocess.run(
        [program, "-q", "-v", "ON_ERROR_STOP=1", app.database.url],
        input=script,
        text=True,
        capture_output=True,
        check=True,
    )

    assert "advisory" not in script.replace("pg_advisory", "advisory").partition("BEGIN")[0]
    assert "pg_try_advisory" not in script
    assert app.pending() == []


def test_the_schema_file_follows_the_rows(app):
    rows = ",\n    ".join(f"('{text}')" for text in ROWS)
    tail = f"INSERT INTO public.schema_migrations (version) VALUES\n    {rows};\n"
    app.repo.write("schema.sql", f"CREATE TABLE public.songs (id integer);\n{tail}", "db")
    app.repo.commit()

    done = app.run("rewrite", "--apply", "--yes")

    changed = (app.repo.path / "db/schema.sql").read_text()
    versions = [line.strip(" (),';") for line in changed.splitlines() if line.startswith("    (")]
    assert done.status == 0, done.err
    assert versions == [ROWS[0], ROWS[2], "20250201000000"]


def test_schema_graph_and_advice_know_the_files(app):
    schema = app.run("schema", "--format", "json")
    compared = app.run("schema", "--diff", "database")
    graph = app.run("graph", "--format", "json")
    advice = app.run("advise", "--format", "json")

    assert sorted(json.loads(schema.out)["tables"]) == ["albums", "artists", "songs"]
    assert compared.status == 0, compared.out
    assert [node["version"] for node in json.loads(graph.out)["nodes"]] == [
        ROWS[0],
        ROWS[2],
        "20250201000000",
    ]
    assert "rename-back" in advice.out


def test_the_order_of_tables_that_need_each_other_is_seen(app):
    app.write(
        "20250104000000_link.sql",
        migration("ALTER TABLE albums ADD COLUMN song_id integer REFERENCES songs;"),
    )
    app.repo.commit()

    graph = json.loads(app.run("graph", "--format", "json").out)

    (broken,) = graph["violations"]
    assert broken["path"] == f"{FOLDER}/20250104000000_link.sql"
    assert broken["provided_by"] == "20250201000000"


def test_the_gate_keeps_the_rename_out(tmp_path, database):
    app = Application.make(tmp_path, database)
    app.write(SONGS, making("songs"))
    app.write(ALBUMS, making("albums"))
    base = app.repo.commit()
    app.move(ALBUMS, LATER)
    app.write("20250103000000_take_albums.sql", migration("DROP TABLE albums;"))
    app.repo.commit()

    done = app.run("check", "--base", base, "--format", "json")

    codes = {finding["code"] for finding in json.loads(done.out)["findings"]}
    assert done.status == 1, done.err
    assert "MD301" in codes


def test_a_comment_of_sql_allows_a_finding(tmp_path, database):
    app = Application.make(tmp_path, database)
    app.write(SONGS, making("songs"))
    base = app.repo.commit()
    app.write("20250103999999_create_albums.sql", making("albums"))
    app.repo.commit()
    before = app.run("check", "--base", base, "--format", "json")
    app.write(
        "20250103999999_create_albums.sql",
        "-- migdoctor:allow MD313 it ran already\n" + making("albums"),
    )
    app.repo.commit()

    after = app.run("check", "--base", base, "--format", "json")

    assert [one["code"] for one in json.loads(before.out)["findings"]] == ["MD313"]
    assert json.loads(after.out)["findings"] == []


def test_what_is_no_dbmate_migration_is_not_taken_for_one(tmp_path, database):
    app = Application.make(tmp_path, database)
    app.write("001_create_songs.up.sql", "CREATE TABLE songs (id integer);\n")
    app.repo.commit()

    found = app.run("diagnose", "--format", "json")
    named = app.run("diagnose", "--framework", "dbmate")  # whoever says so is believed

    assert '"framework": "dbmate"' not in found.out
    assert named.status == 1
    assert "dbmate requires each" in named.out


def test_what_cannot_be_written_is_refused_by_name(app):
    draft = app.run("rename-back", "--follow-up", "draft.sql")
    schema = app.run("schema", "--format", "ruby")

    assert (draft.status, schema.status) == (2, 2)
    assert "there is no draft of a follow-up for dbmate" in draft.err
    assert "there is no schema in ruby for dbmate" in schema.err
    assert not (app.repo.path / "draft.sql").exists()


def test_a_rehearsal_names_the_command_of_dbmate(app):
    done = app.run("rehearse", "--repair", "rewrite")

    assert done.status == 0, done.err
    assert "pass --migrate-command 'dbmate up'" in done.out
