"""What a walk found, in short."""

from analyzer.workflow.walk import Walk


def renames(done: Walk) -> list[tuple[str, str, str]]:
    return [
        (rename.old.basename, rename.new.basename, rename.confidence.value)
        for rename in done.report.environments[0].diagnosis.renames
    ]


def codes(done: Walk) -> set[str]:
    return {finding.code for finding in done.report.findings}


def verdicts(done: Walk) -> list[type]:
    return [type(verdict) for verdict in done.report.environments[0].diagnosis.rows]
