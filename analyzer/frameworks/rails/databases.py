"""Where a Rails application says which databases it has: ``config/database.yml``."""

import re
from collections.abc import Callable, Mapping

from analyzer.frameworks.ports.databases import FoundDatabase

usual = "config/database.yml"
main = "primary"
hints = ("Gemfile.lock", "Gemfile", "db/structure.sql")
in_production: Mapping[str, str] = {"RAILS_ENV": "production"}
# a key below another one, and nothing behind it: that of several databases, or of what is within
_NESTED = (
    rb"(?m)^[ \t]+(?!<<)[^#\s][^:\n]*:[ \t]*(?:[&*!][^\n]*)?(?:#[^\n]*)?\r?$"
    rb"|:[ \t]*(?:&\S+[ \t]+)?\{"
)
_SPEAKING = rb"(?m)^[^#\n]*\badapter:([^#\n]*)|^[^#\n]*\burl:[^\n]*?(\w+)://"
_WORD = rb"\b[a-z]\w*"
_GEM = (  # of Gemfile.lock, and of Gemfile
    rb"(?m)^(?:    (mysql2|trilogy|pg|sqlite3) \("
    rb"|[ \t]*gem[ \t(]+[\"'](mysql2|trilogy|pg|sqlite3)[\"'])"
)
_BESIDE = "sqlite3"  # beside another one it is for work on one's own computer


def adapters(content: bytes) -> tuple[str, ...]:
    """All words where an adapter or an address stands, of an expression too."""
    lines = (b" ".join(it) for it in re.findall(_SPEAKING, content))
    return tuple(dict.fromkeys(it.decode() for line in lines for it in re.findall(_WORD, line)))


def hinted(path: str, content: bytes) -> tuple[str, ...]:
    """The kinds of database that gems are for."""
    del path
    found = {(one or other).decode() for one, other in re.findall(_GEM, content)}
    if len(found) > 1:
        found.discard(_BESIDE)
    return tuple(sorted(found))


def may_be_several(content: bytes) -> bool:
    """Whether the file may have several databases of one environment, by a glance at it."""
    return re.search(_NESTED, content) is not None


def is_such(content: bytes) -> bool:
    """No other tool has a file of this name."""
    del content
    return True


def own_address(content: bytes, path: str, variables: Mapping[str, str]) -> str:
    """The ``url`` of the environment: Rails then ignores DATABASE_URL."""
    if b"url:" not in content:
        return ""
    from analyzer.frameworks.rails.database_file import reader  # with a reader of YAML

    return reader.own_address(content, path, variables)


def environments(content: bytes, path: str, variables: Mapping[str, str]) -> tuple[str, ...]:
    """The tables of the file that are of one environment each; see `reader.environments`."""
    from analyzer.frameworks.rails.database_file import reader  # with a reader of YAML

    return reader.environments(content, path, variables)


def in_environment(name: str) -> Mapping[str, str]:
    """Rails looks at this one first."""
    return {"RAILS_ENV": name}


def in_development(variables: Mapping[str, str]) -> Mapping[str, str]:
    """What a command for development needs in a shell in which another environment is set."""
    return in_environment("development") if chosen(variables) not in ("", "development") else {}


def chosen(variables: Mapping[str, str]) -> str:
    """The environment that is set; empty where Rails takes development unasked."""
    return variables.get("RAILS_ENV") or variables.get("RACK_ENV") or ""


def read(
    content: bytes,
    path: str,
    variables: Mapping[str, str],
    read_file: Callable[[str], bytes | None],
) -> tuple[FoundDatabase, ...]:
    """Find the databases whose migrations Rails runs; see `reader.read`."""
    del read_file
    from analyzer.frameworks.rails.database_file import reader  # with a reader of YAML

    return reader.read(content, path, variables)
