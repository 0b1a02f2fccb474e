"""What new migrations meet on a database that is up to date: only that is read."""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from analyzer.errors import RepositoryError
from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import MigrationFile
from analyzer.sources.git.git import Repository
from analyzer.sources.git.git_errors import SILENT
from analyzer.workflow.gate.check_reading import ChangeTexts

if TYPE_CHECKING:
    from analyzer.analysis.forecast.relevance import Relevance
    from analyzer.analysis.gate.merged_database import MergedDatabase

_MOST_NAMES = 200  # of tables; a change that touches more has all texts read


class ForecastReader:
    """Finds the merged migrations that bear on new ones, without reading all of them."""

    def __init__(self, mentions: "Mentions", texts: ChangeTexts, framework: Framework) -> None:
        self._mentions, self._texts, self._framework = mentions, texts, framework
        self._expected: Sequence[MigrationFile] = ()
        self._beside: Collection[str] = ()

    def expect(self, pending: Sequence[MigrationFile], beside: Collection[str] = ()) -> None:
        """Name the files that will be asked about, so that git looks once for all they touch.

        Args: beside: paths that count as merged, and that git does not find at the base.
        """
        self._expected, self._beside = pending, beside

    def merged_database(
        self, ran: Sequence[MigrationFile], pending: Sequence[MigrationFile]
    ) -> "MergedDatabase":
        """The merged migrations that shape what the new ones touch."""
        from analyzer.analysis.forecast.relevance import Relevance
        from analyzer.analysis.gate.merged_database import MergedDatabase
        from analyzer.engines.registry import engine_in_hand

        kept = self.concerned(ran, Relevance(map(self._texts.parsed, pending)))
        return MergedDatabase(
            ran, kept, self._texts.parsed, self._framework.preconditions, engine_in_hand()
        )

    def concerned(
        self, ran: Sequence[MigrationFile], relevance: "Relevance"
    ) -> Sequence[MigrationFile]:
        """Those of the merged migrations that shape some tables, in their order."""
        relevant: dict[str, MigrationFile] = {}
        again = True
        while again:  # what was renamed counts under its earlier name too
            again = False
            for file in self._speaking_of(frozenset(relevance.words), ran):
                if file.path not in relevant and relevance.concerns(self._texts.content(file.blob)):
                    relevant[file.path] = file
                    again |= relevance.follow_names(self._texts.parsed(file))
        return [file for file in ran if file.path in relevant]

    def _speaking_of(
        self, names: frozenset[bytes], ran: Sequence[MigrationFile]
    ) -> Sequence[MigrationFile]:
        """The files in which one of the names stands; all, where git cannot tell."""
        words = {*names, *map(str.encode, self._framework.language.computed)}
        if len(words) > _MOST_NAMES or not ran:
            return ran
        found = self._mentions
        if not found.look_for(words | self._expected_names(words - found.known)):
            return ran
        content = self._texts.content
        near = (file for file in ran if file.path in found.paths or file.path in self._beside)
        return [file for file in near if any(word in content(file.blob) for word in words)]

    def _expected_names(self, new: AbstractSet[bytes]) -> AbstractSet[bytes]:
        """What else to look for while git looks for something new, if that is not too much."""
        if not new:
            return set()
        from analyzer.analysis.forecast.relevance import Relevance

        names = Relevance(map(self._texts.parsed, self._expected)).words.keys()
        return names if len(names | new) <= _MOST_NAMES else set()


class Mentions:
    """The files in folders of a commit in which words stand: git looks for each word once."""

    def __init__(self, repository: Repository, commit: str, folders: Sequence[str]) -> None:
        self._repository, self._commit = repository, commit
        self._folders = folders if all(folders) else ()
        self.known: set[bytes] = set()  # the words that were looked for
        self.paths: set[str] = set()  # where one of them stands

    def look_for(self, words: Collection[bytes]) -> bool:
        """Find the files with further words; false where git cannot tell."""
        new = sorted({*words} - self.known)
        if not new:
            return True
        asked = [part for word in new for part in ("-e", word.decode("utf-8", "replace"))]
        grep = ("grep", "-l", "-z", "-F", "--no-textconv", *asked, self._commit)
        try:
            found = self._repository.lines_of((self._commit,), *grep, "--", *self._folders)
        except RepositoryError as error:
            if error.why != SILENT:
                return False
            found = []
        self.known.update(new)
        self.paths.update(path.partition(":")[2] for path in found)
        return True
