"""Programs that are run to their end, whatever they say on which stream and when."""

import subprocess
import sys

import pytest

from analyzer import limits
from analyzer.errors import RepositoryError
from analyzer.sources.files.bounded import run_bounded

_MANY = 1 << 20  # bytes; more than a pipe holds


def _run(code, **how):
    return run_bounded(
        [sys.executable, "-S", "-c", f"import os, sys, time; {code}"],
        limits.GIT_BYTES,
        RepositoryError,
        environment={},
        **how,
    )


@pytest.mark.parametrize(
    ("code", "out", "said"),
    [
        pytest.param("os.close(2); os.write(1, b'x')", b"x", b"", id="complaints end first"),
        pytest.param("os.close(1); os.write(2, b'y')", b"", b"y", id="output ends first"),
        pytest.param("pass", b"", b"", id="nothing is said"),
        pytest.param(
            f"sys.stderr.write('y' * {_MANY}); os.write(1, b'x')",
            b"x",
            b"y" * limits.SAID_BYTES,
            id="many complaints before the output",
        ),
        pytest.param(
            f"sys.stdout.write('x' * {_MANY}); sys.stdout.flush(); os.write(2, b'y')",
            b"x" * _MANY,
            b"y",
            id="much output before a complaint",
        ),
    ],
)
def test_both_streams_are_read_to_their_ends(code, out, said):
    done = _run(code)

    assert (done.returncode, done.stdout, done.stderr) == (0, out, said)


def test_what_is_said_to_a_program_waits_for_nothing_that_it_says():
    done = _run("sys.stdout.write(sys.stdin.read())", say=b"z" * _MANY)

    assert done.stdout == b"z" * _MANY


def test_a_program_that_takes_too_long_is_given_up():
    with pytest.raises(subprocess.TimeoutExpired):
        _run("time.sleep(60)", longest=0.2)
