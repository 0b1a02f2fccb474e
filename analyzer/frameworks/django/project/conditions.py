"""Indexes and constraints that a model lists, and conditions on its fields as SQL.

Source: django 5.2, db/models/indexes.py, db/models/constraints.py, contrib/postgres/indexes.py.
"""

from collections.abc import Mapping

from analyzer.frameworks.django.project.editor import Editor
from analyzer.frameworks.django.project.late_keys import LateKey
from analyzer.frameworks.django.project.models import ProjectModel
from analyzer.frameworks.django.project.values import ModuleCall
from analyzer.model.effects import effect as e
from analyzer.model.schema.schema import Constraint, ConstraintKind, Index

_METHODS: Mapping[str, str | None] = {
    "Index": None,
    "BTreeIndex": None,
    "BloomIndex": "bloom",
    "BrinIndex": "brin",
    "GinIndex": "gin",
    "GistIndex": "gist",
    "HashIndex": "hash",
    "SpGistIndex": "spgist",
}
_COMPARED: Mapping[str, str] = {"exact": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def index_of(
    editor: Editor, model: ProjectModel, told: object, *, concurrently: bool
) -> LateKey | None:
    """An index that a model lists; None where only running it shows which that is."""
    if not isinstance(told, ModuleCall) or told.last not in _METHODS or told.args:
        return None
    name, listed = told.get("name"), told.get("fields")
    if not isinstance(name, str) or not isinstance(listed, tuple):
        return None
    names = [it.removeprefix("-") for it in listed if isinstance(it, str)]
    columns, include = model.columns(names), _include(model, told)
    condition = told.get("condition")
    where = None if condition is None else condition_of(model, condition)
    if columns is None or include is None or (condition is not None and where is None):
        return None
    down = tuple(
        (column, "DESC")
        for column, it in zip(columns, listed, strict=True)
        if isinstance(it, str) and it.startswith("-")
    )
    line, how, classes = editor.line, _METHODS[told.last], _texts(told.get("opclasses"))

    def make(table: str, columns: tuple[str, ...], name: str) -> "e.PlainEffect":
        index = Index(
            name,
            columns,
            where=where,
            using=how,
            include=include,
            opclasses=classes,
            order=down,
        )
        return e.AddIndex(table, index, line, concurrently=concurrently)

    return LateKey("named index", model.table, columns, "", make, name)


def _texts(told: object) -> tuple[str, ...]:
    return tuple(it for it in told if isinstance(it, str)) if isinstance(told, tuple) else ()


def _include(model: ProjectModel, told: ModuleCall) -> tuple[str, ...] | None:
    return model.columns(_texts(told.get("include")))


def constraint_of(
    editor: Editor, model: ProjectModel, told: object, *, valid: bool
) -> LateKey | None:
    """A constraint that a model lists; None where only running it shows which that is."""
    if not isinstance(told, ModuleCall) or not isinstance(told.get("name"), str):
        return None
    if told.last == "CheckConstraint":
        return _check(editor, model, told, valid=valid)
    if told.last == "UniqueConstraint" and not told.args:
        return _unique(editor, model, told)
    return None


def _check(editor: Editor, model: ProjectModel, told: ModuleCall, *, valid: bool) -> LateKey | None:
    condition = told.get("condition", usual=told.get("check"))
    said = condition_of(model, condition)
    name, line = str(told.get("name")), editor.line
    if said is None:
        editor.opaque(told.text, "only running it shows the condition")
        return None

    def make(table: str, columns: tuple[str, ...], name: str) -> "e.PlainEffect":
        kept = Constraint(name, ConstraintKind.CHECK, said, columns, valid)
        return e.AddConstraint(table, kept, line, validated=valid)

    return LateKey("named check", model.table, (), "", make, name)


def _unique(editor: Editor, model: ProjectModel, told: ModuleCall) -> LateKey | None:
    columns, include = model.columns(_texts(told.get("fields"))), _include(model, told)
    if not columns or include is None:
        return None
    condition, line = told.get("condition"), editor.line
    where = None if condition is None else condition_of(model, condition)
    if condition is not None and where is None:
        return None
    classes = _texts(told.get("opclasses"))
    alone = bool(where or include or classes or told.get("nulls_distinct") is not None)

    def make(table: str, columns: tuple[str, ...], name: str) -> "e.PlainEffect":
        if alone:
            return e.AddIndex(
                table,
                Index(name, columns, unique=True, where=where, include=include, opclasses=classes),
                line,
            )
        return e.AddConstraint(table, Constraint(name, ConstraintKind.UNIQUE, None, columns), line)

    return LateKey("named unique", model.table, columns, "", make, str(told.get("name")))


def removed(model: ProjectModel, name: str, told: object, line: int) -> "e.PlainEffect":
    """The end of a constraint: where it was an index by itself, of that."""
    if isinstance(told, ModuleCall) and told.last == "UniqueConstraint":
        options = ("condition", "include", "opclasses", "nulls_distinct")
        if told.args or any(told.get(it) for it in options):
            return e.RemoveIndex(model.table, line, name, if_exists=True)
    return e.RemoveConstraint(model.table, name, line)


# Conditions


def condition_of(model: ProjectModel, told: object) -> str | None:
    """A condition as SQL; None where only running it shows what it is."""
    if not isinstance(told, ModuleCall):
        return None
    if told.last in ("&", "|"):
        parts = [condition_of(model, it) for it in told.args]
        return _together(parts, " AND " if told.last == "&" else " OR ")
    if told.last == "~":
        part = condition_of(model, told.args[0])
        return None if part is None else f"NOT ({part})"
    if told.last != "Q":
        return None
    parts = [_part(model, it) for it in told.args]
    parts += [_compared(model, *it) for it in told.named.items() if it[0][0] != "_"]
    word = " OR " if told.get("_connector") == "OR" else " AND "
    whole = _together(parts, word)
    return f"NOT ({whole})" if whole is not None and told.get("_negated") is True else whole


def _part(model: ProjectModel, told: object) -> str | None:
    if isinstance(told, tuple) and len(told) == 2 and isinstance(told[0], str):  # noqa: PLR2004
        return _compared(model, told[0], told[1])
    return condition_of(model, told)


def _together(parts: list[str | None], word: str) -> str | None:
    told = [it for it in parts if it is not None]
    if not told or len(told) < len(parts):
        return None
    return told[0] if len(told) == 1 else word.join(f"({it})" for it in told)


def _compared(model: ProjectModel, lookup: str, value: object) -> str | None:
    name, _, how = lookup.partition("__")
    columns = model.columns([name])
    if columns is None:
        return None
    (column,) = columns
    how = how or "exact"
    if how == "isnull" and isinstance(value, bool):
        return f"{column} IS {'' if value else 'NOT '}NULL"
    if value is None:
        return f"{column} IS NULL" if how == "exact" else None
    if how == "in" and isinstance(value, tuple):
        listed = [_literal(model, it) for it in value]
        told = [it for it in listed if it is not None]
        return f"{column} IN ({', '.join(told)})" if told and len(told) == len(listed) else None
    if how == "exact" and isinstance(value, bool):
        return column if value else f"NOT {column}"
    said = _literal(model, value)
    return f"{column} {_COMPARED[how]} {said}" if said is not None and how in _COMPARED else None


def _literal(model: ProjectModel, value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, ModuleCall) and value.last == "F" and len(value.args) == 1:
        columns = model.columns([str(value.args[0])])
        return columns[0] if columns else None
    return None
