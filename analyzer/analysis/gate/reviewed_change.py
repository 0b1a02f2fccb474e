"""A change under review: all that the gate's rules look at."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from analyzer.analysis.gate.fix_steps import FixSteps
from analyzer.analysis.gate.new_files import NewFiles, lying_in, within
from analyzer.analysis.gate.next_versions import Numbers
from analyzer.analysis.gate.schema_change import SchemaChange
from analyzer.analysis.renames.decisions import PairIndex
from analyzer.analysis.renames.recorded import compose
from analyzer.frameworks.base import Framework
from analyzer.frameworks.ports.numbering import Numbering
from analyzer.model.core.migration import MigrationFile
from analyzer.model.gate.gate import (
    Allowance,
    Changes,
    EditKind,
    Late,
    Moved,
    OtherBranch,
    Sides,
    Squash,
    TooEarly,
    Touched,
)
from analyzer.model.gate.recorded_renames import RecordedRename, RecordedRenames
from analyzer.model.plans.gate_steps import Steps
from analyzer.records import Struct, field, replace

if TYPE_CHECKING:
    from analyzer.analysis.gate.merged_database import MergedDatabase
    from analyzer.model.effects.effect import Parsed
    from analyzer.model.findings.finding import Finding

Protected = Callable[[MigrationFile], bool]


class LastText(Struct, frozen=True):
    """What a path that is gone held last: a content's id, and the commit without it.

    ``brought`` are the paths that this commit brought, of which one may be its new name.
    """

    blob: str
    commit: str
    brought: frozenset[str] = frozenset()


class ChangeContents(Protocol):
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


class ReviewedChange(Struct, frozen=True):
    """All that a change is judged by.

    ``groups`` are the folders of each application. ``protected`` says whether somebody may have run
    a migration. ``recorded`` holds for each record what it said before and says now. ``now`` and
    ``tomorrow`` are timestamps. ``unrun`` are paths of merged files that cannot have run.
    ``last_text`` gives the last content that merged history had at a path that is gone, and the
    commit that took it away; ``text_until`` the commit until which a path had a text, by its id;
    ``returned`` the same as ``last_text`` of migrations that come back as they were
    merged, by path. ``merged_database`` gives what merged migrations add up to, as far as
    new ones touch it.
    """

    sides: Sides
    changes: Changes
    groups: tuple[frozenset[str], ...]
    fixes: FixSteps
    framework: Framework
    now: str
    tomorrow: str
    protected: Protected
    texts: ChangeContents
    content_at_head: Callable[[str], bytes]
    merged_database: Callable[[Sequence[MigrationFile], Sequence[MigrationFile]], "MergedDatabase"]
    last_text: Callable[[str], "LastText | None"] = lambda _: None
    text_until: Callable[[str, str], str | None] = lambda *_: None
    returned: Mapping[str, LastText] = field(default_factory=dict)
    recorded: tuple[tuple[RecordedRenames, RecordedRenames], ...] = ()
    schema: tuple[SchemaChange, ...] = ()
    others: tuple[OtherBranch, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    unrun: frozenset[str] = frozenset()

    @property
    def migrate(self) -> str:
        """The framework's command, for messages."""
        return self.framework.commands.migrate

    def merged_with(self, file: MigrationFile) -> list[MigrationFile]:
        """The merged migrations of a file's application, in the order in which they run."""
        group = next((one for one in self.groups if within(file, one)), frozenset[str]())
        return self.merged_in(group)

    def merged_in(self, group: Collection[str]) -> list[MigrationFile]:
        """The merged migrations in an application's folders that may have run."""
        merged = lying_in(self.sides.tip.files, group)
        return [one for one in merged if one.path not in self.unrun] if self.unrun else merged


OTHER_TEXT = frozenset({EditKind.EFFECTS, EditKind.UNKNOWN})


class Review:
    """A change under review, with what has been found so far."""

    def __init__(self, change: ReviewedChange, squashes: Sequence[Squash]) -> None:
        self.change, self.squashes = change, squashes
        self.new = _new_files(change, squashes)
        self.found: list[Finding] = []
        self._into = {old.path: squash for squash in squashes for old in squash.replaced}
        self._reasons = [reasons_in(now, change.framework.numbering) for _, now in change.recorded]

    def squash_of(self, deleted: MigrationFile) -> Squash | None:
        """The new file that holds a deleted one's work."""
        return self._into.get(deleted.path)

    def undone_squash(self, deleted: MigrationFile) -> Squash | None:
        """What a deleted file replaced, where that comes back in its stead."""
        change = self.change
        back = {path for path, last in change.returned.items() if deleted.path in last.brought}
        if not back:
            return None
        from analyzer.analysis.gate.squash_detection import find_squashes

        files = tuple(file for file in change.sides.head.files if file.path in back)
        once = replace(change.changes, moved=(), deleted=files, added=(deleted,))
        ran = [file for file in change.merged_with(deleted) if file != deleted]
        found = find_squashes(
            once, lambda pending: change.merged_database(ran, pending), change.texts.parsed
        )
        return next((it for it in found if it.sound and len(it.replaced) == len(files)), None)

    def record_of(self, moved: Moved) -> RecordedRename | None:
        """The record, with a reason, that allows a rename."""
        found = (record.of(moved.old, moved.new) for record in self._reasons)
        return next((one for one in found if one is not None), None)

    def until(self, moved: Moved) -> str | None:
        """The commit until which a migration had the name that it gets back.

        Its text is the one that it had then, or that commit renamed it and the text stays as it is.
        None where it gets another name, or where the team recorded that it is to keep its own.
        """
        change = self.change
        recorded = (chains_in(then, change.framework.numbering) for then, _ in change.recorded)
        if any(record.of(moved.new, moved.old) is not None for record in recorded):
            return None
        last = change.last_text(moved.new.path)
        if last is None:
            return None
        keys = change.framework.keys
        if keys is not None and not keys.told_by_path:  # the text tells the version
            return last.commit if last.blob == moved.new.blob else None
        same = change.texts.edit_of(last.blob, moved.new.blob) not in OTHER_TEXT
        return last.commit if same or self._was_renamed(moved, last) else None

    def _was_renamed(self, moved: Moved, last: LastText) -> bool:
        """Whether the commit that took the name away gave it this one, and the text stays so."""
        old, new, texts = moved.old, moved.new, self.change.texts
        if old.path not in last.brought or old.name.slug != new.name.slug:
            return False
        words = [
            self.change.framework.language.read_subject(texts.content(blob))[1]
            for blob in (last.blob, old.blob)
        ]
        alike = 2 * (words[0] & words[1]).total() >= max(it.total() for it in words) > 0
        return alike and texts.edit_of(old.blob, new.blob) not in OTHER_TEXT

    def schema_back(self, file: MigrationFile) -> Steps:
        """The steps that give schema files the text of before, where a file goes back to it."""
        change = self.change
        paths = (
            it.now.path
            for it in change.schema
            if it.changed and it.live and any(file.folder == one.folder for one in it.files)
        )
        return tuple(step for path in paths for step in change.fixes.bring_back(path))

    def paths_with(self, *codes: str) -> set[str]:
        """The paths that have been found to break one of the rules."""
        return {finding.path for finding in self.found if finding.code in codes and finding.path}


def reasons_in(recorded: RecordedRenames, numbering: Numbering) -> PairIndex[RecordedRename]:
    """The records that allow a rename: those with a reason, by what they rename."""
    return PairIndex((one for one in recorded.renames if one.reason), numbering)


def chains_in(recorded: RecordedRenames, numbering: Numbering) -> PairIndex[RecordedRename]:
    """The same with each rename as far as later ones lead."""
    reasoned = [one for one in recorded.renames if one.reason]
    return PairIndex([*reasoned, *compose(reasoned, numbering)], numbering)


def _new_files(change: ReviewedChange, squashes: Sequence[Squash]) -> NewFiles:
    return NewFiles(
        change.changes,
        lambda file: change.texts.content(file.blob),
        change.fixes,
        Numbers(_issued(change)),
        change.framework,
        {squash.file.path: squash for squash in squashes},
        change.schema,
    )


def _issued(change: ReviewedChange) -> Iterator[str]:
    """Versions for new files, counted from all files once the first is asked for."""
    passing = {file.path for file in change.changes.added} | _going_back(change)
    others = [file for branch in change.others for file in branch.added]
    everything = (*change.changes.merged, *change.sides.start.files, *others)
    yield from change.framework.numbering.issue(
        [file.version for file in everything if file.path not in passing],
        [file.version.key for file in everything],
        change.now,
    )


def _going_back(change: ReviewedChange) -> set[str]:
    """The paths of renamed files that get their old names back: nothing is to follow them."""
    stay = [reasons_in(now, change.framework.numbering) for _, now in change.recorded]
    return {
        moved.new.path
        for moved in change.changes.moved
        if all(record.of(moved.old, moved.new) is None for record in stay)
    }
