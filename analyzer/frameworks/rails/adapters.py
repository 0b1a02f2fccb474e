"""What Rails' adapters refuse on some engines, as they look at a table before the engine does."""

from collections.abc import Mapping

from analyzer.model.effects.impediment import Impediment

NO_COLUMN = ("ActiveRecord::ActiveRecordError", "No such column: {table}.{column}")
ADAPTERS: Mapping[str, Mapping[Impediment, tuple[str, str]]] = {
    "mysql": {
        Impediment.NO_COLUMN_TO_CHANGE: NO_COLUMN,
        Impediment.NO_COLUMN_FOR_DEFAULT: NO_COLUMN,
    },
    # SQLite changes few things of a table. Rails makes a new one and copies the rows, and looks
    # first at the old one; a column that is to be removed need not be there.
    "sqlite": {
        Impediment.NO_TABLE_TO_ALTER: (
            "ActiveRecord::StatementInvalid",
            "Could not find table '{name}'",
        ),
        Impediment.NO_COLUMN_TO_RENAME: NO_COLUMN,
        Impediment.NO_COLUMN_FOR_DEFAULT: (
            "NoMethodError",
            "undefined method `default=' for nil:NilClass",
        ),
        Impediment.NO_COLUMN_TO_CHANGE: (
            "NoMethodError",
            "undefined method `{part}=' for nil:NilClass",
        ),
    },
}
"""By an engine's name and by what stands in the way: the error's class, and what it says."""
