"""After either repair a second diagnosis is clean: for whatever was renamed, on real git."""

import os
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.analysis.repair.row_plan import rows_after
from analyzer.model.findings.diagnosis import Diagnosis
from analyzer.model.plans.plan import FilePlan, Refusal
from analyzer.records import Struct
from analyzer.scripts.shell.move_script import render_moves
from analyzer.workflow.reading.request import Request
from analyzer.workflow.repair.repairs import plan_files, plan_rows, provenance
from analyzer.workflow.walk import Walk, walk
from tests.support.histories.repositories import Repo

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_EXAMPLES = int(os.environ.get("MIGDOCTOR_LAW_EXAMPLES") or 10)
DIVERGED = {"MD101", "MD102", "MD104", "MD110", "MD111", "MD119"}
TABLES = ("songs", "artists", "genres", "albums", "covers", "labels")
FATES = st.sampled_from(["stays", "moves", "moves edited", "gets another name", "is deleted"])


class Plot(Struct, frozen=True, dict=True):
    """What becomes of each migration, which numbers it gets, and what is new."""

    fates: tuple[str, ...]
    numbers: tuple[int, ...]
    newcomers: int


@st.composite
def plots(draw) -> Plot:
    fates = draw(st.lists(FATES, min_size=2, max_size=len(TABLES)))
    numbers = draw(st.permutations(range(1, len(fates) + 4)))  # old numbers may be taken over
    return Plot(tuple(fates), tuple(numbers), draw(st.integers(0, 2)))


def version(number: int) -> str:
    return f"202501{number:02}000000"


def text(table: str, *, edited: bool = False) -> str:
    columns = "".join(f"      t.string :{table}_{name}\n" for name in ("name", "note", "kind"))
    more = f"    add_index :{table}, :{table}_name\n" if edited else ""
    return (
        f"class Create{table.title()} < ActiveRecord::Migration[6.1]\n  def change\n"
        f"    create_table :{table} do |t|\n{columns}    end\n{more}  end\nend\n"
    )


def play(plot: Plot, folder: Path) -> Repo:
    """Commit what ran, then what became of it."""
    repo = Repo.make(folder)
    for number, _ in enumerate(plot.fates, start=1):
        table = TABLES[number - 1]
        repo.write(f"{version(number)}_create_{table}.rb", text(table))
    repo.commit()
    for path in (repo.path / "db/migrate").iterdir():
        path.unlink()
    stays = {n for n, fate in enumerate(plot.fates, start=1) if fate == "stays"}
    free = [number for number in plot.numbers if number not in stays]
    for number, fate in enumerate(plot.fates, start=1):
        table = TABLES[number - 1]
        if fate == "is deleted":
            continue
        new = number if fate == "stays" else free.pop()
        slug = f"make_{table}" if fate == "gets another name" else f"create_{table}"
        content = text(table, edited=fate == "moves edited")
        if fate == "gets another name":
            content = content.replace(f"class Create{table.title()}", f"class Make{table.title()}")
        repo.write(f"{version(new)}_{slug}.rb", content)
    for newcomer in range(min(plot.newcomers, len(free))):
        repo.write(f"{version(free.pop())}_create_extra{newcomer}.rb", text(f"extra{newcomer}"))
    repo.commit()
    return repo


def diagnose(repo: Repo, rows: list[str]) -> Walk:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("".join(f"{row}\n" for row in rows))
        listed.flush()
        deployed = repo.git("rev-list", "--max-parents=0", "HEAD").strip()
        request = Request(
            now=NOW,
            repo=str(repo.path),
            rows=listed.name,
            deployed=deployed,
            directories=("db/migrate",),
        )
        return walk(request)


def diverged(done: Walk) -> list[str]:
    return [f"{f.code} {f.what}" for f in done.report.findings if f.code in DIVERGED]


@given(plots())
@settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_after_rename_back_nothing_diverges(plot):
    with tempfile.TemporaryDirectory() as folder:
        repo = play(plot, Path(folder) / "app")
        rows = [version(number) for number, _ in enumerate(plot.fates, start=1)]
        done = diagnose(repo, rows)
        repair = plan_files(done)
        if isinstance(repair, Refusal):
            assert repair.settle, repair.why
            return
        carry_out(repair.plan, done, repo)

        again = diagnose(repo, rows)

        left = [d for d in diverged(again) if not reuses_a_deleted_one(d, plot)]
        assert left == []


@given(plots())
@settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_after_rewrite_nothing_runs_again(plot):
    with tempfile.TemporaryDirectory() as folder:
        repo = play(plot, Path(folder) / "app")
        rows = [version(number) for number, _ in enumerate(plot.fates, start=1)]
        plan = plan_rows(diagnose(repo, rows))
        if isinstance(plan, Refusal):
            assert plan.settle, plan.why
            return

        after = set(rows_after(plan.before, plan.steps))

        survivors = {
            TABLES[number - 1]
            for number, fate in enumerate(plot.fates, start=1)
            if fate != "is deleted"
        }
        files = [path.stem for path in (repo.path / "db/migrate").iterdir()]
        ran = [name for name in files if name.rpartition("_")[2] in survivors]
        assert {name[:14] for name in ran} <= after
        assert plan.inverse().inverse().steps == plan.steps
        assert sorted(rows_after(plan.after, plan.inverse().steps)) == sorted(plan.before)


def carry_out(plan: FilePlan, done: Walk, repo: Repo) -> None:
    script = render_moves(plan, provenance(done), git=False)
    subprocess.run(["sh", "-c", script, "fix.sh"], cwd=repo.path, check=True, capture_output=True)


def reuses_a_deleted_one(finding: str, plot: Plot) -> bool:
    """No file can be put back for a migration that is gone: its number stays with its new owner."""
    return finding.startswith("MD104") and "is deleted" in plot.fates


@given(plots(), st.randoms(use_true_random=False))
@settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_row_and_file_gets_one_verdict_whatever_the_order_of_the_rows(plot, random):
    with tempfile.TemporaryDirectory() as folder:
        repo = play(plot, Path(folder) / "app")
        rows = [version(number) for number, _ in enumerate(plot.fates, start=1)]
        shuffled = random.sample(rows, len(rows))

        one = diagnose(repo, rows).report.environments[0].diagnosis
        other = diagnose(repo, shuffled).report.environments[0].diagnosis

        names = sorted(path.name for path in (repo.path / "db/migrate").glob("*.rb"))
        assert [verdict.row.version.text for verdict in one.rows] == rows
        assert sorted(verdict.file.basename for verdict in one.files) == names
        assert kinds(one) == kinds(other)
        assert one.renames == other.renames


def kinds(diagnosis: Diagnosis) -> dict[str, str]:
    """What is said of each row and of each file."""
    rows = {verdict.row.version.text: type(verdict).__name__ for verdict in diagnosis.rows}
    files = {verdict.file.path: type(verdict).__name__ for verdict in diagnosis.files}
    return rows | files
