"""The step that merges the ends of a graph of migrations, before the tool runs any."""

from analyzer.analysis.advice.file_steps import merged
from analyzer.model.findings.next_steps import NextMigrate
from analyzer.model.plans.repair_path import PathStep
from analyzer.workflow.next_steps.by_script import git_here
from analyzer.workflow.reading.files.application import typed_in
from analyzer.workflow.walk import Walk


def merge_of(done: Walk, migrate: NextMigrate | None) -> PathStep | None:
    """The tool's own command for what the next migrate refuses; None where it has none."""
    if migrate is None or not migrate.mends:
        return None
    inference = done.inference
    return merged(
        migrate.because.rstrip("."),
        typed_in(inference.repository, inference.target, migrate.mends),
        inference.framework.commands.migrate,
        done.report.repository.files.directories,
        git_here(done),
    )
