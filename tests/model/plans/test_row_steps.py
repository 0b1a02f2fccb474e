"""Steps on whole rows: their inverse, their form in the journal, and what they leave."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.analysis.repair.row_plan import rows_after
from analyzer.model.core.table_row import NO_COLUMNS, Columns, TableRow
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.plan import DeleteRow, InsertRow, RowPlan, UpdateRow
from analyzer.model.plans.repair_journal import (
    Actor,
    Repair,
    RepairKind,
    RepairState,
    RepositoryIdentity,
    StoredScript,
)
from analyzer.model.plans.repair_journal_document import (
    from_document,
    read_row_steps,
    step_document,
    to_document,
)
from analyzer.records import replace
from tests.support.commands.plans import deleting, inserting, updating

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
VALUES = st.tuples(st.none() | TEXTS, st.none() | TEXTS)
WHOLE = st.builds(
    lambda version, values: TableRow(version, Columns(("name", "checksum"), values)), TEXTS, VALUES
)
BARE = st.builds(TableRow, TEXTS)


def steps_on(rows):
    return st.one_of(
        st.builds(UpdateRow, rows, rows), st.builds(DeleteRow, rows), st.builds(InsertRow, rows)
    )


STEPS = steps_on(WHOLE) | steps_on(BARE)


@given(STEPS)
def test_the_inverse_of_the_inverse_is_the_step(step):
    assert step.inverse().inverse() == step


@given(st.lists(WHOLE, max_size=5), st.lists(steps_on(WHOLE), max_size=5))
def test_a_plan_and_its_inverse_leave_the_rows_as_they_were(rows, steps):
    here = Counter(row.text for row in rows)
    needed = Counter(
        row.text
        for it in steps
        if not isinstance(it, InsertRow)
        for row in [it.before if isinstance(it, UpdateRow) else it.row]
    )
    before = sorted((here + needed).elements())
    after = rows_after(before, steps)
    plan = RowPlan(TableName("changes"), tuple(before), tuple(steps), tuple(after))

    assert rows_after(after, plan.inverse().steps) == before


class Entry:
    """As much of a journal entry as holds steps, once it was written and read."""

    def __init__(self, *documents):
        self.steps = tuple(json.loads(json.dumps(document)) for document in documents)


@given(st.lists(STEPS, max_size=4))
def test_the_journal_gives_back_what_was_written(steps):
    assert read_row_steps(Entry(*map(step_document, steps))) == tuple(steps)


def test_rows_without_more_are_written_as_they_always_were():
    assert [
        step_document(step) for step in (updating("1", "2"), deleting("3"), inserting("4"))
    ] == [
        {"step": "UpdateRow", "old": "1", "new": "2"},
        {"step": "DeleteRow", "version": "3"},
        {"step": "InsertRow", "version": "4"},
    ]


def test_entries_of_earlier_releases_are_read():
    old = Entry(
        {"step": "UpdateRow", "old": "1", "new": "2"},
        {"step": "DeleteRow", "version": "3"},
        {"step": "InsertRow", "version": "4"},
    )

    assert read_row_steps(old) == (updating("1", "2"), deleting("3"), inserting("4"))


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"step": "DropEverything", "version": "1"}, id="no such step"),
        pytest.param({"step": "UpdateRow", "old": "1"}, id="half a step"),
        pytest.param({"step": "DeleteRow", "version": "1", "more": "x"}, id="a field too many"),
    ],
)
def test_what_is_no_step_is_refused(document):
    with pytest.raises((KeyError, TypeError, ValueError)):
        read_row_steps(Entry(document))


@given(WHOLE, WHOLE)
def test_rows_are_told_apart_by_all_that_they_hold(one, other):
    assert (one == other) is (one.text == other.text)
    assert hash(one) == hash(
        TableRow(one.version, Columns(("name", "checksum"), one.columns.values()))
    )


def test_columns_are_a_mapping_that_nothing_changes():
    columns = Columns(("name", "checksum"), ["a", None])

    assert dict(columns) == {"name": "a", "checksum": None}
    assert columns.having({"name": "b"}) == {"name": "b", "checksum": None}
    assert dict(columns) == {"name": "a", "checksum": None}
    assert not NO_COLUMNS
    with pytest.raises(KeyError):
        columns["batch"]
    with pytest.raises(ValueError, match="name"):
        Columns(("name",), [])


def repair() -> Repair:
    kept = StoredScript("/kept/script", "0" * 64)
    return Repair(
        "r1",
        RepairKind.RENAME_BACK,
        RepairState.DONE,
        "2025-01-01T00:00:00Z",
        "2025-01-01T00:00:00Z",
        Actor("who", "host"),
        "migdoctor",
        RepositoryIdentity("/app", None),
        kept,
        kept,
        "sha256:1",
        None,
    )


def test_the_journal_names_the_versions_column_only_where_it_has_another_name():
    assert "version_column" not in to_document(repair())
    told = to_document(replace(repair(), version_column="migration_name"))
    assert from_document(json.loads(json.dumps(told))).version_column == "migration_name"
    assert from_document(to_document(repair())) == repair()
