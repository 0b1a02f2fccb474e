"""From an environment that was read to its report; loaded while a server is waited for."""

from analyzer import limits
from analyzer.model.findings.report import Report
from analyzer.workflow.build_report import build_report
from analyzer.workflow.diagnosis.inference import Inference
from analyzer.workflow.forecast.predict import look_ahead
from analyzer.workflow.reading.reading import Environment
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.target_history import TargetHistory


def conclude(
    start: TargetHistory, request: Request, environment: Environment
) -> tuple[Report, Inference]:
    """Infer what ran in an environment, and diagnose.

    Args: start: the history, which may serve several environments.

    Raises:
        AnalyzerError: something cannot be read, or a decision names no file.
    """
    if len(environment.table.rows) > limits.MANY_ROWS:
        from analyzer.workflow.reading.many_rows import counted

        environment = counted(environment, start)
    inference = Inference(start, request, environment)
    look_ahead(inference)
    return build_report(request, inference), inference
