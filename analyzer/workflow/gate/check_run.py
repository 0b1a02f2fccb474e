"""One run of the gate: what is compared, who may have run what, what is asked."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.analysis.gate.allowed_findings import read_allowances
from analyzer.analysis.gate.change_detection import find_changes, without_unrun
from analyzer.analysis.gate.fix_steps import FixSteps
from analyzer.analysis.gate.new_files import within
from analyzer.analysis.gate.review import review
from analyzer.analysis.gate.reviewed_change import ReviewedChange
from analyzer.analysis.gate.rules.registry import GATE_RULES
from analyzer.analysis.gate.schema_change import SchemaChange
from analyzer.analysis.gate.tried_commands import with_tried_commands
from analyzer.errors import RepositoryError, UsageError
from analyzer.frameworks.base import Framework
from analyzer.frameworks.registry import chosen_frameworks
from analyzer.model.core.environments import TypedPlace
from analyzer.model.core.version import VersionKey
from analyzer.model.findings.finding import Finding
from analyzer.model.gate.gate import (
    Allowance,
    Changes,
    GateReport,
    OtherBranch,
    Sides,
)
from analyzer.model.gate.recorded_renames import RecordedRenames
from analyzer.model.plans.gate_steps import Steps
from analyzer.records import Struct, replace
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import build_file_set
from analyzer.sources.history.comparison import added_between, cut_since, merge_base
from analyzer.workflow.gate.check_base import Base, demand_base, no_common_commit
from analyzer.workflow.gate.check_forecast import ForecastReader
from analyzer.workflow.gate.check_protected import Protected, unrun_files
from analyzer.workflow.gate.check_reading import ChangeTexts
from analyzer.workflow.gate.check_recognition import demand_known_folders, demand_some_application
from analyzer.workflow.gate.check_saved import UnsavedWork
from analyzer.workflow.gate.check_schema import SchemaReader
from analyzer.workflow.gate.check_settings import judging_settings
from analyzer.workflow.gate.check_sides import Reader, head_of, read_sides
from analyzer.workflow.reading.recorded import read_recorded, record_path
from analyzer.workflow.reading.request import Request

if TYPE_CHECKING:
    from analyzer.model.findings.across import UnreadEnvironment
    from analyzer.workflow.gate.check_noted import Applied


class GateOptions(Struct, frozen=True):
    """The options of a check; each field mirrors the option of its name."""

    base: str | None = None
    staged: bool = False
    since: str | None = None
    also: tuple[str, ...] = ()
    typed: TypedPlace = TypedPlace()  # the environments whose rows count as deployed


class _Span(Struct, frozen=True):
    """From where to where: ``base`` is what the order is compared with."""

    base: Base
    start: str
    since: str | None


class GateRun:
    """One run of the gate; each thing is read once."""

    def __init__(
        self,
        repository: Repository,
        request: Request,
        options: GateOptions,
        environment: Mapping[str, str],
        reader: Reader | None = None,
    ) -> None:
        self.repository, self.request, self.options = repository, request, options
        self.unread: tuple[UnreadEnvironment, ...] = ()
        self.environment = environment
        self.reader = reader or Reader(
            repository,
            head_of(repository, request.ref, staged=options.staged),
            chosen_frameworks(request.framework),
        )
        self.head = self.reader.head
        since = self._released
        self.settings, base = judging_settings(self.reader, options, environment, since)
        self.span = self._span(base, since)
        self.work = UnsavedWork(repository, (self.head.commit, self.span.start))
        if request.framework is None and self.settings.framework is not None:
            self.reader.frameworks = chosen_frameworks(self.settings.framework)
        self.groups = self._groups()
        self.framework = self.reader.framework
        self.texts = ChangeTexts(self.reader.content, self.framework)
        self.folders = tuple(folder for group in self.groups for folder in group)
        demand_known_folders(self.reader, self.span.start, self.folders)

    def tried_report(self) -> GateReport:
        """The report, with commands that have been carried out in memory."""
        report = self.report()
        if not any(finding.steps for finding in report.findings):
            return report
        return replace(report, findings=with_tried_commands(report.findings, self.attempt))

    def report(self) -> GateReport:
        """Read, compare, judge."""
        sides = read_sides(self.reader, self.span.start, self.span.base.commit, self.folders)
        applied = self._applied()
        rows = None if applied is None else applied.rows
        if rows is not None:
            sides = self._with_gone(sides, rows)
        unrun = unrun_files(self.repository, self.span.start, sides, self.groups)
        if applied is not None:
            unrun |= applied.never_ran(sides.start.files, self.framework, self.reader.content)
        changes = without_unrun(find_changes(sides, self.texts.pair), unrun)
        self.sides, self.changes = sides, changes
        self.reviewed = self._reviewed(sides, changes, self._protected(rows, unrun))
        verdict = review(self.reviewed, self.settings.severities)
        return GateReport(
            str(self.repository.path),
            self.span.base.name,
            self.span.base.commit,
            self.span.start,
            self.head.name,
            self.folders,
            len(sides.start.files),
            len(changes.added),
            verdict.findings,
            verdict.allowed,
            tuple(self._notes(sides, changes)),
            GATE_RULES,
            self.unread,
        )

    def attempt(self, told: Sequence[Steps]) -> Sequence[Finding] | None:
        """Judge the change again, with steps carried out in memory; None where one fails."""
        from analyzer.workflow.gate.check_trial import StepFailsError, TrialReader

        reader = TrialReader(self.reader)
        try:
            reader.carry_out(step for steps in told for step in steps)
        except StepFailsError:
            return None
        again = GateRun(self.repository, self.request, self.options, self.environment, reader)
        return again.report().findings

    # What is compared

    @property
    def _released(self) -> str | None:
        """The commit of --since."""
        return self.repository.resolve(self.options.since) if self.options.since else None

    def _span(self, base: Base | None, since: str | None) -> _Span:
        if since is not None and (base is None or not base.chosen):
            released = Base(since, str(self.options.since), chosen=True)
            return _Span(base or released, self._start(released), since)
        if base is None and self.head.staged and not self.repository.has_remote_branches:
            base = Base(self.head.commit, "HEAD, as there is no remote branch", chosen=False)
        base = demand_base(base, self.environment)
        return _Span(base, self._start(base), since)

    def _start(self, base: Base) -> str:
        if base.commit == self.head.commit:
            return base.commit
        start = merge_base(self.repository, base.commit, self.head.commit)
        tips = (base.commit, self.head.commit)
        if start is None or cut_since(self.repository, start, tips):
            raise no_common_commit(self.repository, base, self.head.name)
        return start

    def _groups(self) -> tuple[tuple[str, ...], ...]:
        named = self.request.directories or self.settings.folders
        if not named:
            return self._touched()
        from analyzer.sources.git.links import follow_links
        from analyzer.workflow.reading.reading import (
            folder_from_root,  # with all that reads a work tree
        )

        commit = None if self.head.work_tree else self.head.commit
        folders = tuple(
            follow_links(self.repository, commit, folder_from_root(folder, self.reader.framework))
            for folder in named
        )
        self.reader.frameworks = self._owners(folders)
        for folder in folders:
            self._demand(folder)
        return (folders,)

    def _touched(self) -> tuple[tuple[str, ...], ...]:
        """The folders of each application that the change touches, of the one framework."""
        applications = self.reader.applications(self.span.start)
        if len({it.framework.name for it in applications}) > 1:
            applications = self.reader.of_touched(self.span.start, applications)
        owners = tuple(dict.fromkeys(it.framework for it in applications))
        self._demand_one(owners)
        self.reader.frameworks = owners or self.reader.frameworks
        return tuple(tuple(sorted({*it.directories, *it.siblings})) for it in applications)

    def _demand_one(self, owners: Sequence[Framework]) -> None:
        if owners[1:]:
            names = [it.name for it in owners]
            raise UsageError(
                f"the change touches migrations of {' and of '.join(names)}",
                why="each has rules and a version table of its own, and is judged by itself",
                fix="run it once for each: " + ", ".join(f"--framework {it}" for it in names),
            )

    def _owners(self, folders: Sequence[str]) -> tuple[Framework, ...]:
        """Whose the files in the named folders are; of the likeliest where there is none."""
        found = [
            it
            for it in self.reader.frameworks
            if self.reader.has_migrations(self.span.start, it, folders)
        ]
        self._demand_one(found)
        return tuple(found) or tuple(self.reader.frameworks)

    def _demand(self, folder: str) -> None:
        """A folder that is on neither side is most likely misspelt."""
        there = self.reader.at_head([folder]), self.reader.at_commit(self.span.start, "", [folder])
        if not any(side.files or side.ignored for side in there):
            raise RepositoryError(
                f"no folder {folder!r} in {self.head.name}, nor before",
                why="it is counted from the repository's root, not from the current folder",
                fix=f"find it with: git ls-files '*{self.reader.framework.files.usual}*'",
            )

    # Who may have run what

    def _applied(self) -> "Applied | None":
        """What ran anywhere; None where nothing tells, and every merged migration may have."""
        request = self.request
        if self.options.typed.asks_by_name:
            from analyzer.workflow.gate.check_environments import read_ran_anywhere

            ran = read_ran_anywhere(self)
            self.unread = ran.unread
            return ran.applied
        if request.rows is None and request.database_url is None and not request.exec_prefix:
            return None
        from analyzer.workflow.gate.check_noted import read_applied  # with the engines

        return read_applied(request, self.framework)

    def _with_gone(self, sides: Sides, rows: frozenset[VersionKey]) -> Sides:
        """With what the change itself added and took away again, and what ran in between."""
        there = {file.version.key for side in (sides.start, sides.head) for file in side.files}
        entries = (
            added_between(self.repository, self.span.start, self.head.commit, self.folders)
            if rows - there and self.folders
            else ()
        )
        ran = build_file_set(
            entries, framework=self.framework, ref="", commit=None, directories=self.folders
        )
        gone = {
            file.version.key: file for file in ran.files if file.version.key in rows - there
        }.values()
        return Sides(
            replace(sides.start, files=(*sides.start.files, *gone)),
            sides.head,
            replace(sides.tip, files=(*sides.tip.files, *gone)),
        )

    def _protected(self, rows: frozenset[VersionKey] | None, unrun: frozenset[str]) -> Protected:
        released = None
        if self.span.since is not None:
            files = self.reader.at_commit(self.span.since, "since", self.folders).files
            released = frozenset(file.version.key for file in files)
        after = self.settings.start_after
        start = None if after is None else self.framework.numbering.typed(after)
        return Protected(start, rows, released, unrun)

    # What is asked

    def _reviewed(self, sides: Sides, changes: Changes, protected: Protected) -> ReviewedChange:
        paths = {file.path for file in (*changes.added, *(one.new for one in changes.moved))}
        paths |= {one.path for one in sides.head.ignored}
        recorded = tuple(self._recorded())
        paths |= {now.path for _, now in recorded}
        now = self.request.now
        return ReviewedChange(
            sides=sides,
            changes=changes,
            groups=tuple(frozenset(group) for group in self.groups),
            fixes=FixSteps(
                self.span.start,
                self.reader.untracked(paths) if paths else (),
                self.work.unsaved,
                self.work.exists,
            ),
            framework=self.framework,
            now=f"{now:%Y%m%d%H%M%S}",
            tomorrow=f"{now + timedelta(days=1):%Y%m%d%H%M%S}",
            protected=protected,
            unrun=protected.unrun,
            texts=self.texts,
            content_at_head=lambda path: self.reader.file_at_head(path) or b"",
            merged_database=ForecastReader(
                self.repository, self.span.base.commit, self.texts, self.framework
            ).merged_database,
            recorded=recorded,
            schema=tuple(self._schema(sides, changes)),
            others=tuple(self._others(sides)),
            allowances=tuple(self._allowances(changes)),
        )

    def _allowances(self, changes: Changes) -> Iterator[Allowance]:
        comment = self.framework.language.comment
        for file in changes.added:
            yield from read_allowances(file.path, self.reader.content(file.blob), b"", comment)
        for moved in (*changes.moved, *changes.edited):
            before = self.reader.content(moved.old.blob)
            after = self.reader.content(moved.new.blob)
            yield from read_allowances(moved.new.path, after, before, comment)

    def _recorded(self) -> Iterator[tuple[RecordedRenames, RecordedRenames]]:
        """Each application's recorded renames: before the change, and with it."""
        for path in dict.fromkeys(record_path(group[0]) for group in self.groups):
            now = read_recorded(self._record_at_head, path)
            if now.there:
                yield read_recorded(self._record_at_start, path), now

    def _record_at_head(self, path: str) -> bytes | None:
        return self.reader.file_at_head(path, limits.RECORD_BYTES.most + 1)

    def _record_at_start(self, path: str) -> bytes | None:
        return self.reader.file_at(self.span.start, path, limits.RECORD_BYTES.most + 1)

    def _schema(self, sides: Sides, changes: Changes) -> Iterator[SchemaChange]:
        """Read each application's schema files before the change and with it."""
        for group in self.groups:
            then = [file for file in sides.start.files if within(file, group)]
            mine = [file for file in changes.merged if within(file, group)]
            read = SchemaReader(self.reader, self.span.start, then)
            yield from read.changes(group[0], mine)

    def _others(self, sides: Sides) -> Iterator[OtherBranch]:
        for name in self.options.also:
            commit = self.repository.resolve(name)
            start = merge_base(self.repository, commit, self.span.base.commit)
            if start is None:
                raise no_common_commit(
                    self.repository, Base(commit, name, chosen=True), self.span.base.name
                )
            files = self.reader.at_commit(commit, name, self.folders).files
            known = {file.path for file in (*sides.tip.files, *sides.start.files)}
            added = tuple(file for file in files if file.path not in known)
            yield OtherBranch(name, added, self.texts.tables_created(added))

    def _notes(self, sides: Sides, changes: Changes) -> Iterator[str]:
        for it in self.unread:
            yield (
                f"environment {it.name} could not be read ({it.error.what}): every merged "
                "migration counts as deployed"
            )
        if not any(side.files or side.ignored for side in (sides.start, sides.head)):
            yield demand_some_application(self.reader, self.span.start)
        large = [
            file.path
            for file in (*changes.added, *(one.new for one in changes.edited))
            if self.reader.is_large(file.blob)
        ]
        if large:
            yield f"larger than 1 MB, and read to there only: {', '.join(large)}"
