"""The repair journal where the disk does not take it."""

import resource

import pytest

from analyzer.errors import EnvironmentToolError
from analyzer.operations.repair.journal_writing import store_script
from analyzer.sources.journal.journal_reading import VARIABLE


@pytest.fixture
def small_disk():
    """No file may grow beyond 100 bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_script_that_finds_no_room_leaves_nothing_behind(tmp_path, monkeypatch, small_disk):
    monkeypatch.setenv(VARIABLE, str(tmp_path))

    with pytest.raises(EnvironmentToolError, match="File too large") as caught:
        store_script("one", "rewrite.sql", "-- " + "x" * 200)

    assert VARIABLE in caught.value.fix
    assert not list(tmp_path.glob("repairs/*"))
