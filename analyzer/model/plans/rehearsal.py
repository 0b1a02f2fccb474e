"""A repair tried on a copy: what was checked, what the migrate did, what could not be tried."""

from analyzer.model.plans.repair_path import PathSteps
from analyzer.model.schema.measure import Check, StructureChange
from analyzer.records import Struct

NOT_STARTED = {126: "the command cannot be executed", 127: "the command does not exist here"}
"""What a shell's exit status says of a command that it could not start."""


class MigrateRun(Struct, frozen=True):
    """How the project's own migrate command ended on the copy.

    ``ran`` are the versions that it added to the version table; ``output`` is its last lines.
    """

    command: str
    status: int
    output: str
    ran: tuple[str, ...]
    change: StructureChange

    @property
    def started(self) -> bool:
        """Whether the shell found it."""
        return self.status not in NOT_STARTED or bool(self.ran)


class Rehearsal(Struct, frozen=True):
    """All that a rehearsal found. It is safe only if nothing failed; ``rest`` comes after it.

    ``follow_up`` is the draft that ran with the migrate, in words; empty where none did.
    """

    repair: str  # rewrite or rename-back
    source: str
    scratch: str
    steps: int
    checks: tuple[Check, ...]
    migrate: MigrateRun | None
    not_rehearsed: tuple[str, ...]
    rest: PathSteps = ()
    follow_up: str = ""

    @property
    def safe(self) -> bool:
        """Whether every check passed; one that could not be made is not passed."""
        return all(check.passed is True for check in self.checks)

    @property
    def repairs(self) -> bool:
        """Whether the repair itself passed, though the migrate after it may have to wait."""
        return all(check.passed is True or check.later for check in self.checks)


class Copied(Struct, frozen=True):
    """What came of copying: errors as the database tells them, and what to know of the versions.

    ``whole``: all rows were copied, though nobody asked for them.
    """

    problems: tuple[str, ...]
    notes: tuple[str, ...]
    whole: bool = False
