"""The gate: from a change to what it does to migrations that others may have run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from analyzer import limits
from analyzer.analysis.gate import Question, judge
from analyzer.analysis.gate_allow import read_allowances
from analyzer.analysis.gate_changes import find_changes
from analyzer.analysis.gate_commands import Mender
from analyzer.errors import RepositoryError, UsageError
from analyzer.frameworks import rails
from analyzer.model.gate import (
    Allowance,
    Changes,
    GateReport,
    OtherBranch,
    RecordedRenames,
    SchemaFacts,
    Sides,
)
from analyzer.model.migration import MigrationFile
from analyzer.parsing.inflection import underscore
from analyzer.parsing.schema_versions import read_schema_versions
from analyzer.sources.comparison import added_between, merge_base
from analyzer.sources.git import Repository, open_repository
from analyzer.sources.tree import build_file_set
from analyzer.workflow.check_base import Base, demand_base, find_base, no_common_commit
from analyzer.workflow.check_reading import Texts
from analyzer.workflow.check_settings import read_settings
from analyzer.workflow.check_sides import Head, Reader, index_of_commit_hook, read_sides
from analyzer.workflow.recorded import read_recorded, record_path
from analyzer.workflow.request import Request

_SCHEMA_FILES = ("schema.rb", "structure.sql")


@dataclass(frozen=True, slots=True)
class GateWish:
    """What is to be compared; each field mirrors the option of its name."""

    base: str | None = None
    staged: bool = False
    since: str | None = None
    also: tuple[str, ...] = ()


def check(request: Request, wish: GateWish, environment: Mapping[str, str]) -> GateReport:
    """Say what a change does to merged migrations, and whether its new ones will do.

    Raises:
        AnalyzerError: there is nothing to compare with, or something cannot be read.
    """
    repository = open_repository(request.repo)
    try:
        return _Check(repository, request, wish, environment).report()
    finally:
        repository.close()


@dataclass(frozen=True, slots=True)
class _Span:
    """From where to where: ``base`` is what the order is compared with."""

    base: Base
    start: str
    since: str | None


class _Check:
    """One run of the gate; each thing is read once."""

    def __init__(
        self,
        repository: Repository,
        request: Request,
        wish: GateWish,
        environment: Mapping[str, str],
    ) -> None:
        self.repository, self.request, self.wish = repository, request, wish
        self.head = _head(repository, request, wish)
        self.reader = Reader(repository, self.head)
        self.texts = Texts(self.reader.content)
        self.settings = read_settings(
            lambda path: self.reader.file_at_head(path, limits.SETTINGS_BYTES.most + 1)
        )
        self.span = self._span(environment)
        self.groups = self._groups()
        self.folders = tuple(folder for group in self.groups for folder in group)

    def report(self) -> GateReport:
        """Read, compare, judge."""
        sides = read_sides(self.reader, self.span.start, self.span.base.commit, self.folders)
        rows = self._applied()
        if rows is not None:
            sides = self._with_gone(sides, rows)
        changes = find_changes(sides, self.texts.pair)
        verdict = judge(self._question(sides, changes, rows), self.settings.severities)
        return GateReport(
            str(self.repository.path), self.span.base.name, self.span.base.commit, self.span.start,
            self.head.name, self.folders, len(sides.start.files), len(changes.added),
            verdict.findings, verdict.allowed, tuple(self._notes(changes)),
        )  # fmt: skip

    # What is compared

    def _span(self, environment: Mapping[str, str]) -> _Span:
        given = self.wish.base or self.settings.base
        base = find_base(self.repository, given, environment)
        since = self.repository.resolve(self.wish.since) if self.wish.since else None
        if since is not None and (base is None or not base.chosen):
            released = Base(since, str(self.wish.since), chosen=True)
            return _Span(base or released, self._start(released), since)
        if base is None and self.head.staged and not self.repository.has_remote_branches:
            base = Base(self.head.commit, "HEAD, as there is no remote branch", chosen=False)
        base = demand_base(base, environment)
        return _Span(base, self._start(base), since)

    def _start(self, base: Base) -> str:
        if base.commit == self.head.commit:
            return base.commit
        start = merge_base(self.repository, base.commit, self.head.commit)
        if start is None:
            raise no_common_commit(self.repository, base, self.head.name)
        return start

    def _groups(self) -> tuple[tuple[str, ...], ...]:
        named = self.request.directories or self.settings.folders
        if not named:
            return self.reader.folders(self.span.start)
        from analyzer.sources.links import follow_links
        from analyzer.workflow.reading import folder_from_root  # with all that reads a work tree

        commit = None if self.head.work_tree else self.head.commit
        folders = tuple(
            follow_links(self.repository, commit, folder_from_root(folder)) for folder in named
        )
        for folder in folders:
            self._demand(folder)
        return (folders,)

    def _demand(self, folder: str) -> None:
        """A folder that is on neither side is most likely misspelt."""
        there = self.reader.at_head([folder]), self.reader.at_commit(self.span.start, "", [folder])
        if not any(side.files or side.ignored for side in there):
            raise RepositoryError(
                f"no folder {folder!r} in {self.head.name}, nor before",
                why="it is counted from the repository's root, not from the current folder",
                fix="find it with: git ls-files '*db/migrate*'",
            )

    # Who may have run what

    def _applied(self) -> frozenset[int] | None:
        request = self.request
        if request.rows is None and request.database_url is None and not request.exec_prefix:
            return None
        from analyzer.workflow.reading import read_rows  # see above

        return frozenset(row.version.number for row in read_rows(request).rows)

    def _with_gone(self, sides: Sides, rows: frozenset[int]) -> Sides:
        """With what the change itself added and took away again, and what ran in between."""
        there = {file.version.number for side in (sides.start, sides.head) for file in side.files}
        entries = added_between(
            self.repository, self.span.start, self.head.commit, self.folders
        ) if rows - there and self.folders else ()  # fmt: skip
        ran = build_file_set(
            entries, framework=rails, ref="", commit=None, directories=self.folders
        )
        gone = {
            file.version.number: file for file in ran.files if file.version.number in rows - there
        }.values()
        return Sides(
            replace(sides.start, files=(*sides.start.files, *gone)), sides.head,
            replace(sides.tip, files=(*sides.tip.files, *gone)),
        )  # fmt: skip

    def _protected(self, rows: frozenset[int] | None) -> "_Protected":
        released = None
        if self.span.since is not None:
            files = self.reader.at_commit(self.span.since, "since", self.folders).files
            released = frozenset(file.version.number for file in files)
        return _Protected(self.settings.start_after, rows, released)

    # What is asked

    def _question(self, sides: Sides, changes: Changes, rows: frozenset[int] | None) -> Question:
        paths = {file.path for file in (*changes.added, *(one.new for one in changes.moved))}
        paths |= {one.path for one in sides.head.ignored}
        now = self.request.now
        return Question(
            sides=sides,
            changes=changes,
            groups=tuple(frozenset(group) for group in self.groups),
            mend=Mender(self.span.start, self.reader.untracked(paths) if paths else ()),
            migrate=rails.migrate,
            now=f"{now:%Y%m%d%H%M%S}",
            tomorrow=f"{now + timedelta(days=1):%Y%m%d%H%M%S}",
            protected=self._protected(rows),
            texts=self.texts,
            content_at_head=lambda path: self.reader.file_at_head(path) or b"",
            camelize=rails.camelize,
            snake=underscore,
            recorded=tuple(self._recorded()),
            schema=tuple(self._schema_facts()),
            others=tuple(self._others(sides)),
            allowances=tuple(self._allowances(changes)),
        )

    def _allowances(self, changes: Changes) -> Iterator[Allowance]:
        for file in changes.added:
            yield from read_allowances(file.path, self.reader.content(file.blob), b"")
        for moved in (*changes.moved, *changes.edited):
            before = self.reader.content(moved.old.blob)
            after = self.reader.content(moved.new.blob)
            yield from read_allowances(moved.new.path, after, before)

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

    def _schema_facts(self) -> Iterator[tuple[int, SchemaFacts, SchemaFacts]]:
        """For each application by its index: what each schema file said before, and says now."""
        for index, group in enumerate(self.groups):
            lead = group[0].rpartition("/")[0]
            for name in _SCHEMA_FILES:
                path = f"{lead}/{name}" if lead else name
                now = self.reader.whole_at_head(path)
                if now is not None:
                    before = self.reader.whole_at(self.span.start, path)
                    yield index, _facts(path, before), _facts(path, now)

    def _others(self, sides: Sides) -> Iterator[OtherBranch]:
        for name in self.wish.also:
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

    def _notes(self, changes: Changes) -> Iterator[str]:
        if not self.folders:
            yield "no migration folder is touched by the change"
        large = [
            file.path for file in (*changes.added, *(one.new for one in changes.edited))
            if self.reader.is_large(file.blob)
        ]  # fmt: skip
        if large:
            yield f"larger than 1 MB, and read to there only: {', '.join(large)}"


@dataclass(frozen=True, slots=True)
class _Protected:
    """Whether somebody may have run a migration."""

    start_after: int | None
    rows: frozenset[int] | None
    released: frozenset[int] | None

    def __call__(self, file: MigrationFile) -> bool:
        number = file.version.number
        if self.start_after is not None and number <= self.start_after:
            return False
        if self.rows is None and self.released is None:
            return True
        return number in (self.rows or ()) or number in (self.released or ())


def _head(repository: Repository, request: Request, wish: GateWish) -> Head:
    if wish.staged and (request.ref is not None or repository.work_tree is None):
        raise UsageError(
            "--staged checks what is about to be committed",
            why="--ref names a commit" if request.ref else "a bare repository has no index",
            fix="leave out --staged" if repository.work_tree is None else "leave out one of them",
        )
    if request.ref is not None or repository.work_tree is None:
        ref = request.ref or "HEAD"
        return Head(repository.resolve(ref), ref)
    commit = repository.resolve("HEAD")
    if wish.staged:
        index = index_of_commit_hook(repository)
        if index is not None:
            repository.use_index(index)
        return Head(commit, "what is staged", staged=True)
    return Head(commit, "the working tree", work_tree=True)


def _facts(path: str, content: bytes | None) -> SchemaFacts:
    found = read_schema_versions(path, "", content or b"")
    if found is None:
        return SchemaFacts(path, None)
    whole = frozenset(found.numbers) if found.whole else None
    return SchemaFacts(path, max(found.numbers, default=None), whole)
