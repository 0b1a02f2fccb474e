"""The SQL of a rewrite as it is shown, kept and run: forth, back, and the schema file's patch."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from analyzer.analysis.notes.moved_notes import moved_notes
from analyzer.analysis.notes.state import notes_of_rows
from analyzer.errors import DatabaseError, UsageError
from analyzer.frameworks.ports.numbering import Numbering
from analyzer.model.notes.note import MadeNotes, NewNote
from analyzer.model.plans.audit_note import AuditNote
from analyzer.model.plans.plan import RowPlan
from analyzer.records import replace
from analyzer.scripts.patch.patch import render_patch
from analyzer.services.repair.journal_entry import TOOL, new_id
from analyzer.services.repair.options import RewriteOptions
from analyzer.workflow.repair.repairs import provenance, schema_contents
from analyzer.workflow.walk import Walk

if TYPE_CHECKING:
    from analyzer.engines.base import Engine


def render_whole(
    plan: RowPlan,
    done: Walk,
    lock_timeout: str,
    audit: AuditNote | None,
    notes: MadeNotes | None = None,
    *,
    rest: str = "",
) -> str:
    """Write the SQL, with the patch for the schema file where one is to change.

    Args: rest: what is left to do once it has run, which it then says.
    """
    scripts = done.engine.scripts
    origin = replace(provenance(done), rest=rest)
    text = scripts.render_rewrite(plan, origin, lock_timeout=lock_timeout, audit=audit, notes=notes)
    patch = schema_patch(plan, done)
    return scripts.with_patch(text, patch) if patch else text


def schema_patch(plan: RowPlan, done: Walk) -> bytes:
    """The change of the schema file; empty where none is to change."""
    if not plan.schema.steps:
        return b""
    return render_patch(plan.schema, schema_contents(done), provenance(done))


def scripts_of(done: Walk, plan: RowPlan, options: RewriteOptions) -> tuple[str, str, str]:
    """Name the repair, and write it and its way back."""
    repair = new_id(done.inference.request.now)

    def note(action: str) -> AuditNote | None:
        return AuditNote(repair, action, TOOL) if options.audit else None

    made, unmade = made_notes(done, plan, repair)
    forth = render_whole(plan, done, options.lock_timeout, note("rewrite"), made)
    back = render_whole(plan.inverse(), done, options.lock_timeout, note("undo"), unmade)
    return repair, forth, back


def made_notes(
    done: Walk, plan: RowPlan, repair: str = ""
) -> tuple[MadeNotes | None, MadeNotes | None]:
    """What a rewrite and its way back append to the notes beside the rows, where notes are kept.

    Raises:
        DatabaseError: another session keeps the notes from being read.
    """
    noted = done.inference.noted
    if noted is not None and noted.notebook.locked and plan.steps:
        raise DatabaseError(
            f"the notes in {noted.notebook.place} are locked by another session; nothing was "
            "changed",
            why="the change of the rows could not be noted there",
            fix="wait until that session has ended, then run the same command again",
        )
    if noted is None or done.inference.request.notes is not None or not noted.chain.holds:
        return None, None
    latest = notes_of_rows(noted.latest.values())
    return notes_about(plan, latest, done.inference.framework.numbering, repair)


def notes_about(
    plan: RowPlan, latest: Iterable[NewNote], numbering: Numbering, repair: str = ""
) -> tuple[MadeNotes | None, MadeNotes | None]:
    """The same for a plan and what is noted of its rows."""
    moved = moved_notes(plan.steps, latest, numbering)
    words = f" {repair}" if repair else ""
    return (
        MadeNotes(moved.forth, f"rewrite{words}") if moved.forth else None,
        MadeNotes(moved.back, f"undo{words}") if moved.back else None,
    )


def audit_note(plan: RowPlan, engine: "Engine", now: datetime, *, undo: bool) -> AuditNote:
    """What a proposed script notes in the database when it is run.

    Args: engine: whose script it is.

    Raises:
        UsageError: the schema of the version table is not known.
    """
    if plan.table.schema is None and engine.features.schemas:
        raise UsageError(
            "--audit needs to know the version table's schema",
            why="rows from a file do not tell it, and the audit table belongs beside it",
            fix=f"pass it as [SCHEMA.]NAME: --version-table public.{plan.table.name}",
        )
    return AuditNote(new_id(now), "undo" if undo else "rewrite", TOOL)
