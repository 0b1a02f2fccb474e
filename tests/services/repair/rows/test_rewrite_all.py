"""rewrite over several environments: a script each, and none that runs on another's database."""

import subprocess
from pathlib import Path

import pytest

from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.servers import Database, fresh_database
from tests.support.histories.repositories import Repo

OLD, NEW = "20250101000000", "20250601000000"
NOWHERE = "postgresql://nobody:hush-hush@127.0.0.1:1/none"


@pytest.fixture
def app(tmp_path: Path) -> Repo:
    repo = Repo.make(tmp_path / "app")
    repo.add(f"{OLD}_create_songs.rb", "CreateSongs", "create_table :songs")
    repo.commit()
    repo.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb")
    repo.commit()
    return repo


def fill(database: Database, version: str) -> None:
    database.run(
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"
        f"INSERT INTO schema_migrations VALUES ('{version}'); CREATE TABLE songs (id bigserial)"
    )


@pytest.fixture
def three(postgres15):
    """Two databases with the old name, which are alike, and one with the new name."""
    with (
        fresh_database(postgres15) as one,
        fresh_database(postgres15) as two,
        fresh_database(postgres15) as three,
    ):
        for database, version in ((one, OLD), (two, OLD), (three, NEW)):
            fill(database, version)
        yield {"production": one, "developer": two, "staging": three}


def rewrite(app: Repo, places: dict[str, str], *more: str) -> Done:
    words = [word for it in places.items() for word in ("--environment", "=".join(it))]
    return migdoctor(app.path, "rewrite", *words, *more)


def urls(databases: dict[str, Database]) -> dict[str, str]:
    return {name: database.url for name, database in databases.items()}


def psql(database: Database, script: Path) -> subprocess.CompletedProcess[str]:
    command = [
        database.server.bin / "psql",
        "-d",
        database.url,
        "-v",
        "ON_ERROR_STOP=1",
        "-f",
        script,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def rows(database: Database) -> list[str]:
    return [row for (row,) in database.run("SELECT version FROM schema_migrations ORDER BY 1")]


def test_each_gets_its_script_and_who_needs_none_gets_none(app, three, tmp_path):
    done = rewrite(app, urls(three), "-o", str(tmp_path / "fix"))

    assert done.status == 0, done
    assert sorted(path.name for path in (tmp_path / "fix").iterdir()) == [
        "developer.sql",
        "production.sql",
    ]
    assert done.out.splitlines() == [
        f"{tmp_path}/fix/production.sql",
        f"{tmp_path}/fix/developer.sql",
    ]


def test_a_script_refuses_a_database_that_is_not_its_own(app, three, tmp_path):
    rewrite(app, urls(three), "-o", str(tmp_path / "fix"))
    script = tmp_path / "fix" / "production.sql"

    wrong = psql(three["developer"], script)
    assert wrong.returncode != 0
    assert "this script is for environment production" in wrong.stderr
    assert rows(three["developer"]) == [OLD]

    right = psql(three["production"], script)
    assert right.returncode == 0, right.stderr
    assert rows(three["production"]) == [NEW]


def test_one_that_cannot_be_read_gets_none_and_the_others_theirs(app, three, tmp_path):
    places = {**urls(three), "dead": NOWHERE}

    done = rewrite(app, places, "-o", str(tmp_path / "fix"))

    assert done.status == 2
    assert "environment dead could not be read" in done.err
    assert "hush" not in done.err + done.out
    assert (tmp_path / "fix" / "production.sql").exists()
    assert not (tmp_path / "fix" / "dead.sql").exists()


def test_one_that_is_refused_gets_none(three, tmp_path):
    """Two files may be the one that ran: no rows are rewritten before somebody says which."""
    app = Repo.make(tmp_path / "app")
    app.add(f"{OLD}_create_songs.rb", "CreateSongs", "create_table :songs")
    app.commit()
    app.remove(f"{OLD}_create_songs.rb")
    app.add(f"{NEW}_add_songs.rb", "AddSongs", "create_table :songs")
    app.add("20250701000000_make_songs.rb", "MakeSongs", "create_table :songs")
    app.commit()

    done = rewrite(app, urls(three), "-o", str(tmp_path / "fix"))

    assert (done.status, sorted((tmp_path / "fix").glob("*"))) == (1, []), done
    assert "no script" in done.err


def test_a_stale_script_goes_and_somebody_elses_file_stays(app, three, tmp_path):
    folder = tmp_path / "fix"
    rewrite(app, urls(three), "-o", str(folder))
    psql(three["production"], folder / "production.sql")

    again = rewrite(app, urls(three), "-o", str(folder))
    assert (again.status, (folder / "production.sql").exists()) == (0, False), again

    (folder / "staging.sql").write_text("SELECT 'mine';\n")
    kept = rewrite(app, urls(three), "-o", str(folder))
    assert (kept.status, "not a migdoctor script" in kept.err) == (2, True), kept
    assert (folder / "staging.sql").read_text() == "SELECT 'mine';\n"


def test_several_need_a_folder(app, three):
    done = rewrite(app, urls(three))

    assert (done.status, "-o FOLDER" in done.err) == (2, True), done


@pytest.mark.parametrize(
    "option", ["--apply", "--dry-run", "--undo", "--combined", "--format=json"]
)
def test_what_is_for_one_stays_for_one(app, three, option):
    done = rewrite(app, urls(three), option)

    assert (done.status, "works on one environment" in done.err) == (2, True), done


def test_rows_from_a_file_get_a_script_that_says_so(app, tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text(f"{OLD}\n")
    places = {name: str(tmp_path / f"{name}.txt") for name in ("one", "two")}

    done = rewrite(app, places, "-o", str(tmp_path / "fix"))

    assert done.status == 0, done
    assert "cannot tell whose database" in (tmp_path / "fix" / "one.sql").read_text()


def test_two_names_that_differ_only_in_case_get_no_folder(app, three, tmp_path):
    """On many computers the second script would take the place of the first."""
    places = {"prod": three["production"].url, "Prod": three["developer"].url}

    done = rewrite(app, places, "-o", str(tmp_path / "fix"))

    assert (done.status, (tmp_path / "fix").exists()) == (2, False), done
    assert "are one file where case does not count" in done.err
