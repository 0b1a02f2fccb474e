"""``db/schema.sql``: what pg_dump writes, and all versions in an INSERT at its tail.

Source: pkg/driver/postgres/postgres.go (schemaMigrationsDump).
"""

import re
from typing import TYPE_CHECKING

from analyzer.frameworks.dbmate.versions import (
    in_file_name,
    schema_orders,
    written,
    written_like,
)
from analyzer.frameworks.ports.schema_file import ReadSchema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyzer.model.schema.schema_file import SchemaVersions, VersionPlace

__all__ = [
    "beside",
    "in_file_name",
    "parse",
    "schema_orders",
    "usual",
    "versions",
    "written",
    "written_like",
]

usual = ("db/schema.sql",)
_TABLE = r"[\"\w.]{0,200}?schema_migrations\w{0,60}\"?"
_INSERT = re.compile(
    rf"^INSERT INTO {_TABLE}\s*+\(version\)\s*+VALUES\s*+(?P<rows>[^;]*+);",
    re.MULTILINE | re.IGNORECASE,
)
_ROW = re.compile(r"\(\s*'(?P<written>\d{1,255})'\s*\)(?P<close>)")


def beside(folder: str) -> tuple[str, ...]:
    """``db/migrations`` goes with ``db/schema.sql``."""
    above = folder.rpartition("/")[0]
    return (f"{above}/schema.sql" if above else "schema.sql",)


def versions(path: str, blob: str, content: bytes) -> "SchemaVersions | None":
    """The versions at the tail; None where it has no such statement."""
    from analyzer.model.schema.schema_file import SchemaVersions

    text = content.decode("utf-8", "surrogateescape")
    statements = [*_INSERT.finditer(text)]
    if not statements:
        return None
    places = tuple(place for statement in statements for place in _places(text, statement))
    return SchemaVersions(path, blob, text, True, places, statements[-1].end())  # noqa: FBT003  by its name


def _places(text: str, statement: re.Match[str]) -> "Iterator[VersionPlace]":
    from analyzer.model.schema.schema_file import VersionPlace

    for found in _ROW.finditer(text, *statement.span("rows")):
        start, end = found.span("written")
        yield VersionPlace(
            start, end, found.end("close"), found["written"], written(found["written"])
        )


def parse(path: str, content: bytes) -> ReadSchema:
    """What the file builds."""
    del path
    from analyzer.engines.registry import parse_sql  # the parser takes a while to load
    from analyzer.model.findings.schema_diff import Holding  # with all that a report holds

    text = content.decode("utf-8", "replace")
    tail = _INSERT.search(text)
    told = [found["written"] for found in _ROW.finditer(tail["rows"])] if tail else []
    newest = max(map(written, told), default=None)
    effects = parse_sql(text[: tail.start()] if tail else text)
    return ReadSchema(effects, newest, Holding())
