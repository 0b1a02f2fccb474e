"""yoyo: ``_yoyo_migration(migration_hash, migration_id, applied_at_utc)``."""

from hashlib import sha256

from analyzer.frameworks.base import Framework
from analyzer.frameworks.keyed.facts import Facts, Script
from analyzer.frameworks.keyed.framework import keyed
from analyzer.frameworks.keyed.store import KeyedStore
from analyzer.frameworks.keyed.versions import KeyedVersions
from analyzer.frameworks.yoyo.language import YoyoLanguage
from analyzer.frameworks.yoyo.names import YoyoFiles
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.table_row import TableRow
from analyzer.records import replace

_HASH = "migration_hash"
_FACTS = Facts(
    name="yoyo",
    title="yoyo",
    table="_yoyo_migration",
    column="migration_id",
    folders=("migrations", "db/migrations"),
    suffixes=(".py", ".sql"),
    script=Script.PYTHON,
    sign=r"^\s*(?:from\s+yoyo\s+import|import\s+yoyo)\b",
    example="20250823_01_create-songs.py",
    migrate="yoyo apply",
    source="yoyo-migrations 9.0.0, yoyo/backends/base.py and yoyo/utils.py",
    recorded=((_HASH, ""), ("applied_at_utc", "now")),
    goes_along=(_HASH,),
    number=r"[0-9]+(?:_[0-9]+)?",
    sql_calls=("step",),
    outside=r"\b__transactional__\s*(?::\s*\w+\s*)?=\s*False\b",
    beside=("_yoyo_log", "_yoyo_version", "yoyo_lock"),
)


class YoyoStore(KeyedStore):
    """The store of yoyo, whose real key is the hash of the name."""

    def row_of(self, file: MigrationFile, row: TableRow | None = None) -> TableRow:
        """The same row under the file's name, with its hash."""
        found = super().row_of(file, row)
        if _HASH not in found.columns:
            return found
        digest = sha256(file.version.text.encode()).hexdigest()
        return replace(found, columns=found.columns.having({_HASH: digest}))


FRAMEWORK: Framework = replace(
    keyed(_FACTS, YoyoLanguage(_FACTS)),
    files=YoyoFiles(_FACTS, KeyedVersions(_FACTS)),
    store=YoyoStore(_FACTS),
)
