"""``_prisma_migrations``: a row for each attempt, failed or rolled back as it may be.

Source: sql_migration_persistence.rs and apply_migrations.rs of prisma-engines 6.19.
"""

from collections.abc import Sequence

from analyzer.frameworks.keyed.store import KeyedStore
from analyzer.model.core.table_row import TableRow

FINISHED, ROLLED_BACK = "finished_at", "rolled_back_at"


class PrismaStore(KeyedStore):
    """The store of Prisma; the checksum stays, for it tells the text that ran."""

    @staticmethod
    def stands(rows: Sequence[TableRow]) -> Sequence[bool]:
        """Whether an attempt was finished, and not declared void since."""
        return [not is_failed(row) and not row.columns.get(ROLLED_BACK) for row in rows]


def is_failed(row: TableRow) -> bool:
    """Whether an attempt began and neither ended nor was declared void."""
    if FINISHED not in row.columns:  # a list of names: all that it has ran
        return False
    return not row.columns[FINISHED] and not row.columns.get(ROLLED_BACK)
