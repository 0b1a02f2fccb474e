"""Flyway's settings files: whether it runs late migrations, as ``outOfOrder`` says.

Its own files (flyway.conf, flyway.toml), Spring Boot's, and those of its Maven and Gradle plugins.
What the command line or the environment adds cannot be seen here.
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.frameworks.base import Framework

_WORD = rb"(?P<told>true|false)\b"
_CONF = rb"^[ \t]*flyway\.outOfOrder[ \t]*[=:][ \t]*" + _WORD
_TOML = rb"^[ \t]*(?:flyway[ \t]*\.[ \t]*)?(?:\"outOfOrder\"|outOfOrder)[ \t]*=[ \t]*\"?" + _WORD
_SPRING = rb"^[ \t]*spring\.flyway\.(?:out-of-order|outOfOrder)[ \t]*[=:][ \t]*" + _WORD
_YAML = (
    rb"^(?P<deep>[ \t]*)flyway[ \t]*:[ \t]*(?:#.*)?\r?\n(?:(?P=deep)[ \t]+.*\n|[ \t]*\r?\n)*?"
    rb"(?P=deep)[ \t]+(?:out-of-order|outOfOrder)[ \t]*:[ \t]*" + _WORD
)
_MAVEN = rb"<(?:flyway\.)?outOfOrder>\s*" + _WORD
_GRADLE = rb"^[ \t]*(?:flyway\s*\.\s*)?outOfOrder\s*=\s*" + _WORD
_RESOURCES = "src/main/resources/"
_FILES = {  # what each is named, and what it says there; those that win first
    "flyway.toml": _TOML,
    "conf/flyway.toml": _TOML,
    "flyway.conf": _CONF,
    "conf/flyway.conf": _CONF,
    "config/application.properties": _SPRING,
    "config/application.yml": _YAML,
    "config/application.yaml": _YAML,
    f"{_RESOURCES}application.properties": _SPRING,
    f"{_RESOURCES}application.yml": _YAML,
    f"{_RESOURCES}application.yaml": _YAML,
    "pom.xml": _MAVEN,
    "build.gradle": _GRADLE,
    "build.gradle.kts": _GRADLE,
}


class FlywaySettings:
    """The port ``OwnSettings`` of Flyway. ``late``: makes it with late migrations that run."""

    def __init__(self, late: Callable[[bool], "Framework"]) -> None:
        self._late = late

    def files(self, root: str) -> tuple[str, ...]:
        """All of them, below the application's root."""
        above = f"{root}/" if root else ""
        return tuple(f"{above}{name}" for name in _FILES)

    def obeyed(self, contents: Mapping[str, bytes]) -> "Framework":
        """The framework by the first file that says anything; late migrations are refused else."""
        told = (_told(path, content) for path, content in contents.items())
        return self._late(next((it for it in told if it is not None), False))


def _told(path: str, content: bytes) -> bool | None:
    """What a file says; the longest of the names that its path ends with tells how to read it."""
    name = max((it for it in _FILES if f"/{path}".endswith(f"/{it}")), key=len)
    found = re.search(_FILES[name], content, re.MULTILINE)
    return None if found is None else found["told"] == b"true"
