"""What a backup or a recovery needs of the server and of its client programs."""

from collections.abc import Callable
from typing import Any

from analyzer.engines.postgresql.catalog.state_queries import UNREADABLE
from analyzer.engines.postgresql.tools.client_programs import find_tool, newest_tool
from analyzer.engines.postgresql.words import identifier
from analyzer.engines.sessions import Gateway
from analyzer.model.recovery.checklist import Item, failed, passed
from analyzer.model.schema.database_state import DatabaseState

_ROLE = """
SELECT rolname::text AS name, rolsuper OR rolcreatedb AS creates,
       rolsuper OR pg_has_role(d.datdba, 'USAGE') AS owns
FROM pg_roles, pg_database d
WHERE rolname = current_user AND d.datname = current_database()"""


def checks(gateway: Gateway, state: DatabaseState) -> tuple[tuple[str, Callable[[], Item]], ...]:
    """Name the checks: of the tools and of the privileges."""
    return (
        ("pg-dump", lambda: _check_tool(gateway, state.identity.major)),
        ("privileges", lambda: _check_privileges(gateway, state.identity.database)),
    )


def _check_tool(gateway: Gateway, major: int) -> Item:
    tool = find_tool(gateway, "pg_dump", major)
    if tool is not None:
        return passed("pg-dump", f"pg_dump {tool.version} for server {major}")
    newest = newest_tool(gateway, "pg_dump")
    return failed(
        "pg-dump",
        f"pg_dump {newest.version} is older than the server, {major}"
        if newest
        else "there is no pg_dump",
        why="pg_dump refuses a server that is newer than itself",
        fix=f"apt-get install postgresql-client-{major}, or --exec 'docker compose exec -T db'",
    )


def _check_privileges(gateway: Gateway, database: str) -> Item:
    with gateway.session() as session:
        (role,) = session.rows(_ROLE)
        unreadable = session.ask(UNREADABLE)
    if unreadable:
        return _may_not_read(role["name"], unreadable)
    if role["creates"] and role["owns"]:
        return passed("privileges", f"{role['name']} may create and rename databases")
    return _may_not_create(role, database)


def _may_not_read(role: str, tables: list[str]) -> Item:
    return failed(
        "privileges",
        f"{role} may not read {len(tables)} of the tables: {', '.join(tables[:5])}",
        why="the server refuses them, or row level security hides some of their rows, so "
        "a backup or a copy would lack rows",
        fix="connect as the owner of the tables or as a superuser; for row level "
        f"security: ALTER ROLE {identifier(role)} BYPASSRLS",
    )


def _may_not_create(role: dict[str, Any], database: str) -> Item:
    lacking = f"ownership of {database}" if role["creates"] else "CREATEDB"
    return failed(
        "privileges",
        f"{role['name']} lacks {lacking}",
        why="a recovery creates a database and renames the old one",
        fix="connect as the owner of the database"
        if role["creates"]
        else f"ALTER ROLE {identifier(role['name'])} CREATEDB",
    )
