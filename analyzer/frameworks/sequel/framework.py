"""Sequel's TimestampMigrator: ``schema_migrations(filename)``."""

from analyzer.frameworks.keyed.facts import Facts, MindsMissing, Script
from analyzer.frameworks.keyed.framework import keyed
from analyzer.frameworks.sequel.language import SequelLanguage

_FACTS = Facts(
    name="sequel",
    title="Sequel",
    table="schema_migrations",
    column="filename",
    folders=("db/migrations", "migrations", "db/migrate"),
    suffixes=(".rb",),
    script=Script.RUBY,
    sign=r"^\s*Sequel\.migration\b",
    example="20250823000001_create_songs.rb",
    migrate="sequel -m db/migrations",
    source="sequel 5.63, lib/sequel/extensions/migration.rb",
    suffixed=True,
    needs=r"[0-9]+_.+\.rb",
    sql_calls=("run",),
    outside=r"\bno_transaction\b",
    missing=MindsMissing.ANY,
    lists_missing="Applied migration files not in file system: {names}",
    others=(("dirty", "golang-migrate"), ("inserted_at", "Ecto"), ("statements", "Supabase")),
    lost_file="a rollback refuses it",
)
FRAMEWORK = keyed(_FACTS, SequelLanguage(_FACTS))
