"""Advice as text: what a person in a hurry reads first."""

import pytest

from analyzer.frameworks.rails import names as rails
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.advice import Advice, AdviceForAll
from analyzer.model.findings.prediction import Loss, LossKind
from analyzer.records import replace
from analyzer.report.advice.advice_text import render
from tests.analysis.advice.test_option_rating import RENAMED

NAME = "20250101000000_drop_songs.rb"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(300, "DATA LOSS: the next migrate drops table songs", id="rows"),
        pytest.param(None, "DATA LOSS: the next migrate drops table songs", id="nobody counted"),
        pytest.param(0, "drops table songs; it holds no rows: nothing is lost.", id="no rows"),
    ],
)
def test_the_loss_of_a_table_that_is_empty_is_none(rows, said):
    file = MigrationFile(f"db/migrate/{NAME}", rails.parse_name(NAME), "0" * 40)
    loss = Loss(file, "drops table songs", LossKind.TABLE, "songs", 2, rows)

    text = render(AdviceForAll((Advice(replace(RENAMED, losses=(loss,)), ()),)), 100, colour=False)

    assert said in text
    assert ("DATA LOSS" in text) == (rows != 0)


def test_characters_that_take_two_columns_do_not_make_a_line_too_wide():
    place = "表" * 4 + " "
    told = replace(RENAMED, stops=place * 30)

    text = render(AdviceForAll((Advice(told, ()),)), 80, colour=False)

    lines = [line for line in text.splitlines() if "表" in line]
    assert len(lines) > 2
    assert all(len(line) + line.count("表") <= 80 for line in lines)
