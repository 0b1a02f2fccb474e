"""Findings: a diagnosis with a stable code. The table below is the one place that names them all."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is. Only errors and warnings make a command exit with status 1."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know: where, what, why it matters, how to fix it. ``line`` is one-based."""

    code: str
    severity: Severity
    what: str
    why: str
    fix: str
    environment: str | None = None
    version: str | None = None
    path: str | None = None
    line: int | None = None


CODES: Mapping[str, str] = {
    "MD101": "renamed after it ran",
    "MD102": "ambiguous rename",
    "MD103": "deleted after it ran",
    "MD104": "version reused by another migration",
    "MD105": "file name changed, version kept",
    "MD106": "edited after it ran",
    "MD107": "row without a file in any history",
    "MD108": "pending",
    "MD109": "arrives late: pending but older than the newest applied",
    "MD110": "two files with one version",
    "MD111": "two files with one class name",
    "MD112": "version claimed by two migrations",
    "MD113": "one version stored twice",
    "MD114": "illegal file name",
    "MD115": "timestamp of the wrong length",
    "MD116": "timestamp in the future",
    "MD117": "row that is no version",
    "MD118": "renamed before it ran here",
    "MD119": "recorded under the old and the new version",
    "MD120": "several commits explain the rows",
    "MD201": "history is shallow",
    "MD202": "several applications",
}
