"""Of many migrations those whose texts bear on what others find; the rest is never parsed."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.analysis.renames.ran_files import ran_files
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.diagnosis import Diagnosis
from analyzer.workflow.diagnosis.inference import Inference

if TYPE_CHECKING:
    from analyzer.analysis.forecast.relevance import WordIndex


class RelevantTexts:
    """Migrations whose texts are looked through once, and only if that is asked for.

    Args: files: names them, in the order in which they run.
    """

    def __init__(self, inference: Inference, files: Callable[[], Iterable[MigrationFile]]) -> None:
        self._inference, self._named = inference, files

    def bearing_on(
        self, migrations: Sequence[MigrationFile], *, wide: bool = False
    ) -> list[MigrationFile]:
        """Those that may shape a table which the migrations touch, or speak of what is in it.

        Args: wide: all that name such a table, or one that refers to it.
        """
        if not migrations:
            return []
        from analyzer.analysis.forecast.relevance import Relevance

        parsed = self._inference.contents.parsed
        relevance = Relevance(map(parsed, migrations), wide=wide)
        relevant: set[int] = set()
        again = True
        while again:  # what was renamed counts under its earlier name too
            found = [it for it in self._index.concerned(relevance) if it not in relevant]
            relevant.update(found)
            renamed = [relevance.follow_names(parsed(self._files[it])) for it in found]
            again = any(renamed)
        return [self._files[it] for it in sorted(relevant)]

    def world(self, pending: Sequence[MigrationFile], *, wide: bool = False) -> SimulatedDatabase:
        """The schema that they add up to, as far as pending migrations touch it.

        Args: wide: with all that an alarm must hold in before it is told.
        """
        return self._after(self.bearing_on(pending, wide=wide))

    def _after(self, files: Iterable[MigrationFile]) -> SimulatedDatabase:
        from analyzer.analysis.forecast.simulated_start import world_of_files

        return world_of_files(map(self._inference.contents.parsed, files), self._inference.engine)

    @cached_property
    def _files(self) -> list[MigrationFile]:
        return list(self._named())

    @cached_property
    def _index(self) -> "WordIndex":
        from analyzer.analysis.forecast.relevance import WordIndex

        self._inference.past_files.texts.read_ahead(file.blob for file in self._files)
        return WordIndex(map(self._inference.contents.text, self._files))


def texts_that_ran(inference: Inference, diagnosis: Diagnosis) -> RelevantTexts:
    """What ran by a diagnosis, as it was then."""

    def files() -> Iterable[MigrationFile]:
        return (file for _, file in ran_files(diagnosis, inference.then) if file is not None)

    return RelevantTexts(inference, files)
