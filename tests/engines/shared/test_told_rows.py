"""A script says what it does to rows by kind: those that go are not rewritten."""

import pytest

from analyzer.engines.shared.file_runs import told_rows
from analyzer.model.core.table_row import TableRow
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.plan import DeleteRow, InsertRow, RowPlan, UpdateRow

TABLE = TableName("changes")


def update(old: str, new: str) -> UpdateRow:
    return UpdateRow(TableRow(old), TableRow(new))


def delete(row: str) -> DeleteRow:
    return DeleteRow(TableRow(row))


PLANS = {
    "rewrote 1 row of T.": (["1", "2"], [update("2", "3")]),
    "rewrote 2 rows of T, removed 2.": (
        ["1", "2", "3", "4"],
        [update("1", "5"), delete("3"), update("2", "6"), delete("4")],
    ),
    "removed 1 row of T.": (["1", "2"], [delete("1")]),
    "removed 3 rows of T.": (["1", "1", "1"], [delete("1")]),
    "added 1 row of T.": (["1"], [InsertRow(TableRow("2"))]),
    "rewrote 1 row of T, removed 1, added 1.": (
        ["1", "2"],
        [update("1", "3"), delete("2"), InsertRow(TableRow("4"))],
    ),
    "rewrote 2 rows of T.": (["1", "2"], [update("1", "t"), update("2", "1"), update("t", "2")]),
    "rewrote 3 rows of T.": (["1", "2", "3"], [update(f"{n}", f"{n + 1}") for n in (3, 2, 1)]),
    "rewrote 0 rows of T.": (["1"], []),
}


@pytest.mark.parametrize("told", PLANS)
def test_each_kind_is_counted_by_itself(told):
    before, steps = PLANS[told]
    plan = RowPlan(TABLE, tuple(before), tuple(steps), ())

    assert told_rows(plan, "T", done=True) == told
    lead = told_rows(plan, "T", done=False)
    assert lead.split()[0] in {"Rewrites", "Removes", "Adds"}  # how a script of ours is known
