"""The fault script, small: that it runs, and that every rule holds at a few moments."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("of files", "of rows", "of both")


def test_at_a_few_random_moments_nothing_is_ever_half_done():
    done = subprocess.run(
        [
            sys.executable,
            ROOT / "tests/proofs/faults_apply.py",
            "--moments",
            "1",
            "--servers",
            "18",
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("Every rule held.\n")
    for kind in KINDS:
        lines = [line for line in done.stdout.splitlines() if kind in line]
        assert len(lines) >= 2  # apply and undo
        assert all(line.endswith("; 0 broken") for line in lines)
