"""A repository with applications of two frameworks: whose the rows are decides."""

import json

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.servers import fresh_database
from tests.support.frameworks.dbmate import FOLDER, making
from tests.support.histories.repositories import Repo


@pytest.fixture
def repo(tmp_path) -> Repo:
    """Rails' migrations from 2025 on, and dbmate's numbers."""
    made = Repo.make(tmp_path / "app")
    made.add("20250101000000_create_songs.rb", "CreateSongs")
    made.add("20250102000000_create_albums.rb", "CreateAlbums")
    made.write("001_players.sql", making("players"), FOLDER)
    made.write("002_games.sql", making("games"), FOLDER)
    made.commit()
    return made


@pytest.mark.parametrize(
    ("rows", "named", "framework"),
    [
        pytest.param("20250101000000\n20250102000000\n", (), "rails", id="rows of Rails"),
        pytest.param("001\n002\n", (), "dbmate", id="rows of dbmate"),
        pytest.param("001\n", ("--framework", "rails"), "rails", id="named"),
        pytest.param("001\n", ("--dir", FOLDER), "dbmate", id="by the folder's files"),
    ],
)
def test_the_application_is_the_one_that_the_rows_belong_to(repo, rows, named, framework):
    (repo.path / "rows").write_text(rows)

    done = migdoctor(repo.path, "diagnose", "--rows", "rows", "--format", "json", *named)

    report = json.loads(done.out)
    assert report["repository"]["framework"] == framework
    if not named:
        assert (done.status, report["pending"], report["orphans"]) == (0, [], [])


def test_the_rows_of_dbmate_keep_their_zeros(repo):
    (repo.path / "rows").write_text("1\n002\n")

    done = migdoctor(
        repo.path, "diagnose", "--rows", "rows", "--format", "json", "--framework", "dbmate"
    )

    report = json.loads(done.out)
    assert report["orphans"] == ["1"]
    assert [one["version"] for one in report["pending"]] == ["001"]


def test_a_change_of_both_is_judged_by_the_rules_of_each_in_one_run(repo):
    base = repo.git("rev-parse", "HEAD").strip()
    repo.move("20250101000000_create_songs.rb", "20250201000000_create_songs.rb")
    repo.move("002_games.sql", "003_games.sql", FOLDER)
    repo.commit()

    both = migdoctor(repo.path, "check", "--base", base, "--format", "json")
    fixed = migdoctor(repo.path, "check", "--base", base, "--fix", "--yes")

    assert both.status == 1
    assert fixed.status == 2
    assert "--framework rails, --framework dbmate" in fixed.err
    found = json.loads(both.out)["findings"]
    assert [one["code"] for one in found] == ["MD301", "MD301"]
    assert [one["path"].rpartition(".")[2] for one in found] == ["rb", "sql"]


def test_a_change_of_one_is_judged_by_its_rules(repo):
    base = repo.git("rev-parse", "HEAD").strip()
    repo.write("003_levels.sql", making("levels"), FOLDER)
    repo.commit()

    done = migdoctor(repo.path, "check", "--base", base)

    assert done.status == 0, done.out + done.err


def test_a_framework_that_is_not_known_is_refused(repo):
    done = migdoctor(repo.path, "graph", "--framework", "Rails4")

    assert done.status == 2
    assert "known are: rails, dbmate" in done.err


def test_the_table_that_has_rows_says_whose_the_database_is(repo, database):
    """Rails' table is nowhere in it, Sequelize's is: only its migrations are meant."""
    for name in ("20250101000000-create-songs.js", "20250102000000-create-albums.js"):
        repo.write(name, "exports.up = async (queryInterface) => {};\n", "web/migrations")
    repo.commit()
    database.run('CREATE TABLE "SequelizeMeta" (name varchar(255) PRIMARY KEY)')
    database.run("INSERT INTO \"SequelizeMeta\" VALUES ('20250101000000-create-songs.js')")

    done = migdoctor(repo.path, "diagnose", "--format", "json", "--database-url", database.url)

    report = json.loads(done.out)
    assert report["repository"]["framework"] == "sequelize"
    assert [it["version"] for it in report["pending"]] == ["20250102000000-create-albums.js"]


def test_a_table_of_another_tool_is_left_to_its_own_framework(repo, database):
    """schema_migrations is Sequel's here: Rails and dbmate are told so, and it is read."""
    text = "Sequel.migration do\n  up do\n    run 'SELECT 1'\n  end\nend\n"
    repo.write("20250101000000_create_songs.rb", text, "service/db/migrations")
    repo.commit()
    database.run("CREATE TABLE schema_migrations (filename text PRIMARY KEY)")
    database.run("INSERT INTO schema_migrations VALUES ('20250101000000_create_songs.rb')")

    done = migdoctor(repo.path, "diagnose", "--format", "json", "--database-url", database.url)

    assert done.status == 0, done.err
    report = json.loads(done.out)
    assert (done.status, report["repository"]["framework"]) == (0, "sequel")


ECTO = "priv/repo/migrations"
MODULE = (
    "defmodule A do\n  use Ecto.Migration\n  def change do\n    create table(:users)\n  end\nend\n"
)


def test_each_of_several_environments_may_be_another_frameworks(repo, postgres18):
    """Whose columns are not those of the first framework is read by the next, as if alone."""
    repo.write("20240101000000_create_users.exs", MODULE, ECTO)
    repo.commit()
    with fresh_database(postgres18) as rails, fresh_database(postgres18) as ecto:
        rails.run(
            "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"
            "INSERT INTO schema_migrations VALUES ('20250101000000'), ('20250102000000')"
        )
        ecto.run(
            "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, inserted_at timestamp);"
            "INSERT INTO schema_migrations VALUES (20240101000000, now())"
        )
        words = {
            name: ("--environment", f"{name}={it.url}")
            for name, it in (("web", rails), ("core", ecto))
        }
        alone, other = (
            migdoctor(repo.path, "diagnose", *words[name], "--format", "json")
            for name in ("core", "web")
        )
        both = migdoctor(repo.path, "diagnose", *words["web"], *words["core"], "--format", "json")

    assert {alone.status, other.status} <= {0, 1}, (alone, other)
    assert json.loads(alone.out)["repository"]["framework"] == "ecto"
    told = json.loads(both.out)
    assert [it.get("error") for it in told["environments"]] == [None, None], both
    assert [it["applied"] for it in told["environments"]] == [2, 1]
    assert told["orphans"] == []


def test_a_table_that_the_application_calls_migrations_is_its_own(tmp_path, database):
    """Laravel, TypeORM and db-migrate keep a table of this name; Rails does not."""
    repo = Repo.make(tmp_path / "app")
    repo.add(
        "20250101000000_create_birds.rb",
        "CreateBirds",
        "create_table :migrations do |t|",
        "  t.string :bird",
        "end",
    )
    repo.commit()
    database.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
    database.run("INSERT INTO schema_migrations VALUES ('20250101000000')")

    done = migdoctor(repo.path, "schema", "--diff", "database", "--database-url", database.url)

    assert done.status == 1, done.err
    assert "migrations" in done.out


def test_sequels_migrations_in_rails_folder_are_sequels(tmp_path):
    app = Repo.make(tmp_path / "sequel")
    text = "Sequel.migration do\n  up do\n    run 'CREATE TABLE songs (id integer)'\n  end\nend\n"
    app.write("20250101000000_songs.rb", text)
    app.write("Gemfile", "gem 'sequel'\n", "")
    base = app.commit()
    app.move("20250101000000_songs.rb", "20250102000000_songs.rb")
    app.commit("rename")
    rows = tmp_path / "rows.txt"
    rows.write_text("20250101000000_songs.rb\n")

    told = migdoctor(app.path, "diagnose", "--rows", str(rows), "--format", "json")
    asked = ("--framework", "sequel", "--format", "json")
    checked = migdoctor(app.path, "check", "--base", base, *asked)

    report = json.loads(told.out)
    assert report["repository"]["framework"] == "sequel"
    assert [it["new"]["version"] for it in report["renames"]] == ["20250102000000_songs.rb"]
    assert [it["code"] for it in json.loads(checked.out)["findings"]] == ["MD301"]


def test_yoyos_plain_list_rewrites_nothing(tmp_path):
    app = Repo.make(tmp_path / "yoyo")
    app.write(
        "01_songs.py",
        'from yoyo import step\nsteps = [step("CREATE TABLE a (b int)")]\n',
        "migrations",
    )
    app.commit()
    app.move("01_songs.py", "02_songs.py", "migrations")
    app.commit("rename")
    rows = tmp_path / "rows.txt"
    rows.write_text("01_songs\n")

    done = migdoctor(app.path, "rewrite", "--rows", str(rows))

    assert done.status == 1
    assert "migration_hash" in done.err


@pytest.mark.parametrize(
    ("folder", "name", "text"),
    [
        ("migrations", "20250101000000_a.js", "exports.up = (knex) => knex.raw(`SELECT 1`);\n"),
        ("prisma/migrations", "20250101000000_a/migration.sql", "SELECT 1;\n"),
        (
            "db/changelog",
            "001-a.sql",
            "--liquibase formatted sql\n\n--changeset ann:1\nSELECT 1;\n",
        ),
        ("alembic/versions", "1f_a.py", 'revision = "1f"\ndown_revision = None\n'),
    ],
    ids=["knex", "prisma", "liquibase", "alembic"],
)
def test_a_change_that_touches_no_migration_passes(tmp_path, folder, name, text):
    repo = Repo.make(tmp_path / "app")
    repo.write(name, text, folder)
    repo.commit()
    repo.write("README", "more\n", "")
    repo.commit("elsewhere")

    for more in ((), ("--ref", "HEAD"), ("--staged",)):
        done = migdoctor(repo.path, "check", "--base", "HEAD~1", *more)

        assert done.status == 0, done.err
