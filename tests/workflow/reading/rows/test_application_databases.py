"""The database is found where the application says it is: in a file that is read, and never run."""

import json
from pathlib import Path

import pytest

from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.servers import PASSWORD, Database
from tests.support.histories.repositories import Repo

OLD, NEW = "20250101000000_create_songs.rb", "20250201000000_create_songs.rb"
FILE = """\
default: &default
  adapter: postgresql
  host: <%= ENV.fetch("DB_HOST") {{ "127.0.0.1" }} %>
  port: {port}
  username: guarded
  password: <%= ENV["SHOP_PASSWORD"] %>
development:
  <<: *default
  database: {database}
test:
  <<: *default
  database: <%= Rails.application.credentials.test_database %>
legacy:
  adapter: sqlserver
  database: shop
"""


@pytest.fixture(autouse=True)
def _nothing_names_a_database(monkeypatch):
    for name in ("DATABASE_URL", "PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)
    for name in ("RAILS_ENV", "RACK_ENV"):
        monkeypatch.delenv(name, raising=False)


def with_rows(database: Database, *versions: str) -> Database:
    database.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
    for version in versions:
        database.run(f"INSERT INTO schema_migrations VALUES ('{version}')")
    database.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO guarded")
    return database


@pytest.fixture
def database(any_database: Database) -> Database:
    return with_rows(any_database, OLD[:14])


@pytest.fixture
def app(tmp_path: Path, database: Database) -> Repo:
    """An application whose one migration was renamed after it ran in its development database."""
    repo = Repo.make(tmp_path / "app")
    repo.add(OLD, "CreateSongs")
    text = FILE.format(port=database.server.port, database=database.name)
    repo.write("database.yml", text, folder="config")
    repo.write(".gitignore", "config/database.yml\n", folder=".")
    repo.commit()
    repo.move(OLD, NEW)
    repo.commit()
    return repo


def diagnose(app: Repo, *words: str, **variables: str) -> Done:
    return migdoctor(app.path, "diagnose", *words, **{"SHOP_PASSWORD": PASSWORD, **variables})


def environments(done: Done) -> list[dict]:
    assert done.status in (0, 1), done.err
    return json.loads(done.out)["environments"]


# it just works


def test_diagnose_needs_no_word_of_where_the_database_is(app, database):
    done = diagnose(app)

    assert done.status == 1, done.err
    assert "renamed after it ran" in done.out
    assert "Named by: config/database.yml, development" in done.out
    assert "--database-url" in done.out
    assert "PGPASSWORD" in done.out + done.err
    assert PASSWORD not in done.out + done.err
    assert PASSWORD.replace(" ", "%20") not in done.out + done.err


def test_json_names_the_source(app, database):
    (one,) = environments(diagnose(app, "--format", "json"))

    assert (one["name"], one["source"], one["applied"]) == ("default", "postgresql", 1)
    assert one["named_by"] == "config/database.yml, development"


def test_it_works_from_a_folder_below(app):
    (app.path / "app" / "models").mkdir(parents=True)

    done = migdoctor(app.path / "app" / "models", "diagnose", SHOP_PASSWORD=PASSWORD)

    assert done.status == 1, done.err


def test_commands_that_print_a_repair_find_it_too(app, database):
    done = migdoctor(app.path, "rewrite", SHOP_PASSWORD=PASSWORD)

    assert done.status == 0, done.err
    assert NEW[:14] in done.out


@pytest.mark.parametrize("command", [["preflight"], ["schema", "--diff", "database"]])
def test_other_commands_find_it_too(app, command):
    done = migdoctor(app.path, *command, SHOP_PASSWORD=PASSWORD)

    assert "could not connect" not in done.err
    assert done.status in (0, 1), done.err


# by the name that it has there


def test_an_environment_of_the_file_is_an_environment(app, database):
    done = diagnose(app, "--environment", "development")
    (one,) = environments(diagnose(app, "--environment", "development", "--format", "json"))

    assert one["name"] == "development"
    assert one["named_by"] == "config/database.yml, development"
    steps = done.out.partition("What to do next")[2]
    commands = [it.strip() for it in steps.splitlines() if it.strip().startswith("migdoctor ")]
    assert commands
    assert all("--environment development" in it for it in commands)
    assert "PGPASSWORD" not in done.out + done.err


def test_one_that_is_not_there_is_told_with_those_that_are(app):
    done = diagnose(app, "--environment", "production")

    assert done.status == 2
    assert "config/database.yml has development, test and legacy" in done.err


def test_the_variable_and_the_environment_of_the_file_are_two_answers(app, database):
    mine = {"DATABASE_URL": database.url}

    unsure = diagnose(app, "--environment", "development", **mine)
    (one,) = environments(
        diagnose(
            app, "--environment", "development", "--format", "json", RAILS_ENV="development", **mine
        )
    )

    assert unsure.status == 2
    assert "DATABASE_URL is set" in unsure.err
    assert one["named_by"] == "the variable DATABASE_URL"


def test_a_password_that_is_set_already_is_not_asked_for(app):
    assert "PGPASSWORD" not in diagnose(app, PGPASSWORD=PASSWORD).out
    assert "PGPASSWORD" in diagnose(app, PGPASSWORD="another").out


def test_what_chose_the_database_stands_before_commands_that_do_not_name_it(app):
    done = migdoctor(app.path, "undo", SHOP_PASSWORD=PASSWORD, RACK_ENV="development")

    told = diagnose(app, RACK_ENV="development").out.replace("\n", " ")

    assert "see the state of each repair: RACK_ENV=development migdoctor undo --list" in done.err
    assert "(RACK_ENV=development migdoctor" in " ".join(told.split())
    assert "RACK_ENV=development RACK_ENV" not in " ".join(told.split())


def test_a_database_without_a_version_table_is_not_called_well(app, database):
    database.run("DROP TABLE schema_migrations")

    text, page = diagnose(app), diagnose(app, "--format", "markdown")

    assert text.out.startswith("There is no table schema_migrations: a new database, or not the")
    assert "Nothing diverged" not in text.out + page.out
    assert "There is no version table here" in page.out


# what comes first


def test_a_variable_comes_before_the_file(app, database):
    (one,) = environments(diagnose(app, "--format", "json", DATABASE_URL=database.url))

    assert one["named_by"] == "the variable DATABASE_URL"


def test_an_option_comes_before_the_file(app, database):
    (one,) = environments(diagnose(app, "--format", "json", "--database-url", database.url))

    assert one["named_by"].startswith("--database-url")


def test_configured_environments_come_before_the_file(app):
    app.write(".migdoctor.toml", '[environments.staging]\nrows = "rows.txt"\n', folder=".")

    done = diagnose(app)

    assert done.status == 2
    assert "--environment staging" in done.err


def test_rows_come_before_the_file(app, tmp_path):
    (tmp_path / "rows.txt").write_text(f"{OLD[:14]}\n")

    (one,) = environments(diagnose(app, "--format", "json", "--rows", str(tmp_path / "rows.txt")))

    assert one["source"] == "rows"


# what cannot be taken


def test_an_adapter_that_is_not_known_yet_is_named(app):
    done = diagnose(app, RAILS_ENV="legacy")

    assert done.status == 2
    assert "sqlserver is not supported yet" in done.err
    assert "--rows" in done.err


def test_code_is_named_and_not_run(app, tmp_path):
    text = (app.path / "config" / "database.yml").read_text()
    marker = tmp_path / "ran"
    code = f"<%= `touch {marker}` %>"
    (app.path / "config" / "database.yml").write_text(text.replace("guarded", code))

    done = diagnose(app)

    assert done.status == 2
    assert "not understood" in done.err
    assert "config/database.yml, line 5" in done.err
    assert not marker.exists()


def test_another_environment_of_rails_is_another_database(app):
    done = diagnose(app, RAILS_ENV="test")

    assert done.status == 2
    assert "credentials.test_database" in done.err


def test_an_unknown_environment_of_rails_is_told(app):
    done = diagnose(app, RAILS_ENV="produktion")

    assert done.status == 2
    assert "has nothing for produktion" in done.err


def test_a_connection_that_fails_offers_the_rows(app):
    done = diagnose(app, SHOP_PASSWORD="wrong")

    assert done.status == 2
    assert "--rows FILE" in done.err
    assert "wrong" not in done.err.replace("the password is wrong", "")


def test_two_applications_are_not_guessed_between(app):
    for name in ("shop", "blog"):
        app.add(OLD, "CreateSongs", folder=f"{name}/db/migrate")
        app.write("database.yml", "development:\n  adapter: postgresql\n", folder=f"{name}/config")
    app.git("rm", "-rq", "db")
    (app.path / "config" / "database.yml").unlink()
    app.commit()

    done = diagnose(app)

    assert done.status == 2
    assert "--dir blog/db/migrate" in done.err


# a file of variables


def test_a_file_of_variables_is_read_where_it_is_asked_for(app, database):
    app.write(".env", f"export SHOP_PASSWORD='{PASSWORD}'  # hush\nOTHER=1\n", folder=".")

    without = migdoctor(app.path, "diagnose")
    asked = migdoctor(app.path, "diagnose", "--env-file", ".env")

    assert without.status == 2
    assert asked.status == 1, asked.err
    assert PASSWORD not in asked.out + asked.err


def test_its_database_url_counts(app, database):
    app.write(".env", f'DATABASE_URL="{database.url}?pool=5"\n', folder=".")

    done = diagnose(app, "--env-file", ".env", "--format", "json")
    over = diagnose(app, "--env-file", ".env", "--format", "json", DATABASE_URL=database.url)

    assert environments(done)[0]["named_by"] == "DATABASE_URL in .env"
    assert environments(over)[0]["named_by"] == "the variable DATABASE_URL"


def test_a_file_of_variables_that_is_not_there_is_told(app):
    done = diagnose(app, "--env-file", "nowhere.env")

    assert done.status == 2
    assert "nowhere.env" in done.err


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("X=a b", "a b"),
        ("X=a # b", "a"),
        ("X=a#b", "a#b"),
        ('X="a # b"', "a # b"),
        ("X='a\\nb'", "a\\nb"),
        ('X="a\\nb" # c', "a\nb"),
        ("export X = a", "a"),
        ("X=", ""),
        ("X=$(rm -rf /)", "$(rm -rf /)"),
        ("X=1\nX=2\r\nY=3", "2"),
    ],
)
def test_lines_of_variables(tmp_path, line, value):
    from analyzer.sources.config.env_file import read_env_file

    (tmp_path / "it").write_text(f"# no\n{line}\n")

    assert read_env_file(str(tmp_path / "it"))["X"] == value


def test_the_search_path_of_the_file_is_taken(app, database):
    database.run("CREATE SCHEMA beta")
    database.run("CREATE TABLE beta.schema_migrations (version varchar PRIMARY KEY)")
    database.run("INSERT INTO beta.schema_migrations VALUES ('1'), ('2')")
    database.run("GRANT USAGE ON SCHEMA beta TO guarded")
    database.run("GRANT SELECT ON ALL TABLES IN SCHEMA beta TO guarded")
    file = app.path / "config" / "database.yml"
    file.write_text(
        file.read_text().replace("  port:", '  schema_search_path: "beta, public"\n  port:')
    )

    (one,) = environments(diagnose(app, "--format", "json"))

    assert one["applied"] == 2


def test_a_repair_is_carried_out_and_taken_back_without_an_address(app, database):
    database.run("GRANT ALL ON ALL TABLES IN SCHEMA public TO guarded")
    database.run("CREATE TABLE createsongs (id bigserial PRIMARY KEY)")

    done = migdoctor(app.path, "rewrite", "--apply", "--yes", SHOP_PASSWORD=PASSWORD)
    after = database.run("SELECT version FROM schema_migrations")
    undone = migdoctor(app.path, "undo", "--yes", SHOP_PASSWORD=PASSWORD)

    assert done.status == 0, done.err
    assert after == [(NEW[:14],)]
    assert undone.status == 0, undone.err
    assert database.run("SELECT version FROM schema_migrations") == [(OLD[:14],)]
    assert PASSWORD not in done.out + done.err + undone.out + undone.err


def test_dbmate_has_no_such_file_and_takes_its_variables(tmp_path, any_database):
    with_rows(any_database, "20250101000000")
    repo = Repo.make(tmp_path / "app")
    text = "-- migrate:up\nCREATE TABLE songs (id int);\n\n-- migrate:down\nDROP TABLE songs;\n"
    repo.write("20250101000000_create_songs.sql", text, folder="db/migrations")
    repo.write(".env", f"DATABASE_URL={any_database.url}\n", folder=".")
    repo.write("database.yml", "development:\n  adapter: mysql2\n", folder="config")
    repo.commit()

    unasked = migdoctor(repo.path, "diagnose", "--framework", "dbmate", PGPORT="1")
    asked = diagnose(repo, "--env-file", ".env", "--format", "json")

    assert unasked.status == 2
    assert "mysql2" not in unasked.err
    (one,) = environments(asked)
    assert one["named_by"] == "DATABASE_URL in .env"
    assert json.loads(asked.out)["repository"]["framework"] == "dbmate"


def test_a_stray_file_says_nothing_of_an_application_of_dbmate(tmp_path, any_database):
    repo = Repo.make(tmp_path / "app")
    text = "-- migrate:up\nSELECT 1;\n\n-- migrate:down\nSELECT 1;\n"
    repo.write("20250101000000_nothing.sql", text, folder="db/migrations")
    repo.write("database.yml", "development:\n  adapter: mysql2\n", folder="config")
    repo.commit()

    done = migdoctor(repo.path, "diagnose", PGPORT="1")

    assert "mysql2" not in done.err


@pytest.mark.parametrize("ever", [False, True])
def test_a_database_whose_folder_never_was_has_no_migrations(tmp_path, database, ever):
    """As the queue and the cache of every new Rails application, made by their schema files."""
    app = Repo.make(tmp_path / "app")
    app.add("20250101000000_create_songs.rb", "CreateSongs", "create_table :songs")
    queue = "    migrations_paths: db/queue_migrate\n"
    app.write(
        "database.yml",
        f"development:\n  primary:\n    url: {database.url}\n"
        f"  queue:\n    url: {database.url}_queue\n{queue}",
        folder="config",
    )
    if ever:
        app.write("20250101000001_create_jobs.rb", "class CreateJobs\nend\n", "db/queue_migrate")
        app.commit()
        app.git("rm", "-rq", "db/queue_migrate")
    app.commit()

    done = migdoctor(app.path, "diagnose", "--format", "json")

    told = [it["name"] for it in json.loads(done.out)["environments"]]
    assert told == (["primary", "queue"] if ever else ["primary"])
    assert (done.status == 2) is ever  # there is no such database
    assert ("development, queue: db/queue_migrate" in done.err) is not ever


def test_the_first_lines_say_that_it_is_developments_and_how_productions_is_named(app):
    done = diagnose(app)

    head = " ".join(done.out.split("\n\n")[0].split())
    assert "This is the database of config/database.yml, development." in head
    advised = migdoctor(app.path, "advise", SHOP_PASSWORD=PASSWORD).out
    assert "This is the database of config/database.yml, development." in advised
    assert "set RAILS_ENV=production, or pass --database-url URL" in head


def test_in_production_nothing_of_that_is_said(app):
    file = app.path / "config/database.yml"
    file.write_text(file.read_text().replace("development:", "production:"))

    assert "This is the database of" not in diagnose(app, RAILS_ENV="production").out


def test_a_database_that_is_not_there_is_told_with_how_to_name_productions(app):
    file = app.path / "config/database.yml"
    file.write_text(file.read_text().replace("database: ", "database: no_", 1))

    done = diagnose(app)

    assert "there is no database no_" in done.err
    fix = done.err.split("fix: ")[1]
    assert "RAILS_ENV=production" in fix
    assert "--database-url URL" in fix


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://127.0.0.1:1/another", True),
        ("<%= ENV['DATABASE_URL'] %>", False),
        (None, False),
    ],
    ids=["of its own", "the same variable", "none"],
)
def test_a_url_in_the_file_counts_for_rails_whatever_the_variable_says(app, database, url, told):
    if url is not None:
        app.write("database.yml", f'development:\n  url: "{url}"\n', folder="config")

    done = diagnose(app, DATABASE_URL=database.url)

    said = "config/database.yml has a url of its own, which Rails takes whatever DATABASE_URL says"
    assert (said in " ".join(done.err.split())) is told, done.err
    assert done.status == 1
