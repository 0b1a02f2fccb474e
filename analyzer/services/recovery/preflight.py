"""The safety checklist before a recovery; the application is stopped first, if that was asked."""

from pathlib import Path

from analyzer.model.recovery.checklist import Checklist
from analyzer.operations.recovery.preflight import PreflightWish, check_safety
from analyzer.operations.user_commands import run_command
from analyzer.records import Struct, field
from analyzer.services.database import DatabaseOptions, scratch_gateway
from analyzer.services.dialogue import Dialogue
from analyzer.services.recovery.naming import with_naming


class PreflightOptions(Struct, frozen=True):
    """What is checked.

    ``backup`` None is the newest one in this folder; ``max_age`` is in hours; without ``restoring``
    it is not tried whether it restores. ``snapshot`` is the file to document the current state in,
    None to leave none.
    """

    database: DatabaseOptions = field(default_factory=DatabaseOptions)
    backup: Path | None = None
    max_age: float = 24
    restoring: bool = True
    scratch_url: str | None = None
    stop_command: str | None = None
    rollback: Path | None = None
    snapshot: Path | None = None


def check_before(options: PreflightOptions, dialogue: Dialogue) -> Checklist:
    """Go through the checklist.

    Raises:
        AnalyzerError: the database cannot be reached, or the stop command failed.
    """
    stop = options.stop_command
    if stop and dialogue.ask(f"Run `{stop}` now?"):
        run_command(stop, "--stop-command", dialogue.progress.say, again="migdoctor preflight")
    wish = PreflightWish(
        place=Path(),
        backup=options.backup,
        max_age=options.max_age,
        snapshot=options.snapshot,
        scratch=scratch_gateway(options.scratch_url),
        rollback=options.rollback,
        restoring=options.restoring,
        version_table=options.database.table,
    )
    checked = check_safety(options.database.gateway, wish, dialogue.progress)
    return with_naming(checked, options.database)
