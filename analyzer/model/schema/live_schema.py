"""A database's schema as it was read."""

from analyzer.model.core.version_table import VersionTable
from analyzer.model.schema.schema import Schema
from analyzer.records import Struct


class LiveSchema(Struct, frozen=True):
    """A database's schema. ``versions`` is None where no table records any, or may not be read.

    ``table_case``: as of `Catalog`.
    """

    schema: Schema
    place: str
    versions: VersionTable | None = None
    notes: tuple[str, ...] = ()
    table_case: bool | None = None
