"""Trials on a copy: whether one can be made, how it is typed, and what all rows take."""

from analyzer.analysis.advice.way_facts import AllRows
from analyzer.analysis.repair.follow_up_limits import only_rows_tell
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.workflow.next_steps.typed_commands import typed
from analyzer.workflow.reading.files.application import startable_in, typed_in
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk


def can_rehearse(done: Walk) -> bool:
    """Whether there is a server, or a file, to try a repair in."""
    scratch = done.engine.scratch
    return scratch is not None and scratch.is_installed()


def trial_of(done: Walk, request: Request | None = None, way: RepairKind | None = None) -> str:
    """The command that runs the next migrate on a copy; empty where none can be made.

    Args: way: the repair that goes before; None where there is none.
    """
    request = request or done.inference.request
    if request.rows is not None or request.is_fleet or not can_rehearse(done):
        return ""
    command = typed_in(done.inference.repository, done.inference.target)
    first = ("--repair", str(way)) if way is not None else ()
    return typed(request, "rehearse", *first, "--with-data", "--migrate-command", command)


def all_rows_of(done: Walk) -> AllRows:
    """What a copy of all rows takes."""
    repository, target = done.inference.repository, done.inference.target
    catalog = done.inference.catalog
    size = sum(it.bytes for it in catalog.sizes.values()) if catalog is not None else None
    return AllRows(size, runs_here=startable_in(repository, target))


def rows_tell(done: Walk, found: FollowUp) -> bool:
    """Whether rows of this database may refuse what a follow-up does."""
    catalog = done.inference.catalog
    return only_rows_tell(found, catalog.sizes if catalog is not None else {})
