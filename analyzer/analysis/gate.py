"""The judgement of a change: all findings, what of them is allowed, in one order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from analyzer.analysis.gate_added import Newcomers, find_ignored, find_in_added, within
from analyzer.analysis.gate_allow import (
    allow_recorded,
    apply_allowances,
    find_bad_records,
    reasons_in,
    with_severities,
)
from analyzer.analysis.gate_also import find_collisions
from analyzer.analysis.gate_changes import emptied_folders
from analyzer.analysis.gate_commands import Mender
from analyzer.analysis.gate_merged import Ground, Protected, find_in_merged, restoring
from analyzer.analysis.gate_numbers import Numbers
from analyzer.analysis.gate_order import Late, TooEarly, Touched, find_late, find_too_early
from analyzer.analysis.gate_schema import find_in_schema_file
from analyzer.model.finding import Finding
from analyzer.model.gate import (
    Allowance,
    Allowed,
    Changes,
    EditKind,
    Moved,
    OtherBranch,
    RecordedRename,
    RecordedRenames,
    SchemaFacts,
    SeverityByCode,
    Sides,
)
from analyzer.model.migration import MigrationFile


class Reading(Protocol):
    """What contents tell, read and parsed only where it is asked."""

    def content(self, blob: str, /) -> bytes:
        """A content's first megabyte."""
        ...

    def edit_of(self, old: str, new: str) -> EditKind:
        """How two contents differ."""
        ...

    def read_late(self, file: MigrationFile, newer: Sequence[MigrationFile]) -> Late:
        """What ties a migration to newer ones."""
        ...

    def read_order(
        self, touched: Sequence[Touched], merged: Sequence[MigrationFile]
    ) -> Iterator[TooEarly]:
        """What needs something that is created later, where a touched file is part of it."""
        ...

    def tables_created(self, files: Sequence[MigrationFile]) -> dict[str, frozenset[str]]:
        """The tables that files create, by path."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """All that a change is judged by.

    ``groups`` are the folders of each application. ``recorded`` holds for each record what it said
    before and says now; ``schema`` the same for each schema file, with its application's index.
    ``now`` and ``tomorrow`` are timestamps.
    """

    sides: Sides
    changes: Changes
    groups: tuple[frozenset[str], ...]
    mend: Mender
    migrate: str
    now: str
    tomorrow: str
    protected: Protected
    texts: Reading
    content_at_head: Callable[[str], bytes]
    camelize: Callable[[str], str]
    snake: Callable[[str], str]
    recorded: tuple[tuple[RecordedRenames, RecordedRenames], ...] = ()
    schema: tuple[tuple[int, SchemaFacts, SchemaFacts], ...] = ()
    others: tuple[OtherBranch, ...] = ()
    allowances: tuple[Allowance, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, and what of it the team allows."""

    findings: tuple[Finding, ...]
    allowed: tuple[Allowed, ...]


def judge(question: Question, severities: SeverityByCode) -> Verdict:
    """Find everything, then take out what is allowed; errors come first."""
    found = [*_about_records(question), *_about_merged(question), *_about_new(question)]
    kept = found
    allowed: list[Allowed] = []
    for _, recorded in question.recorded:
        kept, by_record = allow_recorded(kept, question.changes.moved, recorded)
        allowed += by_record
    kept, by_comment = apply_allowances(kept, question.allowances, question.mend)
    ranked = sorted(with_severities(kept, severities), key=_rank)
    return Verdict(tuple(ranked), (*allowed, *by_comment))


def _rank(finding: Finding) -> tuple[bool, int]:
    """Errors first; but before them allowances, as other commands give their file another name."""
    return finding.code != "MD317", ("error", "warning", "note").index(finding.severity)


def _about_records(question: Question) -> Iterator[Finding]:
    files = question.sides.head.files
    for before, now in question.recorded:
        yield from find_bad_records(now, before, files, question.mend)


def _about_merged(question: Question) -> Iterator[Finding]:
    reasons = [reasons_in(now) for _, now in question.recorded]

    def recorded(moved: Moved) -> RecordedRename | None:
        found = (record.of(moved.old, moved.new) for record in reasons)
        return next((one for one in found if one is not None), None)

    ground = Ground(
        question.mend, question.migrate, question.texts.edit_of, recorded, question.protected,
        question.groups, emptied_folders(question.sides, question.changes),
    )  # fmt: skip
    yield from find_in_merged(question.changes, ground)


def _about_new(question: Question) -> list[Finding]:
    changes, sides = question.changes, question.sides
    added = set(changes.added)
    others = [file for branch in question.others for file in branch.added]
    everything = (*changes.merged, *sides.start.files, *others)
    newcomers = Newcomers(
        changes, lambda file: question.texts.content(file.blob), question.mend,
        Numbers(
            [file for file in everything if file not in added],
            [file.version.number for file in everything], question.now,
        ),
        question.migrate, question.camelize,
    )  # fmt: skip
    found = [*find_ignored(sides, question.content_at_head, question.mend, question.snake)]
    found += find_in_added(newcomers, sides, question.groups, question.tomorrow)
    early = list(_too_early(question, newcomers))
    found += early
    broken = {finding.path for finding in early if finding.path is not None}
    found += find_late(newcomers, sides, question.groups, question.texts.read_late, broken)
    if others and newcomers.files:
        creates = question.texts.tables_created(newcomers.files)
        found += find_collisions(newcomers, question.others, creates)
    for index, before, now in question.schema:
        mine = [file for file in changes.merged if within(file, question.groups[index])]
        found += find_in_schema_file(changes, mine, before, now, question.migrate)
    return newcomers.commanded(found)


def _too_early(question: Question, newcomers: Newcomers) -> Iterator[Finding]:
    changes = question.changes
    restore = {moved.new.path: restoring(moved, question.mend) for moved in changes.moved}
    restore |= {edit.new.path: question.mend.bring_back(edit.old.path) for edit in changes.edited}
    for group in question.groups:
        mine = [file for file in changes.merged if within(file, group)]
        touched = [
            *(Touched(file, file.version.number) for file in changes.added),
            *(Touched(each.new, min(each.old.version.number, each.new.version.number))
              for each in (*changes.moved, *changes.edited)),
        ]  # fmt: skip
        ours = [each for each in touched if within(each.file, group)]
        yield from find_too_early(ours, mine, newcomers, question.texts.read_order, restore)
