"""What most version tables are like: rows that may be changed and added, and no checksum."""

from analyzer.frameworks.ports.checksum import Checksum
from analyzer.model.core.table_row import TableRow


class UsualStore:
    """The part of the port ``Store`` that most tools share."""

    required: tuple[str, ...] = ()
    goes_along: tuple[str, ...] = ()
    nulls = False
    no_insert = ""
    aside = "rows that stand for no migration that ran"
    checksum: Checksum | None = None

    def untouchable(self, row: TableRow) -> str:
        """Every row may be changed."""
        del row
        return ""
