"""The errors with which PostgreSQL refuses, in its own words, so that they can be searched for.

Source: tablecmds.c, dependency.c and errcodes.txt. The classes are those of Ruby's ``pg``, which
are named after the conditions in errcodes.txt.
"""

from collections.abc import Mapping

from analyzer.model.effects.impediment import Impediment, RowViolation

_HANGING = "because other objects depend on it{others}"
_REFERENCED = "referenced in a foreign key constraint ({users} refers to {table})"
_IN_TRANSACTION = "cannot run inside a transaction block"
_REFUSALS: Mapping[Impediment, tuple[str, str]] = {
    Impediment.NO_TABLE: ("UndefinedTable", 'relation "{name}" does not exist'),
    Impediment.NO_TABLE_TO_DROP: ("UndefinedTable", 'table "{name}" does not exist'),
    Impediment.NO_TABLE_TO_ALTER: ("UndefinedTable", 'relation "{name}" does not exist'),
    Impediment.NO_INDEX_TO_RENAME: ("UndefinedTable", 'relation "{name}" does not exist'),
    Impediment.NO_INDEXED_COLUMN: ("UndefinedColumn", 'column "{column}" does not exist'),
    Impediment.NO_REFERENCED_TABLE: ("UndefinedTable", 'relation "{name}" does not exist'),
    Impediment.NO_COLUMN: ("UndefinedColumn", 'column "{column}" does not exist'),
    Impediment.NO_OWN_COLUMN: (
        "UndefinedColumn",
        'column "{column}" of relation "{table}" does not exist',
    ),
    Impediment.NO_COLUMN_TO_RENAME: ("UndefinedColumn", 'column "{column}" does not exist'),
    Impediment.NO_COLUMN_TO_REMOVE: (
        "UndefinedColumn",
        'column "{column}" of relation "{table}" does not exist',
    ),
    Impediment.NO_COLUMN_TO_CHANGE: (
        "UndefinedColumn",
        'column "{column}" of relation "{table}" does not exist',
    ),
    Impediment.NO_KEY_COLUMN: (
        "UndefinedColumn",
        'column "{column}" referenced in foreign key constraint does not exist',
    ),
    Impediment.NO_UNIQUE_COLUMN: (
        "UndefinedColumn",
        'column "{column}" named in key does not exist',
    ),
    Impediment.NO_TYPE: ("UndefinedObject", 'type "{name}" does not exist'),
    Impediment.NO_FUNCTION: ("UndefinedFunction", "function {name}() does not exist"),
    Impediment.NO_INDEX: ("UndefinedObject", 'index "{name}" does not exist'),
    Impediment.NO_CONSTRAINT: (
        "UndefinedObject",
        'constraint "{name}" of relation "{table}" does not exist',
    ),
    Impediment.NO_CONFLICT_CONSTRAINT: (
        "UndefinedObject",
        'constraint "{name}" for table "{table}" does not exist',
    ),
    Impediment.NO_CONFLICT_INDEX: (
        "InvalidColumnReference",
        "there is no unique or exclusion constraint matching the ON CONFLICT specification",
    ),
    Impediment.NO_TARGET_KEY: (
        "UndefinedObject",
        'there is no primary key for referenced table "{table}"',
    ),
    Impediment.NO_OBJECT: ("", '{kind} "{name}" does not exist'),
    Impediment.NO_OBJECT_TO_RENAME: ("", '"{name}" does not exist'),
    Impediment.TABLE_TAKEN: ("DuplicateTable", 'relation "{name}" already exists'),
    Impediment.COLUMN_TAKEN: (
        "DuplicateColumn",
        'column "{column}" of relation "{table}" already exists',
    ),
    Impediment.CONSTRAINT_TAKEN: (
        "DuplicateObject",
        'constraint "{name}" for relation "{table}" already exists',
    ),
    Impediment.FOREIGN_KEY_TAKEN: (
        "DuplicateObject",
        'constraint "{name}" for relation "{table}" already exists',
    ),
    Impediment.INDEX_TAKEN: ("DuplicateTable", 'relation "{name}" already exists'),
    Impediment.TYPE_TAKEN: ("DuplicateObject", 'type "{name}" already exists'),
    Impediment.VALUE_TAKEN: ("DuplicateObject", 'enum label "{value}" already exists'),
    Impediment.VIEW_TAKEN: ("DuplicateTable", 'relation "{name}" already exists'),
    Impediment.OBJECT_TAKEN: ("", '{kind} "{name}" already exists'),
    Impediment.NEW_NAME_TAKEN: ("", '"{name}" already exists'),
    Impediment.COLUMN_IN_USE: (
        "DependentObjectsStillExist",
        f"cannot drop column {{column}} of table {{table}} {_HANGING}",
    ),
    Impediment.TABLE_IN_USE: (
        "DependentObjectsStillExist",
        f"cannot drop table {{table}} {_HANGING}",
    ),
    Impediment.TYPE_IN_USE: ("DependentObjectsStillExist", f"cannot drop type {{name}} {_HANGING}"),
    Impediment.OBJECT_IN_USE: (
        "DependentObjectsStillExist",
        f"cannot drop {{kind}} {{name}} {_HANGING}",
    ),
    Impediment.KEY_IN_USE: (
        "DependentObjectsStillExist",
        f"cannot drop constraint {{name}} on table {{table}} {_HANGING}",
    ),
    Impediment.INDEX_IN_USE: (
        "DependentObjectsStillExist",
        "cannot drop index {name} because constraint {name} on table {table} requires it",
    ),
    Impediment.TYPE_IN_VIEW: (
        "FeatureNotSupported",
        "cannot alter type of a column used by a view or rule{others}",
    ),
    Impediment.TRUNCATED_IN_USE: (
        "FeatureNotSupported",
        f"cannot truncate a table {_REFERENCED}",
    ),
    Impediment.NO_TABLE_BUT_VIEW: ("WrongObjectType", '"{name}" is not a table but a {kind}'),
    Impediment.NO_TABLE_TO_REPLACE: ("WrongObjectType", '"{name}" is not a table'),
    Impediment.NOT_INDEXED: ("WrongObjectType", '"{name}" is not a table or materialized view'),
    Impediment.NO_VIEW_TO_REPLACE: ("WrongObjectType", '"{name}" is not a view'),
    Impediment.SECOND_PRIMARY_KEY: (
        "InvalidTableDefinition",
        'multiple primary keys for table "{table}" are not allowed',
    ),
    Impediment.NO_CONVERSION: (
        "DatatypeMismatch",
        'column "{column}" cannot be cast automatically to type {type}',
    ),
    Impediment.DEFAULT_STAYS: (
        "DatatypeMismatch",
        'default for column "{column}" cannot be cast automatically to type {type}',
    ),
    Impediment.KEY_OF_OTHER_TYPE: (
        "DatatypeMismatch",
        'foreign key constraint "{name}" cannot be implemented',
    ),
    Impediment.NO_UNIQUE_TARGET: (
        "InvalidForeignKey",
        'there is no unique constraint matching given keys for referenced table "{table}"',
    ),
    Impediment.NO_VALUE: ("InvalidParameterValue", '"{value}" is not an existing enum label'),
    Impediment.NO_EXTENSION_FILES: ("FeatureNotSupported", 'extension "{name}" is not available'),
    Impediment.INDEX_MADE_IN_TRANSACTION: (
        "ActiveSqlTransaction",
        f"CREATE INDEX CONCURRENTLY {_IN_TRANSACTION}",
    ),
    Impediment.INDEX_DROPPED_IN_TRANSACTION: (
        "ActiveSqlTransaction",
        f"DROP INDEX CONCURRENTLY {_IN_TRANSACTION}",
    ),
}
# kind -> the class where one of that name is there, and where none is
_BY_KIND: Mapping[str, tuple[str, str]] = {
    "function": ("DuplicateFunction", "UndefinedFunction"),
    "procedure": ("DuplicateFunction", "UndefinedFunction"),
    "schema": ("DuplicateSchema", "InvalidSchemaName"),
    "view": ("DuplicateTable", "UndefinedTable"),
    "materialized view": ("DuplicateTable", "UndefinedTable"),
    "sequence": ("DuplicateTable", "UndefinedTable"),
}
_USUAL = ("DuplicateObject", "UndefinedObject")
_SAID_UNAVAILABLE = 150000  # from then on the server says so itself
_BY_VIOLATION: Mapping[RowViolation, str] = {
    RowViolation.NOT_NULL: "NotNullViolation",
    RowViolation.UNIQUE: "UniqueViolation",
    RowViolation.FOREIGN_KEY: "ForeignKeyViolation",
    RowViolation.CHECK: "CheckViolation",
    RowViolation.EXCLUSION: "ExclusionViolation",
}


def refusal(impediment: Impediment, names: Mapping[str, str]) -> tuple[str, str] | None:
    """The error and its text; see the port."""
    if impediment is Impediment.NO_COLUMN_FOR_DEFAULT:
        return None  # Rails looks for the column itself
    known, said = _REFUSALS[impediment]
    others = names.get("others")
    told = said.format_map({**names, "others": f" ({others})" if others else ""})
    if not known:
        repeats = impediment.repeats
        known = _BY_KIND.get(names["kind"], _USUAL)[0 if repeats else 1]
        if impediment is Impediment.OBJECT_TAKEN and names["kind"] in {"function", "procedure"}:
            told = f'function "{names["name"]}" already exists with same argument types'
    elif (
        impediment is Impediment.NO_EXTENSION_FILES
        and int(names["server_version"]) < _SAID_UNAVAILABLE
    ):
        known = "UndefinedFile"
        told = f"could not open the control file of extension {names['name']}"
    return f"PG::{known}", told


def error(violation: RowViolation) -> str:
    """The error where rows break something."""
    return f"PG::{_BY_VIOLATION[violation]}"


def _is_older(names: Mapping[str, str], version: int) -> bool:
    return int(names["server_version"]) < version
