"""A new number for a new file, with all that had the old one; commits that every clone has."""

import pytest

from tests.support.commands.gates import SONGS, check, mend, on_main, run, started
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
