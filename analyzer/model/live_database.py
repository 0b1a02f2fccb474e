"""A database as it was read in one moment."""

from dataclasses import dataclass

from analyzer.model.catalog import Catalog
from analyzer.model.version_table import VersionTable


@dataclass(frozen=True, slots=True)
class LiveDatabase:
    """A database's rows and catalogue.

    ``catalog`` is None where it could not be read, and ``why`` then says why.
    """

    versions: VersionTable
    catalog: Catalog | None
    why: str = ""
