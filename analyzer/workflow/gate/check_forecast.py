"""What new migrations meet on a database that is up to date: only that is read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzer.errors import RepositoryError
from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import MigrationFile
from analyzer.sources.git.git import Repository
from analyzer.sources.git.git_errors import SILENT
from analyzer.workflow.gate.check_reading import ChangeTexts

if TYPE_CHECKING:
    from analyzer.analysis.gate.merged_database import MergedDatabase

_MOST_NAMES = 200  # of tables; a change that touches more has all texts read


class ForecastReader:
    """Finds the merged migrations that bear on new ones, without reading all of them."""

    def __init__(
        self, repository: Repository, commit: str, texts: ChangeTexts, framework: Framework
    ) -> None:
        self._repository, self._commit, self._texts = repository, commit, texts
        self._framework = framework

    def merged_database(
        self, ran: Sequence[MigrationFile], pending: Sequence[MigrationFile]
    ) -> "MergedDatabase":
        """The merged migrations that shape what the new ones touch."""
        from analyzer.analysis.forecast.relevance import Relevance
        from analyzer.analysis.gate.merged_database import MergedDatabase
        from analyzer.engines.registry import usual_engine

        relevance = Relevance(map(self._texts.parsed, pending))
        relevant: dict[str, MigrationFile] = {}
        names: frozenset[bytes] = frozenset()
        while names != relevance.words.keys():  # a renamed table counts under its earlier name too
            names = frozenset(relevance.words)
            for file in self._speaking_of(names, ran):
                if file.path not in relevant and relevance.concerns(self._texts.content(file.blob)):
                    relevant[file.path] = file
                    relevance.follow_names(self._texts.parsed(file))
        kept = [file for file in ran if file.path in relevant]
        return MergedDatabase(
            kept, self._texts.parsed, self._framework.preconditions, usual_engine()
        )

    def _speaking_of(
        self, names: frozenset[bytes], ran: Sequence[MigrationFile]
    ) -> Sequence[MigrationFile]:
        """The files in which one of the names stands, as git finds them; all, where it cannot."""
        words = [
            *(name.decode("utf-8", "replace") for name in names),
            *self._framework.language.computed,
        ]
        if len(words) > _MOST_NAMES or not ran:
            return ran
        folders = sorted({file.folder for file in ran if file.folder})
        asked = [part for word in words for part in ("-e", word)]
        try:
            found = self._repository.lines_of(
                (self._commit,),
                "grep",
                "-l",
                "-z",
                "-F",
                "--no-textconv",
                *asked,
                self._commit,
                "--",
                *folders,
            )
        except RepositoryError as error:
            return () if error.why == SILENT else ran
        paths = {path.partition(":")[2] for path in found}
        return [file for file in ran if file.path in paths]
