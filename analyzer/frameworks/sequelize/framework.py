"""Sequelize's command line (umzug): ``"SequelizeMeta"(name)``."""

from analyzer.frameworks.keyed.facts import Facts, Script
from analyzer.frameworks.keyed.framework import keyed

FRAMEWORK = keyed(
    Facts(
        name="sequelize",
        title="Sequelize",
        table="SequelizeMeta",
        column="name",
        folders=("migrations", "db/migrations", "src/migrations", "database/migrations"),
        suffixes=(".js", ".cjs", ".ts"),
        script=Script.JAVASCRIPT,
        sign=r"\bqueryInterface\b|\bQueryInterface\b|\bup\b[^;{}]{0,60}?\bSequelize\b"
        r"|\.sequelize\.query\(|\.getQueryInterface\(|['\"]sequelize(?:-cli)?['\"]",
        example="20250823000001-create-songs.js",
        migrate="npx sequelize-cli db:migrate",
        makes="npx sequelize-cli migration:generate --name {name}",
        source="sequelize-cli 6.6.5, lib/core/migrator.js, and umzug 2",
        suffixed=True,
        separator="-",
        sql_calls=("query",),
        transaction=False,
        lost_file="a rollback refuses it",
    )
)
