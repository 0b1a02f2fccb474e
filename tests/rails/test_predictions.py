"""What is foretold is what Rails then does, over many histories that went wrong."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.model.findings.prediction import LossKind, MigrationOutcome, Prediction
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import walk
from tests.support.accidents.broken_history import KINDS, Case, broken_history
from tests.support.databases.servers import Database, Server, fresh_database
from tests.support.frameworks import many_migrates
from tests.support.frameworks.many_migrates import Rails, rails_process
from tests.support.histories.repositories import FOLDER, Repo

pytestmark = pytest.mark.rails
NOW = datetime(2026, 1, 1, tzinfo=UTC)
COUNT = int(os.environ.get("MIGDOCTOR_PREDICTIONS", "42"))
SEED = int(os.environ.get("MIGDOCTOR_SEED", "0"))
FROM = int(os.environ.get("MIGDOCTOR_FROM", "0"))
RENAMED = re.compile(r"rename table (\w+) to (\w+)")
LOSING_ROWS = {LossKind.TABLE, LossKind.EMPTIED, LossKind.ROWS}


@pytest.fixture(scope="module")
def rails() -> Iterator[Rails]:
    with rails_process() as process:
        yield process


@pytest.fixture(scope="module")
def production(postgres15: Server) -> Iterator[Database]:
    """One database for all histories: to empty it is quicker than to make another."""
    with fresh_database(postgres15) as database:
        yield database


@pytest.mark.parametrize("number", range(FROM, FROM + COUNT))
def test_what_is_foretold_is_what_rails_does(number, rails, production, tmp_path):
    case = broken_history(number, SEED)
    production.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    repo = deploy(case, rails, production, tmp_path)
    before = rows_of(production)
    prediction = foretold(repo, production)

    happened = rails.migrate(repo.path / FOLDER, production.url)

    story = f"{case}\n{told(prediction)}\n{happened}\n{listed(repo)}"
    agree(prediction, happened, before, rows_of(production), story)


def test_every_mishap_is_among_the_histories():
    assert {name for number in range(40) for name in broken_history(number).mishaps} == {*KINDS}


def deploy(case: Case, rails: Rails, database: Database, folder: Path) -> Repo:
    """A database that ran what was deployed, and a repository with what went wrong since."""
    repo = Repo.make(folder / "app")
    for name, text in case.files("deployed"):
        repo.write(name, text)
    repo.commit("deployed")
    rails.migrate(repo.path / FOLDER, database.url)
    for table in case.filled:
        database.run(f"INSERT INTO {table} (title) VALUES ('one'), ('two')")
    for statement in case.by_hand:
        database.run(statement)
    for path in (repo.path / FOLDER).iterdir():
        path.unlink()
    for name, text in case.files("broken"):
        repo.write(name, text)
    repo.commit("broken")
    database.run("ANALYZE")
    return repo


def foretold(repo: Repo, database: Database, now: datetime = NOW) -> Prediction:
    request = Request(now=now, repo=str(repo.path), database_url=database.url, cache=False)
    return walk(request).report.environments[0].prediction


def agree(
    prediction: Prediction,
    happened: many_migrates.Outcome,
    before: dict[str, int],
    after: dict[str, int],
    story: str,
) -> None:
    """The same versions in the same order, the same error at the same one, the same tables."""
    ran = [file.version.text for file in prediction.would_run]
    open_ = [
        it.file.version.text
        for it in prediction.migrations
        if it.outcome is MigrationOutcome.UNKNOWN
    ]
    stopped_early = happened.error is not None and happened.ran != tuple(ran)
    if stopped_early and ran[len(happened.ran)] in open_:
        assert list(happened.ran) == ran[: len(happened.ran)], story
        return  # it was said that this one may fail
    assert list(happened.ran) == ran, story
    failure = prediction.fails_at
    assert (failure.error if failure else None) == happened.error, story
    if failure is not None and failure.error.startswith(("PG::", "SQLite3::", "Mysql2::")):
        said = failure.reason.split(": ", 1)[1].partition(" (")[0]
        assert said in happened.message, story
    if not any(it.line for it in prediction.migrations if it.outcome is MigrationOutcome.UNKNOWN):
        assert lost(prediction, before) == poorer(before, after, prediction), story


def lost(prediction: Prediction, before: dict[str, int]) -> set[str]:
    """The tables with rows that are foretold to lose some."""
    told = {loss.table for loss in prediction.destroys if loss.kind in LOSING_ROWS}
    return {table for table in told if before.get(table)}


def poorer(before: dict[str, int], after: dict[str, int], prediction: Prediction) -> set[str]:
    """The tables that have fewer rows now, under whatever name."""
    now = {table: table for table in before}
    for old, new in RENAMED.findall("; ".join(it.because for it in prediction.migrations)):
        now = {table: new if name == old else name for table, name in now.items()}
    return {table for table, rows in before.items() if after.get(now[table], 0) < rows}


def rows_of(database: Database) -> dict[str, int]:
    tables = database.run(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        " AND tablename NOT IN ('schema_migrations', 'ar_internal_metadata')"
    )
    return {table: database.run(f'SELECT count(*) FROM "{table}"')[0][0] for (table,) in tables}


def told(prediction: Prediction) -> str:
    lines = [f"{it.file.basename}: {it.outcome} {it.because}" for it in prediction.migrations]
    return "\n".join([*lines, f"{prediction.fails_at}"])


def listed(repo: Repo) -> str:
    files = sorted((repo.path / FOLDER).iterdir())
    return "\n".join(f"--- {path.name}\n{path.read_text()}" for path in files)
