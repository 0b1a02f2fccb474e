"""Rewriting rows: each gets the version that its migration's file carries now."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping

from analyzer.analysis.diagnosis.ambiguity import refuse_ambiguity
from analyzer.analysis.repair.lost_rows import lost_notes
from analyzer.analysis.repair.ordering import circling, in_safe_order
from analyzer.analysis.repair.row_reasons import listed_names, names_before, refuse_touched
from analyzer.frameworks.base import Framework
from analyzer.frameworks.ports.numbering import Numbering
from analyzer.model.core.migration import FileSet
from analyzer.model.core.table_row import TableRow
from analyzer.model.core.version import Version, VersionKey
from analyzer.model.core.version_table import VersionTable
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    RowDeleted,
    RowDoubled,
    RowOrphaned,
    RowRenamed,
    RowReused,
    RowVerdict,
)
from analyzer.model.findings.rename import Rename
from analyzer.model.plans.plan import DeleteRow, InsertRow, Refusal, RowPlan, RowStep, UpdateRow
from analyzer.records import Struct


class _Stray(Struct, frozen=True):
    """A row whose migration carries another version now."""

    row: TableRow
    rename: Rename
    new: TableRow  # what the framework would store for the file

    @property
    def text(self) -> str:
        """The stored version."""
        return self.row.version

    @property
    def new_text(self) -> str:
        """The version that is to be stored."""
        return self.new.version


class _Sorting(Struct, frozen=True):
    """Sorts the touched rows by what happens to them."""

    moved: tuple[_Stray, ...]
    superseded: tuple[_Stray, ...]  # the new version has its row already: the old one goes
    exchanged: tuple[_Stray, ...]  # whose rows are the same before and after
    doubles: tuple[TableRow, ...]  # further rows of a touched version, however written
    repeated: tuple[tuple[TableRow, TableRow], ...] = ()  # elsewhere: what goes, what stays


def plan_rewrite(
    diagnosis: Diagnosis, table: VersionTable, files: FileSet, framework: Framework
) -> RowPlan | Refusal:
    """Give every row of a renamed migration the version that its file carries now.

    ``table`` is all rows as they were read: the plan holds for just these. ``files`` are the files
    as they are now.

    Returns: a plan that leaves alone what it cannot mend, with a note; an empty one where no row
    has strayed; a refusal where a pair is ambiguous.
    """
    refusal = refuse_ambiguity(diagnosis)
    if refusal is not None:
        return refusal
    before = tuple(sorted(row.text for row in table.all_rows))
    found = _sorted_out(diagnosis, table, files, framework)
    if isinstance(found, Refusal):
        return found
    sorting, steps = found
    refusal = refuse_touched(steps, framework)
    if refusal is not None:
        return refusal
    names = names_before(diagnosis.rows)
    return RowPlan(
        table.table,
        before,
        steps,
        tuple(rows_after(before, steps)),
        (*lost_notes(diagnosis.emptied), *_notes(sorting, diagnosis.rows)),
        listed_names(names, before),
        listed_names(_names_after(names, sorting, files), rows_after(before, steps)),
        version_column=framework.store.version_column,
        lock=framework.store.lock,
    )


def _sorted_out(
    diagnosis: Diagnosis, table: VersionTable, files: FileSet, framework: Framework
) -> tuple[_Sorting, tuple[RowStep, ...]] | Refusal:
    """What becomes of the rows that were touched, and the steps that bring it about."""
    if framework.store.heads and all(it.name.parents is None for it in files.files):
        from analyzer.analysis.repair.head_repair import pointed_anew

        pointed = pointed_anew(diagnosis, table, files, framework)
        nothing = _Sorting((), (), (), ())
        return pointed if isinstance(pointed, Refusal) else (nothing, pointed)
    implied = {row.version.key for row in table.implied}
    stored = [verdict for verdict in diagnosis.rows if verdict.row.version.key not in implied]
    sorting = _sort_rows(stored, framework)
    if sorting.exchanged and framework.store.telling:
        return _exchange_refused(sorting.exchanged, framework)
    steps = tuple(_steps(sorting))
    if steps:
        steps += tuple(_settling(table.all_rows, steps, framework))
    return sorting, steps


def _exchange_refused(exchanged: Iterable[_Stray], framework: Framework) -> Refusal:
    """Rows that hold more of a migration than its version would have to change places whole."""
    named = " and ".join(stray.rename.new.basename for stray in exchanged)
    held = " and ".join(framework.store.telling)
    return Refusal(
        f"{named} exchanged their versions, and each row holds the {held} of the one that ran",
        settle=("migdoctor rename-back",),
    )


def rows_after(before: Iterable[str], steps: Iterable[RowStep]) -> list[str]:
    """Give the rows' texts, sorted, once the steps are done."""
    rows = Counter(before)
    for step in steps:
        match step:
            case UpdateRow(old, new):
                rows[old.text] -= 1
                rows[new.text] += 1
            case DeleteRow(row):
                rows[row.text] -= 1
            case InsertRow(row):
                rows[row.text] += 1
    return sorted(rows.elements())


def _settling(
    rows: Iterable[TableRow], steps: Iterable[RowStep], framework: Framework
) -> Iterator[RowStep]:
    """What must change in other columns, or other rows, once the versions are right."""
    left = list(rows)
    for step in steps:
        match step:
            case UpdateRow(old, new):
                left[left.index(old)] = new
            case DeleteRow(row):
                left.remove(row)
            case InsertRow(row):
                left.append(row)
    for row, settled in zip(left, framework.store.settled(left), strict=True):
        if row != settled:
            yield UpdateRow(row, settled)


def _sort_rows(verdicts: Iterable[RowVerdict], framework: Framework) -> _Sorting:
    verdicts = tuple(verdicts)
    strays = {}
    for verdict in verdicts:
        if isinstance(verdict, RowRenamed | RowReused) and verdict.rename is not None:
            new = framework.store.row_of(verdict.rename.new, verdict.row.whole)
            stray = _Stray(verdict.row.whole, verdict.rename, new)
            strays[verdict.row.version.key] = stray
    targets = {number: stray.rename.new.version.key for number, stray in strays.items()}
    exchanged = tuple(strays.pop(number) for number in sorted(circling(targets)))
    taken = {verdict.row.version.key for verdict in verdicts} - strays.keys()
    moved: list[_Stray] = []
    superseded: list[_Stray] = []
    for _, stray in sorted(strays.items()):
        target = stray.rename.new.version.key
        (superseded if target in taken else moved).append(stray)
        taken.add(target)
    doubles = (
        verdict.row.whole
        for verdict in verdicts
        if isinstance(verdict, RowDoubled) and verdict.row.version.key in strays
    )
    repeated = tuple(_repeated(verdicts, strays, framework.numbering))
    return _Sorting(tuple(moved), tuple(superseded), exchanged, tuple(doubles), repeated)


def _repeated(
    verdicts: Iterable[RowVerdict], besides: Container[VersionKey], numbering: Numbering
) -> Iterator[tuple[TableRow, TableRow]]:
    """Which rows of a version stored more than once go, each with the one that stays.

    That has the text that the framework would store, or else it is the first. Texts that are no
    version at all only seem to be alike.
    """
    groups: dict[Version, list[TableRow]] = {}
    for verdict in verdicts:
        version = verdict.row.version
        if isinstance(verdict, RowDoubled) and verdict.first.version.is_valid:
            groups.setdefault(version, [verdict.first.whole])
            if version.is_valid and version.key not in besides:
                groups[version].append(verdict.row.whole)
    for version, rows in groups.items():
        bare = numbering.bare(version)
        kept = next((row for row in rows if row.version == bare), rows[0])
        rows.remove(kept)
        yield from ((row, kept) for row in rows if version.key not in besides)


def _steps(sorting: _Sorting) -> Iterator[RowStep]:
    """Put deletions first: they make the room that the others need."""
    yield from (DeleteRow(row) for row in sorting.doubles)
    yield from (DeleteRow(row) for row, _ in sorting.repeated)
    yield from (DeleteRow(stray.row) for stray in sorting.superseded)
    moves = {stray.text: stray.new_text for stray in sorting.moved}
    of_text = {stray.text: stray for stray in sorting.moved}
    for old, _ in in_safe_order(moves):
        yield UpdateRow(of_text[old].row, of_text[old].new)


def _names_after(before: Mapping[str, str], sorting: _Sorting, files: FileSet) -> dict[str, str]:
    names = dict(before)
    for stray in sorting.moved:
        names[stray.new.text] = stray.rename.new.basename
    filed = {file.version.key: file.basename for file in files.files}
    for stray in sorting.superseded:
        names[stray.new.text] = filed.get(stray.rename.new.version.key, "")
    return names


def _notes(sorting: _Sorting, verdicts: Iterable[RowVerdict]) -> Iterator[str]:
    if len(sorting.superseded) > 1:
        yield (
            f"{len(sorting.superseded)} migrations are recorded under their new versions already:"
            " their old rows are deleted"
        )
    else:
        for stray in sorting.superseded:
            yield (
                f"{stray.rename.new.basename} is recorded as {stray.new_text} already:"
                f" its old row {stray.text} is deleted"
            )
    for gone, kept in sorting.repeated:
        alike = kept.version == gone.version
        spelt = "" if alike else f", as {kept.version} and as {gone.version}"
        yield f"{kept.version} is stored twice{spelt}: one row stays"
    if sorting.exchanged:
        named = ", ".join(stray.rename.new.basename for stray in sorting.exchanged)
        yield (
            f"these exchanged their versions and all of them ran: {named}; the rows are the same"
            " either way and stay as they are"
        )
    if edited := _edited(sorting.moved):
        yield (
            "edited as well as renamed: the rewrite marks the new text as done, though only the"
            f" old text ran; compare {edited}"
        )
    if edited := _edited(sorting.superseded):
        yield (
            "edited as well as renamed, and recorded under both versions: where the new row was"
            f" inserted by hand, the new text never ran; compare {edited}"
        )
    yield from _notes_on_what_stays(tuple(verdicts))


def _edited(strays: Iterable[_Stray]) -> str:
    """The names of today of those whose text changed with the name."""
    renames = (it.rename for it in strays)
    return ", ".join(it.new.basename for it in renames if it.old.blob != it.new.blob)


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
