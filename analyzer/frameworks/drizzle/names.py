"""Names in Drizzle: ``drizzle/TAG.sql``, and the journal that tells the moment of each tag.

Source: migrator.ts of drizzle-orm 0.45.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from analyzer.frameworks.conventional_folders import ConventionalFolders
from analyzer.model.core.defining_line import DefiningLine
from analyzer.model.core.migration import MigrationName, WhyIgnored
from analyzer.model.core.version import NO_VERSION, Version

JOURNAL = "meta/_journal.json"
FOLDERS = ("drizzle", "drizzle/migrations", "src/drizzle", "src/db/drizzle", "db/drizzle")
_FILE = re.compile(r"(?P<tag>[0-9]+_(?P<slug>[^/]+))\.sql", re.ASCII)
_NUMBERED = re.compile(
    r"(?P<above>(?:.*/)?)(?P<number>[0-9]+)_[^/]*\.sql(?P<after>[^/]*)", re.ASCII
)


class DrizzleFiles(ConventionalFolders):
    """The port ``Files`` of Drizzle."""

    markers = ("drizzle.config.ts", "drizzle.config.js")

    def __init__(self) -> None:
        super().__init__(FOLDERS, (".sql",), "0001_create_songs.sql")

    def parse_name(self, path_in_folder: str, folder: str = "") -> MigrationName | WhyIgnored:
        """Read the tag; only the journal tells the version."""
        del folder
        found = _FILE.fullmatch(path_in_folder)
        if found is None:
            return WhyIgnored.NOT_A_MIGRATION
        return MigrationName(NO_VERSION, found["slug"], "", "")

    def basename(self, version: str, slug: str) -> str:
        """A file's name: the version stands in the journal."""
        return f"{version}_{slug}.sql"

    def way_back(self, path: str) -> str | None:
        """The snapshot of the schema beside a migration, which its generator compares with."""
        found = _NUMBERED.fullmatch(path)
        if found is None:
            return None
        return f"{found['above']}meta/{found['number']}_snapshot.json{found['after']}"

    def legal_slug(self, told: str) -> str:
        """A name as the tool's generator would take it."""
        return re.sub(r"[^a-z0-9]+", "_", told.lower()).strip("_")


class DrizzleKeys:
    """The port ``KeysInText`` of Drizzle, where a text of its own tells the versions of all."""

    told_by_path = False
    journal: str | None = JOURNAL
    includes = False

    def name(self, told: MigrationName, content: bytes) -> MigrationName | WhyIgnored:
        """The text of a migration tells nothing."""
        del content
        return told

    def settled(self, names: Sequence[MigrationName]) -> Sequence[MigrationName]:
        """Each stands for itself."""
        return names

    def mentions(self, content: bytes, key: str) -> Iterator[DefiningLine]:
        """No migration names another one."""
        del content, key
        return iter(())

    def listed(self, journal: bytes) -> Mapping[str, Version]:
        """The versions that a journal tells, by the names of files."""
        return {f"{tag}.sql": Version(when, str(when)) for tag, when in _entries(journal)}

    def is_broken(self, journal: bytes) -> bool:
        """Whether it is no JSON, as where a merge left its marks, or lists nothing."""
        try:
            return not isinstance(json.loads(journal)["entries"], list)
        except (ValueError, LookupError, TypeError, RecursionError):
            return True

    def relisted(self, journal: bytes, names: Mapping[str, tuple[str, Version]]) -> bytes | None:
        """The journal with other names and versions, in their order; None if it is not as written.

        Args: names: by a file's name now, the one that it gets, and its version.
        """
        try:
            told = json.loads(journal)
        except (ValueError, RecursionError):
            return None
        if not _entries(journal) or journal.decode("utf-8", "replace").rstrip("\n") != _text(told):
            return None
        for entry in told["entries"]:
            if f"{entry['tag']}.sql" in names:
                name, version = names[f"{entry['tag']}.sql"]
                entry |= {"tag": name.removesuffix(".sql"), "when": int(version.text)}
        told["entries"].sort(key=lambda it: it["when"])
        for number, entry in enumerate(told["entries"]):
            entry["idx"] = number
        return _text(told).encode() + (b"\n" if journal.endswith(b"\n") else b"")


def _text(told: object) -> str:
    """A journal as its generator writes it."""
    return json.dumps(told, indent=2)


def _entries(journal: bytes) -> list[tuple[str, int]]:
    """The tags that a journal lists, and their moments."""
    try:
        entries = json.loads(journal)["entries"]
        told = [(it["tag"], it["when"]) for it in entries]
    except (ValueError, LookupError, TypeError, RecursionError):
        return []
    return [(tag, when) for tag, when in told if isinstance(tag, str) and isinstance(when, int)]
