"""What a plan changes in a line for each file or row: for a terminal, beside the whole diff."""

from collections.abc import Iterable, Iterator

from analyzer.model.core.table_row import TableRow
from analyzer.model.plans.plan import DeleteRow, FilePlan, InsertRow, RowPlan, UpdateRow
from analyzer.model.words.text import visible
from analyzer.model.words.wording import enumerated
from analyzer.scripts.shell.move_chains import edits


def summarize_moves(plan: FilePlan) -> str:
    """Each file's name before and after, by its folder, and the lines that change; empty if none.

    What both names end with alike is said once: ``2 -> 1  create_songs.rb``.
    """
    folders: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for move in plan.moves:
        source, target = move.source.rpartition("/"), move.target.rpartition("/")
        folders.setdefault((source[0], target[0]), []).append((source[2], target[2]))
    lines = [line for places, names in folders.items() for line in _in_folder(*places, names)]
    for edit in edits(plan):
        lines.append(f"{visible(edit.origin)}, line {edit.line.line}:")
        lines += [f"  -{visible(edit.line.before)}", f"  +{visible(edit.line.after)}"]
    return "".join(f"{line}\n" for line in lines)


def _in_folder(source: str, target: str, names: Iterable[tuple[str, str]]) -> Iterator[str]:
    where = source if source == target else f"{source or '.'} -> {target or '.'}"
    yield f"Files in {visible(where or '.')}:"
    for old, new in names:
        rest = _shared_end(old, new)
        before, after = (name[: len(name) - len(rest)] for name in (old, new))
        yield f"  {visible(before)} -> {visible(after)}  {visible(rest.lstrip('_'))}".rstrip()


def _shared_end(old: str, new: str) -> str:
    """What both end with, from an underscore on; empty where that is nothing."""
    for place, character in enumerate(old):
        if character == "_" and place and new.endswith(old[place:]) and new != old[place:]:
            return old[place:]
    return ""


def summarize_rows(plan: RowPlan) -> str:
    """Each row's version before and after, with its file's name; empty if nothing changes."""
    if not plan.steps:
        return ""
    names = {**dict(plan.names), **dict(plan.names_after)}
    lines = []
    for step in plan.steps:
        match step:
            case UpdateRow(before, after):
                said, name = _changed(before, after), names.get(after.text, "")
            case DeleteRow(row):
                said, name = f"{row.version} is removed", names.get(row.text, "")
            case InsertRow(row):
                said, name = f"{row.version} is added", names.get(row.text, "")
        lines.append(f"  {visible(said)}  {visible(name)}".rstrip())
    head = f"Rows of {visible(str(plan.table))}, {len(plan.before)} now, {len(plan.after)} then:"
    return "".join(f"{line}\n" for line in (head, *lines))


def _changed(before: TableRow, after: TableRow) -> str:
    """The version before and after, and which other columns change; the diff has their values."""
    old, new = before.version, after.version
    others = [name for name, value in after.columns.items() if before.columns.get(name) != value]
    said = [f"{old} -> {new}" if old != new else f"{old}"]
    said += [f"its {enumerated(others)}"] if others else []
    return " and ".join(said) if old != new else ": ".join(said)
