"""Prediction and attestation as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.attestation import Attestation
from analyzer.model.findings.prediction import (
    Failure,
    Forecast,
    LeftOut,
    Loss,
    MigrationOutcome,
    Prediction,
)

Json = dict[str, Any]


def prediction_document(prediction: Prediction, runs_again: Sequence[MigrationFile] = ()) -> Json:
    """The prediction as plain values.

    Args: runs_again: the files that the next migrate would start though they ran already.
    """
    return {
        "from": prediction.basis.value,
        "would_run": [file.version.text for file in prediction.would_run],
        "runs_again": [file.version.text for file in runs_again],
        "never_runs": [_left_out(it) for it in prediction.never_runs],
        "refuses": _refusal(prediction.refuses) if prediction.refuses else None,
        "fails_at": _failure(prediction.fails_at) if prediction.fails_at else None,
        "destroys": [
            {"version": loss.file.version.text, "path": loss.file.path} | _loss(loss)
            for loss in prediction.destroys
        ],
        "migrations": [_forecast(forecast) for forecast in _all_forecasts(prediction)],
    }


def _all_forecasts(prediction: Prediction) -> Iterator[Forecast]:
    """What becomes of every file that the next migrate starts, does not come to, or leaves out."""
    yield from prediction.migrations
    outcome = MigrationOutcome.REFUSED if prediction.refused else MigrationOutcome.NOT_REACHED
    because = prediction.fails_at.reason if prediction.fails_at else ""
    for file in prediction.waits:
        yield Forecast(file, outcome, because)
    for it in prediction.never_runs:
        yield Forecast(it.file, MigrationOutcome.NEVER_RUNS, it.reason)


def _left_out(it: LeftOut) -> Json:
    return {"version": it.file.version.text, "path": it.file.path, "reason": it.reason}


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
