"""What is printed is typed as it stands, and nothing is lost or hidden by it."""

import os
import re
import subprocess

import pytest

from tests.support.commands.gates import ALBUMS, SONGS, run, started
from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.live import Live
from tests.support.histories.repositories import FOLDER
from tests.workflow.gate.test_check_findings import renamed_and_edited

TAGS = "create_table(:tags) { |t| t.string :label }"
STRICT = "create_table(:tags) { |t| t.string :label, null: false }"
MADE = "CREATE TABLE tags (id bigserial PRIMARY KEY, label varchar)"


@pytest.fixture
def edited(tmp_path, database):
    """A migration was renamed after it ran, and its new text demands more."""
    live = Live.make(tmp_path, database, MADE)
    live.ran(1, "create_tags", TAGS)
    live.repo.commit("what ran")
    live.repo.remove("1_create_tags.rb")
    live.repo.add("5_create_tags.rb", "CreateTags", STRICT)
    live.repo.commit("renamed")
    return live


def test_a_printed_repair_keeps_what_the_edits_bring(edited):
    url = edited.database.url
    told = migdoctor(edited.repo.path, "diagnose", DATABASE_URL=url, COLUMNS="200").out

    (line,) = re.findall(r"migdoctor (?:rename-back|rewrite) .*--follow-up \S+", told)
    words = line.replace('"$DATABASE_URL"', url).split()[1:]
    migdoctor(edited.repo.path, *words, DATABASE_URL=url)

    assert "change_column_null" in (edited.repo.path / "follow_up.rb").read_text()
    assert re.search(r"mv follow_up\.rb db/migrate/\d+_catch_up_with_edited_migrations\.rb", told)


def test_a_folder_is_no_password_though_the_shell_calls_it_pwd(edited):
    here = str(edited.repo.path)
    variables = {
        "DATABASE_URL": edited.database.url,
        "PWD": here,
        "OLDPWD": here,
        "XDG_STATE_HOME": str(edited.repo.path.parent / "state"),
    }

    told = migdoctor(edited.repo.path, "rename-back", "--apply", "--yes", **variables)

    assert told.status == 0, told.err
    assert "***" not in told.err
    assert f"undo.sh {here}" in told.err


def test_what_was_fixed_is_staged_as_printed_and_the_rename_is_not_committed(tmp_path):
    repo = started(tmp_path / "repo")
    renamed_and_edited(repo)
    repo.git("add", "-A")

    told = run(repo, "check", "--base", "main", "--fix", "--yes").err

    (line,) = re.findall(r"^  (git -C .+ add -A -- .+)$", told, re.MULTILINE)
    subprocess.run(["sh", "-c", line], check=True)
    repo.git("commit", "-qm", "fixed")
    assert run(repo, "check", "--base", "main", "--ref", "HEAD").status == 0
    assert ".kept" not in repo.git("ls-files")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param(
            {2: "songs", 1: "tags"},
            "were renamed after they ran; `db:migrate` would run none again. In all",
            id="a swap",
        ),
        pytest.param({2: "songs", 3: "tags"}, "would run 1 of them again.", id="moved on by one"),
    ],
)
def test_only_what_would_run_again_is_said_to(tmp_path, database, files, said):
    live = Live.make(tmp_path, database, f"{MADE}; CREATE TABLE songs (id bigserial PRIMARY KEY)")
    live.ran(1, "create_songs", "create_table(:songs)")
    live.ran(2, "create_tags", TAGS)
    live.repo.commit("what ran")
    live.repo.remove("1_create_songs.rb")
    live.repo.remove("2_create_tags.rb")
    for number, name in files.items():
        body = TAGS if name == "tags" else "create_table(:songs)"
        live.repo.add(f"{number}_create_{name}.rb", f"Create{name.title()}", body)
    live.repo.commit("renumbered")

    told = migdoctor(live.repo.path, "diagnose", DATABASE_URL=database.url).out

    assert said in " ".join(told.split())


@pytest.mark.parametrize("named_by", ["the variable", "the option"])
@pytest.mark.parametrize("options", ["", "?pool=5", "?pool=5&connect_timeout=9"])
def test_a_row_is_inserted_as_printed(tmp_path, database, named_by, options):
    live = Live.make(tmp_path, database, MADE)
    live.repo.add("1_create_tags.rb", "CreateTags", TAGS)
    live.repo.commit("its row was lost")
    url = f"postgresql://guarded:correct%20horse@127.0.0.1:{database.server.port}/{database.name}"
    database.run("GRANT ALL ON ALL TABLES IN SCHEMA public TO guarded")
    by_option = named_by == "the option"
    words = ("--database-url", url + options) if by_option else ()
    variables = {"DATABASE_URL": "" if by_option else url + options, "COLUMNS": "300"}

    told = migdoctor(live.repo.path, "diagnose", *words, **variables)
    advised = migdoctor(live.repo.path, "advise", *words, **variables)

    (line,) = re.findall(r"^ +(psql -d .+)$", told.out, re.MULTILINE)
    left_out = "Set the variable PGPASSWORD first"
    noted = by_option or bool(options)
    assert ((left_out in told.out), (left_out in advised.out)) == (noted, noted)
    path = f"{database.server.bin}:{os.environ['PATH']}"
    kept = {"PGPASSWORD": "correct horse"} if noted else {}
    subprocess.run(["sh", "-c", line], check=True, env={"PATH": path, **variables, **kept})
    assert database.run("SELECT version FROM schema_migrations") == [("1",)]


@pytest.mark.parametrize("words", ["rewrite -o fix.sql", "rename-back --apply --yes"])
@pytest.mark.parametrize("kept", [False, True])
def test_what_is_left_to_do_begins_with_the_variable_that_it_needs(edited, words, kept):
    server = edited.database.server
    url = f"postgresql://guarded:correct%20horse@127.0.0.1:{server.port}/{edited.database.name}"
    edited.database.run("GRANT ALL ON ALL TABLES IN SCHEMA public TO guarded")
    variables = {"DATABASE_URL": "", "PGPASSWORD": "correct horse" if kept else ""}

    told = migdoctor(edited.repo.path, *words.split(), "--database-url", url, **variables)

    assert told.status == 0, told.err
    _, _, steps = f"{told.err}\n{told.out}".partition("What to do next")
    assert "user=guarded" in steps
    assert ("1. Set the variable PGPASSWORD first" in steps) is not kept
    assert ("Set the variable" in steps) is not kept


def test_an_index_is_not_dropped_for_a_migration_that_stops_before_it(tmp_path, database):
    live = Live.make(tmp_path, database, f"{MADE}; INSERT INTO tags (label) VALUES ('a'), ('a')")
    live.ran(1, "create_tags", TAGS)
    database.run("ALTER TABLE tags ADD COLUMN rank integer")
    with pytest.raises(Exception, match="could not create unique index"):
        database.run("CREATE UNIQUE INDEX CONCURRENTLY index_tags_on_label ON tags (label)")
    live.repo.add(
        "2_rank.rb",
        "Rank",
        "add_column :tags, :rank, :integer\n    add_index :tags, :label, unique: true",
    )

    (told,) = [it for it in live.report().findings if it.code == "MD124"]

    assert "DROP INDEX" not in told.fix
    assert "column tags.rank" in told.fix
    assert "duplicate values resolved first" in told.fix


@pytest.mark.parametrize(
    ("index", "said"),
    [
        pytest.param("add_index :songs, :title", "index_songs_on_title", id="more than was merged"),
        pytest.param("", None, id="no more"),
    ],
)
def test_a_squash_that_makes_more_does_not_hide_it_under_a_version_that_ran(tmp_path, index, said):
    repo = started(tmp_path / "repo")
    repo.git("rm", "-q", f"{FOLDER}/{SONGS}", f"{FOLDER}/{ALBUMS}")
    body = (
        repo.git("show", f"main:{FOLDER}/{name}").split("def change\n")[1].split("\n  end")[0]
        for name in (SONGS, ALBUMS)
    )
    repo.add(
        ALBUMS.replace("create_albums", "init"), "Init", *"\n".join([*body, index]).split("\n")
    )

    told = run(repo, "check", "--base", "main", "--format", "json")

    found = told.found("MD306")
    assert found["severity"] == ("warning" if said else "note")
    assert (said or "takes over") in found["what"]


def exchanged(live: Live) -> None:
    names = {1: ("songs", "create_table(:songs)"), 2: ("tags", TAGS)}
    for number, (name, body) in names.items():
        live.ran(number, f"create_{name}", body)
    live.repo.commit("what ran")
    for number, (name, body) in names.items():
        live.repo.remove(f"{number}_create_{name}.rb")
        live.repo.add(f"{3 - number}_create_{name}.rb", f"Create{name.title()}", body)
    live.repo.commit("exchanged")


def test_versions_that_were_exchanged_are_told_and_nothing_is_said_to_run_again(tmp_path, database):
    live = Live.make(tmp_path, database, f"{MADE}; CREATE TABLE songs (id bigserial PRIMARY KEY)")
    exchanged(live)

    told = migdoctor(live.repo.path, "diagnose", DATABASE_URL=database.url)

    assert "create_songs" in told.out
    assert "would run them again" not in told.out


def test_an_exchange_that_was_taken_back_is_no_divergence(tmp_path, database):
    live = Live.make(tmp_path, database, f"{MADE}; CREATE TABLE songs (id bigserial PRIMARY KEY)")
    exchanged(live)
    live.repo.git("revert", "--no-edit", "HEAD")

    told = migdoctor(live.repo.path, "diagnose", DATABASE_URL=database.url)

    assert told.status == 0, told.out
