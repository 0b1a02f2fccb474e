"""db-migrate: ``migrations(id, name, run_on)``, names with a slash before them."""

from analyzer.frameworks.keyed.facts import Facts, Script
from analyzer.frameworks.keyed.framework import keyed

FRAMEWORK = keyed(
    Facts(
        name="db-migrate",
        title="db-migrate",
        table="migrations",
        column="name",
        folders=("migrations", "db/migrations"),
        suffixes=(".js", ".ts", ".cjs"),
        script=Script.JAVASCRIPT,
        sign=r"\bdbm\b|\bdb\.(?:runSql|createTable|addColumn|insert)\b",
        example="20250823000001-create-songs.js",
        recorded=(("run_on", "now"),),
        migrate="npx db-migrate up",
        makes="npx db-migrate create {name}",
        source="db-migrate 0.11.14, lib/migrator.js",
        prefix="/",
        separator="-",
        sql_calls=("runSql",),
        others=(("batch", "Laravel"), ("timestamp", "TypeORM"), ("hash", "postgres-migrations")),
    )
)
