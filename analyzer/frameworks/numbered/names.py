"""Names of files that begin with the number of their migration."""

import re
from collections.abc import Iterator
from functools import lru_cache

from analyzer.frameworks.integer_versions import read
from analyzer.frameworks.numbered.facts import NumberedFacts
from analyzer.frameworks.ports.files import Home
from analyzer.model.core.defining_line import DefiningLine
from analyzer.model.core.migration import MigrationName, WhyIgnored

_REMEMBERED = 1 << 14  # names: a history repeats most of them


class NumberedNames:
    """The port ``Files`` by a tool's facts."""

    sure = False  # many tools keep theirs in folders of the same names
    markers: tuple[str, ...] = ()

    def __init__(self, facts: NumberedFacts) -> None:
        self._facts = facts
        self.usual = facts.folders[0]
        self.example = facts.example
        longest = sorted(facts.folders, key=len, reverse=True)
        folder = "|".join(map(re.escape, longest))
        self._home = re.compile(rf"(?P<folder>(?:(?P<root>.+?)/)?(?:{folder}))/[^/]+\Z", re.DOTALL)
        self._below = re.compile(rf"(?:(?P<root>.+?)/)?(?:{folder})\Z", re.DOTALL)
        self._form = re.compile(facts.form, re.ASCII | re.DOTALL)
        self._parse = lru_cache(maxsize=_REMEMBERED)(self._read)

    def home(self, path: str) -> Home | None:
        """The conventional folder that a path lies in."""
        found = self._home.match(path) if path.endswith(self._facts.suffixes) else None
        return Home(found["root"] or "", found["folder"]) if found else None

    def folders(self, root: str) -> tuple[str, ...]:
        """Every folder by convention."""
        return tuple(f"{root}/{folder}" if root else folder for folder in self._facts.folders)

    def root(self, folder: str) -> str:
        """The application's root, where the folder is one by convention."""
        found = self._below.fullmatch(folder)
        return (found["root"] or "") if found else ""

    def folder_beside(self, path: str) -> str | None:
        """The likeliest folder beside a record of renames."""
        above, _, name = path.rpartition("/")
        if name != "renames.toml":
            return None
        for folder in sorted(self._facts.folders, key=len, reverse=True):
            parent, _, last = folder.rpartition("/")
            if not parent or f"/{above}".endswith(f"/{parent}"):
                return f"{above}/{last}".removeprefix("/")
        return None

    def parse_name(self, path_in_folder: str, folder: str = "") -> MigrationName | WhyIgnored:
        """Read number and slug; what lies in folders of the folder is none."""
        del folder
        return self._parse(path_in_folder)

    def _read(self, name: str) -> MigrationName | WhyIgnored:
        found = self._form.fullmatch(name)
        if found is None or "/" in name:
            return WhyIgnored.NOT_A_MIGRATION
        return MigrationName(read(found["number"]), found["slug"], "", "")

    def basename(self, version: str, slug: str) -> str:
        """The name of a file for a number."""
        return self._facts.written.format(number=version, slug=slug)

    def legal_slug(self, told: str) -> str:
        """A name as the tool's generator would take it."""
        return re.sub(r"[^a-z0-9]+", "_", told.lower()).strip("_")

    def class_name(self, slug: str) -> str:
        """No name in the text is looked for."""
        del slug
        return ""

    def defining_lines(self, content: bytes) -> Iterator[DefiningLine]:
        """None: the text says nothing of the file's name."""
        del content
        return iter(())
