"""What a repair is asked to be, as values."""

from pathlib import Path

from analyzer.engines.registry import usual_engine
from analyzer.errors import UsageError
from analyzer.model.plans.hand_script import HandScript
from analyzer.records import Struct

IN_FOLDER = ""
"""Of a draft: its place in the migration folder, where somebody agrees."""

LOCK_TIMEOUT = "5s"  # how long to wait for the lock of the version table


class RenameBackOptions(Struct, frozen=True):
    """How files get their old names.

    ``git`` stages the moves; ``allow_dirty`` moves files that are not as committed; ``dry_run``
    does all but the change; ``undo`` proposes the way back of a repair that is still to come.
    ``follow_up`` is a new file for the draft of a migration that brings what edits hid, - for
    standard output, or `IN_FOLDER`. ``script`` is what is written of it, for whoever runs that.
    """

    git: bool = False
    allow_dirty: bool = False
    dry_run: bool = False
    undo: bool = False
    follow_up: str | None = None
    script: HandScript | None = None


class RewriteOptions(Struct, frozen=True):
    """How rows get the versions of their files.

    ``combined`` also mends what the rows alone leave behind; ``audit`` notes the repair in the
    database; ``lock_timeout`` is a number and a unit, such as 5s. The others are those of
    `RenameBackOptions`, for the files that change with the rows.
    """

    combined: bool = False
    audit: bool = False
    lock_timeout: str = LOCK_TIMEOUT
    allow_dirty: bool = False
    dry_run: bool = False
    undo: bool = False
    follow_up: str | None = None
    script: HandScript | None = None

    def __post_init__(self) -> None:
        demand_time(self.lock_timeout)

    @property
    def files(self) -> RenameBackOptions:
        """The same for the files that change with the rows."""
        return RenameBackOptions(allow_dirty=self.allow_dirty, dry_run=self.dry_run)


class FleetOptions(Struct, frozen=True):
    """How the rows of a fleet get the versions of their files.

    ``canary`` is how many tenants are changed in all before it stops, None for all of them;
    ``carry_out`` changes them, or tries to, instead of writing a script for each.
    """

    rows: RewriteOptions
    canary: int | None = None
    carry_out: bool = False


class UndoOptions(Struct, frozen=True):
    """How a repair is taken back; ``repo`` None is the repository that was repaired.

    ``is_typed``: an option names the database, and no file or variable.
    """

    repo: str | None = None
    database_url: str | None = None
    exec_prefix: tuple[str, ...] = ()
    lock_timeout: str = LOCK_TIMEOUT
    allow_dirty: bool = False
    dry_run: bool = False
    is_typed: bool = False

    def __post_init__(self) -> None:
        demand_time(self.lock_timeout)


class RehearsalOptions(Struct, frozen=True):
    """How a repair is tried: ``repair`` is rewrite or rename-back; empty for the advised one.

    ``scratch_url`` None starts a server for the purpose; ``dump`` None copies the live database.
    ``trusted``: the migrate command runs though nothing shows which database it uses. ``keep``: the
    copy stays in the scratch database that was named.
    """

    repair: str = ""
    scratch_url: str | None = None
    dump: Path | None = None
    with_data: bool = False
    migrate_command: str | None = None
    trusted: bool = False
    keep: bool = False


def demand_time(text: str) -> None:
    """Check how long to wait for a lock.

    Raises:
        UsageError: the database would not take it.
    """
    if not usual_engine().scripts.is_time(text):
        raise UsageError(
            f"--lock-timeout {text!r} is not a valid time to wait",
            why="it takes a number above 0 and a unit (ms, s, min, h or d), at most 24 days",
            fix="for example: --lock-timeout 5s",
        )
