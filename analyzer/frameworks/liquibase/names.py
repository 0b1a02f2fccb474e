"""Names in Liquibase: a changelog's path is its key, unless its text names another one."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from analyzer.frameworks.conventional_folders import ConventionalFolders
from analyzer.frameworks.liquibase.changesets import ChangeSet, normalised, read_changelog
from analyzer.frameworks.liquibase.versions import JOINT, SUFFIXES, LiquibaseVersions
from analyzer.frameworks.no_journal import NoJournal
from analyzer.frameworks.ports.files import Home
from analyzer.model.core.defining_line import DefiningLine, lines_of
from analyzer.model.core.migration import MigrationName, WhyIgnored
from analyzer.model.core.version import Version
from analyzer.records import Struct, replace

FOLDERS = ("db/changelog", "src/main/resources/db/changelog", "liquibase", "changelog")
_ABOVE = re.compile(r"(?:.*/)?(?:src/(?:main|test)/resources|resources)(?:/|\Z)")
_SLUG = re.compile(r"[0-9.]*[-_]?(?P<slug>.*?)\.[a-z]+\Z", re.DOTALL | re.IGNORECASE)
_REMEMBERED = 1 << 14  # names: a history repeats most of them


class ChangeSetName(Struct, frozen=True):
    """A changeset's whole version, and its checksum, where that is known.

    ``anew``: where the checksum changed it runs again, and is not refused.
    """

    version: str
    checksum: str | None = None
    anew: bool = False


class ChangelogName(MigrationName, frozen=True):
    """The name of a changelog; ``changesets`` are those in it."""

    changesets: tuple[ChangeSetName, ...] = ()


class LiquibaseFiles(ConventionalFolders):
    """The port ``Files`` of Liquibase."""

    markers = ("liquibase.properties",)

    def __init__(self, versions: LiquibaseVersions) -> None:
        super().__init__(FOLDERS, SUFFIXES, "001-create-songs.sql")
        self._versions = versions
        folder = "|".join(map(re.escape, self._longest))
        self._deep = re.compile(
            rf"(?P<folder>(?:(?P<root>.+?)/)??(?:{folder}))/(?:[^/]+/)*[^/]+\Z", re.DOTALL
        )
        self._parse = lru_cache(maxsize=_REMEMBERED)(self._read)

    def home(self, path: str) -> Home | None:
        """The conventional folder that a path lies in, however deep."""
        found = self._deep.match(path) if path.endswith(self._suffixes) else None
        return Home(found["root"] or "", found["folder"]) if found else None

    def parse_name(self, path_in_folder: str, folder: str = "") -> MigrationName | WhyIgnored:
        """Read the path that Liquibase stores for a file; only the text tells id and author."""
        return self._parse(path_in_folder, folder)

    def _read(self, path_in_folder: str, folder: str) -> MigrationName | WhyIgnored:
        name = path_in_folder.rpartition("/")[2]
        if not name.lower().endswith(SUFFIXES) or name.startswith("."):
            return WhyIgnored.NOT_A_MIGRATION
        path = f"{folder}/{path_in_folder}" if folder else path_in_folder
        version = self._versions.read(self.stored(path))
        found = _SLUG.fullmatch(name)
        slug = (found["slug"] if found else "") or name.rpartition(".")[0]
        return ChangelogName(version, slug, "", "")

    def stored(self, path: str) -> str:
        """What Liquibase keeps of a path: from the class path, or from the application's root."""
        below = _ABOVE.sub("", path, count=1) if _ABOVE.match(path) else None
        if below:
            return below
        home = self.home(path)
        return path.removeprefix(f"{home.root}/") if home is not None and home.root else path

    def basename(self, version: str, slug: str) -> str:
        """The name of a file: the last part of the path in the version."""
        name = version.partition(JOINT)[0].rpartition("/")[2]
        return name if name.lower().endswith(SUFFIXES) else f"{name}-{slug}{SUFFIXES[0]}"

    def legal_slug(self, told: str) -> str:
        """A name as people write it."""
        return re.sub(r"[^a-z0-9]+", "-", told.lower()).strip("-")

    def version(self, text: str) -> Version:
        """The version of a text."""
        return self._versions.read(text)


class LiquibaseKeys(NoJournal):
    """The port ``KeysInText`` of Liquibase."""

    told_by_path = False
    includes = True

    def __init__(self, files: LiquibaseFiles) -> None:
        self._files = files

    def name(self, told: MigrationName, content: bytes) -> MigrationName | WhyIgnored:
        """The version of the first changeset, and those of all; a list of files has none."""
        found = read_changelog(content)
        if found is None or not found.changesets:
            return WhyIgnored.NOT_A_MIGRATION
        path = told.version.text.partition(JOINT)[0]
        sets = tuple(_named(it, path) for it in found.changesets)
        name = ChangelogName(told.version, told.slug, told.scope, told.class_name)
        return replace(name, version=self._files.version(sets[0].version), changesets=sets)

    def settled(self, names: Sequence[MigrationName]) -> Sequence[MigrationName]:
        """Each stands for itself."""
        return names

    def mentions(self, content: bytes, key: str) -> Iterator[DefiningLine]:
        """The lines of a changelog that include a file by its name."""
        word = re.compile(rf"(?<![\w./-]|\\)(?P<above>(?:[\w.-]+/)*){re.escape(key)}(?![\w-])")
        found = read_changelog(content)
        told = {line for _, line in found.includes} if found is not None else set()
        for number, line in enumerate(lines_of(content), start=1):
            place = word.search(line) if told else None
            if place is not None:
                start = place.start() + len(place["above"])
                yield DefiningLine(number, line.removesuffix("\r"), key, start)


def _named(changeset: ChangeSet, path: str) -> ChangeSetName:
    """A changeset in a file: its own path counts, where it names one."""
    own = normalised(changeset.logical) if changeset.logical else path
    version = JOINT.join((own, changeset.id, changeset.author))
    return ChangeSetName(version, changeset.checksum, changeset.anew)
