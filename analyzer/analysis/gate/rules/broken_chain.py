"""MD321: with the change merged, the framework refuses to run anything at all.

It is asked of frameworks whose migrations name those that they come after, and of those that keep
a list of their files: what that leaves out never runs.
"""

from collections.abc import Iterator, Sequence

from analyzer.analysis.gate.new_files import lying_in
from analyzer.analysis.gate.reviewed_change import Review, ReviewedChange
from analyzer.analysis.gate.rule import GateRule
from analyzer.model.core.migration import FileSet, MigrationFile, WhyIgnored
from analyzer.model.findings.finding import Finding, Severity
from analyzer.records import replace


def _check(review: Review) -> Iterator[Finding]:
    change = review.change
    yield from _by_list(change)
    touched = [*change.changes.added, *(it.new for it in change.changes.edited)]
    touched += [it.new for it in change.changes.moved]
    edited = {it.new.path: it.new for it in change.changes.edited}
    for group in change.groups:
        there = lying_in(change.changes.merged, group)
        merged = [edited.get(file.path, file) for file in there]
        if all(file.name.parents is None for file in merged):
            continue
        said = _refusal(change, merged)
        if said is None or said == _refusal(change, lying_in(change.sides.tip.files, group)):
            continue
        file = next(iter(lying_in(touched, group)), None)
        yield BROKEN_CHAIN.finding(
            what=f"with this change, {change.migrate} refuses to run: {said.rstrip('.')}",
            why="every deploy stops at it, and a new database cannot be built",
            fix="name only migrations that exist; make the new one follow the last merged one, or "
            "merge the two heads in a migration that follows both",
            version=None if file is None else file.version.text,
            path=None if file is None else file.path,
            line=None if file is None else 1,
        )


def _by_list(change: ReviewedChange) -> Iterator[Finding]:
    """Say what a framework's own list lacks or leaves out, where the change is to blame."""
    keys, sides = change.framework.keys, change.sides
    if keys is None or keys.journal is None:
        return
    for lacking in sorted({*sides.head.missing} - {*sides.tip.missing, *sides.start.missing}):
        told = replace(sides.head, missing=(lacking,))
        run = change.framework.preconditions.next_run(told, (), ())
        said = f": {run.refuses.said}" if run.refuses is not None else ""
        yield BROKEN_CHAIN.finding(
            what=f"with this change, {change.migrate} refuses to run{said}",
            why="every deploy stops at it, and a new database cannot be built",
            fix=f"let {keys.journal} and the files agree: generate the migration again, or remove "
            "its entry",
            path=lacking,
            line=1,
        )
    if any(it.endswith(keys.journal) for it in sides.head.missing):
        return  # none is listed
    for one in sides.newly_ignored(WhyIgnored.UNLISTED):
        yield BROKEN_CHAIN.finding(
            what=f"{one.path} is not listed in {keys.journal}",
            why=f"{change.framework.commands.title} never runs it, silently",
            fix="generate the migration with the tool, which lists it, or remove the file",
            path=one.path,
            line=1,
        )


def _refusal(change: ReviewedChange, files: Sequence[MigrationFile]) -> str | None:
    """What the framework says where nothing ran yet."""
    tree = FileSet("", None, (), tuple(files))
    run = change.framework.preconditions.next_run(tree, (), {file.path for file in files})
    return None if run.refuses is None else run.refuses.said


BROKEN_CHAIN = GateRule(
    code="MD321",
    name="broken-chain",
    severity=Severity.ERROR,
    title="migrations no longer form one chain",
    why="Two migrations come after the same one, or one names a migration that is not there.",
    fix="Make the new one follow the last, or merge the two heads.",
    bad='# merged\nrevision = "b"\ndown_revision = "a"\n# new\nrevision = "c"\ndown_revision = "a"',
    good='# merged\nrevision = "b"\ndown_revision = "a"\n# new\nrevision = "c"\n'
    'down_revision = "b"',
    check=_check,
)
