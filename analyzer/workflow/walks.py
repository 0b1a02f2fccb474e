"""The walk over several environments: each read at the same time, the history once for all."""

from collections.abc import Callable, Sequence

from analyzer.analysis.diagnosis.joined_reports import join_reports, with_joint_way
from analyzer.model.findings.report import Report, RepositoryFacts
from analyzer.records import Struct, replace
from analyzer.workflow.advice.joint_choice import choose_jointly
from analyzer.workflow.advice.plan_outcome import with_answer
from analyzer.workflow.each_walk import walk_each
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk


class Walks(Struct, frozen=True):
    """The finished walks, one for each environment that could be read, and their joint report."""

    report: Report
    walks: tuple[Walk, ...]


def walk_all(
    requests: Sequence[Request], held_up: Callable[[Sequence[str]], None] | None = None
) -> Walks:
    """Diagnose all environments. One that cannot be read hides none of the others.

    Args: held_up: as for `walk_each`.

    Raises:
        AnalyzerError: the repository cannot be read, or a decision fits no environment; also
            where there is just one, and it cannot be read.
    """
    each = walk_each(requests, held_up)
    if not requests[1:]:
        for error in each.errors:
            raise error
    report = join_reports(each.start.facts(), [done.report for done in each.walks], each.unread)
    if len({request.directories for request in requests}) > 1:
        report = replace(report, repository=_of_all_folders(report, each.walks))
    joint = choose_jointly(each.walks, report, requests)
    findings = tuple(with_answer(with_joint_way(it, joint), each.walks) for it in report.findings)
    return Walks(replace(report, joint=joint, findings=findings), each.walks)


def _of_all_folders(report: Report, walks: Sequence[Walk]) -> RepositoryFacts:
    """The facts of an application whose databases have folders of their own."""
    sets = [done.report.repository.files for done in walks]
    if not sets:
        return report.repository
    folders = tuple(dict.fromkeys(folder for it in sets for folder in it.directories))
    files = {file.path: file for it in sets for file in it.files}
    others = [it for it in report.repository.other_applications if it not in folders]
    return replace(
        report.repository,
        files=replace(sets[0], directories=folders, files=tuple(files.values())),
        other_applications=tuple(others),
    )
