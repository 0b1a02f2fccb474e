"""Replay the gate over a public history: every merge, or every commit of the main line.

Usage: python tests/proofs/oracle_gate.py
            REPO [--ref REV] [--squash] [--tips] [--every N] [--most N] [-v]

REPO is a git repository, bare ones too. Each merge is checked as a pull request would be: against
its first parent, by what was merged (--tips: by the branch's own tip). --squash checks every commit
of the first-parent line against the one before. What git itself says of each step is the truth:
a pair (R, at 50 %) whose version differs must be found, and a step in which no merged migration
was touched must have no finding but notes. Prints both counts and the times; exit status 1 where a
rename was missed or a clean step has findings.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from analyzer.records import Struct, field

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from analyzer.errors import AnalyzerError
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.core.migration import MigrationName
from analyzer.model.findings.finding import Finding, Severity
from analyzer.workflow.gate.check import GateOptions, check
from analyzer.workflow.reading.request import Request

FOLDERS = ("db/migrate/", "db/post_migrate/")
CAUGHT = {"MD301", "MD304", "MD306"}  # a pair that git sees may be two migrations


class Step(Struct, frozen=True, dict=True):
    base: str
    head: str


class Score(Struct, dict=True):
    steps: int = 0
    clean: int = 0
    renames: int = 0
    missed: list[str] = field(default_factory=list)
    by_other_name: int = 0  # found, but not as a rename
    alarms: list[str] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def git(repo: str, *args: str) -> str:
    done = subprocess.run(["git", "-C", repo, *args], check=True, capture_output=True)
    return done.stdout.decode("utf-8", "surrogateescape")


def steps(repo: str, ref: str, *, squash: bool, tips: bool) -> Iterator[Step]:
    chosen = ["--first-parent"] if squash else ["--merges"]
    for line in git(repo, "log", "--format=%H %P", *chosen, ref).splitlines():
        commit, *parents = line.split()
        if parents:
            yield Step(parents[0], parents[1] if tips and len(parents) > 1 else commit)


def touched(repo: str, step: Step) -> tuple[list[tuple[str, str]], bool]:
    """The version renames that git sees, and whether any merged migration was touched."""
    base = git(repo, "merge-base", step.base, step.head).strip()
    wanted = [f":(glob)**/{folder}**" for folder in FOLDERS]  # a partial clone lacks the rest
    said = git(repo, "diff", "-z", "--name-status", "-M", "-l0", base, step.head, "--", *wanted)
    fields = iter(said.split("\0"))
    renames, dirty = [], False
    for kind in fields:
        if not kind:
            break
        old = next(fields)
        new = next(fields) if kind[0] in "RC" else old
        if kind[0] == "A" or not (_name(old) or _name(new)):
            continue
        dirty = True
        one, other = _name(old), _name(new)
        if kind[0] == "R" and one and other and one.version != other.version:
            renames.append((old, new))
    return renames, dirty


def _name(path: str) -> MigrationName | None:
    folder = next((it for it in FOLDERS if path.startswith(it) or f"/{it}" in path), None)
    if folder is None:
        return None
    name = RAILS.files.parse_name(path[path.index(folder) + len(folder) :])
    return name if isinstance(name, MigrationName) else None


def replay(repo: str, step: Step, score: Score) -> None:
    request = Request(now=datetime.now(UTC), repo=repo, ref=step.head)
    start = time.perf_counter()
    try:
        found = check(request, GateOptions(base=step.base), {}).findings
    except AnalyzerError as error:
        score.failed.append(f"{step.base[:10]}..{step.head[:10]} {error}")
        return
    score.times.append(time.perf_counter() - start)
    score.steps += 1
    renames, dirty = touched(repo, step)
    score.renames += len(renames)
    paths = {_old_path(each) for each in found if each.code in CAUGHT}
    said = {(each.path, each.code) for each in found}
    for old, new in renames:
        if (new, "MD301") in said:
            continue
        if old in paths or (new, "MD306") in said:
            score.by_other_name += 1
        else:
            score.missed.append(f"{step.base[:10]}..{step.head[:10]} {old} -> {new}")
    blocking = [each for each in found if each.severity is not Severity.NOTE]
    score.codes.update(each.code for each in blocking)
    score.notes.update(each.code for each in found if each.severity is Severity.NOTE)
    if not dirty:
        score.clean += 1
        score.alarms += [
            f"{step.base[:10]}..{step.head[:10]} {each.code} {each.what} | {each.why}"
            for each in blocking
        ]


def _old_path(finding: Finding) -> str | None:
    return finding.path


def show(score: Score, *, verbose: bool) -> None:
    times = sorted(score.times)
    print(f"{score.steps} steps, {score.clean} of them without a touched merged migration")
    print(
        f"version renames: {score.renames}, found {score.renames - len(score.missed)} "
        f"({score.by_other_name} as deleted or reused), missed {len(score.missed)}"
    )
    print(
        f"false alarms: {len(score.alarms)} in clean steps; could not be run: {len(score.failed)}"
    )
    print(f"findings: {dict(score.codes.most_common())}; notes: {dict(score.notes.most_common())}")
    if times:
        print(
            f"time of a check: median {statistics.median(times) * 1000:.0f} ms, 95 % "
            f"{times[int(len(times) * 0.95)] * 1000:.0f} ms, most {times[-1] * 1000:.0f} ms"
        )
    told = [*(f"MISSED {it}" for it in score.missed), *(f"FAILED {it}" for it in score.failed)]
    told += [f"ALARM {it}" for it in score.alarms]
    for line in told if verbose else told[:20]:
        print(line)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repo")
    parser.add_argument("--ref", default="HEAD")
    parser.add_argument("--squash", action="store_true", help="every commit of the main line")
    parser.add_argument("--tips", action="store_true", help="check the branch's own tip")
    parser.add_argument("--every", type=int, default=1, help="only each N-th step")
    parser.add_argument("--most", type=int, default=None, help="at most so many steps")
    parser.add_argument("-v", action="store_true", help="show all that is wrong")
    given = parser.parse_args()
    score = Score()
    found = list(steps(given.repo, given.ref, squash=given.squash, tips=given.tips))
    for step in found[:: given.every][: given.most]:
        replay(given.repo, step, score)
    show(score, verbose=given.v)
    return int(bool(score.missed or score.alarms or score.failed))


if __name__ == "__main__":
    sys.exit(main())
