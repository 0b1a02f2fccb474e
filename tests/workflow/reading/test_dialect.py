"""Whose SQL an application's migrations hold, by its own files."""

import json

import pytest

from analyzer.frameworks.registry import framework
from analyzer.workflow.reading.files.dialect import dialect_by
from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import Repo

LOCK = "GEM\n  specs:\n{}\nDEPENDENCIES\n  rails\n"
GEMS = {
    "mysql2": "    mysql2 (0.5.6)\n",
    "trilogy": "    trilogy (2.8.1)\n",
    "pg": "    pg (1.5.6)\n",
    "sqlite3": "    sqlite3 (1.7.3-x86_64-linux)\n",
    "a child": "      mysql2 (>= 0.4)\n",
}
YAML = "config/database.yml"
BOTH = "a:\n  adapter: mysql2\nb:\n  adapter: postgresql\n"
MARIADB = "/*M!999999 */\n-- MariaDB dump 10.19\n"


def locked(*names: str) -> dict[str, str]:
    return {"Gemfile.lock": LOCK.format("".join(GEMS[name] for name in names))}


TOLD = [
    ({YAML: "production:\n  adapter: mysql2\n", "Gemfile": "gem 'pg'"}, "mysql"),
    (locked("mysql2"), "mysql"),
    (locked("trilogy"), "mysql"),
    (locked("pg"), "postgresql"),
    (locked("sqlite3"), "sqlite"),
    (locked("sqlite3", "mysql2"), "mysql"),
    (locked("a child"), None),
    (locked("pg", "mysql2"), None),
    ({"Gemfile": "gem 'pg'\ngem 'mysql2'\n", "db/structure.sql": MARIADB}, "mysql"),
    ({"Gemfile": "source 'x'\n  gem \"mysql2\", '~> 0.5'\n"}, "mysql"),
    ({"Gemfile": "# gem 'mysql2'\n"}, None),
    ({"db/structure.sql": "--\n-- PostgreSQL database dump\n--\n"}, None),
    ({"db/structure.sql": "\n/*!40101 SET @saved_cs_client = 1 */;\n"}, "mysql"),
    ({YAML: BOTH, "Gemfile": "gem 'mysql2'"}, "mysql"),
    ({}, None),
]


@pytest.mark.parametrize(("files", "engine"), TOLD)
@pytest.mark.parametrize("root", ["", "apps/shop"])
def test_the_engine_is_told_by_the_first_file_that_knows(files, engine, root):
    there = {f"{root}/{path}" if root else path: text for path, text in files.items()}
    reader = framework("rails").databases()

    def content_of(path: str) -> bytes | None:
        return there[path].encode() if path in there else None

    assert dialect_by(reader, [root], content_of) == engine


def test_in_a_part_of_a_repository_the_gems_of_the_whole_count():
    reader = framework("rails").databases()
    there = {"Gemfile.lock": LOCK.format(GEMS["mysql2"]).encode()}
    assert dialect_by(reader, ["engines/shop"], there.get) == "mysql"


@pytest.mark.parametrize(("gem", "unread"), [("mysql2", 0), ("pg", 1)])
def test_an_application_without_settings_is_read_in_the_sql_of_its_gems(tmp_path, gem, unread):
    repo = Repo.make(tmp_path / "app")
    repo.write("Gemfile.lock", LOCK.format(GEMS[gem]), ".")
    repo.add("1_songs.rb", "Songs", 'execute "CREATE TABLE `songs` (`id` int unsigned)"')
    repo.commit()
    done = migdoctor(repo.path, "schema", "--format", "json")
    assert len(json.loads(done.out)["opaque"]) == unread
