"""What edits hid, for a person to write: of a framework that migdoctor writes no migrations for."""

from analyzer.analysis.advice.file_steps import brought
from analyzer.analysis.diagnosis.findings.changed_file import doubtful_edits
from analyzer.errors import AnalyzerError
from analyzer.model.findings.difference_words import said_fully
from analyzer.model.findings.follow_up import FollowUp, Revision
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.model.plans.repair_path import PathStep
from analyzer.workflow.next_steps.by_script import git_here
from analyzer.workflow.next_steps.edited_renames import edited_renames
from analyzer.workflow.reading.files.application import typed_in
from analyzer.workflow.repair.kept_draft import SLUG
from analyzer.workflow.walk import Walk

_LENGTH = 12  # of the name of a text, as it is typed


def brought_by_person(done: Walk, way: RepairKind | None = None) -> PathStep | None:
    """The step that puts what edits hid into a new migration; None where they hid nothing.

    Args: way: the repair before it, if any, which says how the edited files are called then.
    """
    diagnosis = done.report.environments[0].diagnosis
    if not (any(edited_renames(done)) or doubtful_edits(diagnosis)):
        return None  # as nearly always
    from analyzer.workflow.repair.following_up import follow_up

    try:
        found = follow_up(done.inference, diagnosis)
    except AnalyzerError:
        return None  # the repair says it, when it looks
    open_edits = {it.new.path for it in diagnosis.edits if not (it.sure or it.returned)}
    lacking = [lack for lack in found.lacks if not lack.open] if found is not None else []
    unread = [it.path for it in found.unwritten if it.unknown] if found is not None else []
    unknown = {*unread} - open_edits  # which may have run as they are
    if found is None or not (lacking or unknown):
        return None
    paths = [path for path in found.revisions if path in unknown or _brings(path, found)]
    edited = [_named(found.revisions[path], way) for path in paths]
    return brought(
        dict(edited),
        [said_fully(lack) for lack in lacking],
        _makes(done),
        tuple(dict.fromkeys(path.rpartition("/")[0] or "." for path, _ in edited)),
        git_here(done),
        unknown=[_named(found.revisions[path], way)[0] for path in paths if path in unknown],
    )


def _brings(path: str, found: FollowUp) -> bool:
    return any(lack.path == path and not lack.open for lack in found.lacks)


def _named(revision: Revision, way: RepairKind | None) -> tuple[str, str]:
    """An edited file as it is called at this step, and the text that ran."""
    file = revision.ran if way is RepairKind.RENAME_BACK else revision.now
    return file.path, revision.ran.blob[:_LENGTH]


def _makes(done: Walk) -> str:
    """The tool's own command for a new migration; empty where it has none."""
    makes = done.inference.framework.commands.makes.format(name=SLUG)
    return typed_in(done.inference.repository, done.inference.target, makes) if makes else ""
