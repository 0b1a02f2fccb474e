"""A repair of rows, with files or without: what it says where its run ended in the middle."""

import pytest

from analyzer.engines.results import Cut
from analyzer.operations.repair.row_repair import say_cut


@pytest.mark.parametrize(
    ("cut", "told", "because"),
    [
        pytest.param(
            Cut("\nFATAL: gone\nHINT: wait"),
            "The connection was cut",
            "FATAL: gone",
            id="a server that ends",
        ),
        pytest.param(
            Cut(""),
            "The connection was cut",
            "the server said nothing",
            id="a connection that breaks",
        ),
        pytest.param(
            Cut("lost", lost=True),
            "The rows did not stay as they were",
            "lost",
            id="a file that was committed, and rows that were changed at once",
        ),
    ],
)
def test_a_run_that_ended_in_the_middle_is_told(cut, told, because):
    said = []

    assert say_cut(cut, said.append) == because
    assert said == [f"{told}. Looking at the rows ..."]
