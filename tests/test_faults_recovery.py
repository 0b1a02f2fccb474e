"""The scripts of faults and of cost run, small; in full size they are run by hand."""

import re
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, words)], capture_output=True, text=True, check=False, timeout=600
    )


def test_no_fault_loses_a_row():
    done = run(
        TESTS / "proofs" / "faults_recovery.py",
        "--kills",
        1,
        "--bytes",
        1,
        "--restarts",
        0,
        "--rows",
        100,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    found = re.findall(r"^(.{42}) +(\d+) of +(\d+) good", done.stdout, re.MULTILINE)
    assert [(name.strip().partition(" (")[0], int(good)) for name, good, _ in found] == [
        ("a dump that is truncated", 1),
        ("a dump that was altered", 1),
        ("a full disk", 3),
        ("SIGKILL during recover full", 1),
    ]


def test_the_cost_is_printed_as_ratios():
    done = run(TESTS / "benchmarks" / "recovery.py", "cost", "--megabytes", 4, "--repetitions", 1)

    assert done.returncode in (0, 1), done.stderr
    for name in ("backup with checksums", "backup without checksums", "memory, twice the size"):
        assert re.search(rf"^{name}.* +[\d.]+ +[\d.]+  (ok|OVER)", done.stdout, re.MULTILINE)
