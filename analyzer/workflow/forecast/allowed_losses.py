"""Losses that somebody meant: a comment in the migration allows them, and says why."""

from collections.abc import Callable

from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.prediction import Loss, Prediction
from analyzer.model.gate.gate import ALLOWED_LOSS
from analyzer.records import replace

_MARK = b"migdoctor:allow"


def with_allowances(
    prediction: Prediction, content_of: Callable[[MigrationFile], bytes], comment: str
) -> Prediction:
    """The prediction, the losses that a comment allows with the reason that it gives.

    Args: comment: what begins one.
    """
    if not any(_MARK in content_of(loss.file) for loss in prediction.destroys):
        return prediction
    from analyzer.analysis.gate.allowed_findings import read_allowances

    def reason(loss: Loss) -> str:
        if not (loss.announced or loss.is_reworked):
            return ""  # a text that does not say what it removes cannot mean it
        found = read_allowances(loss.file.path, content_of(loss.file), b"", comment)
        return next((it.reason for it in found if it.code == ALLOWED_LOSS and it.reason), "")

    losses = tuple(replace(loss, allowed=reason(loss)) for loss in prediction.destroys)
    return replace(prediction, destroys=losses)
