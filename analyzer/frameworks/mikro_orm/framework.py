"""MikroORM: ``mikro_orm_migrations(id, name, executed_at)``."""

from analyzer.frameworks.keyed.facts import Facts, Script
from analyzer.frameworks.keyed.framework import keyed

FRAMEWORK = keyed(
    Facts(
        name="mikro-orm",
        title="MikroORM",
        table="mikro_orm_migrations",
        column="name",
        folders=("migrations", "src/migrations", "db/migrations"),
        suffixes=(".ts", ".js", ".mjs", ".cjs"),
        script=Script.JAVASCRIPT,
        sign=r"\bextends\s+Migration\b",
        example="Migration20250823000001_create_songs.ts",
        migrate="npx mikro-orm migration:up",
        makes="npx mikro-orm migration:create --blank",
        source="@mikro-orm/migrations 6.6.16",
        number=r"Migration[0-9]+",
        sql_calls=("addSql",),
        outside=r"\bisTransactional\s*(?:=\s*)?\(\s*\)[^{}]*?(?:\{[\s;]*return\s+|=>\s*)false\b",
    )
)
