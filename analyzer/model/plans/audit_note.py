"""What is noted of a repair in the database itself."""

from analyzer.records import Struct


class AuditNote(Struct, frozen=True):
    """What the audit table is to say of a repair, besides its rows."""

    repair: str  # the repair's id in the journal
    action: str  # rewrite, or undo
    tool: str
