"""Where Rails keeps the schema, and what db/schema.rb and db/structure.sql say."""

import re
from typing import TYPE_CHECKING

from analyzer.frameworks.ports.schema_file import ReadSchema
from analyzer.frameworks.rails.versions import (
    in_file_name,
    schema_orders,
    written,
    written_like,
)
from analyzer.model.core.version import Version

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
    holding = Holding(enums=modern, validity=False, generated=modern)
    return ReadSchema(told.effects, _version(told.version), holding, selective=True)


def _version(number: int | None) -> Version | None:
    return None if number is None else written(str(number))
