"""Checklists in every format: nothing of a database's names acts as markup or control."""

import json

import pytest

from analyzer.model.recovery.checklist import Checklist, failed, passed, unknown
from analyzer.model.recovery.recovery import Misfit
from analyzer.report.recovery.checklist import (
    render_json,
    render_markdown,
    render_misfits,
    render_text,
)

HOSTILE = "a\x1b[31m*b*\n# [c](http://d) `e` <f> @g"


def checklist(*items):
    return Checklist("Before", "db", "2025-01-01T00:00:00+00:00", items)


LIST = checklist(
    passed("tables", "all there"),
    failed("rows", HOSTILE, why="because", fix="run this"),
    unknown("disk-space", "how much", why="far away", fix="df -h"),
)


def test_text_leads_with_the_verdict_and_shows_no_control_characters():
    text = render_text(LIST)

    assert text.startswith("FAILED: 1 of 3 items failed; 1 item could not be checked.\n")
    assert "\x1b" not in text
    assert "fail     rows        a\\x1b[31m" in text
    assert "why: because" in text
    assert "fix: df -h" in text


def test_colour_only_where_it_is_asked_for():
    assert "\x1b[31;1mfail   \x1b[0m" in render_text(LIST, colour=True)


def test_markdown_escapes_what_would_be_markup():
    text = render_markdown(LIST)

    (line,) = (one for one in text.splitlines() if "**fail**" in one)
    assert line.removeprefix("- [ ] **fail** rows: ") == (
        "a\\\\x1b\\[31m\\*b\\*\\\\n\\# \\[c\\]\\(http://d\\) \\`e\\` \\<f\\> \\@g"
    )


def test_json_is_parsed_back():
    found = json.loads(render_json(LIST))

    assert found["passed"] is False
    assert [item["outcome"] for item in found["items"]] == ["pass", "fail", "unknown"]
    assert found["items"][1]["what"] == HOSTILE


@pytest.mark.parametrize(
    ("items", "verdict"),
    [
        pytest.param([passed("a", "b")], "All 1 item passed.", id="passed"),
        pytest.param(
            [passed("a", "b"), unknown("c", "d", why="", fix="")],
            "1 of 2 items passed; 1 item could not be checked.",
            id="unknown",
        ),
    ],
)
def test_unknown_is_not_passed(items, verdict):
    assert render_text(checklist(*items)).splitlines()[0] == verdict


def test_misfits_stand_table_by_table():
    said = render_misfits(
        [Misfit("b", "x", "fix x", 1200), Misfit("a", "y", "fix y"), Misfit("b", "z", "fix z", 1)]
    )

    assert said.splitlines() == [
        "3 things in the old rows that the new schema does not take:",
        "  a",
        "    y",
        "      fix: fix y",
        "  b",
        "    1,200 x x",
        "      fix: fix x",
        "    1 x z",
        "      fix: fix z",
    ]
