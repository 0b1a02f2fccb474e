"""The past of a target: its folders' history, the files at any commit, and all contents."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from analyzer.engines.registry import reading_sql, settled_sql
from analyzer.model.core.history import History
from analyzer.model.core.migration import FileSet
from analyzer.model.core.version import VersionKey
from analyzer.model.effects.content_features import ContentFeatures
from analyzer.sources.git.tree import build_file_set, list_commit
from analyzer.sources.history.history import Histories
from analyzer.workflow.reading.files.earlier_folders import earlier_folders
from analyzer.workflow.reading.files.file_history import TargetHistory
from analyzer.workflow.reading.files.file_names import ApplicationNames


class PastFiles:
    """The files that one target ever had; each thing is read once, and only if it is asked for.

    ``applied`` are the versions whose past matters: if the target's folders never carried some
    of them, or ``earlier`` asks for it, the folders that these were before belong to it too.
    ``engine`` is whose SQL stands in them; None for the one in hand.
    """

    def __init__(
        self,
        start: TargetHistory,
        applied: frozenset[VersionKey],
        engine: str | None = None,
        *,
        earlier: bool = False,
    ) -> None:
        self.repository, self.target, self.applied = start.repository, start.target, applied
        self._start, self._engine, self._earlier = start, engine or settled_sql(), earlier
        self.texts = start.texts
        self.shared = start.shared
        self._readers: dict[tuple[str, ...], Histories] = {}

    @property
    def tip(self) -> str | None:
        """The commit the target's history is read from; None before the first commit."""
        return self._start.tip

    @cached_property
    def directories(self) -> tuple[str, ...]:
        """The target's folders, and those that they were before, if rows come from there."""
        now, history = self._start.folders, self._start.history
        framework = self.target.framework
        names = ApplicationNames(now, framework, self.content, self._start.listed)
        if not self._earlier and not self.applied - self._carried(history, names):
            return now
        return (*now, *earlier_folders(self.repository, history, now, framework))

    @cached_property
    def names(self) -> ApplicationNames:
        """Reads version and name from the paths in the folders."""
        framework = self.target.framework
        return ApplicationNames(self.directories, framework, self.content, self._start.listed)

    @cached_property
    def history(self) -> History:
        """The folders' history up to the target."""
        if self.directories == self._start.folders:
            return self._start.history
        return self._read([self.tip] if self.tip else [], self.directories)

    @cached_property
    def everywhere(self) -> History:
        """The folders' history on all refs and in the reflog: for rows the target never had."""
        read = self.shared.everywhere
        if self.directories not in read:
            tips = [*self.repository.tips, *([self.tip] if self.tip else [])]
            read[self.directories] = self._read(tips, self.directories)
        return read[self.directories]

    @cached_property
    def own(self) -> frozenset[str]:
        """The commits of the target's own history."""
        return frozenset(commit.sha for commit in self.history.commits)

    def home(self, commit: str) -> str | None:
        """The commit itself, or the nearest kept one that has the same folders."""
        return commit if commit in self.own else self._reader(self.directories).home(commit)

    def files_at(self, commit: str) -> FileSet:
        """The application's files at a commit."""
        read, key = self.shared.files_at, (commit, self.directories)
        if key not in read:
            read[key] = build_file_set(
                list_commit(self.repository, commit, self.directories),
                framework=self.target.framework,
                ref=commit,
                commit=commit,
                directories=self.directories,
                read=self._contents,
            )
        return read[key]

    def _contents(self, blobs: Sequence[str]) -> list[bytes]:
        self.texts.read_ahead(blobs)
        return [self.content(blob) for blob in blobs]

    def texts_at(self, path: str) -> Iterator[bytes]:
        """All that a file held, by the history of its folder; each text once."""
        return map(self.content, self._blobs.get(path, ()))

    @cached_property
    def _blobs(self) -> Mapping[str, Collection[str]]:
        found = defaultdict[str, set[str]](set)
        for commit in self.history.commits:
            for event in commit.events:
                found[event.path].add(event.blob)
        return found

    def content(self, blob: str) -> bytes:
        """A file's content by its id."""
        return self.texts.content(blob)

    def words(self, blob: str) -> frozenset[str]:
        """All words in a content; cheaper than to ask what the content is about."""
        if blob not in self.shared.words:
            self.shared.words[blob] = self.target.framework.language.read_words(self.content(blob))
        return self.shared.words[blob]

    def features(self, blob: str) -> ContentFeatures:
        """Read the features of a content."""
        key = (self._engine, blob)
        if key not in self.shared.features:
            language = self.target.framework.language
            with reading_sql(self._engine):
                self.shared.features[key] = language.read_substance(self.content(blob))
        return self.shared.features[key]

    @cached_property
    def ever_carried(self) -> frozenset[VersionKey]:
        """Every version that any file had, on any ref, in the folders and what they were before."""
        return frozenset(self._carried(self.everywhere, self.names))

    def _read(self, tips: Sequence[str], directories: tuple[str, ...]) -> History:
        if not tips:
            return History((), (), self.repository.shallow)
        return self._reader(directories).read(tips)

    def _reader(self, directories: tuple[str, ...]) -> Histories:
        if directories == self._start.folders:
            return self._start.reader
        if directories not in self._readers:
            cache = self._start.cache
            self._readers[directories] = Histories(self.repository, directories, cache=cache)
        return self._readers[directories]

    def _carried(self, history: History, names: ApplicationNames) -> set[VersionKey]:
        """All versions that a history, or the target, ever had a file for."""
        known = {file.version.key for file in self.target.files.files}
        known.update(
            name.version.key
            for commit in history.commits
            for event in commit.events
            for path, blob in ((event.path, event.blob), (event.old_path, event.old_blob))
            if path is not None and (name := names.of(path, blob)) is not None
        )
        return known
