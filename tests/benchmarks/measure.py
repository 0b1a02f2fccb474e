"""Measuring side by side, in turns, so that a busy machine slows all that is compared alike."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from analyzer.records import Struct

ROOT = Path(__file__).resolve().parents[2]
OWN_PEAK = """
import re, runpy, sys
try:
    runpy.run_module("analyzer", run_name="__main__", alter_sys=True)
finally:
    with open("/proc/self/status") as status:  # of this process alone, without git's
        print(re.search(r"VmHWM:\\s*(\\d+)", status.read())[1], file=sys.stderr)
"""


class Row(Struct, frozen=True):
    """One line of the table; ``measured`` and ``limit`` are in the unit that the name tells."""

    name: str
    measured: float
    limit: float
    detail: str

    @property
    def over(self) -> bool:
        """Whether the limit is broken."""
        return self.measured > self.limit

    def __str__(self) -> str:
        verdict = "OVER" if self.over else "ok"
        return f"{self.name:44} {self.measured:8.2f} {self.limit:8.2f}  {verdict:4}  {self.detail}"


def in_turns(
    things: Mapping[str, Callable[[], None]],
    repetitions: int,
    of: Callable[[Sequence[float]], float] = statistics.median,
) -> dict[str, float]:
    """The time of each in seconds, the median ``of`` all; one round before is not counted.

    Without repetitions the only round is counted.
    """
    times: dict[str, list[float]] = {name: [] for name in things}
    for number in range(repetitions + 1):
        for name, run in things.items():
            start = time.perf_counter()
            run()
            if number or not repetitions:
                times[name].append(time.perf_counter() - start)
    return {name: of(found) for name, found in times.items()}


def run(command: list[str], cache: Path | None = None) -> str:
    """Run a command and return what it says on standard error; findings are no failure."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(ROOT)
    if cache is not None:
        environment["XDG_CACHE_HOME"] = str(cache)
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}\nended with {done.returncode}: {done.stderr}")
    return done.stderr


def peak_megabytes(arguments: list[str]) -> float:
    """The most memory that our own process held, its children apart."""
    return int(run([sys.executable, "-c", OWN_PEAK, *arguments]).split()[-1]) / 1024
