"""Examples of every member of the registry, for what each must answer."""

from analyzer.records import Struct, replace


class Examples(Struct, frozen=True, dict=True):
    """Of one framework. ``ordered`` are versions as they run; ``same`` are two texts of one."""

    path: str
    folder: str
    beside: str
    ordered: tuple[str, ...]
    columns: tuple[str, ...]
    others: tuple[str, ...]  # a column that only another tool's table has
    making: bytes  # makes the table songs
    commented: bytes  # does the same
    other: bytes  # makes the table albums
    broken: bytes
    same: tuple[str, str] | None = None
    no_version: str = "latest"  # what no version can be
    stamps: tuple[str, str] = ("20250101000000", "20250102000000")  # versions of moments


RAILS = Examples(
    "db/migrate/20250101000000_create_songs.rb",
    "app/db/migrate",
    "db/schema.rb",
    ("1", "2", "10", "20250101000000"),
    ("version",),
    ("dirty", "inserted_at"),
    b"class CreateSongs < ActiveRecord::Migration[7.0]\n  def change\n    create_table :songs\n"
    b"  end\nend\n",
    b"# songs\nclass CreateSongs < ActiveRecord::Migration[7.0]\n  def change\n"
    b"    create_table :songs\n  end\nend\n",
    b"class CreateAlbums < ActiveRecord::Migration[7.0]\n  def change\n"
    b"    create_table :albums\n  end\nend\n",
    b"\xff\xfeclass (((",
    ("013", "13"),
)
DBMATE = Examples(
    "db/migrations/20250101000000_create_songs.sql",
    "app/db/migrations",
    "db/schema.sql",
    ("1", "20", "29", "2", "3"),
    ("version",),
    ("dirty", "filename"),
    b"-- migrate:up\nCREATE TABLE songs (id integer);\n-- migrate:down\nDROP TABLE songs;\n",
    b"-- migrate:up\n-- songs\nCREATE TABLE songs (id   integer);\n-- migrate:down\n"
    b"DROP TABLE songs;\n",
    b"-- migrate:up\nCREATE TABLE albums (id integer);\n-- migrate:down\n",
    b"\xff\xfe$$ (((",
)


def _named(
    folder: str,
    names: tuple[str, ...],
    columns: tuple[str, ...],
    text: str,
    comment: str = "// songs\n",
    *,
    key: str = "{}",
    suffix: str = ".js",
    others: tuple[str, ...] = (),
    no_version: str = "a/b",
) -> Examples:
    """Of a tool whose versions are the names of files, with ``$`` where a text has its SQL."""
    making = text.replace("$", "CREATE TABLE songs (id integer)")
    return Examples(
        f"{folder}/{names[0]}{suffix}",
        f"app/{folder}",
        f"{folder}/../renames.toml",
        tuple(key.format(name) for name in names),
        columns,
        others,
        making.encode(),
        (comment + making if not making.startswith("<?php") else f"{making}// songs\n").encode(),
        making.replace("songs", "albums").encode(),
        b"\xff\xfe(((`",
        no_version=no_version,
        stamps=(key.format(names[0]), key.format(names[1])),
    )


def _numbered(
    path: str, columns: tuple[str, ...], text: str, comment: str, others: tuple[str, ...] = ()
) -> Examples:
    """Of a tool whose versions are integers, with ``$`` where a text makes its table."""
    folder = path.rpartition("/")[0]
    return Examples(
        path,
        f"app/{folder}",
        f"{folder}/../renames.toml",
        ("1", "2", "10", "20250101000000"),
        columns,
        others,
        text.encode(),
        (comment + text).encode(),
        text.replace("songs", "albums").encode(),
        b"\xff\xfe$$ (((",
        ("013", "13"),
    )


_DASHED = ("20250101000000-create-songs", "20250102000000-b", "20250103000000-c")
_STAMPED = ("20250101000000_create_songs", "20250102000000_b", "20250103000000_c")
EXAMPLES = {
    "rails": RAILS,
    "dbmate": DBMATE,
    "prisma": _named(
        "prisma/migrations",
        _STAMPED,
        ("id", "checksum", "finished_at", "migration_name", "logs", "rolled_back_at"),
        "$;\n",
        "-- songs\n",
        suffix="/migration.sql",
    ),
    "supabase": replace(
        _numbered(
            "supabase/migrations/20250101000000_create_songs.sql",
            ("version", "statements", "name"),
            "CREATE TABLE songs (id integer);\n",
            "-- songs\n",
            ("dirty", "inserted_at", "filename"),
        ),
        ordered=("20250101000000", "20250102000000", "20250103000000"),
        same=None,
    ),
    "knex": _named(
        "migrations",
        _STAMPED,
        ("id", "name", "batch", "migration_time"),
        "exports.up = (knex) => knex.raw(`$`);\n",
        key="{}.js",
        no_version="latest",
    ),
    "sequelize": _named(
        "migrations",
        _DASHED,
        ("name",),
        "module.exports = {\n  async up(queryInterface) {\n"
        "    await queryInterface.sequelize.query('$');\n  },\n};\n",
        key="{}.js",
        no_version="latest",
    ),
    "node-pg-migrate": _named(
        "migrations",
        ("1735700000000_create-songs", "1735800000000_b", "1735900000000_c"),
        ("id", "name", "run_on"),
        "exports.up = (pgm) => {\n  pgm.sql(`$`);\n};\n",
    ),
    "kysely": _named(
        "migrations",
        _STAMPED,
        ("name", "timestamp"),
        "import { Kysely, sql } from 'kysely';\n"
        "export async function up(db: Kysely<any>) {\n  await sql`$`.execute(db);\n}\n",
        suffix=".ts",
    ),
    "db-migrate": _named(
        "migrations",
        _DASHED,
        ("id", "name", "run_on"),
        "exports.up = function (db) {\n  return db.runSql(`$`);\n};\n",
        key="/{}",
        others=("batch", "timestamp", "hash"),
    ),
    "alembic": replace(
        _named(
            "alembic/versions",
            ("000000000001_create_songs", "000000000002_b", "000000000003_c"),
            ("version_num",),
            'revision = "000000000001"\ndown_revision = None\n\n\ndef upgrade():\n'
            '    op.execute("$")\n\n\ndef downgrade():\n    pass\n',
            "# songs\n",
            suffix=".py",
        ),
        ordered=("000000000001", "000000000002", "000000000003"),
        stamps=("000000000001", "000000000002"),
    ),
    "django": replace(
        _named(
            "app/migrations",
            ("0001_create_songs", "0002_b", "0003_c"),
            ("id", "app", "name", "applied"),
            "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
            "    dependencies = []\n\n    operations = [\n"
            '        migrations.RunSQL("$"),\n    ]\n',
            "# songs\n",
            key="app.{}",
            suffix=".py",
            no_version="latest",
        ),
    ),
    "typeorm": replace(
        _named(
            "migrations",
            ("1735700000000-CreateSongs", "1735800000000-B"),
            ("id", "timestamp", "name"),
            "export class CreateSongs1735700000000 implements MigrationInterface {\n"
            "  async up(queryRunner) {\n    await queryRunner.query('$');\n  }\n}\n",
            suffix=".ts",
            others=("batch", "run_on", "hash"),
            no_version="latest",
        ),
        ordered=("CreateSongs1735700000000", "B1735800000000", "C1735900000000"),
        stamps=("CreateSongs1735700000000", "B1735800000000"),
    ),
    "mikro-orm": _named(
        "migrations",
        ("Migration20250101000000_create_songs", "Migration20250102000000_b"),
        ("id", "name", "executed_at"),
        "export class A extends Migration {\n  async up() {\n    this.addSql('$');\n  }\n}\n",
        suffix=".ts",
    ),
    "laravel": _named(
        "database/migrations",
        ("2025_01_01_000000_create_songs", "2025_01_02_000000_b", "2025_01_03_000000_c"),
        ("id", "migration", "batch"),
        "<?php\nreturn new class extends Migration {\n    public function up()\n    {\n"
        "        DB::statement('$');\n    }\n};\n",
        suffix=".php",
        others=("timestamp", "run_on", "hash"),
    ),
    "yoyo": _named(
        "migrations",
        ("20250101_01_create-songs", "20250102_01_b", "20250103_01_c"),
        ("migration_hash", "migration_id", "applied_at_utc"),
        'from yoyo import step\n\nsteps = [step("$", "")]\n',
        "# songs\n",
        suffix=".py",
    ),
    "sequel": _named(
        "db/migrations",
        _STAMPED,
        ("filename",),
        "Sequel.migration do\n  up do\n    run '$'\n  end\nend\n",
        "# songs\n",
        key="{}.rb",
        suffix=".rb",
        others=("dirty", "inserted_at", "statements"),
        no_version="latest",
    ),
    "sql-migrate": _named(
        "migrations",
        _DASHED,
        ("id", "applied_at"),
        "-- +migrate Up\n$;\n-- +migrate Down\nDROP TABLE songs;\n",
        "-- songs\n",
        key="{}.sql",
        suffix=".sql",
        no_version="latest",
    ),
    "goose": _numbered(
        "migrations/20250101000000_create_songs.sql",
        ("id", "version_id", "is_applied", "tstamp"),
        "-- +goose Up\nCREATE TABLE songs (id integer);\n-- +goose Down\nDROP TABLE songs;\n",
        "-- songs\n",
    ),
    "golang-migrate": _numbered(
        "migrations/20250101000000_create_songs.up.sql",
        ("version", "dirty"),
        "CREATE TABLE songs (id integer);\n",
        "-- songs\n",
        ("inserted_at", "filename", "statements"),
    ),
    "drizzle": replace(
        _numbered(
            "drizzle/0001_create_songs.sql",
            ("id", "hash", "created_at"),
            "CREATE TABLE songs (id integer);\n",
            "-- songs\n",
        ),
        ordered=("1735700000000", "1735800000000", "1735900000000"),
        stamps=("1735700000000", "1735800000000"),
    ),
    "flyway": replace(
        _numbered(
            "src/main/resources/db/migration/V20250101000000__create_songs.sql",
            ("installed_rank", "version", "description", "type", "script", "checksum", "success"),
            "CREATE TABLE songs (id integer);\n",
            "-- songs\n",
        ),
        ordered=("1", "1.2", "1.10", "2", "20250101000000"),
        same=("1.0", "1"),
        stamps=("20250101000000", "20250102000000"),
    ),
    "ecto": _numbered(
        "priv/repo/migrations/20250101000000_create_songs.exs",
        ("version", "inserted_at"),
        "defmodule Repo.Migrations.Create do\n  use Ecto.Migration\n\n  def change do\n"
        "    create table(:songs) do\n      add :name, :string\n    end\n  end\nend\n",
        "# songs\n",
        ("dirty", "filename", "statements"),
    ),
    "liquibase": replace(
        _named(
            "db/changelog",
            ("20250101000000-create-songs", "20250102000000-b", "20250103000000-c"),
            ("id", "author", "filename", "orderexecuted", "md5sum"),
            "--liquibase formatted sql\n\n--changeset ann:1\n$;\n",
            key="db/changelog/{}.sql",
            suffix=".sql",
        ),
        commented=b"--liquibase formatted sql\n\n--changeset ann:1\n-- songs\n"
        b"CREATE TABLE songs (id  integer);\n",
    ),
    "sqlx": _numbered(
        "migrations/20250101000000_create_songs.sql",
        ("version", "description", "installed_on", "success", "checksum", "execution_time"),
        "CREATE TABLE songs (id integer);\n",
        "-- songs\n",
    ),
}
