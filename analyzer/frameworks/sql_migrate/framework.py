"""sql-migrate: ``gorp_migrations(id, applied_at)``."""

from analyzer.frameworks.keyed.facts import Facts, MindsMissing, Script
from analyzer.frameworks.keyed.framework import keyed
from analyzer.frameworks.sql.sections import marked
from analyzer.frameworks.sql.sql_language import SqlLanguage

_MISSING = "ERROR: no Up/Down annotations found, so no statements were executed."
_UP, _DOWN = r"--[ \t]*\+migrate[ \t]+Up\b", r"--[ \t]*\+migrate[ \t]+Down\b"
FRAMEWORK = keyed(
    Facts(
        name="sql-migrate",
        title="sql-migrate",
        table="gorp_migrations",
        column="id",
        folders=("migrations", "db/migrations", "sql/migrations"),
        suffixes=(".sql",),
        script=Script.SQL,
        sign="",
        example="20250823000001-create-songs.sql",
        migrate="sql-migrate up",
        makes="sql-migrate new {name}",
        source="sql-migrate of 2019, migrate.go and sqlparse/sqlparse.go",
        suffixed=True,
        separator="-",
        missing=MindsMissing.ANY,
        lists_missing="Unable to create migration plan because of {first}: "
        "unknown migration in database",
        lost_file="a rollback refuses it",
    ),
    SqlLanguage(
        marked(_UP, _DOWN, _MISSING, no_transaction=r"\bnotransaction\b"),
        sign=rf"^{_UP}",
        mark=r"--[ \t]*\+migrate\b",
    ),
)
