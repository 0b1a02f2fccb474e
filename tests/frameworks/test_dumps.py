"""What a dump of each tool's table says is what the database itself says."""

import json
import subprocess

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import Repo

_A, _B, _C, _D = (f"2025010{number}000000" for number in range(1, 5))
_SQL = "CREATE TABLE {} (id integer);\n"


def _files(folder: str, form: str) -> tuple[str, tuple[str, str, str], str]:
    named = zip((_A, _B, _C), ("songs", "albums", "artists"), strict=True)
    names = tuple(form.format(stamp, slug) for stamp, slug in named)
    return folder, names, form.format(_D, "albums")


TOOLS = {
    "prisma": (
        _files("prisma/migrations", "{}_{}/migration.sql"),
        (
            "CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum text,"
            " finished_at timestamptz, migration_name text, logs text, rolled_back_at timestamptz,"
            " started_at timestamptz, applied_steps_count int);"
            f"INSERT INTO _prisma_migrations VALUES ('1', 'x', now(),"
            f" '{_A}_songs', NULL, NULL, now(),"
            f" 1), ('2', 'x', now(), '{_B}_albums', E'a\\tb\\\\n', NULL, now(), 1),"
            f" ('3', 'x', NULL, '{_C}_artists', 'failed', now(), now(), 0),"
            f" ('4', 'x', now(), '{_C}_artists', NULL, NULL, now(), 1)"
        ),
    ),
    "supabase": (
        _files("supabase/migrations", "{}_{}.sql"),
        (
            "CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations"
            " (version text PRIMARY KEY, statements text[], name text);"
            f"INSERT INTO supabase_migrations.schema_migrations VALUES ('{_A}',"
            f" ARRAY['a', 'b'], 'x'),"
            f" ('{_B}', ARRAY['it''s \"x\", {{y}}', E'\\t'], NULL), ('{_C}', NULL, 'z')"
        ),
    ),
    "sql-migrate": (
        _files("migrations", "{}-{}.sql"),
        (
            "CREATE TABLE gorp_migrations (id text PRIMARY KEY, applied_at timestamptz);"
            f"INSERT INTO gorp_migrations VALUES ('{_A}-songs.sql', now()),"
            f" ('{_B}-albums.sql', now()),"
            f" ('{_C}-artists.sql', NULL)"
        ),
    ),
    "flyway": (
        _files("db/migration", "V{}__{}.sql"),
        (
            "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY,"
            " version varchar(50),"
            " description varchar(200), type varchar(20), script varchar(1000), checksum int,"
            " installed_by varchar(100), installed_on timestamp, execution_time"
            " int, success boolean);"
            "INSERT INTO flyway_schema_history VALUES"
            " (0, NULL, 'x', 'SCHEMA', 'x', NULL, 'x', now(), 1, true),"
            f" (1, '{_A}', 'songs', 'SQL', 'x', NULL, 'x', now(), 1, true),"
            f" (2, '{_B}', 'albums', 'SQL', 'x', NULL, 'x', now(), 1, true),"
            f" (3, '{_C}', 'artists', 'SQL', 'x', NULL, 'x', now(), 1, true)"
        ),
    ),
    "golang-migrate": (
        _files("migrations", "{}_{}.up.sql"),
        (
            "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean);"
            f"INSERT INTO schema_migrations VALUES ({_C}, false)"
        ),
    ),
    "alembic": (
        _files("alembic/versions", "{}_{}.py"),
        (
            "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);"
            f"INSERT INTO alembic_version VALUES ('{_C}')"
        ),
    ),
    "liquibase": (
        _files("db/changelog", "{}-{}.sql"),
        (
            "CREATE TABLE databasechangelog (id varchar(255), author varchar(255),"
            " filename varchar(255), orderexecuted int, md5sum varchar(35));"
            "INSERT INTO databasechangelog VALUES"
            f" ('1', 'ann', 'db/changelog/{_A}-songs.sql', 1, NULL),"
            f" ('1', 'ann', 'db/changelog/{_B}-albums.sql', 2, NULL),"
            f" ('1', 'ann', 'db/changelog/{_C}-artists.sql', 3, NULL)"
        ),
    ),
}
_ALEMBIC = (
    'revision = "{own}"\ndown_revision = {before}\n\n\n'
    'def upgrade():\n    op.execute("""{sql}""")\n'
)
_TEXTS = {
    "sql-migrate": "-- +migrate Up\n{sql}-- +migrate Down\n",
    "alembic": _ALEMBIC,
    "liquibase": "--liquibase formatted sql\n\n--changeset ann:1\n{sql}",
}


def _text(tool: str, name: str, slug: str, before: str | None) -> str:
    own = name.partition("_")[0]
    told = f'"{before}"' if before else None
    return _TEXTS.get(tool, "{sql}").format(sql=_SQL.format(slug), own=own, before=told)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_dump_says_what_the_database_says(tool, tmp_path, database):
    (folder, names, renamed), table = TOOLS[tool]
    repo = Repo.make(tmp_path / "app")
    told = zip(names, ("songs", "albums", "artists"), (None, _A, _B), strict=True)
    for name, slug, before in told:
        repo.write(name, _text(tool, name, slug, before), folder)
    repo.commit()
    database.run(table)
    moved = 2 if tool == "alembic" else 1  # its table tells the last one only
    repo.move(names[moved], renamed, folder)
    if tool == "alembic":
        repo.write(renamed, _text(tool, renamed, "artists", _B), folder)
    repo.commit("rename")
    dump = tmp_path / "dump.sql"
    program = database.server.bin / "pg_dump"
    subprocess.run([program, "-f", dump, database.url], check=True)

    told = [
        json.loads(migdoctor(repo.path, "diagnose", "--format", "json", *asked).out)
        for asked in (("--database-url", database.url), ("--rows", str(dump)))
    ]

    live, dumped = ((it["repository"]["framework"], _pairs(it), _next(it)) for it in told)
    assert live == dumped
    assert live[0] == tool
    assert len(live[1]) == 1


def _pairs(report: dict) -> list[tuple[str, str]]:
    return [(it["old"]["version"], it["new"]["version"]) for it in report["renames"]]


def _next(report: dict) -> tuple[object, ...]:
    told = report["environments"][0]["prediction"]
    return told["runs_again"], told["never_runs"], told["refuses"]
