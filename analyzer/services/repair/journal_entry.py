"""What every repair begins with: its entry in the journal, written before anything changes."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from analyzer import __version__
from analyzer.model.plans.plan import FileStep, RowStep
from analyzer.model.plans.repair_journal import (
    Repair,
    RepairKind,
    RepairState,
    StoredScript,
)
from analyzer.model.plans.repair_journal_document import step_document
from analyzer.sources.journal.identity import read_actor, read_identity
from analyzer.workflow.walk import Walk

TOOL = f"migdoctor {__version__}"


def new_id(now: datetime) -> str:
    """A repair's name in the journal: when it began, and four digits that make it its own."""
    return f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


def new_entry(
    done: Walk,
    repair: str,
    kind: RepairKind,
    steps: Sequence[FileStep | RowStep],
    scripts: tuple[StoredScript, StoredScript],
    before: str,
) -> Repair:
    """Make the intent that is written before anything changes; callers add what they know more.

    Args:
        done: the walk that the plan comes from.
        repair: its name.
        kind: what it changes.
        steps: the plan's.
        scripts: the script and its way back, as they are kept.
        before: the fingerprint of what is touched.
    """
    repository = done.inference.repository
    time = f"{done.inference.request.now:%Y-%m-%dT%H:%M:%S}Z"
    script, way_back = scripts
    return Repair(
        id=repair,
        kind=kind,
        state=RepairState.BEGUN,
        time=time,
        changed=time,
        who=read_actor(repository),
        tool=TOOL,
        repository=read_identity(repository, done.report.repository.files.directories),
        script=script,
        way_back=way_back,
        before=before,
        after=None,
        steps=as_data(steps),
    )


def as_data(steps: Sequence[FileStep | RowStep]) -> tuple[Mapping[str, Any], ...]:
    """A plan's steps as the journal holds them."""
    return tuple(step_document(step) for step in steps)
