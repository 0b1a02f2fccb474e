"""What may stand against an effect, whatever the engine: who refuses it has words for it."""

from enum import Enum


class Impediment(Enum):
    """What an effect meets, in neutral words; the names that tell it stand in braces."""

    # something is not there
    NO_TABLE = "a statement needs table {name}, which is not there"
    NO_TABLE_TO_DROP = "table {name} would be dropped, but does not exist"
    NO_TABLE_TO_ALTER = "columns of table {name} would change, but it does not exist"
    NO_INDEX_TO_RENAME = "index {name} of {table} would be renamed, but does not exist"
    NO_COLUMN = "a statement reads column {column} of {table}, which is not there"
    NO_OWN_COLUMN = "a statement changes column {column} of {table}, which is not there"
    NO_COLUMN_TO_REMOVE = "column {column} of {table} would be removed, but does not exist"
    NO_COLUMN_TO_CHANGE = "the {part} of column {column} of {table} changes, which is not there"
    NO_COLUMN_TO_RENAME = "column {column} of {table} would be renamed, but does not exist"
    NO_COLUMN_FOR_DEFAULT = "a default is set for column {column} of {table}, which is not there"
    NO_KEY_COLUMN = "a foreign key is over, or points to, column {column}, which is not there"
    NO_UNIQUE_COLUMN = "a unique constraint is over column {column}, which is not there"
    NO_INDEXED_COLUMN = "an index is over column {column} of {table}, which is not there"
    NO_REFERENCED_TABLE = "a foreign key of {table} points to table {name}, which is not there"
    NO_TYPE = "type {name} is not there"
    NO_FUNCTION = "function {name} is not there"
    NO_INDEX = "index {name} is not there"
    NO_CONSTRAINT = "{table} has no constraint {name}"
    NO_CONFLICT_CONSTRAINT = "an insert into {table} names constraint {name}, which is not there"
    NO_CONFLICT_INDEX = "rows that are the same are told by an index that {table} does not have"
    NO_TARGET_KEY = "a foreign key points to {table}, which has no primary key"
    NO_OBJECT = "{kind} {name} is not there"
    NO_OBJECT_TO_RENAME = "{kind} {name} would be renamed, but does not exist"
    # something is there already
    TABLE_TAKEN = "a table, view, sequence or index {name} already exists"
    COLUMN_TAKEN = "{table} already has a column {column}"
    CONSTRAINT_TAKEN = "{table} already has a constraint {name}"
    FOREIGN_KEY_TAKEN = "{table} already has a foreign key {name}"
    INDEX_TAKEN = "the table has an index {name} already"
    TYPE_TAKEN = "type {name} already exists"
    VALUE_TAKEN = "the enum already has {value}"
    VIEW_TAKEN = "{name} would be made, but a view has that name already"
    OBJECT_TAKEN = "{kind} {name} already exists"
    NEW_NAME_TAKEN = "a {kind} would be called {name}, as another one is"
    # others depend on it
    COLUMN_IN_USE = "{others} depend on column {column} of {table}, which would be dropped"
    TABLE_IN_USE = "{others} depend on table {table}, which would be dropped"
    TYPE_IN_USE = "{others} depend on type {name}, which would be dropped"
    OBJECT_IN_USE = "{others} depend on {kind} {name}, which would be dropped"
    KEY_IN_USE = "{others} point to the key {name} of {table}, which would be dropped"
    INDEX_IN_USE = "a constraint of {table} needs index {name}, which would be dropped"
    TYPE_IN_VIEW = "the type of a column changes that {others} read"
    TRUNCATED_IN_USE = "{users} refer to {table}, which would be truncated"
    # it is of another kind
    NO_TABLE_BUT_VIEW = "a statement needs table {name}, which is a {kind}"
    NO_TABLE_TO_REPLACE = "a table {name} would be dropped, which is something else"
    NOT_INDEXED = "an index would be made on {name}, which is a view"
    NO_VIEW_TO_REPLACE = "a view {name} would be replaced, which is something else"
    # it does not fit
    SECOND_PRIMARY_KEY = "{table} already has a primary key"
    NO_CONVERSION = "{column} does not become {type} by itself"
    DEFAULT_STAYS = "the default of {column} does not become {type} by itself"
    KEY_OF_OTHER_TYPE = "foreign key {name} leads from one type to another"
    NO_UNIQUE_TARGET = "a foreign key points to columns of {table} that are not unique"
    NO_VALUE = "the enum has no {value}"
    NO_EXTENSION_FILES = "the server has no extension {name} to enable; it is of {server_version}"
    INDEX_MADE_IN_TRANSACTION = "an index is made beside other sessions, in a transaction"
    INDEX_DROPPED_IN_TRANSACTION = "an index is dropped beside other sessions, in a transaction"

    @property
    def lacks(self) -> bool:
        """Whether something is not there: what cannot be read may have made it."""
        return self in _LACKING

    @property
    def repeats(self) -> bool:
        """Whether something of the name is there already."""
        return self in _REPEATING


_MEMBERS = list(Impediment)
_LACKING = frozenset(_MEMBERS[: _MEMBERS.index(Impediment.TABLE_TAKEN)])
_REPEATING = frozenset(_MEMBERS[len(_LACKING) : _MEMBERS.index(Impediment.COLUMN_IN_USE)])


class RowViolation(Enum):
    """What rows may break."""

    NOT_NULL = "a value is NULL"
    UNIQUE = "two rows share values"
    FOREIGN_KEY = "a row points nowhere"
    CHECK = "a row breaks a check"
    EXCLUSION = "two rows exclude each other"
