"""A database's grants and settings: kept in parts, put together where they are used.

A manifest or a snapshot is data that somebody may have written: no statement is taken from it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.engines.postgresql.words import identifier, literal
from analyzer.model.schema.database_state import DatabaseGrant, DatabaseParameter

# settings whose value is a list of names; source: pg_dump's variable_is_guc_list_quote
_LISTS = ("search_path", "temp_tablespaces", "session_preload_libraries", "local_preload_libraries")
_NAMES = r'"(?:[^"]|"")*"|[^\s",]+'
_LIST = re.compile(rf"(?:{_NAMES})(?:\s*,\s*(?:{_NAMES}))*")

# the statements that manifests and snapshots of the first format held
_REVOKE = "REVOKE ALL ON DATABASE {database} FROM PUBLIC"
_GRANT = re.compile(
    r'GRANT (CONNECT|CREATE|TEMPORARY) ON DATABASE \{database\} TO (?:PUBLIC|"((?:[^"]|"")+)")'
    r"( WITH GRANT OPTION)?"
)
_SET = re.compile(
    r'ALTER (?:ROLE "((?:[^"]|"")+)" IN )?DATABASE \{database\} SET ([\w.$]+) TO (.*)', re.DOTALL
)
_LITERAL = re.compile(r"'((?:[^']|'')*)'")


def grant_statements(database: str, grants: Sequence[DatabaseGrant]) -> list[str]:
    """Write the statements that give these privileges, and take away the usual ones."""
    if not grants:
        return []
    place = f"DATABASE {identifier(database)}"
    return [f"REVOKE ALL ON {place} FROM PUBLIC", *(_grant(place, one) for one in grants)]


def _grant(place: str, one: DatabaseGrant) -> str:
    to = "PUBLIC" if one.grantee is None else identifier(one.grantee)
    option = " WITH GRANT OPTION" if one.grantable else ""
    return f"GRANT {one.privilege.value} ON {place} TO {to}{option}"


def set_parameter(database: str, one: DatabaseParameter) -> str:
    """Write the statement that gives a database a setting."""
    whose = f"DATABASE {identifier(database)}"
    if one.role is not None:
        whose = f"ROLE {identifier(one.role)} IN {whose}"
    listed = one.name.lower() in _LISTS and _LIST.fullmatch(one.value)
    names = [_unquoted(name) for name in re.findall(_NAMES, one.value)] if listed else [one.value]
    return f"ALTER {whose} SET {one.name} TO {', '.join(map(literal, names))}"


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def with_parts(state: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take apart the statements that a state's settings held in the first format.

    Raises:
        ValueError: one is none of those that were written.
    """
    settings = state["settings"]
    parts = {
        "grants": [_read_grant(one) for one in settings["grants"] if one != _REVOKE],
        "parameters": [_read_parameter(one) for one in settings["parameters"]],
    }
    return {**state, "settings": {**settings, **parts}}


def _read_grant(one: Any) -> Any:  # noqa: ANN401  JSON of any shape
    if not isinstance(one, str):
        return one
    found = _GRANT.fullmatch(one)
    if found is None:
        raise ValueError(f"{one!r} is not a grant on a database")
    return {
        "privilege": found[1],
        "grantee": None if found[2] is None else _plain(found[2]),
        "grantable": found[3] is not None,
    }


def _read_parameter(one: Any) -> Any:  # noqa: ANN401  JSON of any shape
    if not isinstance(one, str):
        return one
    found = _SET.fullmatch(one)
    words = "" if found is None else found[3].replace("{{", "{").replace("}}", "}")
    quoted = _LITERAL.fullmatch(words)
    if found is None or not (quoted or (found[2] in _LISTS and _LIST.fullmatch(words))):
        raise ValueError(f"{one!r} is not a database setting")
    return {
        "name": found[2],
        "value": quoted[1].replace("''", "'") if quoted else words,
        "role": None if found[1] is None else _plain(found[1]),
    }


def _plain(name: str) -> str:
    return name.replace('""', '"').replace("{{", "{").replace("}}", "}")
