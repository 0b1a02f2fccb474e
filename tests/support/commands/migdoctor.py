"""The real command, run as a user runs it."""

import os
import sys
from pathlib import Path

from analyzer.records import Struct
from tests.support.commands import warm

ROOT = Path(__file__).resolve().parents[3]


class Done(Struct, frozen=True):
    """How it ended: its exit status, and both of its outputs."""

    status: int
    out: str
    err: str


def command(*arguments: str) -> list[str]:
    """The words that run this very migdoctor."""
    return [sys.executable, "-m", "analyzer", *arguments]


def environment(**variables: str) -> dict[str, str]:
    """The variables that it needs, with others on top."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80", **variables}


def migdoctor(cwd: Path, *arguments: str, **variables: str) -> Done:
    """Run it to its end."""
    done = warm.run_text([*arguments], cwd, environment(**variables))
    return Done(done.returncode, done.stdout, done.stderr)
