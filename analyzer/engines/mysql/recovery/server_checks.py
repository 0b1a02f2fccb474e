"""What a backup or a restore needs of the server, of its roles and of the programs."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from analyzer.engines.mysql.access.gateway import MysqlGateway
from analyzer.engines.mysql.access.session import MysqlSession
from analyzer.engines.mysql.recovery.programs import find_tool
from analyzer.errors import RefusedError
from analyzer.model.recovery.checklist import Item, failed, passed
from analyzer.model.recovery.manifest import Manifest
from analyzer.model.schema.database_state import DatabaseState
from analyzer.model.words.wording import listed

_SHOWN = 6
_ALL = re.compile(r"GRANT (?P<what>.+?) ON \*\.\*")
_CONTENT = (
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() "
    "UNION ALL SELECT routine_name FROM information_schema.routines "
    "WHERE routine_schema = DATABASE() UNION ALL SELECT event_name "
    "FROM information_schema.events WHERE event_schema = DATABASE()"
)


def checks(
    gateway: MysqlGateway, state: DatabaseState
) -> tuple[tuple[str, Callable[[], Item]], ...]:
    """Name the checks: of the program and of the privileges."""
    del state
    return (
        ("dump-program", lambda: _check_tool(gateway)),
        ("privileges", lambda: _check_privileges(gateway)),
    )


def _check_tool(gateway: MysqlGateway) -> Item:
    tool = find_tool(gateway, "mariadb-dump", 0)
    if tool is not None:
        return passed("dump-program", f"{tool.program} {tool.version}")
    return failed(
        "dump-program",
        "there is neither mariadb-dump nor mysqldump",
        why="the dump is written by the server's own program",
        fix="install mariadb-client or mysql-client, or --exec 'docker compose exec -T db'",
    )


def _check_privileges(gateway: MysqlGateway) -> Item:
    with gateway.session() as session:
        (role,) = session.column("SELECT CURRENT_USER() AS it")
        grants = [str(it) for it in session.column("SHOW GRANTS")]
    everywhere = " ".join(it["what"] for grant in grants if (it := _ALL.match(grant)))
    if "ALL PRIVILEGES" in everywhere or re.search(r"\bRELOAD\b", everywhere):
        return passed("privileges", f"{role} may keep others from writing while a dump begins")
    return failed(
        "privileges",
        f"{role} lacks RELOAD",
        why="without it nobody can be kept from writing for the moment in which a dump begins; its "
        "rows are then counted after they were restored into a database beside",
        fix=f"GRANT RELOAD ON *.* TO {role}, for the time of the recovery",
    )


def demand_empty(session: MysqlSession) -> None:
    """Make sure that nothing of a user's is in a database.

    Raises:
        RefusedError: something is; the reason tells what a restore over it would do.
    """
    names = [str(it) for it in session.column(_CONTENT)]
    if names:
        raise RefusedError(
            f"{session.target.database} is not empty: it has {listed(names, _SHOWN)}",
            why="a dump drops each table that it holds, with the rows that are there now",
            fix="restore alongside it: --into-new NAME",
        )


def demand_fitting(session: MysqlSession, manifest: Manifest, *, owners: bool) -> None:
    """A dump needs nothing but a server; what it does not know it says itself."""
    del session, manifest, owners


def missing_extensions(session: MysqlSession, manifest: Manifest) -> list[str]:
    """There are none."""
    del session, manifest
    return []


def with_parts(state: Mapping[str, Any]) -> Mapping[str, Any]:
    """No older format was ever written."""
    return state
