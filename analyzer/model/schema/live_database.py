"""A database as it was read in one moment."""

from dataclasses import dataclass

from analyzer.model.core.version_table import VersionTable
from analyzer.model.schema.catalog import Catalog


@dataclass(frozen=True, slots=True)
class LiveDatabase:
    """A database's rows and catalogue.

    ``catalog`` is None where it could not be read, and ``why`` then says why.
    """

    versions: VersionTable
    catalog: Catalog | None
    why: str = ""
