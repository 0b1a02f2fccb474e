"""No migration is accused that Rails itself ran, and of several only the one that did not run."""

from collections.abc import Iterator

import pytest

from tests.support.accidents.attested_cases import LOST, SOUND, UNDONE, WAITING, Case
from tests.support.databases.live import Live
from tests.support.databases.servers import Database
from tests.support.frameworks.many_migrates import Rails, rails_process
from tests.support.histories.repositories import FOLDER

pytestmark = pytest.mark.rails


@pytest.fixture(scope="module")
def rails() -> Iterator[Rails]:
    with rails_process() as process:
        yield process


@pytest.mark.parametrize("case", SOUND)
def test_what_rails_ran_is_accused_of_nothing(case, rails, database, tmp_path):
    assert accused(case, rails, database, tmp_path) == []


@pytest.mark.parametrize("case", WAITING)
def test_what_waits_is_not_taken_for_done(case, rails, database, tmp_path):
    assert accused(case, rails, database, tmp_path) == []


@pytest.mark.parametrize("case", LOST)
def test_a_lost_row_accuses_its_own_migration_and_nobody_else(case, rails, database, tmp_path):
    assert accused(case, rails, database, tmp_path) == [*case.told]


@pytest.mark.parametrize("case", UNDONE)
def test_what_was_undone_by_hand_accuses_the_one_that_did_it(case, rails, database, tmp_path):
    assert accused(case, rails, database, tmp_path) == [*case.told]


@pytest.mark.parametrize(
    ("line", "error", "says"),
    [
        pytest.param("add_index :songs, :title", "PG::DuplicateTable", "fails at", id="begins"),
        pytest.param(
            "add_index :songs, :title, if_not_exists: true",
            None,
            "stays INVALID",
            id="passes over it",
        ),
        pytest.param(
            "add_index :songs, :title unless index_exists?(:songs, :title)",
            None,
            "stays INVALID",
            id="asks",
        ),
    ],
)
def test_what_is_said_of_an_invalid_index_is_what_rails_does(
    line, error, says, rails, database, tmp_path
):
    live = Live.make(tmp_path, database)
    live.file(1, "create_songs", "create_table(:songs) { |t| t.string :title }")
    rails.migrate(live.repo.path / FOLDER, database.url)
    database.run("CREATE INDEX index_songs_on_title ON songs (title)")
    database.run(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'index_songs_on_title'::regclass"
    )
    live.file(2, "index_songs", line)

    (told,) = [it for it in live.report().findings if it.code == "MD124"]
    happened = rails.migrate(live.repo.path / FOLDER, database.url)

    assert says in told.why
    assert happened.error == error
    assert database.run("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == [(1,)]


def accused(case: Case, rails: Rails, database: Database, folder) -> list[tuple[str, str | None]]:
    """Let Rails run what ran, break what is to be broken, and diagnose."""
    live = Live.make(folder, database, case.first)
    for version, body in enumerate(case.ran, 1):
        live.file(version, f"change_{version}", body)
    happened = rails.migrate(live.repo.path / FOLDER, database.url)
    assert happened.error is None, happened.message
    for version in case.lost:
        database.run(f"DELETE FROM schema_migrations WHERE version = '{version}'")
    for version, body in enumerate(case.waiting, len(case.ran) + 1):
        live.file(version, f"change_{version}", body)
    database.run(case.by_hand)
    told = live.report().findings
    return [(it.code, it.version) for it in told if "MD119" <= it.code <= "MD125"]
