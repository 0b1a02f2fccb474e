"""The judgement of a change: all findings, what of them is allowed, in one order."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from analyzer.analysis.gate.allowed_findings import (
    allow_recorded,
    apply_allowances,
    find_bad_records,
    reasons_in,
    with_severities,
)
from analyzer.analysis.gate.change_detection import emptied_folders
from analyzer.analysis.gate.fix_steps import Mender, command_of
from analyzer.analysis.gate.gate_added import find_in_added
from analyzer.analysis.gate.gate_also import find_collisions
from analyzer.analysis.gate.gate_ignored import find_ignored
from analyzer.analysis.gate.gate_merged import (
    Ground,
    Protected,
    find_in_merged,
    renumbering,
    restoring,
)
from analyzer.analysis.gate.gate_order import Late, TooEarly, Touched, find_late, find_too_early
from analyzer.analysis.gate.gate_schema import SchemaChange, find_in_schema_file
from analyzer.analysis.gate.new_files import Newcomers, within
from analyzer.analysis.gate.next_versions import Numbers
from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.finding import Finding
from analyzer.model.gate.gate import (
    Allowance,
    Allowed,
    Changes,
    EditKind,
    Moved,
    OtherBranch,
    RecordedRename,
    RecordedRenames,
    SeverityByCode,
    Sides,
    Squash,
)
from analyzer.model.plans.gate_steps import Steps

if TYPE_CHECKING:
    from analyzer.analysis.gate.merged_database import MergedDatabase
    from analyzer.model.effects.effect import Parsed


class Reading(Protocol):
    """Reads and parses contents, each only when it is asked for."""

    def content(self, blob: str, /) -> bytes:
        """A content's first megabyte."""
        ...

    def edit_of(self, old: str, new: str) -> EditKind:
        """Compare two contents of one migration."""
        ...

    def read_late(self, file: MigrationFile, newer: Sequence[MigrationFile]) -> Late:
        """Find what ties a migration to newer ones."""
        ...

    def read_order(
        self, touched: Sequence[Touched], merged: Sequence[MigrationFile]
    ) -> Iterator[TooEarly]:
        """Find migrations that need what is created later, with a touched file among the two."""
        ...

    def parsed(self, file: MigrationFile, /) -> "Parsed":
        """Read the effects of a migration."""
        ...

    def tables_created(self, files: Sequence[MigrationFile]) -> dict[str, frozenset[str]]:
        """The tables that files create, by path."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """All that a change is judged by.

    ``groups`` are the folders of each application. ``recorded`` holds for each record what it said
    before and says now. ``now`` and ``tomorrow`` are timestamps. ``unrun`` are paths of merged
    files that cannot have run.
    """

    sides: Sides
    changes: Changes
    groups: tuple[frozenset[str], ...]
    mend: Mender
    framework: Framework
    now: str
    tomorrow: str
    protected: Protected
    texts: Reading
    content_at_head: Callable[[str], bytes]
    ground: Callable[[Sequence[MigrationFile], Sequence[MigrationFile]], "MergedDatabase"]
    recorded: tuple[tuple[RecordedRenames, RecordedRenames], ...] = ()
    schema: tuple[SchemaChange, ...] = ()
    others: tuple[OtherBranch, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    unrun: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The findings of a review, without those that the team allows."""

    findings: tuple[Finding, ...]
    allowed: tuple[Allowed, ...]


def judge(question: Question, severities: SeverityByCode) -> Verdict:
    """Find everything, then take out what is allowed; errors come first."""
    squashes = _squashes(question)
    if squashes:
        from analyzer.analysis.gate.squash_detection import without_squashed

        question = replace(question, changes=without_squashed(question.changes, squashes))
    found = [
        *_about_records(question),
        *_about_merged(question, squashes),
        *_about_new(question, squashes),
    ]
    kept = found
    allowed: list[Allowed] = []
    for _, recorded in question.recorded:
        kept, by_record = allow_recorded(
            kept, question.changes.moved, recorded, question.framework.numbering
        )
        allowed += by_record
    kept, by_comment = apply_allowances(kept, question.allowances, question.mend)
    ranked = sorted(with_severities(kept, severities), key=_rank)
    told = (replace(each, command=command_of(each.steps)) for each in ranked)
    return Verdict(tuple(told), (*allowed, *by_comment))


def _rank(finding: Finding) -> tuple[bool, int]:
    """Errors first; but before them allowances, as other commands give their file another name."""
    return finding.code != "MD317", ("error", "warning", "note").index(finding.severity)


def _about_records(question: Question) -> Iterator[Finding]:
    files = question.sides.head.files
    for before, now in question.recorded:
        yield from find_bad_records(now, before, files, question.mend, question.framework.numbering)


def _squashes(question: Question) -> list[Squash]:
    """New files that hold what deleted ones did; contents are read only where both are there."""
    changes = question.changes
    if not changes.deleted or not (changes.added or changes.moved):
        return []
    from analyzer.analysis.gate.squash_detection import (
        find_squashes,  # with the whole of the prediction
    )

    return find_squashes(
        changes,
        lambda files: question.ground(_merged_with(question, files[0]), files),
        question.texts.parsed,
    )


def _merged_with(question: Question, file: MigrationFile) -> list[MigrationFile]:
    """The merged migrations of a file's application, in the order in which they run."""
    group = next((one for one in question.groups if within(file, one)), frozenset())
    merged = (one for one in question.sides.tip.files if one.path not in question.unrun)
    return [one for one in merged if within(one, group)]


def _harm(
    question: Question, squashes: Sequence[Squash], broken: Collection[str]
) -> Iterator[Finding]:
    """What new files would do to a database that is up to date.

    Args: broken: paths of those that must run later than they would, or cannot be loaded.
    """
    left_out = {squash.file.path for squash in squashes if squash.sound} | {*broken}
    moves = {squash.file.path: renumbering(squash, question.mend) for squash in squashes}
    for group in question.groups:
        mine = [file for file in question.changes.added if within(file, group)]
        pending = sorted(
            (file for file in mine if file.path not in left_out), key=lambda file: file.version
        )
        if pending:
            ground = question.ground(_merged_with(question, pending[0]), pending)
            for finding in ground.harm(pending):
                yield replace(finding, steps=moves.get(finding.path or "", ()))


def _about_merged(question: Question, squashes: Sequence[Squash]) -> Iterator[Finding]:
    into = {old.path: squash for squash in squashes for old in squash.replaced}
    ground = Ground(
        question.mend,
        question.framework.commands.migrate,
        question.texts.edit_of,
        _recorder(question),
        question.protected,
        question.groups,
        emptied_folders(question.sides, question.changes),
        lambda file: into.get(file.path),
    )
    yield from find_in_merged(question.changes, ground)


def _about_new(question: Question, squashes: Sequence[Squash]) -> list[Finding]:
    changes, sides = question.changes, question.sides
    added = set(changes.added)
    others = [file for branch in question.others for file in branch.added]
    everything = (*changes.merged, *sides.start.files, *others)
    newcomers = Newcomers(
        changes,
        lambda file: question.texts.content(file.blob),
        question.mend,
        Numbers(
            question.framework.numbering.issue(
                [file.version for file in everything if file not in added],
                [file.version.key for file in everything],
                question.now,
            )
        ),
        question.framework,
        {squash.file.path: squash for squash in squashes},
    )
    found = [*find_ignored(sides, question.content_at_head, question.mend, question.framework)]
    found += find_in_added(newcomers, sides, question.groups, question.tomorrow)
    early = list(_too_early(question, newcomers))
    found += early
    broken = {finding.path for finding in early if finding.path is not None}
    found += find_late(newcomers, sides, question.groups, question.texts.read_late, broken)
    if others and newcomers.files:
        creates = question.texts.tables_created(newcomers.files)
        found += find_collisions(newcomers, question.others, creates)
    restore = _restorer(question)
    for schema in question.schema:
        found += find_in_schema_file(changes, schema, restore)
    misnamed = {finding.path for finding in found if finding.code == "MD309" and finding.path}
    found += _harm(question, squashes, broken | misnamed)
    return newcomers.commanded(found)


def _recorder(question: Question) -> Callable[[Moved], RecordedRename | None]:
    """Find the record, with a reason, that allows a rename."""
    reasons = [reasons_in(now, question.framework.numbering) for _, now in question.recorded]

    def recorded(moved: Moved) -> RecordedRename | None:
        found = (record.of(moved.old, moved.new) for record in reasons)
        return next((one for one in found if one is not None), None)

    return recorded


def _restorer(question: Question) -> Callable[[Moved], Steps]:
    """The steps that take a rename back; none where it may stay."""
    recorded = _recorder(question)

    def restore(moved: Moved) -> Steps:
        if not question.protected(moved.old) or recorded(moved) is not None:
            return ()
        return restoring(moved, question.mend)

    return restore


def _too_early(question: Question, newcomers: Newcomers) -> Iterator[Finding]:
    changes = question.changes
    restore = {moved.new.path: restoring(moved, question.mend) for moved in changes.moved}
    restore |= {edit.new.path: question.mend.bring_back(edit.old.path) for edit in changes.edited}
    for group in question.groups:
        mine = [file for file in changes.merged if within(file, group)]
        touched = [
            *(Touched(file, file.version) for file in changes.added),
            *(
                Touched(each.new, min(each.old.version, each.new.version))
                for each in (*changes.moved, *changes.edited)
            ),
        ]
        ours = [each for each in touched if within(each.file, group)]
        yield from find_too_early(ours, mine, newcomers, question.texts.read_order, restore)
