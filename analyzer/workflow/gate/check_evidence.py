"""All that a change is judged by, put together from what its sides hold."""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from functools import partial

from analyzer import limits
from analyzer.analysis.gate.allowed_findings import read_allowances
from analyzer.analysis.gate.fix_steps import FixSteps
from analyzer.analysis.gate.new_files import lying_in
from analyzer.analysis.gate.reviewed_change import OTHER_TEXT, ReviewedChange
from analyzer.analysis.gate.schema_change import SchemaChange
from analyzer.analysis.gate.schema_lines import lines_after, lines_back, texts_back
from analyzer.frameworks.path_names import folder_or_file
from analyzer.model.gate.gate import Allowance, Changes, Moved, OtherBranch, Sides
from analyzer.model.gate.recorded_renames import RecordedRenames, record_path
from analyzer.records import Struct
from analyzer.sources.history.two_points import held_until, merge_base
from analyzer.workflow.gate.check_base import Base, no_common_commit
from analyzer.workflow.gate.check_comparison import GateComparison
from analyzer.workflow.gate.check_protected import Protected
from analyzer.workflow.gate.check_returned import Returned, last_text, last_texts
from analyzer.workflow.gate.check_sides import Reader
from analyzer.workflow.gate.schema_files.check_schema import SchemaReader
from analyzer.workflow.reading.recorded import read_recorded


class EvidenceReader(Struct, frozen=True):
    """Reads what the rules look at beside the migrations; ``reader`` shows the change to judge."""

    compared: GateComparison
    reader: Reader
    returned: Sequence[Returned] = ()

    def of(self, sides: Sides, changes: Changes, protected: Protected) -> ReviewedChange:
        """All that the change is judged by."""
        compared = self.compared
        new = (*changes.added, *(one.new for one in changes.moved))
        compared.forecasts.expect(new, last_texts(self.returned))
        paths = {file.path for file in new}
        paths |= {one.path for one in sides.head.ignored}
        recorded = tuple(self._recorded())
        paths |= {now.path for _, now in recorded}
        now = compared.request.now
        schema = tuple(self._schema(sides, changes))
        return ReviewedChange(
            sides=sides,
            changes=changes,
            groups=tuple(frozenset(group) for group in compared.groups),
            fixes=self._fixes(paths, schema, changes),
            framework=compared.framework,
            now=f"{now:%Y%m%d%H%M%S}",
            tomorrow=f"{now + timedelta(days=1):%Y%m%d%H%M%S}",
            protected=protected,
            unrun=protected.unrun,
            texts=compared.texts,
            content_at_head=lambda path: self.reader.file_at_head(path) or b"",
            merged_database=compared.forecasts.merged_database,
            last_text=partial(last_text, compared)  # rows tell better what ran
            if protected.rows is None
            else (lambda _: None),
            text_until=partial(held_until, compared.repository, compared.span.start),
            returned=last_texts(self.returned),
            recorded=recorded,
            schema=schema,
            others=tuple(self._others(sides)),
            allowances=tuple(self._allowances(changes)),
        )

    def _fixes(
        self, paths: Collection[str], schema: Sequence[SchemaChange], changes: Changes
    ) -> FixSteps:
        """What makes steps; ``paths`` are those that git may not know yet."""
        compared = self.compared
        alone = len(changes.added) + len(changes.moved) == 1
        return FixSteps(
            compared.span.start,
            self.reader.untracked(paths) if paths else (),
            compared.work.unsaved,
            compared.work.exists,
            compared.framework.files.way_back,
            partial(lines_back, schema, changes.moved),
            partial(folder_or_file, compared.framework.files),
            partial(lines_after, schema, alone=alone),
            compared.commit_for,
            partial(texts_back, schema, changes.moved, self._does_more),
        )

    def _does_more(self, moved: Moved) -> bool:
        return self.compared.texts.edit_of(moved.old.blob, moved.new.blob) in OTHER_TEXT

    def _allowances(self, changes: Changes) -> Iterator[Allowance]:
        comment = self.compared.framework.language.comment
        for file in changes.added:
            yield from read_allowances(file.path, self.reader.content(file.blob), b"", comment)
        for moved in (*changes.moved, *changes.edited):
            before = self.reader.content(moved.old.blob)
            after = self.reader.content(moved.new.blob)
            yield from read_allowances(moved.new.path, after, before, comment)

    def _recorded(self) -> Iterator[tuple[RecordedRenames, RecordedRenames]]:
        """Each application's recorded renames: before the change, and with it."""
        for path in dict.fromkeys(record_path(group[0]) for group in self.compared.groups):
            now = read_recorded(self._record_at_head, path)
            if not now.there and not self._may_be_gone(path):
                continue
            before = read_recorded(self._record_at_start, path)
            if now.there or before.there:
                yield before, now

    def _may_be_gone(self, path: str) -> bool:
        """Whether the change may have taken a file away: git knows, but for the working tree."""
        reader = self.compared.reader
        return reader.head.work_tree or path in reader.changed(self.compared.span.start)

    def _record_at_head(self, path: str) -> bytes | None:
        return self.reader.file_at_head(path, limits.RECORD_BYTES.most + 1)

    def _record_at_start(self, path: str) -> bytes | None:
        return self.reader.file_at(self.compared.span.start, path, limits.RECORD_BYTES.most + 1)

    def _schema(self, sides: Sides, changes: Changes) -> Iterator[SchemaChange]:
        """Read each application's schema files before the change and with it."""
        for group in self.compared.groups:
            then = lying_in(sides.start.files, group)
            edited = {it.new.path: it.new for it in changes.edited}
            mine = [edited.get(it.path, it) for it in lying_in(changes.merged, group)]
            read = SchemaReader(
                self.reader,
                self.compared.span.start,
                then,
                changes,
                self.compared.texts,
                self.compared.forecasts,
            )
            yield from read.changes(group[0], mine)

    def _others(self, sides: Sides) -> Iterator[OtherBranch]:
        for name in self.compared.options.also:
            commit = self.compared.repository.resolve(name)
            start = merge_base(self.compared.repository, commit, self.compared.span.base.commit)
            if start is None:
                raise no_common_commit(
                    self.compared.repository,
                    Base(commit, name, chosen=True),
                    self.compared.span.base.name,
                )
            files = self.reader.at_commit(commit, name, self.compared.folders).files
            known = {file.path for file in (*sides.tip.files, *sides.start.files)}
            added = tuple(file for file in files if file.path not in known)
            yield OtherBranch(name, added, self.compared.texts.tables_created(added))
