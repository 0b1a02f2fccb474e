"""What came of a recovery that was asked for; each ending knows the exit status that it means."""

from pathlib import Path
from typing import ClassVar

from analyzer.model.recovery.checklist import Checklist
from analyzer.model.recovery.recovery import Misfit, Plan
from analyzer.records import Struct


class RecoveryRunEnded(Struct, frozen=True):
    """How far a run over the steps came.

    ``compared`` is what was looked at, None where it did not come so far; ``misfits`` are rows that
    do not fit. ``notes`` are what is left for a person to look at.
    """

    plan: Plan
    folder: Path
    finished: bool
    compared: Checklist | None
    misfits: tuple[Misfit, ...]
    notes: tuple[str, ...]

    @property
    def status(self) -> int:
        """The exit status: 0 if it is finished and nothing failed."""
        if self.misfits or not self.finished:
            return 1
        return int(self.compared is not None and bool(self.compared.failed))


class RunbookWritten(Struct, frozen=True):
    """The steps were only written down; nothing was carried out."""

    files: tuple[Path, ...]
    status: ClassVar[int] = 0


class RecoveryClosed(Struct, frozen=True):
    """It was taken back, or what it kept was dropped; ``told`` says what was done."""

    told: str
    status: ClassVar[int] = 0


class DeclinedRecovery(Struct, frozen=True):
    """The question was answered with no; nothing was changed."""

    status: ClassVar[int] = 1


RecoveryEnd = RecoveryRunEnded | RunbookWritten | RecoveryClosed | DeclinedRecovery
