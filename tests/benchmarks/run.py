"""How fast migdoctor is, as ratios to what git itself takes on the same machine at the same time.

    run.py [--small] [--folder FOLDER] [--repetitions N]

Histories are generated once and kept in FOLDER (a temporary one if it is not given). Exit status 1
if a limit is broken. ``--small`` runs everything on small histories, to see that it runs: times of
small histories are mostly the start of Python, so limits mean little there.
"""

import argparse
import compileall
import itertools
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzer.records import Struct

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.application import Application, application
from tests.benchmarks.generate_history import FOLDER, Shape, generate
from tests.benchmarks.measure import ROOT, Row, in_turns, peak_megabytes, run
from tests.proofs import limits_at_size as at_size

START_OF_PYTHON = 0.3  # seconds granted besides git's time
NEW_COMMITS = 100  # since the last run
GATE_COMMITS = 20  # of the main line, in a change that the gate is asked about
GRANTED_TO_CHECK = 0.25  # seconds besides the time of git diff
BEHIND = 0.02  # of the commits: what production lags behind


class Sizes(Struct, frozen=True):
    """The histories that are measured."""

    usual: Shape
    tenth: Shape
    long: Shape
    merging: Shape
    growth: int  # renamed migrations, a quarter of which it is compared with
    application: Shape  # of an ordinary application, whose database is live


FULL = Sizes(
    usual=Shape(40_000, 2_000),
    tenth=Shape(50_000, 5_000),
    long=Shape(500_000, 5_000),
    merging=Shape(500_000, 5_000, merges=0.3),
    growth=6_000,
    application=Shape(1_200, 120, renames=0),
)
SMALL = Sizes(
    usual=Shape(400, 30),
    tenth=Shape(100, 10),
    long=Shape(1_000, 10),
    merging=Shape(1_000, 10, merges=0.3),
    growth=80,
    application=Shape(100, 10, renames=0),
)


class Bench:
    """One repository with the rows of a production that lags behind it."""

    def __init__(self, folder: Path, shape: Shape) -> None:
        name = f"{shape.commits}-{shape.migrations}-{shape.merges}"
        self.repository = folder / f"{name}.git"
        self.rows = folder / f"{name}.rows"
        self.scratch = folder / "caches"
        self.numbers = itertools.count()
        if not self.rows.exists():
            generate(self.repository, shape)
            self._write_rows(round(shape.commits * BEHIND))

    def _git(self, *args: str) -> str:
        command = ["git", f"--git-dir={self.repository}", *args]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def _write_rows(self, behind: int) -> None:
        deployed = self._git("rev-list", "--first-parent", "-1", f"--skip={behind}", "main").strip()
        names = self._git("ls-tree", "--name-only", deployed, f"{FOLDER}/").split()
        versions = [Path(name).name.partition("_")[0] for name in names]
        self.rows.write_text("\n".join(versions) + "\n")

    def bare(self) -> None:
        """What the limits are counted from."""
        words = ["log", "--full-history", "--raw", "-M", "main", "--", FOLDER]
        run(["git", f"--git-dir={self.repository}", *words])

    def arguments(self, ref: str = "main") -> list[str]:
        """What migdoctor is asked."""
        return [
            "diagnose",
            "--repo",
            str(self.repository),
            "--ref",
            ref,
            "--dir",
            FOLDER,
            "--rows",
            str(self.rows),
            "--format",
            "json",
        ]

    def diagnose(self, cache: Path, ref: str = "main") -> None:
        """One run of the command."""
        run([sys.executable, "-m", "analyzer", *self.arguments(ref)], cache)

    @property
    def gate_base(self) -> str:
        """Where a change left the main branch."""
        return f"main~{GATE_COMMITS}"

    def gate_arguments(self) -> list[str]:
        """What the gate is asked."""
        return [
            "check",
            "--repo",
            str(self.repository),
            "--base",
            self.gate_base,
            "--ref",
            "main",
            "--format",
            "json",
        ]

    def empty_cache(self) -> Path:
        """A cache folder that no run has seen, though histories may be kept from an earlier one."""
        folder = self.scratch / f"{self.repository.name}-{next(self.numbers)}"
        shutil.rmtree(folder, ignore_errors=True)
        return folder


def usual_rows(bench: Bench, repetitions: int) -> Iterator[Row]:
    """Cold, warm, and a day later, against git: the fastest of each, as noise only adds.

    The share that is granted to the start of Python is fixed, so a busy minute would count twice.
    """
    warm = bench.empty_cache()
    days = [bench.empty_cache() for _ in range(repetitions + 1)]
    for day in days:
        bench.diagnose(day, f"main~{NEW_COMMITS}")
    todo = iter(days)
    took = in_turns(
        {
            "bare": bench.bare,
            "cold": lambda: bench.diagnose(bench.empty_cache()),
            "warm": lambda: bench.diagnose(warm),
            "later": lambda: bench.diagnose(next(todo)),
        },
        repetitions,
        of=min,
    )
    names = {
        "cold": "cold diagnose",
        "warm": "warm diagnose",
        "later": f"warm, {NEW_COMMITS} commits later",
    }
    for kind, limit in (("cold", 1.3), ("warm", 0.3), ("later", 0.5)):
        ratio = (took[kind] - START_OF_PYTHON) / took["bare"]
        detail = f"{took[kind]:.2f} s, git {took['bare']:.2f} s"
        yield Row(f"({names[kind]} - {START_OF_PYTHON} s) / git log", ratio, limit, detail)


def long_rows(sizes: Sizes, folder: Path, repetitions: int) -> Iterator[Row]:
    """Cost by commit, and memory."""
    tenth, long = Bench(folder, sizes.tenth), Bench(folder, sizes.long)
    took = in_turns(
        {
            "tenth": lambda: tenth.diagnose(tenth.empty_cache()),
            "long": lambda: long.diagnose(long.empty_cache()),
            "bare": long.bare,
        },
        repetitions,
    )
    ratio = took["long"] / sizes.long.commits / (took["tenth"] / sizes.tenth.commits)
    detail = f"{took['long']:.1f} s against {took['tenth']:.1f} s, git {took['bare']:.1f} s"
    yield Row("time a commit, long history / a tenth of it", ratio, 1.0, detail)
    for name, bench in (("long", long), ("merging", Bench(folder, sizes.merging))):
        peak = peak_megabytes([*bench.arguments(), "--no-cache"])
        yield Row(f"peak memory in MB, {name} history", peak, 200, "our own process")


def _installed(folder: Path) -> Path:
    """A Python of its own, with migdoctor installed beside it as users install it."""
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        bare = ("-m", "venv", "--without-pip", str(folder / "venv"))  # ours installs there, too
        subprocess.run([sys.executable, *bare], check=True)
    pip = (sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check")
    install = [*pip, "install", "-q"]
    subprocess.run([*install, "--force-reinstall", "--no-deps", str(ROOT)], check=True)
    return python


def version_row(python: Path, repetitions: int) -> Row:
    """The start of the installed command against the start of its Python."""
    script = str(python.with_name("migdoctor"))
    took = in_turns(
        {
            "bare": lambda: _start(str(python), "-c", "pass"),
            "version": lambda: _start(script, "--version"),
        },
        5 * repetitions,
    )
    detail = f"{took['version'] * 1000:.0f} ms, python {took['bare'] * 1000:.0f} ms"
    return Row("migdoctor --version / python -c pass", took["version"] / took["bare"], 3, detail)


def _start(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def live_rows(sizes: Sizes, folder: Path, repetitions: int) -> Iterator[Row]:
    """A small run with a live database, against Rails' own look at the same rows and files.

    First where nothing diverged, then after some migrations were renamed: there each repair is
    planned, and carried out in memory.
    """
    with tempfile.TemporaryDirectory(dir=folder) as own:
        try:
            with application(Path(own), sizes.application) as ordinary:
                yield _live_row("diagnose, live", ordinary, repetitions, 0.35)
                ordinary.rename()
                yield _live_row("diagnose, live, renamed", ordinary, repetitions, 0.4)
        except pytest.skip.Exception as missing:
            print(f"(no live database: {missing})")


def _live_row(name: str, ordinary: Application, repetitions: int, limit: float) -> Row:
    took = in_turns({"rake": ordinary.rake_status, "diagnose": ordinary.diagnose}, 3 * repetitions)
    detail = f"{took['diagnose'] * 1000:.0f} ms, rake {took['rake'] * 1000:.0f} ms"
    return Row(f"{name} / rake db:migrate:status", took["diagnose"] / took["rake"], limit, detail)


def check_rows(bench: Bench, repetitions: int) -> Iterator[Row]:
    """The gate on a pull request's worth of commits, against git's own comparison of the same."""
    git_dir = f"--git-dir={bench.repository}"
    span = [*bench.gate_arguments()]
    fastest: dict[str, float] = {}
    for number in range(repetitions + 1):
        for name, command in (
            ("git", ["git", git_dir, "diff", "--name-status", "-M", f"{bench.gate_base}...main"]),
            ("check", [sys.executable, "-m", "analyzer", *span]),
        ):
            start = time.perf_counter()
            run(command)
            took = time.perf_counter() - start
            if number or not repetitions:
                fastest[name] = min(took, fastest.get(name, took))
    ratio = fastest["check"] / (fastest["git"] + GRANTED_TO_CHECK)
    detail = f"{fastest['check'] * 1000:.0f} ms, git {fastest['git'] * 1000:.0f} ms"
    yield Row(f"check / (git diff -M + {GRANTED_TO_CHECK} s), minima", ratio, 1.0, detail)
    yield Row("peak memory in MB, check", peak_megabytes(span), 80, "our own process")


def growth_rows(sizes: Sizes, folder: Path, repetitions: int) -> Iterator[Row]:
    """Four times of what is looked at, against the time of once: what is quadratic takes 16 times.

    Renamed migrations, renames that are recorded, and rows that no file ever had.
    """
    once, more = (_Growth(folder, number) for number in (sizes.growth // 4, sizes.growth))
    for name, words in (
        ("check, renames", _Growth.check),
        ("diagnose, renames", _Growth.diagnose),
        ("rewrite, recorded renames", _Growth.rewrite),
        ("diagnose, rows", _Growth.many_rows),
    ):
        took = in_turns(
            {"once": lambda: words(once), "more": lambda: words(more)},  # noqa: B023  run at once
            repetitions,
            of=min,
        )
        detail = f"{took['more']:.2f} s against {took['once']:.2f} s"
        yield Row(f"{name}, 4 times as many / time of once", took["more"] / took["once"], 6, detail)


class _Growth:
    """A repository with so many renames, its record of them, and a hundred times as many rows."""

    def __init__(self, folder: Path, number: int) -> None:
        self.repository = at_size.repository(folder / f"growth-{number}", number, number)
        self.ran = at_size.rows(folder / f"growth-{number}.rows", number)
        self.many = at_size.rows(folder / f"growth-{number}.many", 100 * number, base=1)
        at_size.record(self.repository, number)

    def _run(self, *words: str) -> None:
        run([sys.executable, "-m", "analyzer", *words, "--repo", str(self.repository)])

    def check(self) -> None:
        self._run("check", "--base", "main~1", "--ref", "main")

    def diagnose(self) -> None:
        self._run("diagnose", "--ref", "main", "--rows", str(self.ran), "--no-cache")

    def rewrite(self) -> None:
        self._run("rewrite", "--recorded")

    def many_rows(self) -> None:
        self._run("rename-back", "--ref", "main~1", "--rows", str(self.many))


def rows(sizes: Sizes, folder: Path, repetitions: int) -> Iterator[Row]:
    """All that is measured."""
    here = Path(sys.executable)  # to see that it runs, an installation for development will do
    seen = sizes is SMALL and here.with_name("migdoctor").exists()
    yield version_row(here if seen else _installed(folder), repetitions)
    yield from live_rows(sizes, folder, repetitions)
    yield from usual_rows(Bench(folder, sizes.usual), repetitions)
    yield from check_rows(Bench(folder, sizes.usual), repetitions)
    yield from long_rows(sizes, folder, -(-repetitions // 3))
    yield from growth_rows(sizes, folder, -(-repetitions // 3))


def main() -> int:
    """Print the table; 1 if a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="small histories, to see that it runs")
    parser.add_argument("--folder", type=Path, help="where the histories are kept")
    parser.add_argument("--repetitions", type=int, default=5, help="0: once, just to see")
    given = parser.parse_args()
    compileall.compile_dir(ROOT / "analyzer", quiet=1)
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        print(f"{'':44} measured    limit")
        over = False
        for row in rows(SMALL if given.small else FULL, folder, given.repetitions):
            print(row, flush=True)
            over |= row.over
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
