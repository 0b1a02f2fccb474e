"""Environments that have the same: diagnosed once, and each told of under its own name."""

from collections.abc import Iterable

from analyzer.model.core.version_table import VersionTable
from analyzer.model.findings.report import Report
from analyzer.records import replace
from analyzer.workflow.next_steps.next_steps import recommend_alike
from analyzer.workflow.reading.files.file_history import TargetHistory
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.environment import Environment
from analyzer.workflow.walk import Walk


def find_twin(
    walks: Iterable[Walk], start: TargetHistory, request: Request, environment: Environment
) -> Walk | None:
    """The finished walk of an environment with the same files, rows and catalogue; None if none.

    Notes of what ran are one database's own, so that with them nothing is taken for the same.
    """
    if environment.notes is not None:
        return None
    return next((it for it in walks if _is_twin(it, start, request, environment)), None)


def _is_twin(known: Walk, start: TargetHistory, request: Request, environment: Environment) -> bool:
    of = known.inference
    return (
        known.recommender is not None
        and of.noted is None
        and of.target is start.target
        and _answers(of.request) == _answers(request)
        and _facts(of.table) == _facts(environment.table)
        and of.catalog == environment.catalog
    )


def _answers(request: Request) -> tuple[Request, bool]:
    """All that a diagnosis depends on, apart from where the rows are."""
    anywhere = replace(
        request, environment="", database_url=None, exec_prefix=(), rows=None, place=None
    )
    return anywhere, request.rows is None


def _facts(table: VersionTable) -> tuple[object, ...]:
    """All that a diagnosis depends on in a version table, apart from its names."""
    anywhere = replace(
        table, environment="", place="", database=None, named_by="", rows=(), aside=()
    )
    return anywhere, len(table.rows), table.all_rows


def as_twin(known: Walk, request: Request, environment: Environment) -> Walk:
    """The walk of an environment that has what another one has."""
    assert known.recommender is not None  # noqa: S101  by `find_twin`
    inference = known.inference.of_twin(request, environment)
    report = _named(known.recommender.done.report, request, environment)
    return recommend_alike(Walk(report, inference), known.recommender)


def _named(report: Report, request: Request, environment: Environment) -> Report:
    """A report, before any advice, under the name of another environment."""
    table = environment.table
    name, (told,) = table.environment, report.environments
    return replace(
        report,
        environments=(replace(told, table=table, read_at=request.now),),
        findings=tuple(
            it if it.environment is None else replace(it, environment=name)
            for it in report.findings
        ),
        renames=tuple(
            replace(it, rows=tuple((name, found) for _, found in it.rows)) for it in report.renames
        ),
    )
