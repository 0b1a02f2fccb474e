"""What is foretold is what Rails then does on MariaDB, over many histories that went wrong.

The long form: MIGDOCTOR_PREDICTIONS=150 pytest tests/rails/test_predictions_mysql.py
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pymysql
import pytest

from tests.rails.test_predictions import agree, foretold, listed, told
from tests.rails.test_predictions_sqlite import here
from tests.support.accidents.broken_history import Case, broken_history
from tests.support.databases.mysql_servers import MysqlDatabase, MysqlServer, fresh_mysql
from tests.support.frameworks.many_migrates import Rails, rails_process
from tests.support.histories.repositories import FOLDER, Repo

pytestmark = pytest.mark.rails
COUNT = int(os.environ.get("MIGDOCTOR_PREDICTIONS", "6"))
SEED = int(os.environ.get("MIGDOCTOR_SEED", "0"))
FROM = int(os.environ.get("MIGDOCTOR_FROM", "0"))


@pytest.fixture(scope="module")
def rails() -> Iterator[Rails]:
    with rails_process() as process:
        yield process


@pytest.mark.parametrize("number", range(FROM, FROM + COUNT))
def test_what_is_foretold_is_what_rails_does(number, rails, mariadb: MysqlServer, tmp_path):
    case = broken_history(number, SEED)
    with fresh_mysql(mariadb) as production:
        repo = deploy(case, rails, production, tmp_path)
        before = production.tables()
        prediction = foretold(repo, production)

        happened = rails.migrate(repo.path / FOLDER, production.url)

        story = f"{case}\n{told(prediction)}\n{happened}\n{listed(repo)}"
        agree(prediction, happened, before, production.tables(), story)


def deploy(case: Case, rails: Rails, database: MysqlDatabase, folder: Path) -> Repo:
    """A database that ran what was deployed, and a repository with what went wrong since."""
    repo = Repo.make(folder / "app")
    for name, text in case.files("deployed"):
        repo.write(name, here(text))
    repo.commit("deployed")
    rails.migrate(repo.path / FOLDER, database.url)
    for table in case.filled:
        with suppress(pymysql.Error):  # a migration of PostgreSQL's did not run here
            database.run(f"INSERT INTO {table} (title) VALUES ('one'), ('two')")
    for statement in case.by_hand:
        with suppress(pymysql.Error):
            database.run(statement)
    for path in (repo.path / FOLDER).iterdir():
        path.unlink()
    for name, text in case.files("broken"):
        repo.write(name, here(text))
    repo.commit("broken")
    return repo
