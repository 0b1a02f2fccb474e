"""Laravel: ``migrations(id, migration, batch)``."""

from analyzer.frameworks.keyed.facts import Facts, Script
from analyzer.frameworks.keyed.framework import keyed

FRAMEWORK = keyed(
    Facts(
        name="laravel",
        title="Laravel",
        table="migrations",
        column="migration",
        folders=("database/migrations",),
        suffixes=(".php",),
        script=Script.PHP,
        sign=r"\bextends\s+Migration\b",
        example="2025_08_23_000001_create_songs.php",
        recorded=(("batch", "1"),),
        migrate="php artisan migrate",
        makes="php artisan make:migration {name}",
        source="illuminate/database 8.83, Migrations/Migrator.php",
        number=r"[0-9]{4}_[0-9]{2}_[0-9]{2}_[0-9]{6}",
        needs=r".*_.*\.php",
        sql_calls=("statement", "unprepared"),
        outside=r"\$\s*withinTransaction\s*=\s*false\b",
        others=(
            ("timestamp", "TypeORM"),
            ("run_on", "db-migrate"),
            ("hash", "postgres-migrations"),
        ),
        lost_file="a rollback prints 'Migration not found' and leaves its row",
    )
)
