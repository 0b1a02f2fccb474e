"""``flyway_schema_history``: a log of what ran, failed, was undone, deleted or taken as given.

Source: JdbcTableSchemaHistory.java, 7.15.
"""

import re
import zlib
from collections.abc import Collection, Sequence

from analyzer.frameworks.ports.checksum import Checksum
from analyzer.frameworks.usual_store import UsualStore
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.table_row import TableRow
from analyzer.model.plans.migration_lock import MigrationLock

_BOM = b"\xef\xbb\xbf"
_NO = ("false", "f", "0")
_RAN = ("SQL", "JDBC")  # a script, or a class
_SIGN, _RANGE = 1 << 31, 1 << 32


def checksum_of(content: bytes) -> str:
    """CRC-32 over each line without its end, as a signed number of 32 bits."""
    text = re.sub(rb"[\r\n]", b"", content.removeprefix(_BOM))
    summed = zlib.crc32(text)
    return str(summed - _RANGE if summed >= _SIGN else summed)


class FlywayStore(UsualStore):
    """The port ``Store`` of Flyway."""

    table = "flyway_schema_history"
    schema: str | None = None  # along the search path
    version_column = "version"
    heads = False
    nulls = True
    required = ("checksum", "script", "installed_rank")
    goes_along = ("description",)
    telling = ("description", "checksum")
    bookkeeping = frozenset({table})
    # over "public"."flyway_schema_history", with the quotes
    lock: MigrationLock | None = MigrationLock("Flyway", constant=77433833903597)
    no_insert = "its row needs a rank and a checksum of Flyway's own"
    checksum: Checksum | None = Checksum(
        "checksum",
        checksum_of,
        "Migration checksum mismatch for migration version {version} -> Applied to database : "
        "{stored} -> Resolved locally    : {now} Either revert the changes to the migration, or "
        "run repair to update the schema history.",
    )

    def kept(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Every column besides: what a repair takes away its undo must be able to put back."""
        return tuple(column for column in columns if column != self.version_column)

    def row_of(self, file: MigrationFile, row: TableRow | None = None) -> TableRow:
        """The same row under the file's version, description and script; the checksum stays."""
        version = file.version.text
        if row is None:
            return TableRow(version)
        told = {"description": description_of(file), "script": _script(file, row)}
        changed = {name: it for name, it in told.items() if name in row.columns}
        return TableRow(version, row.columns.having(changed))

    def settled(self, rows: Sequence[TableRow]) -> Sequence[TableRow]:
        """Each row stands for itself."""
        return rows

    def stands(self, rows: Sequence[TableRow]) -> Sequence[bool]:
        """Whether a row says that SQL of its version ran, and no later one takes that back."""
        last: dict[str, int] = {}
        for place, row in enumerate(rows):
            held = last.get(row.version)
            if held is None or rank_of(rows[held]) <= rank_of(row):
                last[row.version] = place
        return [last[row.version] == place and _is_sql(row) for place, row in enumerate(rows)]

    def untouchable(self, row: TableRow) -> str:
        """A failed attempt is no migration that ran."""
        if not failed(row):
            return ""
        return f"{row.version} is marked as failed: see what of it is there before its row changes"

    def keeper(self, columns: Collection[str]) -> tuple[str, str] | None:
        """No other tool keeps a table of this name."""
        del columns
        return None


def failed(row: TableRow) -> bool:
    """Whether the attempt failed."""
    return (row.columns.get("success") or "").lower() in _NO


def rank_of(row: TableRow) -> int:
    """The place of a row in the log."""
    told = row.columns.get("installed_rank") or ""
    return int(told) if told.removeprefix("-").isdecimal() else 0


def description_of(file: MigrationFile) -> str:
    """A file's description as Flyway has it."""
    return file.name.slug.replace("_", " ")


def _is_sql(row: TableRow) -> bool:
    kind = row.columns.get("type") or "SQL"
    return bool(row.version) and kind in _RAN and not failed(row)


def _script(file: MigrationFile, row: TableRow) -> str:
    """The file's name, below the folder that the script lay in; a class has no ending."""
    if (row.columns.get("type") or "") == "JDBC":
        package, dot, _ = (row.columns.get("script") or "").rpartition(".")
        return f"{package}{dot}{file.stem}"
    above, slash, _ = (row.columns.get("script") or "").rpartition("/")
    return f"{above}{slash}{file.basename}"
