"""Both repairs of one rename would undo each other: the second refuses, and names the undo."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commands.repair_runs import Place
from tests.support.databases.servers import Database, fresh_database
from tests.support.histories.repositories import Repo

OLD = "20250104000000_create_artists.rb"
NEW = "20250105000000_create_artists.rb"
ROWS = ("20250101000000", "20250104000000")


@pytest.fixture
def place(tmp_path, database) -> Place:
    repo = Repo.make(tmp_path / "app")
    repo.add("20250101000000_create_songs.rb", "CreateSongs", "create_table :songs")
    repo.add(OLD, "CreateArtists", "create_table :artists")
    repo.commit()
    repo.move(OLD, NEW)
    repo.commit()
    filled(database)
    return Place(repo.path, database, tmp_path / "state")


def filled(database: Database) -> None:
    database.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
    for table in ("songs", "artists"):
        database.run(f"CREATE TABLE {table} (id bigserial PRIMARY KEY)")
    for row in ROWS:
        database.run(f"INSERT INTO schema_migrations VALUES ('{row}')")


@pytest.fixture
def elsewhere(place) -> Iterator[Place]:
    """Another clone of the repository, another database, and the same account's state folder."""
    clone = place.repository.parent / "clone"
    subprocess.run(["git", "clone", "-q", str(place.repository), str(clone)], check=True)
    with fresh_database(place.database.server) as database:
        filled(database)
        yield Place(clone, database, place.state)


def applied(place: Place, command: str) -> str:
    done = place.run(command, "--apply", "--yes")
    assert done.status == 0, done.err
    identity: str = place.journal()[-1]["id"]
    return identity


def old_rows(place: Place) -> str:
    """The rows of another environment, which nobody has repaired."""
    path = place.repository.parent / "rows.txt"
    path.write_text("".join(f"{row}\n" for row in ROWS))
    return str(path)


def test_rows_that_went_forward_keep_the_files_from_going_back(place):
    repair = applied(place, "rewrite")
    before = place.files()

    for how in ([], ["--format", "patch"]):
        refused = place.run("rename-back", "--rows", old_rows(place), *how)
        assert (refused.status, refused.out) == (1, "")
        assert f"migdoctor undo {repair}" in refused.err
    assert place.run("undo", "--yes").status == 0
    again = place.run("rename-back", "--apply", "--yes")

    assert again.status == 0, again.err
    assert place.files() != before


def test_files_that_went_back_keep_rows_from_going_forward(place):
    """The main branch still has the new names, and --ref looks at it."""
    repair = applied(place, "rename-back")

    refused = place.run("rewrite", "--ref", "HEAD", "--apply", "--yes")

    assert refused.status == 1
    assert f"migdoctor undo {repair}" in refused.err
    assert place.rows() == [*ROWS]


@pytest.mark.parametrize(
    ("theirs", "mine", "harm"),
    [
        pytest.param("rewrite", "rename-back", "would not know its own", id="rows, then files"),
        pytest.param("rename-back", "rewrite", "would have no file", id="files, then rows"),
    ],
)
def test_a_repair_of_another_checkout_and_database_is_told_and_blocks_nothing(
    place, elsewhere, theirs, mine, harm
):
    repair = applied(elsewhere, theirs)

    done = place.run(mine, "--apply", "--yes")

    told = " ".join(done.err.split())
    assert done.status == 0, done.err
    assert f"from another checkout, {elsewhere.repository}, repair {repair}" in told
    assert harm in told
    assert f"migdoctor undo {repair}" in told
    back = place.run("undo", "--yes")
    assert f"before repair {place.journal()[-1]['id']}" in back.err
    assert place.rows() == [*ROWS]


def test_undo_without_a_name_means_this_checkout_not_the_latest_of_all(place, elsewhere):
    mine = applied(place, "rewrite")
    applied(elsewhere, "rewrite")

    done = place.run("undo", "--yes")

    assert done.status == 0, done.err
    assert f"before repair {mine}" in done.err
    assert len(elsewhere.rows()) == len(ROWS)
    assert elsewhere.rows() != [*ROWS]


def test_a_refusal_says_when_where_and_what_if_the_database_is_gone(place):
    applied(place, "rewrite")

    refused = place.run("rename-back", "--rows", old_rows(place))

    told = " ".join(refused.err.split())
    entry = place.journal()[-1]
    assert f"on {entry['time'][:10]} it gave the rows of database {place.database.name}" in told
    assert f"migdoctor undo {entry['id']} --environment NAME" in told  # not the rows at hand
    assert "if that database no longer exists: MIGDOCTOR_STATE_DIR=" in told


def test_where_git_put_the_new_names_back_the_rows_may_follow(place):
    applied(place, "rename-back")
    subprocess.run(
        ["git", "checkout", "-q", "-f", "HEAD", "--", "."], cwd=place.repository, check=True
    )
    (place.repository / "db/migrate" / OLD).unlink()

    assert place.run("rewrite", "--apply", "--yes").status == 0


def test_where_somebody_put_the_old_rows_back_the_files_may_follow(place):
    applied(place, "rewrite")
    place.database.run(
        "UPDATE schema_migrations SET version = '20250104000000' WHERE version = '20250105000000'"
    )

    assert place.run("rename-back", "--apply", "--yes").status == 0


def test_a_repair_of_other_renames_stands_in_nobodys_way(place):
    applied(place, "rewrite")
    repo = Repo(place.repository)
    repo.move("20250101000000_create_songs.rb", "20250106000000_create_songs.rb")
    repo.commit()

    done = place.run("rename-back", "--rows", old_rows(place), "--dry-run", "--yes")

    assert done.status == 1  # it would take artists back too
    place.run("undo", "--yes")
    assert place.run("rename-back", "--apply", "--yes").status == 0


def test_the_draft_of_what_edits_hid_is_kept_with_the_repair(place):
    repo = Repo(place.repository)
    text = (repo.path / "db/migrate" / NEW).read_text()
    made = "create_table(:artists) { |t| t.string :name, null: false }"
    repo.write(NEW, text.replace("create_table :artists", made))
    repo.commit("edited")

    done = place.run("rewrite", "--apply", "--yes")

    draft = place.journal()[-1]["follow_up"]["path"]
    assert f"Follow-up: {draft}" in done.err, done.err
    assert '"name"' in Path(draft).read_text()
    assert draft in place.run("undo", "--list").out


def test_undo_means_a_repair_of_the_repository_that_it_is_run_in(place, elsewhere):
    repair = applied(elsewhere, "rename-back")

    without = place.run("undo", "--yes")
    (place.repository / "fix.undo.sql").write_text("BEGIN; COMMIT;\n")
    refused = place.run("undo", "--yes")
    named = place.run("undo", repair, "--yes")

    assert "migdoctor rewrite --undo -o FILE" in " ".join(without.err.split())
    told = " ".join(refused.err.split())
    assert refused.status == 2
    assert "there is nothing to undo here" in told
    assert f"{repair}, rename-back, in {elsewhere.repository}" in told
    assert "what a script changed is taken back by its own: fix.undo.sql here" in told
    assert f"migdoctor undo {repair}" not in told  # nobody who stands here means another's
    assert named.status == 0, named.err


def test_undo_of_a_database_that_is_named_takes_the_last_repair_of_that_one(place):
    with fresh_database(place.database.server) as other:
        filled(other)
        mine = applied(place, "rewrite")
        place.run("rewrite", "--apply", "--yes", "--database-url", other.url)

        done = place.run("undo", "--yes", "--database-url", place.database.url)

        assert done.status == 0, done.err
        assert f"before repair {mine}" in done.err
        assert place.rows() == [*ROWS]


def test_undo_of_what_is_committed_says_so_and_what_follows(place):
    applied(place, "rename-back")
    fresh = place.run("undo", "--dry-run")
    subprocess.run(["git", "add", "-A"], cwd=place.repository, check=True)
    subprocess.run(["git", "commit", "-qm", "names back"], cwd=place.repository, check=True)

    done = place.run("undo", "--yes")

    assert "is committed" not in fresh.err
    assert "note: the repair is committed, in" in done.err
    assert "Way back: migdoctor rename-back --apply, once that is committed" in done.err
    assert done.status == 0, done.err
