"""The errors with which MySQL refuses, in its own words, so that they can be searched for.

Source: errmsg-utf8.txt. Ruby's ``mysql2`` has one class for them all. A name stands there with its
database, which is left out here.
"""

from collections.abc import Mapping

from analyzer.engines.impediments import Impediment, RowViolation

_CLASS = "Mysql2::Error"
_REFUSALS: Mapping[Impediment, str] = {
    Impediment.NO_TABLE: "Table '{name}' doesn't exist",
    Impediment.NO_TABLE_TO_DROP: "Unknown table '{name}'",
    Impediment.NO_COLUMN: "Unknown column '{column}' in 'field list'",
    Impediment.NO_OWN_COLUMN: "Can't DROP COLUMN `{column}`; check that it exists",
    Impediment.NO_KEY_COLUMN: "Key column '{column}' doesn't exist in table",
    Impediment.NO_UNIQUE_COLUMN: "Key column '{column}' doesn't exist in table",
    Impediment.NO_INDEX: "Can't DROP INDEX `{name}`; check that it exists",
    Impediment.NO_CONSTRAINT: "Can't DROP CONSTRAINT `{name}`; check that it exists",
    Impediment.NO_FUNCTION: "FUNCTION {name} does not exist",
    Impediment.NO_OBJECT: "Unknown {kind}: '{name}'",
    Impediment.TABLE_TAKEN: "Table '{name}' already exists",
    Impediment.COLUMN_TAKEN: "Duplicate column name '{column}'",
    Impediment.CONSTRAINT_TAKEN: "Duplicate key name '{name}'",
    Impediment.OBJECT_TAKEN: "{kind} {name} already exists",
    Impediment.NEW_NAME_TAKEN: "Table '{name}' already exists",
    Impediment.TABLE_IN_USE: (
        "Cannot delete or update a parent row: a foreign key constraint fails"
    ),
    Impediment.TRUNCATED_IN_USE: ("Cannot truncate a table referenced in a foreign key constraint"),
    Impediment.NO_TABLE_BUT_VIEW: "'{name}' is not of type 'BASE TABLE'",
    Impediment.NOT_INDEXED: "'{name}' is not of type 'BASE TABLE'",
    Impediment.NO_VIEW_TO_REPLACE: "'{name}' is not of type 'VIEW'",
    Impediment.SECOND_PRIMARY_KEY: "Multiple primary key defined",
    Impediment.KEY_OF_OTHER_TYPE: "Foreign key constraint is incorrectly formed",
    Impediment.NO_UNIQUE_TARGET: "Foreign key constraint is incorrectly formed",
    Impediment.NO_TARGET_KEY: "Foreign key constraint is incorrectly formed",
}
"""What is not here MySQL does not mind."""


def refusal(impediment: Impediment, names: Mapping[str, str]) -> tuple[str, str] | None:
    """The error and its text; None where MySQL does not mind."""
    said = _REFUSALS.get(impediment)
    return None if said is None else (_CLASS, said.format_map(names))


def error(violation: RowViolation) -> str:
    """The error where rows break something."""
    del violation
    return _CLASS
