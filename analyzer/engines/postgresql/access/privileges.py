"""Which database this is, and what the role may do with its version table."""

from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.engines.postgresql.access.gateway import CATALOGUE
from analyzer.engines.postgresql.access.table_guard import (
    FOREIGN_PARTS,
    FOREIGN_TYPE,
    IDENTIFIER,
    PLANNED,
    RULES,
)
from analyzer.engines.postgresql.catalog.database_state import read_identity
from analyzer.engines.postgresql.words import literal
from analyzer.engines.sessions import Gateway, Question
from analyzer.errors import DatabaseError
from analyzer.model.core.version_table import AUDIT_TABLE, TableName
from analyzer.model.plans.plan import DeleteRow, InsertRow, RowStep, UpdateRow
from analyzer.model.plans.privileges import Standing
from analyzer.model.plans.repair_journal import TableLocation
from analyzer.model.schema.database_state import DatabaseIdentity

_STANDING = """
SELECT pg_catalog.json_build_object(
  'database', pg_catalog.current_database(),
  'oid', (SELECT d.oid::bigint FROM pg_catalog.pg_database d
          WHERE d.datname = pg_catalog.current_database()),
  'role', current_user,
  'version', pg_catalog.current_setting('server_version_num')::int,
  'standby', pg_catalog.pg_is_in_recovery(),
  'table', (SELECT pg_catalog.json_build_object(
      'USAGE', pg_catalog.has_schema_privilege(n.oid, 'USAGE'),
      'CREATE', pg_catalog.has_schema_privilege(n.oid, 'CREATE'),
      'SELECT', pg_catalog.has_table_privilege(c.oid, 'SELECT'),
      'UPDATE', pg_catalog.has_table_privilege(c.oid, 'UPDATE'),
      'INSERT', pg_catalog.has_table_privilege(c.oid, 'INSERT'),
      'DELETE', pg_catalog.has_table_privilege(c.oid, 'DELETE'),
      'children', (SELECT pg_catalog.json_agg(h.inhrelid::pg_catalog.regclass::text)
                   FROM pg_catalog.pg_inherits h WHERE h.inhparent = c.oid AND c.relkind = 'r'),
      'foreign', FOREIGN_,
      'type', TYPE_,
      'rules', RULES_,
      'planned', PLANNED_,
      'audit', (SELECT pg_catalog.has_table_privilege(a.oid, 'INSERT')
                FROM pg_catalog.pg_class a
                WHERE a.relnamespace = n.oid AND a.relname = {audit}))
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = {schema} AND c.relname = {name}))"""
_GUARDED = (
    _STANDING.replace("FOREIGN_", FOREIGN_PARTS)
    .replace("TYPE_", FOREIGN_TYPE)
    .replace("RULES_", RULES)
    .replace("PLANNED_", PLANNED)
)
_BETWEEN: Mapping[str, str] = {
    "foreign": "rows of it are in foreign tables ({})",
    "type": "its column version is of another role's type ({})",
    "rules": "it has rules ({})",
    "planned": "its indexes call functions of another role ({})",
}
_NEEDED: Mapping[type, str] = {UpdateRow: "UPDATE", DeleteRow: "DELETE", InsertRow: "INSERT"}


def read_standing(gateway: Gateway, table: TableName) -> Standing:
    """Ask a database who it is and what its version table lets us do.

    Raises:
        DatabaseError, EnvironmentToolError: it cannot be reached, or has no such table.
    """
    parts = {"audit": AUDIT_TABLE, "schema": table.schema, "name": table.name}
    asked = _GUARDED.format(**{name: literal(text) for name, text in parts.items()})
    ((told,), (system,)) = gateway.ask(Question(asked), Question(IDENTIFIER, each=True))
    if told["table"] is None:
        raise DatabaseError(
            f"{told['database']} has no table {table}",
            why="this is another database than the one that was analysed, or the table is gone",
            fix="check the address of the database",
        )
    return _standing(told, system, gateway.server, table)


def _standing(
    told: Mapping[str, Any], system: str | None, server: str, table: TableName
) -> Standing:
    allowed: Mapping[str, Any] = told["table"]
    return Standing(
        identity=TableLocation(system, told["database"], told["oid"], server, table),
        role=told["role"],
        version=told["version"],
        standby=told["standby"],
        privileges=frozenset(name for name, yes in allowed.items() if yes and name.isupper()),
        audit=allowed["audit"],
        children=tuple(allowed["children"] or ()),
        between=tuple(
            words.format(allowed[name]) for name, words in _BETWEEN.items() if allowed[name]
        ),
    )


def is_same_database(one: Gateway, other: Gateway) -> bool:
    """Whether two ways lead to one database, by system identifier and oid where they may be read.

    Raises:
        DatabaseError, EnvironmentToolError: one of them cannot be reached.
    """
    first, second = map(_identity, (one, other))
    return first.is_same(second)


def _identity(gateway: Gateway) -> DatabaseIdentity:
    with gateway.reading(CATALOGUE) as session:
        return read_identity(session)


def demand_privileges(standing: Standing, steps: Sequence[RowStep], *, audit: bool) -> None:
    """Make sure that the role can do all that a plan's steps and their inverses need.

    The table's lock asks for no more: one of UPDATE and DELETE is among what a step or its
    inverse needs.

    Raises:
        DatabaseError: the server is a standby, tables inherit from the version table, or a
            privilege is missing.
    """
    database, table = standing.identity.name, standing.identity.table
    _demand_one_table(standing)
    needed = {"USAGE", "SELECT"}
    for step in steps:
        needed |= {_NEEDED[type(step)], _NEEDED[type(step.inverse())]}
    if audit and standing.audit is None:
        needed.add("CREATE")
    missing = sorted(needed - standing.privileges)
    if audit and standing.audit is False:
        missing.append(f"INSERT ON {TableName(AUDIT_TABLE, table.schema)}")
    if missing:
        raise _forbidden(standing.role, table, database, missing)


def _demand_one_table(standing: Standing) -> None:
    """Make sure that there is just the one table, and that it can be changed at all."""
    database, table = standing.identity.name, standing.identity.table
    if standing.standby:
        raise DatabaseError(
            f"{database} at {standing.identity.server} is a standby, which cannot be changed",
            why="it replays what its primary does",
            fix="name the primary server: --database-url URL",
        )
    if standing.between:
        raise DatabaseError(
            f"{table} in {database} cannot be repaired: {'; '.join(standing.between)}; nothing was "
            "changed",
            why="something else decides what happens to the rows",
            fix="detach the foreign tables, disable the rules (ALTER TABLE ... DISABLE RULE) or "
            "give the column a type of PostgreSQL's own, then run the same command again",
        )
    if standing.children:
        raise DatabaseError(
            f"{table} in {database} has tables that inherit from it: "
            f"{', '.join(standing.children)}; nothing was changed",
            why="their rows count as its own, and could be changed in its place",
            fix=f"detach them with ALTER TABLE {standing.children[0]} NO INHERIT {table}, then run "
            "the same command again",
        )


def _forbidden(role: str, table: TableName, database: str, missing: Sequence[str]) -> DatabaseError:
    of_schema = [
        f"GRANT {name} ON SCHEMA {table.schema}" for name in missing if name in ("USAGE", "CREATE")
    ]
    of_table = [name for name in missing if name in ("SELECT", "UPDATE", "INSERT", "DELETE")]
    grants = of_schema + ([f"GRANT {', '.join(of_table)} ON {table}"] if of_table else [])
    grants += [f"GRANT {name}" for name in missing if " ON " in name]
    return DatabaseError(
        f"user {role} may not change {table} in {database}; nothing was changed",
        why=f"missing privileges, for the repair or for its way back: {', '.join(missing)}",
        fix="connect as the user of the application, or let the owner run "
        + "; ".join(f"{grant} TO {role}" for grant in grants),
    )
