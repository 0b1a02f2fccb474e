"""The guided way where a person writes the migration that edits hid."""

import sqlite3

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.commands.terminals import at_terminal, shim
from tests.support.histories.repositories import Repo

FOLDER = "alembic/versions"
TEXT = (
    "from alembic import op\nimport sqlalchemy as sa\n\nrevision = '{}'\ndown_revision = {}\n\n\n"
    "def upgrade():\n{}\n"
)
MAKES = "    op.create_table('users', sa.Column('id', sa.Integer, primary_key=True))"
ADDS = "    op.add_column('users', sa.Column('{}', sa.String(20)))"


@pytest.fixture
def place(tmp_path):
    repo = Repo.make(tmp_path / "app")
    repo.write("a1_users.py", TEXT.format("a1", None, MAKES), FOLDER)
    repo.write("a2_phone.py", TEXT.format("a2", "'a1'", ADDS.format("phone")), FOLDER)
    repo.commit()
    with sqlite3.connect(tmp_path / "db.sqlite3") as connection:
        connection.execute("CREATE TABLE users (id integer PRIMARY KEY, phone varchar(20))")
        connection.execute("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('a2')")
    both = f"{ADDS.format('phone')}\n{ADDS.format('city')}"
    repo.move("a2_phone.py", "b2_phone.py", FOLDER)
    repo.write("b2_phone.py", TEXT.format("b2", "'a1'", both), FOLDER)
    repo.commit()
    return repo


def test_the_step_is_shown_and_asked_for_and_stays_where_nothing_came_of_it(place, tmp_path):
    database = f"sqlite3:{tmp_path / 'db.sqlite3'}"
    variables = {"PATH": shim(tmp_path / "bin"), "XDG_STATE_HOME": str(tmp_path / "state")}

    def answer(_number: int, question: str) -> str:
        return "n" if question.startswith("Rehearse it now?") else "y"

    seen = at_terminal(
        place.path, f"migdoctor fix --database-url {database}", answer, columns=200, **variables
    )

    assert [it for it in seen.questions if it.startswith("Is it done?")] != []
    assert "this is missing: column users.city: string, limit 20" in seen.screen
    assert "alembic revision -m catch_up_with_edited_migrations" in seen.screen
    assert "it changed nothing" in seen.screen  # which nobody did
    assert "Everything that can be done here is done" not in seen.screen
    again = migdoctor(place.path, "fix", "--database-url", database)  # as a list, without terminal
    assert "alembic revision -m" in again.err
    assert "# a2_phone.py was edited after it ran" in again.err
