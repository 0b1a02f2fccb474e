"""Rails: ``<version>_<name>[.<scope>].rb``, versions compared as integers.

Source: ActiveRecord::MigrationContext and Migration::MigrationFilenameRegexp, 5.0 to 8.1.
"""

import re
from functools import lru_cache

from analyzer.model.core.migration import MigrationName, WhyIgnored
from analyzer.model.core.version import Version

name = "rails"
table = "schema_migrations"
migrate = "db:migrate"
dump = "db:schema:dump"

_GLOBBED = re.compile(r"[0-9][^/]*_[^/]*\.rb", re.ASCII | re.DOTALL)  # Dir["**/[0-9]*_*.rb"]
_LEGAL = re.compile(r"([0-9]+)_([_a-z0-9]*)\.?([_a-z0-9]*)?\.rb", re.ASCII)
_STORED = re.compile(r"\s*([0-9]+)", re.ASCII)
_REMEMBERED = 1 << 16  # names: a history repeats most of them
_MOST_DIGITS = 4000  # Python refuses to read longer integers; no file system carries them


def is_candidate(path_in_folder: str) -> bool:
    """Whether Rails' glob finds the path: any depth, no hidden folders, a digit first, a ``_``."""
    *folders, basename = path_in_folder.split("/")
    hidden = any(folder.startswith(".") for folder in folders)
    return not hidden and _GLOBBED.fullmatch(basename) is not None


@lru_cache(maxsize=_REMEMBERED)
def parse_name(path_in_folder: str) -> MigrationName | WhyIgnored:
    """Read version, slug, scope and class name, or say why the file is no migration."""
    if not is_candidate(path_in_folder):
        return WhyIgnored.NOT_A_MIGRATION
    legal = _LEGAL.fullmatch(path_in_folder.rpartition("/")[2])
    if legal is None:
        return WhyIgnored.ILLEGAL_NAME
    digits, slug, scope = legal[1], legal[2], legal[3] or ""
    return MigrationName(Version(int(digits), digits), slug, scope, camelize(slug))


def parse_version(stored: str) -> Version | None:
    """Read a stored version as Rails does (``to_i``): its leading digits; None without any."""
    digits = _STORED.match(stored)
    if digits is None or len(digits[1]) > _MOST_DIGITS:
        return None
    return Version(int(digits[1]), stored)


def camelize(slug: str) -> str:
    """Turn ``create_songs`` into ``CreateSongs``, as ActiveSupport does without custom acronyms."""
    return "".join(part[:1].upper() + part[1:] for part in slug.split("_"))
