"""The plan of ``rewrite --recorded`` as a document for programs."""

import json
from collections.abc import Iterable, Sequence

from analyzer.model.core.version_table import TableName


def render(
    table: TableName, renames: Iterable[tuple[str, str, str, str]], notes: Sequence[str]
) -> str:
    """Write the plan; ``renames`` are old version, new version, name and reason."""
    names = ("old", "new", "name", "reason")
    document = {
        "format": 1,
        "table": {"schema": table.schema, "name": table.name},
        "renames": [dict(zip(names, rename, strict=True)) for rename in renames],
        "notes": list(notes),
    }
    return json.dumps(document, indent=2) + "\n"
