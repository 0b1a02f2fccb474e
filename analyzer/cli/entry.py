"""What both repairs begin with: how they are to be carried out, and their entry in the journal."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from analyzer import __version__
from analyzer.model.plans.journal import (
    DatabaseIdentity,
    FilePart,
    Repair,
    RepairKind,
    RepairState,
    StoredScript,
)
from analyzer.model.plans.plan import FileStep, RowStep
from analyzer.sources.journal.identity import read_actor, read_identity
from analyzer.workflow.walk import Walk

TOOL = f"migdoctor {__version__}"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a repair is carried out: for real or not, asked for or not, and told where."""

    dry_run: bool
    yes: bool
    as_json: bool = False
    output: str | None = None  # a file in the place of standard output


def new_id(now: datetime) -> str:
    """A repair's name in the journal: when it began, and four digits that make it its own."""
    return f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


def new_entry(
    done: Walk,
    repair: str,
    kind: RepairKind,
    steps: Sequence[FileStep | RowStep],
    *,
    scripts: tuple[StoredScript, StoredScript],
    before: str,
    after: str | None = None,
    database: DatabaseIdentity | None = None,
    files: tuple[str, ...] = (),
    file_part: FilePart | None = None,
    follow_up: StoredScript | None = None,
) -> Repair:
    """Make the intent that is written before anything changes.

    Args:
        done: the walk that the plan comes from.
        repair: its name.
        kind: what it changes.
        steps: the plan's.
        scripts: the script and its way back, as they are kept.
        before, after: fingerprints of what is touched, where they are known.
        database: the one that a rewrite changes.
        files: all paths that a rename touches.
        file_part: the files that a rewrite changes with its rows.
        follow_up: the draft that is kept with it.
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
        after=after,
        database=database,
        steps=as_data(steps),
        files=files,
        file_part=file_part,
        follow_up=follow_up,
    )


def as_data(steps: Sequence[FileStep | RowStep]) -> tuple[Mapping[str, Any], ...]:
    """A plan's steps as the journal holds them."""
    return tuple({"step": type(step).__name__, **asdict(step)} for step in steps)
