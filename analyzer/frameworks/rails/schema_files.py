"""Where Rails keeps the schema, and what db/schema.rb and db/structure.sql say."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from analyzer.frameworks.integer_versions import TIMESTAMP_DIGITS, bare, in_file_name
from analyzer.frameworks.ports.schema_file import ReadSchema
from analyzer.model.core.version import InvalidVersion, Version

if TYPE_CHECKING:
    from analyzer.model.schema.schema_file import SchemaVersions

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

Order = Callable[[Version], tuple[int, ...]]

usual = ("db/schema.rb", "db/structure.sql")
_FOLDER = re.compile(r"(?:(?P<name>.+)_)?migrate")
_OTHER_DEPLOYMENT = "post"  # db/post_migrate belongs to the same database
_MODERN = b"ActiveRecord::Schema["  # from Rails 7.0 on, with enums; before, checks only from 6.1


def beside(folder: str) -> tuple[str, ...]:
    """Where Rails keeps the schema of a migration folder's database.

    ``db/migrate`` goes with ``db/schema.rb`` and ``db/structure.sql``, ``db/animals_migrate``, of
    a further database, with ``db/animals_schema.rb`` and ``db/animals_structure.sql``.
    """
    parent, slash, last = folder.rpartition("/")
    found = _FOLDER.fullmatch(last)
    name = found["name"] if found else None
    lead = f"{name}_" if name and name != _OTHER_DEPLOYMENT else ""
    return f"{parent}{slash}{lead}schema.rb", f"{parent}{slash}{lead}structure.sql"


def versions(path: str, blob: str, content: bytes) -> "SchemaVersions | None":
    """The versions that a schema file names; None where it names none."""
    from analyzer.frameworks.rails.schema_file.schema_versions import read_schema_versions

    return read_schema_versions(path, blob, content, written)


def parse(path: str, content: bytes) -> ReadSchema:
    """What a schema file builds."""
    from analyzer.model.findings.schema_diff import Holding  # with all that a report holds

    if path.endswith(".sql"):
        from analyzer.frameworks.rails.schema_file.structure_sql import parse_structure_sql

        told = parse_structure_sql(content)
        return ReadSchema(told.effects, _version(told.version), Holding())
    from analyzer.frameworks.rails.schema_file.schema_rb import parse_schema_rb

    modern = _MODERN in content
    told = parse_schema_rb(content)
    holding = Holding(enums=modern, validity=False, generated=modern, unnamed=False)
    return ReadSchema(told.effects, _version(told.version), holding, selective=True)


def _version(number: int | None) -> Version | None:
    return None if number is None else written(str(number))


def written(text: str) -> Version:
    """Read a version as a schema file writes it, with or without ``_``; 0 is none."""
    number = int(text.replace("_", ""))
    return Version(number, str(number)) if number else InvalidVersion(0, "0")


def written_like(model: str, version: Version) -> str:
    """A version with underscores where Rails would put them, if the one before had them."""
    text = bare(version)
    if "_" in model and len(text) == TIMESTAMP_DIGITS:
        return "_".join((text[:4], text[4:6], text[6:8], text[8:]))
    return text


schema_orders: Sequence[Order] = (
    lambda version: (_number(version),),
    lambda version: (-_number(version),),
    lambda version: tuple(map(int, reversed(bare(version)))),
    lambda version: tuple(-int(digit) for digit in reversed(bare(version))),
)
"""How Rails sorts: up (to 7.0), down (from 7.1), and by the digits from the last one."""


def _number(version: Version) -> int:
    return cast("int", version.key)
