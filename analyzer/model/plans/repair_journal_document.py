"""Journal entries as JSON documents, and back. Each entry tells a repair whole."""

from collections.abc import Mapping
from typing import Any, assert_never

from analyzer.model.core.table_row import NO_COLUMNS, Columns, TableRow
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.plan import (
    DeleteRow,
    FileStep,
    InsertRow,
    MoveFile,
    ReplaceLine,
    RowStep,
    UpdateRow,
)
from analyzer.model.plans.repair_journal import (
    Actor,
    FilePart,
    FleetPart,
    Repair,
    RepairKind,
    RepairState,
    RepositoryIdentity,
    StoredScript,
    TableLocation,
)
from analyzer.records import asdict

FORMAT = 1
_ROW_STEPS: dict[str, type[RowStep]] = {
    kind.__name__: kind for kind in (UpdateRow, DeleteRow, InsertRow)
}


def to_document(repair: Repair) -> dict[str, Any]:
    """Write a repair as plain data; what most repairs have alike or not at all is left out."""
    told = asdict(repair)
    if repair.version_column == "version":
        del told["version_column"]
    if repair.fleet is None:
        del told["fleet"]
    return {"format": FORMAT, **told}


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
    fleet = given.pop("fleet", None)
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
        fleet=_fleet_part(**fleet) if fleet else None,
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


def step_document(step: FileStep | RowStep) -> dict[str, Any]:
    """Write a step as plain data; of a row without further columns only its version."""
    kind = {"step": type(step).__name__}
    match step:
        case UpdateRow(before, after):
            versions = {"old": before.version, "new": after.version}
            columns = _columns("old_columns", before) | _columns("new_columns", after)
            return {**kind, **versions, **columns}
        case DeleteRow(row) | InsertRow(row):
            return {**kind, "version": row.version, **_columns("columns", row)}
        case MoveFile() | ReplaceLine():
            return {**kind, **asdict(step)}
        case _:
            assert_never(step)


def _columns(name: str, row: TableRow) -> dict[str, Any]:
    return {name: dict(row.columns)} if row.columns else {}


def _row_step(*, step: str, **fields: Any) -> RowStep:  # noqa: ANN401  as JSON has it
    kind = _ROW_STEPS[step]
    if kind is UpdateRow:
        old, new = fields.pop("old_columns", {}), fields.pop("new_columns", {})
        return UpdateRow(_row(fields.pop("old"), old), _row(fields.pop("new"), new), **fields)
    row = _row(fields.pop("version"), fields.pop("columns", {}))
    return InsertRow(row, **fields) if kind is InsertRow else DeleteRow(row, **fields)


def _row(version: str, columns: Mapping[str, str | None]) -> TableRow:
    return TableRow(version, Columns(tuple(columns), columns.values()) if columns else NO_COLUMNS)


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


def _fleet_part(*, kind: str, **given: Any) -> FleetPart:  # noqa: ANN401  as JSON has it
    from analyzer.model.core.fleet import FleetKind

    return FleetPart(kind=FleetKind(kind), **given)


def _database(given: Mapping[str, Any]) -> TableLocation:
    return TableLocation(**{**given, "table": TableName(**given["table"])})
