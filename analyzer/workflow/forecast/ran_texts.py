"""The texts that ran, where no catalogue tells what they left: what some migrations find of it."""

from collections.abc import Sequence
from functools import cached_property

from analyzer.analysis.forecast.relevance import Relevance, WordIndex
from analyzer.analysis.forecast.simulated_start import world_of_files
from analyzer.analysis.forecast.simulated_world import World
from analyzer.analysis.renames.ran_files import ran_files
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.diagnosis import Diagnosis
from analyzer.workflow.diagnosis.inference import Inference


class RanTexts:
    """The migrations that ran, by a diagnosis, as they were then; read only if they are needed."""

    def __init__(self, inference: Inference, diagnosis: Diagnosis) -> None:
        self._inference, self._diagnosis = inference, diagnosis

    def world(self, pending: Sequence[MigrationFile]) -> World:
        """The schema that they add up to, as far as the pending migrations touch it."""
        if not pending:
            return world_of_files(())
        parsed = self._inference.contents.parsed
        relevance = Relevance(map(parsed, pending))
        relevant: set[int] = set()
        again = True
        while again:
            found = [it for it in self._index.concerned(relevance) if it not in relevant]
            relevant.update(found)
            renamed = [relevance.follow_names(parsed(self._files[it])) for it in found]
            again = any(renamed)
        return world_of_files(parsed(self._files[it]) for it in sorted(relevant))

    @cached_property
    def _files(self) -> list[MigrationFile]:
        """In the order of their versions."""
        named = ran_files(self._diagnosis, self._inference.then)
        return [file for _, file in named if file is not None]

    @cached_property
    def _index(self) -> WordIndex:
        self._inference.past.read_ahead(file.blob for file in self._files)
        return WordIndex(map(self._inference.contents.text, self._files))
