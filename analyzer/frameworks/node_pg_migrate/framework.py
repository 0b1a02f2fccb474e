"""node-pg-migrate: ``pgmigrations(id, name, run_on)``; rows must be in the order of the files."""

from analyzer.frameworks.keyed.facts import Facts, MindsMissing, Script
from analyzer.frameworks.keyed.framework import keyed
from analyzer.model.plans.migration_lock import MigrationLock

FRAMEWORK = keyed(
    Facts(
        name="node-pg-migrate",
        title="node-pg-migrate",
        table="pgmigrations",
        column="name",
        folders=("migrations", "db/migrations", "src/migrations"),
        suffixes=(".js", ".ts", ".cjs", ".mjs"),
        script=Script.JAVASCRIPT,
        sign=r"\bpgm\b|\bMigrationBuilder\b",
        example="1755907201000_create-songs.js",
        recorded=(("run_on", "now"),),
        migrate="npx node-pg-migrate up",
        makes="npx node-pg-migrate create {name}",
        source="node-pg-migrate 8.0.4, dist/legacy/runner.js",
        sql_calls=("sql",),
        outside=r"\.\s*noTransaction\s*\(",
        missing=MindsMissing.IN_ORDER,
        late="Not run migration {file} is preceding already run migration {ran}",
        order_columns=("run_on", "id"),
        unique_names=False,
        lock=MigrationLock("node-pg-migrate", constant=7241865325823964),
        lost_file="a rollback refuses it",
    )
)
