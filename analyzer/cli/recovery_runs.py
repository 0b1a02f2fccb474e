"""What the recover commands do: plan, show, ask, carry out, and say what comes next."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.cli.checklist import show
from analyzer.cli.consent import ask
from analyzer.cli.console import deliver, demand_seen, say, screen
from analyzer.cli.database_options import build_gateway, build_scratch, version_table_of
from analyzer.cli.progress import Watcher
from analyzer.cli.recovery_commands import with_commands
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.core.shell_word import shell_word
from analyzer.model.core.text import visible
from analyzer.model.recovery.checklist import Checklist
from analyzer.model.recovery.recovery import COMMANDS, FullPlan, Plan

if TYPE_CHECKING:
    from analyzer.engines.postgresql.access.session import Gateway
    from analyzer.operations.recovery.recovery_context import Surroundings
    from analyzer.operations.recovery.recovery_journal import Journal
    from analyzer.operations.recovery.recovery_planning import RecoveryWish
    from analyzer.operations.recovery.recovery_run import RunResult

_CLEAN, _REFUSED = 0, 1
Options = Mapping[str, Any]


def begin_full(options: Options) -> int:
    """Plan option 1 and carry it out."""
    from analyzer.operations.recovery.recovery_planning import plan_full

    return _begin(options, plan_full)


def begin_tables(options: Options) -> int:
    """Plan option 3 and carry it out."""
    from analyzer.operations.recovery.recovery_planning import plan_tables

    return _begin(options, plan_tables)


def resume(options: Options) -> int:
    """Go on where a recovery was cut off."""
    folder, plan, journal = _open(options)
    _demand_open(journal, folder)
    plan = with_commands(plan, folder, options, COMMANDS)
    say(_shown(plan, journal))
    if not ask("Go on?", yes=options["yes"]):
        return _REFUSED
    return _carry_out(plan, journal, options)


def take_back(options: Options) -> int:
    """Take a recovery back."""
    from analyzer.operations.recovery import rollback as way_back

    folder, plan, journal = _open(options)
    plan = with_commands(plan, folder, options, ("stop_command", "start_command"))
    say(f"Takes the recovery in {folder} back. Nothing is dropped.")
    if journal.finished and isinstance(plan, FullPlan):
        say(f"What was written since into the new {visible(plan.database)} stays there, aside.")
    if not ask("Take it back?", yes=options["yes"]):
        return _REFUSED
    with _locked(journal):
        told = way_back.take_back(plan, journal, _around(options))
    say(f"Done: {visible(told)}.")
    return _CLEAN


def drop_old(options: Options) -> int:
    """Drop what a finished recovery kept."""
    from analyzer.operations.recovery.rollback import drop_kept

    _, plan, journal = _open(options)
    kept = plan.aside if isinstance(plan, FullPlan) else f"the former rows in {plan.database}"
    say(f"Drops {visible(kept)}. Nothing takes this back but a backup.")
    if not ask("Drop it?", yes=options["yes"]):
        return _REFUSED
    with _locked(journal):
        told = drop_kept(plan, journal, _around(options))
    say(f"Done: {visible(told)}.")
    return _CLEAN


def _begin(options: Options, plan_it: "Callable[[Gateway, RecoveryWish], Plan]") -> int:
    from analyzer.operations.recovery.recovery_journal import SUFFIX, new_recovery

    gateway = build_gateway(options["database_url"], options["exec_prefix"])
    plan = plan_it(gateway, _wish(options))
    if options["runbook"]:
        for path in _write_runbook(plan, gateway, Path(options["runbook"])):
            deliver(f"{path}\n")
        return _CLEAN
    folder = Path(
        options["folder"] or f"{plan.database}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}"
    )
    say(_shown(plan, None))
    say(f"\nThe way back, at every step: migdoctor recover back {shell_word(str(folder))}")
    if not ask("Carry it out?", yes=options["yes"]):
        return _REFUSED
    journal = new_recovery(folder, plan)
    _write_runbook(plan, gateway, folder)
    script = shell_word(str(folder / "runbook.sh"))
    say(f"By hand, if need be: {folder / 'runbook.md'}, and sh {script} back")
    return _carry_out(plan, journal, options)


def _wish(options: Options) -> "RecoveryWish":
    from analyzer.operations.recovery.recovery_planning import RecoveryWish

    return RecoveryWish(
        stop_command=options["stop_command"],
        start_command=options["start_command"],
        check_command=options["check_command"],
        migrate_command=options.get("migrate_command") or "",
        backup=options.get("backup"),
        leave=options.get("leave", ()),
        tables=options.get("tables", ()),
        from_backup=options.get("from_backup"),
        from_database=options.get("from_database"),
        keep=options.get("keep", ()),
        replace=options.get("replace", False),
        dependencies=not options.get("no_dependencies", False),
        scratch=bool(options["scratch_url"]),
        version_table=version_table_of(options["version_table"]),
    )


def _carry_out(plan: Plan, journal: "Journal", options: Options) -> int:
    from analyzer.operations.recovery.full_recovery import FullRecovery
    from analyzer.operations.recovery.table_recovery import TableRecovery

    with _locked(journal), _explained(journal):
        around = _around(options)
        run = (FullRecovery(plan, journal, around) if isinstance(plan, FullPlan)
               else TableRecovery(plan, journal, around))  # fmt: skip
        return _concluded(run.run(), plan, journal)


def _concluded(result: "RunResult", plan: Plan, journal: "Journal") -> int:
    from analyzer.report.recovery.checklist import render_misfits
    from analyzer.report.recovery.recovery_text import render_ending

    if result.misfits:
        say(render_misfits(result.misfits))
        say(_next(journal))
        return _REFUSED
    taken_at = datetime.now(UTC).isoformat(timespec="seconds")
    items = Checklist("After the recovery", plan.database, taken_at, result.items)
    status = show(items, "text", None) if result.items else _CLEAN
    if not result.finished:
        say(_next(journal))
        return _REFUSED
    folder = shell_word(str(journal.folder))
    say(render_ending(plan, folder, journal.facts("note"), screen(sys.stderr).width))
    return status


def _around(options: Options) -> "Surroundings":
    from analyzer.operations.recovery.recovery_context import Surroundings

    url = options["database_url"]
    return Surroundings(
        build_gateway(url, options["exec_prefix"]),
        build_scratch(options.get("scratch_url")),
        Watcher(),
        {"DATABASE_URL": url} if url else {},
    )


def _open(options: Options) -> "tuple[Path, Plan, Journal]":
    from analyzer.operations.recovery.recovery_journal import find_recovery, open_recovery

    folder = Path(options["folder"]) if options["folder"] else find_recovery(Path())
    plan, journal = open_recovery(folder)
    return folder, plan, journal


def _demand_open(journal: "Journal", folder: Path) -> None:
    if journal.taken_back or journal.finished:
        raise UsageError(
            f"the recovery in {folder} is over",
            why="it was taken back" if journal.taken_back else "all its steps are done",
            fix="begin another one: migdoctor recover full or migdoctor recover tables",
        )


@contextmanager
def _locked(journal: "Journal") -> Iterator[None]:
    from analyzer.operations.recovery.recovery_journal import alone

    with alone(journal.folder):
        yield


@contextmanager
def _explained(journal: "Journal") -> Iterator[None]:
    """Whatever interrupts the work, say how to go on and how to go back."""
    try:
        yield
    except (AnalyzerError, KeyboardInterrupt):
        say(_next(journal))
        raise


def _next(journal: "Journal") -> str:
    folder = shell_word(str(journal.folder))
    return (
        "Not finished. The old rows are untouched. With the same --database-url or --exec:\n"
        f"  go on:        migdoctor recover resume {folder}\n"
        f"  take it back: migdoctor recover back {folder}"
    )


def _shown(plan: Plan, journal: "Journal | None") -> str:
    from analyzer.report.recovery.recovery_text import render_steps

    done = [step.kind for step in plan.steps() if journal is not None and journal.done(step.kind)]
    return render_steps(plan, done, screen(sys.stderr).width)


def _write_runbook(plan: Plan, gateway: "Gateway", folder: Path) -> list[Path]:
    """Write the same steps for people, and return the files."""
    from analyzer.operations.recovery.runbook_facts import read_reach
    from analyzer.scripts.runbook.runbook import render_markdown, render_shell
    from analyzer.sources.files.private_files import private_folder, write_private

    reach = read_reach(gateway, plan)
    private_folder(folder)
    written = []
    for name, text in (("runbook.sh", render_shell(plan, reach)),
                       ("runbook.md", render_markdown(plan, reach))):  # fmt: skip
        demand_seen(text)
        write_private(folder / name, text)
        written.append(folder / name)
    return written
