"""Statements about types, extensions, views, functions, triggers and sequences."""

from collections.abc import Iterator, Mapping

from analyzer.engines.postgresql.parser.sql_node import Node, name_of, opened, strings, table_of
from analyzer.engines.postgresql.parser.sql_tables import Statement, tables_in
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect


def create_enum(fields: Node, line: int) -> Iterator[Effect]:
    """CREATE TYPE ... AS ENUM."""
    yield e.CreateEnum(name_of(fields.get("typeName")), tuple(strings(fields.get("vals"))), line)


def alter_enum(fields: Node, line: int) -> Iterator[Effect]:
    """ALTER TYPE ... ADD VALUE and RENAME VALUE."""
    name, value = name_of(fields.get("typeName")), str(fields.get("newVal", ""))
    if fields.get("oldVal"):
        yield e.RenameEnumValue(name, str(fields["oldVal"]), value, line)
        return
    neighbour = fields.get("newValNeighbor")
    after = neighbour if fields.get("newValIsAfter") else None
    before = None if fields.get("newValIsAfter") else neighbour
    yield e.AddEnumValue(name, value, line, before, after, bool(fields.get("skipIfNewValExists")))


def create_extension(fields: Node, line: int) -> Iterator[Effect]:
    """CREATE EXTENSION."""
    yield e.EnableExtension(str(fields.get("extname", "")), line)


def create_schema(fields: Node, line: int) -> Iterator[Effect]:
    """CREATE SCHEMA."""
    passes = bool(fields.get("if_not_exists"))
    yield e.CreateObject("schema", str(fields.get("schemaname", "")), line, if_not_exists=passes)


def create_view(fields: Node, line: int) -> Iterator[Effect]:
    """CREATE VIEW."""
    needs = tuple(sorted(tables_in(fields.get("query") or {})))
    replaces = bool(fields.get("replace"))
    yield e.CreateObject("view", table_of(fields.get("view")), line, needs, replaces)


def create_function(fields: Node, line: int) -> Iterator[Effect]:
    """CREATE FUNCTION and PROCEDURE, by name: their bodies are not looked into."""
    kind = "procedure" if fields.get("is_procedure") else "function"
    replaces = bool(fields.get("replace"))
    yield e.CreateObject(kind, name_of(fields.get("funcname")), line, or_replace=replaces)


def create_trigger(fields: Node, line: int) -> Iterator[Effect]:
    """CREATE TRIGGER, named with its table."""
    table = table_of(fields.get("relation"))
    name, replaces = f"{table}.{fields.get('trigname', '')}", bool(fields.get("replace"))
    yield e.CreateObject("trigger", name, line, (table,), replaces)


def create_sequence(fields: Node, line: int) -> Iterator[Effect]:
    """CREATE SEQUENCE."""
    name, passes = table_of(fields.get("sequence")), bool(fields.get("if_not_exists"))
    yield e.CreateObject("sequence", name, line, if_not_exists=passes)


def create_type(fields: Node, line: int) -> Iterator[Effect]:
    """CREATE TYPE of any other kind, and CREATE DOMAIN."""
    relation = fields.get("typevar")
    name = (
        table_of(relation) or name_of(fields.get("typeName")) or name_of(fields.get("domainname"))
    )
    yield e.CreateObject("type", name, line)


def define(fields: Node, line: int) -> Iterator[Effect]:
    """CREATE AGGREGATE, OPERATOR, TEXT SEARCH CONFIGURATION and the like."""
    kind = str(fields.get("kind", "")).removeprefix("OBJECT_").lower()
    yield e.CreateObject(kind, name_of(fields.get("defnames")), line)


def create_policy(fields: Node, line: int) -> Iterator[Effect]:
    """CREATE POLICY, named with its table."""
    table = table_of(fields.get("table"))
    yield e.CreateObject("policy", f"{table}.{fields.get('policy_name', '')}", line, (table,))


def create_rule(fields: Node, line: int) -> Iterator[Effect]:
    """CREATE RULE, named with its table."""
    table = table_of(fields.get("relation"))
    yield e.CreateObject("rule", f"{table}.{fields.get('rulename', '')}", line, (table,))


def comment(fields: Node, line: int) -> Iterator[Effect]:
    """COMMENT ON TABLE and COLUMN; other comments are not kept."""
    text = fields.get("comment")
    words = strings(opened(fields.get("object"))[1].get("items"))
    if fields.get("objtype") == "OBJECT_TABLE" and words:
        yield e.ChangeTableComment(words[-1], str(text) if text else None, line)
    elif fields.get("objtype") == "OBJECT_COLUMN" and len(words) > 1:
        yield e.ChangeColumnComment(words[-2], words[-1], str(text) if text else None, line)
    else:
        yield e.ChangeOther("COMMENT", line)


def do_block(_fields: Node, line: int) -> Iterator[Effect]:
    """DO: code that only the database can run."""
    yield e.Opaque("DO", line, "a DO block is a program")


def set_variable(fields: Node, line: int) -> Iterator[Effect]:
    """SET: only where names are looked up matters."""
    if fields.get("name") != "search_path" or fields.get("is_local") or not fields.get("args"):
        return
    words = [(opened(arg)[1].get("sval") or {}).get("sval") for arg in fields["args"]]
    if not set(words) <= {"public", "$user", "", "pg_catalog"}:
        yield e.Opaque("SET search_path", line, "what follows may be made in another schema")


def nothing(_fields: Node, _line: int) -> Iterator[Effect]:
    """A statement that changes neither schema nor rows."""
    return iter(())


_HARMLESS = (
    "VariableShowStmt TransactionStmt LockStmt VacuumStmt ExplainStmt CheckPointStmt "
    "ConstraintsSetStmt DiscardStmt NotifyStmt"
)
_OTHER: Mapping[str, str] = {
    "GrantStmt": "GRANT or REVOKE",
    "GrantRoleStmt": "GRANT or REVOKE",
    "AlterOwnerStmt": "ALTER OWNER",
    "AlterSeqStmt": "ALTER SEQUENCE",
    "AlterDefaultPrivilegesStmt": "ALTER DEFAULT PRIVILEGES",
    "ClusterStmt": "CLUSTER",
    "ReindexStmt": "REINDEX",
    "AlterObjectDependsStmt": "ALTER DEPENDS ON EXTENSION",
    "AlterFunctionStmt": "ALTER FUNCTION",
    "AlterDatabaseSetStmt": "ALTER DATABASE",
    "AlterRoleStmt": "ALTER ROLE",
    "RefreshMatViewStmt": "REFRESH MATERIALIZED VIEW",
    "SecLabelStmt": "SECURITY LABEL",
    "AlterSystemStmt": "ALTER SYSTEM",
    "CreateStatsStmt": "CREATE STATISTICS",
    "AlterStatsStmt": "ALTER STATISTICS",
    "AlterExtensionStmt": "ALTER EXTENSION",
    "CreateRoleStmt": "CREATE ROLE",
    "AlterTSConfigurationStmt": "ALTER TEXT SEARCH CONFIGURATION",
    "CreateCastStmt": "CREATE CAST",
    "AlterOperatorStmt": "ALTER OPERATOR",
}
"""What changes something that no schema shows, in words."""


def _other(what: str) -> Statement:
    def read(_fields: Node, line: int) -> Iterator[Effect]:
        yield e.ChangeOther(what, line)

    return read


STATEMENTS: Mapping[str, Statement] = {
    **dict.fromkeys(_HARMLESS.split(), nothing),
    **{kind: _other(what) for kind, what in _OTHER.items()},
    "VariableSetStmt": set_variable,
    "CreateEnumStmt": create_enum,
    "AlterEnumStmt": alter_enum,
    "CreateExtensionStmt": create_extension,
    "CreateSchemaStmt": create_schema,
    "ViewStmt": create_view,
    "CreateFunctionStmt": create_function,
    "CreateTrigStmt": create_trigger,
    "CreateSeqStmt": create_sequence,
    "CompositeTypeStmt": create_type,
    "CreateRangeStmt": create_type,
    "CreateDomainStmt": create_type,
    "DefineStmt": define,
    "CreatePolicyStmt": create_policy,
    "RuleStmt": create_rule,
    "CommentStmt": comment,
    "DoStmt": do_block,
}
