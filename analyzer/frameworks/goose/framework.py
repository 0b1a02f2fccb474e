"""goose: ``goose_db_version(id, version_id, is_applied, tstamp)``, the latest row of a number wins.

The first row, of number 0, is a mark of its own.
"""

from collections.abc import Sequence

from analyzer.frameworks.goose.sections import sections
from analyzer.frameworks.numbered.facts import NumberedFacts
from analyzer.frameworks.numbered.framework import numbered
from analyzer.frameworks.numbered.store import NumberedStore
from analyzer.frameworks.sql.sql_language import SqlLanguage
from analyzer.model.core.table_row import TableRow

_FACTS = NumberedFacts(
    name="goose",
    title="goose",
    table="goose_db_version",
    column="version_id",
    folders=("migrations", "db/migrations", "sql/migrations", "internal/db/migrations"),
    form=r"(?P<number>[0-9]+)_(?P<slug>.+)\.sql",
    written="{number}_{slug}.sql",
    suffixes=(".sql",),
    example="20250823000001_create_songs.sql",
    migrate="goose up",
    source="goose 3.27, up.go, migration.go and internal/dialect",
    late=(
        "error: found {count} missing migrations before current version {newest}: "
        "{each}version {version}: {file}"
    ),
    doubled="goose: duplicate version {version} detected: {file}",
    recorded=(("is_applied", "true"),),
    lost_file="a rollback of it fails",
)


class GooseStore(NumberedStore):
    """A log: of several rows of one number the one with the greatest id tells."""

    def stands(self, rows: Sequence[TableRow]) -> Sequence[bool]:
        """Whether a row is the latest of its number, says that it ran, and is no mark."""
        latest: dict[str, int] = {}
        for place, row in enumerate(rows):
            held = latest.get(row.version)
            if held is None or _age(rows[held]) <= _age(row):
                latest[row.version] = place
        return [
            latest[row.version] == place and row.version != "0" and _says_applied(row)
            for place, row in enumerate(rows)
        ]


def _age(row: TableRow) -> int:
    told = row.columns.get("id") or ""
    return int(told) if told.isdecimal() else 0


def _says_applied(row: TableRow) -> bool:
    return row.columns.get("is_applied", "true") in ("true", "t", "1")


FRAMEWORK = numbered(
    _FACTS,
    SqlLanguage(sections, sign=r"^--\s*\+goose\s+Up\b", mark=r"--[ \t]*\+goose\b"),
    GooseStore(_FACTS),
)
