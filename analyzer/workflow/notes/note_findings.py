"""What notes of what ran say against rows and history, and what speaks against them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.analysis.diagnosis.findings.noted_runs import about_given, about_gone, about_runs
from analyzer.analysis.diagnosis.findings.notes_that_fail import find_in_notes
from analyzer.model.core.deployment import HowDeployed
from analyzer.model.findings.finding import Finding

if TYPE_CHECKING:
    from analyzer.workflow.diagnosis.inference import Inference


def find_about_notes(inference: "Inference") -> Iterator[Finding]:
    """Find what the user should know of the notes, the worst first."""
    noted, environment = inference.noted, inference.table.environment
    if noted is None:
        return
    yield from find_in_notes(noted.notebook, noted.chain, environment)
    yield from about_gone(noted.gone, environment)
    yield from about_runs(noted.runs, environment)
    deployed = inference.deployed
    if deployed is not None and deployed.how is HowDeployed.GIVEN:
        files = inference.past_files.files_at(deployed.commit).files
        yield from about_given(noted.proved, files, environment)
