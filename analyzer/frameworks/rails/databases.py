"""Where a Rails application says which databases it has: ``config/database.yml``."""

import re
from collections.abc import Mapping

from analyzer.frameworks.ports.databases import FoundDatabase

usual = "config/database.yml"
main = "primary"
# a key below another one, and nothing behind it: that of several databases, or of what is within
_NESTED = (
    rb"(?m)^[ \t]+(?!<<)[^#\s][^:\n]*:[ \t]*(?:[&*!][^\n]*)?(?:#[^\n]*)?\r?$"
    rb"|:[ \t]*(?:&\S+[ \t]+)?\{"
)


def may_be_several(content: bytes) -> bool:
    """Whether the file may have several databases of one environment, by a glance at it."""
    return re.search(_NESTED, content) is not None


def read(content: bytes, path: str, variables: Mapping[str, str]) -> tuple[FoundDatabase, ...]:
    """Find the databases whose migrations Rails runs; see `reader.read`."""
    from analyzer.frameworks.rails.database_file import reader  # with a reader of YAML

    return reader.read(content, path, variables)
