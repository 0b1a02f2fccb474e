"""The benchmarks run and print every ratio; whether limits hold, only a quiet machine can say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.generate_history import FOLDER, Shape, generate
from tests.support.frameworks.rails import demand_rails

RUN = Path(__file__).with_name("run.py")
ROWS = (
    "migdoctor --version",
    "diagnose, live / rake",
    "diagnose, live, renamed / rake",
    "(cold diagnose",
    "(warm diagnose",
    "(warm, 100 commits later",
    "check / (git diff",
    "peak memory in MB, check",
    "time a commit",
    "peak memory in MB, long",
    "peak memory in MB, merging",
    "check, renames, 4 times",
    "diagnose, renames, 4 times",
    "rewrite, recorded renames, 4 times",
    "diagnose, rows, 4 times",
)


@pytest.mark.rails
def test_the_small_benchmarks_print_every_ratio():
    demand_rails()
    done = subprocess.run(
        [sys.executable, str(RUN), "--small", "--repetitions", "0"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode in (0, 1), done.stderr
    for name in ROWS:
        line = rf"^{re.escape(name)}.* +-?[\d.]+ +[\d.]+  (ok|OVER)"
        assert re.search(line, done.stdout, re.MULTILINE)


def test_the_small_benchmark_of_environments_prints_its_ratio():
    script = Path(__file__).with_name("environments.py")
    done = subprocess.run(
        [sys.executable, str(script), "--small", "--repetitions", "0"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode in (0, 1), done.stderr
    line = r"^six environments / the slowest +[\d.]+ +1\.50  (ok|OVER)"
    assert re.search(line, done.stdout, re.MULTILINE)


def test_the_small_benchmark_of_a_fleet_prints_every_ratio():
    script = Path(__file__).with_name("fleet.py")
    done = subprocess.run(
        [sys.executable, str(script), "--small", "--tenants", "20", "--repetitions", "0"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode in (0, 1), done.stderr
    for name in ("diagnose / (plain look", "peak memory in MB, fleet", "rewrite / (psql loop"):
        line = rf"^{re.escape(name)}.* +[\d.]+ +[\d.]+  (ok|OVER)"
        assert re.search(line, done.stdout, re.MULTILINE), done.stdout


def test_the_same_arguments_generate_the_same_history(tmp_path):
    shape = Shape(300, 30, merges=0.3, renames=0.2)
    tips = [
        subprocess.run(
            ["git", f"--git-dir={generate(tmp_path / name, shape)}", "rev-parse", "main"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for name in ("one", "other")
    ]

    assert tips[0] == tips[1]


def test_a_generated_history_is_what_was_asked_for(tmp_path):
    made = generate(tmp_path / "made", Shape(1000, 50, merges=0.3, renames=0.2))

    def git(*args: str) -> str:
        return subprocess.run(
            ["git", f"--git-dir={made}", *args], check=True, capture_output=True, text=True
        ).stdout

    assert 1000 <= int(git("rev-list", "--count", "main")) <= 1020
    assert 270 <= int(git("rev-list", "--count", "--merges", "main")) <= 330
    kinds = re.findall(r" ([AR])\d*\t", git("log", "--raw", "-M", "main", "--", FOLDER))
    assert kinds.count("A") >= 50
    assert kinds.count("R") >= 8
