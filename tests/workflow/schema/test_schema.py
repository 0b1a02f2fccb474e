"""``migdoctor schema`` end to end: real repositories, real databases, the real Rails."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from analyzer.cli.main import run
from analyzer.operations.demo.scenario import build_database, build_repository, load_scenario
from tests.support.commands.json_schemas import demand_promised
from tests.support.commands.scenarios import every_scenario
from tests.support.frameworks import rails
from tests.support.histories.repositories import Repo

SCHEMA_RB = """\
ActiveRecord::Schema[7.0].define(version: 20250101000000) do
  create_table "songs", force: :cascade do |t|
    t.string "title"
  end
end
"""


@pytest.fixture
def repo(tmp_path):
    made = Repo.make(tmp_path / "app")
    made.add(
        "20250101000000_create_songs.rb",
        "CreateSongs",
        "create_table(:songs) { |t| t.string :title }",
    )
    made.commit()
    return made


@pytest.fixture
def schema(repo, capfd, monkeypatch):
    """Run the command in the repository: its status, and what it printed on either stream."""
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("COLUMNS", "80")

    def call(*args):
        status = run(["schema", *map(str, args)])
        printed = capfd.readouterr()
        demand_promised(["schema", *map(str, args)], printed.out)
        return status, printed.out, printed.err

    return call


def test_it_needs_no_database_and_exits_with_0(schema):
    status, out, err = schema()

    assert (status, err) == (0, "")
    assert "\nsongs\n  id     bigint  primary key\n  title  string\n" in out


def test_it_reads_any_commit(repo, schema):
    repo.add("20250102000000_add_plays.rb", "AddPlays", "add_column :songs, :plays, :integer")
    repo.commit()

    now, before = schema("--format", "json")[1], schema("--ref", "HEAD~1", "--format", "json")[1]

    assert "plays" in json.loads(now)["tables"]["songs"]["columns"]
    assert "plays" not in json.loads(before)["tables"]["songs"]["columns"]


def test_it_reads_a_bare_repository(repo, schema, tmp_path):
    subprocess.run(["git", "clone", "-q", "--bare", repo.path, tmp_path / "b.git"], check=True)

    status, out, _ = schema("--repo", tmp_path / "b.git")

    assert status == 0
    assert "at HEAD (" in out


def test_of_several_applications_the_largest_is_read_and_the_others_are_named(repo, schema):
    for number in (1, 2):
        repo.add(
            f"2025020{number}000000_create_t{number}.rb",
            f"CreateT{number}",
            f"create_table :t{number}",
            folder="jukebox/db/migrate",
        )

    _, out, _ = schema()
    _, named, _ = schema("--dir", "db/migrate")

    assert "migrations of jukebox/db/migrate" in out.replace("\n", " ")
    assert "There is also db/migrate" in out
    assert "\nsongs\n" in named


def test_the_artefact_goes_to_a_file_without_colour(schema, tmp_path):
    status, out, _ = schema("--format", "ruby", "-o", tmp_path / "schema.rb")

    assert (status, out) == (0, "")
    assert 'create_table "songs"' in (tmp_path / "schema.rb").read_text()


# Files that cannot be read


@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param(
            b"class X < ActiveRecord::Migration[7.0]\n  def change\n    create_table(:a",
            1,
            id="cut off",
        ),
        pytest.param(b"\xff\xfec\0l\0a\0s\0s\0", 1, id="UTF-16"),
        pytest.param(b"\0\1\2\3" * 100, 1, id="binary"),
        pytest.param(b"", None, id="empty"),
        pytest.param(
            b"# caf\xe9\nclass X < ActiveRecord::Migration[7.0]\n  def change\n"
            b"    create_table :latin\n  end\nend\n",
            None,
            id="Latin-1",
        ),
    ],
)
def test_a_broken_file_is_told_with_its_line_and_the_rest_goes_on(repo, schema, content, line):
    repo.write("20250103000000_x.rb", content)

    status, out, _ = schema("--format", "json")

    found = json.loads(out)
    assert status == 0
    assert "songs" in found["tables"]
    told = [it for it in (*found["problems"], *found["opaque"]) if it["path"].endswith("_x.rb")]
    assert bool(told) is (line is not None)
    assert all(it["line"] >= 1 for it in told)


def test_ten_megabytes_of_generated_ruby_are_told_and_the_rest_goes_on(repo, schema):
    rows = b"    Song.create!(title: 'x')\n" * 360_000
    head = b"class Seed < ActiveRecord::Migration[7.0]\n  def up\n"
    repo.write("20250103000000_seed.rb", head + rows + b"  end\nend\n")

    status, out, _ = schema()

    assert status == 0
    assert "\nsongs\n" in out
    assert "db/migrate/20250103000000_seed.rb:" in out


def test_a_broken_file_may_explain_what_is_extra(repo, schema):
    repo.write("20250103000000_x.rb", b"class X < ActiveRecord::Migration[7.0]\n  def change(\n")
    (repo.path / "db/schema.rb").write_text(SCHEMA_RB.replace('"songs"', '"albums"'))

    _, out, _ = schema("--diff", "schema-file")

    assert "perhaps because of db/migrate/20250103000000_x.rb:" in out


# Against the schema file


def test_a_schema_file_that_agrees_exits_with_0(repo, schema):
    (repo.path / "db/schema.rb").write_text(SCHEMA_RB)

    status, out, _ = schema("--diff", "schema-file")

    assert status == 0
    assert out.startswith("No difference: the migrations and db/schema.rb agree")


def test_a_stale_schema_file_exits_with_1_and_names_the_newer_migration(repo, schema):
    (repo.path / "db/schema.rb").write_text(SCHEMA_RB)
    repo.add("20250102000000_add_plays.rb", "AddPlays", "add_column :songs, :plays, :integer")
    repo.commit()

    status, out, _ = schema("--diff", "schema-file", "--ref", "HEAD")

    assert status == 1
    assert (
        "  column songs.plays: integer\n"
        "      made by 20250102000000_add_plays.rb, which is newer than the file\n"
    ) in out


def test_structure_sql_is_read_where_there_is_no_schema_rb(repo, schema):
    (repo.path / "db/structure.sql").write_text(
        "CREATE TABLE public.songs (id bigint NOT NULL, title character varying);\n"
        "CREATE SEQUENCE public.songs_id_seq;\n"
        "ALTER TABLE ONLY public.songs ALTER COLUMN id SET DEFAULT"
        " nextval('public.songs_id_seq'::regclass);\n"
        "ALTER TABLE ONLY public.songs ADD CONSTRAINT songs_pkey PRIMARY KEY (id);\n"
        "INSERT INTO \"schema_migrations\" (version) VALUES\n('20250101000000');\n"
    )

    status, out, _ = schema("--diff", "schema-file")

    assert (status, out.splitlines()[0][:14]) == (0, "No difference:")


def test_a_schema_file_of_another_name_may_lie_outside_the_repository(schema, tmp_path):
    (tmp_path / "other_schema.rb").write_text(SCHEMA_RB)

    status, out, _ = schema("--schema-file", tmp_path / "other_schema.rb")

    assert status == 0
    assert f"There: the file {tmp_path}/other_schema.rb" in out.replace("\n       ", " ")


# What the user can mend


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (["--diff", "schema-file"], "neither db/schema.rb nor db/structure.sql exists"),
        (["--schema-file", "nowhere.rb"], "cannot read the schema file nowhere.rb"),
        (["--diff", "database", "--schema-file", "x.rb"], "were both given"),
        (["--diff", "database", "--format", "ruby"], "cannot show a comparison"),
        (["--diff", "database", "--database-url", "postgresql://u@127.0.0.1:1/x"], "no PostgreSQL"),
        (["--ref", "nowhere"], "no commit 'nowhere'"),
    ],
)
def test_what_the_user_can_mend_exits_with_2_and_says_how(schema, args, what):
    status, out, err = schema(*args)

    assert (status, out) == (2, "")
    assert what in err
    assert "\n  fix: " in err


# Against the database


def test_a_database_that_lacks_a_column_exits_with_1(repo, schema, database):
    database.run("CREATE TABLE songs (id bigserial PRIMARY KEY)")

    status, out, _ = schema("--diff", "database", "--database-url", database.url)

    assert status == 1
    assert "  column songs.title: string\n      made by 20250101000000_create_songs.rb" in out


def test_the_database_comes_from_the_environment_too(repo, schema, database, monkeypatch):
    database.run("CREATE TABLE songs (id bigserial PRIMARY KEY, title varchar)")
    monkeypatch.setenv("DATABASE_URL", database.url)

    status, out, _ = schema("--diff", "database", "--format", "json")

    assert status == 0
    assert json.loads(out)["diff"]["equal"] is True


def test_the_database_may_be_behind_a_prefix(repo, schema, database):
    database.run("CREATE TABLE songs (id bigserial PRIMARY KEY)")
    prefix = f"env PATH={database.server.bin}:{os.environ['PATH']}"

    status, out, _ = schema("--diff", "database", "--exec", prefix, "--database-url", database.url)

    assert status == 1
    assert "column songs.title" in out
    assert "PATH=***" in out


def test_the_application_is_the_one_whose_versions_ran(repo, schema, database):
    for number in (1, 2):
        repo.add(
            f"2025020{number}000000_create_t{number}.rb",
            f"CreateT{number}",
            f"create_table :t{number}",
            folder="jukebox/db/migrate",
        )
    database.run(
        "CREATE TABLE songs (id bigserial PRIMARY KEY, title varchar);"
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"
        "INSERT INTO schema_migrations VALUES ('20250101000000')"
    )

    status, out, _ = schema("--diff", "database", "--database-url", database.url)

    assert status == 0, out
    assert "Note:  there is also jukebox/db/migrate" in out


def test_comparing_changes_nothing_in_the_database(schema, database):
    database.run("CREATE TABLE songs (id int)")
    before = database.dump("--schema-only", "--restrict-key=x")

    schema("--diff", "database", "--database-url", database.url)

    assert database.dump("--schema-only", "--restrict-key=x") == before


def test_the_incident_lacks_just_what_never_ran_and_what_was_edited_in(
    any_database, schema, tmp_path
):
    scenario = load_scenario("archive-incident")
    folder = build_repository(scenario, tmp_path / "archive")
    build_database(scenario, any_database.url)

    status, out, _ = schema(
        "--repo",
        folder,
        "--diff",
        "database",
        "--database-url",
        any_database.url,
        "--format",
        "json",
    )

    assert status == 1
    differences = [it for it in json.loads(out)["diff"]["differences"] if not it["allowed"]]
    assert [(it["standing"], it["name"], it["migration"]["version"]) for it in differences] == [
        ("missing", "sync_status_tracking", "20250823000001"),
        ("different", "key", "20250823000002"),
        ("missing", "index_system_settings_on_key", "20250823000002"),
    ]
    assert {it["migration"]["ran"] for it in differences} == {False}


@pytest.mark.rails
@every_scenario
def test_what_the_real_rails_builds_from_zero_has_no_difference(
    name, any_database, schema, tmp_path
):
    scenario = load_scenario(name)
    folder = build_repository(scenario, tmp_path / "repository", until=scenario.deployed)
    migrated = rails.migrate(folder / scenario.directories[0], any_database.url)
    assert migrated.status == 0, migrated.output
    dumped = tmp_path / "schema.rb"
    assert rails.schema_dump(folder / scenario.directories[0], any_database.url, dumped).status == 0

    database = schema("--repo", folder, "--diff", "database", "--database-url", any_database.url)
    file = schema("--repo", folder, "--schema-file", dumped)

    assert database[0] == 0, database[1]
    assert file[0] == 0, file[1]


@every_scenario
def test_production_of_the_deployed_commit_has_no_difference(name, any_database, schema, tmp_path):
    scenario = load_scenario(name)
    folder = build_repository(scenario, tmp_path / "repository", until=scenario.deployed)
    build_database(scenario, any_database.url)

    status, out, _ = schema(
        "--repo", folder, "--diff", "database", "--database-url", any_database.url
    )

    assert status == 0, out


@pytest.mark.rails
def test_every_column_form_that_rails_builds_has_no_difference(repo, any_database, schema):
    repo.write("20250102000000_create_everything.rb", EVERYTHING)
    repo.commit()
    folder = Path(repo.path, "db/migrate")
    migrated = rails.migrate(folder, any_database.url)
    assert migrated.status == 0, migrated.output
    dumped = repo.path / "dumped.rb"
    assert rails.schema_dump(folder, any_database.url, dumped).status == 0

    database = schema("--diff", "database", "--database-url", any_database.url)
    file = schema("--schema-file", dumped)

    assert database[0] == 0, database[1]
    assert file[0] == 0, file[1]


EVERYTHING = """\
class CreateEverything < ActiveRecord::Migration[6.1]
  def change
    enable_extension "citext"
    create_table :artists, id: :uuid do |t|
      t.citext :name, null: false, index: { unique: true }
      t.string :code, limit: 8, default: "it's \\\\ \\"x\\"", comment: "as printed"
      t.string :tags, array: true, default: []
      t.integer :ranks, array: true, default: []
      t.integer :small, limit: 2, default: -1
      t.integer :large, limit: 8, default: 5_000_000_000
      t.decimal :price, precision: 10, scale: 2, default: 0.5
      t.decimal :whole, precision: 10
      t.decimal :any
      t.float :ratio, default: 1.5
      t.boolean :active, null: false, default: true
      t.date :born, default: "2020-01-01"
      t.time :at
      t.datetime :seen, precision: 3
      t.datetime :sold, default: -> { "CURRENT_TIMESTAMP" }
      t.datetime :due, default: -> { "now() + interval '7 hours'" }
      t.jsonb :meta, null: false, default: {}
      t.json :raw
      t.uuid :token, default: "gen_random_uuid()"
      t.binary :blob
      t.inet :address
      t.tsvector :words
      t.int4range :years
      t.text :status, default: "new"
      t.timestamps
    end
    create_table :labels, primary_key: :code, id: :string
    create_table :plays, id: false do |t|
      t.references :artist, type: :uuid, foreign_key: { on_delete: :cascade }, null: false
      t.references :thing, polymorphic: true
    end
    create_join_table :songs, :labels
    add_index :artists, "lower(code), small", name: "by_code"
    add_index :artists, :large, where: "status IN ('new', 'old') AND small BETWEEN 1 AND 5"
    add_index :artists, :words, using: :gin
    add_index :artists, :code, order: { code: :desc }, opclass: { code: :varchar_pattern_ops },
                               name: "by_pattern"
    add_check_constraint :artists, "small > -5 OR code LIKE 'x%'", name: "sane"
    add_check_constraint :artists, "status NOT IN ('a', 'b')"
    execute "CREATE TYPE mood AS ENUM ('fine', 'sad')"
    execute "ALTER TABLE songs ADD doubled bigint GENERATED ALWAYS AS (id * 2) STORED"
    execute "ALTER TABLE songs ADD CONSTRAINT once UNIQUE (title)"
    execute "CREATE VIEW titles AS SELECT title FROM songs"
    change_table :songs, bulk: true do |t|
      t.references :artist, type: :uuid, foreign_key: true
      t.rename :title, :name
    end
    rename_table :plays, :listens
  end
end
"""
