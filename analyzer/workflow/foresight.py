"""The prediction's look into the files: what they do, and which tables do not stay."""

from analyzer.analysis.prediction import predict, removed_names
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.effect import Effect
from analyzer.model.migration import MigrationFile
from analyzer.model.report import Prediction
from analyzer.workflow.inference import Inference

_MENTIONS = (b"drop_table", b"rename_table", b"DROP TABLE", b"drop table", b"RENAME TO")


def foresee(inference: Inference, diagnosis: Diagnosis) -> Prediction:
    """Say what the next migrate would do; files are parsed only where that decides something."""
    files = inference.target.files

    def effects_of(file: MigrationFile) -> tuple[Effect, ...]:
        from analyzer.parsing.ruby import parse_ruby

        return parse_ruby(inference.past.content(file.blob)).effects

    def gone_tables() -> frozenset[str]:
        gone: set[str] = set()
        for file in files.files:
            content = inference.past.content(file.blob)
            if any(word in content for word in _MENTIONS):
                gone.update(removed_names(effects_of(file)))
        return frozenset(gone)

    return predict(files, inference.table.rows, diagnosis, effects_of, gone_tables)
