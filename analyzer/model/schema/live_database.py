"""A database as it was read in one moment."""

from typing import TYPE_CHECKING

from analyzer.model.core.version_table import VersionTable
from analyzer.model.schema.catalog import Catalog
from analyzer.records import Struct

if TYPE_CHECKING:
    from analyzer.model.notes.note import Notebook


class LiveDatabase(Struct, frozen=True):
    """A database's rows and catalogue.

    ``catalog`` is None where it could not be read, and ``why`` then says why.
    """

    versions: VersionTable
    catalog: Catalog | None
    why: str = ""
    notes: "Notebook | None" = None  # None where they were not asked for
