"""Very many rows: what no file ever had is told by a few, and counted."""

from analyzer import limits
from analyzer.errors import RefusedError
from analyzer.model.core.packed_rows import PackedRows
from analyzer.model.core.version_table import VersionTable
from analyzer.records import replace
from analyzer.workflow.reading.files.file_history import TargetHistory
from analyzer.workflow.reading.files.past_files import PastFiles
from analyzer.workflow.reading.rows.environment import Environment


def counted(environment: Environment, start: TargetHistory) -> Environment:
    """Keep the rows whose versions some file had, on whatever branch, and a few of the others.

    A table of millions of rows is all but never one that a framework filled, and a verdict on each
    of them would fill the memory.
    """
    table = environment.table
    if not isinstance(table.rows, PackedRows):
        return environment
    keys = PastFiles(start, frozenset(), earlier=True).ever_carried
    numbers = start.target.framework.numbering.plain_numbers(keys)
    kept = table.rows.known(keys, numbers, limits.UNKNOWN_ROWS)
    left_out = len(table.rows) - len(kept)
    note = (
        f"{left_out:,} further rows have versions that no file in any history ever had; they are "
        "counted, and not listed one by one"
    )
    return replace(
        environment,
        table=replace(table, rows=kept, left_out=left_out, notes=(*table.notes, note)),
    )


def demand_all_rows(table: VersionTable) -> None:
    """Refuse to plan changes of rows that were only counted.

    Raises:
        RefusedError: some were.
    """
    if table.left_out:
        raise RefusedError(
            f"{table.place} has {table.count:,} rows, and {table.left_out:,} of them have versions "
            "that no file in any history ever had",
            why="a script that changes rows checks each of them first, and would be unreadable",
            fix="find out whose rows these are; if nobody needs them, remove them from the list",
        )
