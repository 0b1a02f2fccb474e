"""The files' schema against a MariaDB database, its db/schema.rb, and its structure.sql."""

import json
import subprocess

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import Repo

SQL = """
CREATE TABLE artists (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(255))
  DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE songs (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, title varchar(255) NOT NULL,
  body mediumtext, plays int unsigned NOT NULL DEFAULT 0, artist_id bigint,
  KEY index_songs_on_title (title(20)), KEY index_songs_on_artist_id (artist_id),
  CONSTRAINT fk_rails_5ce8fd4cc7 FOREIGN KEY (artist_id) REFERENCES artists (id));
CREATE TABLE schema_migrations (version varchar(255) NOT NULL PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('20250101000000'), ('20250102000000')
"""
RUBY = """\
ActiveRecord::Schema.define(version: 2025_01_02_000000) do

  create_table "artists", charset: "utf8mb4", collation: "utf8mb4_unicode_ci", force: :cascade do |t|
    t.string "name"
  end

  create_table "songs", id: :bigint, charset: "utf8mb3", options: "ENGINE=InnoDB ROW_FORMAT=DYNAMIC", force: :cascade do |t|
    t.string "title", null: false
    t.text "body", size: :medium
    t.integer "plays", default: 0, null: false, unsigned: true
    t.bigint "artist_id"
    t.index ["artist_id"], name: "index_songs_on_artist_id"
    t.index ["title"], name: "index_songs_on_title", length: 20
  end

  add_foreign_key "songs", "artists"
end
"""  # noqa: E501  as Rails writes it


@pytest.fixture
def repo(tmp_path) -> Repo:
    made = Repo.make(tmp_path / "app")
    made.write("database.yml", "production:\n  adapter: mysql2\n  database: shop\n", "config")
    made.add("20250101000000_create_artists.rb", "CreateArtists", "create_table :artists do |t|",
             "  t.string :name", "end")  # fmt: skip
    made.add(
        "20250102000000_create_songs.rb", "CreateSongs",
        "create_table :songs, options: 'ENGINE=InnoDB' do |t|", "  t.string :title, null: false",
        "  t.text :body, size: :medium",
        "  t.integer :plays, default: 0, null: false, unsigned: true",
        "  t.references :artist, foreign_key: true", "  t.index :title, length: 20", "end",
    )  # fmt: skip
    made.commit()
    return made


def differences(repo: Repo, *words: str) -> list[str]:
    done = migdoctor(repo.path, "schema", "--format", "json", *words)
    assert done.status in {0, 1}, done.err
    found = json.loads(done.out)
    assert found["opaque"] == []
    return [f"{it['standing']} {it['kind']} {it['name']}" for it in found["diff"]["differences"]]


def test_a_database_agrees_or_its_differences_are_named(repo, mysql_database):
    mysql_database.run(SQL)
    asked = ("--diff", "database", "--database-url", mysql_database.url)
    assert differences(repo, *asked) == []
    mysql_database.run(
        "ALTER TABLE songs DROP COLUMN plays, MODIFY title varchar(255), ADD KEY other (body(9))"
    )

    assert set(differences(repo, *asked)) == {
        "missing column plays", "different column title", "extra index other",
    }  # fmt: skip


def test_unsigned_is_a_type_of_its_own(repo, mysql_database):
    mysql_database.run(SQL.replace("int unsigned", "int"))

    asked = ("--diff", "database", "--database-url", mysql_database.url)
    assert differences(repo, *asked) == ["different column plays"]


def test_a_schema_file_of_its_adapter_is_read(repo):
    repo.write("schema.rb", RUBY, "db")
    assert differences(repo, "--diff", "schema-file") == []
    repo.write("schema.rb", RUBY.replace("unsigned: true", "unsigned: false"), "db")
    assert differences(repo, "--diff", "schema-file") == ["different column plays"]


def test_a_structure_file_as_rails_has_it_dumped_is_read(repo, mysql_database):
    mysql_database.run(SQL)
    command = [
        "mariadb-dump", "-S", str(mysql_database.server.socket), "-uroot", "--no-data",
        "--routines", "--skip-comments", mysql_database.name,
    ]  # fmt: skip
    dumped = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    versions = "('20250101000000'),\n('20250102000000')"
    tail = f"INSERT INTO `schema_migrations` (version) VALUES\n{versions};\n\n"
    repo.write("structure.sql", dumped + tail, "db")
    assert differences(repo, "--diff", "schema-file") == []
    repo.write("structure.sql", dumped.replace("mediumtext", "text") + tail, "db")
    assert differences(repo, "--diff", "schema-file") == ["different column body"]


def test_a_graph_of_its_sql_is_drawn(repo):
    repo.add(
        "20250103000000_alter.rb", "Alter",
        "execute 'ALTER TABLE `songs` MODIFY COLUMN `plays` bigint UNSIGNED AFTER `id`'",
    )  # fmt: skip
    done = migdoctor(repo.path, "graph", "--format", "json")

    found = json.loads(done.out)
    assert found["opaque"] == []
    assert {"before": "20250102000000", "after": "20250103000000"}.items() <= {
        k: v for it in found["edges"] for k, v in it.items() if it["after"] == "20250103000000"
    }.items()


def test_indexes_differ_in_lengths_and_kinds_that_the_server_knows(mysql_database, tmp_path):
    repo = Repo.make(tmp_path / "app")
    repo.add(
        "1_songs.rb", "Songs", "create_table :songs do |t|", "  t.text :body",
        "  t.string :title, limit: 40", "end", "add_index :songs, :body, length: 10",
        "add_index :songs, [:title, :body], length: {body: 7, title: 40}, name: 'pair'",
        "add_index :songs, :body, type: :fulltext, name: 'words'",
        "add_index :songs, :TITLE, using: :hash, name: 'cased'",
        "add_index :songs, :title, order: :desc, name: 'down'",
    )  # fmt: skip
    repo.commit()
    mysql_database.run(
        "CREATE TABLE songs (id bigint AUTO_INCREMENT PRIMARY KEY, body text, title varchar(40),"
        " KEY index_songs_on_body (body(10)), KEY pair (title, body(7)), FULLTEXT KEY words (body),"
        " KEY cased (title), KEY down (title));\n"
        "CREATE TABLE schema_migrations (version varchar(255) PRIMARY KEY);\n"
        "INSERT INTO schema_migrations VALUES ('1')"
    )
    asked = ("--diff", "database", "--database-url", mysql_database.url)
    assert differences(repo, *asked) == []
    mysql_database.run(
        "DROP INDEX pair ON songs;\nCREATE INDEX pair ON songs (title, body(8));\n"
        "DROP INDEX words ON songs;\nCREATE INDEX words ON songs (body(9))"
    )
    assert differences(repo, *asked) == ["different index pair", "different index words"]
