"""The fault script, small: that it runs, and that every rule holds at a few moments."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("kind", ["of files", "of rows", "of both"])
def test_at_a_few_random_moments_nothing_is_ever_half_done(kind, postgres18):
    done = subprocess.run(
        [
            sys.executable,
            ROOT / "tests/proofs/faults_apply.py",
            "--moments",
            "1",
            "--servers",
            "18",
            "--only",
            kind,
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("Every rule held.\n")
    assert " 0 broken" in done.stdout
