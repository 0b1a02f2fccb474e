"""The one row of golang-migrate: the newest migration that ran, and whether it ran to its end."""

from analyzer.frameworks.numbered.store import NumberedStore
from analyzer.model.core.table_row import TableRow

_TRUE = ("true", "t", "1")


class GolangMigrateStore(NumberedStore):
    """The port ``Store`` of golang-migrate."""

    heads = True
    required = ("dirty",)  # without it the table is Rails' or dbmate's

    def untouchable(self, row: TableRow) -> str:
        """A dirty row tells of a migration that began and did not end."""
        if not is_dirty(row):
            return ""
        return (
            f"{row.version} is marked dirty: it began and did not end, so that a part of it may be "
            "there. See what of it the database has, finish it or take it back by hand, and only "
            "then tell golang-migrate where the database stands (migrate force): that runs nothing"
        )


def is_dirty(row: TableRow) -> bool:
    """Whether a migration began and did not end."""
    return (row.columns.get("dirty") or "").lower() in _TRUE
