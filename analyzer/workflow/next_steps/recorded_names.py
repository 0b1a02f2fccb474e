"""Renames that the team recorded: whoever wrote down why a file was renamed wants it to stay so."""

from collections.abc import Sequence

from analyzer.analysis.renames.decisions import PairIndex
from analyzer.model.findings.diagnosis import FileRenamed
from analyzer.model.findings.rename import Decision
from analyzer.workflow.walk import Walk


def why_they_stay(done: Walk, recorded: Sequence[Decision]) -> str:
    """Say where it is written that today's names stay; empty where that is not said of all.

    Args: recorded: what the team's record says of this database, in the words of `Decision.said`.
    """
    index = PairIndex(recorded, done.inference.framework.numbering)
    found = [
        index.of(it.rename.old, it.rename.new)
        for it in done.report.environments[0].diagnosis.files
        if isinstance(it, FileRenamed) and it.old_row is not None
    ]
    said = [it.said for it in found if it is not None]
    if not said or len(said) < len(found):
        return ""
    return f"the new names stay, because {said[0]}"
