"""What was planned for one database, and a configuration that names another one since."""

import shlex
import subprocess
from collections.abc import Iterator

import pytest

from tests.services.fleets.test_fleet_places import V1, V2, place_in
from tests.support.commands.repair_runs import Place
from tests.support.databases.servers import Database, fresh_database

_MAKE = """
CREATE SCHEMA {0};
CREATE TABLE {0}.schema_migrations (version varchar PRIMARY KEY);
CREATE TABLE {0}.songs (id bigserial PRIMARY KEY);
INSERT INTO {0}.schema_migrations VALUES ('20250101000000');"""
TENANTS = ("tenant_1", "tenant_2", "tenant_3")


@pytest.fixture
def two(postgres18, tmp_path) -> Iterator[tuple[Place, Database, Database]]:
    with fresh_database(postgres18) as one, fresh_database(postgres18) as other:
        for database in (one, other):
            database.run("".join(map(_MAKE.format, TENANTS)))
        made = place_in(tmp_path, one)
        yield Place(made.repository, one, made.state, {}), one, other


def configure(place: Place, database: Database) -> None:
    (place.repository / ".migdoctor.toml").write_text(
        f'[environments.tenants]\nurl = "{database.url}"\neach-schema = "tenant_*"\n'
        f'[environments.production]\nurl = "{database.url}"\n'
    )


def rows(database: Database) -> list[str]:
    return [
        version
        for tenant in TENANTS
        for (version,) in database.run(f"SELECT version FROM {tenant}.schema_migrations")
    ]


def test_a_script_of_a_named_environment_refuses_another_database(two, tmp_path):
    place, one, other = two
    configure(place, one)
    table = ("--version-table", "tenant_1.schema_migrations")
    script = str(tmp_path / "fix.sql")
    written = place.run("rewrite", "--environment", "production", *table, "-o", script)

    refused, done = (
        subprocess.run(["psql", it, "-f", script], check=False, capture_output=True, text=True)
        for it in (other.url, one.url)
    )

    assert written.status == 0, written.err
    assert refused.returncode != 0
    assert "this script is for environment production" in refused.stderr
    assert rows(other) == [V1, V1, V1]
    assert (done.returncode, rows(one)) == (0, [V2, V1, V1]), done.stderr


def test_an_undo_names_the_database_that_was_changed(two):
    place, one, other = two
    configure(place, one)
    table = ("--version-table", "tenant_1.schema_migrations")
    done = place.run("rewrite", "--environment", "production", *table, "--apply", "--yes")
    configure(place, other)
    refused = place.run("undo", "--environment", "production", "--yes")

    assert done.status == 0, done.err
    assert refused.status == 2
    assert one.url.rpartition("/")[2] in refused.err
    assert (rows(one), rows(other)) == ([V2, V1, V1], [V1, V1, V1])


def test_a_fleet_that_was_begun_elsewhere_is_told_and_its_own_command_goes_on_there(two):
    place, one, other = two
    configure(place, one)
    canary = place.run("rewrite", "--environment", "tenants", "--apply", "--yes", "--canary", "1")
    printed = canary.err.partition("To go on:\n")[2].strip().splitlines()[0]
    configure(place, other)
    elsewhere = place.run("rewrite", "--environment", "tenants", "--apply", "--yes")
    configure(place, one)
    went_on = place.run(*shlex.split(printed)[1:], "--yes")

    assert canary.status == 0, canary.err
    assert "--environment tenants" in printed
    assert elsewhere.status == 0, elsewhere.err
    name = one.url.rpartition("/")[2]
    assert f"is not finished: it changed 1 of 3 in database {name}" in elsewhere.err
    assert rows(other) == [V2, V2, V2]
    assert went_on.status == 0, (printed, went_on.err)
    assert "This continues repair" in went_on.err
    assert rows(one) == [V2, V2, V2]
