"""Notes on MariaDB and SQLite after the real Rails ran, and after a number that was given on."""

from collections.abc import Iterator

import pytest

from tests.support.accidents.deploys import Deploys
from tests.support.databases.mysql_servers import fresh_mysql
from tests.support.databases.sqlite_files import SqliteDatabase
from tests.support.frameworks.many_migrates import Rails, rails_process
from tests.support.histories.repositories import FOLDER, Repo

pytestmark = pytest.mark.rails
V1, V2, V3, V4 = "20250101000000", "20250201000000", "20250301000000", "20250401000000"


@pytest.fixture(scope="module")
def rails() -> Iterator[Rails]:
    with rails_process() as process:
        yield process


@pytest.fixture(params=["mysql", "sqlite"])
def app(request, tmp_path, monkeypatch) -> Iterator[Deploys]:
    monkeypatch.setenv("MIGDOCTOR_STATE_DIR", str(tmp_path / "state"))
    repo = Repo.make(tmp_path / "app")
    if request.param == "sqlite":
        yield Deploys(repo, SqliteDatabase(tmp_path / "production.sqlite3"))
        return
    with fresh_mysql(request.getfixturevalue("mariadb")) as database:
        yield Deploys(repo, database)


def deploy(app: Deploys, rails: Rails, **tables: str) -> None:
    for table, version in tables.items():
        app.repo.add(f"{version}_create_{table}.rb", f"Create{table.title()}",
                     f"create_table(:{table}) {{ |t| t.string :title }}")  # fmt: skip
    app.repo.commit()
    assert rails.migrate(app.repo.path / FOLDER, app.database.url).error is None
    app.record()


def test_after_an_accident_and_its_repair_rails_and_the_notes_agree(app, rails):
    deploy(app, rails, artists=V1)
    deploy(app, rails, songs=V2, albums=V3)
    app.repo.move(f"{V2}_create_songs.rb", f"{V4}_create_songs.rb")
    app.repo.move(f"{V3}_create_albums.rb", f"{V2}_create_albums.rb")
    app.repo.commit()

    renames = app.diagnosis()["renames"]
    repaired = app.run("rewrite", "--apply", "--yes")
    happened = rails.migrate(app.repo.path / FOLDER, app.database.url)

    told = [(it["old"]["version"], it["new"]["version"], it["confidence"]) for it in renames]
    assert sorted(told) == [(V2, V4, "certain"), (V3, V2, "certain")]
    assert all("note" in {one["kind"] for one in it["evidence"]} for it in renames)
    assert repaired.status == 0, repaired.err
    assert (happened.ran, happened.error) == ((), None)
    assert app.record().out.startswith("Nothing new to note")
    assert app.diagnosis()["findings"] == []
    assert [kind for _, kind, _, _ in app.notes].count("witnessed") == 4
