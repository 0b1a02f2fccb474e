"""The fault script for fleets, small: every rule holds at a few moments."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    "few",
    [
        pytest.param(["--moments", "1", "--tenants", "12"], id="schemas"),
        pytest.param(["--each-database", "--moments", "1", "--tenants", "12"], id="databases"),
    ],
)
def test_killed_at_a_few_random_moments_a_fleet_is_never_half_done(few, postgres18):
    script = ROOT / "tests/proofs/faults_fleet.py"
    done = subprocess.run(
        [sys.executable, script, *few, "--servers", "18"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("Every rule held.\n")
