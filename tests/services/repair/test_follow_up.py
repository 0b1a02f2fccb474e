"""--follow-up: the draft of a migration for what an edit hid, without any database."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.frameworks.rails.language.migrations import parse_ruby
from tests.support.commands import warm
from tests.support.commands.terminals import at_terminal
from tests.support.histories.repositories import Repo

ROOT = Path(__file__).parents[3]
OLD, NEW = "20250101000000_create_songs.rb", "20250201000000_create_songs.rb"
PLAIN = ("create_table :songs do |t|", "  t.string :title", "end")
EDITED = (
    "create_table :songs do |t|",
    "  t.string :title, null: false",
    "  t.index :title, unique: true",
    "end",
    "execute \"UPDATE songs SET title = 'none'\"",
    "send(:something, songs)",
)


@pytest.fixture
def repo(tmp_path):
    """One migration, renamed and edited after it ran."""
    repo = Repo.make(tmp_path / "app")
    repo.add(OLD, "CreateSongs", *PLAIN)
    repo.commit()
    repo.remove(OLD)
    repo.add(NEW, "CreateSongs", *EDITED)
    repo.commit()
    (tmp_path / "rows.txt").write_text(f"{OLD[:14]}\n")
    return repo


def migdoctor(repo: Repo, *args: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    words = [args[0], "--rows", "../rows.txt", *args[1:]]
    return warm.run_text(words, repo.path, environment)


def test_the_preview_names_what_the_repair_hides(repo):
    done = migdoctor(repo, "rewrite")

    assert "column songs.title: null should be false, but is true" in done.stderr
    assert "index index_songs_on_title of songs: title, unique" in done.stderr
    assert f"{NEW}:7 writes data" in done.stderr
    assert f"{NEW}:8 cannot be read" in done.stderr
    assert "no database was looked into" in done.stderr
    assert "--follow-up FILE writes a migration that brings it." in done.stderr


@pytest.mark.parametrize("command", ["rewrite", "rename-back"])
def test_the_draft_is_a_migration_newer_than_all(repo, command):
    done = migdoctor(repo, command, "--follow-up", "draft.rb")

    text = (repo.path / "draft.rb").read_bytes()
    read = parse_ruby(text)
    assert (read.class_name, read.dialect, read.problems) == (
        "CatchUpWithEditedMigrations",
        (6, 1),
        (),
    )
    assert read.down == ()
    place = next(it for it in text.decode().splitlines() if it.startswith("#   db/migrate/"))
    assert place.removeprefix("#   ") in done.stderr.replace("\n", " ")
    assert int(place.removeprefix("#   db/migrate/")[:14]) > int(NEW[:14])
    assert b"#     send(:something, songs)" in text


def test_json_tells_what_is_hidden(repo):
    document = json.loads(migdoctor(repo, "rename-back", "--format", "json").stdout)

    hides = document["hides"]
    assert hides["database"] is None
    assert [(it["kind"], it["name"], it["by_hand"]) for it in hides["lacks"]] == [
        ("column", "title", None),
        ("index", "index_songs_on_title", None),
    ]
    assert [it["line"] for it in hides["unwritten"]] == [7, 8]
    assert hides["follow_up"].endswith("_catch_up_with_edited_migrations.rb")


def test_nothing_is_overwritten(repo):
    repo.write("draft.rb", "mine", "")

    done = migdoctor(repo, "rewrite", "--follow-up", "draft.rb")

    assert (done.returncode, done.stdout) == (2, "")
    assert "exists already" in done.stderr
    assert (repo.path / "draft.rb").read_text() == "mine"


@pytest.mark.parametrize(
    "options", [["--follow-up", "-"], ["--follow-up", "x", "--undo"], ["--follow-up", "no/x"]]
)
def test_what_cannot_be_written_is_refused(repo, options):
    done = migdoctor(repo, "rewrite", *options)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("fix:") == 1


def test_a_dash_writes_the_draft_to_standard_output_if_the_repair_goes_elsewhere(repo):
    done = migdoctor(repo, "rewrite", "--follow-up", "-", "-o", "fix.sql")

    assert done.returncode == 0
    assert done.stdout.startswith("# A draft by migdoctor")
    assert (repo.path / "fix.sql").read_text().startswith("--")


def test_without_an_edit_there_is_nothing_to_follow_up(tmp_path, repo):
    repo.add(NEW, "CreateSongs", "# said otherwise", *PLAIN)

    done = migdoctor(repo, "rewrite", "--follow-up", "draft.rb")

    assert done.returncode == 0
    assert "No follow-up was written" in done.stderr
    assert not (repo.path / "draft.rb").exists()


def test_the_names_of_a_second_follow_up_are_free(repo):
    repo.add(
        "20260101000000_catch_up_with_edited_migrations.rb",
        "CatchUpWithEditedMigrations",
        "add_column :songs, :extra, :string",
    )
    repo.commit()

    migdoctor(repo, "rewrite", "--follow-up", "draft.rb")

    text = (repo.path / "draft.rb").read_text()
    assert "class CatchUpWithEditedMigrations2 < ActiveRecord::Migration[6.1]" in text
    assert "_catch_up_with_edited_migrations_2.rb" in text


def test_numbers_in_a_row_go_on(tmp_path):
    repo = Repo.make(tmp_path / "app")
    repo.add("001_create_songs.rb", "CreateSongs", *PLAIN)
    repo.commit()
    repo.remove("001_create_songs.rb")
    repo.add("007_create_songs.rb", "CreateSongs", *EDITED)
    repo.commit()
    (tmp_path / "rows.txt").write_text("1\n")

    document = json.loads(migdoctor(repo, "rewrite", "--format", "json").stdout)

    assert document["hides"]["follow_up"] == "db/migrate/008_catch_up_with_edited_migrations.rb"


# Without a file: into the migration folder, after asking


def drafts(repo: Repo) -> list[Path]:
    return [it for it in (repo.path / "db/migrate").iterdir() if it.name != NEW]


@pytest.mark.parametrize("command", ["rewrite", "rename-back"])
@pytest.mark.parametrize("answer", ["y", "n"])
def test_without_a_file_it_goes_into_the_migration_folder_after_asking(repo, command, answer):
    line = f"{sys.executable} -m analyzer {command} --rows ../rows.txt --follow-up"

    seen = at_terminal(repo.path, line, lambda *_: answer)

    assert seen.status == 0, seen.screen
    assert "Write the follow-up to db/migrate/" in seen.questions[0]
    assert len(drafts(repo)) == (1 if answer == "y" else 0)
    assert all("Migration[" in it.read_text() for it in drafts(repo))


def test_without_a_file_and_a_terminal_it_is_refused_and_a_file_is_named(repo):
    done = migdoctor(repo, "rename-back", "--follow-up")

    assert done.returncode == 2
    assert "--follow-up FILE" in done.stderr
    assert drafts(repo) == []


@pytest.mark.parametrize(
    ("words", "status", "written"),
    [
        (["--follow-up", "--yes"], 0, 1),
        (["--yes", "--follow-up", "--format", "json"], 0, 1),
        (["--follow-up", "--yes", "--dry-run"], 0, 0),
        (["--apply", "--git", "--follow-up", "--yes"], 0, 2),  # the moved file is new too
        (["--follow-up", "--yes", "--ref", "HEAD"], 2, 0),
    ],
    ids=lambda it: " ".join(it) if isinstance(it, list) else str(it),
)
def test_without_a_file_options_may_follow(repo, words, status, written):
    done = migdoctor(repo, "rename-back", *words)

    assert done.returncode == status, done
    assert len(drafts(repo)) == written


@pytest.mark.parametrize(
    ("kept", "named"),
    [
        pytest.param(True, True, id="in git"),
        pytest.param(False, False, id="ignored by git"),
    ],
)
def test_the_schema_file_is_dumped_and_committed_with_the_follow_up(repo, kept, named):
    schema = repo.path / "db/schema.rb"
    schema.write_text("ActiveRecord::Schema[7.1].define(version: 2025_02_01_000000) do\nend\n")
    if not kept:
        (repo.path / ".gitignore").write_text("db/schema.rb\n")
    repo.commit()

    said = " ".join(migdoctor(repo, "rewrite").stderr.split())

    assert ("development database first (rake db:migrate)" in said) is named
    commit = "git commit -m 'Add the changes that edited migrations hid' -- "
    target = said.split(commit)[1].split()
    assert (target[1] == "db/schema.rb") is named


def test_a_second_proposal_finds_the_draft_of_the_first(repo):
    """Its place is the same, and so is the one that the commands name, on any later day."""
    migdoctor(repo, "rename-back", "--follow-up", "follow_up.rb")
    path = repo.path / "follow_up.rb"
    dated = re.sub(r"\d{14}_catch", "20990102030405_catch", path.read_text())
    path.write_text(dated)

    again = migdoctor(repo, "rename-back", "--follow-up", "follow_up.rb")
    plain = migdoctor(repo, "rename-back")
    told = migdoctor(repo, "diagnose")

    assert (again.returncode, plain.returncode) == (0, 0), again.stderr
    assert "follow_up.rb holds this draft already, and stays as it is." in again.stderr
    assert "follow_up.rb is a draft of it." in plain.stderr
    target = "mv follow_up.rb db/migrate/20990102030405_catch_up_with_edited_migrations.rb"
    assert all(target in text for text in (again.stderr, plain.stderr, told.stdout))
    assert path.read_text() == dated


def test_a_draft_that_was_edited_is_not_overwritten(repo):
    migdoctor(repo, "rewrite", "--follow-up", "draft.rb")
    path = repo.path / "draft.rb"
    path.write_text(path.read_text().replace("def up", "def up\n    say 'mine'"))

    done = migdoctor(repo, "rewrite", "--follow-up", "draft.rb")

    assert done.returncode == 2
    assert "there is a draft that differs from today's" in done.stderr
    assert "say 'mine'" in path.read_text()


def test_a_follow_up_that_waits_among_the_files_is_not_drafted_again(repo):
    migdoctor(repo, "rewrite", "--follow-up", "--yes")

    again = migdoctor(repo, "rewrite", "--follow-up", "--yes")
    told = migdoctor(repo, "diagnose", "--format", "json")

    (drafted,) = (repo.path / "db/migrate").glob("*_catch_up_with_edited_migrations*.rb")
    assert again.returncode == 0, again.stderr
    assert f"{drafted.name}, which is pending, is one" in again.stderr
    fixes = [it["fix"] for it in json.loads(told.stdout)["findings"] if it["code"] == "MD106"]
    assert all(drafted.name in fix for fix in fixes)


def test_a_script_says_to_draft_first_what_cannot_be_drafted_after_it(repo):
    first = "before this runs, draft the follow-up, for afterwards the rows no longer tell what ran"

    bare = migdoctor(repo, "rewrite").stdout
    migdoctor(repo, "rewrite", "--follow-up", "follow_up.rb")
    drafted = migdoctor(repo, "rewrite").stdout

    told = " ".join(bare.replace("\n--", " ").split())
    assert first in told
    assert "--follow-up follow_up.rb" in told
    assert "before this runs" not in drafted


@pytest.mark.parametrize(
    ("there", "typed"),
    [
        pytest.param((), "rake", id="neither"),
        pytest.param(("Gemfile",), "bundle exec rake", id="a Gemfile"),
        pytest.param(("Gemfile", "bin/rails"), "bin/rails", id="both"),
    ],
)
def test_the_migrate_is_typed_as_the_application_can(repo, there, typed):
    (repo.path / "db/schema.rb").write_text(
        "ActiveRecord::Schema[7.1].define(version: 2025_02_01_000000) do\nend\n"
    )
    for name in there:
        repo.write(name, "", "")
    repo.commit()

    told = " ".join(migdoctor(repo, "rewrite").stderr.split())

    assert f"development database first ({typed} db:migrate)" in told


@pytest.mark.parametrize(
    ("now", "told"),
    [
        pytest.param(PLAIN[:1] + PLAIN[2:], "removing it would destroy", id="a column is gone"),
        pytest.param((*PLAIN, "execute 'UPDATE songs SET id = id'"), "writes data", id="data"),
        pytest.param((*PLAIN, "send(:something, songs)"), "cannot be read", id="unreadable"),
    ],
)
@pytest.mark.parametrize("name", ["rewrite", "rename-back"])
def test_a_draft_that_would_do_nothing_is_neither_asked_for_nor_written(repo, name, now, told):
    repo.add(NEW, "CreateSongs", *now)
    repo.commit("edited again")

    shown = migdoctor(repo, name)
    asked = migdoctor(repo, name, "--follow-up", "draft.rb")
    planned = migdoctor(repo, name, "--format", "json").stdout
    path = migdoctor(repo, "diagnose").stdout

    assert told in " ".join(shown.stderr.split())
    assert "What to do next" in shown.stderr
    assert "What to do next" in path
    for text in (shown.stderr, shown.stdout, path):
        assert "follow-up" not in text.replace("--follow-up", "follow-up"), text
    assert (
        "No follow-up was written: it would do nothing; everything in it is for you" in asked.stderr
    )
    assert not (repo.path / "draft.rb").exists()
    assert '"follow_up": null' in planned
