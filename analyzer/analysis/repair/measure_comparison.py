"""Two measurements of a database compared: what was to stay as it was, and whether it did."""

from collections.abc import Collection, Sequence

from analyzer.analysis.diagnosis.findings import (
    catalog_contradictions,
    next_migrate,
    shared_names,
)
from analyzer.model.findings.diagnosis import RowMatched
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.report import EnvironmentReport
from analyzer.model.schema.measure import Check, CountChange, Measure, StructureChange
from analyzer.model.words.wording import count, listed

_SHOWN = 5  # of a longer list
_MIGRATE = frozenset(
    {next_migrate.FAILS.code, next_migrate.DESTROYS.code}
)  # what the next migrate runs into, whatever was repaired
_OTHER_WORK = frozenset(
    {
        catalog_contradictions.ROW_WITHOUT_EFFECT.code,
        catalog_contradictions.EFFECT_WITHOUT_ROW.code,
        catalog_contradictions.HALF_APPLIED.code,
    }
)  # what the catalogue says of rows and files
_SHARED = frozenset(
    {shared_names.SHARED_VERSION.code, shared_names.SHARED_CLASS.code}
)  # files that shared a name before, and have a step of their own: no repair makes such files


def structure_change(before: Measure, after: Measure) -> StructureChange:
    """Compare the lines of two measures."""
    old, new = frozenset(before.structure), frozenset(after.structure)
    return StructureChange(tuple(sorted(old - new)), tuple(sorted(new - old)))


def count_changes(before: Measure, after: Measure) -> tuple[CountChange, ...]:
    """List the tables whose number of rows is another, in order of their names.

    A table that was counted only once, as it grew too large, is no change.
    """
    left_out = {*before.uncounted, *after.uncounted}
    names = sorted({*before.counts, *after.counts} - left_out)
    pairs = ((name, before.counts.get(name), after.counts.get(name)) for name in names)
    return tuple(CountChange(*pair) for pair in pairs if pair[1] != pair[2])


def check_rows(expected: Sequence[str], found: Sequence[str]) -> Check:
    """Whether the version table holds just what was planned."""
    if sorted(expected) == sorted(found):
        return Check(
            "rows", passed=True, detail=f"{count(len(found), 'applied version')}, just as planned"
        )
    return Check(
        "rows", passed=False, detail="the applied versions are not those that were planned"
    )


def check_structure(before: Measure, after: Measure) -> Check:
    """Whether tables, columns, indexes and the rest are all as before."""
    change = structure_change(before, after)
    if change:
        lines = [f"gone: {line}" for line in change.gone] + [f"new: {line}" for line in change.new]
        return Check("structure", passed=False, detail=f"not as before: {listed(lines, _SHOWN)}")
    tables = sum(line.startswith("table ") for line in after.structure)
    return Check("structure", passed=True, detail=f"unchanged in {count(tables, 'table')}")


def check_counts(before: Measure, after: Measure) -> Check:
    """Whether every table has as many rows as before. More of them are no alarm: people write."""
    changes = count_changes(before, after)
    told = [f"{one.table} {_number(one.before)} -> {_number(one.after)}" for one in changes]
    if any(one.after is None or (one.before or 0) > one.after for one in changes):
        return Check(
            "row counts", passed=False, detail=f"fewer rows than before: {listed(told, _SHOWN)}"
        )
    uncounted = f"; not counted: {listed(after.uncounted, _SHOWN)}" if after.uncounted else ""
    if told:
        detail = f"none fewer, some more: {listed(told, _SHOWN)}{uncounted}"
        return Check("row counts", passed=True, detail=detail)
    if not after.counts and uncounted:
        return Check("row counts", passed=None, detail=uncounted.removeprefix("; "))
    counted = count(len(after.counts), "table")
    return Check("row counts", passed=True, detail=f"unchanged in {counted}{uncounted}")


def check_migrations(
    environment: EnvironmentReport, findings: Sequence[Finding], needed_by: Collection[str] = ()
) -> Check:
    """Whether every row that ran has its file again, and what the next migrate would run.

    Rows and objects that contradict each other did so before, whatever their names were.

    Args: needed_by: the paths of files that fail without the follow-up, which is still to come.
    """
    found = [finding for finding in findings if finding.severity is Severity.ERROR]
    errors = [finding for finding in found if finding.code not in _OTHER_WORK | _MIGRATE | _SHARED]
    if errors:
        told = [f"{finding.code} {finding.what}" for finding in errors]
        return Check("migrations", passed=False, detail=f"still diverged: {listed(told, _SHOWN)}")
    failure = environment.prediction.fails_at
    if failure is not None and failure.file is not None and failure.file.path in needed_by:
        detail = f"{failure.file.basename} needs the follow-up, which comes before it: deploy both"
        return Check("migrations", passed=True, detail=detail)
    if failure is not None:
        return _not_yet(environment, found, f"the next migrate would stop: {failure.said}")
    shared = [finding.what for finding in found if finding.code in _SHARED]
    if shared:
        return _not_yet(environment, found, listed(shared, _SHOWN))
    losses = [finding.what for finding in found if finding.code in _MIGRATE]
    if losses:
        harm = f"the next migrate would lose data: {listed(losses, _SHOWN)}"
        return _not_yet(environment, found, harm)
    pending = [file.basename for file in environment.prediction.would_run]
    matched = sum(isinstance(one, RowMatched) for one in environment.diagnosis.rows)
    to_run = f"still to run: {listed(pending, _SHOWN)}" if pending else "none is left to run"
    besides = [f"{finding.code} {finding.what}" for finding in found]
    left = f"; no change of names fixes this: {listed(besides, _SHOWN)}" if besides else ""
    detail = f"{count(matched, 'row')} with a file; {to_run}{left}"
    return Check("migrations", passed=True, detail=detail)


def _not_yet(environment: EnvironmentReport, found: Sequence[Finding], harm: str) -> Check:
    """The repair is done, and the migrate after it is another matter: nothing may go on to it."""
    first = sorted(found, key=lambda it: it.code not in _SHARED)  # it refuses to start at all
    ways_out = (finding.fix for finding in first if finding.code in _MIGRATE | _SHARED)
    settle = environment.next_steps.migrate.settle or next(ways_out, "")
    told = f"{harm}; the repair worked, but do not migrate yet"
    detail = f"{told}: {settle}" if settle else told
    return Check("migrations", passed=False, detail=detail, later=True)


def _number(count: int | None) -> str:
    return "none" if count is None else str(count)
