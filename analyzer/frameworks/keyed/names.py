"""Names of files that are versions themselves."""

import re
from functools import lru_cache

from analyzer.frameworks.conventional_folders import ConventionalFolders
from analyzer.frameworks.keyed.facts import Facts
from analyzer.frameworks.keyed.versions import KeyedVersions
from analyzer.model.core.migration import MigrationName, WhyIgnored

_REMEMBERED = 1 << 14  # names: a history repeats most of them
_NO_CODE = (".d.ts", ".d.mts", ".d.cts")  # declarations, which no tool runs


class KeyedFiles(ConventionalFolders):
    """The port ``Files`` by a tool's facts."""

    def __init__(self, facts: Facts, versions: KeyedVersions) -> None:
        self._facts, self._versions = facts, versions
        super().__init__(facts.folders, facts.suffixes, facts.example)
        self._needs = re.compile(facts.needs or ".+", re.DOTALL)
        self._number = re.compile(rf"({facts.number})(?:{re.escape(facts.separator)}|\.|\Z)(.*)")
        self._parse = lru_cache(maxsize=_REMEMBERED)(self._read)

    def parse_name(self, path_in_folder: str, folder: str = "") -> MigrationName | WhyIgnored:
        """Read the key and the slug; what lies in folders of the folder is none."""
        del folder
        return self._parse(path_in_folder)

    def _read(self, name: str) -> MigrationName | WhyIgnored:
        suffix = next((it for it in self._facts.suffixes if name.endswith(it)), None)
        stem = name.removesuffix(suffix or "")
        fits = suffix and stem and "/" not in name and not name.endswith(_NO_CODE)
        if not fits or stem.startswith(".") or self._needs.fullmatch(name) is None:
            return WhyIgnored.NOT_A_MIGRATION
        key = self._facts.prefix + (name if self._facts.suffixed else stem)
        numbered = self._number.match(stem)
        slug = numbered[2] if numbered and numbered[2] else stem
        return MigrationName(self._versions.read(key), slug, "", "")

    def basename(self, version: str, slug: str) -> str:
        """The name of a file for a key, or for the number of one with a slug of its own."""
        suffix = next((it for it in self._facts.suffixes if version.endswith(it)), "")
        stem = version.removeprefix(self._facts.prefix).removesuffix(suffix)
        if re.fullmatch(self._facts.number, stem) and slug:
            stem = f"{stem}{self._facts.separator}{slug}"
        return stem + (suffix or self._facts.suffixes[0])

    def legal_slug(self, told: str) -> str:
        """A name as the tool's generator would take it."""
        return re.sub(r"[^a-z0-9]+", self._facts.separator, told.lower()).strip("-_")
