"""What edits hid, of a framework that no migration is written for: a person writes it.

A renamed file was edited too; the path says what is missing, how a new migration is made, and goes
on saying so until it is there, whatever ran meanwhile.
"""

import sqlite3
from pathlib import Path

import pytest

from analyzer.records import Struct
from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import Repo

KNEX = "exports.up = async (knex) => {{\n  await knex.schema.{};\n}};\n"
USERS = KNEX.format("createTable('users', (t) => { t.increments('id'); })")
PHONE = KNEX.format("alterTable('users', (t) => { t.string('phone'); })")
EDITED = PHONE.replace("t.string('phone');", "t.string('phone'); t.string('city');")
ALEMBIC = (
    "from alembic import op\nimport sqlalchemy as sa\n\nrevision = '{}'\ndown_revision = {}\n\n\n"
    "def upgrade():\n{}\n\n\ndef downgrade():\n    pass\n"
)
ADDS = "    op.add_column('users', sa.Column('{}', sa.String(20)))"
MAKES = "    op.create_table('users', sa.Column('id', sa.Integer, primary_key=True))"
CATCH_UP = "catch_up_with_edited_migrations"


class App(Struct, frozen=True):
    """A repository, and the SQLite file that its migrations ran in."""

    repo: Repo
    file: Path

    def run(self, *words: str):
        place = ("--database-url", f"sqlite3:{self.file}")
        return migdoctor(self.repo.path, *words, *place)

    def sql(self, *lines: str) -> None:
        with sqlite3.connect(self.file) as connection:
            for line in lines:
                connection.execute(line)


def diagnosed(app: App) -> str:
    done = app.run("diagnose")
    assert done.status in (0, 1), done.err
    return " ".join(done.out.split())


def commands(app: App) -> list[str]:
    """The lines to type that a diagnosis prints."""
    _, _, steps = app.run("diagnose").out.partition("What to do next")
    return [it.strip() for it in steps.splitlines() if it.startswith("     ")]


@pytest.fixture
def knex(tmp_path) -> App:
    app = App(Repo.make(tmp_path / "app"), tmp_path / "db.sqlite3")
    app.repo.write("20240101000000_users.js", USERS, "migrations")
    app.repo.write("20240102000000_phone.js", PHONE, "migrations")
    app.repo.commit()
    app.sql(
        "CREATE TABLE users (id integer, phone text)",
        "CREATE TABLE knex_migrations (id integer, name text, batch integer, migration_time text)",
        "INSERT INTO knex_migrations VALUES (1, '20240101000000_users.js', 1, '2024')",
        "INSERT INTO knex_migrations VALUES (2, '20240102000000_phone.js', 1, '2024')",
    )
    app.repo.move("20240102000000_phone.js", "20240202000000_phone.js", "migrations")
    app.repo.write("20240202000000_phone.js", EDITED, "migrations")
    app.repo.commit()
    return app


@pytest.fixture
def alembic(tmp_path) -> App:
    app = App(Repo.make(tmp_path / "app"), tmp_path / "db.sqlite3")
    folder = "alembic/versions"
    app.repo.write("a1_users.py", ALEMBIC.format("a1", None, MAKES), folder)
    app.repo.write("a2_phone.py", ALEMBIC.format("a2", "'a1'", ADDS.format("phone")), folder)
    app.repo.commit()
    app.sql(
        "CREATE TABLE users (id integer PRIMARY KEY, phone varchar(20))",
        "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL)",
        "INSERT INTO alembic_version VALUES ('a2')",
    )
    both = f"{ADDS.format('phone')}\n{ADDS.format('city')}"
    app.repo.move("a2_phone.py", "b2_phone.py", folder)
    app.repo.write("b2_phone.py", ALEMBIC.format("b2", "'a1'", both), folder)
    app.repo.commit()
    return app


def test_what_is_missing_and_how_a_new_migration_is_made_are_a_step(alembic):
    said = diagnosed(alembic)

    assert "a2_phone.py was edited after it ran" in said
    assert "this is missing: column users.city: string, limit 20" in said
    assert f"alembic revision -m {CATCH_UP}" in commands(alembic)
    assert "it runs the follow-up" in said
    assert "keeps a draft" not in alembic.run("advise").out


def test_the_step_stays_behind_the_repair_and_goes_with_what_is_missing(alembic):
    done = alembic.run("rename-back", "--apply", "--git", "--yes")
    assert f"alembic revision -m {CATCH_UP}" in done.err
    alembic.repo.commit()

    said = diagnosed(alembic)
    assert "1 warning" in said
    assert "alembic revision -m" in alembic.run("advise").out
    assert "follow-up FILE" not in said
    assert "this is missing: column users.city" in said
    line = next(it for it in commands(alembic) if it.startswith("git diff"))
    assert "'city'" in alembic.repo.git(*line.split()[1:])  # typed as it stands, it shows the edit

    alembic.sql("ALTER TABLE users ADD COLUMN city varchar(20)")
    assert commands(alembic) == []
    assert "warning" not in diagnosed(alembic)


def test_a_diagnosis_goes_on_telling_of_code_that_is_not_read(knex):
    """The tool has run all there is: the rows fit the files, and the column is missing for ever."""
    assert f"npx knex migrate:make {CATCH_UP}" in commands(knex)
    knex.run("rename-back", "--apply", "--git", "--yes")
    knex.repo.commit()
    knex.repo.write("20240301000000_late.js", USERS.replace("users", "late"), "migrations")
    knex.repo.commit()
    knex.sql("INSERT INTO knex_migrations VALUES (3, '20240301000000_late.js', 2, '2024')")

    said = diagnosed(knex)
    assert "20240102000000_phone.js was edited while it had another name" in said
    assert "whatever 20240102000000_phone.js adds, which is not read here, may be missing" in said
    assert f"npx knex migrate:make {CATCH_UP}" in commands(knex)


def test_the_edit_taken_out_and_put_into_a_new_migration_ends_it(knex):
    knex.run("rename-back", "--apply", "--git", "--yes")
    knex.repo.commit()
    knex.repo.write("20240102000000_phone.js", PHONE, "migrations")
    city = PHONE.replace("phone", "city")
    knex.repo.write(f"20240301000000_{CATCH_UP}.js", city, "migrations")
    knex.repo.commit()
    knex.sql(f"INSERT INTO knex_migrations VALUES (3, '20240301000000_{CATCH_UP}.js', 2, '2024')")

    assert knex.run("diagnose").status == 0
    assert "MD106" not in diagnosed(knex)


def test_a_follow_up_that_ran_is_taken_at_its_word_where_nothing_is_read(knex):
    knex.run("rename-back", "--apply", "--git", "--yes")
    knex.repo.commit()
    city = PHONE.replace("phone", "city")
    knex.repo.write(f"20240301000000_{CATCH_UP}.js", city, "migrations")
    knex.repo.commit()
    assert "gets from what is pending" in diagnosed(knex)
    knex.sql(f"INSERT INTO knex_migrations VALUES (3, '20240301000000_{CATCH_UP}.js', 2, '2024')")

    assert knex.run("diagnose").status == 0
    assert "which ran, was made to add what the edits hid" in diagnosed(knex)


@pytest.mark.parametrize("ran", [False, True])
def test_an_empty_follow_up_settles_nothing(knex, ran):
    """What the tool's own command makes brings nothing until a person writes it."""
    knex.run("rename-back", "--apply", "--git", "--yes")
    knex.repo.commit()
    name = f"20240301000000_{CATCH_UP}.js"
    empty = "exports.up = function(knex) {\n  \n};\n\nexports.down = function(knex) {\n  \n};\n"
    knex.repo.write(name, empty, "migrations")
    knex.repo.commit()
    if ran:
        knex.sql(f"INSERT INTO knex_migrations VALUES (3, '{name}', 2, '2024')")

    said = diagnosed(knex)
    assert "20240102000000_phone.js was edited while it had another name" in said
    assert "gets from what is pending" not in said
    assert "which ran, was made to add" not in said
    assert "1 warning" in said
    assert f"npx knex migrate:make {CATCH_UP}" in commands(knex)
