"""SQL as the engine has it: quoting, and files of ours that change the version table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from analyzer.engines.sessions import Gateway

if TYPE_CHECKING:
    from analyzer.engines.results import Run
    from analyzer.model.core.version_table import TableName
    from analyzer.model.notes.note import MadeNotes, NewNote, Notebook
    from analyzer.model.plans.audit_note import AuditNote
    from analyzer.model.plans.migration_lock import MigrationLock
    from analyzer.model.plans.plan import Provenance, RowPlan
    from analyzer.model.plans.recorded_change import RecordedChange
    from analyzer.model.recovery.recovery import FullPlan, Reach, TablesPlan
    from analyzer.model.schema.database_state import (
        SequenceState,
    )


class Scripts(Protocol):
    """SQL as the engine has it: quoting, and files of ours that change the version table."""

    def identifier(self, *parts: str) -> str:
        """Quote a name, schema first."""
        ...

    def literal(self, text: str | None) -> str:
        """Quote a text; None is NULL."""
        ...

    def shown_identifier(self, name: str) -> str:
        """Quote a name for people; what would not be seen is escaped."""
        ...

    def shown_literal(self, text: str) -> str:
        """Quote a text for people; what would not be seen is escaped."""
        ...

    def render_rewrite(
        self,
        plan: "RowPlan",
        provenance: "Provenance",
        *,
        lock_timeout: str = "5s",
        audit: "AuditNote | None" = None,
        notes: "MadeNotes | None" = None,
    ) -> str:
        """Write a plan as one SQL file."""
        ...

    def render_recorded(
        self,
        steps: "Sequence[RecordedChange]",
        table: "TableName",
        provenance: "Provenance",
        notes: Sequence[str],
        *,
        lock_timeout: str,
        lock: "MigrationLock | None" = None,
    ) -> str:
        """Write the SQL for databases that are not here."""
        ...

    def render_notes(
        self,
        notes: "Sequence[NewNote]",
        table: "TableName",
        notebook: "Notebook",
        *,
        anew: bool,
        lock_timeout: str,
    ) -> str:
        """Write an SQL file that appends notes to those that were read beside a version table."""
        ...

    def anchor_notes(self, gateway: Gateway, table: "TableName") -> None:
        """Keep outside of the notes how many there are, where that is not done as they are written.

        What fails is no error: notes that are cut off at the end then go unseen.
        """
        ...

    def with_patch(self, text: str, patch: bytes) -> str:
        """Append a patch to an SQL file, as a comment."""
        ...

    def is_time(self, text: str) -> bool:
        """Whether the engine would take the text for a time to wait, such as ``5s``."""
        ...

    def with_lock_timeout(self, text: str, timeout: str) -> str:
        """Give a file another time to wait for the version table's lock."""
        ...

    def without_commit(self, text: str) -> str:
        """Make a file a dry run."""
        ...

    def run_sql(self, gateway: Gateway, text: str, *, repair: str, account: str) -> "Run":
        """Run a file of ours: done, refused, or cut off."""
        ...

    def is_running(self, gateway: Gateway, repair: str) -> bool:
        """Whether the session that carries out a repair is still at work."""
        ...

    def set_sequence(
        self, sequence: "SequenceState", value: int | None, *, called: bool | None = None
    ) -> str:
        """Write the statement that lets a sequence stand at a number.

        Args: called: whether that number was given out, so that the next one follows it; None
            for the engine's own default, which is that it was.
        """
        ...

    def render_shell(self, plan: "FullPlan | TablesPlan", reach: "Reach") -> str:
        """Write a recovery's runbook as a shell script."""
        ...

    def render_markdown(self, plan: "FullPlan | TablesPlan", reach: "Reach") -> str:
        """Write a recovery's runbook for people."""
        ...
