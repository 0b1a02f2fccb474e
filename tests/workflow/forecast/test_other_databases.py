"""One database alone forbids and allows no rename: where it lags behind, others are asked first."""

import subprocess

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.live import Live
from tests.support.histories.repositories import Repo, migration

LATE = "20250201000000_add_title_to_songs.rb"
ADD_TITLE = "add_column :songs, :title, :string"
SONGS = "CREATE TABLE songs (id bigserial PRIMARY KEY)"
NAMED = "do not rename or edit it because of this database alone"


@pytest.fixture
def live(tmp_path, database):
    """A file that was merged late, and needs what a later one makes."""
    made = Live.make(tmp_path, database)
    made.file(20250301000000, "create_songs", "create_table :songs")
    made.file(20250401000000, "create_albums", "create_table :albums")
    made.repo.commit("songs and albums")
    made.repo.write(LATE, migration("AddTitleToSongs", ADD_TITLE))
    made.repo.commit("title")
    return made


def told(live: Live, code: str, *words: str, **variables: str) -> str:
    """The fixes of all findings with a code, in one line."""
    said = migdoctor(live.repo.path, "diagnose", *words, **variables).out
    parts = " ".join(said.partition("What to do next")[0].split()).split(code)
    return " ".join(parts[1:])


def at(live: Live) -> dict[str, str]:
    return {"DATABASE_URL": live.database.url}


def test_in_an_empty_database_nothing_is_renamed(live):
    said = told(live, "MD130", **at(live))

    assert "git mv" not in said
    assert f"no migration has run here yet, and {LATE} is on main" in said
    assert f"{NAMED}, but diagnose production's first" in said


def test_production_is_named_as_the_applications_file_names_it(live):
    server = live.database.server
    live.repo.write(
        "database.yml",
        f"development:\n  adapter: postgresql\n  host: 127.0.0.1\n  port: {server.port}\n"
        f"  username: postgres\n  database: {live.database.name}\n"
        "production:\n  adapter: postgresql\n  database: elsewhere\n",
        "config",
    )
    said = told(live, "MD130")

    assert "git mv" not in said
    assert "first: RAILS_ENV=production migdoctor diagnose" in said
    assert "--database-url" not in said.partition("RAILS_ENV=production")[2]


def test_a_database_that_is_named_as_production_decides(live):
    said = told(live, "MD130", "--environment", f"production={live.database.url}")

    assert f"if it never ran anywhere, let it run last: git mv db/migrate/{LATE}" in said


def test_a_file_that_is_not_merged_may_be_renamed(live, tmp_path):
    live.repo.remove(LATE)
    live.repo.commit("nothing late yet")
    subprocess.run(["git", "clone", "-q", str(live.repo.path), str(tmp_path / "clone")], check=True)
    clone = Repo(tmp_path / "clone")
    clone.git("checkout", "-q", "-b", "titles")
    clone.write(LATE, migration("AddTitleToSongs", ADD_TITLE))
    clone.commit("title")

    said = told(Live(clone, live.database), "MD130", **at(live))

    assert f"if it never ran anywhere, let it run last: git mv db/migrate/{LATE}" in said


def test_a_merged_file_under_a_name_of_this_branch_is_known_still(live):
    live.repo.git("checkout", "-q", "-b", "titles")
    live.repo.move(LATE, LATE.replace("0201", "0202"))
    live.repo.commit("another version")

    assert NAMED in told(live, "MD130", **at(live))


def test_far_behind_a_late_file_keeps_its_version(live):
    live.row(20250401000000)
    live.database.run("CREATE TABLE albums (id bigserial PRIMARY KEY)")
    live.file(20250501000000, "create_users", "create_table :users")
    live.repo.commit("users")

    said = told(live, "MD109", **at(live))

    assert "give it a new version" not in said
    assert "3 of 4 migrations have not run here yet" in said
    assert NAMED in said


def test_a_database_that_keeps_up_is_told_what_it_was(live):
    live.row(20250301000000)
    live.row(20250401000000)
    live.database.run(f"{SONGS}; CREATE TABLE albums (id bigserial PRIMARY KEY)")

    assert "if it never ran anywhere, give it a new version" in told(live, "MD109", **at(live))


def test_of_two_files_with_one_version_none_is_renamed_in_an_empty_database(live):
    live.file(20250301000000, "create_notes", "create_table :notes")
    live.repo.commit("notes")

    said = told(live, "MD110", **at(live))

    assert "git mv" not in said
    assert "are on main" in said


def test_what_empties_a_table_is_not_edited_for_an_empty_database(live):
    live.database.run(f"{SONGS}; INSERT INTO songs SELECT FROM generate_series(1, 9)")
    live.repo.remove("20250301000000_create_songs.rb")
    live.file(20250301000000, "create_songs", "create_table :songs, force: true")
    live.repo.commit("force")

    said = told(live, "MD131", **at(live))

    assert "remove what empties" not in said


def test_beside_production_its_answer_is_given(live, tmp_path):
    rows = tmp_path / "production.txt"
    rows.write_text("20250301000000\n20250401000000\n20250201000000\n")

    said = told(
        live,
        "MD130",
        *("--environment", f"mine={live.database.url}"),
        *("--environment", f"theirs={rows}"),
    )

    assert "it ran on theirs, where it would run again under another version" in said
    rows.write_text("20250301000000\n20250401000000\n")
    said = told(
        live,
        "MD130",
        *("--environment", f"mine={live.database.url}"),
        *("--environment", f"theirs={rows}"),
    )
    assert "it ran on none of the environments that were read: let it run last" in said


def test_a_graph_prints_no_command_that_renames_what_others_may_have_run(live):
    done = migdoctor(live.repo.path, "graph", **at(live))

    assert "git apply" not in done.out
    assert "it is on main" in " ".join(done.out.split())


def test_a_graph_renames_what_only_this_branch_has(live):
    live.repo.git("branch", "-m", "main", "titles")
    live.repo.git("branch", "main", "HEAD~1")

    done = migdoctor(live.repo.path, "graph", **at(live))

    assert f"give db/migrate/{LATE} the version" in done.out
    assert "the file is not merged yet" in " ".join(done.out.split())
    assert "| git apply" in done.out


def test_a_plan_for_databases_that_all_lag_behind_moves_nothing(live, tmp_path):
    rows = tmp_path / "mine.txt"
    rows.write_text("# no row yet\n")

    done = migdoctor(
        live.repo.path,
        *("advise", "--environment", f"one={live.database.url}"),
        *("--environment", f"two={rows}"),
    )

    assert "git mv" not in done.out
    assert NAMED in " ".join(done.out.split())
