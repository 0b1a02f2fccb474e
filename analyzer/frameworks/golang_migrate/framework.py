"""golang-migrate: ``schema_migrations(version, dirty)``, one row: where the database stands."""

from analyzer.frameworks.base import Framework
from analyzer.frameworks.golang_migrate.preconditions import GolangMigrateRefusals
from analyzer.frameworks.golang_migrate.store import GolangMigrateStore
from analyzer.frameworks.numbered.facts import NumberedFacts
from analyzer.frameworks.numbered.framework import numbered
from analyzer.frameworks.sql.sql_language import SqlLanguage, one_message
from analyzer.model.plans.migration_lock import MigrationLock
from analyzer.records import replace

_TABLE = "public\0schema_migrations\0"
_FACTS = NumberedFacts(
    name="golang-migrate",
    title="golang-migrate",
    table="schema_migrations",
    column="version",
    folders=("migrations", "db/migrations", "db/migration", "internal/db/migrations"),
    form=r"(?P<number>[0-9]+)_(?P<slug>.*)\.up\.sql",
    written="{number}_{slug}.up.sql",
    suffixes=(".up.sql",),
    back=(".up.sql", ".down.sql"),
    example="000001_create_songs.up.sql",
    migrate="migrate up",
    source="golang-migrate 4.19, migrate.go, source/parse.go and its driver",
    late=", and golang-migrate never runs it where a newer one ran",
    no_insert="golang-migrate keeps one row, which says how far all of them ran",
    lost_file="a rollback stops at it",
    others=(("inserted_at", "Ecto"), ("filename", "Sequel"), ("statements", "Supabase")),
    lock=MigrationLock("golang-migrate", salt=1486364155, before=f"{_TABLE}/", further=(_TABLE,)),
)
FRAMEWORK: Framework = replace(
    numbered(_FACTS, SqlLanguage(one_message), GolangMigrateStore(_FACTS)),
    preconditions=GolangMigrateRefusals(_FACTS),
)
