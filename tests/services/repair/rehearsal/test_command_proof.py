"""A migrate command runs in a rehearsal only where it was seen to go to the scratch database."""

import socket
import tempfile
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from analyzer.frameworks.registry import MEMBERS, framework
from analyzer.frameworks.status_commands import status_command
from analyzer.model.words.socket_host import socket_host
from analyzer.services.repair.rehearsal.asked_command import asked_command
from analyzer.services.repair.rehearsal.decoy import decoy_of
from tests.services.repair.rows.test_rewrite_apply import place_in
from tests.support.commands.repair_runs import Place

MUTE = {"drizzle", "sequel"}  # no command of theirs only looks


@pytest.fixture
def place(tmp_path, database) -> Place:
    return place_in(tmp_path, database)


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_each_framework_is_asked_by_a_command_that_does_not_migrate(name):
    status = status_command(name)
    if name in MUTE:
        assert status is None
        return
    whole = framework(name).commands.whole
    asked = asked_command(whole, status)

    assert asked is not None
    assert asked != whole
    assert status.aimed


@pytest.mark.parametrize(
    ("name", "command", "asked"),
    [
        ("django", "python manage.py migrate", "python manage.py showmigrations"),
        ("django", "./manage.py migrate --noinput shop", "./manage.py showmigrations"),
        (
            "django",
            "A=1 python -m django migrate --settings x.y --no-input --database=other",
            "A=1 python -m django showmigrations --settings x.y --database=other",
        ),
        (
            "django",
            "cd 'a b' && poetry run python manage.py migrate",
            "cd 'a b' && poetry run python manage.py showmigrations",
        ),
        ("rails", "bin/rails db:migrate db:seed", None),
        (
            "rails",
            "A=$B ruby -W0 /usr/bin/rake --suppress-backtrace ^/ --rakefile a/R db:migrate",
            "A=$B ruby -W0 /usr/bin/rake --suppress-backtrace ^/ --rakefile a/R db:migrate:status",
        ),
        ("rails", "bin/rails db:schema:load db:migrate", None),
        ("rails", "bin/rails db:migrate:primary db:migrate:animals", None),
        ("rails", "bin/rails db:migrate $(cat x)", None),
        ("flyway", "flyway clean migrate", None),
        ("flyway", "flyway migrate clean", None),
        ("ecto", "mix do ecto.drop + ecto.migrate", None),
        ("laravel", "php artisan migrate --seed", None),
        (
            "rails",
            "rake db:migrate:primary RAILS_ENV=production",
            "rake db:migrate:status:primary RAILS_ENV=production",
        ),
        ("goose", 'goose postgres "$DATABASE_URL" up', 'goose postgres "$DATABASE_URL" status'),
        ("alembic", "alembic -n x upgrade head", "alembic -n x current"),
        (
            "knex",
            "npx knex migrate:latest --env production --verbose",
            "npx knex migrate:status --env production",
        ),
        ("django", "make migrate", None),
        ("django", "manage.py check; manage.py migrate", None),
        ("django", "manage.py migrate && manage.py loaddata x", None),
        ("django", "manage.py loaddata x && manage.py migrate", None),
        ("django", "manage.py migrate $(cat x)", None),
        ("django", "manage.py migrate | tee log", None),
        ("django", "manage.py migrate > log", None),
        ("django", "manage.py migrate & manage.py loaddata", None),
        ("django", "manage.py migrate\nmanage.py loaddata", None),
        ("django", "sh -c 'manage.py migrate'", None),
        ("django", "migrate", None),
        ("django", "", None),
        ("rails", "bin/rails data:migrate", None),
    ],
)
def test_a_command_is_asked_in_its_own_surroundings_or_not_at_all(name, command, asked):
    assert asked_command(command, status_command(name)) == asked


def test_a_decoy_has_the_address_form_of_the_scratch_database(tmp_path):
    folder = tmp_path / "s"
    folder.mkdir()
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(folder / ".s.X.5"))
    there = quote(str(folder), safe="")
    with decoy_of(f"x://me@{there}:5/shop", tmp_path / "d") as decoy, server:
        assert decoy.url == f"x://me@{socket_host(tmp_path / 'd')}:5/shop"
        assert not decoy.met()
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(tmp_path / "d/.s.X.5"))
            assert decoy.met()


@pytest.mark.parametrize(
    ("url", "query"),
    [("x://me:pw@db.test:77/shop?a=b", "a=b"), ("x://me:pw@/shop?host=/run&a=b", "a=b")],
)
def test_a_decoy_of_a_server_listens_here(url, query, tmp_path):
    with decoy_of(url, tmp_path / "d") as decoy:
        parts = urlsplit(decoy.url)
        assert (parts.username, parts.password, parts.path) == ("me", "pw", "/shop")
        assert (parts.hostname, parts.query) == ("127.0.0.1", query)
        assert not decoy.met()
        with socket.create_connection((parts.hostname, parts.port)):
            assert decoy.met()


def test_a_decoy_in_a_folder_has_an_address_that_rails_can_read():
    with tempfile.TemporaryDirectory(suffix="_x") as place, socket.socket(socket.AF_UNIX) as server:
        (Path(place) / "a_b").mkdir()
        server.bind(f"{place}/a_b/.s.5432")
        url = f"x://me@{socket_host(Path(place) / 'a_b')}:5432/shop"

        with decoy_of(url, Path(place) / "d_e") as decoy:
            assert decoy is not None
            assert "_" not in decoy.url
            assert decoy.url.endswith(":5432/shop")


@pytest.mark.parametrize("url", ["sqlite3:/x/a%20b.sqlite3", "sqlite:///x/a%20b.sqlite3"])
def test_a_decoy_of_a_file_is_not_there_until_somebody_opens_it(url, tmp_path):
    with decoy_of(url, tmp_path / "d") as decoy:
        assert decoy.url.startswith(url.partition("/x/")[0] + str(tmp_path))
        assert not decoy.met()
        decoy.file.touch()
        assert decoy.met()


@pytest.mark.parametrize(
    "command",
    ["make db:migrate", "touch ran", "bin/rails db:migrate; true", "bin/rails db:migrate"],
)
def test_what_is_not_seen_to_use_the_scratch_database_does_not_run(place, tmp_path, command):
    """A task that looks answers, and a task that migrates would leave a file."""
    mark = tmp_path / "ran"
    script = place.repository / "bin/rails"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f'#!/bin/sh\n[ "$1" = db:migrate ] && touch {mark}\nexit 0\n')
    script.chmod(0o755)
    rows = place.rows()

    done = place.run("rehearse", "--migrate-command", command.replace("ran", str(mark)))

    assert done.status == 2, done.out + done.err
    assert "it was not run" in " ".join(done.err.split())
    assert "--trust-migrate-command" in done.err
    assert not mark.exists()
    assert place.rows() == rows


def test_of_several_databases_only_the_one_that_has_a_copy_is_migrated(place):
    (place.repository / "config").mkdir(exist_ok=True)
    (place.repository / "config/database.yml").write_text(
        "development:\n  primary:\n    adapter: postgresql\n    database: a\n"
        "  animals:\n    adapter: postgresql\n    database: b\n    migrations_paths: db/animals\n"
    )
    script = place.repository / "bin/rails"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f'#!/bin/sh\n{place.database.server.bin}/psql -c "" "$DATABASE_URL"\n')
    script.chmod(0o755)
    address = ("--database-url", place.database.url)

    whole = place.run("rehearse", *address, "--migrate-command", "bin/rails db:migrate")
    one = place.run("rehearse", *address, "--migrate-command", "bin/rails db:migrate:primary")

    assert whole.status == 2, whole.out + whole.err
    assert "would migrate animals as well, which has not been copied" in " ".join(whole.err.split())
    assert one.status != 2, one.err
