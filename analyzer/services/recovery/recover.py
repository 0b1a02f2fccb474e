"""Recoveries: plan, show, ask, carry out; go on with one, take it back, drop what it kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.core.messages import RecoverySteps, RecoveryUnfinished
from analyzer.model.recovery.checklist import Checklist
from analyzer.model.recovery.recovery import COMMANDS, FullPlan, Plan
from analyzer.model.recovery.recovery_result import (
    DeclinedRecovery,
    RecoveryClosed,
    RecoveryRunEnded,
    RunbookWritten,
)
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.text import visible
from analyzer.operations.recovery import rollback as way_back
from analyzer.operations.recovery.full_recovery import FullRecovery
from analyzer.operations.recovery.recovery_context import Surroundings
from analyzer.operations.recovery.recovery_journal import (
    SUFFIX,
    Journal,
    alone,
    find_recovery,
    new_recovery,
    open_recovery,
)
from analyzer.operations.recovery.recovery_planning import RecoveryWish, plan_full, plan_tables
from analyzer.operations.recovery.recovery_run import RunResult
from analyzer.operations.recovery.table_recovery import TableRecovery
from analyzer.services.database import scratch_gateway
from analyzer.services.dialogue import Dialogue
from analyzer.services.recovery.options import (
    FullRecoveryOptions,
    RecoveryOptions,
    TablesRecoveryOptions,
)
from analyzer.services.recovery.runbook import write_runbook
from analyzer.services.recovery.typed_commands import with_commands

RunEnd = RecoveryRunEnded | DeclinedRecovery


def recover_all(options: FullRecoveryOptions, dialogue: Dialogue) -> RunEnd | RunbookWritten:
    """Plan option 1, a new database from the migrations with the old rows, and carry it out.

    Raises:
        AnalyzerError: it cannot be planned, or a step cannot be done; what is done stays done.
    """
    common = options.common
    wish = RecoveryWish(
        stop_command=common.commands.stop,
        start_command=common.commands.start,
        check_command=common.commands.check,
        migrate_command=common.commands.migrate or "",
        backup=options.backup,
        leave=options.leave,
        scratch=bool(common.scratch_url),
        version_table=common.database.table,
    )
    return _begin(plan_full(common.database.gateway, wish), common, dialogue)


def recover_tables(options: TablesRecoveryOptions, dialogue: Dialogue) -> RunEnd | RunbookWritten:
    """Plan option 3, some tables and what they refer to, and carry it out.

    Raises:
        AnalyzerError: it cannot be planned, or a step cannot be done; what is done stays done.
    """
    common = options.common
    wish = RecoveryWish(
        stop_command=common.commands.stop,
        start_command=common.commands.start,
        check_command=common.commands.check,
        tables=options.tables,
        from_backup=options.from_backup,
        from_database=options.from_database,
        keep=options.keep,
        replace=options.replace,
        dependencies=options.dependencies,
        scratch=bool(common.scratch_url),
        version_table=common.database.table,
    )
    return _begin(plan_tables(common.database.gateway, wish), common, dialogue)


def resume(options: RecoveryOptions, dialogue: Dialogue) -> RunEnd:
    """Go on where a recovery was cut off.

    Raises:
        AnalyzerError: there is none, it is over, or a step cannot be done.
    """
    folder, plan, journal = _open(options)
    _demand_open(journal, folder)
    plan = with_commands(plan, folder, options.commands, COMMANDS)
    dialogue.tell(_steps(plan, journal))
    if not dialogue.ask("Go on?"):
        return DeclinedRecovery()
    return _carry_out(plan, journal, options, dialogue)


def take_back(options: RecoveryOptions, dialogue: Dialogue) -> RecoveryClosed | DeclinedRecovery:
    """Take a recovery back, however far it came.

    Raises:
        AnalyzerError: there is none, or it cannot be taken back.
    """
    folder, plan, journal = _open(options)
    plan = with_commands(plan, folder, options.commands, ("stop_command", "start_command"))
    dialogue.tell(f"Takes back the recovery in {folder}. Nothing is dropped.")
    if journal.finished and isinstance(plan, FullPlan):
        dialogue.tell(
            f"What was written since into the new {visible(plan.database)} stays there, aside."
        )
    if not dialogue.ask("Take it back?"):
        return DeclinedRecovery()
    with alone(journal.folder):
        return RecoveryClosed(way_back.take_back(plan, journal, _around(options, dialogue)))


def drop_old(options: RecoveryOptions, dialogue: Dialogue) -> RecoveryClosed | DeclinedRecovery:
    """Drop what a recovery kept; nothing takes this back but a backup.

    Raises:
        AnalyzerError: there is none, or it is neither finished nor taken back.
    """
    _, plan, journal = _open(options)
    kept = way_back.kept_by(plan, journal, options.database.gateway.engine)
    dialogue.tell(f"Drops {visible(kept)}. Only a backup can undo this.")
    if not dialogue.ask("Drop it?"):
        return DeclinedRecovery()
    with alone(journal.folder):
        return RecoveryClosed(way_back.drop_kept(plan, journal, _around(options, dialogue)))


def _begin(plan: Plan, options: RecoveryOptions, dialogue: Dialogue) -> RunEnd | RunbookWritten:
    gateway = options.database.gateway
    if options.runbook is not None:
        return RunbookWritten(write_runbook(plan, gateway, options.runbook))
    folder = options.folder or Path(f"{plan.database}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}")
    dialogue.tell(_steps(plan, None))
    named = shell_word(str(folder))
    dialogue.tell(f"\nThe way back, at every step: migdoctor recover back {named}")
    if not dialogue.ask("Carry it out?"):
        return DeclinedRecovery()
    journal = new_recovery(folder, plan)
    write_runbook(plan, gateway, folder)
    script = shell_word(str(folder / "runbook.sh"))
    dialogue.tell(f"By hand, if need be: {folder / 'runbook.md'}, and sh {script} back")
    return _carry_out(plan, journal, options, dialogue)


def _carry_out(
    plan: Plan, journal: Journal, options: RecoveryOptions, dialogue: Dialogue
) -> RecoveryRunEnded:
    with alone(journal.folder), _explained(journal, dialogue):
        around = _around(options, dialogue)
        run = (
            FullRecovery(plan, journal, around)
            if isinstance(plan, FullPlan)
            else TableRecovery(plan, journal, around)
        )
        return _ended(run.run(), plan, journal)


def _ended(result: RunResult, plan: Plan, journal: Journal) -> RecoveryRunEnded:
    compared = None
    if result.items and not result.misfits:
        taken_at = datetime.now(UTC).isoformat(timespec="seconds")
        compared = Checklist("After the recovery", plan.database, taken_at, result.items)
    notes = tuple(journal.facts("note"))
    return RecoveryRunEnded(plan, journal.folder, result.finished, compared, result.misfits, notes)


def _around(options: RecoveryOptions, dialogue: Dialogue) -> Surroundings:
    url = options.database.database_url
    return Surroundings(
        options.database.gateway,
        scratch_gateway(options.scratch_url),
        dialogue.progress,
        {"DATABASE_URL": url} if url else {},
    )


def _open(options: RecoveryOptions) -> tuple[Path, Plan, Journal]:
    folder = options.folder or find_recovery(Path())
    plan, journal = open_recovery(folder)
    return folder, plan, journal


def _demand_open(journal: Journal, folder: Path) -> None:
    if journal.taken_back or journal.finished:
        raise UsageError(
            f"the recovery in {folder} is over",
            why="it was taken back" if journal.taken_back else "all its steps are done",
            fix="begin another one: migdoctor recover full or migdoctor recover tables",
        )


@contextmanager
def _explained(journal: Journal, dialogue: Dialogue) -> Iterator[None]:
    """Whatever interrupts the work, say how to go on and how to go back."""
    try:
        yield
    except (AnalyzerError, KeyboardInterrupt):
        dialogue.tell(RecoveryUnfinished(journal.folder))
        raise


def _steps(plan: Plan, journal: Journal | None) -> RecoverySteps:
    done = [step.kind for step in plan.steps() if journal is not None and journal.done(step.kind)]
    return RecoverySteps(plan, tuple(done))
