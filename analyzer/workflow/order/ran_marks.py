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
from analyzer.model.findings.graph_report import NodeMark, NodeMarks, NodeState
from analyzer.records import Struct
from analyzer.workflow.reading.files.current_files import TargetFiles
from analyzer.workflow.reading.request import Request


class Marked(Struct, frozen=True):
    """The marks, and the application that the rows belong to; None where none were read.

    ``current``: the database keeps up with the code, so that what is pending there is new.
    """

    marks: NodeMarks
    target: TargetFiles | None = None
    current: bool = False


UNMARKED = Marked(NodeMarks())


def read_marks(request: Request, *, asked: bool) -> Marked:
    """Read the rows, and say what each migration is there.

    Args: asked: the database was named on the command line, so that it has to be readable.

    Raises:
        AnalyzerError: it was named, and cannot be read.
    """
    from analyzer.workflow.forecast.other_databases import behind
    from analyzer.workflow.walk import walk  # with all that pairs rows with files

    try:
        done = walk(request)
    except AnalyzerError as error:
        if asked:
            raise
        return Marked(NodeMarks(why=error.what))
    environment = done.report.environments[0]
    marks = {it.file.path: _mark(it) for it in environment.diagnosis.files}
    current = not behind(environment.table, environment.diagnosis)
    return Marked(NodeMarks(marks, environment.table.place), done.inference.target, current)


def _mark(verdict: FileVerdict) -> NodeMark:
    match verdict:
        case FileApplied():
            return NodeMark(NodeState.APPLIED)
        case FileRenamed(old_row=AppliedRow() as row):
            return NodeMark(NodeState.RENAMED, row.version.text)
        case FileRenamed(new_row=AppliedRow()):
            return NodeMark(NodeState.APPLIED)
        case FileBlocked():
            return NodeMark(NodeState.BLOCKED)
        case FileAmbiguous():
            return NodeMark(NodeState.AMBIGUOUS)
        case _:
            return NodeMark(NodeState.PENDING)
