"""A file that was renamed, edited and renamed back: the text of before is what ran."""

from datetime import UTC, datetime

import pytest

from analyzer.analysis.renames.last_seen import texts_before_return
from analyzer.model.core.history import Commit, FileEvent, History

OLD, NEW = "migrations/1_songs.js", "migrations/2_songs.js"
MADE = FileEvent("A", OLD, "ran")
MENDED = FileEvent("M", OLD, "mended")
AWAY = FileEvent("R", NEW, "edited", OLD, "mended", 60)
BACK = FileEvent("R", OLD, "edited", NEW, "edited", 100)
GONE = FileEvent("D", OLD, "mended")
ANOTHER = FileEvent("A", OLD, "other")


def history(*events: FileEvent, parents: dict[int, tuple[str, ...]] | None = None) -> History:
    day = datetime(2025, 1, 1, tzinfo=UTC)
    commits = [
        Commit(str(n), (parents or {}).get(n, (str(n - 1),) if n else ()), "", day, "", (event,))
        for n, event in enumerate(events)
    ]
    return History((str(len(events) - 1),), tuple(commits))


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ((MADE, AWAY, BACK), "ran"),
        ((MADE, MENDED, AWAY, BACK), "ran"),  # as of equal commits the first one was deployed
        ((AWAY, BACK), "mended"),  # where the beginning is cut off
        ((MADE, GONE, BACK), "ran"),
        ((MADE, AWAY), None),
        ((MADE, GONE, ANOTHER), None),  # another migration of that name
        ((MADE, MENDED), None),
    ],
)
def test_the_text_of_before_the_file_left_its_name(events, found):
    assert texts_before_return(history(*events), [OLD]).get(OLD) == found


def test_a_name_that_another_branch_gave_did_not_come_back():
    apart = history(MADE, AWAY, BACK, parents={1: ("0",), 2: ("0",)})

    assert texts_before_return(apart, [OLD]) == {}


def test_only_the_wanted_paths_are_looked_for():
    assert texts_before_return(history(MADE, AWAY, BACK), [NEW]) == {}
