"""What a database has, compared with what it should have: the guide's list after a recovery."""

from collections.abc import Iterator

from analyzer.analysis.recovery.content_comparison import (
    compare_checksums,
    compare_large_objects,
    compare_rows,
    compare_versions,
)
from analyzer.analysis.recovery.sequence_comparison import compare_sequences
from analyzer.analysis.recovery.state_pair import Comparison, StatePair
from analyzer.analysis.recovery.structure_comparison import (
    compare_constraints,
    compare_structure,
    compare_tables,
)
from analyzer.engines.base import Engine
from analyzer.model.recovery.checklist import Item
from analyzer.model.schema.database_state import DatabaseState


def compare_states(
    expected: DatabaseState, actual: DatabaseState, how: Comparison, engine: Engine
) -> tuple[Item, ...]:
    """Check tables, structure, rows, versions, sequences and constraints, in this order."""
    items = _compared(StatePair(expected, actual, how), engine)
    return tuple(item for item in items if item is not None)


def _compared(pair: StatePair, engine: Engine) -> Iterator[Item | None]:
    yield compare_tables(pair)
    if pair.how.structure:
        yield compare_structure(pair)
    if pair.how.data:
        yield compare_rows(pair)
        yield compare_checksums(pair)
        yield compare_large_objects(pair)
        yield compare_versions(pair)
        yield from compare_sequences(pair, engine.scripts)
    yield compare_constraints(pair)
