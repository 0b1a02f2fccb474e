"""Journal entries as JSON documents, and back. Each entry tells a repair whole."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from analyzer.model.core.version_table import TableName
from analyzer.model.plans.journal import (
    Actor,
    DatabaseIdentity,
    FilePart,
    Repair,
    RepairKind,
    RepairState,
    RepositoryIdentity,
    StoredScript,
)
from analyzer.model.plans.plan import DeleteRow, InsertRow, RowStep, UpdateRow

FORMAT = 1
_ROW_STEPS: dict[str, type[RowStep]] = {
    kind.__name__: kind for kind in (UpdateRow, DeleteRow, InsertRow)
}


def to_document(repair: Repair) -> dict[str, Any]:
    """Write a repair as plain data."""
    return {"format": FORMAT, **asdict(repair)}


def from_document(document: Mapping[str, Any]) -> Repair:
    """Read a repair from plain data.

    Raises:
        KeyError, TypeError, ValueError: the data is no journal entry of this format.
    """
    given = dict(document)
    if given.pop("format") != FORMAT:
        raise ValueError(document["format"])
    database, undone_by, repository = (
        given.pop(name) for name in ("database", "undone_by", "repository")
    )
    file_part, follow_up = given.pop("file_part", None), given.pop("follow_up", None)
    repair = Repair(
        id=given.pop("id"),
        kind=RepairKind(given.pop("kind")),
        state=RepairState(given.pop("state")),
        who=Actor(**given.pop("who")),
        repository=RepositoryIdentity(**{**repository, "folders": tuple(repository["folders"])}),
        script=StoredScript(**given.pop("script")),
        way_back=StoredScript(**given.pop("way_back")),
        database=_database(database) if database else None,
        steps=tuple(given.pop("steps")),
        files=tuple(given.pop("files")),
        undone_by=Actor(**undone_by) if undone_by else None,
        file_part=_file_part(**file_part) if file_part else None,
        follow_up=StoredScript(**follow_up) if follow_up else None,
        **given,
    )
    if (repair.database is None) is not (repair.kind is RepairKind.RENAME_BACK):
        raise ValueError(repair.kind)
    if repair.kind is RepairKind.REWRITE:
        read_row_steps(repair)
    return repair


def read_row_steps(repair: Repair) -> tuple[RowStep, ...]:
    """Read the steps of a rewrite.

    Raises:
        KeyError, TypeError, ValueError: one of them is none.
    """
    return tuple(_row_step(**step) for step in repair.steps)


def _row_step(*, step: str, **fields: str) -> RowStep:
    return _ROW_STEPS[step](**fields)


def _file_part(
    *,
    script: Mapping[str, str],
    way_back: Mapping[str, str],
    paths: list[str],
    before: str,
    after: str | None,
    steps: list[Mapping[str, Any]],
) -> FilePart:
    scripts = StoredScript(**script), StoredScript(**way_back)
    return FilePart(*scripts, tuple(map(str, paths)), str(before), after, tuple(steps))


def _database(given: Mapping[str, Any]) -> DatabaseIdentity:
    return DatabaseIdentity(**{**given, "table": TableName(**given["table"])})
