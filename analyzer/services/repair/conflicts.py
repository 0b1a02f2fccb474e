"""Whether another repair of the same renames stands in the way."""

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from analyzer.analysis.repair.repair_conflicts import (
    Ground,
    Rename,
    find_conflicts,
    refuse_conflict,
    tell_conflict,
)
from analyzer.errors import AnalyzerError
from analyzer.model.core.messages import Notes
from analyzer.model.plans.plan import Refusal
from analyzer.model.plans.repair_journal import Repair, RepairKind
from analyzer.services.dialogue import Dialogue
from analyzer.sources.journal.identity import read_identity
from analyzer.sources.journal.journal_reading import is_of, read_journal
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk


def find_conflict(
    request: Request,
    done: Walk,
    kind: RepairKind,
    renames: Collection[Rename],
    dialogue: Dialogue,
) -> Refusal | None:
    """Look through the journal; without one that can be read there is nothing to hold against.

    What was repaired elsewhere stands in nobody's way, and is told.
    """
    try:
        journal = [repair for repair in read_journal() if repair.kind is not kind]
    except AnalyzerError:
        return None
    if not journal or not renames:
        return None
    repository = done.inference.repository
    ground = Ground(
        read_identity(repository, ()).root,
        lambda repair: is_of(repair, repository.path),
        lambda repair, path: os.path.lexists(Path(repair.repository.path, path)),
        lambda repair: _is_here(request, repair),
    )
    read = done.inference.framework.numbering.read
    found = list(find_conflicts(kind, renames, journal, ground, read))
    blocking = [it for it in found if it.blocks]
    if blocking:
        return refuse_conflict(blocking[0])
    dialogue.tell(Notes(tuple(tell_conflict(it) for it in found)))
    return None


def _is_here(request: Request, repair: Repair) -> bool:
    """Whether the rows at hand are those of the database that a rewrite changed."""
    if request.rows is not None or repair.database is None:
        return False
    from analyzer.engines.registry import open_gateway

    with suppress(AnalyzerError):
        gateway = open_gateway(request.database_url, request.exec_prefix)
        return gateway.engine.catalog.read_standing(
            gateway, repair.database.table
        ).identity.is_same(repair.database)
    return False
