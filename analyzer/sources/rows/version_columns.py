"""Whether a table's columns are those of a version table, and the option that names one."""

from collections.abc import Sequence

from analyzer.errors import AnalyzerError, NotItsTableError
from analyzer.frameworks.base import Framework
from analyzer.model.core.table_row import key_columns
from analyzer.model.core.version_table import TableName
from analyzer.model.words.shell_word import shell_word


def check_columns(
    place: str,
    columns: Sequence[str],
    framework: Framework,
    error: type[AnalyzerError] = NotItsTableError,
) -> None:
    """Make sure that the columns are this framework's: four tools share the name schema_migrations.

    Args:
        place: the table in words.
        columns: the names of its columns.
        framework: whose table it should be.
        error: what to raise.

    Raises:
        AnalyzerError: there is no column ``version``, or another tool keeps the table.
    """
    other = framework.store.keeper(columns)
    if other is not None:
        tool, told = other
        raise error(
            f"{place} is kept by {tool}, not by {framework.name}",
            why=f"it has a column {told}, which {framework.name} never makes",
            fix=f"name the table of {framework.name} with --version-table SCHEMA.NAME",
        )
    wanted = (*key_columns(framework.store.version_column), *framework.store.required)
    missing = [it for it in wanted if it not in columns]
    if missing:
        raise error(
            f"{place} has no column {missing[0]}",
            why=f"it is not a version table of {framework.name}: its columns are "
            f"{', '.join(columns) or 'none'}",
            fix="name the version table with --version-table SCHEMA.NAME",
        )


def as_option(table: TableName) -> str:
    """Write the --version-table option that picks this table, quoted for a shell."""
    return f"--version-table {shell_word(str(table))}"
