"""The version table that a framework keeps unless it is told otherwise."""

from typing import TYPE_CHECKING

from analyzer.model.core.version_table import TableName

if TYPE_CHECKING:
    from analyzer.frameworks.ports.store import Store


def usual_table(store: "Store") -> TableName:
    """Its name, with a schema where it lies in one of the framework's own."""
    return TableName(store.table, store.schema)
