"""``rehearse``: copy, repair, take back, repair again, migrate, diagnose; the real one is read."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from analyzer.analysis.repair import verification
from analyzer.cli.console import say
from analyzer.cli.refusal import say_notes
from analyzer.engines.postgresql.access.door import DirectDoor, Door, open_door
from analyzer.engines.postgresql.access.privileges import is_same_database
from analyzer.engines.postgresql.access.session import open_gateway
from analyzer.engines.postgresql.catalog.measure import read_measure, read_stored
from analyzer.engines.postgresql.scratch.scratch_postgres import scratch_server
from analyzer.engines.postgresql.scripts.rewrite_sql import render_rewrite
from analyzer.engines.postgresql.tools.sql_run import demand_ran, run_sql
from analyzer.errors import AnalyzerError, DatabaseError
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.plan import FilePlan, Refusal, RowPlan
from analyzer.model.plans.rehearsal import MigrateRun, Rehearsal
from analyzer.model.schema.measure import Check, Measure
from analyzer.operations.rehearsal.database_copy import (
    Copied,
    copy_dump,
    copy_live,
    demand_empty,
    server_version,
)
from analyzer.operations.rehearsal.migrate_command import run_migrate
from analyzer.operations.rehearsal.working_copy import copy_repository
from analyzer.operations.repair.script_run import locked, run_script
from analyzer.scripts.shell.shell import render_moves
from analyzer.sources.files.private_files import write_private
from analyzer.sources.git.git import open_repository
from analyzer.workflow.reading.application import application_root
from analyzer.workflow.reading.reading import read_rows
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.unreadable_code import opaque_parts
from analyzer.workflow.repair.repairs import plan_files, plan_rows, provenance
from analyzer.workflow.walk import Walk, walk

_SESSION = "rehearsal"


@dataclass(frozen=True, slots=True)
class RehearsalWish:
    """The options of ``rehearse``."""

    repair: str
    scratch_url: str | None
    dump: Path | None
    with_data: bool
    migrate_command: str | None


def rehearse(request: Request, wish: RehearsalWish) -> Rehearsal | Refusal:
    """Try a repair on a copy, and tell what was seen.

    Raises:
        AnalyzerError: the copy cannot be made.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="migdoctor-")))
        source = None if wish.dump else open_door(request.exec_prefix, request.database_url)
        patient = None if source is None else read_rows(request)
        name = patient.database if patient is not None else None
        url = stack.enter_context(_scratch(wish, folder, name or "rehearsal"))
        scratch = DirectDoor(url)
        _demand_other(source, scratch)
        demand_empty(scratch)
        say("Copying ...")
        copied = _copy(request, wish, source, patient.table if patient else None, url, folder)
        on_copy = replace(request, database_url=url, exec_prefix=(), rows=None)
        run = _Run(on_copy, wish, scratch, folder, copied)
        found = run.carry_out(patient.place if patient is not None else str(wish.dump))
        if isinstance(found, Refusal) or patient is None or source is None:
            return found
        return _patient_untouched(found, source, patient.table, run.copied_rows)


@contextmanager
def _scratch(wish: RehearsalWish, folder: Path, name: str) -> Iterator[str]:
    if wish.scratch_url is not None:
        yield wish.scratch_url
        return
    with scratch_server(folder / "server") as server:
        yield server.create_database(name)


def _demand_other(source: Door | None, scratch: Door) -> None:
    if source is not None and is_same_database(source, scratch):
        raise DatabaseError(
            "--scratch-url names the very database that is to be repaired",
            why="a rehearsal changes the scratch database as it likes",
            fix="name another, empty database, or leave --scratch-url out",
        )


def _copy(
    request: Request, wish: RehearsalWish, source: Door | None, table: TableName | None,
    url: str, folder: Path,
) -> Copied:  # fmt: skip
    scratch, target = DirectDoor(url), open_gateway(url)
    if wish.dump is not None:
        return copy_dump(wish.dump, scratch, target, folder)
    if source is None or table is None:
        raise TypeError(source)
    patient = open_gateway(request.database_url, request.exec_prefix)
    return copy_live(source, patient, table, scratch, target, folder, with_data=wish.with_data)


def _patient_untouched(
    found: Rehearsal, source: Door, table: TableName, rows: tuple[str, ...]
) -> Rehearsal:
    """Look at the real database once more: a migrate command may not heed DATABASE_URL."""
    same = read_stored(source, table) == rows
    changed = "its rows are others now: the migrate went past DATABASE_URL, or somebody deployed"
    detail = "its rows are as they were" if same else changed
    check = Check("the real database", passed=same, detail=detail)
    return replace(found, checks=(*found.checks, check))


class _Run:
    """One rehearsal: everything is done to the copy."""

    def __init__(
        self, request: Request, wish: RehearsalWish, scratch: DirectDoor, folder: Path,
        copied: Copied,
    ) -> None:  # fmt: skip
        self.request, self.wish, self.scratch = request, wish, scratch
        self.folder, self.copied = folder, copied
        self.checks: list[Check] = []
        self.copied_rows: tuple[str, ...] = ()

    def carry_out(self, source: str) -> Rehearsal | Refusal:
        """Go through all of it; ``source`` says where the copy comes from."""
        done = walk(self.request)
        table = done.report.environments[0].table
        self.copied_rows = tuple(sorted(row.version.text for row in table.rows))
        before = read_measure(self.scratch, table.table)
        steps: int | Refusal
        if self.wish.repair == "rewrite":
            steps = self._rewrite(done, before)
        else:
            steps = self._rename_back(done)
        if isinstance(steps, Refusal):
            return steps
        repaired = read_measure(self.scratch, table.table)
        self.checks.append(verification.check_structure(before, repaired))
        self.checks.append(verification.check_counts(before, repaired))
        after = walk(self._after(rows_changed=self.wish.repair == "rewrite"))
        self.checks.append(
            verification.check_migrations(after.report.environments[0], after.report.findings)
        )
        migrate = self._migrate(after, repaired) if self.wish.migrate_command else None
        return self._report(source, after, steps, migrate)

    # The repair, the way back, and the repair again

    def _rewrite(self, done: Walk, before: Measure) -> int | Refusal:
        plan = plan_rows(done)
        if isinstance(plan, Refusal) or not plan.steps:
            return plan if isinstance(plan, Refusal) else 0
        say_notes(plan.notes)
        source = provenance(done)
        forth, back = (render_rewrite(each, source) for each in (plan, plan.inverse()))
        self._run_sql(forth)
        self._check_rows("rows", plan, plan.after)
        self._run_sql(back)
        self._check_rows("way back", plan, before.rows)
        self._run_sql(forth)
        return len(plan.steps)

    def _run_sql(self, text: str) -> None:
        demand_ran(run_sql(self.scratch, text, repair=_SESSION, account=_SESSION))

    def _check_rows(self, name: str, plan: RowPlan, expected: tuple[str, ...]) -> None:
        check = verification.check_rows(expected, read_stored(self.scratch, plan.table))
        self.checks.append(replace(check, name=name))

    def _rename_back(self, done: Walk) -> int | Refusal:
        repair = plan_files(done)
        if isinstance(repair, Refusal) or not repair.plan.steps:
            return repair if isinstance(repair, Refusal) else 0
        say_notes(repair.plan.notes)
        root = self._working_copy()
        forth, back = self._write_moves(repair.plan, done)
        self._move("files", forth, root)
        self._move("way back", back, root)
        self._move("files again", forth, root)
        return len(repair.plan.steps)

    def _write_moves(self, plan: FilePlan, done: Walk) -> tuple[Path, Path]:
        forth, back = self.folder / "rename-back.sh", self.folder / "undo.sh"
        for path, each in ((forth, plan), (back, plan.inverse())):
            text = render_moves(each, provenance(done), git=False)
            write_private(path, text)
        return forth, back

    def _move(self, name: str, script: Path, root: Path) -> None:
        with locked(root) as lock:
            status, said = run_script(script, root, lock, self.folder / "moves.log", dry=False)
        detail = said.strip().splitlines()
        told = detail[0] if detail else f"the script ended with status {status}"
        self.checks.append(Check(name, passed=status == 0, detail=told))

    # The code, copied when it is first needed

    def _working_copy(self) -> Path:
        root = self.folder / "code"
        if not root.exists():
            say("Copying the files ...")
            repository = open_repository(self.request.repo)
            copy_repository(repository, root, ref=self.request.ref)
        return root

    def _after(self, *, rows_changed: bool) -> Request:
        request = replace(self.request, now=datetime.now(UTC), decisions=())
        if rows_changed:
            request = replace(request, deployed=None)
        root = self.folder / "code"
        return replace(request, repo=str(root), ref=None) if root.exists() else request

    # The migrate

    def _migrate(self, done: Walk, before: Measure) -> MigrateRun:
        command = self.wish.migrate_command or ""
        root = self._working_copy()
        place = root / application_root(done.inference.target)
        say(f"Running {command} on the copy ...")
        ended = run_migrate(command, place, self.scratch.url or "", self.folder / "migrate.log")
        environment = done.report.environments[0]
        after = read_measure(self.scratch, environment.table.table)
        ran = tuple(sorted(set(after.rows) - set(before.rows)))
        change = verification.structure_change(before, after)
        self._judge_migrate(done, ended.status, ran)
        self.checks.append(verification.check_counts(before, after))
        return MigrateRun(command, ended.status, ended.output, ran, change)

    def _judge_migrate(self, done: Walk, status: int, ran: tuple[str, ...]) -> None:
        told = f"the command ended with status {status}"
        self.checks.append(Check("migrate", passed=status == 0, detail=told))
        foreseen = done.report.environments[0].prediction.would_run
        numbers = {int(text) for text in ran}
        left = [file.basename for file in foreseen if file.version.number not in numbers]
        again = self._still_pending(left)
        self.checks.append(again)

    def _still_pending(self, left: list[str]) -> Check:
        """Diagnose once more: nothing may be left to run, and nothing may have diverged."""
        try:
            after = walk(self._after(rows_changed=True))
        except AnalyzerError as error:
            return Check("after the migrate", passed=None, detail=error.what)
        check = verification.check_migrations(after.report.environments[0], after.report.findings)
        if left:
            detail = f"the command did not run {', '.join(left)}; does it heed DATABASE_URL?"
            check = replace(check, passed=False, detail=detail)
        return replace(check, name="after the migrate")

    # What was not tried

    def _report(
        self, source: str, after: Walk, steps: int, migrate: MigrateRun | None
    ) -> Rehearsal:
        environment = after.report.environments[0]
        left_out = [*self.copied.problems, *self.copied.notes]
        if not self.wish.with_data and self.wish.dump is None:
            left_out.append("rows of other tables: --with-data copies them too")
        if migrate is None:
            left_out.append(
                "the next migrate: pass --migrate-command 'bundle exec rails db:migrate'"
            )
        to_run = environment.prediction.would_run
        left_out += [f"code that cannot be read, {part}" for part in opaque_parts(after, to_run)]
        return Rehearsal(
            self.wish.repair,
            source,
            self._scratch_words(),
            steps,
            tuple(self.checks),
            migrate,
            tuple(left_out),
        )

    def _scratch_words(self) -> str:
        version = server_version(self.scratch)
        kind = "the database of --scratch-url" if self.wish.scratch_url else "a scratch server"
        return f"{kind}, PostgreSQL {version // 10_000}.{version % 10_000}"
