"""What a change is compared with, and where: settled once, however often it is judged."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.engines.registry import USUAL, settle_sql
from analyzer.errors import RepositoryError, UsageError
from analyzer.frameworks.base import Framework
from analyzer.frameworks.registry import chosen_frameworks
from analyzer.model.core.environments import TypedPlace
from analyzer.model.core.migration import FileSet
from analyzer.model.core.version import VersionKey
from analyzer.model.gate.recorded_renames import record_path
from analyzer.records import Struct
from analyzer.sources.git.git import Repository
from analyzer.sources.history.two_points import cut_since, merge_base, taken_away
from analyzer.workflow.gate.check_base import Base, demand_base, no_common_commit
from analyzer.workflow.gate.check_forecast import ForecastReader, Mentions
from analyzer.workflow.gate.check_head import head_of
from analyzer.workflow.gate.check_protected import unrun_files
from analyzer.workflow.gate.check_reading import ChangeTexts
from analyzer.workflow.gate.check_recognition import demand_known_folders
from analyzer.workflow.gate.check_saved import UnsavedWork
from analyzer.workflow.gate.check_settings import judging_settings
from analyzer.workflow.gate.check_sides import Reader
from analyzer.workflow.places.ci_system import in_ci
from analyzer.workflow.reading.files.application import settle_words
from analyzer.workflow.reading.files.dialect import dialect_by, dialect_of
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


class GateSpan(Struct, frozen=True):
    """From where to where: ``base`` is what the order is compared with."""

    base: Base
    start: str
    since: str | None


class SeveralFrameworksError(UsageError):
    """A change touches migrations of several frameworks; ``names`` are theirs."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"the change touches migrations of {' and of '.join(names)}",
            why="each has rules and a version table of its own, and is checked by itself",
            fix="run it once for each: " + ", ".join(f"--framework {it}" for it in names),
        )
        self.names = tuple(names)


class GateComparison:
    """What is compared, by which settings, and what ran anywhere; each thing is read once."""

    def __init__(
        self,
        repository: Repository,
        request: Request,
        options: GateOptions,
        environment: Mapping[str, str],
    ) -> None:
        self.repository, self.request, self.options = repository, request, options
        self.unread: tuple[UnreadEnvironment, ...] = ()
        self.environment = environment
        self.brought: dict[str, frozenset[str]] = {}  # the paths that came, by commit, once asked
        self.reader = Reader(
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
        self.framework = self._named_packages()
        settle_sql(dialect_of(self.settings) or self._dialect() or USUAL)
        self.texts = ChangeTexts(self.reader.content, self.framework)
        self.folders = tuple(folder for group in self.groups for folder in group)
        self.reader.expect_at_head(self._files_beside())
        settle_words(self.framework, self.folders, self.reader.file_at_head)
        mentions = Mentions(repository, self.span.base.commit, self.folders)
        self.forecasts = ForecastReader(mentions, self.texts, self.framework)
        demand_known_folders(self.reader, self.span.start, self.folders)

    def _files_beside(self) -> Iterator[str]:
        """What is read one by one besides the migrations, so that it is listed together."""
        schema, words = self.framework.schema_file, self.framework.own_words
        for folder in (group[0] for group in self.groups):
            yield record_path(folder)
            yield from schema.beside(folder) if schema is not None else ()
            root = self.framework.files.root(folder)
            yield from words.word_files(root) if words is not None else ()

    def _named_packages(self) -> Framework:
        """The framework, as the files of the change call its packages; the reader reads by it."""
        from analyzer.frameworks.package_names import with_package_names
        from analyzer.frameworks.settings_obeyed import with_own_settings

        own, read = self.reader.framework, self.reader.file_at_head
        if own.packages is not None or own.settings is not None:
            folders = [folder for group in self.groups for folder in group]
            own = with_own_settings(with_package_names(own, folders, read), folders, read)
            self.reader.frameworks = (own,)
        return own

    @cached_property
    def applied(self) -> "Applied | None":
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

    def _dialect(self) -> str | None:
        """The engine that the application's own files name at the base."""
        file, top = self.framework.databases, self.repository.work_tree
        if file is None:
            return None

        def content_of(path: str) -> bytes | None:
            there = top is None or (top / path).is_file()  # git is asked where it may be there
            return self.reader.file_at(self.span.start, path) if there else None

        roots = map(self.framework.files.root, (it for group in self.groups for it in group))
        return dialect_by(file(), roots, content_of)

    # What was there before

    @cached_property
    def before(self) -> tuple[FileSet, FileSet]:
        """The migrations at the common commit, and at the base's tip."""
        start, tip = self.span.start, self.span.base.commit
        then = self.reader.at_commit(start, "start", self.folders)
        return then, then if tip == start else self.reader.at_commit(tip, "base", self.folders)

    @cached_property
    def unrun(self) -> frozenset[str]:
        """The paths of merged files that cannot have run."""
        return unrun_files(self.repository, self.span.start, self.before[0], self.groups)

    @cached_property
    def released(self) -> frozenset[VersionKey] | None:
        """The versions that the release of --since has; None where none was named."""
        if self.span.since is None:
            return None
        files = self.reader.at_commit(self.span.since, "since", self.folders).files
        return frozenset(file.version.key for file in files)

    @cached_property
    def taken_away(self) -> dict[str, tuple[str, str]]:
        """What merged history took away, by path: the last content, and the commit."""
        return taken_away(self.repository, self.span.start, self.folders)

    def commit_for(self, path: str) -> str | None:
        """An earlier commit with the text that a path has at the start; None where none is needed.

        A CI system checks out a merge with the base of that moment, which no other clone has.
        """
        point = self._branch_point
        if point is None:
            return None
        there, here = (self.reader.listings.at(it, path) for it in (point, self.span.start))
        return point if there is not None and here is not None and there.blob == here.blob else None

    @cached_property
    def _branch_point(self) -> str | None:
        """Where the branch left the base that a merge at the head merges it with."""
        if not in_ci(self.environment):
            return None
        told = self.repository.ask("rev-parse", "--verify", "--quiet", f"{self.head.commit}^2")
        if told is None:
            return None
        point = merge_base(self.repository, self.span.start, told.decode("ascii").strip())
        return None if point == self.span.start else point

    # What is compared

    @property
    def _released(self) -> str | None:
        """The commit of --since."""
        return self.repository.resolve(self.options.since) if self.options.since else None

    def _span(self, base: Base | None, since: str | None) -> GateSpan:
        if since is not None and (base is None or not base.chosen):
            released = Base(since, str(self.options.since), chosen=True)
            return GateSpan(base or released, self._start(released), since)
        if base is None and self.head.staged and not self.repository.has_remote_branches:
            base = Base(self.head.commit, "HEAD, as there is no remote branch", chosen=False)
        base = demand_base(base, self.environment)
        return GateSpan(base, self._start(base), since)

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
        from analyzer.workflow.reading.files.current_files import (
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
        return tuple(
            (*it.directories, *sorted({*it.siblings} - {*it.directories})) for it in applications
        )

    def _demand_one(self, owners: Sequence[Framework]) -> None:
        if owners[1:]:
            names = [it.name for it in owners]
            raise SeveralFrameworksError(names)

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
