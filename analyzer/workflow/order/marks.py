"""What each migration is in a database: applied, renamed, pending."""

from analyzer.errors import AnalyzerError
from analyzer.model.core.version_table import AppliedRow
from analyzer.model.findings.diagnosis import (
    FileAmbiguous,
    FileApplied,
    FileBlocked,
    FileRenamed,
    FileVerdict,
)
from analyzer.model.findings.graph_report import Mark, Marks, NodeState
from analyzer.records import Struct
from analyzer.workflow.reading.reading import TargetFiles
from analyzer.workflow.reading.request import Request


class Marked(Struct, frozen=True):
    """The marks, and the application that the rows belong to; None where none were read."""

    marks: Marks
    target: TargetFiles | None = None


UNMARKED = Marked(Marks())


def read_marks(request: Request, *, asked: bool) -> Marked:
    """Read the rows, and say what each migration is there.

    Args: asked: the database was named on the command line, so that it has to be readable.

    Raises:
        AnalyzerError: it was named, and cannot be read.
    """
    from analyzer.workflow.walk import walk  # with all that pairs rows with files

    try:
        done = walk(request)
    except AnalyzerError as error:
        if asked:
            raise
        return Marked(Marks(why=error.what))
    environment = done.report.environments[0]
    marks = {it.file.path: _mark(it) for it in environment.diagnosis.files}
    return Marked(Marks(marks, environment.table.place), done.inference.target)


def _mark(verdict: FileVerdict) -> Mark:
    match verdict:
        case FileApplied():
            return Mark(NodeState.APPLIED)
        case FileRenamed(old_row=AppliedRow() as row):
            return Mark(NodeState.RENAMED, row.version.text)
        case FileRenamed(new_row=AppliedRow()):
            return Mark(NodeState.APPLIED)
        case FileBlocked():
            return Mark(NodeState.BLOCKED)
        case FileAmbiguous():
            return Mark(NodeState.AMBIGUOUS)
        case _:
            return Mark(NodeState.PENDING)
