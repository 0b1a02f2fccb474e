"""PostgreSQL's client programs: which of them are here, and which will do."""

import os
import re
import shutil
from pathlib import Path

from analyzer.engines.ports.dumps import Tool
from analyzer.engines.postgresql.scratch.scratch_postgres import wheel_programs
from analyzer.engines.postgresql.tools.dump_guard import knows_restrict
from analyzer.engines.sessions import Gateway
from analyzer.engines.shared.program_versions import version_of
from analyzer.errors import EnvironmentToolError

_VERSIONS = (re.compile(r"\(PostgreSQL\) (?P<version>(?P<major>\d+)\S*)"),)
_PLACES = (  # where packages put the programs of several major versions side by side
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/opt/homebrew/opt/libpq/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/opt/libpq/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


def find_tool(gateway: Gateway, name: str, at_least: int) -> Tool | None:
    """Find a program that can speak to a server of this major version, or read such a dump.

    Of several, the oldest that will do: a newer one may write what an older server refuses.
    Behind a prefix there is just the one that its PATH finds. None where none will do.
    """
    candidates = (name,) if gateway.prefix else _candidates(name)
    found = [tool for one in candidates if (tool := _version(gateway, one)) is not None]
    fitting = [tool for tool in found if tool.major >= at_least]
    return min(fitting, key=lambda tool: tool.major, default=None)


def newest_tool(gateway: Gateway, name: str) -> Tool | None:
    """Find the newest of a program's versions, for a message that says why it will not do."""
    candidates = (name,) if gateway.prefix else _candidates(name)
    found = [tool for one in candidates if (tool := _version(gateway, one)) is not None]
    return max(found, key=lambda tool: tool.major, default=None)


def demand_tool(gateway: Gateway, name: str, at_least: int) -> Tool:
    """Find a program as `find_tool` does.

    Raises:
        EnvironmentToolError: there is none, or none that is new enough.
    """
    tool = find_tool(gateway, name, at_least)
    if tool is not None:
        return tool
    newest = newest_tool(gateway, name)
    raise EnvironmentToolError(
        f"no {name} of version {at_least} or newer is there"
        + (f"; the newest is {newest.version}" if newest else ""),
        why=f"{name} refuses servers and archives that are newer than itself",
        fix=f"install postgresql-client-{at_least}, or run the server's own: "
        "--exec 'docker compose exec -T db'",
    )


def demand_psql(gateway: Gateway, at_least: int) -> Tool:
    """Find a psql: the oldest that will do of those that can be kept from commands of their own.

    Where none can, any that will do; behind a prefix the one that is there, of whatever version.

    Raises:
        EnvironmentToolError: there is none, or none that is new enough.
    """
    if gateway.prefix:
        return find_tool(gateway, "psql", 0) or Tool("psql", "", 0)
    found = [tool for one in _candidates("psql") if (tool := _version(gateway, one)) is not None]
    known = [tool for tool in found if tool.major >= at_least and knows_restrict(tool.version)]
    return min(known, key=lambda tool: tool.major, default=None) or demand_tool(
        gateway, "psql", at_least
    )


def _version(gateway: Gateway, program: str) -> Tool | None:
    return version_of(gateway, program, _VERSIONS)


def _candidates(name: str) -> tuple[str, ...]:
    """Every copy of a program on this computer: on the PATH, of packages, of the wheel."""
    found = [shutil.which(name)]
    for pattern in _PLACES:
        found += [str(path / name) for path in Path("/").glob(pattern[1:])]
    wheel = wheel_programs()
    found += [str(wheel / name)] if wheel is not None else []
    return tuple(dict.fromkeys(one for one in found if one and os.access(one, os.X_OK)))
