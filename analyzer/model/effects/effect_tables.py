"""Effects on whole tables. Each carries its ``line`` in the file, one-based."""

from analyzer.model.schema.schema import Table
from analyzer.records import Struct


class CreateTable(Struct, frozen=True):
    """Create a table with all that its block declares; ``force`` drops one of that name first.

    ``cascade``: and with it the foreign keys and views that hang on it.
    ``query`` is the SELECT of a CREATE TABLE AS, whose columns are then not known; ``like`` are
    tables whose columns it takes over (LIKE, INHERITS, PARTITION OF). ``until_commit``: a temporary
    table that goes with the transaction (ON COMMIT DROP). ``computed`` says what of the table only
    a running program would know, such as the type of a column. ``dialect``: of the file, where that
    decides whether ``force`` and ``if_not_exists`` go together. ``later``: as of `AddIndex`, of one
    that the block declares.
    """

    table: Table
    line: int
    if_not_exists: bool = False
    force: bool = False
    temporary: bool = False
    query: str | None = None
    like: tuple[str, ...] = ()
    cascade: bool = False
    until_commit: bool = False
    computed: tuple[str, ...] = ()
    dialect: tuple[int, int] | None = None
    later: str | None = None


class DropTable(Struct, frozen=True):
    """Drop a table; ``table`` is its definition where the file repeats it, for the way back.

    ``along`` are the tables that the same statement drops.
    """

    name: str
    line: int
    if_exists: bool = False
    cascade: bool = False
    table: Table | None = None
    along: tuple[str, ...] = ()


class RenameTable(Struct, frozen=True):
    """Give a table another name. ``by_sql``: plain SQL, so that nothing else is renamed along."""

    old: str
    new: str
    line: int
    by_sql: bool = False
    long_names: bool = False  # follows the index naming of Rails before 7.1


class ChangeTableComment(Struct, frozen=True):
    """Set or remove a table's comment."""

    table: str
    comment: str | None
    line: int


class AddPrimaryKey(Struct, frozen=True):
    """Make columns the table's primary key; ``constraint`` is its name if it is given one."""

    table: str
    columns: tuple[str, ...]
    line: int
    constraint: str | None = None


class RemovePrimaryKey(Struct, frozen=True):
    """Take the table's primary key away; its columns stay."""

    table: str
    line: int
    constraint: str | None = None


TableEffect = (
    CreateTable | DropTable | RenameTable | ChangeTableComment | AddPrimaryKey | RemovePrimaryKey
)
