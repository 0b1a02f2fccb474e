"""The schema as JSON, format 1; with a comparison, its differences too."""

import json
from typing import Any

from analyzer import __version__
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.findings.schema_diff import Difference, SchemaDiff, SchemaReport
from analyzer.model.findings.schema_state import SchemaState, UnknownPart
from analyzer.model.schema.schema import (
    Column,
    Computed,
    Constraint,
    Default,
    ForeignKey,
    Index,
    SqlText,
    Table,
)

Json = dict[str, Any]


def render(report: SchemaReport) -> str:
    """Render the schema as one JSON document; text that is not UTF-8 comes out escaped."""
    return json.dumps(document(report), indent=2, ensure_ascii=True) + "\n"


def document(report: SchemaReport) -> Json:
    """The document as plain values."""
    files, state = report.facts.files, report.state
    found: Json = {
        "format": 1,
        "tool": {"name": "migdoctor", "version": __version__},
        "repository": {
            "path": report.facts.path,
            "ref": files.ref,
            "commit": files.commit,
            "directories": list(files.directories),
            "other_directories": list(report.facts.other_applications),
            "framework": report.facts.framework,
            "migrations": len(files.files),
        },
        "tables": {name: _table(table, state) for name, table in state.schema.tables.items()},
        "enums": {name: list(enum.values) for name, enum in state.schema.enums.items()},
        "extensions": sorted(state.schema.extensions),
        "others": [{"kind": it.kind, "name": it.name} for it in sorted(state.schema.others)],
        "opaque": [_unknown(part) for part in state.opaque],
        "conflicts": [
            {"path": it.path, "line": it.line, "what": it.what} for it in state.conflicts
        ],
        "problems": [{"path": it.path, "line": it.line, "what": it.what} for it in report.problems],
    }
    return found if report.diff is None else {**found, "diff": _diff(report.diff)}


def _table(table: Table, state: SchemaState) -> Json:
    return {
        "columns": {column.name: _column(column) for column in table.columns},
        "primary_key": list(table.primary_key),
        "indexes": [_index(index) for index in table.indexes],
        "foreign_keys": [_key(key) for key in table.foreign_keys],
        "constraints": [_constraint(it) for it in table.constraints],
        "comment": table.comment,
        "migration": state.responsible.get(ObjectRef("table", table.name)),
    }


def _column(column: Column) -> Json:
    return {
        "type": column.type,
        "null": column.null,
        **_default(column.default),
        **_present(
            limit=column.limit,
            precision=column.precision,
            scale=column.scale,
            array=column.array or None,
            enum_type=column.enum_type,
            generated=column.generated,
            collation=column.collation,
            comment=column.comment,
        ),
    }


def _default(default: Default) -> Json:
    """A constant as its value; SQL, and what only a run would know, under keys of their own."""
    match default:
        case None:
            return {}
        case SqlText(text):
            return {"default_sql": text}
        case Computed(text):
            return {"default_computed": text}
        case _:
            return {"default": default}


def _present(**values: object) -> Json:
    return {name: value for name, value in values.items() if value is not None}


def _index(index: Index) -> Json:
    return {
        "name": index.name,
        "columns": list(index.columns),
        "unique": index.unique,
        **_present(
            where=index.where,
            using=index.using,
            include=list(index.include) or None,
            opclasses=list(index.opclasses) or None,
            lengths=dict(index.lengths) or None,
        ),
    }


def _key(key: ForeignKey) -> Json:
    return {
        "name": key.name,
        "columns": list(key.columns),
        "to_table": key.to_table,
        **_present(
            primary_key=list(key.primary_key) or None,
            on_delete=key.on_delete,
            on_update=key.on_update,
            validated=None if key.validated else False,
        ),
    }


def _constraint(constraint: Constraint) -> Json:
    return {
        "name": constraint.name,
        "kind": constraint.kind.value,
        **_present(expression=constraint.expression, columns=list(constraint.columns) or None),
    }


def _unknown(part: UnknownPart) -> Json:
    return {"path": part.path, "line": part.line, "text": part.text, "why": part.why}


def _diff(diff: SchemaDiff) -> Json:
    return {
        "against": diff.against,
        "place": diff.place,
        "equal": diff.equal,
        "differences": [_difference(it) for it in diff.differences],
        "notes": list(diff.notes),
    }


def _difference(difference: Difference) -> Json:
    responsible = difference.responsible
    return {
        "standing": difference.status.value,
        "kind": difference.kind,
        "table": difference.table,
        "name": difference.name,
        "detail": difference.detail,
        "changes": [
            {"what": it.what, "files": it.files, "there": it.there} for it in difference.changes
        ],
        "allowed": difference.allowed,
        "migration": None
        if responsible is None
        else {"version": responsible.version, "path": responsible.path, "ran": responsible.ran},
        "perhaps_because": [_unknown(part) for part in difference.unsure],
    }
