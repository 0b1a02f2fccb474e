"""Each command heeds the settings, takes the near application, and leaves no file unasked."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from analyzer.cli.group import COMMANDS
from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.servers import fresh_database
from tests.support.histories.repositories import Repo, migration

API, WEB = "api/db/migrate", "web/db/migrate"
OLD, NEW = "20250101000000_create_songs.rb", "20250201000000_create_songs.rb"
USERS = "20250103000000_create_users.rb"
# Each command that looks at migration files, so that it needs no answer and no program.
OF_FILES = {
    "diagnose": ["diagnose", "--rows", "ROWS"],
    "fix": ["fix", "--rows", "ROWS"],
    "rename-back": ["rename-back", "--rows", "ROWS"],
    "rewrite": ["rewrite", "--rows", "ROWS"],
    "advise": ["advise", "--rows", "ROWS", "--format", "json"],
    "record": ["record", "--rows", "ROWS", "--to", "NOTES", "--deployed", "HEAD~1"],
    "rehearse": ["rehearse", "--rows", "ROWS"],
    "graph": ["graph", "--format", "json"],
    "schema": ["schema"],
    "check": ["check", "--base", "HEAD~1"],
}
OF_NONE = {"explain", "preflight", "backup", "restore", "verify", "recover", "demo", "undo"}
BY_DATABASE = {"fix", "rehearse"}  # they refuse before they say which folder it is


def test_each_command_is_in_one_list():
    assert {*OF_FILES, *OF_NONE} == {*COMMANDS}


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> Path:
    """Two applications in one repository; a migration of the first was renamed."""
    repo = Repo.make(tmp_path_factory.mktemp("two") / "app")
    repo.write(OLD, migration("CreateSongs"), API)
    repo.write(USERS, migration("CreateUsers"), WEB)
    repo.commit()
    repo.move(OLD, NEW, API)
    repo.commit()
    repo.write("api.rows", OLD[:14] + "\n", ".")
    repo.write("web.rows", USERS[:14] + "\n", ".")
    return repo.path


def words_of(name, folder, rows):
    put = {"ROWS": str(folder / rows), "NOTES": str(folder.parent / "notes")}
    return [put.get(word, word) for word in OF_FILES[name]]


@pytest.mark.parametrize("name", sorted({*OF_FILES} - BY_DATABASE - {"check", "record"}))
def test_the_application_of_the_current_folder_wins(two, name):
    told = migdoctor(two / "api/db/migrate", *words_of(name, two, "api.rows"))
    elsewhere = migdoctor(two / "web", *words_of(name, two, "web.rows"))

    assert NEW[:14] in told.out + told.err or "songs" in told.out, told
    assert NEW[:14] not in elsewhere.out + elsewhere.err, elsewhere


@pytest.mark.parametrize(
    "words", [["graph"], ["schema"], ["diagnose", "--rows", "ROWS"]], ids=" ".join
)
def test_which_application_was_taken_and_which_not_is_said(two, words):
    done = migdoctor(two / "web", *(str(two / "web.rows") if it == "ROWS" else it for it in words))

    assert "web/db/migrate" in done.out
    assert "api/db/migrate" in done.out
    assert words == ["schema"] or "the current folder" in " ".join(done.out.split())


def test_rows_of_another_application_are_told(two):
    done = migdoctor(two / "api", "diagnose", "--rows", str(two / "web.rows"))

    assert done.status == 1
    assert "warning MD202" in done.out
    said = " ".join(done.out.split())
    assert "1 of 1 applied versions have a file in web/db/migrate, and 0 here" in said


def test_at_the_root_the_rows_decide(two):
    for rows, folder in (("api.rows", API), ("web.rows", WEB)):
        done = migdoctor(two, "diagnose", "--rows", str(two / rows))

        assert f"Code:     {folder}" in done.out


@pytest.fixture(scope="module")
def settled(tmp_path_factory) -> Path:
    """A folder that no convention finds, beside one that is found; settings name the former."""
    repo = Repo.make(tmp_path_factory.mktemp("settled") / "app")
    lead = 'folders = ["odd/place"]\nframework = "rails"\n'
    repo.write(".migdoctor.toml", lead, ".")
    repo.write(OLD, migration("CreateSongs"), "odd/place")
    repo.write(USERS, migration("CreateUsers"))
    repo.commit()
    repo.move(OLD, NEW, "odd/place")
    repo.commit()
    repo.write("odd.rows", OLD[:14] + "\n", ".")
    return repo.path


@pytest.mark.parametrize("name", sorted({*OF_FILES} - BY_DATABASE))
def test_folders_of_the_settings_are_heeded(settled, name):
    done = migdoctor(settled, *words_of(name, settled, "odd.rows"))

    assert done.status in (0, 1), done
    assert "songs" in done.out + done.err or name == "record", done
    assert "users" not in done.out + done.err
    if name == "record":
        assert "create_songs" in (settled.parent / "notes").read_text()


@pytest.mark.parametrize("name", sorted({*OF_FILES} - BY_DATABASE))
def test_the_framework_of_the_settings_is_heeded(tmp_path, name):
    repo = Repo.make(tmp_path / "app")
    repo.write(".migdoctor.toml", 'framework = "dbmate"\n', ".")
    repo.write(USERS, migration("CreateUsers"))
    plays = "-- migrate:up\nCREATE TABLE plays (id int);\n-- migrate:down\n"
    repo.write("20250101000000_plays.sql", plays, "db/migrations")
    repo.commit()
    repo.move("20250101000000_plays.sql", "20250201000000_plays.sql", "db/migrations")
    repo.commit()
    repo.write("rows", "20250101000000\n", ".")

    done = migdoctor(repo.path, *words_of(name, repo.path, "rows"))

    assert done.status in (0, 1), done
    assert "plays" in done.out + done.err or name == "record", done
    assert "users" not in done.out + done.err


# What a command leaves where nobody named a file: the cache of the history, and nothing else.
LEAVES_NOTHING = {
    "diagnose": [["diagnose"], ["diagnose", "--format", "html"]],
    "fix": [["fix"]],
    "rename-back": [["rename-back"], ["rename-back", "--apply", "--dry-run"]],
    "rewrite": [["rewrite"], ["rewrite", "--apply", "--dry-run"]],
    "advise": [["advise"]],
    "record": [["record", "--deployed", "HEAD~1", "--format", "json"]],
    "rehearse": [["rehearse"]],
    "undo": [["undo"], ["undo", "--list"]],
    "graph": [["graph"], ["graph", "--format", "svg"]],
    "schema": [["schema"], ["schema", "--diff", "database"]],
    "explain": [["explain"], ["explain", "MD101"]],
    "check": [["check", "--base", "HEAD~1"], ["check", "--base", "HEAD~1", "--format", "sarif"]],
    "preflight": [["preflight", "--no-restore"], ["preflight", "--format", "json"]],
    "restore": [["restore", "nothing"]],
    "verify": [["verify", "--against", "nothing"]],
    "recover": [["recover", "full", "--migrate-command", "true"], ["recover", "back"]],
}
LEAVES_WHAT_IT_IS_FOR = {"backup", "demo"}


def test_what_each_command_leaves_is_listed():
    assert {*LEAVES_NOTHING, *LEAVES_WHAT_IT_IS_FOR} == {*COMMANDS}


def everything(*folders: Path) -> dict[str, str]:
    """All files below the folders but the user's cache, with a digest of each."""
    found = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in found
        if ".cache/migdoctor" not in str(path)
    }


@pytest.fixture(scope="module")
def app(tmp_path_factory, postgres15) -> tuple[Path, Path, str]:
    """An application with its database, and an empty home."""
    place = tmp_path_factory.mktemp("leaves")
    repo = Repo.make(place / "app")
    repo.add(OLD, "CreateSongs")
    repo.commit()
    repo.move(OLD, NEW)
    repo.commit()
    (place / "home").mkdir()
    with fresh_database(postgres15) as database:
        database.run(
            "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"
            f"INSERT INTO schema_migrations VALUES ('{OLD[:14]}');"
            "CREATE TABLE createsongs (id bigserial PRIMARY KEY)"
        )
        yield repo.path, place / "home", database.url


@pytest.mark.parametrize(
    "words", [it for rows in LEAVES_NOTHING.values() for it in rows], ids=" ".join
)
def test_no_file_is_left_that_nobody_asked_for(app, words):
    path, home, url = app
    before = everything(path, home)

    migdoctor(path, *words, HOME=str(home), DATABASE_URL=url, XDG_CACHE_HOME="")

    assert everything(path, home) == before


@pytest.mark.parametrize("form", ["custom", "plain", "directory"])
def test_git_passes_a_backup_over_that_lies_in_the_working_tree(app, form):
    path, home, url = app
    done = migdoctor(path, "backup", "--form", form, HOME=str(home), DATABASE_URL=url)
    folder = path / done.out.strip()

    seen = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all"],
        cwd=path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (folder / ".gitignore").unlink()  # as a copy made with folder/* lacks it
    whole = migdoctor(path, "verify", "--against", str(folder), DATABASE_URL=url)
    shutil.rmtree(folder)

    assert done.status == 0, done
    assert seen == ""
    assert whole.status == 0, whole


# Every command that asks a database, or plans to; the address is nobody's, as none is reached.
OF_A_DATABASE = {
    "diagnose": ["diagnose"],
    "fix": ["fix"],
    "rename-back": ["rename-back"],
    "rewrite": ["rewrite"],
    "advise": ["advise"],
    "record": ["record"],
    "rehearse": ["rehearse"],
    "graph": ["graph"],
    "schema": ["schema", "--diff", "database"],
    "check": ["check", "--base", "HEAD"],
    "preflight": ["preflight"],
    "backup": ["backup"],
    "restore": ["restore", "nothing"],
    "verify": ["verify", "--against", "nothing"],
    "recover full": ["recover", "full", "--migrate-command", "true"],
    "recover tables": ["recover", "tables", "--table", "songs", "--from-database", "old"],
    "recover resume": ["recover", "resume"],
    "recover back": ["recover", "back"],
    "recover drop-old": ["recover", "drop-old"],
}
# What they do is settled without: a page of words, a sample, a way back that no setting may stop.
WITHOUT_SETTINGS = {"explain", "demo", "undo"}


def test_each_command_is_in_the_list_of_settings():
    assert {it.partition(" ")[0] for it in OF_A_DATABASE} | WITHOUT_SETTINGS == {*COMMANDS}


@pytest.fixture(scope="module")
def misspelt(tmp_path_factory) -> Path:
    """A repository whose settings have a key that nobody knows."""
    repo = Repo.make(tmp_path_factory.mktemp("misspelt") / "app")
    repo.add(USERS, "CreateUsers")
    repo.commit()
    repo.write(".migdoctor.toml", 'framwork = "rails"\n', ".")
    return repo.path


@pytest.mark.parametrize("named", ["variable", "option"])
@pytest.mark.parametrize("name", OF_A_DATABASE)
def test_the_settings_are_read_though_something_else_names_the_database(misspelt, name, named):
    url = "postgresql://nobody@127.0.0.1:1/none"
    words, variables = [*OF_A_DATABASE[name]], {"DATABASE_URL": url}
    if named == "option":
        words, variables = [*words, "--database-url", url], {"DATABASE_URL": ""}

    done = migdoctor(misspelt, *words, **variables)

    assert done.status == 2
    assert "the key 'framwork' is not known" in done.err
