"""Kysely: ``kysely_migration(name, timestamp)``; rows must be in the order of the files."""

from analyzer.frameworks.keyed.facts import Facts, MindsMissing, Script
from analyzer.frameworks.keyed.framework import keyed
from analyzer.model.plans.migration_lock import MigrationLock

FRAMEWORK = keyed(
    Facts(
        name="kysely",
        title="Kysely",
        table="kysely_migration",
        column="name",
        folders=("migrations", "src/migrations", "db/migrations", "src/db/migrations"),
        suffixes=(".ts", ".js", ".mjs", ".mts", ".cjs"),
        script=Script.JAVASCRIPT,
        sign=r"\bKysely\b|\bkysely\b"
        r"|\bexport\s+(?:async\s+)?(?:function|const)\s+up\b(?s:.*)\.schema\b(?s:.*)\.execute\(\)",
        never=r"\b[Kk]nex\.|\bqueryInterface\b",
        example="20250823000001_create_songs.ts",
        migrate="npx kysely migrate:latest",
        makes="npx kysely migrate:make {name}",
        source="kysely, dist/cjs/migration/migrator.js",
        sql_calls=("sql",),
        no_insert="rows must be in the order of the files by the moments at which they were "
        "written, so that one between others needs a moment between theirs",
        beside=("kysely_migration_lock",),
        missing=MindsMissing.ANY,
        lists_missing="corrupted migrations: previously executed migration {first} is missing",
        late="corrupted migrations: expected previously executed migration {ran} to be at index "
        "{place} but {file} was found in its place. New migrations must always have a name that "
        "comes alphabetically after the last executed migration.",
        order_columns=("timestamp",),
        lock=MigrationLock("Kysely", constant=3853314791062309107),
        lost_file="a rollback refuses it",
    )
)
