"""Prediction and attestation as JSON."""

from collections.abc import Sequence
from typing import Any

from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.attestation import Attestation
from analyzer.model.findings.prediction import Failure, Forecast, Loss, Prediction

Json = dict[str, Any]


def prediction_document(prediction: Prediction, runs_again: Sequence[MigrationFile] = ()) -> Json:
    """The prediction as plain values.

    Args: runs_again: the files that the next migrate would start though their work is there.
    """
    refused = prediction.fails_at is not None and not prediction.migrations
    return {
        "from": prediction.basis.value,
        "would_run": [file.version.text for file in prediction.would_run],
        "runs_again": [file.version.text for file in runs_again],
        "never_runs": [],
        "refuses": _refusal(prediction.fails_at) if refused and prediction.fails_at else None,
        "fails_at": _failure(prediction.fails_at) if prediction.fails_at else None,
        "destroys": [
            {"version": loss.file.version.text, "path": loss.file.path} | _loss(loss)
            for loss in prediction.destroys
        ],
        "migrations": [_forecast(forecast) for forecast in prediction.migrations],
    }


def _refusal(failure: Failure) -> Json:
    file = failure.file
    return {
        "reason": failure.reason,
        "version": file.version.text if file else None,
        "path": file.path if file else None,
    }


def _failure(failure: Failure) -> Json:
    file = failure.file
    return {
        "version": file.version.text if file else None,
        "path": file.path if file else None,
        "line": failure.line,
        "error": failure.error,
        "reason": failure.reason,
        "stays": list(failure.stays),
    }


def _loss(loss: Loss) -> Json:
    return {
        "what": loss.what,
        "kind": loss.kind.value,
        "table": loss.table,
        "line": loss.line,
        "rows": loss.rows,
        "bytes": loss.bytes,
        "announced": loss.announced,
    }


def _forecast(forecast: Forecast) -> Json:
    rests_on = forecast.rests_on
    return {
        "version": forecast.file.version.text,
        "path": forecast.file.path,
        "outcome": forecast.outcome.value,
        "because": forecast.because,
        "line": forecast.line,
        "losses": [_loss(loss) for loss in forecast.losses],
        "settle": forecast.settle,
        "rests_on": rests_on.version.text if rests_on else None,
    }


def attestation_document(attestations: Sequence[Attestation]) -> list[Json]:
    """Write what the catalogue says of each row and of each file without one."""
    return [
        {
            "version": it.file.version.text if it.row is None else it.row.version.text,
            "path": it.file.path,
            "row": it.row is not None,
            "objects": it.presence.value,
            "verdict": it.verdict.value,
            "present": list(it.present),
            "missing": list(it.missing),
            "doubted_for": it.doubted,
        }
        for it in attestations
    ]
