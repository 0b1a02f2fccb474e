"""Names in dbmate: ``VERSION_name.sql``, the leading digits as text, in the order of file names.

Source: pkg/dbmate/db.go (FindMigrations), 2.0 to 2.37.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from analyzer.frameworks.dbmate.versions import read
from analyzer.frameworks.ports.files import Home
from analyzer.model.core.defining_line import DefiningLine
from analyzer.model.core.migration import MigrationName, WhyIgnored

usual = "db/migrations"
sure = False  # Sequel, Phinx and others keep theirs in a folder of this name, too
gathers: str | None = None
example = "20250823000001_create_songs.sql"
markers: tuple[str, ...] = ()

_HOME = re.compile(r"(?P<folder>(?:(?P<root>.+?)/)?db/migrations)/", re.DOTALL)
_BELOW_DB = re.compile(r"(?P<root>(?:.+/)?)db/.+")
_BESIDE = re.compile(r"(?P<db>(?:.+/)?db)/(?:schema\.sql|renames\.toml)", re.DOTALL)
_FILE = re.compile(r"([0-9]+)(.*)\.sql", re.ASCII)
_REMEMBERED = 1 << 16  # names: a history repeats most of them


def home(path: str) -> Home | None:
    """The ``db/migrations`` that a path lies in."""
    found = _HOME.match(path) if "db/migrations/" in path else None
    return Home(found["root"] or "", found["folder"]) if found else None


def folders(root: str) -> tuple[str, ...]:
    """The one folder by convention."""
    return (f"{root}/db/migrations" if root else "db/migrations",)


def root(folder: str) -> str:
    """The folder above the application's ``db``."""
    found = _BELOW_DB.fullmatch(folder)
    return (found["root"] or "").removesuffix("/") if found else ""


def folder_beside(path: str) -> str | None:
    """The migration folder that ``db/schema.sql`` or a record of renames belongs to."""
    beside = _BESIDE.fullmatch(path)
    return f"{beside['db']}/migrations" if beside else None


@lru_cache(maxsize=_REMEMBERED)
def parse_name(path_in_folder: str, folder: str = "") -> MigrationName | WhyIgnored:
    """Read version and slug; dbmate looks at the folder itself only, and at nothing else."""
    del folder
    found = _FILE.fullmatch(path_in_folder)
    if found is None:
        return WhyIgnored.NOT_A_MIGRATION
    return MigrationName(read(found[1]), found[2].removeprefix("_"), "", "")


def basename(version: str, slug: str) -> str:
    """``20250823000001`` and ``create_songs`` as a file's name."""
    return f"{version}_{slug}.sql"


def way_back(path: str) -> str | None:
    """None: both ways stand in one file."""
    del path
    return None


def legal_slug(told: str) -> str:
    """A name as dbmate's generator would take it."""
    return re.sub(r"[^a-z0-9]+", "_", told.lower()).strip("_")


def class_name(slug: str) -> str:
    """SQL defines no name that dbmate would look for."""
    del slug
    return ""


def defining_lines(content: bytes) -> Iterator[DefiningLine]:
    """None: a file's text says nothing of its name."""
    del content
    return iter(())
