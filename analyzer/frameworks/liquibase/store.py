"""``databasechangelog``: a row for each changeset, by its changelog's path, its id and its author.

Source: Liquibase 4.28, changelog/StandardChangeLogHistoryService; the rest was seen by running it.
"""

from collections.abc import Collection, Sequence

from analyzer.frameworks.liquibase.names import ChangelogName
from analyzer.frameworks.liquibase.versions import JOINT, path_of
from analyzer.frameworks.usual_store import UsualStore
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.table_row import Columns, TableRow, key_columns
from analyzer.model.plans.migration_lock import MigrationLock

_LAST = 1 << 62


class MovedVersion(str):
    """The new version of a row whose file moved.

    It tells the path before, and the identifiers and authors that the file has now.
    """

    __slots__ = ("along", "was")
    was: str
    along: frozenset[str]


def _moved(text: str, was: str, along: Collection[str]) -> MovedVersion:
    made = MovedVersion(text)
    made.was, made.along = was, frozenset(along)
    return made


class LiquibaseStore(UsualStore):
    """The port ``Store`` of Liquibase. Of a file's rows the first stands for it.

    The others go where that goes.
    """

    table = "databasechangelog"
    schema: str | None = None  # along the search path
    version_column = f"filename{JOINT}id{JOINT}author"
    heads = False
    required = ("orderexecuted", "md5sum")
    telling = ("md5sum",)
    bookkeeping = frozenset({table, "databasechangeloglock"})
    lock: MigrationLock | None = None
    aside = "rows of further changesets, each beside the first of its file"
    no_insert = "its row needs an order and a checksum of Liquibase's own"

    def kept(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Every column besides: what a repair takes away its undo must be able to put back."""
        own = key_columns(self.version_column)
        return tuple(column for column in columns if column not in own)

    def row_of(self, file: MigrationFile, row: TableRow | None = None) -> TableRow:
        """The same row under the file's path; id and author stay, for that changeset ran."""
        if row is None:
            return TableRow(file.version.text)
        stored, _, rest = row.version.partition(JOINT)
        text = f"{_prefix(stored)}{path_of(file.version.text)}{JOINT}{rest}"
        return TableRow(_moved(text, path_of(stored), _inside(file)), row.columns)

    def settled(self, rows: Sequence[TableRow]) -> Sequence[TableRow]:
        """The rows of further changesets with the path that the first of their file has now."""
        moved = {it.version.was: it.version for it in rows if isinstance(it.version, MovedVersion)}
        return [self._along(row, moved.get(path_of(row.version))) for row in rows]

    def _along(self, row: TableRow, moved: MovedVersion | None) -> TableRow:
        stored, _, rest = row.version.partition(JOINT)
        if moved is None or isinstance(row.version, MovedVersion) or rest not in moved.along:
            return row
        text = f"{_prefix(stored)}{path_of(moved)}{JOINT}{rest}"
        return TableRow(text, row.columns)

    def stands(self, rows: Sequence[TableRow]) -> Sequence[bool]:
        """Whether a row is the first of its file."""
        first: dict[str, int] = {}
        for place, row in enumerate(rows):
            held = first.get(path_of(row.version))
            if held is None or _order(row.columns) < _order(rows[held].columns):
                first[path_of(row.version)] = place
        return [first[path_of(row.version)] == place for place, row in enumerate(rows)]

    def keeper(self, columns: Collection[str]) -> tuple[str, str] | None:
        """No other tool keeps a table of this name."""
        del columns
        return None


def _inside(file: MigrationFile) -> list[str]:
    """The identifiers and authors of a file's changesets, each as a version ends with them."""
    told = file.name.changesets if isinstance(file.name, ChangelogName) else ()
    return [it.version.partition(JOINT)[2] for it in told]


def _prefix(stored: str) -> str:
    """What a release of Liquibase writes before a path, which counts for nothing."""
    path = path_of(stored)
    return stored[: -len(path)] if path and stored.endswith(path) else ""


def _order(columns: Columns) -> int:
    told = columns.get("orderexecuted") or ""
    return int(told) if told.isdecimal() else _LAST
