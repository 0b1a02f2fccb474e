"""Very many rows, packed: each comes out as it went in, with all that it holds."""

from hypothesis import given
from hypothesis import strategies as st

from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.core.packed_rows import PackedRows
from analyzer.model.core.table_row import NO_COLUMNS, Columns
from analyzer.sources.files.stored import StoredRows

TEXTS = st.integers(0, 2 * 10**20).map(str) | st.sampled_from(["013", "0", "13x", "x", " 7", ""])
COLUMNS = st.just(NO_COLUMNS) | st.builds(
    lambda name, batch: Columns(("name", "batch"), [name, batch]),
    st.none() | st.text(max_size=5),
    st.none() | st.integers(0, 9).map(str),
)
ROWS = st.lists(st.tuples(TEXTS, COLUMNS), max_size=12)


def packed(rows) -> PackedRows:
    stored = StoredRows("rows.txt")
    for line, (text, columns) in enumerate(rows, start=1):
        stored.add(text, line, columns)
    numbering = RAILS.numbering
    odd = {at: numbering.read(text or "") for at, text in stored.odd.items()}
    return PackedRows(
        "default", "rows.txt", stored.numbers, stored.lines, odd, numbering.plain, stored.columns
    )


@given(ROWS)
def test_rows_come_out_as_they_went_in(rows):
    found = [*packed(rows)]

    assert [(row.version.text, row.columns) for row in found] == rows
    assert [row.version for row in found] == [RAILS.numbering.read(text) for text, _ in rows]
    assert [row.origin.line for row in found] == [*range(1, len(rows) + 1)]


@given(ROWS, st.sets(st.sampled_from(["0", "7", "13", "100"])), st.integers(0, 3))
def test_those_that_some_file_had_are_found(rows, carried, others):
    keys = frozenset(RAILS.numbering.read(text).key for text in carried)

    found = packed(rows).known(keys, RAILS.numbering.plain_numbers(keys), others)

    every = [*packed(rows)]
    wanted = [row for row in every if row.version.key in keys]
    spare = [row for row in every if row.version.key not in keys][:others]
    assert sorted(found, key=lambda row: row.origin.line) == sorted(
        [*wanted, *spare], key=lambda row: row.origin.line
    )


def test_rows_that_hold_nothing_else_share_it():
    one, other = packed([("1", NO_COLUMNS), ("2", NO_COLUMNS)])

    assert one.columns is other.columns is NO_COLUMNS
