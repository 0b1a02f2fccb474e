"""The errors with which MySQL refuses, in its own words, so that they can be searched for.

MariaDB's were seen on 10.11, each of them. MySQL's own, where it has others, are read in
errmsg-utf8.txt of 8.0. Ruby's ``mysql2`` has one class for them all.
"""

from collections.abc import Mapping

from analyzer.model.effects.impediment import Impediment, RowViolation

_CLASS = "Mysql2::Error"
_NO_TABLE = "Table '{here}{name}' doesn't exist"
_NOT_BASE = "'{here}{name}' is not of type 'BASE TABLE'"
_KEY_COLUMN = "Key column '{column}' doesn't exist in table"
_BAD_KEY = "Foreign key constraint is incorrectly formed"
_TAKEN = "Table '{name}' already exists"
_REFUSALS: Mapping[Impediment, str] = {
    Impediment.NO_TABLE: _NO_TABLE,
    Impediment.NO_TABLE_TO_ALTER: _NO_TABLE,
    Impediment.NO_TABLE_TO_DROP: "Unknown table '{here}{name}'",
    Impediment.NO_COLUMN: "Unknown column '{column}'",
    Impediment.NO_OWN_COLUMN: "Unknown column '{column}'",
    Impediment.NO_COLUMN_TO_CHANGE: "Unknown column '{column}' in '{table}'",
    Impediment.NO_COLUMN_FOR_DEFAULT: "Unknown column '{column}' in '{table}'",
    Impediment.NO_COLUMN_TO_REMOVE: "Can't DROP COLUMN `{column}`; check that it exists",
    Impediment.NO_COLUMN_TO_RENAME: "Unknown column '{column}' in '{table}'",
    Impediment.NO_INDEXED_COLUMN: _KEY_COLUMN,
    Impediment.NO_KEY_COLUMN: _KEY_COLUMN,
    Impediment.NO_UNIQUE_COLUMN: _KEY_COLUMN,
    Impediment.NO_INDEX: "Can't DROP INDEX `{name}`; check that it exists",
    Impediment.NO_INDEX_TO_RENAME: "Key '{name}' doesn't exist in table '{table}'",
    Impediment.NO_CONSTRAINT: "Can't DROP CONSTRAINT `{name}`; check that it exists",
    Impediment.NO_TYPE: "Unknown data type: '{name}'",
    Impediment.NO_FUNCTION: "FUNCTION {here}{name} does not exist",
    Impediment.TABLE_TAKEN: _TAKEN,
    Impediment.VIEW_TAKEN: _TAKEN,
    Impediment.NEW_NAME_TAKEN: _TAKEN,
    Impediment.COLUMN_TAKEN: "Duplicate column name '{column}'",
    Impediment.INDEX_TAKEN: "Duplicate key name '{name}'",
    Impediment.CONSTRAINT_TAKEN: "Duplicate CHECK constraint name '{name}'",
    Impediment.FOREIGN_KEY_TAKEN: "Duplicate key on write or update",
    Impediment.TABLE_IN_USE: (
        "Cannot delete or update a parent row: a foreign key constraint fails"
    ),
    Impediment.COLUMN_IN_USE: "Cannot drop column '{column}': needed in a foreign key constraint",
    Impediment.TRUNCATED_IN_USE: "Cannot truncate a table referenced in a foreign key constraint",
    Impediment.NO_TABLE_BUT_VIEW: _NOT_BASE,
    Impediment.NOT_INDEXED: _NOT_BASE,
    Impediment.NO_TABLE_TO_REPLACE: "'{here}{name}' is a view",
    Impediment.NO_VIEW_TO_REPLACE: "'{here}{name}' is not of type 'VIEW'",
    Impediment.SECOND_PRIMARY_KEY: "Multiple primary key defined",
    Impediment.NO_REFERENCED_TABLE: _BAD_KEY,
    Impediment.KEY_OF_OTHER_TYPE: _BAD_KEY,
    Impediment.NO_UNIQUE_TARGET: _BAD_KEY,
    Impediment.NO_TARGET_KEY: _BAD_KEY,
}
"""What is not here MySQL does not mind."""
_BY_MYSQL: Mapping[Impediment, str] = {
    Impediment.NO_COLUMN_TO_REMOVE: "Can't DROP '{column}'; check that column/key exists",
    Impediment.NO_INDEX: "Can't DROP '{name}'; check that column/key exists",
    Impediment.NO_CONSTRAINT: "Constraint '{name}' does not exist.",
    Impediment.NO_TYPE: "You have an error in your SQL syntax",
    Impediment.CONSTRAINT_TAKEN: "Duplicate check constraint name '{name}'.",
    Impediment.FOREIGN_KEY_TAKEN: "Duplicate foreign key constraint name '{name}'",
    Impediment.TABLE_IN_USE: "Cannot drop table '{table}' referenced by a foreign key constraint",
    Impediment.NO_REFERENCED_TABLE: "Failed to open the referenced table '{name}'",
    Impediment.KEY_OF_OTHER_TYPE: "are incompatible.",
    Impediment.NO_UNIQUE_TARGET: "Failed to add the foreign key constraint.",
    Impediment.NO_TARGET_KEY: "Failed to add the foreign key constraint.",
}
"""Read, and not seen: what MySQL itself says otherwise than MariaDB."""
_OBJECTS_MISSING: Mapping[str, str] = {
    "view": "Unknown VIEW: '{here}{name}'",
    "trigger": "Trigger does not exist",
    "function": "FUNCTION {here}{name} does not exist",
    "procedure": "PROCEDURE {here}{name} does not exist",
}
_OBJECTS_TAKEN: Mapping[str, str] = {
    "trigger": "Trigger '{here}{name}' already exists",
    "function": "FUNCTION {name} already exists",
    "procedure": "PROCEDURE {name} already exists",
}
_MARIADB = 100_000  # from which version on it is MariaDB, which skipped the numbers 6 to 9


def refusal(impediment: Impediment, names: Mapping[str, str]) -> tuple[str, str] | None:
    """The error and its text; None where MySQL does not mind."""
    said = _said(impediment, names)
    if said is None:
        return None
    database = names.get("database")
    return _CLASS, said.format_map({**names, "here": f"{database}." if database else ""})


def _said(impediment: Impediment, names: Mapping[str, str]) -> str | None:
    if impediment is Impediment.NO_OBJECT:
        return _OBJECTS_MISSING.get(names["kind"], "Unknown {kind}: '{name}'")
    if impediment is Impediment.OBJECT_TAKEN:
        return _OBJECTS_TAKEN.get(names["kind"], "{kind} {name} already exists")
    version = names.get("server_version") or ""
    if version.isdigit() and int(version) < _MARIADB and impediment in _BY_MYSQL:
        return _BY_MYSQL[impediment]
    return _REFUSALS.get(impediment)


def error(violation: RowViolation) -> str:
    """The error where rows break something."""
    del violation
    return _CLASS
