"""The recipes reach a database: with stand-ins for the programs that are not here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, everywhere
from tests.support.databases.servers import Database
from tests.support.histories.repositories import Repo

RECIPES = {it.name: it.text for it in everywhere("recipe")}
VERSION = "20250101000000"
# Each runs, or answers, on this computer what it would elsewhere.
STAND_INS = {
    "docker": 'while [ "$1" != env ]; do shift; done\nexec "$@"\n',
    "kubectl": 'while [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n',
    "ssh": 'case "$*" in *" -L "*) exit 0;; esac\nshift\nexec sh -c "$*"\n',
    "heroku": 'echo "$STAND_IN_URL"\n',
}


@pytest.fixture
def shop(tmp_path: Path, any_database: Database) -> tuple[Repo, Database]:
    repo = Repo.make(tmp_path / "shop")
    repo.add(f"{VERSION}_create_songs.rb", "CreateSongs")
    repo.commit()
    any_database.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
    any_database.run("CREATE TABLE createsongs (id bigserial PRIMARY KEY)")
    any_database.run(f"INSERT INTO schema_migrations VALUES ('{VERSION}')")
    return repo, any_database


def programs(folder: Path) -> Path:
    """The stand-ins, and this very migdoctor."""
    folder.mkdir()
    ours = {"migdoctor": f'exec "{sys.executable}" -m analyzer "$@"\n'}
    for name, text in (STAND_INS | ours).items():
        (folder / name).write_text(f"#!/bin/sh\n{text}")
        (folder / name).chmod(0o755)
    return folder


def here(text: str, database: Database) -> str:
    """A recipe with this computer's server in it."""
    text = text.replace("PGDATABASE=shop_production", f"PGDATABASE={database.name}")
    url = "postgresql://shop@localhost:5433/shop_production"
    return text.replace(url, database.url)


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_reaches_the_database(name, shop, tmp_path):
    repo, database = shop
    server = database.server
    of_psql = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": "postgres"}
    by_default = {"PGDATABASE": database.name} if name == "rows" else {}
    path = os.pathsep.join([str(programs(tmp_path / "bin")), str(server.bin), os.environ["PATH"]])

    done = subprocess.run(
        ["sh", "-e", "-c", here(RECIPES[name], database)],
        cwd=repo.path,
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PATH": path,
            "STAND_IN_URL": database.url,
            **of_psql,
            **by_default,
        },
    )

    assert done.returncode == 0, done.stderr
    assert "1 applied version" in done.stdout


def test_all_recipes_are_there():
    assert list(RECIPES) == ["rows", "docker compose", "kubectl", "Kamal", "Heroku", "SSH tunnel"]
