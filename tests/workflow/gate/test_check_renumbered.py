"""A new number for a new file, with all that had the old one; commits that every clone has."""

import subprocess

import pytest

from tests.support.commands.gates import ALBUMS, SONGS, check, mend, on_main, run, started
from tests.support.histories.repositories import FOLDER, Repo

HEAD = "ActiveRecord::Schema[6.1].define(version: {}) do\n{}end\n"
TABLES = (
    '  create_table "songs", force: :cascade do |t|\n    t.string "title"\n  end\n'
    '  create_table "albums", force: :cascade do |t|\n    t.string "name"\n  end\n'
)
CATS = '  create_table "cats", force: :cascade do |t|\n  end\n'


@pytest.fixture
def repo(tmp_path) -> Repo:
    repo = started(tmp_path / "repo")
    repo.write("schema.rb", HEAD.format("2024_02_01_000000", TABLES), folder="db")
    repo.commit("schema")
    repo.git("branch", "--force", "main")
    return repo


def test_a_date_in_the_future_is_corrected_with_the_schema_file(repo: Repo):
    repo.add("20990101000000_create_cats.rb", "CreateCats", "create_table :cats")
    repo.write("schema.rb", HEAD.format("2099_01_01_000000", TABLES + CATS), folder="db")
    repo.commit("cats")
    outcome = check(repo)
    found = outcome.found("MD312")
    assert "by hand" not in found["fix"]
    assert "migdoctor rewrite --apply" in found["fix"]

    mend(repo, outcome)

    (name,) = [it.name for it in (repo.path / FOLDER).iterdir() if "cats" in it.name]
    version = name.partition("_")[0]
    spelt = f"{version[:4]}_{version[4:6]}_{version[6:8]}_{version[8:]}"
    assert f"version: {spelt}" in (repo.path / "db/schema.rb").read_text()
    assert check(repo).codes == []


def test_a_version_that_was_taken_meanwhile_is_corrected_with_the_schema_file(repo: Repo):
    on_main(repo, "20240301000000_create_dogs.rb", "CreateDogs", "create_table :dogs")
    repo.add("20240301000000_create_cats.rb", "CreateCats", "create_table :cats")
    repo.write("schema.rb", HEAD.format("2024_03_01_000000", TABLES + CATS), folder="db")
    repo.commit("cats")
    outcome = check(repo)
    assert "MD307" in outcome.codes

    mend(repo, outcome)

    assert [it["code"] for it in check(repo).findings if it["severity"] != "note"] == []
    assert "2024_03_01_000000" not in (repo.path / "db/schema.rb").read_text()


def test_the_commit_of_a_command_is_one_that_the_branch_has(repo: Repo):
    """As on a merge of the branch with the base of that moment, which a CI system checks out."""
    repo.remove(SONGS)
    branch = repo.commit("deleted")
    begun = repo.git("merge-base", "main", "change").strip()
    on_main(repo, "20240301000000_create_cats.rb", "CreateCats", "create_table :cats")
    repo.git("checkout", "--quiet", "--detach", "main")
    repo.git("merge", "--quiet", "--no-edit", branch)

    assert (
        check(repo, CI="true").found("MD304")["command"].startswith(f"git checkout {begun[:12]} ")
    )


def test_a_database_that_ran_the_old_number_follows_as_the_finding_says(repo: Repo, database):
    on_main(repo, "20240301000000_create_dogs.rb", "CreateDogs", "create_table :dogs")
    repo.add("20240301000000_create_cats.rb", "CreateCats", "create_table :cats")
    repo.commit("cats")
    database.run(
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY); INSERT INTO "
        "schema_migrations VALUES ('20240101000000'), ('20240201000000'), ('20240301000000'); "
        "CREATE TABLE songs (id bigserial PRIMARY KEY, title varchar); "
        "CREATE TABLE albums (id bigserial PRIMARY KEY, name varchar); "
        "CREATE TABLE cats (id bigserial PRIMARY KEY)"
    )
    outcome = check(repo)
    assert "migdoctor rewrite --apply --database-url URL" in outcome.found("MD307")["fix"]
    mend(repo, outcome)
    repo.commit("another number")
    at = ("--database-url", database.url)

    advised = run(repo, "advise", *at)
    done = run(repo, "rewrite", "--apply", "--yes", *at)

    assert "Best     give the row" in advised.out
    assert done.status == 0, done.err
    assert database.run("SELECT max(version) FROM schema_migrations") != [("20240301000000",)]
    assert run(repo, "diagnose", *at).status == 0
    assert check(repo).status == 0


AGE = '    t.integer "age"\n'
WITH_AGE = TABLES.replace('    t.string "title"\n', '    t.string "title"\n' + AGE)


def base_with(repo: Repo, name: str, class_name: str, *body: str) -> None:
    """A base that got a migration without its line in the schema file."""
    repo.add(name, class_name, *body)
    repo.commit("without the schema file")
    repo.git("branch", "--force", "main")


def dump(repo: Repo, version: str, tables: str) -> None:
    repo.write("schema.rb", HEAD.format(version, tables), folder="db")


def schema(repo: Repo) -> str:
    return (repo.path / "db/schema.rb").read_text()


@pytest.mark.parametrize("tables", [TABLES, WITH_AGE], ids=["untouched", "dumped"])
def test_a_schema_file_that_is_behind_does_not_claim_what_it_lacks(repo: Repo, tables: str):
    """Its line is the base's, and between it and the new number lies what it does not hold."""
    base_with(repo, "20240201000001_add_city.rb", "AddCity", "add_column :songs, :city, :string")
    repo.add("20240201000000_add_age.rb", "AddAge", "add_column :songs, :age, :integer")
    dump(repo, "2024_02_01_000000", tables)
    repo.commit("age")
    outcome = check(repo)
    assert "db:migrate writes it into db/schema.rb" in outcome.found("MD307")["fix"]

    mend(repo, outcome)

    assert schema(repo) == HEAD.format("2024_02_01_000000", tables)
    assert [(it["code"], it["severity"]) for it in check(repo).findings] == [("MD314", "note")]


@pytest.mark.parametrize(
    ("tables", "version"),
    [(WITH_AGE, "2024_03_01_000000"), (TABLES, "2024_02_01_000000")],
    ids=["dumped", "by hand"],
)
def test_a_rename_goes_back_to_the_newest_that_the_schema_file_holds(
    repo: Repo, tables: str, version: str
):
    base_with(repo, "20240301000000_add_age.rb", "AddAge", "add_column :songs, :age, :integer")
    repo.move(ALBUMS, "20240401000000_create_albums.rb")
    dump(repo, "2024_04_01_000000", tables)
    repo.commit("renamed")

    mend(repo, check(repo))

    assert schema(repo) == HEAD.format(version, tables)
    assert check(repo).codes == []


def renamed_and_edited(repo: Repo) -> str:
    was = schema(repo)
    repo.move(ALBUMS, "20240401000000_create_albums.rb")
    path = repo.path / FOLDER / "20240401000000_create_albums.rb"
    path.write_text(path.read_text().replace("t.string", "t.text"))
    dump(repo, "2024_04_01_000000", TABLES.replace('t.string "name"', 't.text "name"'))
    repo.commit("renamed, edited, and dumped")
    return was


def test_a_rename_with_an_edit_goes_back_with_the_schema_file(repo: Repo):
    was = renamed_and_edited(repo)
    outcome = check(repo)
    assert "by hand" not in outcome.found("MD301")["fix"]

    mend(repo, outcome)

    assert schema(repo) == was
    assert check(repo).codes == []


def test_a_fix_takes_a_rename_with_an_edit_back(repo: Repo):
    was = renamed_and_edited(repo)

    assert run(repo, "check", "--base", "main", "--fix", "--yes").status == 0

    assert schema(repo) == was
    assert "t.string" in (repo.path / FOLDER / ALBUMS).read_text()


def test_a_late_migration_that_was_dumped_gets_a_number_with_the_schema_file(repo: Repo):
    repo.add("20240115000000_add_age.rb", "AddAge", "add_column :songs, :age, :integer")
    dump(repo, "2024_02_01_000000", WITH_AGE)
    repo.commit("late")
    found = check(repo).found("MD311")
    assert "by hand" not in found["fix"]

    subprocess.run(["sh", "-ec", found["command"]], cwd=repo.path, check=True)

    assert "2024_02_01_000000" not in schema(repo)
    assert check(repo).codes == []
