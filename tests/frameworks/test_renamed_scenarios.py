"""A migration that got a later number after it ran, under each framework: every command answers.

The scenarios lie in ``fixtures/NAME-renamed``; what the next run does is what the tool itself did.
"""

import pytest

from analyzer.frameworks.registry import MEMBERS
from tests.support.frameworks.renamed_checks import (
    SHOWN,
    App,
    check_files_go_back,
    check_follow_up,
    check_foretold,
    check_gate,
    check_live,
    check_shown,
)
from tests.support.frameworks.renamed_scenarios import ROOT, TOLD, files_of

_TOLD_ELSEWHERE = {"rails", "django"}
_OF_EACH_KIND = ("knex", "kysely")  # the others live elsewhere, all in proofs/renamed_live.py


def test_the_folders_are_what_the_generator_writes():
    assert {*MEMBERS} - _TOLD_ELSEWHERE == {it.name for it in TOLD}
    for told in TOLD:
        folder = ROOT / "fixtures" / f"{told.name}-renamed"
        files = (it for it in folder.rglob("*") if it.is_file() and it.name not in SHOWN)
        there = {it.relative_to(folder).as_posix(): it.read_text("utf-8") for it in files}
        assert there == files_of(told)


@pytest.mark.parametrize("told", TOLD, ids=lambda it: it.name)
def test_each_command_answers_from_a_list(told, tmp_path):
    app = App.build(told, tmp_path)

    check_foretold(app, *app.listed)
    check_gate(app)
    check_follow_up(app)
    check_shown(app)
    check_files_go_back(app)
    written = app.run("rewrite", "--format", "sql", *app.listed)
    assert written.status == 0, written.err
    assert told.key(told.new).partition("::")[0] in written.out


@pytest.mark.parametrize(
    "told", [it for it in TOLD if it.name in _OF_EACH_KIND], ids=lambda it: it.name
)
def test_the_row_follows_and_comes_back(told, tmp_path, database):
    check_live(App.build(told, tmp_path), database)
