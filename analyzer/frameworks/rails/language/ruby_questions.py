"""Questions that a migration asks the database before it acts, as conditions."""

from collections.abc import Callable, Mapping

from analyzer.engines.registry import engine, settled_sql
from analyzer.frameworks.rails.language.ruby_call import Call, UnreadableError, names_of
from analyzer.model.core import condition as c
from analyzer.parsing.ruby.ruby_value import Undecided, Unknown, Value


def _table_exists(call: Call) -> c.Condition:
    return c.TableExists(call.table())


def _column_exists(call: Call) -> c.Condition:
    return c.ColumnExists(call.table(), call.text(1))


def _index_exists(call: Call) -> c.Condition:
    name = call.option("name")
    columns = tuple(names_of(call.args[1])) if call.has(1) else None
    return c.IndexExists(call.table(), name, columns)


def _index_name_exists(call: Call) -> c.Condition:
    return c.IndexExists(call.table(), call.text(1))


def _foreign_key_exists(call: Call) -> c.Condition:
    to_table = call.text(1) if call.has(1) else call.option("to_table")
    return c.ForeignKeyExists(call.table(), to_table, call.option("column"), call.option("name"))


def _constraint_exists(call: Call) -> c.Condition:
    name = call.option("name")
    if name is None:
        raise UnreadableError("the constraint has no name")
    return c.ConstraintExists(call.table(), name)


def _extension_enabled(call: Call) -> c.Condition:
    return c.ExtensionEnabled(call.text(0))


def _extension_available(call: Call) -> c.Condition:
    return c.ExtensionAvailable(call.text(0))


_QUESTIONS: Mapping[str, Callable[[Call], c.Condition]] = {
    "table_exists?": _table_exists,
    "data_source_exists?": _table_exists,
    "view_exists?": _table_exists,
    "column_exists?": _column_exists,
    "index_exists?": _index_exists,
    "index_name_exists?": _index_name_exists,
    "foreign_key_exists?": _foreign_key_exists,
    "check_constraint_exists?": _constraint_exists,
    "unique_constraint_exists?": _constraint_exists,
    "exclusion_constraint_exists?": _constraint_exists,
    "extension_enabled?": _extension_enabled,
    "extension_available?": _extension_available,
}
TABLE_QUESTIONS = frozenset({"column_exists?", "index_exists?", "foreign_key_exists?"})
"""Those that the table of a ``change_table`` block answers too."""


def is_question(name: str) -> bool:
    """Whether a method asks for something that a schema can answer."""
    return name in _QUESTIONS


def ask(call: Call, text: str) -> Value:
    """A question's answer: undecided, in terms of the schema if it can be read."""
    try:
        return Undecided(_QUESTIONS[call.name](call))
    except UnreadableError:
        return Unknown(text)


_CAN: Mapping[str, bool] = {
    "supports_datetime_with_precision?": True,
    "supports_foreign_keys?": True,
    "supports_json?": True,
    "supports_extensions?": True,
    "supports_indexes_in_create?": True,
    "supports_expression_index?": True,
    "supports_partial_index?": True,
    "supports_ddl_transactions?": True,
    "supports_check_constraints?": True,
    "supports_views?": True,
    "supports_comments?": True,
    "supports_bulk_alter?": True,
    "supports_materialized_views?": True,
    "mysql?": False,
    "mariadb?": False,
    "sqlite?": False,
    "postgres?": True,
    "postgresql?": True,
    "postgresql_adapter?": True,
}


_ELSEWHERE: Mapping[str, Mapping[str, bool]] = {
    "sqlite": {
        **_CAN,
        **dict.fromkeys(("postgres?", "postgresql?", "postgresql_adapter?"), False),
        **dict.fromkeys(("supports_extensions?", "supports_comments?"), False),
        **dict.fromkeys(("supports_bulk_alter?", "supports_materialized_views?"), False),
        "sqlite?": True,
    },
    "mysql": {
        **_CAN,
        **dict.fromkeys(("postgres?", "postgresql?", "postgresql_adapter?"), False),
        **dict.fromkeys(("supports_extensions?", "supports_materialized_views?"), False),
        **dict.fromkeys(("supports_partial_index?", "supports_ddl_transactions?"), False),
        "mysql?": True,
    },
}
_ADAPTERS = {"mysql": "Mysql2"}  # where the engine's own name is another


def ability(name: str) -> bool | None:
    """What the database in hand answers to a question about itself; None for other questions."""
    return _ELSEWHERE.get(settled_sql(), _CAN).get(name)


def adapter() -> str:
    """What Rails calls its adapter for the database in hand."""
    name = settled_sql()
    return _ADAPTERS.get(name) or engine(name).title
