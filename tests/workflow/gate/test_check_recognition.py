"""A repository, or a change, whose migrations are not recognised does not pass as harmless."""

import pytest

from tests.support.commands.gates import check, started
from tests.support.histories.repositories import Repo, migration


@pytest.fixture
def bare_of_migrations(tmp_path):
    repo = Repo.make(tmp_path / "repo")
    repo.write("README", "nothing yet\n", folder=".")
    repo.commit("begin")
    repo.git("checkout", "--quiet", "-b", "change")
    return repo


def test_where_nothing_is_recognised_the_gate_does_not_judge(bare_of_migrations: Repo):
    bare_of_migrations.write("a.txt", "a\n", folder=".")
    bare_of_migrations.commit("a change")

    outcome = check(bare_of_migrations)

    assert outcome.status == 2
    assert "nothing here is recognised as migrations" in outcome.err
    assert "--dir" in outcome.err


def test_an_application_without_a_migration_yet_passes_with_a_note(bare_of_migrations: Repo):
    bare_of_migrations.write("application.rb", "# Rails\n", folder="config")
    bare_of_migrations.commit("an application")

    outcome = check(bare_of_migrations)

    assert outcome.status == 0
    assert outcome.document["notes"] == ["the application has no migration yet"]


def test_a_change_that_touches_no_migration_passes(tmp_path):
    repo = started(tmp_path / "repo")
    repo.write("a.txt", "a\n", folder=".")
    repo.commit("a change")

    assert check(repo).status == 0


CATS = "20240101000000_create_cats.rb"
RUBY = migration("CreateCats", "create_table :cats")
ELSEWHERE = [
    pytest.param("database/changes", CATS, RUBY, "--dir database/changes", id="rails"),
    pytest.param("changes", "V2__cats.sql", "SELECT 1;\n", "flyway", id="flyway"),
    pytest.param("sql", "20240101_x.sql", "-- migrate:up\nSELECT 1;\n", "dbmate", id="dbmate"),
    pytest.param(
        "versions",
        "ab12_x.py",
        "revision = 'ab12'\ndown_revision = None\n",
        "alembic",
        id="alembic",
    ),
]


@pytest.mark.parametrize("deed", ["added", "edited", "moved", "deleted"])
@pytest.mark.parametrize(("folder", "name", "text", "said"), ELSEWHERE)
def test_migrations_outside_every_known_folder_do_not_pass_unseen(
    tmp_path, folder, name, text, said, deed
):
    repo = started(tmp_path / "repo")
    repo.write(name, text, folder=folder)
    repo.commit("theirs")
    if deed != "added":
        repo.git("branch", "--force", "main")
        if deed == "edited":
            repo.write(name, f"{text}\n", folder=folder)
        else:
            repo.remove(name, folder=folder)
        if deed == "moved":
            repo.write(name, text, folder=f"{folder}/x")
        repo.commit("the change")

    outcome = check(repo)

    assert outcome.status == 2, outcome.out
    assert folder in outcome.err
    assert said in outcome.err


def test_a_folder_that_is_named_is_known(tmp_path):
    repo = started(tmp_path / "repo")
    repo.write(CATS, RUBY, folder="database/changes")
    repo.commit("theirs")

    assert check(repo, "--dir", "database/changes").status == 0
