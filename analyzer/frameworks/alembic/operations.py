"""Alembic's operations as SQL: each whose arguments are literal is what it sends."""

import ast
from collections.abc import Callable, Mapping, Sequence

from analyzer.frameworks.alembic.column_types import (
    UnreadError,
    default_of,
    flag,
    keywords,
    literal,
    name_of,
    quoted,
    text_of,
    texts_of,
    type_of,
)

Named = Mapping[str, ast.expr]
_SERIAL = {"integer": "serial", "bigint": "bigserial", "smallint": "smallserial"}


def sql_of(call: ast.Call, table: str | None = None) -> str | None:
    """What an operation sends; None where that cannot be told.

    Args: table: that of ``batch_alter_table``, whose operations do not name it.
    """
    try:
        operation = _OPERATIONS.get(name_of(call.func))
        if operation is None:
            return None
        args = [*call.args] if table is None else _with_table(call, table)
        return operation(args, keywords(call))
    except (UnreadError, IndexError, KeyError, ValueError):
        return None


def _with_table(call: ast.Call, table: str) -> list[ast.expr]:
    """The arguments as ``op`` would have them: the table stands first, or behind a name."""
    named: ast.expr = ast.Constant(table)
    behind = name_of(call.func) in _BEHIND_A_NAME
    return [*call.args[:1], named, *call.args[1:]] if behind else [named, *call.args]


def _dialects(named: Named, option: str) -> ast.expr | None:
    """An option that only one database has; its name begins with that of the database."""
    return next((it for key, it in named.items() if key.endswith(f"_{option}")), None)


def _of_dialect(named: Named, option: str, said: str) -> str:
    told = _dialects(named, option)
    return "" if told is None else said.format(text_of(told))


def _is_set(named: Named, option: str) -> bool:
    return flag(_dialects(named, option)) is True


def _table(named: Named, name: str, key: str = "schema") -> str:
    schema = named.get(key)
    if schema is None or (isinstance(schema, ast.Constant) and schema.value is None):
        return quoted(name)
    return f"{quoted(text_of(schema))}.{quoted(name)}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(quoted, names))


def _constraint(name: ast.expr | None) -> str:
    if name is None or (isinstance(name, ast.Constant) and name.value is None):
        return ""
    return f"CONSTRAINT {quoted(text_of(name))} "


def _create_table(args: list[ast.expr], named: Named) -> str:
    name, counted = text_of(args[0]), _counted(args[1:])
    parts = [_column(it, counted) if _is_column(it) else _part(it) for it in args[1:]]
    return f"CREATE TABLE {_table(named, name)} ({', '.join(parts)})"


def _is_column(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and name_of(node) == "Column"


def _counted(parts: Sequence[ast.expr]) -> str | None:
    """The one column of a primary key that counts by itself, if its type is an integer."""
    calls = [it for it in parts if isinstance(it, ast.Call)]
    keys = [text_of(it.args[0]) for it in calls if _is_column(it) and _says(it, "primary_key")]
    for it in calls:
        if name_of(it) == "PrimaryKeyConstraint":
            keys += [text_of(one) for one in it.args]
    return keys[0] if len(keys) == 1 else None


def _says(call: ast.Call, name: str) -> bool:
    return flag(keywords(call).get(name)) is True


def _part(node: ast.expr) -> str:
    """A constraint of a table."""
    if not isinstance(node, ast.Call):
        raise UnreadError
    named, args = keywords(node), node.args
    lead = _constraint(named.get("name"))
    match name_of(node):
        case "PrimaryKeyConstraint":
            return f"{lead}PRIMARY KEY ({_listed([text_of(it) for it in args])})"
        case "UniqueConstraint":
            return f"{lead}UNIQUE ({_listed([text_of(it) for it in args])})"
        case "CheckConstraint":
            return f"{lead}CHECK ({text_of(args[0])})"
        case "ForeignKeyConstraint":
            return lead + _foreign_key(texts_of(args[0]), texts_of(args[1]), named)
        case _:
            raise UnreadError


def _foreign_key(columns: Sequence[str], targets: Sequence[str], named: Named) -> str:
    tables = {it.rpartition(".")[0] for it in targets}
    if len(tables) != 1:
        raise UnreadError
    table = ".".join(map(quoted, tables.pop().split(".")))
    there = _listed([it.rpartition(".")[2] for it in targets])
    return f"FOREIGN KEY ({_listed(columns)}) REFERENCES {table} ({there}){_on_delete(named)}"


def _on_delete(named: Named) -> str:
    told = named.get("ondelete")
    if told is None or (isinstance(told, ast.Constant) and told.value is None):
        return ""
    return f" ON DELETE {text_of(told)}"


def _column(node: ast.expr, counted: str | None = None) -> str:
    """A column as it stands in CREATE TABLE. Args: counted: the one that counts by itself."""
    if not isinstance(node, ast.Call) or name_of(node) != "Column":
        raise UnreadError
    named = keywords(node)
    name, kind, *more = node.args
    said = [quoted(text_of(name)), type_of(kind)]
    plain = not more and "server_default" not in named
    if text_of(name) == counted and plain and flag(named.get("autoincrement")) is not False:
        said[1] = _SERIAL.get(said[1], said[1])
    if flag(named.get("primary_key")):
        said.append("PRIMARY KEY")
    elif flag(named.get("nullable")) is False:
        said.append("NOT NULL")
    if flag(named.get("unique")):
        said.append("UNIQUE")
    if "server_default" in named and not _is_none(named["server_default"]):
        said.append(f"DEFAULT {default_of(named['server_default'])}")
    if flag(named.get("index")):
        raise UnreadError
    for it in more:
        if not isinstance(it, ast.Call) or name_of(it) != "ForeignKey":
            raise UnreadError
        table, _, column = text_of(it.args[0]).rpartition(".")
        whole = ".".join(map(quoted, table.split(".")))
        said.append(f"REFERENCES {whole} ({quoted(column)}){_on_delete(keywords(it))}")
    return " ".join(said)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _add_column(args: list[ast.expr], named: Named) -> str:
    return f"ALTER TABLE {_table(named, text_of(args[0]))} ADD COLUMN {_column(args[1])}"


def _drop_column(args: list[ast.expr], named: Named) -> str:
    table = _table(named, text_of(args[0]))
    return f"ALTER TABLE {table} DROP COLUMN {quoted(text_of(args[1]))}"


def _alter_column(args: list[ast.expr], named: Named) -> str:
    lead = f"ALTER TABLE {_table(named, text_of(args[0]))}"
    column = quoted(text_of(args[1]))
    said: list[str] = []
    if "type_" in named:
        kind = type_of(named["type_"])
        using = _of_dialect(named, "using", " USING {}")
        said.append(f"{lead} ALTER COLUMN {column} TYPE {kind}{using}")
    nullable = flag(named.get("nullable"))
    if nullable is not None:
        said.append(f"{lead} ALTER COLUMN {column} {'DROP' if nullable else 'SET'} NOT NULL")
    if "server_default" in named:
        gone = _is_none(named["server_default"])
        what = "DROP DEFAULT" if gone else f"SET DEFAULT {default_of(named['server_default'])}"
        said.append(f"{lead} ALTER COLUMN {column} {what}")
    if "new_column_name" in named:
        said.append(f"{lead} RENAME COLUMN {column} TO {quoted(text_of(named['new_column_name']))}")
    if not said:
        raise UnreadError
    return "; ".join(said)


def _drop_table(args: list[ast.expr], named: Named) -> str:
    return f"DROP TABLE {_table(named, text_of(args[0]))}"


def _rename_table(args: list[ast.expr], named: Named) -> str:
    return f"ALTER TABLE {_table(named, text_of(args[0]))} RENAME TO {quoted(text_of(args[1]))}"


def _create_index(args: list[ast.expr], named: Named) -> str:
    name, table, columns = text_of(args[0]), text_of(args[1]), args[2]
    if not isinstance(columns, ast.List | ast.Tuple):
        raise UnreadError
    unique = "UNIQUE " if flag(named.get("unique")) else ""
    alone = "CONCURRENTLY " if _is_set(named, "concurrently") else ""
    how = _of_dialect(named, "using", " USING {}")
    told = ", ".join(
        text_of(it) if isinstance(it, ast.Call) else quoted(text_of(it)) for it in columns.elts
    )
    where = _of_dialect(named, "where", " WHERE {}")
    return (
        f"CREATE {unique}INDEX {alone}{quoted(name)} ON {_table(named, table)}{how} ({told}){where}"
    )


def _drop_index(args: list[ast.expr], named: Named) -> str:
    alone = "CONCURRENTLY " if _is_set(named, "concurrently") else ""
    return f"DROP INDEX {alone}{_table(named, text_of(args[0]))}"


def _create_foreign_key(args: list[ast.expr], named: Named) -> str:
    there = _table(named, text_of(args[2]), "referent_schema")
    mine, theirs = _listed(texts_of(args[3])), _listed(texts_of(args[4]))
    return (
        f"ALTER TABLE {_table(named, text_of(args[1]), 'source_schema')} ADD "
        f"{_constraint(args[0])}FOREIGN KEY ({mine}) REFERENCES {there} ({theirs})"
        f"{_on_delete(named)}"
    )


def _create_unique(args: list[ast.expr], named: Named) -> str:
    lead = f"ALTER TABLE {_table(named, text_of(args[1]))} ADD {_constraint(args[0])}"
    return f"{lead}UNIQUE ({_listed(texts_of(args[2]))})"


def _create_primary(args: list[ast.expr], named: Named) -> str:
    lead = f"ALTER TABLE {_table(named, text_of(args[1]))} ADD {_constraint(args[0])}"
    return f"{lead}PRIMARY KEY ({_listed(texts_of(args[2]))})"


def _create_check(args: list[ast.expr], named: Named) -> str:
    lead = f"ALTER TABLE {_table(named, text_of(args[1]))} ADD {_constraint(args[0])}"
    return f"{lead}CHECK ({text_of(args[2])})"


def _drop_constraint(args: list[ast.expr], named: Named) -> str:
    table = _table(named, text_of(args[1]))
    return f"ALTER TABLE {table} DROP CONSTRAINT {quoted(text_of(args[0]))}"


def _comment(args: list[ast.expr], named: Named) -> str:
    said = literal(text_of(args[1])) if len(args) > 1 else "NULL"
    return f"COMMENT ON TABLE {_table(named, text_of(args[0]))} IS {said}"


_OPERATIONS: Mapping[str, Callable[[list[ast.expr], Named], str]] = {
    "create_table": _create_table,
    "drop_table": _drop_table,
    "rename_table": _rename_table,
    "add_column": _add_column,
    "drop_column": _drop_column,
    "alter_column": _alter_column,
    "create_index": _create_index,
    "drop_index": _drop_index,
    "create_foreign_key": _create_foreign_key,
    "create_unique_constraint": _create_unique,
    "create_primary_key": _create_primary,
    "create_check_constraint": _create_check,
    "drop_constraint": _drop_constraint,
    "create_table_comment": _comment,
}
_BEHIND_A_NAME = frozenset(
    {
        "create_index",
        "create_foreign_key",
        "create_unique_constraint",
        "create_primary_key",
        "create_check_constraint",
        "drop_constraint",
    }
)
