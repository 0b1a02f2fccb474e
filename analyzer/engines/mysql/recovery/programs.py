"""The client programs of MySQL and MariaDB: which of them are here."""

import re
import subprocess

from analyzer.engines.ports.dumps import Tool
from analyzer.engines.sessions import Gateway
from analyzer.errors import EnvironmentToolError

_NAMES = {"mariadb-dump": ("mariadb-dump", "mysqldump"), "mariadb": ("mariadb", "mysql")}
"""What a program is called, where MariaDB's name is not known too."""
_VERSIONS = (
    re.compile(r"(?:Distrib|from) ((\d+)[\d.]*)"),
    re.compile(r"Ver ((\d+)[\d.]*)"),
)
_versions: "dict[tuple[tuple[str, ...], str], Tool | None]" = {}  # of this process


def find_tool(gateway: Gateway, name: str, at_least: int) -> Tool | None:
    """Find a program by MariaDB's or MySQL's name for it; any version will do."""
    del at_least
    found = (_version(gateway, it) for it in _NAMES.get(name, (name,)))
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


def _version(gateway: Gateway, program: str) -> Tool | None:
    """Ask a program for its version, once: installed programs stay what they are."""
    known = (gateway.prefix, program)
    if known not in _versions:
        _versions[known] = _asked_version(gateway, program)
    return _versions[known]


def _asked_version(gateway: Gateway, program: str) -> Tool | None:
    try:
        done = subprocess.run(
            [*gateway.prefix, program, "--version"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=gateway.call.environment(),
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = done.stdout.decode("utf-8", "replace")
    found = next((it for pattern in _VERSIONS if (it := pattern.search(said))), None)
    return Tool(program, found[1], int(found[2])) if found else None
