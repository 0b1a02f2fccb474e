"""All frameworks, by name; each is loaded when somebody asks for it."""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from typing import NamedTuple

from analyzer.errors import UsageError
from analyzer.frameworks.base import Framework
from analyzer.model.core.version_table import AUDIT_TABLE, NOTES_TABLE


class Member(NamedTuple):
    """A module with the bundle, what is in the path of every conventional migration, its tables.

    ``signs`` are conventional folders, of which one is in the path of every migration, and
    ``suffixes`` how such a path ends. ``tables`` are those that it keeps for itself, under their
    default names. ``guest``: a folder that is another tool's by convention, and ends of paths of
    which one must be there, and none, where this one may use it. ``manifests`` lie at the root of
    a program of its language, where its files are named as another language's tool names them.
    """

    module: str
    signs: tuple[str, ...]
    suffixes: tuple[str, ...]
    tables: tuple[str, ...]
    guest: tuple[str, tuple[str, ...], tuple[str, ...]] = ("", (), ())
    manifests: tuple[str, ...] = ()


_SCRIPTS = (".js", ".ts", ".cjs", ".mjs", ".cts", ".mts")
_FOLDER = ("migrations/",)
MEMBERS = {
    "rails": Member(
        "analyzer.frameworks.rails.framework",
        ("migrate/",),
        ("",),  # an empty folder is one, too
        ("schema_migrations", "ar_internal_metadata", "data_migrations"),
    ),
    "dbmate": Member(
        "analyzer.frameworks.dbmate.framework",
        ("db/migrations/",),
        ("",),
        ("schema_migrations",),
    ),
    "prisma": Member(
        "analyzer.frameworks.prisma.framework",
        _FOLDER,
        ("/migration.sql",),
        ("_prisma_migrations",),
    ),
    "supabase": Member(
        "analyzer.frameworks.supabase.framework",
        ("supabase/migrations/",),
        (".sql",),
        ("schema_migrations",),
    ),
    "knex": Member(
        "analyzer.frameworks.knex.framework",
        _FOLDER,
        _SCRIPTS,
        ("knex_migrations", "knex_migrations_lock"),
    ),
    "sequelize": Member(
        "analyzer.frameworks.sequelize.framework", _FOLDER, _SCRIPTS, ("SequelizeMeta",)
    ),
    "node-pg-migrate": Member(
        "analyzer.frameworks.node_pg_migrate.framework", _FOLDER, _SCRIPTS, ("pgmigrations",)
    ),
    "kysely": Member(
        "analyzer.frameworks.kysely.framework",
        _FOLDER,
        _SCRIPTS,
        ("kysely_migration", "kysely_migration_lock"),
    ),
    "db-migrate": Member(
        "analyzer.frameworks.db_migrate.framework", _FOLDER, _SCRIPTS, ("migrations",)
    ),
    "alembic": Member(
        "analyzer.frameworks.alembic.framework", ("versions/",), (".py",), ("alembic_version",)
    ),
    "django": Member(
        "analyzer.frameworks.django.framework", _FOLDER, (".py",), ("django_migrations",)
    ),
    "typeorm": Member(
        "analyzer.frameworks.typeorm.framework",
        ("migrations/", "migration/"),
        _SCRIPTS,
        ("migrations",),
    ),
    "mikro-orm": Member(
        "analyzer.frameworks.mikro_orm.framework", _FOLDER, _SCRIPTS, ("mikro_orm_migrations",)
    ),
    "laravel": Member(
        "analyzer.frameworks.laravel.framework",
        ("database/migrations/",),
        (".php",),
        ("migrations",),
    ),
    "yoyo": Member(
        "analyzer.frameworks.yoyo.framework",
        _FOLDER,
        (".py", ".sql"),
        ("_yoyo_migration", "_yoyo_log", "_yoyo_version", "yoyo_lock"),
    ),
    "sequel": Member(
        "analyzer.frameworks.sequel.framework",
        _FOLDER,
        (".rb",),
        ("schema_migrations",),
        (
            "db/migrate/",
            ("Gemfile", ".gemspec", "config.ru"),
            ("config/application.rb", "bin/rails", "db/schema.rb", "db/structure.sql"),
        ),
    ),
    "sql-migrate": Member(
        "analyzer.frameworks.sql_migrate.framework", _FOLDER, (".sql",), ("gorp_migrations",)
    ),
    "goose": Member(
        "analyzer.frameworks.goose.framework", _FOLDER, (".sql",), ("goose_db_version",)
    ),
    "ecto": Member(
        "analyzer.frameworks.ecto.framework",
        ("priv/repo/migrations/",),
        (".exs",),
        ("schema_migrations",),
    ),
    "drizzle": Member(
        "analyzer.frameworks.drizzle.framework", ("drizzle/",), (".sql",), ("__drizzle_migrations",)
    ),
    "flyway": Member(
        "analyzer.frameworks.flyway.framework",
        ("db/migration/", "sql/", "migrations/"),
        (".sql", ".java", ".kt"),
        ("flyway_schema_history",),
    ),
    "golang-migrate": Member(
        "analyzer.frameworks.golang_migrate.framework",
        ("migrations/", "migration/"),
        (".up.sql",),
        ("schema_migrations",),
        manifests=("go.mod",),
    ),
    "liquibase": Member(
        "analyzer.frameworks.liquibase.framework",
        ("changelog/", "liquibase/"),
        (".sql", ".xml", ".yaml", ".yml", ".json"),
        ("databasechangelog", "databasechangeloglock"),
    ),
    "sqlx": Member(
        "analyzer.frameworks.sqlx.framework",
        _FOLDER,
        (".sql",),
        ("_sqlx_migrations",),
        manifests=("Cargo.toml",),
    ),
}
_SIGNS = tuple({sign for member in MEMBERS.values() for sign in member.signs})
BOOKKEEPING = frozenset(
    {AUDIT_TABLE, NOTES_TABLE, *(table for it in MEMBERS.values() for table in it.tables)}
)
"""Tables that members keep for themselves, and we."""
NEVER_APPLICATIONS = BOOKKEEPING - {"migrations"}
"""Those of them whose names no application would give to a table of its own."""
METADATA = "ar_internal_metadata"
"""The one of them that says which environment a database belongs to."""


@cache
def framework(name: str) -> Framework:
    """The framework of this name.

    Raises:
        UsageError: there is none.
    """
    if name not in MEMBERS:
        raise UsageError(
            f"--framework {name}: this framework is not known",
            why=f"known are: {', '.join(MEMBERS)}",
            fix="leave the option out: it is recognised by its files and its version table",
        )
    found = import_module(MEMBERS[name].module).FRAMEWORK
    assert isinstance(found, Framework)  # noqa: S101  a member's module is ours
    return found


def chosen_frameworks(name: str | None) -> tuple[Framework, ...]:
    """The one that was named, or all of them, the likeliest first.

    Raises:
        UsageError: there is none of this name.
    """
    return tuple(map(framework, MEMBERS)) if name is None else (framework(name),)


def likely_frameworks(name: str | None, paths: Iterable[str]) -> tuple[Framework, ...]:
    """The same, without those of which no path can be a migration by convention.

    Raises:
        UsageError: there is none of this name.
    """
    if name is not None:
        return (framework(name),)
    listed = list(paths)
    near = [path for path in listed if any(it in path for it in _NEAR)]
    return tuple(
        framework(it)
        for it, member in MEMBERS.items()
        if _is_likely(member, near) or _is_guest(member, near, listed)
    )


_NEAR = (
    "migrat",
    "versions/",
    "drizzle/",
    "sql/",
    "changelog/",
    "liquibase/",
)  # in the path of any by convention


def _is_likely(member: Member, paths: Iterable[str]) -> bool:
    return any(
        path.endswith(member.suffixes) and any(sign in path for sign in member.signs)
        for path in paths
    )


def _is_guest(member: Member, near: Iterable[str], paths: Sequence[str]) -> bool:
    """Whether it may have its migrations in another tool's folder."""
    folder, beside, never = member.guest
    if not folder or not any(folder in it and it.endswith(member.suffixes) for it in near):
        return False
    return any(it.endswith(beside) for it in paths) and not any(it.endswith(never) for it in paths)


def manifests_of(name: str) -> tuple[str, ...]:
    """The files at the root of a program in whose language the tool is at home."""
    return MEMBERS[name].manifests if name in MEMBERS else ()


def may_be_folder(path: str) -> bool:
    """Whether a path may be a conventional migration folder of some framework."""
    return f"{path}/".endswith(_SIGNS)


def cannot(member: Framework, what: str, fix: str) -> UsageError:
    """Say what is not there for a framework, where a command needs it."""
    return UsageError(
        f"there is no {what} for {member.commands.title}",
        why=f"migdoctor reads its migrations, and has no {what} for them",
        fix=fix,
    )
