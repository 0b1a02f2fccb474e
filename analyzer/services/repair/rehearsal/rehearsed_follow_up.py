"""The follow-up of a repair, tried with it: the draft that lies there, or the one of today."""

from collections.abc import Mapping
from pathlib import Path

from analyzer.model.core.version import Version
from analyzer.model.findings.follow_up import FollowUp
from analyzer.records import Struct
from analyzer.services.framework_writer import write_draft
from analyzer.sources.files.private_files import write_private
from analyzer.workflow.repair.following_up import follow_up
from analyzer.workflow.repair.kept_draft import draft_file, read_draft
from analyzer.workflow.walk import Walk


class TriedFollowUp(Struct, frozen=True):
    """A draft: ``path`` is its place among the migrations, ``file`` where it lies now, if so."""

    path: str
    text: str
    file: str | None

    @property
    def told(self) -> str:
        """What it is, in words."""
        return f"{self.file}, at {self.path}" if self.file else f"drafted for this, at {self.path}"

    def put(self, root: Path) -> None:
        """Put it into a copy of the working tree."""
        write_private(root / self.path, self.text)


def follow_up_of(done: Walk, renumbered: Mapping[str, Version]) -> TriedFollowUp | None:
    """The follow-up that the path of a repair drafts; None where edits hide nothing.

    Args: renumbered: by today's path, the versions that the repair hands out.

    Raises:
        AnalyzerError: a file or the catalogue cannot be read.
    """
    framework = done.inference.framework
    found = follow_up(done.inference, done.report.environments[0].diagnosis, renumbered)
    if found is None or not found.brings or framework.writer is None:
        return None
    file = draft_file(framework)
    mine = read_draft(file)
    return TriedFollowUp(found.path, mine or _drafted(done, found), file if mine else None)


def _drafted(done: Walk, found: FollowUp) -> str:
    writer = done.inference.framework.writer
    return write_draft(writer, found) if writer is not None else ""
