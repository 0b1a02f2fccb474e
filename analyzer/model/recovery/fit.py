"""Whether the rows of one schema fit another, as far as the two catalogues tell."""

from analyzer.model.recovery.recovery import Misfit, TablePart
from analyzer.model.schema.database_state import TableState
from analyzer.records import Struct


class FitDoubt(Struct, frozen=True):
    """A column whose rows must be looked at: why, and what is not to be found in it.

    ``kind`` is null, type or dropped; ``type`` the type that the values must have.
    """

    table: TableState
    column: str
    kind: str
    type: str


class Fit(Struct, frozen=True):
    """The comparison of two catalogues: what can be carried over, and what to look at first.

    ``missing`` are tables that have no place at all; whether that matters depends on their rows.
    """

    parts: tuple[TablePart, ...]
    missing: tuple[TableState, ...]
    doubts: tuple[FitDoubt, ...]
    misfits: tuple[Misfit, ...]
