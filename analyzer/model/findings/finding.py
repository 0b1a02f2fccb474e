"""Findings: what a diagnosis or a check says, under a stable code; see `Rule` for the codes."""

from collections.abc import Mapping
from enum import StrEnum

from analyzer.model.plans.gate_steps import Steps
from analyzer.records import Struct


class Severity(StrEnum):
    """How bad it is. Only errors and warnings make a command exit with status 1."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


SeverityByCode = Mapping[str, Severity | None]  # None: the finding is switched off


class Finding(Struct, frozen=True):
    """One thing to know: where, what, why it matters, how to fix it. ``line`` is one-based.

    ``command`` is what mends it, to be run as it is from the repository's root; ``steps`` are the
    same as data, where it only touches files.
    """

    code: str
    severity: Severity
    what: str
    why: str
    fix: str
    environment: str | None = None
    version: str | None = None
    path: str | None = None
    line: int | None = None
    command: str | None = None
    steps: Steps = ()
