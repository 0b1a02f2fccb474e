"""The commands of dbmate, as users type them."""

from collections.abc import Callable

title = "dbmate"
migrate = "dbmate up"
dump = "dbmate dump"
records = ""
makes = "dbmate new {name}"
whole = "dbmate up"


def typed(command: str, _has: Callable[[str], bool]) -> str:
    """A command is typed as it is called."""
    return command


def startable(_has: Callable[[str], bool]) -> bool:
    """It needs nothing but the migrations."""
    return True


def left_out(table: str) -> str:
    """What becomes of a table of ours in db/schema.sql: it is dumped with the others."""
    return (
        f"dbmate dumps {table} into db/schema.sql with all other tables; migdoctor ignores it "
        "there. To keep it out, keep the notes in a file instead: --to FILE"
    )
