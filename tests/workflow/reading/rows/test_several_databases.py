"""One application, several databases: each under its name in the file, each with its folders."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.servers import Database, Server, fresh_database
from tests.support.histories.repositories import Repo

SONGS, SONGS_NOW = "20250101000000_create_songs.rb", "20250201000000_create_songs.rb"
LIONS, LIONS_NOW = "20250102000000_create_lions.rb", "20250202000000_create_lions.rb"
USERS, BEARS = "20241201000000_create_users.rb", "20241202000000_create_bears.rb"
ANIMALS = "db/animals_migrate"
FILE = """\
development:
  primary: &primary
    adapter: postgresql
    url: {primary}
  primary_replica:
    <<: *primary
    replica: true
  animals:
    adapter: postgresql
    url: {animals}
    migrations_paths: db/animals_migrate
  cache:
    adapter: postgresql
    url: postgresql://nobody@127.0.0.1:1/nothing
    database_tasks: false
"""


@pytest.fixture(autouse=True)
def _nothing_names_a_database(monkeypatch):
    for name in ("DATABASE_URL", "PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE", "RAILS_ENV"):
        monkeypatch.delenv(name, raising=False)


def filled(database: Database, tables: list[str], *versions: str) -> None:
    database.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
    for table in tables:
        database.run(f"CREATE TABLE {table} (id bigserial PRIMARY KEY)")
    for version in versions:
        database.run(f"INSERT INTO schema_migrations VALUES ('{version}')")


@pytest.fixture
def databases(postgres18: Server) -> Iterator[tuple[Database, Database]]:
    with fresh_database(postgres18) as primary, fresh_database(postgres18) as animals:
        filled(primary, ["createusers", "createsongs"], USERS[:14], SONGS[:14])
        filled(animals, ["createbears", "createlions"], BEARS[:14], LIONS[:14])
        yield primary, animals


@pytest.fixture
def app(tmp_path: Path, databases) -> Repo:
    """Migrations of both databases, of which one each was renamed after it ran."""
    primary, animals = databases
    repo = Repo.make(tmp_path / "app")
    repo.add(USERS, "CreateUsers")
    repo.add(BEARS, "CreateBears", folder=ANIMALS)
    repo.add(SONGS, "CreateSongs")
    repo.add(LIONS, "CreateLions", folder=ANIMALS)
    repo.write("database.yml", FILE.format(primary=primary.url, animals=animals.url), "config")
    repo.commit()
    repo.move(SONGS, SONGS_NOW)
    repo.move(LIONS, LIONS_NOW, folder=ANIMALS)
    repo.commit("Renumber")
    return repo


def told(done: Done) -> dict:
    assert done.status in (0, 1), done.err
    return json.loads(done.out)


def diagnose(app: Repo, *words: str, **variables: str) -> Done:
    return migdoctor(app.path, "diagnose", "--format", "json", *words, **variables)


def test_each_is_an_environment_of_its_name_with_its_folder(app):
    document = told(diagnose(app))

    assert [it["name"] for it in document["environments"]] == ["primary", "animals"]
    assert [it["applied"] for it in document["environments"]] == [2, 2]
    assert document["repository"]["directories"] == ["db/migrate", ANIMALS]
    pairs = {it["new"]["path"]: it["environments"] for it in document["renames"]}
    assert pairs[f"db/migrate/{SONGS_NOW}"]["primary"] == "applied"
    assert pairs[f"{ANIMALS}/{LIONS_NOW}"]["animals"] == "applied"
    assert document["orphans"] == []
    assert document["pending"] == []


def test_the_report_for_people_names_both(app):
    done = migdoctor(app.path, "diagnose")

    assert done.status == 1, done.err
    assert "primary" in done.out
    assert "animals" in done.out
    assert "--environment animals" in done.out
    assert "Renumber" in done.out


def test_a_variable_stands_for_the_main_one_only(app, databases, postgres18):
    _, animals = databases
    with fresh_database(postgres18) as other:
        filled(other, ["createusers", "createsongs"], USERS[:14], SONGS_NOW[:14])

        document = told(diagnose(app, DATABASE_URL=other.url))

    primary, second = document["environments"]
    assert primary["named_by"] == "the variable DATABASE_URL"
    assert second["named_by"] == "config/database.yml, development, animals"
    assert animals.name in second["place"]
    pairs = {it["new"]["path"]: it["environments"] for it in document["renames"]}
    assert pairs[f"{ANIMALS}/{LIONS_NOW}"]["animals"] == "applied"


def test_one_is_named_by_its_name(app):
    document = told(diagnose(app, "--environment", "animals"))

    assert [it["name"] for it in document["environments"]] == ["animals"]
    assert document["repository"]["directories"] == [ANIMALS]


def test_commands_name_the_one_that_a_variable_chose(app):
    done = migdoctor(app.path, "diagnose", RAILS_ENV="development")
    steps = done.out.partition("What to do next")[2]
    names = set(re.findall(r"--environment (\S+)", steps))

    again = migdoctor(app.path, "diagnose", "--environment", "development:animals")
    both = migdoctor(app.path, "diagnose", "--environment", "development")

    assert names == {"development:primary", "development:animals"}
    assert again.status == 1, again.err
    assert "migdoctor rename-back --apply --git --environment development:animals" in again.out
    assert both.status == 2
    assert "development has several databases: primary and animals" in both.err


def test_a_repair_takes_one_and_its_folder_only(app, databases):
    _, animals = databases
    several = migdoctor(app.path, "rewrite", "--apply", "--yes")
    one = migdoctor(app.path, "rewrite", "--apply", "--yes", "--environment", "animals")

    assert several.status == 2
    assert "--environment primary" in several.err
    assert one.status == 0, one.err
    rows = animals.run("SELECT version FROM schema_migrations ORDER BY version")
    assert rows == [(BEARS[:14],), (LIONS_NOW[:14],)]
    assert [it["new"]["path"] for it in told(diagnose(app))["renames"]] != []


def test_one_that_cannot_be_read_hides_no_other(app):
    file = app.path / "config" / "database.yml"
    file.write_text(
        file.read_text().replace("migrations_paths", "username: <%= who %>\n    migrations_paths")
    )

    done = diagnose(app)

    assert done.status == 2
    document = json.loads(done.out)
    primary, animals = document["environments"]
    assert primary["applied"] == 2
    assert "not understood" in animals["error"]["what"]


def test_a_row_of_another_database_says_which_folder_has_its_file(app, databases):
    primary, _ = databases
    primary.run(f"INSERT INTO schema_migrations VALUES ('{LIONS_NOW[:14]}')")

    document = told(diagnose(app))

    assert document["orphans"] == []
    (finding,) = [it for it in document["findings"] if it["code"] == "MD107"]
    assert ANIMALS in finding["what"]


def test_an_address_alone_finds_the_folder_by_its_rows(app, databases):
    _, animals = databases

    document = told(diagnose(app, "--database-url", animals.url))

    assert document["repository"]["directories"] == [ANIMALS]


def test_an_engine_that_feeds_the_same_table_is_proposed_with_it(app, databases):
    primary, _ = databases
    engine = "engines/shop/db/migrate"
    app.add("20250103000000_create_carts.rb", "CreateCarts", folder=engine)
    app.commit()
    primary.run("CREATE TABLE createcarts (id bigserial PRIMARY KEY)")
    primary.run("INSERT INTO schema_migrations VALUES ('20250103000000')")

    document = told(diagnose(app, "--database-url", primary.url))

    assert document["orphans"] == []
    (finding,) = [it for it in document["findings"] if it["code"] == "MD107"]
    assert f"--dir db/migrate --dir {engine}" in finding["fix"]
    together = ["--dir", "db/migrate", "--dir", engine]
    again = told(diagnose(app, "--database-url", primary.url, *together))
    assert not [it for it in again["findings"] if it["code"] == "MD107"]


def test_rows_that_were_all_renamed_find_their_folder_by_its_past(app, databases):
    _, animals = databases
    app.move(BEARS, "20250301000000_create_bears.rb", folder=ANIMALS)
    app.commit()

    document = told(diagnose(app, "--database-url", animals.url))

    assert document["repository"]["directories"] == [ANIMALS]
    assert len(document["renames"]) == 2


def test_a_folder_that_is_named_says_which_of_them_is_meant(app):
    document = told(diagnose(app, "--dir", ANIMALS))

    assert [it["name"] for it in document["environments"]] == ["animals"]


@pytest.mark.parametrize("name", ["../../escape", "a b", "--yes", "x/y"])
def test_a_name_that_leads_elsewhere_is_refused(app, name):
    file = app.path / "config" / "database.yml"
    file.write_text(file.read_text().replace("animals:", f'"{name}":'))

    done = diagnose(app)

    assert done.status == 2
    assert "cannot be the name of an environment" in done.err
