"""One rehearsal: everything is done to the copy."""

from datetime import UTC, datetime
from pathlib import Path

from analyzer.analysis.repair import measure_comparison as verification
from analyzer.engines.sessions import Gateway
from analyzer.errors import AnalyzerError
from analyzer.model.core.messages import Notes
from analyzer.model.plans.plan import FilePlan, Refusal, RowPlan
from analyzer.model.plans.rehearsal import NOT_STARTED, Copied, MigrateRun, Rehearsal
from analyzer.model.schema.measure import Check, Measure
from analyzer.model.words.shell_word import shell_word
from analyzer.operations.repair.row_repair import demand_ran
from analyzer.operations.repair.script_run import locked, run_script
from analyzer.records import replace
from analyzer.scripts.shell.move_script import render_moves
from analyzer.services.dialogue import Dialogue
from analyzer.services.repair.options import RehearsalOptions
from analyzer.services.repair.rehearsal.command_proof import CommandProof
from analyzer.services.repair.rehearsal.migrate_command import CommandRun, run_migrate
from analyzer.services.repair.rehearsal.rehearsed_follow_up import TriedFollowUp, follow_up_of
from analyzer.services.repair.rehearsal.working_copy import copy_repository
from analyzer.services.repair.verification import check_walk
from analyzer.sources.files.private_files import write_private
from analyzer.sources.git.git import open_repository
from analyzer.workflow.next_steps.older_checkout import refuse_behind
from analyzer.workflow.reading.files.application import application_root, typed_in
from analyzer.workflow.reading.files.unreadable_code import opaque_parts
from analyzer.workflow.reading.request import Request
from analyzer.workflow.repair.repairs import plan_files, plan_rows, provenance, versions_after
from analyzer.workflow.walk import Walk, walk

_SESSION = "rehearsal"
_ASTRAY = (
    "; it went to another database than DATABASE_URL names, and could not write there: let the "
    "project's settings read DATABASE_URL"
)


class RehearsalTrial:
    """Repair the copy, take it back, repair it again, migrate, and diagnose."""

    def __init__(
        self,
        request: Request,
        options: RehearsalOptions,
        scratch: Gateway,
        folder: Path,
        copied: Copied,
        dialogue: Dialogue,
    ) -> None:
        self.request, self.options, self.scratch = request, options, scratch
        self.folder, self.copied, self.dialogue = folder, copied, dialogue
        self.checks: list[Check] = []
        self.copied_rows: tuple[str, ...] = ()
        self.planned: tuple[Walk, FilePlan | RowPlan] | None = None
        self.follow_up: TriedFollowUp | None = None
        self.not_started: CommandRun | None = None

    def carry_out(self, source: str) -> Rehearsal | Refusal:
        """Go through all of it; ``source`` says where the copy comes from."""
        done = walk(self.request)
        behind = refuse_behind(done)
        if behind is not None:
            return behind
        self._demand_aimed(done)
        if not self.options.repair:
            self.options = replace(self.options, repair=_best(done))
        table = done.report.environments[0].table
        self.copied_rows = tuple(sorted(row.text for row in table.all_rows))
        before = self.scratch.engine.catalog.read_measure(self.scratch, table.table, table.shape)
        steps: int | Refusal
        if self.options.repair == "rewrite":
            steps = self._rewrite(done, before)
        else:
            steps = self._rename_back(done)
        if isinstance(steps, Refusal):
            return steps
        repaired = self.scratch.engine.catalog.read_measure(self.scratch, table.table, table.shape)
        self.checks.append(verification.check_structure(before, repaired))
        self.checks.append(verification.check_counts(before, repaired))
        after = walk(self._after(done, rows_changed=self.options.repair == "rewrite"))
        self.checks.append(check_walk(after))
        migrate = None
        if self.options.migrate_command:
            migrate = self._migrate(self._with_follow_up(done) or after, repaired)
        return self._report(source, after, steps, migrate)

    # The repair, the way back, and the repair again

    def _rewrite(self, done: Walk, before: Measure) -> int | Refusal:
        plan = plan_rows(done)
        if isinstance(plan, Refusal) or not plan.steps:
            return plan if isinstance(plan, Refusal) else 0
        self.planned, self.follow_up = (done, plan), follow_up_of(done, {})
        self.dialogue.tell(Notes(plan.notes))
        source = provenance(done)
        forth, back = (
            self.scratch.engine.scripts.render_rewrite(each, source)
            for each in (plan, plan.inverse())
        )
        self._run_sql(forth)
        self._check_rows("rows", plan, plan.after)
        self._run_sql(back)
        self._check_rows("way back", plan, before.rows)
        self._run_sql(forth)
        return len(plan.steps)

    def _run_sql(self, text: str) -> None:
        demand_ran(
            self.scratch.engine.scripts.run_sql(
                self.scratch, text, repair=_SESSION, account=_SESSION
            )
        )

    def _check_rows(self, name: str, plan: RowPlan, expected: tuple[str, ...]) -> None:
        stored = self.scratch.engine.catalog.read_stored(self.scratch, plan.table, plan.shape)
        check = verification.check_rows(expected, stored)
        self.checks.append(replace(check, name=name))

    def _rename_back(self, done: Walk) -> int | Refusal:
        repair = plan_files(done)
        if isinstance(repair, Refusal) or not repair.plan.steps:
            return repair if isinstance(repair, Refusal) else 0
        self.planned = (done, repair.plan)
        self.follow_up = follow_up_of(done, versions_after(done, repair.plan))
        self.dialogue.tell(Notes(repair.plan.notes))
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
        told = detail[0] if detail else f"the script exited with status {status}"
        self.checks.append(Check(name, passed=status == 0, detail=told.removeprefix("Done: ")))

    # The code, copied when it is first needed

    def _working_copy(self) -> Path:
        root = self.folder / "code"
        if not root.exists():
            self.dialogue.tell("Copying the files ...")
            repository = open_repository(self.request.repo)
            copy_repository(repository, root, ref=self.request.ref)
        return root

    def _after(self, done: Walk, *, rows_changed: bool) -> Request:
        request = replace(self.request, now=datetime.now(UTC), decisions=())
        if rows_changed:
            request = replace(request, deployed=None)
        root = self.folder / "code"
        if not root.exists():
            return request
        target = done.inference.target  # of several applications the one that was rehearsed
        return replace(
            request,
            repo=str(root),
            ref=None,
            directories=target.files.directories,
            framework=target.framework.name,
        )

    def _with_follow_up(self, done: Walk) -> Walk | None:
        """What is to run once the follow-up has taken its place; None where there is none."""
        if self.follow_up is None:
            return None
        self.follow_up.put(self._working_copy())
        return walk(self._after(done, rows_changed=True))

    # The migrate

    def _demand_aimed(self, done: Walk) -> None:
        """Before anything runs: it must be seen that the migrate goes to the scratch database."""
        command = self.options.migrate_command
        if not command or self.options.trusted:
            return
        self.dialogue.tell("Looking which database the migrate command uses ...")
        place = self._working_copy() / application_root(done.inference.target)
        url = self.request.database_url or ""
        proof = CommandProof(done.inference.framework, place, self.folder, url)
        self.not_started = proof.demand(command)

    def _run_migrate(self, done: Walk) -> CommandRun:
        command = self.options.migrate_command or ""
        if self.not_started is not None:
            return self.not_started
        url = self.request.database_url or ""
        unseen = self.options.trusted  # whatever was seen to come here needs no fence
        fence = self.scratch.engine.demand_scratch().fence(url) if unseen else None
        place = self._working_copy() / application_root(done.inference.target)
        self.dialogue.tell(f"Running {command} on the copy ...")
        return run_migrate(command, place, url, self.folder / "migrate.log", fence)

    def _migrate(self, done: Walk, before: Measure) -> MigrateRun:
        ended = self._run_migrate(done)
        environment = done.report.environments[0]
        after = self.scratch.engine.catalog.read_measure(
            self.scratch, environment.table.table, environment.table.shape
        )
        shape = environment.table.shape
        new = set(map(shape.version_in, after.rows)) - set(map(shape.version_in, before.rows))
        ran = tuple(sorted(new))
        change = verification.structure_change(before, after)
        self._judge_migrate(done, ended, ran)
        self.checks.append(verification.check_counts(before, after))
        return MigrateRun(ended.command, ended.status, ended.output, ran, change)

    def _judge_migrate(self, done: Walk, ended: CommandRun, ran: tuple[str, ...]) -> None:
        status = ended.status
        if status in NOT_STARTED and not ran:
            told = f"could not be tried: {NOT_STARTED[status]} (status {status})"
            self.checks.append(Check("migrate", passed=False, detail=told))
            return
        told = f"exit status {status}{_ASTRAY * ended.astray}"
        self.checks.append(Check("migrate", passed=status == 0, detail=told))
        foreseen = done.report.environments[0].prediction.would_run
        numbers = {done.inference.framework.numbering.read(text).key for text in ran}
        left = [file.basename for file in foreseen if file.version.key not in numbers]
        again = self._still_pending(done, left, astray=not status and not ran)
        self.checks.append(again)

    def _still_pending(self, done: Walk, left: list[str], *, astray: bool) -> Check:
        """Diagnose once more: nothing may be left to run, and nothing may have diverged.

        Args: astray: whether the command seems to have run in another database.
        """
        try:
            after = walk(self._after(done, rows_changed=True))
        except AnalyzerError as error:
            return Check("after the migrate", passed=None, detail=error.what)
        check = check_walk(after)
        if left:
            detail = f"the command did not run {', '.join(left)}"
            detail += "; check that it uses DATABASE_URL" * astray
            check = replace(check, passed=False, detail=detail)
        return replace(check, name="after the migrate")

    # What was not tried

    def _report(
        self, source: str, after: Walk, steps: int, migrate: MigrateRun | None
    ) -> Rehearsal:
        environment = after.report.environments[0]
        left_out = [*self.copied.problems, *self.copied.notes]
        some = not (self.options.with_data or self.copied.whole)
        if some and self.options.dump is None:
            drafted = ", so that the follow-up met none" if migrate and self.follow_up else ""
            left_out.append(f"rows of other tables{drafted}: --with-data copies them too")
        if migrate is None:
            whole = typed_in(after.inference.repository, after.inference.target)
            what = f"the next migrate{' and the follow-up' if self.follow_up else ''}"
            left_out.append(f"{what}: pass --migrate-command {shell_word(whole)}")
        to_run = environment.prediction.would_run
        left_out += [f"code that cannot be read, {part}" for part in opaque_parts(after, to_run)]
        return Rehearsal(
            self.options.repair,
            source,
            self._scratch_words(),
            steps,
            tuple(self.checks),
            migrate,
            tuple(dict.fromkeys(left_out)),
            follow_up=self.follow_up.told if self.follow_up and migrate else "",
        )

    def _scratch_words(self) -> str:
        server = self.scratch.engine.demand_scratch().server_title(self.scratch)
        kind = "the database of --scratch-url" if self.options.scratch_url else "a scratch server"
        return f"{kind}, {server}"


def _best(done: Walk) -> str:
    """The repair that is advised; where none is, the one that says why."""
    return "rename-back" if done.report.environments[0].next_steps.files.open else "rewrite"
