"""What a tool refuses because the text of a migration is not the one whose checksum a row keeps."""

from collections.abc import Callable, Sequence

from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import FileSet
from analyzer.model.core.table_row import TableRow
from analyzer.model.findings.prediction import Failure


def on_edit(
    framework: Framework,
    files: FileSet,
    rows: Sequence[TableRow],
    content: Callable[[str], bytes],
) -> Failure | None:
    """The first file whose row keeps another checksum; a row without one accepts any text."""
    store, read = framework.store, framework.numbering.read
    checksum, stands = store.checksum, store.stands
    told = stands(rows) if stands is not None else [True] * len(rows)
    kept = {read(row.version).key: row for row, it in zip(rows, told, strict=True) if it}
    for file in files.files:
        row = kept.get(file.version.key)
        stored = row.columns.get(checksum.column) if row is not None and checksum else None
        if stored is None or checksum is None:
            continue
        now = checksum.of(content(file.blob))
        if now != stored:
            said = checksum.said.format(version=file.version, stored=stored, now=now)
            return Failure(file, said, "Error")
    return None
