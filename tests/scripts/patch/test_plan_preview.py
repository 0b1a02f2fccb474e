"""Previews that people read."""

import pytest

from analyzer.analysis.repair.file_plan import plan_rename_back
from analyzer.analysis.repair.row_plan import plan_rewrite
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.plan import FilePlan, MoveFile, ReplaceLine, RowPlan
from analyzer.scripts.patch.plan_preview import render_move_preview, render_row_preview
from tests.support.commands.plans import incident, shifted, updating

TABLE = TableName("schema_migrations", "public")


def test_renames_show_the_name_before_and_after():
    plan = FilePlan(
        (
            MoveFile("a/2_b.rb", "a/1_a.rb"),
            ReplaceLine("a/1_a.rb", 3, "class B < M", "class A < M"),
        ),
        (MoveFile("a/2_b.rb", "a/1_a.rb"),),
    )

    assert render_move_preview(plan) == (
        "rename from a/2_b.rb\nrename to   a/1_a.rb\n@@ line 3 @@\n-class B < M\n+class A < M\n"
    )


def test_the_incident_fits_on_a_narrow_terminal():
    world = incident()
    plan = plan_rename_back(world.diagnosis, world.files, {}, RAILS)

    lines = render_move_preview(plan).splitlines()

    assert len(lines) == 14
    assert max(map(len, lines)) <= 80


def test_names_cannot_play_tricks_on_the_terminal():
    plan = FilePlan((), (MoveFile("a\n\x1b[2J\u202e\udcff", "b\t\x9b"),))

    assert render_move_preview(plan) == (
        "rename from a\\n\\x1b[2J\\u202e\\xff\nrename to   b\\t\\x9b\n"
    )


def test_rows_are_shown_before_and_after_with_their_files():
    world = shifted(("1_create_a.rb", "2_create_a.rb"), ("2_create_b.rb", "10_create_b.rb"))
    plan = plan_rewrite(world.diagnosis, world.table, world.files, RAILS)
    assert isinstance(plan, RowPlan)

    assert render_row_preview(plan) == (
        "--- public.schema_migrations before\n"
        "+++ public.schema_migrations after\n"
        "@@ -1,2 +1,2 @@\n"
        "-1  1_create_a.rb\n"
        "-2  2_create_b.rb\n"
        "+2  2_create_a.rb\n"
        "+10  10_create_b.rb\n"
    )


def test_rows_far_from_a_change_are_left_out():
    rows = [str(number) for number in range(10, 30)]
    plan = RowPlan(TABLE, tuple(rows), (updating("29", "99"),), (*rows[:-1], "99"))

    assert render_row_preview(plan).splitlines()[2:] == [
        "@@ -17,4 +17,4 @@",
        " 26",
        " 27",
        " 28",
        "-29",
        "+99",
    ]


@pytest.mark.parametrize(
    "preview",
    [
        pytest.param(render_move_preview(FilePlan((), ())), id="files"),
        pytest.param(render_row_preview(RowPlan(TABLE, ("1",), (), ("1",))), id="rows"),
    ],
)
def test_nothing_to_change_is_shown_as_nothing(preview):
    assert preview == ""
