"""SQL in migrations is read as that of the engine that each database, or the team, is of."""

import json

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import Repo, migration

OWN = {
    "mysql": "ALTER TABLE `songs` ADD COLUMN `plays` int(11) UNSIGNED DEFAULT 0 AFTER `title`",
    "postgresql": "ALTER TABLE songs ADD COLUMN plays int DEFAULT '0'::int",
}
ERB = 'production:\n  adapter: <%= ENV.fetch("DB_ADAPTER", "mysql2") %>\n  database: shop\n'
MIXED = (
    "development:\n  adapter: sqlite3\n  database: db/it.sqlite3\n"
    "production:\n  adapter: trilogy\n  database: shop\n  host: db\n"
)
MYSQL_DUMP = """\
-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
CREATE TABLE `schema_migrations` (
  `version` varchar(255) NOT NULL
);
INSERT INTO `schema_migrations` VALUES ('20250101000000');
-- Dump completed on 2025-01-01  0:00:00
"""
NAMED = {
    "an adapter": {"config/database.yml": "production:\n  adapter: mysql2\n  database: shop\n"},
    "a url": {"config/database.yml": "production:\n  url: mysql2://db/shop\n"},
    "a default": {"config/database.yml": ERB},
    "production": {"config/database.yml": MIXED},
    "a setting": {".migdoctor.toml": 'engine = "mysql"\n'},
    "an environment": {".migdoctor.toml": '[environments.it]\nurl = "trilogy://db/shop"\n'},
    "a setting against a file": {
        ".migdoctor.toml": 'engine = "mysql"\n',
        "config/database.yml": "production:\n  adapter: postgresql\n  database: shop\n",
    },
}


@pytest.fixture
def repo(tmp_path) -> Repo:
    made = Repo.make(tmp_path / "app")
    made.add("20250101000000_create_songs.rb", "CreateSongs", "create_table :songs")
    made.commit()
    return made


def adding(engine: str) -> str:
    return migration("AddPlays", f"execute %q({OWN[engine]})")


def configured(repo: Repo, files: dict[str, str]) -> None:
    for name, text in files.items():
        repo.write(name, text, folder=".")


def columns(done) -> dict[str, object]:
    assert done.status in {0, 1}, done.err
    found = json.loads(done.out)
    assert found["opaque"] == []
    return found["tables"]["songs"]["columns"]


@pytest.mark.parametrize("way", NAMED)
def test_files_alone_are_read_as_the_configured_engines(repo, way):
    configured(repo, NAMED[way])
    repo.write("20250102000000_add_plays.rb", adding("mysql"))

    assert "plays" in columns(migdoctor(repo.path, "schema", "--format", "json"))
    drawn = migdoctor(repo.path, "graph", "--format", "json")
    assert json.loads(drawn.out)["opaque"] == []


def test_without_a_word_they_are_the_usual_ones(repo):
    repo.write("20250102000000_add_plays.rb", adding("postgresql"))

    assert "plays" in columns(migdoctor(repo.path, "schema", "--format", "json"))


@pytest.mark.parametrize("way", ["an adapter", "a setting"])
def test_the_gate_reads_a_change_as_the_bases_engines(repo, way):
    """What it cannot read it does not judge."""
    configured(repo, NAMED[way])
    repo.commit("configured")
    repo.git("branch", "--force", "before")
    text = "execute %q(ALTER TABLE `songs` MODIFY COLUMN `gone` int UNSIGNED NOT NULL AFTER `id`)"
    repo.add("20250102000000_alter.rb", "Alter", text)
    repo.commit("change")

    done = migdoctor(repo.path, "check", "--base", "before", "--format", "json")

    found = json.loads(done.out)["findings"]
    assert any("gone" in it["why"] for it in found), done.out


def test_a_dump_of_rows_says_whose_migrations_they_are(repo, tmp_path):
    repo.write("20250102000000_add_plays.rb", adding("mysql"))
    rows = tmp_path / "rows.sql"
    rows.write_text(MYSQL_DUMP)

    found = _diagnosed(repo, "--rows", str(rows))

    (plays,) = found["environments"][0]["prediction"]["migrations"]
    assert plays["outcome"] == "runs", plays


def test_each_of_several_databases_is_read_as_its_own(repo, tmp_path):
    """The order in which they are read changes nothing."""
    repo.write("20250102000000_add_plays.rb", adding("mysql"))
    mysql, other = tmp_path / "mysql.sql", tmp_path / "rows.txt"
    mysql.write_text(MYSQL_DUMP)
    other.write_text("20250101000000\n")

    for order in ((mysql, other), (other, mysql)):
        words = [word for it in order for word in ("--environment", f"{it.stem}={it}")]
        found = _diagnosed(repo, *words)
        told = {
            it["name"]: it["prediction"]["migrations"][0]["outcome"] for it in found["environments"]
        }
        assert told == {"mysql": "runs", "rows": "unknown"}, order


def _diagnosed(repo: Repo, *words: str) -> dict:
    done = migdoctor(repo.path, "diagnose", "--format", "json", *words)
    assert done.status in {0, 1}, done.err
    return json.loads(done.out)


def test_a_setting_that_names_no_engine_is_refused(repo):
    configured(repo, {".migdoctor.toml": 'engine = "mysq"\n'})

    done = migdoctor(repo.path, "schema")

    assert done.status == 2
    assert "mysql" in done.err
