"""Rewriting rows: which change, which go, which stay."""

from collections import Counter

import pytest
from hypothesis import given

from analyzer.analysis.repair.row_plan import plan_rewrite, rows_after
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.findings.rename import Confidence
from analyzer.model.plans.plan import Refusal, RowPlan, UpdateRow
from tests.support.commands.plans import (
    World,
    deleting,
    file,
    incident,
    inserting,
    rename,
    rewritten,
    shifted,
    updating,
    worlds,
)


def plan(world):
    return plan_rewrite(world.diagnosis, world.table, world.files, RAILS)


def test_the_incident_moves_six_rows_and_leaves_the_other_alone():
    planned = plan(incident())

    assert planned.steps == (
        updating("20250715180254", "20250823000002"),
        updating("20250719192041", "20250823000003"),
        updating("20250719202752", "20250823000004"),
        updating("20250719202803", "20250823000005"),
        updating("20250719202812", "20250823000006"),
        updating("20250719205308", "20250823000007"),
    )
    assert "20250121000000" in planned.after


def test_edits_that_would_be_marked_as_done_are_named():
    assert any(
        "20250823000002_create_system_settings.rb" in note for note in plan(incident()).notes
    )


@pytest.mark.parametrize(
    ("world", "steps"),
    [
        pytest.param(
            shifted(("1_create_a.rb", "2_create_a.rb"), ("2_create_b.rb", "3_create_b.rb")),
            (updating("2", "3"), updating("1", "2")),
            id="a chain from its end",
        ),
        pytest.param(
            shifted(("1_create_a.rb", "2_create_a.rb"), ("2_create_b.rb", "1_create_b.rb")),
            (),
            id="a swap has the same rows before and after",
        ),
        pytest.param(
            shifted(("011_create_a.rb", "012_create_a.rb"), others=["011_create_new.rb"]),
            (updating("011", "12"),),
            id="a new file's version is free again, and zeros are dropped as Rails does",
        ),
        pytest.param(
            World(
                ("10", "20"),
                (file("10_create_a.rb"), file("20_create_a.rb")),
                (file("20_create_a.rb"),),
                (rename(file("10_create_a.rb"), file("20_create_a.rb")),),
            ),
            (deleting("10"),),
            id="recorded under the new version already",
        ),
        pytest.param(
            World(
                ("013", "13", "13"),
                (file("013_create_a.rb"),),
                (file("20_create_a.rb"),),
                (rename(file("013_create_a.rb"), file("20_create_a.rb")),),
            ),
            (deleting("13"), deleting("13"), updating("013", "20")),
            id="doubles of a touched version go",
        ),
        pytest.param(
            World(("1", "01"), (file("1_create_a.rb"),), (file("1_create_a.rb"),)),
            (deleting("01"),),
            id="doubles of another version go too",
        ),
        pytest.param(
            World(
                ("1", "2"),
                (file("1_create_a.rb"), file("2_create_gone.rb")),
                (file("2_create_a.rb"),),
                (rename(file("1_create_a.rb"), file("2_create_a.rb")),),
            ),
            (deleting("1"),),
            id="the row of a deleted migration stands for the file that has its version now",
        ),
        pytest.param(
            World((), (), (file("2_a.rb"),), (rename(file("1_a.rb"), file("2_a.rb")),)),
            (),
            id="what never ran has no row",
        ),
    ],
)
def test_the_rows_follow_their_files(world, steps):
    planned = plan(world)

    assert planned.steps == steps
    assert list(planned.after) == rows_after(planned.before, steps)


@pytest.mark.parametrize(
    ("world", "note"),
    [
        pytest.param(
            World(("1",), (file("1_create_a.rb"),), (file("1_create_b.rb"),)),
            "row 1 is left alone: 1_create_a.rb, which ran, is deleted, and the row hides"
            " 1_create_b.rb, which never ran",
            id="a deleted migration's row hides a file",
        ),
        pytest.param(
            World(("1",), (file("1_create_a.rb"),), ()), "migrations are deleted: 1", id="deleted"
        ),
        pytest.param(
            shifted(("01_create_a.rb", "2_create_a.rb"), ("2_create_b.rb", "01_create_b.rb")),
            "these exchanged their versions and all of them ran: 2_create_a.rb, 01_create_b.rb",
            id="swap",
        ),
        pytest.param(World(("1",), (), ()), "no history here knows them: 1", id="orphan"),
    ],
)
def test_rows_that_cannot_be_mended_are_left_alone_with_a_note(world, note):
    planned = plan(world)

    assert planned.steps == ()
    assert planned.before == planned.after
    assert any(note in one for one in planned.notes)


def test_an_ambiguous_pair_is_refused():
    pair = rename(file("1_create_a.rb"), file("2_add_a.rb"), Confidence.AMBIGUOUS)

    refusal = plan(World((), (), (), (pair,)))

    assert isinstance(refusal, Refusal)
    assert refusal.settle == ("--accept 1=2",)


def test_the_names_are_those_of_before_and_of_after():
    planned = plan(shifted(("1_create_a.rb", "2_create_a.rb"), ("2_create_b.rb", "3_create_b.rb")))

    assert planned.names == (("1", "1_create_a.rb"), ("2", "2_create_b.rb"))
    assert planned.names_after == (("2", "2_create_a.rb"), ("3", "3_create_b.rb"))


def test_the_inverse_of_a_deletion_puts_the_row_back():
    planned = RowPlan(plan(incident()).table, ("1", "2"), (deleting("1"),), ("2",))

    assert planned.inverse().steps == (inserting("1"),)


# Laws


@given(worlds())
def test_afterwards_every_migration_that_ran_has_its_row_and_no_other(world):
    planned = plan(world)

    after = Counter(int(text) for text in rewritten(world.rows, planned))

    today = {one.blob: one.version.key for one in world.now}
    ran = {one.blob for one in world.then}
    left = {one.version.key for one in world.then if one.blob not in today}
    assert all(after[today[blob]] for blob in ran if blob in today)
    for blob, number in today.items():
        assert blob in ran or number in left or not after[number]


@given(worlds())
def test_rows_that_their_file_attests_are_never_touched(world):
    planned = plan(world)
    today = {(one.blob, one.version.key) for one in world.now}

    touched = {
        step.before.version if isinstance(step, UpdateRow) else step.row.version
        for step in planned.steps
    }

    kept = {one.version.key for one in world.then if (one.blob, one.version.key) in today}
    assert not kept & {int(text) for text in touched if not text.startswith("-")}


@given(worlds())
def test_undo_restores_the_rows(world):
    planned = plan(world)

    there = rewritten(world.rows, planned)

    assert tuple(there) == planned.after
    assert rewritten(there, planned.inverse()) == sorted(world.rows)


@pytest.mark.parametrize(
    ("rows", "steps"),
    [
        pytest.param(["13", "013"], [deleting("013")], id="leading zero second"),
        pytest.param(["013", "13"], [deleting("013")], id="leading zero first"),
        pytest.param(["13", "13", "013"], [deleting("13"), deleting("013")], id="three of them"),
        pytest.param(["0013", "013"], [deleting("013")], id="neither is Rails' own"),
    ],
)
def test_a_row_stored_twice_is_there_once_afterwards(rows, steps):
    world = World(tuple(rows), (file("13_create_songs.rb"),), (file("13_create_songs.rb"),))

    plan = plan_rewrite(world.diagnosis, world.table, world.files, RAILS)

    assert isinstance(plan, RowPlan)
    assert list(plan.steps) == steps
    assert len(plan.after) == 1
    assert any("stored twice" in note for note in plan.notes)
