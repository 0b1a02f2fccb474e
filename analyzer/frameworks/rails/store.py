"""Rails' version table: a set of rows that hold a version and nothing else."""

from collections.abc import Sequence

from analyzer.frameworks.rails import versions
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.table_row import TableRow

version_column = "version"


def kept(columns: Sequence[str]) -> tuple[str, ...]:
    """No column besides the version matters to Rails."""
    del columns
    return ()


def row_of(file: MigrationFile, row: TableRow | None = None) -> TableRow:
    """The row that Rails would write for a file, whatever stood there before."""
    del row
    return TableRow(versions.bare(file.version))
