"""A fleet: a schema or a database for each tenant, made by one repository of migrations.

All tenants ran the migrations under their old names; a few of them differ, each in one of a dozen
ways. What the tenants have in common is made within the server, so that thousands take a minute.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg

from analyzer.records import Struct
from tests.support.databases.servers import Server
from tests.support.histories.repositories import Repo, migration

TABLES = 10
MIGRATIONS = 100
RENAMED = 3  # of the newest migrations, after they ran
_INDEXES, _KEYS, _CHECKS = 10, 5, 5
SHARE = 0.02  # of the tenants differ


class Step(Struct, frozen=True):
    """One migration: its name, what the file says, and the SQL that it comes to."""

    name: str
    ruby: str
    sql: str


class Way(Struct, frozen=True):
    """A way in which a tenant differs from the others; the SQL runs on the tenant's own path."""

    name: str
    sql: str


def version_of(number: int) -> str:
    """The version under which a migration ran."""
    return f"20{15 + number // 300:02}{1 + number // 28 % 12:02}{1 + number % 28:02}120000"


def new_version_of(number: int) -> str:
    """The version that a renamed migration carries now."""
    return f"2024{1 + number // 28:02}{1 + number % 28:02}120000"


def steps(migrations: int = MIGRATIONS) -> tuple[Step, ...]:
    """The migrations, in their order: tables, columns, then indexes, foreign keys and checks."""
    last = _INDEXES + _KEYS + _CHECKS
    columns = migrations - TABLES - last - RENAMED
    made = [*map(_table, range(TABLES)), *map(_column, range(columns))]
    made += [*map(_index, range(_INDEXES)), *map(_key, range(_KEYS)), *map(_check, range(_CHECKS))]
    return (*made, *(_column(columns + number) for number in range(RENAMED)))


def _table(number: int) -> Step:
    return Step(
        f"create_things_{number}",
        f"create_table(:things_{number}) {{ |t| t.string :name, limit: 80; t.timestamps }}",
        f"CREATE TABLE things_{number} (id bigserial PRIMARY KEY, name varchar(80), "
        "created_at timestamp(6) NOT NULL, updated_at timestamp(6) NOT NULL)",
    )


def _column(number: int) -> Step:
    table = f"things_{number % TABLES}"
    return Step(
        f"add_part_{number}_to_{table}",
        f"add_column :{table}, :part_{number}, :bigint",
        f"ALTER TABLE {table} ADD COLUMN part_{number} bigint",
    )


def _index(number: int) -> Step:
    table, name = f"things_{number % TABLES}", f"index_things_{number}"
    return Step(
        f"add_{name}",
        f'add_index :{table}, :part_{number}, name: "{name}"',
        f"CREATE INDEX {name} ON {table} (part_{number})",
    )


def _key(number: int) -> Step:
    table, name = f"things_{number + 1}", f"fk_things_{number}"
    return Step(
        f"add_{name}",
        f'add_foreign_key :{table}, :things_0, column: :part_{number + 1}, name: "{name}"',
        f"ALTER TABLE {table} ADD CONSTRAINT {name} "
        f"FOREIGN KEY (part_{number + 1}) REFERENCES things_0 (id)",
    )


def _check(number: int) -> Step:
    table, name = f"things_{number}", f"check_things_{number}"
    return Step(
        f"add_{name}",
        f'add_check_constraint :{table}, "part_{number} > 0", name: "{name}"',
        f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK (part_{number} > 0)",
    )


def ways(migrations: int = MIGRATIONS) -> tuple[Way, ...]:
    """The dozen ways in which tenants differ; the first four in their rows."""
    newest = range(migrations - RENAMED, migrations)
    old = [version_of(number) for number in newest]
    new = [new_version_of(number) for number in newest]
    columns = migrations - TABLES - _INDEXES - _KEYS - _CHECKS - RENAMED
    last = f"things_{(columns + RENAMED - 1) % TABLES}"
    drop = f"ALTER TABLE {last} DROP COLUMN part_{columns + RENAMED - 1}"
    update = "; ".join(
        f"UPDATE schema_migrations SET version = '{after}' WHERE version = '{before}'"
        for before, after in zip(old, new, strict=True)
    )
    return (
        Way(
            "the last has not run",
            f"DELETE FROM schema_migrations WHERE version = '{old[-1]}'; " + drop,
        ),
        Way("a row of nobody's", "INSERT INTO schema_migrations VALUES ('20190101000000')"),
        Way("the new names", update),
        Way("both names of one", f"INSERT INTO schema_migrations VALUES ('{new[0]}')"),
        Way("a column more", "ALTER TABLE things_2 ADD COLUMN surplus text"),
        Way("a column less", "ALTER TABLE things_3 DROP COLUMN name"),
        Way("another type", "ALTER TABLE things_4 ALTER COLUMN name TYPE varchar(120)"),
        Way("a default", "ALTER TABLE things_5 ALTER COLUMN name SET DEFAULT 'x'"),
        Way("no null", "ALTER TABLE things_6 ALTER COLUMN name SET NOT NULL"),
        Way("an index more", "CREATE INDEX hotfix ON things_7 (name)"),
        Way("a foreign key less", "ALTER TABLE things_1 DROP CONSTRAINT fk_things_0"),
        Way(
            "another check",
            "ALTER TABLE things_0 DROP CONSTRAINT check_things_0; "
            "ALTER TABLE things_0 ADD CONSTRAINT check_things_0 CHECK (part_0 > 1)",
        ),
    )


def repository(folder: Path, migrations: int = MIGRATIONS) -> Repo:
    """The repository: all migrations, then the newest renamed and nothing else."""
    repo = Repo.make(folder)
    for number, step in enumerate(steps(migrations)):
        name = "".join(part.capitalize() for part in step.name.split("_"))
        repo.write(f"{version_of(number)}_{step.name}.rb", migration(name, step.ruby))
    repo.commit("All migrations")
    for number, step in list(enumerate(steps(migrations)))[-RENAMED:]:
        old, new = version_of(number), new_version_of(number)
        repo.move(f"{old}_{step.name}.rb", f"{new}_{step.name}.rb")
    repo.commit("Put them in order")
    return repo


def tenant(number: int) -> str:
    """The name of a tenant's schema."""
    return f"tenant_{number:05}"


def deviations(tenants: int, migrations: int = MIGRATIONS) -> Iterator[tuple[str, Way]]:
    """The tenants that differ, spread over the fleet, each in the next of the ways."""
    told = ways(migrations)
    odd = max(len(told), round(tenants * SHARE))
    for number in range(odd):
        yield tenant(number * tenants // odd), told[number % len(told)]


_MAKE = """
CREATE PROCEDURE make_tenants(first int, past int, making text[]) LANGUAGE plpgsql AS $make$
DECLARE
  statement text;
BEGIN
  FOR number IN first .. past - 1 LOOP
    EXECUTE format('CREATE SCHEMA %1$I; SET LOCAL search_path = %1$I',
      'tenant_' || lpad(number::text, 5, '0'));
    FOREACH statement IN ARRAY making LOOP
      EXECUTE statement;
    END LOOP;
    COMMIT;
  END LOOP;
END
$make$"""


def fill(url: str, tenants: int, migrations: int = MIGRATIONS) -> dict[str, str]:
    """Make the tenants in a database, and return the ways of those that differ, by schema."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute(_MAKE)
        connection.execute("CALL make_tenants(0, %s::int, %s)", [tenants, _making(migrations)])
        connection.execute("DROP PROCEDURE make_tenants")
        found = {}
        for schema, way in deviations(tenants, migrations):
            connection.execute(f"SET search_path = {schema}")
            connection.execute(way.sql)
            found[schema] = way.name
        connection.execute("SET search_path = DEFAULT")
        connection.execute(
            "ANALYZE pg_catalog.pg_class, pg_catalog.pg_attribute, "
            "pg_catalog.pg_constraint, pg_catalog.pg_index, pg_catalog.pg_depend"
        )
    return found


def fill_databases(server: Server, tenants: int, migrations: int = MIGRATIONS) -> dict[str, str]:
    """Make a database for each tenant, as `fill` makes a schema; the ways of those that differ.

    All are copies of the first, which takes a fraction of the time that it takes to make them.
    """
    first, *others = map(tenant, range(tenants))
    with server.connect() as connection:
        connection.execute(f"CREATE DATABASE {first}")
        with server.connect(first) as making:
            for statement in _making(migrations):
                making.execute(statement)
        for name in others:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {first}")
    found = {}
    for name, way in deviations(tenants, migrations):
        with server.connect(name) as own:
            own.execute(way.sql)
        found[name] = way.name
    return found


def _making(migrations: int) -> list[str]:
    rows = ", ".join(f"('{version_of(number)}')" for number in range(migrations))
    return [
        "CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY)",
        f"INSERT INTO schema_migrations VALUES {rows}",
        *_compact(steps(migrations)),
    ]


def _compact(made: Sequence[Step]) -> Iterator[str]:
    """The same as the steps, with a table's columns in one statement."""
    columns: dict[str, list[str]] = {}
    for step in made:
        words = step.sql.split()
        if step.sql.startswith("CREATE TABLE"):
            columns[words[2]] = [step.sql.rstrip(")")]
        elif "ADD COLUMN" in step.sql:
            columns[words[2]].append(" ".join(words[5:]))
    for parts in columns.values():
        yield ", ".join(parts) + ")"
    for step in made:
        if not step.sql.startswith("CREATE TABLE") and "ADD COLUMN" not in step.sql:
            yield step.sql
