"""What every recovery needs of the machine and the server: room, tools, privileges."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from analyzer.engines.postgresql.access.session import Gateway
from analyzer.engines.postgresql.catalog import state_queries as q
from analyzer.engines.postgresql.dumps.dump_words import identifier
from analyzer.engines.postgresql.tools.client_programs import find_tool, newest_tool
from analyzer.errors import AnalyzerError
from analyzer.model.recovery.checklist import Item, failed, passed, unknown
from analyzer.model.schema.database_state import DatabaseState
from analyzer.operations.backup.disk_space import check_disk_space

_ROLE = """
SELECT rolname::text AS name, rolsuper OR rolcreatedb AS creates,
       rolsuper OR pg_has_role(d.datdba, 'USAGE') AS owns
FROM pg_roles, pg_database d
WHERE rolname = current_user AND d.datname = current_database()"""


def check_prerequisites(gateway: Gateway, state: DatabaseState, place: Path) -> tuple[Item, ...]:
    """Check room, tools and privileges.

    Args:
        gateway: the database.
        state: of it; counts are not needed.
        place: where files will be written.
    """
    return (
        guarded("disk-space", lambda: check_disk_space(gateway, state.bytes, place)),
        guarded("pg-dump", lambda: _check_tool(gateway, state.identity.major)),
        guarded("privileges", lambda: _check_privileges(gateway, state.identity.database)),
    )


def guarded(name: str, check: Callable[[], Item]) -> Item:
    """Turn a check that failed to look into an unknown item: the others go on."""
    try:
        return check()
    except AnalyzerError as error:
        return unknown(name, f"could not be checked: {error.args[0]}", why=error.why,
                       fix=error.fix)  # fmt: skip


def _check_tool(gateway: Gateway, major: int) -> Item:
    tool = find_tool(gateway, "pg_dump", major)
    if tool is not None:
        return passed("pg-dump", f"pg_dump {tool.version} for server {major}")
    newest = newest_tool(gateway, "pg_dump")
    return failed(
        "pg-dump",
        f"pg_dump {newest.version} is older than the server, {major}" if newest
        else "there is no pg_dump",
        why="pg_dump refuses a server that is newer than itself",
        fix=f"apt-get install postgresql-client-{major}, or --exec 'docker compose exec -T db'",
    )  # fmt: skip


def _check_privileges(gateway: Gateway, database: str) -> Item:
    with gateway.session() as session:
        (role,) = session.rows(_ROLE)
        unreadable = session.ask(q.UNREADABLE)
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
        fix="connect as the owner of the database" if role["creates"]
        else f"ALTER ROLE {identifier(role['name'])} CREATEDB",
    )  # fmt: skip
