"""The gate's commands, obeyed to the letter, and then the real Rails on a database of the base."""

from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.support.commands.gates import check, mend, run, started
from tests.support.databases.servers import Database
from tests.support.frameworks.many_migrates import Rails, rails_process
from tests.support.histories.repositories import FOLDER, Repo
from tests.workflow.gate.test_check_findings import SITUATIONS
from tests.workflow.gate.test_check_harm import squashed

pytestmark = pytest.mark.rails
KEPT = ("schema_migrations", "ar_internal_metadata")


def squash_under_its_own_version(repo: Repo) -> None:
    squashed(repo, "20240301000000", ", force: true")


def squash_that_takes_over(repo: Repo) -> None:
    squashed(repo, "20240201000000", ", force: true")


def copy_with_force(repo: Repo) -> None:
    repo.add(
        "20240301000000_make_songs.rb",
        "MakeSongs",
        "create_table :songs, force: true do |t|",
        "  t.string :title",
        "end",
    )


# its base takes a column away that no migration makes: Rails cannot build it
NO_BASE = {"late_where_it_matters"}
CASES = [
    *(it for _, it in SITUATIONS if it.__name__ not in NO_BASE),
    squash_under_its_own_version,
    squash_that_takes_over,
]


@pytest.fixture(scope="module")
def rails():
    with rails_process() as process:
        yield process


def as_of(repo: Repo, ref: str, folder: Path) -> Path:
    """The migrations of a commit, in a folder of their own."""
    folder.mkdir()
    repo.git("--work-tree", str(folder), "restore", "--source", ref, "--worktree", "--", FOLDER)
    return folder / FOLDER


def counts(url: str) -> dict[str, int]:
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        found = {}
        for (table,) in tables:
            asked = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            found[table] = connection.execute(asked).fetchone()[0]
        return found


def fill(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for table in counts(url):
            if table not in KEPT:
                name = sql.Identifier(table)
                connection.execute(sql.SQL("INSERT INTO {} DEFAULT VALUES").format(name))
        connection.execute("UPDATE songs SET title = 'a title'")  # as a draft may demand


@pytest.mark.parametrize("how", ["run lines", "--fix"])
@pytest.mark.parametrize("situation", CASES, ids=lambda it: it.__name__)
def test_what_the_gate_lets_pass_migrates_and_loses_nothing(
    situation, how, tmp_path, database: Database, rails: Rails
):
    if how == "--fix" and situation.__name__ == "linked":
        pytest.skip("what a link leads to is left to a person")
    repo = started(tmp_path / "repo")
    situation(repo)
    assert rails.migrate(as_of(repo, "main", tmp_path / "base"), database.url).error is None
    fill(database.url)
    before = counts(database.url)

    if how == "--fix":
        run(repo, "check", "--base", "main", "--fix", "--yes")
    else:
        repo.commit("the change")
        outcome = check(repo)
        if outcome.status:
            mend(repo, outcome)
    passes = check(repo).status == 0
    merged = merge_into_main(repo)
    outcome = rails.migrate(merged, database.url)

    assert passes
    assert outcome.error is None, outcome.message
    after = counts(database.url)
    assert {table: after.get(table) for table in before if table not in KEPT} == {
        table: count for table, count in before.items() if table not in KEPT
    }


def merge_into_main(repo: Repo) -> Path:
    """What is deployed in the end: the change merged into the base as it is now."""
    repo.commit("as the gate wants it")
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-edit", "change")
    return repo.path / FOLDER


@pytest.mark.parametrize(
    "situation", [squash_under_its_own_version, copy_with_force], ids=lambda it: it.__name__
)
def test_what_the_gate_blocks_as_harmful_is_harmful(
    situation, tmp_path, database: Database, rails: Rails
):
    repo = started(tmp_path / "repo")
    situation(repo)
    repo.git("add", "-A")
    rails.migrate(as_of(repo, "main", tmp_path / "base"), database.url)
    fill(database.url)

    outcome = check(repo)
    rails.migrate(repo.path / FOLDER, database.url)

    assert outcome.status == 1
    assert counts(database.url)["songs"] == 0
