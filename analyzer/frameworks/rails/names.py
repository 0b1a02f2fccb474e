"""Names in Rails: ``<version>_<name>[.<scope>].rb``, versions compared as integers.

Source: ActiveRecord::MigrationContext and Migration::MigrationFilenameRegexp, 5.0 to 8.1.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from analyzer.frameworks.ports.files import Home
from analyzer.model.core.defining_line import DefiningLine, lines_of
from analyzer.model.core.migration import MigrationName, WhyIgnored
from analyzer.model.core.version import Version

usual = "db/migrate"
sure = True
gathers: str | None = None
example = "20250823000001_create_songs.rb"
markers = ("config/application.rb", "bin/rails", "db/schema.rb", "db/structure.sql")

# Folders of one version table: db/migrate and its post-deployment sibling (GitLab's convention).
# Others of the shape db/*_migrate belong to further databases of the same application.
_HOME = re.compile(
    r"(?P<folder>(?:(?P<root>.+?)/)?db/(?:post_|(?P<group>[A-Za-z0-9_]+?)_)?migrate)/", re.DOTALL
)
_BELOW_DB = re.compile(r"(?P<root>(?:.+/)?)db/.+")
_BESIDE = re.compile(
    r"(?P<db>(?:.+/)?db)/(?:(?P<lead>[A-Za-z0-9_]+_)?(?:schema\.rb|structure\.sql)|renames\.toml)",
    re.DOTALL,
)
_GLOBBED = re.compile(r"[0-9][^/]*_[^/]*\.rb", re.ASCII | re.DOTALL)  # Dir["**/[0-9]*_*.rb"]
_LEGAL = re.compile(r"([0-9]+)_([_a-z0-9]*)\.?([_a-z0-9]*)?\.rb", re.ASCII)
_CLASS = re.compile(r"\ufeff?\s*class\s+(?:::)?(?:\w+::)*(?P<name>\w+)\s*<", re.ASCII)
_REMEMBERED = 1 << 16  # names: a history repeats most of them


def home(path: str) -> Home | None:
    """The ``db/migrate``, ``db/post_migrate`` or ``db/NAME_migrate`` that a path lies in."""
    found = _HOME.match(path) if "migrate/" in path else None
    return Home(found["root"] or "", found["folder"], found["group"] or "") if found else None


def folders(root: str) -> tuple[str, ...]:
    """The folders that share one version table."""
    lead = f"{root}/" if root else ""
    return (f"{lead}db/migrate", f"{lead}db/post_migrate")


def root(folder: str) -> str:
    """The folder above the application's ``db``."""
    found = _BELOW_DB.fullmatch(folder)
    return (found["root"] or "").removesuffix("/") if found else ""


def folder_beside(path: str) -> str | None:
    """The migration folder that a schema file or a record of renames belongs to."""
    beside = _BESIDE.fullmatch(path)
    return f"{beside['db']}/{beside['lead'] or ''}migrate" if beside else None


def is_candidate(path_in_folder: str) -> bool:
    """Whether Rails' glob finds the path: any depth, no hidden folders, a digit first, a ``_``."""
    *above, basename = path_in_folder.split("/")
    hidden = any(folder.startswith(".") for folder in above)
    return not hidden and _GLOBBED.fullmatch(basename) is not None


@lru_cache(maxsize=_REMEMBERED)
def parse_name(path_in_folder: str, folder: str = "") -> MigrationName | WhyIgnored:
    """Read version, slug, scope and class name, or say why the file is no migration."""
    del folder
    if not is_candidate(path_in_folder):
        return WhyIgnored.NOT_A_MIGRATION
    legal = _LEGAL.fullmatch(path_in_folder.rpartition("/")[2])
    if legal is None:
        return WhyIgnored.ILLEGAL_NAME
    digits, slug, scope = legal[1], legal[2], legal[3] or ""
    return MigrationName(Version(int(digits), digits), slug, scope, camelize(slug))


def basename(version: str, slug: str) -> str:
    """``20250823000001`` and ``create_songs`` as a file's name."""
    return f"{version}_{slug}.rb"


def way_back(path: str) -> str | None:
    """None: both ways stand in one file."""
    del path
    return None


def legal_slug(told: str) -> str:
    """What a class, or an illegal file name, is called in a legal one; empty if nothing is left."""
    from analyzer.parsing.ruby.inflection import underscore

    return re.sub(r"[^a-z0-9]+", "_", underscore(told)).strip("_")


def class_name(slug: str) -> str:
    """The class that Rails looks for in a file of this name."""
    return camelize(slug)


def camelize(slug: str) -> str:
    """Turn ``create_songs`` into ``CreateSongs``, as ActiveSupport does without custom acronyms."""
    return "".join(part[:1].upper() + part[1:] for part in slug.split("_"))


def defining_lines(content: bytes) -> Iterator[DefiningLine]:
    """All lines that begin a class with a superclass; those of migrations say so."""
    for number, line in enumerate(lines_of(content), start=1):
        match = _CLASS.match(line)
        if match is not None:
            text = line.removesuffix("\r")
            yield DefiningLine(
                number, text, match["name"], match.start("name"), "Migration" in text
            )
