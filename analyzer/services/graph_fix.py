"""The fix of an order violation, as a patch."""

from analyzer.model.findings.graph_report import GraphReport
from analyzer.model.findings.order_fix import FixKind
from analyzer.records import Struct
from analyzer.scripts.patch.file_patch import render_file_patch
from analyzer.services.dialogue import Dialogue


class ProposedFix(Struct, frozen=True):
    """The patch, None where nothing is to be fixed or it cannot be; ``refused`` tells which."""

    patch: str | None
    refused: bool = False

    @property
    def status(self) -> int:
        """The exit status."""
        return int(self.refused)


def propose_fix(report: GraphReport, version: str, dialogue: Dialogue) -> ProposedFix:
    """Tell what mends the migration of a version, and write it as a patch; nothing is changed."""
    if not report.fixed:
        dialogue.tell(
            f"migdoctor graph: {version} lacks nothing that comes too late; there is nothing to fix"
        )
        return ProposedFix(None)
    changes = []
    for fix in (fixed.fix for fixed in report.fixed):
        lead = "Not written" if fix.kind is FixKind.NONE else "Fix"
        dialogue.tell(f"{lead}: {fix.what}\n  why: {fix.why}")
        changes += [change for change in fix.changes if change not in changes]
    if any(fixed.fix.kind is FixKind.NONE for fixed in report.fixed):
        return ProposedFix(None, refused=True)
    patch = render_file_patch(changes, [f"migdoctor graph --fix {version}: git apply THIS_FILE"])
    return ProposedFix(patch.decode("utf-8", "surrogateescape"))
