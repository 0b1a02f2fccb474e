"""What a repair is asked to be, as values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.engines.postgresql.scripts.sql_file import is_time
from analyzer.errors import UsageError
from analyzer.model.findings.follow_up import FollowUp

LOCK_TIMEOUT = "5s"  # how long to wait for the lock of the version table
DraftWriter = Callable[[FollowUp], str]  # a follow-up as the text of a migration


@dataclass(frozen=True, slots=True)
class FollowUpOptions:
    """What becomes of the edits that a repair would hide.

    ``write`` writes the draft of a migration that brings them: it is kept with a repair that is
    carried out, and put into ``file`` (- is standard output). Without it there is no draft.
    """

    file: str | None = None
    write: DraftWriter | None = None


@dataclass(frozen=True, slots=True)
class RenameBackOptions:
    """How files get their old names.

    ``git`` stages the moves; ``allow_dirty`` moves files that are not as committed; ``dry_run``
    does all but the change; ``undo`` proposes the way back of a repair that is still to come.
    """

    git: bool = False
    allow_dirty: bool = False
    dry_run: bool = False
    undo: bool = False
    follow_up: FollowUpOptions = field(default_factory=FollowUpOptions)


@dataclass(frozen=True, slots=True)
class RewriteOptions:
    """How rows get the versions of their files.

    ``combined`` also mends what the rows alone leave behind; ``audit`` notes the repair in the
    database; ``lock_timeout`` is a number and a unit, as PostgreSQL takes it. The others are those
    of `RenameBackOptions`, for the files that change with the rows.
    """

    combined: bool = False
    audit: bool = False
    lock_timeout: str = LOCK_TIMEOUT
    allow_dirty: bool = False
    dry_run: bool = False
    undo: bool = False
    follow_up: FollowUpOptions = field(default_factory=FollowUpOptions)

    def __post_init__(self) -> None:
        demand_time(self.lock_timeout)

    @property
    def files(self) -> RenameBackOptions:
        """The same for the files that change with the rows."""
        return RenameBackOptions(
            allow_dirty=self.allow_dirty, dry_run=self.dry_run, follow_up=self.follow_up
        )


@dataclass(frozen=True, slots=True)
class UndoOptions:
    """How a repair is taken back; ``repo`` None is the repository that was repaired."""

    repo: str | None = None
    database_url: str | None = None
    exec_prefix: tuple[str, ...] = ()
    lock_timeout: str = LOCK_TIMEOUT
    allow_dirty: bool = False
    dry_run: bool = False

    def __post_init__(self) -> None:
        demand_time(self.lock_timeout)


@dataclass(frozen=True, slots=True)
class RehearsalOptions:
    """How a repair is tried: ``repair`` is rewrite or rename-back.

    ``scratch_url`` None starts a server for the purpose; ``dump`` None copies the live database.
    """

    repair: str = "rewrite"
    scratch_url: str | None = None
    dump: Path | None = None
    with_data: bool = False
    migrate_command: str | None = None


def demand_time(text: str) -> None:
    """Check how long to wait for a lock.

    Raises:
        UsageError: PostgreSQL would not take it.
    """
    if not is_time(text):
        raise UsageError(
            f"--lock-timeout {text!r} is no time to wait",
            why="it is a number above 0 and a unit (ms, s, min, h or d), at most 24 days",
            fix="for example: --lock-timeout 5s",
        )
