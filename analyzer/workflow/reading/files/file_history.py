"""The history of the folders that a target has, read while the program does something else."""

from functools import cached_property
from threading import Thread
from typing import TYPE_CHECKING

from analyzer.model.core.history import History
from analyzer.sources.git.git import Repository, load_streams
from analyzer.sources.history.history import Histories
from analyzer.workflow.reading.files.current_files import TargetFiles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyzer.analysis.diagnosis.affixes import Affixes
    from analyzer.analysis.diagnosis.assumed_order import KnownEnds
    from analyzer.model.core.migration import FileSet
    from analyzer.model.core.version import Version
    from analyzer.model.effects.content_features import ContentFeatures
    from analyzer.workflow.reading.files.file_texts import TargetTexts


class SharedFindings:
    """By the ids of contents, by commit or by folders; for all environments of one run."""

    def __init__(self) -> None:
        self.words: dict[str, frozenset[str]] = {}
        self.features: dict[tuple[str, str], ContentFeatures] = {}  # by engine, too
        self.files_at: dict[tuple[str, tuple[str, ...]], FileSet] = {}
        self.everywhere: dict[tuple[str, ...], History] = {}
        self.unsaved: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.known_ends: dict[tuple[Affixes | None, str], KnownEnds] = {}


class TargetHistory:
    """The folders' history up to the target; each is read once, and only if it is asked for."""

    def __init__(self, repository: Repository, target: TargetFiles, *, cache: bool) -> None:
        self.repository, self.target, self.cache = repository, target, cache
        self.shared = SharedFindings()
        self._reading: Thread | None = None

    @cached_property
    def tip(self) -> str | None:
        """The commit the history is read from; None before the first commit."""
        if self.target.files.commit is not None:
            return self.target.files.commit
        return self.repository.head()

    @cached_property
    def folders(self) -> tuple[str, ...]:
        """The target's folders, and those that convention knows but are empty today."""
        return (*self.target.files.directories, *self.target.siblings)

    @cached_property
    def reader(self) -> Histories:
        """Reads this history, and others of the same folders."""
        return Histories(self.repository, self.folders, cache=self.cache)

    def listed(self) -> "Mapping[str, Version]":
        """The versions by the names of files, where a journal tells them: the first that it told.

        It is asked of all commits, on any branch.
        """
        return self._versions

    @cached_property
    def _versions(self) -> "Mapping[str, Version]":
        keys = self.target.framework.keys
        if keys is None or keys.journal is None:
            return {}
        from analyzer.sources.history.past_texts import read_past_texts

        paths = [f"{folder}/{keys.journal}" for folder in self.folders]
        found: dict[str, Version] = {}
        for text in read_past_texts(self.repository, paths):
            for name, version in keys.listed(text).items():
                found.setdefault(name, version)
        files = self.target.files.files
        return {it.path.rpartition("/")[2]: it.version for it in files} | found

    @cached_property
    def texts(self) -> "TargetTexts":
        """The contents of the target's files."""
        from analyzer.workflow.reading.files.file_texts import TargetTexts

        return TargetTexts(self.repository, self.target)

    @cached_property
    def history(self) -> History:
        """The history itself.

        Raises:
            RepositoryError: git cannot read it.
        """
        if self._reading is not None:
            self._reading.join()
        if isinstance(self._read, Exception):
            raise self._read
        return self._read

    def begin(self) -> None:
        """Start to read: most of the work is git's, so it costs who goes on meanwhile little.

        What earlier runs read needs no git, and so nobody to wait for it.
        """
        if self.tip is None or self.reader.knows(self.tip):
            return
        load_streams()  # in the thread it would contend with what is loaded meanwhile
        self._reading = Thread(target=lambda: self._read, daemon=True)
        self._reading.start()

    @cached_property
    def _read(self) -> History | Exception:
        """The history, or why there is none: an error is of use only to who asks for it."""
        try:
            if self.tip is None:
                return History((), (), self.repository.shallow)
            return self.reader.read([self.tip])
        except Exception as error:  # noqa: BLE001  raised where the history is asked for
            return error
