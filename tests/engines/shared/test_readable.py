"""Waiting for a pipe: nothing, something, its end; and a descriptor beyond what select takes."""

import fcntl
import os
import resource

import pytest

from analyzer.engines.shared.readable import is_readable

BEYOND = 1024


@pytest.fixture(params=["low", "high"])
def ends(request):
    reading, writing = os.pipe()
    if request.param == "high":
        if resource.getrlimit(resource.RLIMIT_NOFILE)[0] <= BEYOND:
            pytest.skip("no descriptor can be as high here: ulimit -n")
        moved = fcntl.fcntl(reading, fcntl.F_DUPFD, BEYOND)
        os.close(reading)
        reading = moved
    with os.fdopen(reading, "rb") as pipe, os.fdopen(writing, "wb", buffering=0) as feed:
        yield pipe, feed


def test_what_is_there_is_told_and_so_is_the_end(ends):
    pipe, feed = ends

    assert not is_readable(pipe, 0.01)
    feed.write(b"x")
    assert is_readable(pipe, 0)
    assert pipe.read1(1) == b"x"
    feed.close()
    assert is_readable(pipe, 0)
