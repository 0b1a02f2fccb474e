"""Names in Flyway: ``V1_2__add_songs.sql``, in folders of the folder, too.

Classes in Java and Kotlin are migrations, too. Repeatable ones (``R__``) run whenever their text
changes (see `repeatables`), ``U`` files take back, and a ``B`` file stands for all up to its
version where nothing ran: none of them is a migration here, but a ``U`` file goes where its ``V``
file goes.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from analyzer.frameworks.conventional_folders import ConventionalFolders
from analyzer.frameworks.flyway.versions import PART, FileVersion, read
from analyzer.frameworks.ports.files import Home
from analyzer.model.core.defining_line import DefiningLine, lines_of
from analyzer.model.core.migration import FileSet, MigrationFile, MigrationName, WhyIgnored
from analyzer.model.core.version import Version

FOLDERS = (
    "src/main/resources/db/migration",
    "db/migration",
    "flyway/sql",
    "sql",
    "migrations",
    "src/main/java/db/migration",
    "src/main/kotlin/db/migration",
)
_FILE = re.compile(
    rf"V(?P<version>{PART})__(?P<slug>.*)\.(?P<kind>sql|java|kt)", re.ASCII | re.DOTALL
)
_BEGINS = re.compile(rf"B(?P<version>{PART})__(?P<slug>.*)\.sql", re.ASCII | re.DOTALL)
_CLASS = re.compile(r"^[^/*]*\bclass\s+(?P<name>V\w+)", re.ASCII)
_BACK = re.compile(rf"(?P<above>(?:.*/)?)V(?P<rest>{PART}__[^/]*)", re.ASCII | re.DOTALL)
_REMEMBERED = 1 << 14  # names: a history repeats most of them


class FlywayFiles(ConventionalFolders):
    """The port ``Files`` of Flyway."""

    def __init__(self) -> None:
        super().__init__(FOLDERS, (".sql", ".java", ".kt"), "V1__create_songs.sql")
        folder = "|".join(map(re.escape, self._longest))
        self._deep = re.compile(
            rf"(?P<folder>(?:(?P<root>.+?)/)??(?:{folder}))/(?:[^/]+/)*[VURB][^/]*\Z", re.DOTALL
        )
        self._parse = lru_cache(maxsize=_REMEMBERED)(_read)

    def home(self, path: str) -> Home | None:
        """The conventional folder that a path lies in, however deep."""
        found = self._deep.match(path) if path.endswith(self._suffixes) else None
        return Home(found["root"] or "", found["folder"]) if found else None

    def parse_name(self, path_in_folder: str, folder: str = "") -> MigrationName | WhyIgnored:
        """Read version and description from the last part."""
        del folder
        return self._parse(path_in_folder.rpartition("/")[2])

    def basename(self, version: str, slug: str) -> str:
        """The name of a file for a version."""
        return f"V{version}__{slug}.sql"

    def way_back(self, path: str) -> str | None:
        """The undo migration of the same version."""
        found = _BACK.fullmatch(path)
        return f"{found['above']}U{found['rest']}" if found else None

    def defining_lines(self, content: bytes) -> Iterator[DefiningLine]:
        """The lines of a class in Java or Kotlin that tell its name, which is that of the file."""
        for number, line in enumerate(lines_of(content), start=1):
            found = _CLASS.match(line)
            if found is not None:
                text = line.removesuffix("\r")
                yield DefiningLine(number, text, found["name"], found.start("name"), own=True)

    def legal_slug(self, told: str) -> str:
        """A description as Flyway's users write it."""
        return re.sub(r"[^a-z0-9]+", "_", told.lower()).strip("_")


def _read(name: str) -> MigrationName | WhyIgnored:
    found = _FILE.fullmatch(name)
    if found is None:
        return WhyIgnored.NOT_A_MIGRATION
    spelt = found["version"]
    version = read(spelt.replace("_", "."))
    if not version.is_valid:
        return WhyIgnored.NOT_A_MIGRATION
    own = "" if found["kind"] == "sql" else name.rpartition(".")[0]
    return MigrationName(_version(version, spelt), found["slug"], "", own)


def _version(version: Version, spelt: str) -> FileVersion:
    return FileVersion(version.key, version.text, spelt=spelt)


def beginning_in(files: FileSet) -> MigrationFile | None:
    """The newest ``B`` file, which stands for all that come before it where nothing ran yet."""
    found = []
    for it in files.ignored:
        told = _BEGINS.fullmatch(it.path.rpartition("/")[2])
        version = read(told["version"].replace("_", ".")) if told is not None else None
        if told is not None and version is not None and version.is_valid:
            name = MigrationName(_version(version, told["version"]), told["slug"], "", "")
            found.append(MigrationFile(it.path, name, it.blob))
    return max(found, key=lambda it: it.version, default=None)
