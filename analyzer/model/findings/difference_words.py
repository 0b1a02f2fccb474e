"""What differs between two schemas, and what a repair would hide, in a few words."""

from analyzer.model.findings.follow_up import Lack, Unwritten
from analyzer.model.findings.schema_diff import Difference, ObjectStatus


def named(difference: Difference) -> str:
    """The object with its table: ``column songs.title``, ``index ... of songs``."""
    kind = difference.kind.replace("_", " ")
    if difference.kind == "column":
        return f"column {difference.table}.{difference.name}"
    if difference.table is None or difference.kind in {"column", "table"}:
        return f"{kind} {difference.name}"
    return f"{kind} {difference.name} of {difference.table}"


def said(each: Unwritten) -> str:
    """A statement that is no schema, by its place."""
    what = "cannot be read" if each.unknown else "writes data"
    return f"{each.path.rpartition('/')[2]}:{each.line} {what}"


def said_fully(lack: Lack) -> str:
    """Describe a missing object with its properties."""
    it = lack.difference
    name = named(it)
    match it.status:
        case ObjectStatus.MISSING:
            return f"{name}: {it.detail}" if it.detail else name
        case ObjectStatus.EXTRA:
            return f"{name} is there, but no longer in the file"
        case _:
            changes = "; ".join(
                f"{change.what} should be {change.files}, but is {change.there}"
                for change in it.changes
            )
            return f"{name}: {changes}"
