"""The schema file that some releases load before a migrate, where there is no version table.

All that it creates is made anew then, over what is there, and the files that it counts as run are
marked so and never run.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from analyzer.analysis.forecast.prediction import Reading
from analyzer.engines.registry import reading_sql
from analyzer.model.core.migration import FileSet, MigrationFile, MigrationName
from analyzer.model.core.table_row import TableRow
from analyzer.model.effects.effect import Parsed
from analyzer.model.findings.prediction import Forecast, MigrationOutcome, Prediction
from analyzer.model.schema.schema_file import SchemaVersions
from analyzer.records import Struct, replace
from analyzer.workflow.diagnosis.inference import Inference
from analyzer.workflow.schema.schema_versions import read_schema_files

if TYPE_CHECKING:
    from analyzer.model.core.version import VersionKey


class LoadedFirst(Struct, frozen=True):
    """The schema file as the first step of a run, and the files that it marks as run."""

    file: MigrationFile
    parsed: Parsed
    marked: tuple[MigrationFile, ...]

    @property
    def rows(self) -> tuple[TableRow, ...]:
        """The rows that it leaves behind, as far as they matter to the files."""
        return tuple(TableRow(it.version.text) for it in self.marked)

    def before(self, reading: Reading) -> Reading:
        """The reading of the files, with this one among them."""
        read = reading.parsed_of
        return replace(
            reading, parsed_of=lambda file: self.parsed if file is self.file else read(file)
        )

    def told(self, prediction: Prediction) -> Prediction:
        """A prediction whose first step it is: no migration, but what the run does all the same."""
        ran = tuple(it for it in prediction.would_run if it is not self.file)
        steps = tuple(map(self._told, prediction.migrations))
        return replace(prediction, would_run=ran, migrations=steps)

    def _told(self, step: Forecast) -> Forecast:
        if step.file is not self.file or step.outcome is not MigrationOutcome.RUNS:
            return step
        why = "this database has no version table, so that it is loaded first"
        named = f"{why}; it marks {len(self.marked)} of the files as run"
        return replace(step, because=named)


def loaded_first(inference: Inference) -> LoadedFirst | None:
    """What the next migrate would load; None where it loads nothing, or nothing tells."""
    framework, release = inference.framework, inference.release
    if framework.release is None or release is None:
        return None
    found = read_schema_files(inference.repository, inference.target)
    schema = framework.schema_file
    if schema is None or not found or not framework.release().loads_schema_first(release):
        return None
    versions = min(found, key=lambda it: schema.usual.index(_usual(it.path, schema.usual)))
    with reading_sql(inference.engine.name):
        content = versions.text.encode("utf-8", "surrogateescape")
        effects = schema.parse(versions.path, content).effects
    name = MigrationName(max(versions.versions), "", "", "")
    file = MigrationFile(versions.path, name, versions.blob)
    marked = tuple(_marked(versions, inference.target.files))
    return LoadedFirst(file, Parsed(effects, ddl_transaction=False), marked)


def _usual(path: str, usual: Iterable[str]) -> str:
    """Which of the usual ones it is by its ending: the likeliest stands first."""
    ending = path.rpartition(".")[2]
    return next(it for it in usual if it.endswith(ending))


def _marked(schema: SchemaVersions, files: FileSet) -> Iterable[MigrationFile]:
    """The files that it counts as run: those that it names, or all up to the newest."""
    named: set[VersionKey] = {it.key for it in schema.versions}
    newest = max(schema.versions).key
    for file in files.files:
        key = file.version.key
        if key in named or (not schema.whole and key < newest):
            yield file
