"""A repair tried on a copy: what was checked, what the migrate did, what could not be tried."""

from dataclasses import dataclass

from analyzer.model.schema.measure import Check, StructureChange


@dataclass(frozen=True, slots=True)
class MigrateRun:
    """How the project's own migrate command ended on the copy.

    ``ran`` are the versions that it added to the version table; ``output`` is its last lines.
    """

    command: str
    status: int
    output: str
    ran: tuple[str, ...]
    change: StructureChange


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """All that a rehearsal found. It is safe only if nothing failed."""

    repair: str  # rewrite or rename-back
    source: str
    scratch: str
    steps: int
    checks: tuple[Check, ...]
    migrate: MigrateRun | None
    not_rehearsed: tuple[str, ...]

    @property
    def safe(self) -> bool:
        """Whether every check passed; one that could not be made is not passed."""
        return all(check.passed is True for check in self.checks)
