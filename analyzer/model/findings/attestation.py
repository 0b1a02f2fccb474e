"""Attestation: whether what a migration creates is in the database, whatever its rows say."""

from enum import StrEnum

from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version_table import AppliedRow
from analyzer.records import Struct


class Presence(StrEnum):
    """How many of the objects that a migration leaves behind are there."""

    ALL = "all"
    SOME = "some"
    NONE = "none"
    UNKNOWN = "unknown"  # it leaves none, or which ones cannot be told


class Attested(StrEnum):
    """What row and catalogue say together."""

    APPLIED = "applied"
    ROW_WITHOUT_EFFECT = "row-without-effect"
    EFFECT_WITHOUT_ROW = "effect-without-row"
    HALF_APPLIED = "half-applied"
    PENDING = "pending"
    UNKNOWN = "unknown"


class Attestation(Struct, frozen=True):
    """One migration against the catalogue.

    ``file`` is the text that counts: the one that ran for a row, today's for a file without one.
    ``present`` and ``missing`` name objects as ``kind:name``; words may follow that say how they
    are there (``is INVALID``, ``is still there``, ``is gone``). ``tolerant``: the file passes over
    all of its objects that are there; ``repeats``: beside them it writes rows, or does what cannot
    be read, each time it runs. ``doubted`` is the newest row whose text is not known, where
    that may have taken away what is missing.
    """

    file: MigrationFile
    row: AppliedRow | None
    presence: Presence
    verdict: Attested
    present: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    tolerant: bool = False
    repeats: bool = False
    doubted: str | None = None
