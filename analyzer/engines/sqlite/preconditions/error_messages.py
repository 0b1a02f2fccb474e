"""The errors with which SQLite refuses, in its own words, so that they can be searched for.

Source: build.c, alter.c, insert.c, resolve.c. The classes are those of Ruby's ``sqlite3``, which
are named after the result codes; all that is wrong with a statement is one of them.
"""

from collections.abc import Mapping

from analyzer.model.effects.impediment import Impediment, RowViolation

_REFUSALS: Mapping[Impediment, str] = {
    Impediment.NO_TABLE: "no such table: {name}",
    Impediment.NO_TABLE_TO_ALTER: "no such table: {name}",
    Impediment.NO_TABLE_TO_DROP: "no such table: {name}",
    Impediment.NO_INDEX: "no such index: {name}",
    Impediment.NO_COLUMN: "no such column: {column}",
    Impediment.NO_COLUMN_TO_CHANGE: "no such column: {column}",
    Impediment.NO_COLUMN_FOR_DEFAULT: "no such column: {column}",
    Impediment.NO_COLUMN_TO_RENAME: "no such column: {column}",
    Impediment.NO_INDEXED_COLUMN: "no such column: {column}",
    Impediment.NO_REFERENCED_TABLE: "no such table: {name}",
    Impediment.NO_OWN_COLUMN: "no such column: {column}",
    Impediment.NO_KEY_COLUMN: 'unknown column "{column}" in foreign key definition',
    Impediment.NO_UNIQUE_COLUMN: "no such column: {column}",
    Impediment.NO_OBJECT: "no such {kind}: {name}",
    Impediment.NO_FUNCTION: "no such function: {name}",
    Impediment.NO_CONFLICT_INDEX: (
        "ON CONFLICT clause does not match any PRIMARY KEY or UNIQUE constraint"
    ),
    Impediment.TABLE_TAKEN: 'table "{name}" already exists',
    Impediment.COLUMN_TAKEN: "duplicate column name: {column}",
    Impediment.VIEW_TAKEN: "view {name} already exists",
    Impediment.OBJECT_TAKEN: "{kind} {name} already exists",
    Impediment.NEW_NAME_TAKEN: 'there is already another table or index with this name: "{name}"',
    Impediment.NO_TABLE_BUT_VIEW: "cannot modify {name} because it is a {kind}",
    Impediment.NO_TABLE_TO_REPLACE: "use DROP VIEW to delete view {name}",
    Impediment.NO_VIEW_TO_REPLACE: "use DROP TABLE to delete table {name}",
    Impediment.NOT_INDEXED: "views may not be indexed",
    Impediment.SECOND_PRIMARY_KEY: 'table "{table}" has more than one primary key',
}
"""What is not here SQLite does not mind: it looks for what others need only when rows are asked."""
_TAKEN = frozenset({Impediment.TABLE_TAKEN, Impediment.VIEW_TAKEN})
_BY_VIOLATION = dict.fromkeys(RowViolation, "SQLite3::ConstraintException")


def refusal(impediment: Impediment, names: Mapping[str, str]) -> tuple[str, str] | None:
    """The error and its text; None where SQLite does not mind."""
    said = _of_names(impediment, names) or _REFUSALS.get(impediment)
    return None if said is None else ("SQLite3::SQLException", said.format_map(names))


def _of_names(impediment: Impediment, names: Mapping[str, str]) -> str | None:
    """What is said where a name is another kind of thing's; None where there is no own word."""
    if impediment not in _TAKEN:
        return None
    if names.get("made") == "index":
        is_index = names.get("held_by") == "index"
        return (
            "index {name} already exists" if is_index else "there is already a table named {name}"
        )
    return "there is already an index named {name}" if names.get("held_by") == "index" else None


def error(violation: RowViolation) -> str:
    """The error where rows break something."""
    return _BY_VIOLATION[violation]
