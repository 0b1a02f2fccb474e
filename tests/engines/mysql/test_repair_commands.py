"""A repair on MariaDB from end to end, as it is typed."""

import re
import shlex
import subprocess

import pytest

from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.commands.terminals import at_terminal, shim
from tests.support.databases.mysql_servers import MysqlDatabase
from tests.support.histories.repositories import Repo

OLD, NEW = "20250101000000", "20250601000000"
WAYS = pytest.mark.parametrize("way", [(), ("--exec", "env")], ids=["driver", "client"])


@pytest.fixture
def repo(mysql_database: MysqlDatabase, tmp_path) -> Repo:
    made = Repo.make(tmp_path / "app")
    made.add(f"{OLD}_create_songs.rb", "CreateSongs", "create_table :songs")
    made.commit()
    made.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb")
    made.commit("renamed")
    mysql_database.run("CREATE TABLE schema_migrations (version varchar(255) PRIMARY KEY)")
    mysql_database.run(f"INSERT INTO schema_migrations VALUES ('{OLD}')")
    mysql_database.run("CREATE TABLE songs (id bigint AUTO_INCREMENT PRIMARY KEY)")
    return made


def stored(database: MysqlDatabase) -> list[object]:
    return [row[0] for row in database.run("SELECT version FROM schema_migrations")]


def run(repo: Repo, *words: str) -> Done:
    return migdoctor(repo.path, *words, XDG_STATE_HOME=str(repo.path.parent / "state"))


@WAYS
def test_a_repair_is_carried_out_and_taken_back(mysql_database, repo, way):
    place = ("--database-url", mysql_database.url, *way)

    dry = run(repo, "rewrite", "--dry-run", *place)
    assert dry.status == 0, dry.err
    assert stored(mysql_database) == [OLD]
    done = run(repo, "rewrite", "--apply", "--yes", "--audit", *place)
    assert done.status == 0, done.err
    assert stored(mysql_database) == [NEW]
    assert run(repo, "diagnose", *place).status == 0
    again = run(repo, "undo", "--yes", *place)
    assert again.status == 0, again.err
    assert stored(mysql_database) == [OLD]
    assert len(mysql_database.run("SELECT * FROM migdoctor_audit")) == 2


def test_the_script_runs_as_its_head_says(mysql_database, repo, tmp_path):
    script = tmp_path / "fix.sql"
    written = run(repo, "rewrite", "-o", str(script), "--database-url", mysql_database.url)
    assert written.status == 0, written.err
    (command,) = re.findall(r"^-- Run it with: (.*)$", script.read_text(), re.MULTILINE)
    command = command.replace("THIS_FILE", shlex.quote(str(script)))
    subprocess.run(command, shell=True, check=True, capture_output=True)

    assert stored(mysql_database) == [NEW]


def test_what_is_advised_can_be_done(mysql_database, repo):
    """No command is named that is refused there."""
    place = ("--database-url", mysql_database.url)
    advised = run(repo, "advise", *place)

    assert advised.status == 1, advised.err
    assert "migdoctor rewrite" in advised.out
    offered = advised.out.partition("Not here")[0]
    assert not set(re.findall(r"migdoctor (\w+) ", offered)) & {"recover"}
    assert "tries it in an empty database of MySQL that you name" in " ".join(offered.split())


def test_the_guided_way_carries_through(mysql_database, repo):
    variables = {"DATABASE_URL": mysql_database.url, "XDG_STATE_HOME": str(repo.path.parent / "s")}
    variables["PATH"] = shim(repo.path.parent / "bin")

    seen = at_terminal(repo.path, "migdoctor fix", lambda *_: "y", **variables)

    assert seen.status == 0, seen.screen
    assert migdoctor(repo.path, "diagnose", **variables).status == 0


def test_an_older_engine_is_refused_with_the_way_out(mysql_database, repo):
    mysql_database.run("ALTER TABLE schema_migrations MODIFY version varchar(99), ENGINE=MyISAM")
    place = ("--database-url", mysql_database.url)

    refused = run(repo, "rewrite", "--apply", "--yes", *place)

    assert refused.status == 2
    assert "ALTER TABLE `schema_migrations` ENGINE=InnoDB" in refused.err
    assert stored(mysql_database) == [OLD]
