"""TypeORM: ``migrations(id, timestamp, name)``, where the name is that of a class."""

from analyzer.frameworks.base import Framework
from analyzer.frameworks.keyed.facts import Facts, Script
from analyzer.frameworks.keyed.framework import keyed
from analyzer.frameworks.keyed.preconditions import KeyedRefusals
from analyzer.frameworks.keyed.store import KeyedStore
from analyzer.frameworks.typeorm.names import TypeOrmFiles, TypeOrmKeys
from analyzer.frameworks.typeorm.versions import TypeOrmVersions
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.table_row import TableRow
from analyzer.records import replace

_MOMENT = "timestamp"
_FACTS = Facts(
    name="typeorm",
    title="TypeORM",
    table="migrations",
    column="name",
    folders=(
        "migrations",
        "src/migrations",
        "src/database/migrations",
        "src/db/migrations",
        "database/migrations",
        "db/migrations",
        "src/migration",
        "migration",
    ),
    suffixes=(".ts", ".js", ".cjs", ".mjs", ".cts", ".mts"),
    script=Script.JAVASCRIPT,
    sign=r"\bMigrationInterface\b|\bclass\s+\w*[0-9]{13}\b",
    never=r"\bextends\s+Migration\b",  # MikroORM's
    example="1755907201000-CreateSongs.ts",
    migrate="npx typeorm migration:run",
    source="typeorm 1.1.1, migration/MigrationExecutor.js",
    goes_along=(_MOMENT,),
    recorded=((_MOMENT, ""),),
    number=r"[0-9]{13}",
    separator="-",
    sql_calls=("query",),
    outside=r"\btransaction\s*(?::\s*\w+\s*)?=\s*false\b",
    others=(("batch", "Laravel"), ("run_on", "db-migrate"), ("hash", "postgres-migrations")),
    unique_names=False,
    lost_file="a rollback refuses it",
)


class TypeOrmStore(KeyedStore):
    """The store of TypeORM: a row tells the moment in its name once more."""

    def row_of(self, file: MigrationFile, row: TableRow | None = None) -> TableRow:
        """The same row under the name of the file's class, with its moment."""
        found = super().row_of(file, row)
        if _MOMENT not in found.columns:
            return found
        return replace(found, columns=found.columns.having({_MOMENT: file.version.text[-13:]}))


_VERSIONS = TypeOrmVersions(_FACTS)
_FILES = TypeOrmFiles(_FACTS, _VERSIONS)
FRAMEWORK: Framework = replace(
    keyed(_FACTS),
    files=_FILES,
    numbering=_VERSIONS,
    store=TypeOrmStore(_FACTS),
    preconditions=KeyedRefusals(_FACTS, _VERSIONS),
    keys=TypeOrmKeys(_FILES),
)
