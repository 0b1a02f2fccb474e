"""Names of files that begin with the number of their migration."""

import re
from functools import lru_cache

from analyzer.frameworks.conventional_folders import ConventionalFolders
from analyzer.frameworks.integer_versions import bare, read
from analyzer.frameworks.numbered.facts import NumberedFacts
from analyzer.model.core.migration import MigrationName, WhyIgnored
from analyzer.model.core.version import Version

_REMEMBERED = 1 << 14  # names: a history repeats most of them


class NumberedNames(ConventionalFolders):
    """The port ``Files`` by a tool's facts."""

    def __init__(self, facts: NumberedFacts) -> None:
        self._facts = facts
        super().__init__(facts.folders, facts.suffixes, facts.example)
        self._form = re.compile(facts.form, re.ASCII | re.DOTALL)
        self._parse = lru_cache(maxsize=_REMEMBERED)(self._read)

    def parse_name(self, path_in_folder: str, folder: str = "") -> MigrationName | WhyIgnored:
        """Read number and slug; what lies in folders of the folder is none."""
        del folder
        return self._parse(path_in_folder)

    def _read(self, name: str) -> MigrationName | WhyIgnored:
        found = self._form.fullmatch(name)
        if found is None or "/" in name:
            return WhyIgnored.NOT_A_MIGRATION
        version = read(found["number"])
        stored = Version(version.key, bare(version)) if version.is_valid else version
        return MigrationName(stored, found["slug"], "", "")

    def basename(self, version: str, slug: str) -> str:
        """The name of a file for a number."""
        return self._facts.written.format(number=version, slug=slug)

    def way_back(self, path: str) -> str | None:
        """The other file of a pair; a name that is only for a moment has an ending more."""
        if self._facts.back is None:
            return None
        up, down = self._facts.back
        above, found, after = path.rpartition(up)
        return f"{above}{down}{after}" if found else None

    def legal_slug(self, told: str) -> str:
        """A name as the tool's generator would take it."""
        return re.sub(r"[^a-z0-9]+", "_", told.lower()).strip("_")
