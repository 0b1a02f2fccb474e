"""Where the versions stand in db/schema.rb and db/structure.sql, in all forms that Rails wrote.

schema.rb: ``define(version: 20250823000001)``, ``define(version: 2025_08_23_000001)`` from 6.0,
``define(:version => ...)`` up to 3.2, or a list after ``__END__`` (8.2, if configured so).
structure.sql: one INSERT for each version, one for all of them, or the COPY of a pg_dump.
"""

import re
from collections.abc import Iterator

from analyzer.model.schema.schema_file import SchemaVersions, VersionPlace

_DEFINE = re.compile(
    r"^[ \t]*ActiveRecord::Schema(?:\[[\d.]+\])?\.define\(\s*(?::version\s*=>|version:)\s*"
    r"(?P<written>\d[\d_]{0,39})(?P<close>)",
    re.MULTILINE,
)
_LOADER = re.compile(r"^[ \t]*ActiveRecord::Schema\.load_schema_migrations\b", re.MULTILINE)
_MARK = re.compile(r"^__END__\r?$", re.MULTILINE)
_LINE = re.compile(r"^[ \t]*(?P<written>\d{1,40})(?P<close>)[ \t]*\r?$", re.MULTILINE)
# Each of the two is gone through once: where no end is found, nothing that begins later has one.
_TABLE = r"[\"`\w.]{0,200}?schema_migrations\w{0,60}[\"`]?"
_INSERT = re.compile(
    rf"^INSERT INTO {_TABLE}\s*+\([\"`]?version[\"`]?\)\s*+VALUES\s*+"
    r"(?P<rows>[^;]*+)(?:;|(?P<cut>\Z))",
    re.MULTILINE | re.IGNORECASE,
)
_ROW = re.compile(r"\(\s*'(?P<written>\d{1,40})'\s*\)(?P<close>)")
_COPY = re.compile(
    rf"^COPY {_TABLE}\s*+\([\"`]?version[\"`]?\)\s*+FROM stdin;\r?\n"
    r"(?P<rows>(?:(?!\\\.)[^\n]*+\n)*+)(?:\\\.[^\n]*+|(?P<cut>\Z))",
    re.MULTILINE | re.IGNORECASE,
)


def read_schema_versions(path: str, blob: str, content: bytes) -> SchemaVersions | None:
    """Find the versions of a schema file; None where it names none. Total: any bytes will do."""
    text = content.decode("utf-8", "surrogateescape")
    if path.endswith(".sql"):
        return _of_sql(path, blob, text)
    if _LOADER.search(text) is not None:
        return _of_list(path, blob, text)
    found = _DEFINE.search(text)
    if found is None:
        return None
    return SchemaVersions(path, blob, text, False, (_place(found),), found.end())  # noqa: FBT003  by its name


def _of_list(path: str, blob: str, text: str) -> SchemaVersions | None:
    mark = _MARK.search(text)
    if mark is None:
        return None
    places = tuple(map(_place, _LINE.finditer(text, mark.end())))
    return SchemaVersions(path, blob, text, True, places, len(text))  # noqa: FBT003  by its name


def _of_sql(path: str, blob: str, text: str) -> SchemaVersions | None:
    found = (*_INSERT.finditer(text), *_COPY.finditer(text))
    statements = [statement for statement in found if statement["cut"] is None]
    if not statements:
        return None
    places = tuple(place for statement in statements for place in _rows(statement, text))
    ends = max(statement.end() for statement in statements)
    return SchemaVersions(path, blob, text, True, places, ends)  # noqa: FBT003  by its name


def _rows(statement: re.Match[str], text: str) -> Iterator[VersionPlace]:
    pattern = _LINE if statement.re is _COPY else _ROW
    yield from map(_place, pattern.finditer(text, *statement.span("rows")))


def _place(found: re.Match[str]) -> VersionPlace:
    return VersionPlace(*found.span("written"), found.end("close"), found["written"])
