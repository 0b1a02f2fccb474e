"""One application with two databases, by the real Rails: diagnosed, repaired each its way."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.servers import Database, fresh_database
from tests.support.frameworks.rails import NO_FILE, demand_rails, in_this_folder
from tests.support.histories.repositories import Repo

pytestmark = pytest.mark.rails

ANIMALS = "db/animals_migrate"
FILE = """\
default: &default
  adapter: postgresql
  host: <%= ENV.fetch("DB_HOST") {{ "127.0.0.1" }} %>
  port: {port}
  username: postgres
production:
  primary:
    <<: *default
    database: <%= ENV["SHOP_DATABASE"] || "{primary}" %>
  primary_replica:
    <<: *default
    database: {primary}
    replica: true
  animals:
    <<: *default
    database: {animals}
    migrations_paths: db/animals_migrate
"""
RENAMED = {
    "db/migrate": ("20250102000000_create_songs.rb", "20250202000000_create_songs.rb"),
    ANIMALS: ("20250103000000_create_lions.rb", "20250203000000_create_lions.rb"),
}


@pytest.fixture
def app(tmp_path: Path, postgres18):
    """Both databases migrated by Rails; then a migration of each is renamed."""
    demand_rails()
    with fresh_database(postgres18) as primary, fresh_database(postgres18) as animals:
        repo = Repo.make(tmp_path / "app")
        text = FILE.format(port=postgres18.port, primary=primary.name, animals=animals.name)
        repo.write("database.yml", text, "config")
        repo.add("20250101000000_create_users.rb", "CreateUsers")
        repo.add("20250101000001_create_bears.rb", "CreateBears", folder=ANIMALS)
        for folder, (old, _) in RENAMED.items():
            name = "".join(part.title() for part in old[15:-3].split("_"))
            repo.add(old, name, folder=folder)
        repo.commit()
        rails(repo, "db:migrate")
        for folder, (old, new) in RENAMED.items():
            repo.move(old, new, folder=folder)
        repo.commit("Renumber")
        yield repo, primary, animals


def rails(repo: Repo, task: str) -> str:
    done = subprocess.run(
        ["sh", "-c", in_this_folder(task)],
        cwd=repo.path,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PWD": str(repo.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def ours(repo: Repo, *words: str) -> Done:
    return migdoctor(repo.path, *words, RAILS_ENV="production")


def environments(repo: Repo) -> dict[str, dict]:
    done = ours(repo, "diagnose", "--format", "json")
    assert done.status in (0, 1), done.err
    return {it["name"]: it for it in json.loads(done.out)["environments"]}


def versions(database: Database) -> list[str]:
    return [row for (row,) in database.run("SELECT version FROM schema_migrations ORDER BY 1")]


def test_each_database_is_diagnosed_and_mended_by_itself(app):
    repo, primary, animals = app

    before = environments(repo)
    files = ours(repo, "rename-back", "--apply", "--yes", "--environment", "primary")
    rows = ours(repo, "rewrite", "--apply", "--yes", "--environment", "animals")
    after = environments(repo)

    assert list(before) == ["primary", "animals"]
    assert before["primary"]["prediction"]["runs_again"] == ["20250202000000"]
    assert before["animals"]["prediction"]["runs_again"] == ["20250203000000"]
    assert (files.status, rows.status) == (0, 0), files.err + rows.err
    assert versions(primary) == ["20250101000000", "20250102000000"]
    assert versions(animals) == ["20250101000001", "20250203000000"]
    for one in after.values():
        assert one["prediction"]["would_run"] == []
        assert one["prediction"]["runs_again"] == []
    for name in ("primary", "animals"):
        told = rails(repo, f"db:migrate:status:{name}")
        assert NO_FILE not in told
        assert " down " not in told
    assert "migrating" not in rails(repo, "db:migrate")
