"""yoyo's migrations in SQL: known by its directives, read as SQL, moved with their way back."""

import pytest

from analyzer.frameworks.registry import framework
from analyzer.model.core.migration import MigrationName
from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import Repo

YOYO = framework("yoyo")
USERS, SONGS = "20260901_01_ab1-create-users", "20260902_01_ab2-create-songs"
LATER = "20260912_01_ab2-create-songs"
MAKES_SONGS = f"-- Songs\n-- depends: {USERS}\n\nCREATE TABLE songs (id int);\n"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (f"{SONGS}.sql", SONGS),
        (f"{SONGS}.py", SONGS),
        (f"{SONGS}.rollback.sql", None),
        ("post-apply.sql", None),
        ("post-apply-grants.py", None),
    ],
)
def test_a_file_is_a_migration_by_its_name(name, key):
    found = YOYO.files.parse_name(name)

    assert (found.version.text if isinstance(found, MigrationName) else None) == key


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("migrations/a.sql", "migrations/a.rollback.sql"),
        ("migrations/a.rollback.sql", None),
        ("migrations/a.py", None),
    ],
)
def test_only_sql_has_its_way_back_in_another_file(path, back):
    assert YOYO.files.way_back(path) == back


@pytest.mark.parametrize(
    ("text", "transaction"),
    [
        ("CREATE TABLE songs (id int);", True),
        ("-- transactional: true\nCREATE TABLE songs (id int);", True),
        ("\n-- About it\n  -- transactional: False\n\nCREATE TABLE songs (id int);", False),
        ("CREATE TABLE songs (id int);\n-- transactional: false\n", True),
    ],
)
def test_sql_is_read_as_sql_and_its_head_says_whether_in_a_transaction(text, transaction):
    parsed = YOYO.language.parse(text.encode())

    assert [type(it).__name__ for it in parsed.effects] == ["CreateTable"]
    assert parsed.ddl_transaction is transaction


def test_a_directive_says_whose_it_is_and_plain_sql_does_not():
    sqlx = framework("sqlx")

    assert YOYO.language.is_migration(MAKES_SONGS.encode())
    assert not sqlx.language.is_migration(MAKES_SONGS.encode())
    assert not YOYO.language.is_migration(b"CREATE TABLE songs (id int);")
    assert sqlx.language.is_migration(b"CREATE TABLE songs (id int);")


def test_a_renamed_one_is_found_and_its_way_back_goes_with_it(tmp_path):
    app = Repo.make(tmp_path / "app")
    app.write(f"{USERS}.sql", "-- depends:\nCREATE TABLE users (id int);\n", "migrations")
    app.write(f"{SONGS}.sql", MAKES_SONGS, "migrations")
    app.write(f"{SONGS}.rollback.sql", "DROP TABLE songs;\n", "migrations")
    app.commit()
    app.git("branch", "base")
    app.move(f"{SONGS}.sql", f"{LATER}.sql", "migrations")
    app.move(f"{SONGS}.rollback.sql", f"{LATER}.rollback.sql", "migrations")
    app.commit()

    judged = migdoctor(app.path, "check", "--base", "base")

    assert judged.status == 1
    assert "error MD301" in judged.out
    assert f"git mv -- migrations/{LATER}.sql migrations/{SONGS}.sql" in judged.out
    assert f"migrations/{LATER}.rollback.sql migrations/{SONGS}.rollback.sql" in judged.out
