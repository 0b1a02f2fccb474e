"""Knex: ``knex_migrations(id, name, batch, migration_time)``."""

from analyzer.frameworks.keyed.facts import Facts, MindsMissing, Script
from analyzer.frameworks.keyed.framework import keyed

FRAMEWORK = keyed(
    Facts(
        name="knex",
        title="Knex",
        table="knex_migrations",
        column="name",
        folders=("migrations", "db/migrations", "src/migrations", "database/migrations"),
        suffixes=(".js", ".ts", ".mjs", ".cjs", ".mts", ".cts"),
        script=Script.JAVASCRIPT,
        sign=r"\b(?:exports\.up|export\s+(?:async\s+)?(?:function|const)\s+up)\b(?s:.*)"
        r"(?:\bknex\b|\.schema\b|\bKnex\b)"
        r"|\bup\b[^;{}]{0,60}?\bknex\b",  # exported together: module.exports = { up, down }
        never=r"\bqueryInterface\b|\bQueryInterface\b|\bKysely<|['\"]kysely['\"]|\bpgm\."
        r"|\A(?!(?s:.*)\b[Kk]nex\b)(?s:.*)\.execute\(\)",  # Kysely's, of which .schema is, too
        example="20250823000001_create_songs.js",
        recorded=(("batch", "1"), ("migration_time", "now")),
        migrate="npx knex migrate:latest",
        makes="npx knex migrate:make {name}",
        source="knex 3.3.0, lib/migrations/migrate",
        suffixed=True,
        sql_calls=("raw",),
        outside=r"\btransaction\b[\"'\s]*:\s*false\b",
        beside=("knex_migrations_lock",),
        missing=MindsMissing.ANY,
        lists_missing="The migration directory is corrupt, "
        "the following files are missing: {names}",
        lost_file="a rollback refuses it",
    )
)
