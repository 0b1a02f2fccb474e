"""The real tools whose versions are names of files, and applications whose migrations are theirs.

Those of PyPI and Debian are run by the suite; those of npm by ``tests/proofs/tools_of_npm.py``, in
a folder where their packages are installed.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from analyzer.records import Struct, field
from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.servers import Database
from tests.support.histories.repositories import Repo

_SQL = "CREATE TABLE IF NOT EXISTS {table} (id integer); INSERT INTO {table} VALUES (1)"
_CREATE, _INSERT = _SQL.split("; ")


class Tool(Struct, frozen=True):
    """How a tool's migrations look, and how its next run is started.

    ``text`` has ``$SQL`` (or ``$CREATE`` and ``$INSERT``) where it says what to run. ``names`` are
    three files in their order, ``renamed`` the second one behind the third. ``command`` is a line
    of a shell in the application's folder, where ``$URL`` is the database. ``files`` are what else
    it needs. ``outside`` is a place in the text, and what there makes it do without a transaction.
    """

    name: str
    folder: str
    names: tuple[str, str, str]
    renamed: str
    text: str
    command: str
    table: str
    key: Callable[[str], str]
    again: bool  # whether the next run starts the renamed one once more; else it refuses
    files: dict[str, str] = field(default_factory=dict)
    outside: tuple[str, str] | None = None
    advice: str = ""  # of the tool itself, with $OLD for the version that it names

    def making(self, table: str, name: str) -> str:
        """A migration that runs twice without an error, and then shows it by two rows."""
        text = self.running(_CREATE, _INSERT, _SQL)
        return text.replace("{table}", table).replace("$STAMP", name[:13])

    def running(self, first: str, second: str, both: str = "") -> str:
        """A migration that runs two statements, or the first one alone where it runs but one."""
        text = self.text.replace("$SQL", both or first)
        return text.replace("$CREATE", first).replace("$INSERT", second)


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _named(stamps: tuple[str, ...], separator: str, suffix: str) -> tuple[str, ...]:
    slugs = ("songs", "albums", "artists", "albums")
    return tuple(
        f"{stamp}{separator}{slug}{suffix}" for stamp, slug in zip(stamps, slugs, strict=True)
    )


def _tool(name: str, named: tuple[str, ...], **facts: object) -> Tool:
    return Tool(name=name, names=named[:3], renamed=named[3], **facts)  # type: ignore[arg-type]


_SECONDS = ("20250101000000", "20250102000000", "20250103000000", "20250104000000")
_PYTHON = shlex.quote(str(Path(sys.executable).parent / "yoyo"))
_LARAVEL = """<?php
require 'Illuminate/Database/autoload.php';
require 'Illuminate/Filesystem/autoload.php';
require 'Illuminate/Events/autoload.php';
use Illuminate\\Database\\Capsule\\Manager as Capsule;
$url = parse_url(getenv('URL'));
$capsule = new Capsule;
$capsule->addConnection(['driver' => 'pgsql', 'host' => $url['host'], 'port' => $url['port'],
    'database' => ltrim($url['path'], '/'), 'username' => $url['user'],
    'password' => $url['pass'] ?? '', 'charset' => 'utf8', 'schema' => 'public']);
$capsule->setAsGlobal();
$capsule->bootEloquent();
$container = new Illuminate\\Container\\Container;
$container->instance('db', $capsule->getDatabaseManager());
Illuminate\\Support\\Facades\\Facade::setFacadeApplication($container);
$resolver = $capsule->getDatabaseManager();
$repository = new Illuminate\\Database\\Migrations\\DatabaseMigrationRepository(
    $resolver, 'migrations');
if (!$repository->repositoryExists()) $repository->createRepository();
$migrator = new Illuminate\\Database\\Migrations\\Migrator(
    $repository, $resolver, new Illuminate\\Filesystem\\Filesystem);
foreach ($migrator->run([__DIR__ . '/database/migrations']) as $ran) echo $ran, "\\n";
"""
_LARAVEL_TEXT = """<?php
use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Support\\Facades\\DB;

class Create{table} extends Migration
{
    public function up()
    {
        DB::unprepared('$SQL');
    }
}
"""

_SQL_MIGRATE = """development:
  dialect: postgres
  datasource: ${URL}?sslmode=disable
  dir: migrations
"""
READY = (
    _tool(
        "yoyo",
        _named(("20250101_01", "20250102_01", "20250103_01", "20250104_01"), "_", ".py"),
        folder="migrations",
        text='from yoyo import step\n\nsteps = [step("$CREATE"), step("$INSERT", "")]\n',
        command=f"{_PYTHON} apply --batch --no-config-file --database $URL ./migrations",
        table="_yoyo_migration",
        key=_stem,
        outside=("steps =", "__transactional__ = False\nsteps ="),
        again=True,
    ),
    _tool(
        "sequel",
        _named(_SECONDS, "_", ".rb"),
        folder="db/migrations",
        text="Sequel.migration do\n  up do\n    run '$SQL'\n  end\n  down do\n"
        "    run 'DROP TABLE {table}'\n  end\nend\n",
        command="sequel -m db/migrations $URL",
        table="schema_migrations",
        key=str,
        outside=("  up do", "  no_transaction\n  up do"),
        again=False,
    ),
    _tool(
        "laravel",
        _named(
            ("2025_01_01_000000", "2025_01_02_000000", "2025_01_03_000000", "2025_01_04_000000"),
            "_create_",
            ".php",
        ),
        folder="database/migrations",
        text=_LARAVEL_TEXT,
        command="php -d error_reporting=0 migrate.php",
        table="migrations",
        key=_stem,
        outside=(
            "    public function",
            "    public $withinTransaction = false;\n    public function",
        ),
        again=True,
        files={"migrate.php": _LARAVEL},
    ),
    _tool(
        "sql-migrate",
        _named(_SECONDS, "-", ".sql"),
        folder="migrations",
        text="-- +migrate Up\n$SQL;\n-- +migrate Down\nDROP TABLE {table};\n",
        command="sql-migrate up",
        table="gorp_migrations",
        key=str,
        outside=("Up", "Up notransaction"),
        again=False,
        files={"dbconfig.yml": _SQL_MIGRATE},
    ),
)

_KYSELY = """const {Kysely, PostgresDialect, Migrator, FileMigrationProvider} = require('kysely');
const {Pool} = require('pg');
const fs = require('fs').promises, path = require('path');
(async () => {
  const pool = new Pool({connectionString: process.env.URL});
  const db = new Kysely({dialect: new PostgresDialect({pool})});
  const migrationFolder = path.join(__dirname, 'migrations');
  const provider = new FileMigrationProvider({fs, path, migrationFolder});
  const {error} = await new Migrator({db, provider}).migrateToLatest();
  await db.destroy();
  if (error) { console.error(String(error)); process.exit(1); }
})();
"""
_MIKRO = """const {MikroORM} = require('@mikro-orm/postgresql');
const {Migrator} = require('@mikro-orm/migrations');
(async () => {
  const orm = await MikroORM.init({clientUrl: process.env.URL, entities: [],
    discovery: {warnWhenNoEntities: false}, extensions: [Migrator],
    migrations: {path: __dirname + '/migrations', snapshot: false}});
  try { await orm.getMigrator().up(); }
  catch (error) { console.error(String(error)); process.exitCode = 1; }
  await orm.close();
})();
"""
_KNEXFILE = (
    "module.exports = {client: 'pg', connection: process.env.URL,"
    " migrations: {directory: './migrations'}};\n"
)
_PRISMA_CONFIG = """import { defineConfig } from 'prisma/config'
import { PrismaPg } from '@prisma/adapter-pg'
export default defineConfig({
  experimental: { adapter: true },
  engine: 'js',
  schema: 'prisma/schema.prisma',
  adapter: async () => new PrismaPg({ connectionString: process.env.URL }),
})
"""
_PRISMA = "PRISMA_SCHEMA_ENGINE_BINARY=/bin/true PRISMA_QUERY_ENGINE_LIBRARY=/bin/true npx prisma"
_TYPEORM = """const { DataSource } = require('typeorm');
module.exports = new DataSource({type: 'postgres', url: process.env.URL,
  migrations: [__dirname + '/migrations/*.js']});
"""
OF_NPM = (
    _tool(
        "dbmate",
        _named(_SECONDS, "_", ".sql"),
        folder="db/migrations",
        text="-- migrate:up\n$SQL;\n-- migrate:down\nDROP TABLE {table};\n",
        command="DATABASE_URL=$URL?sslmode=disable npx dbmate --no-dump-schema up",
        table="schema_migrations",
        key=lambda name: name.partition("_")[0],
        outside=("up\n", "up transaction:false\n"),
        again=True,
    ),
    _tool(
        "typeorm",
        _named(("1735700000000", "1735800000000", "1735900000000", "1736000000000"), "-", ".js"),
        folder="migrations",
        text="module.exports = class {table}$STAMP {\n  name = '{table}$STAMP'\n"
        "  async up(queryRunner) {\n    await queryRunner.query(`$SQL`);\n  }\n"
        "  async down() {}\n};\n",
        command="npx typeorm migration:run -d source.js",
        table="migrations",
        key=lambda name: _stem(name)[14:] + name[:13],
        again=True,
        files={"source.js": _TYPEORM},
    ),
    _tool(
        "supabase",
        _named(_SECONDS, "_", ".sql"),
        folder="supabase/migrations",
        text="$SQL;\n",
        command="npx supabase db push --yes --db-url $URL?sslmode=disable",
        table="supabase_migrations.schema_migrations",
        key=lambda name: name.partition("_")[0],
        again=False,
        files={"supabase/config.toml": 'project_id = "music"\n'},
        advice="npx supabase migration repair --status reverted $OLD --yes "
        "--db-url $URL?sslmode=disable",
    ),
    _tool(
        "prisma",
        _named(_SECONDS, "_", "/migration.sql"),
        folder="prisma/migrations",
        text="$SQL;\n",
        command=f"{_PRISMA} migrate deploy",
        table="_prisma_migrations",
        key=lambda name: name.partition("/")[0],
        again=True,
        files={
            "prisma.config.ts": _PRISMA_CONFIG,
            "prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n'
            '  url      = env("URL")\n}\n',
            "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
        },
    ),
    _tool(
        "knex",
        _named(_SECONDS, "_", ".js"),
        folder="migrations",
        text="exports.up = async (knex) => {\n  await knex.raw(`$SQL`);\n};\n"
        "exports.down = async (knex) => {\n  await knex.raw('DROP TABLE {table}');\n};\n",
        command="npx knex migrate:latest",
        table="knex_migrations",
        key=str,
        outside=("exports.up", "exports.config = { transaction: false };\nexports.up"),
        again=False,
        files={"knexfile.js": _KNEXFILE},
    ),
    _tool(
        "sequelize",
        _named(_SECONDS, "-", ".js"),
        folder="migrations",
        text="module.exports = {\n  async up(queryInterface) {\n"
        "    await queryInterface.sequelize.query(`$SQL`);\n  },\n  async down() {},\n};\n",
        command="npx sequelize-cli db:migrate --url $URL",
        table='"SequelizeMeta"',
        key=str,
        again=True,
    ),
    _tool(
        "node-pg-migrate",
        _named(("1735700000000", "1735800000000", "1735900000000", "1736000000000"), "_", ".js"),
        folder="migrations",
        text="exports.up = (pgm) => {\n  pgm.sql(`$SQL`);\n};\nexports.down = false;\n",
        command="DATABASE_URL=$URL npx node-pg-migrate up",
        table="pgmigrations",
        key=_stem,
        outside=("  pgm.sql", "  pgm.noTransaction();\n  pgm.sql"),
        again=False,
    ),
    _tool(
        "kysely",
        _named(_SECONDS, "_", ".js"),
        folder="migrations",
        text="const { sql } = require('kysely');\nexports.up = async (db) => {\n"
        "  await sql`$CREATE`.execute(db);\n  await sql`$INSERT`.execute(db);\n};\n"
        "exports.down = async () => {};\n",
        command="node migrate.js",
        table="kysely_migration",
        key=_stem,
        again=False,
        files={"migrate.js": _KYSELY},
    ),
    _tool(
        "db-migrate",
        _named(_SECONDS, "-", ".js"),
        folder="migrations",
        text="exports.up = function (db) {\n  return db.runSql(`$SQL`);\n};\n"
        "exports.down = function (db) {\n  return db.runSql('DROP TABLE {table}');\n};\n"
        "exports._meta = { version: 1 };\n",
        command="npx db-migrate up",
        table="migrations",
        key=lambda name: "/" + _stem(name),
        again=True,
        files={"database.json": '{"dev": {"ENV": "URL"}}\n'},
    ),
    _tool(
        "mikro-orm",
        _named(tuple(f"Migration{it}" for it in _SECONDS), "_", ".js"),
        folder="migrations",
        text="const { Migration } = require('@mikro-orm/migrations');\n"
        "class Of{table} extends Migration {\n  async up() {\n    this.addSql(`$SQL`);\n  }\n}\n"
        "exports.Of{table} = Of{table};\n",
        command="node migrate.js",
        table="mikro_orm_migrations",
        key=_stem,
        outside=("  async up", "  isTransactional() { return false; }\n  async up"),
        again=True,
        files={"migrate.js": _MIKRO},
    ),
)
_CHANGELOG = """<databaseChangeLog
  xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog
    http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd">
  <includeAll path="each" relativeToChangelogFile="true"/>
</databaseChangeLog>
"""
LIQUIBASE = _tool(
    "liquibase",
    _named(("001", "002", "003", "004"), "-", ".sql"),
    folder="db/changelog/each",
    text="--liquibase formatted sql\n\n--changeset ann:{table}\n$CREATE;\n\n"
    "--changeset bob:{table}-2\n$INSERT;\n",
    command="place=${URL#*@}; user=${URL#*://}; user=${user%%@*};"
    " node_modules/liquibase/dist/liquibase/liquibase --changelog-file=db/changelog/all.xml"
    " --url=jdbc:postgresql://$place --username=${user%%:*} --password=${user#*:} update",
    table="databasechangelog",
    key=lambda name: f"db/changelog/each/{name}::{_stem(name)[4:]}::ann",
    again=True,
    files={"db/changelog/all.xml": _CHANGELOG},
)
OF_NPM += (LIQUIBASE,)
TABLES = ("songs", "albums", "artists")


class ToolApplication(Struct, frozen=True):
    """A repository with a tool's migrations, and its database."""

    tool: Tool
    repo: Repo
    database: Database
    state: Path

    @classmethod
    def broken(
        cls, tool: Tool, folder: Path, database: Database, packages: Path | None = None
    ) -> "ToolApplication":
        """All of three migrations ran; then the second got a name behind the third.

        Args: packages: the node_modules of the tools of npm.
        """
        app = cls.sound(tool, folder, database, packages)
        app.repo.move(tool.names[1], tool.renamed, tool.folder)
        app.repo.write(tool.renamed, tool.making(TABLES[1], tool.renamed), tool.folder)
        app.repo.commit("rename")
        return app

    @classmethod
    def sound(
        cls, tool: Tool, folder: Path, database: Database, packages: Path | None = None
    ) -> "ToolApplication":
        """All of three migrations ran."""
        app = cls(tool, Repo.make(folder / "app"), database, folder / "state")
        app.repo.write(".gitignore", "node_modules\n", "")
        for name, text in tool.files.items():
            app.repo.write(name, text, "")
        if packages is not None:
            (app.repo.path / "node_modules").symlink_to(packages)
        for name, table in zip(tool.names, TABLES, strict=True):
            app.repo.write(name, tool.making(table, name), tool.folder)
        app.repo.commit()
        done = app.migrate()
        assert done.returncode == 0, done.stdout + done.stderr
        return app

    def migrate(self) -> subprocess.CompletedProcess[str]:
        """Start the real tool's next run."""
        return self.shell(self.tool.command)

    def shell(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run a line in the application's folder, where ``$URL`` is the database."""
        url = self.database.url.replace("postgresql:", "postgres:", 1)
        return subprocess.run(
            line,
            shell=True,
            cwd=self.repo.path,
            env={**os.environ, "URL": url},
            capture_output=True,
            text=True,
            check=False,
        )

    def rows(self) -> list[tuple[object, ...]]:
        """The version table, whole."""
        return self.database.run(f"SELECT * FROM {self.tool.table} ORDER BY 1")

    def counts(self) -> list[int]:
        """How often each migration ran, by the rows that it inserts."""
        return [self.database.run(f"SELECT count(*) FROM {it}")[0][0] for it in TABLES]

    def run(self, *arguments: str) -> Done:
        """Run migdoctor on repository and database."""
        place = ("--database-url", self.database.url)
        return migdoctor(self.repo.path, *arguments, *place, XDG_STATE_HOME=str(self.state))

    def texts(self) -> dict[str, str]:
        """The migrations in the working tree, by name."""
        folder = self.repo.path / self.tool.folder
        kept = set(self.tool.files)
        found = (it for it in folder.rglob("*.*") if it.is_file())
        return {
            str(it.relative_to(folder)): it.read_text()
            for it in found
            if str(it.relative_to(self.repo.path)) not in kept
        }
