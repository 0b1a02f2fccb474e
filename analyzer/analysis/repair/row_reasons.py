"""What is said of rows: why one may not change, and under whose name it was written."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from analyzer.frameworks.base import Framework
from analyzer.model.findings.diagnosis import (
    RowDeleted,
    RowDoubled,
    RowMatched,
    RowRenamed,
    RowReused,
    RowVerdict,
)
from analyzer.model.plans.plan import Refusal, RowStep, UpdateRow

if TYPE_CHECKING:
    from analyzer.model.core.version import VersionKey


def refuse_touched(steps: Iterable[RowStep], framework: Framework) -> Refusal | None:
    """Refuse to change what the framework marks as a failure, and half of what a row must say."""
    changed = (it.before for it in steps if isinstance(it, UpdateRow))
    lacking = next(
        (it for row in changed for it in framework.store.goes_along if it not in row.columns), None
    )
    if lacking is not None:
        return Refusal(
            f"{framework.commands.title} goes by the column {lacking}, too, which must change with "
            "the version, and a list of versions does not tell it",
            ("read the rows from the database, or from a dump of it: --database-url, --rows",),
        )
    touched = (it.before if isinstance(it, UpdateRow) else it.row for it in steps)
    said = next(filter(None, map(framework.store.untouchable, touched)), "")
    return Refusal(said) if said else None


def names_before(verdicts: Iterable[RowVerdict]) -> dict[str, str]:
    """By stored text, the file under whose name the row was written, as far as it is known."""
    names = {}
    numbers: dict[VersionKey, str] = {}
    for verdict in verdicts:
        text, number = verdict.row.whole.text, verdict.row.version.key
        match verdict:
            case RowMatched(file=file):
                names[text] = file.basename
            case RowRenamed(rename=rename):
                names[text] = rename.old.basename
            case RowReused(ran=ran):
                names[text] = ran.basename
            case RowDeleted(last_seen=last_seen):
                names[text] = last_seen.file.basename
            case RowDoubled():
                names.setdefault(text, numbers.get(number, ""))
            case _:
                continue
        numbers.setdefault(number, names[text])
    return names


def listed_names(names: Mapping[str, str], rows: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Of rows in their order, those whose file is known, with it."""
    return tuple((text, names[text]) for text in dict.fromkeys(rows) if names.get(text))
