"""What each framework's users type to look at a database, where they would migrate it.

Whoever must know which database a migrate would go to runs this in its place: it connects as the
migrate does, and changes nothing. What a tool cannot be asked is not here.
"""

from analyzer.records import Struct

_STARTERS = """
bundle exec env npx npm pnpm yarn bunx bun node deno python python3 poetry run uv pipenv hatch pdm
mix ruby php artisan manage.py spring nice time dotenv
"""
STARTERS = frozenset(_STARTERS.split())
"""What starts a tool and does nothing else."""
_NODE = "let its settings take the whole address from process.env.DATABASE_URL"
_TYPED = 'pass the address on its command line: "$DATABASE_URL"'
_DJANGO = (
    "give the command settings that read DATABASE_URL, such as a file migdoctor_settings.py beside "
    "manage.py (pip install dj-database-url):\n"
    "    from PROJECT.settings import *  # yours\n"
    "    import dj_database_url\n"
    '    DATABASES["default"] = dj_database_url.config()\n'
    "  and then: --migrate-command 'python manage.py migrate --settings migdoctor_settings'"
)


class StatusCommand(Struct, frozen=True):
    """How one tool is asked.

    ``programs`` are its names, of which one stands before ``migrates``, the words that migrate;
    ``looks`` are those in their place. ``keeps`` are the options behind them that say which
    database is meant. ``each``: with ``:NAME`` behind it, it works on one of several databases.
    ``aimed`` says how its settings are made to read DATABASE_URL.
    """

    programs: tuple[str, ...]
    migrates: tuple[str, ...]
    looks: tuple[str, ...]
    aimed: str
    keeps: tuple[str, ...] = ()
    each: bool = False


_RAILS = "let config/database.yml leave the address to DATABASE_URL: without url: of its own"
_UP = ("up",)
_STATUS = ("status",)
_COMMANDS: dict[str, StatusCommand] = {
    "rails": StatusCommand(
        ("rails", "rake"), ("db:migrate",), ("db:migrate:status",), _RAILS, each=True
    ),
    "dbmate": StatusCommand(("dbmate",), _UP, _STATUS, _TYPED),
    "prisma": StatusCommand(
        ("prisma",),
        ("migrate", "deploy"),
        ("migrate", "status"),
        'let schema.prisma say url = env("DATABASE_URL")',
        ("--schema", "--config"),
    ),
    "supabase": StatusCommand(
        ("supabase",),
        ("db", "push"),
        ("db", "push", "--dry-run"),
        'add --db-url "$DATABASE_URL"',
        ("--db-url", "--linked", "--local"),
    ),
    "knex": StatusCommand(
        ("knex",),
        ("migrate:latest",),
        ("migrate:status",),
        _NODE,
        ("--knexfile", "--env", "--client", "--connection", "--esm"),
    ),
    "sequelize": StatusCommand(
        ("sequelize", "sequelize-cli"),
        ("db:migrate",),
        ("db:migrate:status",),
        'add --url "$DATABASE_URL"',
        ("--env", "--config", "--url", "--options-path"),
    ),
    "node-pg-migrate": StatusCommand(
        ("node-pg-migrate",),
        _UP,
        ("up", "--dry-run"),
        _NODE,
        ("-d", "--database-url-var", "-f", "--config-file", "--config-value", "--envPath"),
    ),
    "kysely": StatusCommand(
        ("kysely",), ("migrate:latest",), ("migrate:list",), _NODE, ("-e", "--environment")
    ),
    "db-migrate": StatusCommand(
        ("db-migrate",), _UP, ("check",), _NODE, ("-e", "--env", "--config")
    ),
    "alembic": StatusCommand(
        ("alembic",),
        ("upgrade", "head"),
        ("current",),
        'let env.py take the address from os.environ["DATABASE_URL"]',
    ),
    "django": StatusCommand(
        ("manage.py", "django-admin", "django"),
        ("migrate",),
        ("showmigrations",),
        _DJANGO,
        ("--database", "--settings", "--pythonpath"),
    ),
    "typeorm": StatusCommand(
        ("typeorm", "typeorm-ts-node-commonjs", "typeorm-ts-node-esm"),
        ("migration:run",),
        ("migration:show",),
        _NODE,
        ("-d", "--dataSource"),
    ),
    "mikro-orm": StatusCommand(
        ("mikro-orm",),
        ("migration:up",),
        ("migration:pending",),
        _NODE,
        ("--config", "--contextName"),
    ),
    "laravel": StatusCommand(
        ("artisan",),
        ("migrate",),
        ("migrate:status",),
        "let the connection in config/database.php say 'url' => env('DATABASE_URL')",
        ("--database", "--env"),
    ),
    "yoyo": StatusCommand(
        ("yoyo",),
        ("apply",),
        ("list",),
        'add --database "$DATABASE_URL"',
        ("--database", "-d", "--config", "-c"),
    ),
    "sql-migrate": StatusCommand(
        ("sql-migrate",),
        _UP,
        _STATUS,
        "let dbconfig.yml say datasource: ${DATABASE_URL}",
        ("-config", "-env"),
    ),
    "goose": StatusCommand(("goose",), _UP, _STATUS, _TYPED),
    "ecto": StatusCommand(
        ("mix",),
        ("ecto.migrate",),
        ("ecto.migrations",),
        'let the repository\'s url be System.get_env("DATABASE_URL")',
        ("-r", "--repo"),
    ),
    "flyway": StatusCommand(
        ("flyway",),
        ("migrate",),
        ("info",),
        "add -url=... with the place of DATABASE_URL",
        ("-url", "-user", "-configFiles", "-environment"),
    ),
    "golang-migrate": StatusCommand(("migrate",), _UP, ("version",), _TYPED),
    "liquibase": StatusCommand(
        ("liquibase",),
        ("update",),
        _STATUS,
        "add --url=... with the place of DATABASE_URL",
        ("--url", "--username", "--changelog-file", "--defaults-file"),
    ),
    "sqlx": StatusCommand(
        ("sqlx",),
        ("migrate", "run"),
        ("migrate", "info"),
        _TYPED,
        ("-D", "--database-url", "--source"),
    ),
}


def status_command(name: str) -> StatusCommand | None:
    """How a framework is asked by name; None where its tool has no read-only command."""
    return _COMMANDS.get(name)
