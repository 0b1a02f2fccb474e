"""Which renames of a change can be recorded without a person: those that are certain."""

from collections.abc import Iterable

from analyzer.analysis.gate.reviewed_change import ReviewedChange
from analyzer.analysis.renames.decisions import PairIndex, key, recorded_as
from analyzer.model.core.migration import without_suffix
from analyzer.model.gate.gate import EditKind, Moved
from analyzer.model.gate.recorded_renames import RecordedRename, RecordedRenames
from analyzer.records import Struct

_SAME = (EditKind.NONE, EditKind.COMMENTS, EditKind.SAME_EFFECTS)


class Recordable(Struct, frozen=True):
    """Renames to append to one record, and those left to a person, each with why.

    ``renames`` are old and new names, as a record has them.
    """

    renames: tuple[tuple[str, str], ...]
    left: tuple[str, ...]


def recordable(
    change: ReviewedChange, moves: Iterable[Moved], recorded: RecordedRenames
) -> Recordable:
    """Sort the renames of merged migrations that are not recorded yet.

    Args: recorded: what the record says now, which always goes before.
    """
    numbering = change.framework.numbering
    known = PairIndex(recorded.renames, numbering)
    renames, left = [], []
    for moved in moves:
        old, new = moved.old, moved.new
        if old.version == new.version or not change.protected(old) or known.of(old, new):
            continue
        why = _why_not(change, moved, recorded)
        if why is None:
            renames.append((recorded_as(old, numbering), recorded_as(new, numbering)))
        else:
            left.append(f"{old.basename} -> {new.basename}: {why}")
    return Recordable(tuple(renames), tuple(left))


def _why_not(change: ReviewedChange, moved: Moved, recorded: RecordedRenames) -> str | None:
    if change.framework.packages is not None:
        return (
            "a record does not say which package a name belongs to; rewrite each database's rows, "
            "and "
            "let the rename pass by a comment in the file: "
            f"{change.framework.language.comment} migdoctor:allow MD301 REASON"
        )
    kind = change.texts.edit_of(moved.old.blob, moved.new.blob)
    if kind is EditKind.EFFECTS:
        return "it does something else now"
    if kind not in _SAME:
        return "its text changed, and nothing tells whether it does the same"
    entry = _said_otherwise(change, moved, recorded)
    if entry is not None:
        return f"line {entry.line} of {recorded.path} says {entry.old} -> {entry.new}"
    if not _is_text(moved.old.basename + moved.new.basename):
        return "its name is not UTF-8, which a record has to be"
    return None


def _said_otherwise(
    change: ReviewedChange, moved: Moved, recorded: RecordedRenames
) -> RecordedRename | None:
    """What a person wrote of the old or of the new migration, which is not this rename."""
    numbering = change.framework.numbering
    for entry in recorded.renames:
        said = PairIndex([entry], numbering)
        if key(entry.old, numbering) in _keys(change, moved.old.basename, moved.old.version.text):
            return entry
        if said.of(moved.new, moved.old) is not None:
            return entry
    return None


def _keys(change: ReviewedChange, basename: str, version: str) -> set[object]:
    numbering = change.framework.numbering
    return {key(without_suffix(basename), numbering), key(version, numbering)}


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
