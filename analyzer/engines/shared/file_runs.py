"""What SQL files of ours have in common, whichever client runs them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import assert_never

from analyzer.engines.results import Cut, Ran, Refused, Run
from analyzer.engines.sessions import Session
from analyzer.errors import ConnectionLostError, StatementError
from analyzer.model.core.table_row import TableRow, stored_key
from analyzer.model.plans.plan import DeleteRow, InsertRow, Provenance, RowPlan, RowStep, UpdateRow
from analyzer.model.plans.script_head import head
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count

UNCHANGED = "; nothing was changed. "
"""What stands between what is wrong and what to do, where a file stops itself."""
_MARKS = ("/*", "*/")


def run_file(session: Session, text: str, refused: Callable[[StatementError], Refused]) -> Run:
    """Run a file, and say how that ended.

    Args: refused: explains what the database says, where the file did not stop itself.
    """
    try:
        return Ran(session.run_file(text))
    except StatementError as error:
        what, unchanged, fix = error.primary.partition(UNCHANGED)
        return Refused(what, "Nothing was changed.", fix) if unchanged else refused(error)
    except ConnectionLostError as error:
        return Cut(error.said)
    except KeyboardInterrupt:
        return Cut("it was interrupted by Ctrl-C")


def told_rows(plan: RowPlan, table: str, *, done: bool) -> str:
    """What a plan does to its rows, by kind, as a sentence: a removed row is not rewritten.

    Args: done: whether it is told afterwards.
    """
    verbs = ("rewrote", "removed", "added") if done else ("rewrites", "removes", "adds")
    counts = [it for it in zip(verbs, _counted(plan), strict=True) if it[1]]
    (verb, first), *others = counts or [(verbs[0], 0)]
    rest = "".join(f", {also} {number}" for also, number in others)
    return f"{verb if done else verb.capitalize()} {count(first, 'row')} of {table}{rest}."


def _counted(plan: RowPlan) -> tuple[int, int, int]:
    """How many rows get another version, go, and come; a row that makes room first counts once."""
    stored: dict[str, list[int]] = {}
    for number, text in enumerate(plan.before):
        stored.setdefault(text, []).append(number)
    rewritten, removed, added = set[int](), 0, 0
    for step in plan.steps:
        match step:
            case UpdateRow(old, new):
                moved = stored.pop(old.text, [])
                rewritten.update(moved)
                stored.setdefault(new.text, []).extend(moved)
            case DeleteRow(row):
                gone = stored.pop(row.text, [])
                rewritten.difference_update(gone)
                removed += len(gone)
            case InsertRow():
                added += 1
            case _:
                assert_never(step)
    return len(rewritten), removed, added


def whole_file(
    plan: RowPlan, provenance: Provenance, usage: Iterable[str], sections: Iterable[str]
) -> str:
    """A rewrite as one file: what it is, how it is run, and its sections.

    Args: sections: only asked for where there is something to rewrite.
    """
    what = told_rows(plan, visible(str(plan.table)), done=False)
    lines = list(head("--", what, provenance, plan.notes))
    if not plan.steps:
        return "\n".join([*lines, "", "SELECT 'There is nothing to rewrite.' AS migdoctor;", ""])
    return "\n".join([*lines, *usage, "", *sections, ""])


def walk_steps(plan: RowPlan) -> Iterator[tuple[str, RowStep, int]]:
    """Each step with a comment that names its files, and how often its row is stored just then."""
    rows, names, names_after = Counter(plan.before), dict(plan.names), dict(plan.names_after)
    for step in plan.steps:
        match step:
            case UpdateRow(old, new):
                then = names.get(old.text, old.version)
                now = names_after.get(new.text, new.version)
                stays = new.text in plan.after
                comment = f"{then} is {now} now" if stays else f"{then} makes room"
                yield visible(comment), step, rows[old.text]
                names[new.text] = then
                rows.subtract([old.text])
                rows.update([new.text])
            case DeleteRow(row):
                comment = f"{names.get(row.text, row.version)}: another row stands for it"
                yield visible(comment), step, rows[row.text]
                rows.subtract([row.text])
            case InsertRow(row):
                comment = f"{names_after.get(row.text, row.version)} has its row again"
                yield visible(comment), step, 0
                rows.update([row.text])
            case _:
                assert_never(step)


def values_of(plan: RowPlan, text: str) -> list[str | None]:
    """What a row's text says of its columns, those of the version first."""
    import json

    version, *others = json.loads(text) if plan.shape.columns else [text]
    return [*stored_key(plan.version_column, version).values(), *others]


def stored_columns(plan: RowPlan, row: TableRow) -> dict[str, str | None]:
    """What the table's columns hold of a row, those of its version first."""
    return {**stored_key(plan.version_column, row.version), **row.columns}


def changed_columns(plan: RowPlan, old: TableRow, new: TableRow) -> dict[str, str | None]:
    """The columns that an update sets, of which that of the version is always one and the first."""
    before, after = stored_columns(plan, old), stored_columns(plan, new)
    always = {plan.version_column}
    return {name: it for name, it in after.items() if name in always or before[name] != it}


def with_patch(text: str, patch: bytes) -> str:
    """Append a patch to an SQL file, as a comment that git apply finds."""
    said = patch.decode("utf-8", "surrogateescape")
    if any(mark in said for mark in _MARKS):
        return (
            f"{text}--\n-- The schema file is to change with the rows. Its text would end a "
            "comment of SQL, so that the\n-- patch cannot stand here: migdoctor rewrite --format "
            "patch | git apply\n"
        )
    return (
        f"{text}\n/*\nThe rows above are one half; this is the other, for the repository: "
        f"git apply THIS_FILE\n\n{said}*/\n"
    )
