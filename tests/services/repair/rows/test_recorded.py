"""Recorded renames: evidence for diagnose, and SQL for databases that nobody has looked at."""

import json
import subprocess

import pytest

from tests.support.commands.gates import ALBUMS, SONGS, run, started
from tests.support.commands.terminals import at_terminal, shim
from tests.support.histories.repositories import Repo, migration

RECORD = """\
[[rename]]
old = "20240101000000_create_songs"
new = "20240301000000_create_songs"
reason = "the version was in use twice"

[[rename]]
old = "20240301000000_create_songs"
new = "20240401000000_create_tunes"
reason = "tunes now"
"""
THEN = "CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY);"


@pytest.fixture
def repo(tmp_path):
    repo = started(tmp_path / "repo")
    repo.remove(SONGS)
    repo.write(
        "20240401000000_create_tunes.rb",
        migration("CreateTunes", "execute 'something else entirely'"),
    )
    repo.write("renames.toml", RECORD, folder="db")
    repo.commit("renamed twice, and rewritten")
    return repo


def rewritten(repo: Repo, tmp_path):
    done = run(repo, "rewrite", "--recorded")
    assert done.status == 0, done.err
    script = tmp_path / "recorded.sql"
    script.write_text(done.out)
    return script


def test_at_a_terminal_only_the_preview_is_shown(repo, tmp_path):
    path = shim(tmp_path / "bin")

    seen = at_terminal(repo.path, "migdoctor rewrite --recorded", PATH=path)
    kept = at_terminal(repo.path, "migdoctor rewrite --recorded -o r.sql", PATH=path)

    assert "20240101000000 becomes 20240401000000" in seen.screen
    assert "BEGIN" not in seen.screen + kept.screen
    assert "add -o recorded.sql for the script" in seen.screen
    assert 'psql -d "$DATABASE_URL" -v ON_ERROR_STOP=1 -f r.sql' in kept.screen
    assert "BEGIN" in (repo.path / "r.sql").read_text("utf-8")


def psql(server, url: str, *args: str) -> str:
    done = subprocess.run(
        [f"{server.bin}/psql", "-XAtq", url, "-v", "ON_ERROR_STOP=1", *args],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("rows", "after"),
    [
        pytest.param(
            ["20240101000000", "20240201000000"],
            ["20240201000000", "20240401000000"],
            id="before both renames",
        ),
        pytest.param(["20240301000000"], ["20240401000000"], id="between them"),
        pytest.param(["20240401000000"], ["20240401000000"], id="after both"),
        pytest.param(["20240101000000", "20240401000000"], ["20240401000000"], id="ran twice"),
        pytest.param([], [], id="nothing ran"),
    ],
)
def test_any_database_comes_out_right_and_a_second_run_changes_nothing(
    repo, tmp_path, postgres15, rows, after
):
    from tests.support.databases.servers import fresh_database

    script = rewritten(repo, tmp_path)
    with fresh_database(postgres15) as database:
        psql(postgres15, database.url, "-c", THEN)
        for row in rows:
            psql(postgres15, database.url, "-c", f"INSERT INTO schema_migrations VALUES ('{row}')")

        said = psql(postgres15, database.url, "-f", str(script))
        again = psql(postgres15, database.url, "-f", str(script))

        kept = psql(
            postgres15, database.url, "-c", "SELECT version FROM schema_migrations ORDER BY 1"
        )
        assert kept.split() == after
        assert ("rows changed" in said) == (rows != after)
        assert "Nothing was changed." in again


def test_a_new_installation_without_the_table_is_left_alone(repo, tmp_path, database, postgres18):
    script = rewritten(repo, tmp_path)

    said = psql(postgres18, database.url, "-f", str(script))

    assert "There is no table schema_migrations: nothing was changed." in said


def test_diagnose_takes_a_record_for_evidence(repo, tmp_path):
    rows = tmp_path / "rows"
    rows.write_text("20240101000000\n20240201000000\n")

    done = run(repo, "diagnose", "--rows", str(rows), "--format", "json")

    (rename,) = json.loads(done.out)["renames"]
    assert rename["new"]["version"] == "20240401000000"
    assert rename["confidence"] == "certain"
    kinds = {each["kind"]: each["detail"] for each in rename["evidence"]}
    assert kinds["decision"] == "recorded in db/renames.toml: the version was in use twice"


@pytest.mark.parametrize(("reason", "way"), [("tunes now", "rewrite"), ("", "rename-back")])
def test_what_was_renamed_on_purpose_stays_and_the_rows_follow(tmp_path, reason, way):
    repo = started(tmp_path / "repo")
    repo.move(SONGS, "20240401000000_create_songs.rb")
    text = RECORD.partition("\n\n")[0].replace("20240301", "20240401")
    repo.write("renames.toml", text.replace("the version was in use twice", reason), folder="db")
    repo.commit("renamed on purpose")
    rows = tmp_path / "rows"
    rows.write_text("20240101000000\n20240201000000\n")

    said = json.loads(run(repo, "advise", "--rows", str(rows), "--format", "json").out)
    seen = run(repo, "diagnose", "--rows", str(rows))

    best = said["environments"][0]["options"][0]
    assert (best["command"], best["fitness"]) == (way, "best")
    stays = f"the new names stay, because recorded in db/renames.toml: {reason}"
    told = [why for it in said["environments"][0]["options"] for why in it["because"]]
    assert any(stays in it for it in told) is bool(reason)
    assert ("migdoctor rename-back" in seen.out) is not bool(reason)


@pytest.mark.parametrize(
    ("record", "why"),
    [
        pytest.param(
            {"old": "20240201000000", "new": "20240401000000"},
            "belongs to",
            id="a file has the old version today",
        ),
        pytest.param(
            {"old": "20240101000000_other", "new": "20240201000000"},
            "two different migrations",
            id="one version became two",
        ),
    ],
)
def test_what_only_a_look_at_the_database_settles_is_refused(repo, record, why):
    more = "".join(f'{key} = "{value}"\n' for key, value in record.items())
    repo.write("renames.toml", RECORD + f'[[rename]]\n{more}reason = "x"\n', folder="db")

    done = run(repo, "rewrite", "--recorded")

    assert done.status == 1
    assert why in done.err
    assert done.out == ""


def test_a_plan_of_records_is_json_too(repo):
    document = json.loads(run(repo, "rewrite", "--recorded", "--format", "json").out)

    assert [(one["old"], one["new"]) for one in document["renames"]] == [
        ("20240101000000", "20240401000000"),
        ("20240301000000", "20240401000000"),
    ]


@pytest.mark.parametrize("more", [["--undo"], ["--rows", "x"]])
def test_what_makes_no_sense_with_records_is_refused(repo, more):
    assert run(repo, "rewrite", "--recorded", *more).status == 2


def test_a_repository_without_records_is_told_how_to_write_one(tmp_path):
    repo = started(tmp_path / "repo")

    done = run(repo, "rewrite", "--recorded")

    assert done.status == 2
    assert "[[rename]]" in done.err
    assert (repo.path / "db/migrate" / ALBUMS).exists()


def test_the_database_of_the_applications_own_file_is_not_one_that_was_named(repo):
    """Nobody asked for it, and none is read."""
    development = "development:\n  adapter: postgresql\n  database: nowhere\n  host: 127.0.0.1\n"
    repo.write("database.yml", development, folder="config")
    repo.commit("with a database")

    done = run(repo, "rewrite", "--recorded")
    empty = run(repo, "rewrite", "--recorded", DATABASE_URL="", CI="true")
    named = run(repo, "rewrite", "--recorded", "--database-url", "postgresql://u@127.0.0.1:1/x")

    assert (done.status, empty.status, named.status) == (0, 0, 2), done.err
    assert "20240101000000" in done.out
    assert "--recorded and a database were both given" in named.err


_KNEX = "exports.up = (knex) => knex.schema.createTable('tags', (t) => { t.increments(); });\n"


def test_beside_other_applications_the_commands_that_are_printed_work(tmp_path):
    repo = Repo.make(tmp_path / "mono")
    repo.write("20240101000000_create_songs.rb", migration("CreateSongs"), folder="web/db/migrate")
    repo.write("database.yml", "development:\n  adapter: postgresql\n", folder="web/config")
    repo.write("20240101000000_tags.js", _KNEX, folder="svc/migrations")
    repo.write("knexfile.js", "module.exports = { client: 'pg' };\n", folder="svc")
    repo.write("package.json", '{"dependencies": {"knex": "^3"}}', folder="svc")
    repo.commit("two applications")
    repo.git("checkout", "-q", "-b", "work")
    repo.git("mv", "svc/migrations/20240101000000_tags.js", "svc/migrations/20240201000000_tags.js")
    repo.commit("renamed")

    refused = run(repo, "check", "--base", "main", "--framework", "knex")
    written = ("check", "--base", "main", "--framework", "knex", "--write-renames")
    told = run(repo, *written, "--reason", "agreed")
    commands = [it.split() for it in told.err.splitlines() if "rewrite --recorded" in it]

    assert "record the rename in svc/renames.toml" in " ".join(refused.out.split())
    assert commands == [
        ["migdoctor", "rewrite", "--recorded", "-o", "recorded.sql", "--framework", "knex"]
    ]
    assert run(repo, *commands[0][1:]).status == 0
    assert "20240201000000_tags.js" in (repo.path / "recorded.sql").read_text()
