"""Rewriting rows: each gets the version that its migration's file carries now."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from analyzer.analysis.diagnosis.ambiguity import refuse_ambiguity
from analyzer.analysis.repair.ordering import circling, in_safe_order
from analyzer.model.core.migration import FileSet
from analyzer.model.core.version_table import VersionTable
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    RowDeleted,
    RowDoubled,
    RowMatched,
    RowOrphaned,
    RowRenamed,
    RowReused,
    RowVerdict,
)
from analyzer.model.findings.rename import Rename
from analyzer.model.plans.plan import DeleteRow, InsertRow, Refusal, RowPlan, RowStep, UpdateRow


@dataclass(frozen=True, slots=True)
class _Stray:
    """A row whose migration carries another version now."""

    text: str
    rename: Rename

    @property
    def new_text(self) -> str:
        """The text that Rails would store for the file: the number without leading zeros."""
        return str(self.rename.new.version.number)


@dataclass(frozen=True, slots=True)
class _Sorting:
    """Sorts the touched rows by what happens to them."""

    moved: tuple[_Stray, ...]
    superseded: tuple[_Stray, ...]  # the new version has its row already: the old one goes
    exchanged: tuple[_Stray, ...]  # whose rows are the same before and after
    doubles: tuple[str, ...]  # further rows of a touched version, however written
    repeated: tuple[tuple[str, str], ...] = ()  # elsewhere: the text that goes, the one that stays


def plan_rewrite(diagnosis: Diagnosis, table: VersionTable, files: FileSet) -> RowPlan | Refusal:
    """Give every row of a renamed migration the version that its file carries now.

    ``table`` is all rows as they were read: the plan holds for just these. ``files`` are the files
    as they are now.

    Returns: a plan that leaves alone what it cannot mend, with a note; an empty one where no row
    has strayed; a refusal where a pair is ambiguous.
    """
    refusal = refuse_ambiguity(diagnosis)
    if refusal is not None:
        return refusal
    before = tuple(sorted(row.version.text for row in table.rows))
    sorting = _sort_rows(diagnosis.rows)
    steps = tuple(_steps(sorting))
    names = _names_before(diagnosis.rows)
    return RowPlan(
        table.table,
        before,
        steps,
        tuple(rows_after(before, steps)),
        tuple(_notes(sorting, diagnosis.rows)),
        _listed(names, before),
        _listed(_names_after(names, sorting, files), rows_after(before, steps)),
    )


def rows_after(before: Iterable[str], steps: Iterable[RowStep]) -> list[str]:
    """Give the stored texts, sorted, once the steps are done."""
    rows = Counter(before)
    for step in steps:
        match step:
            case UpdateRow(old, new):
                rows[old] -= 1
                rows[new] += 1
            case DeleteRow(version):
                rows[version] -= 1
            case InsertRow(version):
                rows[version] += 1
    return sorted(rows.elements())


def _sort_rows(verdicts: Iterable[RowVerdict]) -> _Sorting:
    verdicts = tuple(verdicts)
    strays = {}
    for verdict in verdicts:
        if isinstance(verdict, RowRenamed | RowReused) and verdict.rename is not None:
            stray = _Stray(verdict.row.version.text, verdict.rename)
            strays[verdict.row.version.number] = stray
    targets = {number: stray.rename.new.version.number for number, stray in strays.items()}
    exchanged = tuple(strays.pop(number) for number in sorted(circling(targets)))
    taken = {verdict.row.version.number for verdict in verdicts} - strays.keys()
    moved: list[_Stray] = []
    superseded: list[_Stray] = []
    for _, stray in sorted(strays.items()):
        target = stray.rename.new.version.number
        (superseded if target in taken else moved).append(stray)
        taken.add(target)
    doubles = (
        verdict.row.version.text
        for verdict in verdicts
        if isinstance(verdict, RowDoubled) and verdict.row.version.number in strays
    )
    repeated = tuple(_repeated(verdicts, strays))
    return _Sorting(tuple(moved), tuple(superseded), exchanged, tuple(doubles), repeated)


def _repeated(verdicts: Iterable[RowVerdict], besides: Container[int]) -> Iterator[tuple[str, str]]:
    """Find the repeated texts of a version to delete, each with the one that stays.

    That is the text that Rails would store, or else the first. Texts that are no version at all
    only seem to be alike.
    """
    groups: dict[int, list[str]] = {}
    for verdict in verdicts:
        number = verdict.row.version.number
        if isinstance(verdict, RowDoubled) and verdict.first.version.is_number:
            groups.setdefault(number, [verdict.first.version.text])
            if verdict.row.version.is_number and number not in besides:
                groups[number].append(verdict.row.version.text)
    for number, texts in groups.items():
        kept = str(number) if str(number) in texts else texts[0]
        texts.remove(kept)
        yield from ((text, kept) for text in texts if number not in besides)


def _steps(sorting: _Sorting) -> Iterator[RowStep]:
    """Put deletions first: they make the room that the others need."""
    yield from (DeleteRow(text) for text in sorting.doubles)
    yield from (DeleteRow(text) for text, _ in sorting.repeated)
    yield from (DeleteRow(stray.text) for stray in sorting.superseded)
    moves = {stray.text: stray.new_text for stray in sorting.moved}
    yield from (UpdateRow(old, new) for old, new in in_safe_order(moves))


def _names_before(verdicts: Iterable[RowVerdict]) -> dict[str, str]:
    """By stored text, the file under whose name the row was written, as far as it is known."""
    names = {}
    numbers: dict[int, str] = {}
    for verdict in verdicts:
        text, number = verdict.row.version.text, verdict.row.version.number
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


def _names_after(before: Mapping[str, str], sorting: _Sorting, files: FileSet) -> dict[str, str]:
    names = dict(before)
    for stray in sorting.moved:
        names[stray.new_text] = stray.rename.new.basename
    filed = {file.version.number: file.basename for file in files.files}
    for stray in sorting.superseded:
        names[stray.new_text] = filed.get(stray.rename.new.version.number, "")
    return names


def _listed(names: Mapping[str, str], rows: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((text, names[text]) for text in dict.fromkeys(rows) if names.get(text))


def _notes(sorting: _Sorting, verdicts: Iterable[RowVerdict]) -> Iterator[str]:
    for stray in sorting.superseded:
        yield (
            f"{stray.rename.new.basename} is recorded as {stray.new_text} already:"
            f" its old row {stray.text} is deleted"
        )
    for gone, kept in sorting.repeated:
        spelt = f", as {kept} and as {gone}" if kept != gone else ""
        yield f"{kept} is stored twice{spelt}: one row stays"
    if sorting.exchanged:
        named = ", ".join(stray.rename.new.basename for stray in sorting.exchanged)
        yield (
            f"these exchanged their versions and all of them ran: {named}; the rows are the same"
            " either way and stay as they are"
        )
    edited = [
        s.rename
        for s in (*sorting.moved, *sorting.superseded)
        if s.rename.old.blob != s.rename.new.blob
    ]
    if edited:
        yield (
            "edited as well as renamed: the rewrite marks the new text as done, though only the"
            " old text ran; compare " + ", ".join(rename.new.basename for rename in edited)
        )
    yield from _notes_on_what_stays(tuple(verdicts))


def _notes_on_what_stays(verdicts: tuple[RowVerdict, ...]) -> Iterator[str]:
    ran_elsewhere = {
        verdict.rename.new.path: verdict.row.version
        for verdict in verdicts
        if isinstance(verdict, RowRenamed | RowReused) and verdict.rename is not None
    }
    for verdict in verdicts:
        if not isinstance(verdict, RowReused) or verdict.rename is not None:
            continue
        if verdict.now.path in ran_elsewhere:
            yield (
                f"row {verdict.row.version} stood for {verdict.ran.basename}, which is deleted; now"
                f" it stands for {verdict.now.basename}, which ran as"
                f" {ran_elsewhere[verdict.now.path]}"
            )
        else:
            yield (
                f"row {verdict.row.version} is left alone: {verdict.ran.basename}, which ran, is"
                f" deleted, and the row hides {verdict.now.basename}, which never ran; if that is"
                " to run, give its file a version that is free"
            )
    deleted = [str(v.row.version) for v in verdicts if isinstance(v, RowDeleted)]
    if deleted:
        yield f"left alone, as their migrations are deleted: {', '.join(deleted)}"
    orphans = [str(v.row.version) for v in verdicts if isinstance(v, RowOrphaned)]
    if orphans:
        yield f"left alone, as no history here knows them: {', '.join(orphans)}"
