"""Versions of Liquibase: ``path::id::author``, of which the path tells one changelog from another.

The rows of one file are compared by its path alone: which of its changesets ran is for
`LiquibaseRefusals` to say.
"""

import re

from analyzer.frameworks.keyed.versions import KeyedVersions
from analyzer.frameworks.liquibase.changesets import normalised
from analyzer.model.core.version import InvalidVersion, Version

JOINT = "::"
SUFFIXES = (".sql", ".xml", ".yaml", ".yml", ".json")
_PATH = re.compile(r"(?P<above>(?:.*/)?)(?P<number>[0-9]*)(?P<rest>.*)", re.DOTALL | re.ASCII)


class ChangelogVersion(Version, frozen=True):
    """The version of a changelog, whose name is the last part of the path that is stored."""

    name: str = ""

    @property
    def written(self) -> str:
        """The version as the name of a file has it."""
        return self.name


def path_of(stored: str) -> str:
    """The path in a stored version, as Liquibase compares it."""
    return normalised(stored.partition(JOINT)[0])


class LiquibaseVersions(KeyedVersions):
    """The port ``Numbering`` of Liquibase."""

    form = "a changelog's path, a changeset's id and its author: db/changelog/001_songs.sql::1::ann"

    def is_listed(self, cell: str) -> bool:
        """Whether a cell of a list is a path with an id and an author."""
        return JOINT in cell and self.read(cell).is_valid

    def read(self, stored: str) -> Version:
        """Read a stored path, mostly with id and author."""
        path = path_of(stored)
        if not path.lower().endswith(SUFFIXES) or {"\n", "\0"} & {*stored}:
            return InvalidVersion(path, stored)
        return ChangelogVersion(path, stored, name=path.rpartition("/")[2])

    def typed(self, text: str) -> Version | None:
        """Read a version that a user typed."""
        found = self.read(text)
        return found if found.is_valid else None

    def _head_of(self, text: str) -> str:
        found = _PATH.fullmatch(text.partition(JOINT)[0])
        return f"{found['above']}{found['number']}" if found else ""

    def _digits(self, text: str) -> str:
        found = _PATH.fullmatch(text.partition(JOINT)[0])
        return found["number"] if found else ""

    def _renumbered(self, text: str, number: int) -> str:
        path = text.partition(JOINT)[0]
        found = _PATH.fullmatch(path)
        if found is None or number < 0:
            return ""
        digits = str(number).zfill(len(found["number"]))
        rest = found["rest"] or SUFFIXES[0]
        return f"{found['above']}{digits}{rest}" if len(digits) == len(found["number"]) else ""
