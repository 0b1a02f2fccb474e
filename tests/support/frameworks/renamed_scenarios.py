"""A scenario for each framework: three migrations ran, then one was renamed behind the others.

    python -m tests.support.frameworks.renamed_scenarios

writes ``fixtures/NAME-renamed``: the history, the rows as the tool itself stores them (as SQL, as
CSV, as plain keys), and what its next run does; with a FOLDER it builds all of them there,
``NAME/app`` and ``NAME/rows.csv``. ``says`` is what it refuses with; where that is
empty it silently runs the migration again. ``proof`` tells whether the real tool was run or its
record is quoted.
"""

import csv
import hashlib
import io
import json
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

from analyzer.records import Struct, field

ROOT = Path(__file__).parents[3]
_DAYS = ("2025-03-01 09:20:00", "2025-03-02 09:20:00", "2025-03-03 09:20:00")
_TABLES = ("songs", "albums", "artists")
_CREATE, _INSERT = "CREATE TABLE IF NOT EXISTS {} (id integer)", "INSERT INTO {} VALUES (1)"
_SQL = f"{_CREATE}; {_INSERT}"
_SECONDS = ("20250301090000", "20250302090000", "20250303090000", "20250304090000")
_MILLIS = ("1740819600000", "1740906000000", "1740992400000", "1741078800000")

Row = tuple[str | None, ...]


class Ran(Struct, frozen=True):
    """A migration that ran: its place among them, its file, key, text and table."""

    at: int
    name: str
    key: str
    text: str
    table: str

    @property
    def number(self) -> str:
        """Counted from one."""
        return str(self.at + 1)

    @property
    def day(self) -> str:
        """The moment at which it ran."""
        return _DAYS[self.at]


class Told(Struct, frozen=True):
    """A framework's scenario.

    ``form`` names its files: ``#`` is the number of ``numbers``, ``$`` the table. ``text`` has
    ``$SQL``, or ``$CREATE`` and ``$INSERT``; ``$KEY`` is the key. ``moves`` is the place of the one
    that is renamed.
    """

    name: str
    folder: str
    form: str
    numbers: tuple[str, ...]
    key: Callable[[str], str]
    text: str
    table: str  # the statement that makes its version table
    columns: str
    row: Callable[[Ran], Row]
    proof: str
    says: str = ""
    moves: int = 1
    only_last: bool = False  # the table holds where the database stands
    files: dict[str, str] = field(default_factory=dict)

    def file(self, at: int, table: str) -> str:
        """The path of a file below the folder."""
        return self.form.replace("#", self.numbers[at]).replace("$", table)

    def told(self, at: int, table: str) -> str:
        """The text of a migration that runs twice without an error, and then shows two rows."""
        name = self.file(at, table)
        before = self.numbers[at - 1] if at in (1, 2) else "" if at == 0 else self.numbers[1]
        text = self.text.replace("$CREATE", _CREATE).replace("$INSERT", _INSERT)
        text = text.replace("$SQL", _SQL).replace("{}", table)
        return (
            text.replace("$KEY", self.key(name))
            .replace("$BEFORE", f'"{before}"' if before else "None")
            .replace("$TABLE", table.capitalize())
        )

    @property
    def old(self) -> str:
        """The file that is renamed."""
        return self.file(self.moves, _TABLES[self.moves])

    @property
    def new(self) -> str:
        """What it is named afterwards."""
        return self.file(3, _TABLES[self.moves])

    def ran(self) -> list[Ran]:
        """The migrations that ran, oldest first."""
        found = []
        for at, table in enumerate(_TABLES):
            name = self.file(at, table)
            found.append(Ran(at, name, self.key(name), self.told(at, table), table))
        return found

    def stored(self) -> list[Row]:
        """The rows of the version table."""
        return [self.row(it) for it in (self.ran()[-1:] if self.only_last else self.ran())]


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _digits(name: str) -> str:
    return name.partition("_")[0]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _crc(text: str) -> str:
    found = 0
    for line in text.splitlines():
        found = zlib.crc32(line.encode(), found)
    return str(found - (1 << 32) if found >= 1 << 31 else found)


def _sha384(text: str) -> str:
    return "\\x" + hashlib.sha384(text.encode()).hexdigest()


def _serial(name: str, *columns: str) -> str:
    return f"CREATE TABLE {name} (id serial PRIMARY KEY, {', '.join(columns)})"


def _journal(tags: dict[str, str]) -> str:
    entries = [
        {"idx": at, "version": "7", "when": int(when), "tag": tag, "breakpoints": True}
        for at, (tag, when) in enumerate(tags.items())
    ]
    return json.dumps({"version": "7", "dialect": "postgresql", "entries": entries}, indent=2)


_RAN = "ran: "
_RECORD = "recorded: "
_DRIZZLE = dict(zip(("0000", "0001", "0002", "0003"), _MILLIS, strict=True))
_ALEMBIC = ("1f0c8a3e52d1", "27d4b6c9e013", "9b3ea5107c4f", "c61d80f2b7aa")
_HISTORY = (
    "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50),"
    " description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL,"
    " checksum int, installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL"
    " DEFAULT now(), execution_time int NOT NULL, success boolean NOT NULL)"
)
_CHANGELOG = (
    "CREATE TABLE databasechangelog (id varchar(255) NOT NULL, author varchar(255) NOT NULL,"
    " filename varchar(255) NOT NULL, dateexecuted timestamp NOT NULL, orderexecuted int NOT NULL,"
    " exectype varchar(10) NOT NULL, md5sum varchar(35), description varchar(255))"
)
_PRISMA = (
    "CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL,"
    " finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text,"
    " rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),"
    " applied_steps_count int NOT NULL DEFAULT 0)"
)
_SUPABASE = (
    "CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations"
    " (version text PRIMARY KEY, statements text[], name text)"
)
_DRIZZLE_TABLE = (
    "CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY,"
    " hash text NOT NULL, created_at bigint)"
)
TOLD = (
    Told(
        "dbmate",
        "db/migrations",
        "#_$.sql",
        _SECONDS,
        _digits,
        "-- migrate:up\n$SQL;\n\n-- migrate:down\nDROP TABLE {};\n",
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY)",
        "version",
        lambda it: (it.key,),
        _RAN + "dbmate 2.36",
    ),
    Told(
        "prisma",
        "prisma/migrations",
        "#_$/migration.sql",
        _SECONDS,
        lambda name: name.partition("/")[0],
        "$SQL;\n",
        _PRISMA,
        "id,checksum,finished_at,migration_name,logs,rolled_back_at,started_at,applied_steps_count",
        lambda it: (
            f"00000000-0000-4000-8000-00000000000{it.number}",
            _sha256(it.text),
            it.day,
            it.key,
            None,
            None,
            it.day,
            "1",
        ),
        _RAN + "Prisma 6.19.3",
    ),
    Told(
        "supabase",
        "supabase/migrations",
        "#_$.sql",
        _SECONDS,
        _digits,
        "$SQL;\n",
        _SUPABASE,
        "version,statements,name",
        lambda it: (
            it.key,
            "{" + ",".join(f'"{part.format(it.table)}"' for part in (_CREATE, _INSERT)) + "}",
            it.table,
        ),
        _RAN + "Supabase CLI 3.1.0",
        "Remote migration versions not found in local migrations directory.",
        files={"supabase/config.toml": 'project_id = "music"\n'},
    ),
    Told(
        "knex",
        "migrations",
        "#_$.js",
        _SECONDS,
        str,
        "exports.up = (knex) => knex.raw(`$SQL`);\n"
        "exports.down = (knex) => knex.raw('DROP TABLE {}');\n",
        _serial("knex_migrations", "name varchar(255)", "batch int", "migration_time timestamptz"),
        "id,name,batch,migration_time",
        lambda it: (it.number, it.key, "1", it.day),
        _RAN + "Knex 3.3.0",
        "The migration directory is corrupt, the following files are missing: "
        "20250302090000_albums.js",
    ),
    Told(
        "sequelize",
        "migrations",
        "#-$.js",
        _SECONDS,
        str,
        "module.exports = {\n  async up(queryInterface) {\n"
        "    await queryInterface.sequelize.query(`$SQL`);\n  },\n\n"
        "  async down(queryInterface) {\n    await queryInterface.dropTable('{}');\n  },\n};\n",
        'CREATE TABLE "SequelizeMeta" (name varchar(255) PRIMARY KEY)',
        "name",
        lambda it: (it.key,),
        _RAN + "Sequelize CLI 6.6.5",
    ),
    Told(
        "typeorm",
        "migrations",
        "#-$.ts",
        _MILLIS,
        lambda name: name[14:-3].capitalize() + name[:13],
        "import { MigrationInterface, QueryRunner } from 'typeorm';\n\n"
        "export class $KEY implements MigrationInterface {\n  name = '$KEY';\n\n"
        "  public async up(queryRunner: QueryRunner): Promise<void> {\n"
        "    await queryRunner.query(`$SQL`);\n  }\n\n"
        "  public async down(queryRunner: QueryRunner): Promise<void> {\n"
        "    await queryRunner.query(`DROP TABLE {}`);\n  }\n}\n",
        _serial("migrations", '"timestamp" bigint NOT NULL', "name varchar NOT NULL"),
        "id,timestamp,name",
        lambda it: (it.number, it.name[:13], it.key),
        _RAN + "TypeORM 1.1.1",
    ),
    Told(
        "mikro-orm",
        "migrations",
        "Migration#_$.ts",
        _SECONDS,
        _stem,
        "import { Migration } from '@mikro-orm/migrations';\n\n"
        "export class Create$TABLE extends Migration {\n  async up(): Promise<void> {\n"
        "    this.addSql(`$SQL`);\n  }\n\n  async down(): Promise<void> {\n"
        "    this.addSql(`DROP TABLE {}`);\n  }\n}\n",
        _serial("mikro_orm_migrations", "name varchar(255)", "executed_at timestamptz"),
        "id,name,executed_at",
        lambda it: (it.number, it.key, it.day),
        _RAN + "MikroORM 6.6.16",
    ),
    Told(
        "node-pg-migrate",
        "migrations",
        "#_$.js",
        _MILLIS,
        _stem,
        "exports.up = (pgm) => {\n  pgm.sql(`$SQL`);\n};\n\n"
        "exports.down = (pgm) => {\n  pgm.dropTable('{}');\n};\n",
        _serial("pgmigrations", "name varchar(255) NOT NULL", "run_on timestamp NOT NULL"),
        "id,name,run_on",
        lambda it: (it.number, it.key, it.day),
        _RAN + "node-pg-migrate 8.0.4",
        "Not run migration 1740992400000_artists is preceding already run migration "
        "1740906000000_albums",
    ),
    Told(
        "kysely",
        "migrations",
        "#_$.ts",
        _SECONDS,
        _stem,
        "import { type Kysely, sql } from 'kysely';\n\n"
        "export async function up(db: Kysely<unknown>): Promise<void> {\n"
        "  await sql`$CREATE`.execute(db);\n  await sql`$INSERT`.execute(db);\n}\n\n"
        "export async function down(db: Kysely<unknown>): Promise<void> {\n"
        "  await db.schema.dropTable('{}').execute();\n}\n",
        "CREATE TABLE kysely_migration (name varchar(255) PRIMARY KEY,"
        ' "timestamp" varchar(255) NOT NULL)',
        "name,timestamp",
        lambda it: (it.key, f"{it.day.replace(' ', 'T')}.000Z"),
        _RAN + "Kysely 0.28.19",
        "corrupted migrations: previously executed migration 20250302090000_albums is missing",
    ),
    Told(
        "db-migrate",
        "migrations",
        "#-$.js",
        _SECONDS,
        lambda name: "/" + _stem(name),
        "exports.up = function (db) {\n  return db.runSql(`$SQL`);\n};\n\n"
        "exports.down = function (db) {\n  return db.dropTable('{}');\n};\n\n"
        "exports._meta = { version: 1 };\n",
        _serial("migrations", "name varchar(255) NOT NULL", "run_on timestamp NOT NULL"),
        "id,name,run_on",
        lambda it: (it.number, it.key, it.day),
        _RAN + "db-migrate 0.11.14",
    ),
    Told(
        "laravel",
        "database/migrations",
        "#_create_$.php",
        tuple(f"{it[:4]}_{it[4:6]}_{it[6:8]}_{it[8:]}" for it in _SECONDS),
        _stem,
        "<?php\n\nuse Illuminate\\Database\\Migrations\\Migration;\n"
        "use Illuminate\\Support\\Facades\\DB;\n\nreturn new class extends Migration\n{\n"
        "    public function up()\n    {\n        DB::unprepared('$SQL');\n    }\n};\n",
        _serial("migrations", "migration varchar(255) NOT NULL", "batch int NOT NULL"),
        "id,migration,batch",
        lambda it: (it.number, it.key, "1"),
        _RAN + "Laravel 8.83.26",
    ),
    Told(
        "yoyo",
        "migrations",
        "#_01_$.py",
        tuple(it[:8] for it in _SECONDS),
        _stem,
        "from yoyo import step\n\n"
        'steps = [\n    step("$CREATE", "DROP TABLE {}"),\n    step("$INSERT", ""),\n]\n',
        "CREATE TABLE _yoyo_migration (migration_hash varchar(64) PRIMARY KEY,"
        " migration_id varchar(255), applied_at_utc timestamp)",
        "migration_hash,migration_id,applied_at_utc",
        lambda it: (_sha256(it.key), it.key, it.day),
        _RAN + "yoyo 9.0.0",
    ),
    Told(
        "sql-migrate",
        "migrations",
        "#-$.sql",
        _SECONDS,
        str,
        "-- +migrate Up\n$SQL;\n\n-- +migrate Down\nDROP TABLE {};\n",
        "CREATE TABLE gorp_migrations (id text PRIMARY KEY, applied_at timestamptz)",
        "id,applied_at",
        lambda it: (it.key, it.day),
        _RAN + "sql-migrate of 2019",
        "Unable to create migration plan because of 20250302090000-albums.sql: unknown migration "
        "in database",
    ),
    Told(
        "sequel",
        "db/migrations",
        "#_$.rb",
        _SECONDS,
        str,
        "Sequel.migration do\n  up do\n    run '$SQL'\n  end\n\n  down do\n"
        "    drop_table :{}\n  end\nend\n",
        "CREATE TABLE schema_migrations (filename text PRIMARY KEY)",
        "filename",
        lambda it: (it.key,),
        _RAN + "Sequel 5.63",
        "Applied migration files not in file system: 20250302090000_albums.rb",
    ),
    Told(
        "golang-migrate",
        "migrations",
        "#_$.up.sql",
        ("1", "2", "3", "4"),
        _digits,
        "$SQL;\n",
        "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL)",
        "version,dirty",
        lambda it: (it.key, "f"),
        _RECORD + "golang-migrate 4.19.1",
        only_last=True,
    ),
    Told(
        "goose",
        "migrations",
        "#_$.sql",
        _SECONDS,
        _digits,
        "-- +goose Up\n$CREATE;\n$INSERT;\n\n-- +goose Down\nDROP TABLE {};\n",
        "CREATE TABLE goose_db_version (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"
        " version_id bigint NOT NULL, is_applied boolean NOT NULL,"
        " tstamp timestamp NOT NULL DEFAULT now())",
        "id,version_id,is_applied,tstamp",
        lambda it: (it.number, it.key, "t", it.day),
        _RECORD + "goose 3.27.3",
    ),
    Told(
        "ecto",
        "priv/repo/migrations",
        "#_$.exs",
        _SECONDS,
        _digits,
        "defmodule Archive.Repo.Migrations.$TABLE do\n  use Ecto.Migration\n\n  def up do\n"
        '    execute "$CREATE"\n    execute "$INSERT"\n  end\n\n  def down do\n'
        "    drop table(:{})\n  end\nend\n",
        "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, inserted_at timestamp(0))",
        "version,inserted_at",
        lambda it: (it.key, it.day),
        _RECORD + "Ecto 3.14.0",
    ),
    Told(
        "flyway",
        "src/main/resources/db/migration",
        "V#__$.sql",
        ("1", "2", "3", "4"),
        lambda name: name[1:].partition("__")[0],
        "$SQL;\n",
        _HISTORY,
        "installed_rank,version,description,type,script,checksum,installed_by,installed_on,"
        "execution_time,success",
        lambda it: (
            it.number,
            it.key,
            it.table,
            "SQL",
            it.name,
            _crc(it.text),
            "archive",
            it.day,
            "5",
            "t",
        ),
        _RECORD + "Flyway 7.15.0",
        "Detected applied migration not resolved locally: 2. If you removed this migration "
        "intentionally, run repair to mark the migration as deleted.",
    ),
    Told(
        "sqlx",
        "migrations",
        "#_$.sql",
        _SECONDS,
        _digits,
        "$SQL;\n",
        "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL,"
        " installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL,"
        " checksum bytea NOT NULL, execution_time bigint NOT NULL)",
        "version,description,installed_on,success,checksum,execution_time",
        lambda it: (it.key, it.table, it.day, "t", _sha384(it.text), "5"),
        _RECORD + "sqlx 0.8.3",
        "migration 20250302090000 was previously applied but is missing in the resolved migrations",
        files={"Cargo.toml": '[package]\nname = "archive"\n'},
    ),
    Told(
        "drizzle",
        "drizzle",
        "#_$.sql",
        tuple(_DRIZZLE),
        lambda name: _DRIZZLE[_digits(name)],
        "$CREATE;\n--> statement-breakpoint\n$INSERT;\n",
        _DRIZZLE_TABLE,
        "id,hash,created_at",
        lambda it: (it.number, _sha256(it.text), it.key),
        _RAN + "drizzle-orm 0.45.4",
    ),
    Told(
        "liquibase",
        "db/changelog",
        "#-$.sql",
        ("001", "002", "003", "004"),
        lambda name: f"db/changelog/{name}::1::dana",
        "--liquibase formatted sql\n\n--changeset dana:1\n$CREATE;\n$INSERT;\n",
        _CHANGELOG,
        "id,author,filename,dateexecuted,orderexecuted,exectype,md5sum,description",
        lambda it: (
            "1",
            "dana",
            f"db/changelog/{it.name}",
            it.day,
            it.number,
            "EXECUTED",
            None,
            "sql",
        ),
        _RAN + "Liquibase 4.28.0",
    ),
    Told(
        "alembic",
        "alembic/versions",
        "#_$.py",
        _ALEMBIC,
        _digits,
        'from alembic import op\n\nrevision = "$KEY"\ndown_revision = $BEFORE\n\n\n'
        'def upgrade() -> None:\n    op.execute("$CREATE")\n    op.execute("$INSERT")\n\n\n'
        'def downgrade() -> None:\n    op.drop_table("{}")\n',
        "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)",
        "version_num",
        lambda it: (it.key,),
        _RAN + "Alembic 1.20.1",
        "Can't locate revision identified by '9b3ea5107c4f'",
        moves=2,
        only_last=True,
    ),
)
_STORY = {
    True: "Its next run stops at the row that has no file.",
    False: "Its next run starts the migration once more, and says nothing.",
}


def files_of(told: Told) -> dict[str, str]:
    """All files of a scenario, by their paths below its folder."""
    later = told.told(3, _TABLES[told.moves])
    now = {f"{told.folder}/{it.name}": it.text for it in told.ran()}
    before = {**now, **told.files}
    changed: dict[str, str] = {}
    old = f"{told.folder}/{told.old}"
    if later != now[old]:
        changed[f"{told.folder}/{told.new}"] = later
    if told.name == "drizzle":
        tags = {_stem(it.name): it.key for it in told.ran()}
        before["drizzle/meta/_journal.json"] = _journal(tags)
        tags.pop(_stem(told.old))
        changed["drizzle/meta/_journal.json"] = _journal(
            {**tags, _stem(told.new): told.key(told.new)}
        )
    pair = f"{told.key(told.old)} {told.key(told.new)}\n"
    return {
        "scenario.toml": _scenario(told, edited=bool(changed)),
        "rows.txt": "".join(f"{told.key(it.name)}\n" for it in _listed(told)),
        "rows.csv": _csv(told),
        "production.sql": _production(told),
        "data.sql": _data(told),
        "expected/renames.json": json.dumps(
            [[_last(told, told.old), _last(told, told.new), "applied"]], indent=2
        )
        + "\n",
        "expected/rename_back.txt": f"{told.folder}/{told.new} {old}\n",
        "expected/rewrite.txt": pair,
        "expected/next_run.txt": f"{told.says or 'runs again: ' + told.key(told.new)}\n",
        **{f"commits/first/{path}": text for path, text in before.items()},
        **{f"commits/better-number/{path}": text for path, text in changed.items()},
    }


def _last(told: Told, name: str) -> str:
    del told
    return name


def _listed(told: Told) -> list[Ran]:
    return told.ran()[-1:] if told.only_last else told.ran()


def _scenario(told: Told, *, edited: bool) -> str:
    files = 'files = "better-number"\n' if edited else ""
    return f'''title = "Renamed after it ran: {told.name}"
story = """
Three migrations ran in production. Then one of them got a later number.
{_STORY[bool(told.says)]}
"""
framework = "{told.name}"
proof = "{told.proof}"
directories = ["{told.folder}"]
deployed = "first"
target = "better-number"
rows_in_data = true

[[commits]]
id = "first"
date = 2025-03-01T09:10:00+00:00
author = "Dana <dana@archive.example>"
message = "Songs, albums and artists"
files = "first"

[[commits]]
id = "better-number"
date = 2025-03-05T09:10:00+00:00
author = "Dana <dana@archive.example>"
message = "A later number"
{files}rename = [
  ["{told.folder}/{told.old}", "{told.folder}/{told.new}"],
]
'''


def _csv(told: Told) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(told.columns.split(","))
    writer.writerows(["" if cell is None else cell for cell in row] for row in told.stored())
    return written.getvalue()


def _production(told: Told) -> str:
    made = "".join(f"CREATE TABLE {table} (id integer);\n" for table in _TABLES)
    return f"{told.table};\n\n{made}"


def _data(told: Told) -> str:
    name = told.table.rpartition("CREATE TABLE ")[2].partition(" (")[0]
    columns = ", ".join(f'"{it}"' for it in told.columns.split(","))
    rows = ",\n    ".join(
        "(" + ", ".join("NULL" if it is None else _quoted(it) for it in row) + ")"
        for row in told.stored()
    )
    data = "".join(f"INSERT INTO {table} VALUES (1);\n" for table in _TABLES)
    return f"INSERT INTO {name} ({columns}) VALUES\n    {rows};\n{data}"


def _quoted(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def main() -> None:
    """Write all of them, or build them in a folder."""
    if sys.argv[1:]:
        from tests.support.frameworks.renamed_checks import App

        for told in TOLD:
            App.build(told, Path(sys.argv[1]) / told.name)
        return
    for told in TOLD:
        for path, text in files_of(told).items():
            place = ROOT / "fixtures" / f"{told.name}-renamed" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
