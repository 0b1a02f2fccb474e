"""The one reader of the configuration: ``.migdoctor.toml``, or ``[tool.migdoctor]`` elsewhere."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from analyzer.engines.registry import ENGINES
from analyzer.errors import UsageError
from analyzer.frameworks.registry import MEMBERS
from analyzer.limits import DIGITS, read_number
from analyzer.model.core.environments import ConfiguredEnvironment
from analyzer.model.findings.finding import Severity, SeverityByCode
from analyzer.records import Struct, field
from analyzer.sources.config.environment_tables import read_environments
from analyzer.sources.config.known_keys import demand_known
from analyzer.sources.config.known_keys import wrong_kind as _wrong
from analyzer.sources.files.bounded import parse_toml

OWN_FILE, SHARED_FILE = ".migdoctor.toml", "pyproject.toml"
Read = Callable[[str], bytes | None]
"""Gives a file at the repository's root, by its name; None where there is none."""
_KEYS = ("framework", "engine", "folders", "environments", "severity", "start-after", "base")
_OFF = "off"


class TeamSettings(Struct, frozen=True):
    """The team's settings in the repository. ``start_after`` is a version; ``path`` the file's.

    ``engine`` is the one whose SQL stands in the migrations, where no database is in hand.
    """

    folders: tuple[str, ...] = ()
    framework: str | None = None
    severities: SeverityByCode = field(default_factory=dict)
    start_after: str | None = None
    base: str | None = None
    environments: tuple[ConfiguredEnvironment, ...] = ()
    path: str = OWN_FILE
    engine: str | None = None


def read_settings(read: Read, codes: Callable[[], Collection[str]]) -> TeamSettings:
    """Read the settings, if there are any.

    Args: codes: gives the codes of all findings; asked only where a severity is set.

    Raises:
        UsageError: a file is no TOML, a key or code is not known, a value is of the wrong kind, or
            both files have settings.
    """
    own, shared = read(OWN_FILE), read(SHARED_FILE)
    in_shared = _shared(shared) if shared is not None and b"migdoctor" in shared else None
    if own is None:
        path = OWN_FILE if in_shared is None else SHARED_FILE
        return _settings(in_shared or {}, path, codes)
    if in_shared is not None:
        raise UsageError(
            f"both {OWN_FILE} and {SHARED_FILE} have settings",
            why="it would not be clear which of the two counts",
            fix=f"move all of them into {OWN_FILE}, or delete it",
        )
    return _settings(parse_toml(own, OWN_FILE), OWN_FILE, codes)


def _shared(content: bytes) -> dict[str, Any] | None:
    tools = parse_toml(content, SHARED_FILE).get("tool")
    own = tools.get("migdoctor") if isinstance(tools, dict) else None
    return own if isinstance(own, dict) else None


def _settings(
    table: Mapping[str, Any], path: str, codes: Callable[[], Collection[str]]
) -> TeamSettings:
    demand_known(table, _KEYS, path, "key")
    folders = table.get("folders", [])
    if not isinstance(folders, list) or not all(isinstance(one, str) for one in folders):
        raise _wrong(path, "folders", 'a list of folders, such as ["app/migrations"]')
    base = table.get("base")
    if base is not None and not isinstance(base, str):
        raise _wrong(path, "base", 'a revision, such as "origin/main"')
    framework = table.get("framework")
    if framework is not None and framework not in MEMBERS:
        raise _wrong(path, "framework", f"one of {', '.join(MEMBERS)}")
    engine = table.get("engine")
    if engine is not None and engine not in ENGINES:
        raise _wrong(path, "engine", f"one of {', '.join(ENGINES)}")
    return TeamSettings(
        tuple(folders),
        framework,
        _severities(table, path, codes),
        _start_after(table, path),
        base,
        read_environments(table, path),
        path,
        engine,
    )


def _severities(
    table: Mapping[str, Any], path: str, codes: Callable[[], Collection[str]]
) -> SeverityByCode:
    given = table.get("severity", {})
    if not isinstance(given, dict):
        raise _wrong(path, "severity", 'a table, such as {MD311 = "error"}')
    if given:
        demand_known(given, codes(), path, "code")
    levels = (*map(str, Severity), _OFF)
    for code, level in given.items():
        if level not in levels:
            raise _wrong(path, f"severity.{code}", f"one of {', '.join(levels)}")
    return {code: None if level == _OFF else Severity(level) for code, level in given.items()}


def _start_after(table: Mapping[str, Any], path: str) -> str | None:
    given = table.get("start-after")
    if given is None:
        return None
    text = _digits(given)
    if text is None:
        raise _wrong(path, "start-after", "a version, such as 20250101000000")
    return text


def _digits(given: object) -> str | None:
    """A version's digits; a number in hexadecimal may be longer than Python writes out."""
    if isinstance(given, str):
        return None if read_number(given) is None else given
    if not isinstance(given, int) or isinstance(given, bool):
        return None
    return str(given) if 0 <= given < 10**DIGITS else None
