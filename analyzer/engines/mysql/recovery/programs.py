"""The client programs of MySQL and MariaDB: which of them are here."""

import re

from analyzer.engines.ports.dumps import Tool
from analyzer.engines.sessions import Gateway
from analyzer.engines.shared.program_versions import version_of
from analyzer.errors import EnvironmentToolError

_NAMES = {"mariadb-dump": ("mariadb-dump", "mysqldump"), "mariadb": ("mariadb", "mysql")}
"""What a program is called, where MariaDB's name is not known too."""
_VERSIONS = (
    re.compile(r"(?:Distrib|from) (?P<version>(?P<major>\d+)[\d.]*)"),
    re.compile(r"Ver (?P<version>(?P<major>\d+)[\d.]*)"),
)


def find_tool(gateway: Gateway, name: str, at_least: int) -> Tool | None:
    """Find a program by MariaDB's or MySQL's name for it; any version will do."""
    del at_least
    found = (version_of(gateway, it, _VERSIONS) for it in _NAMES.get(name, (name,)))
    return next((it for it in found if it is not None), None)


def newest_tool(gateway: Gateway, name: str) -> Tool | None:
    """Find a program as `find_tool` does."""
    return find_tool(gateway, name, 0)


def demand_tool(gateway: Gateway, name: str, at_least: int) -> Tool:
    """Find a program as `find_tool` does.

    Raises:
        EnvironmentToolError: there is none.
    """
    tool = find_tool(gateway, name, at_least)
    if tool is not None:
        return tool
    raise EnvironmentToolError(
        f"there is no {' and no '.join(_NAMES.get(name, (name,)))}",
        why="the dump is written and read by the server's own programs",
        fix="install mariadb-client or mysql-client, or run the server's own: "
        "--exec 'docker compose exec -T db'",
    )
