"""Databases without a version table: nothing is said to be well of them."""

from analyzer.model.findings.report import Report
from analyzer.report.page.sentences import Sentence, names, say


def without_table(report: Report) -> Sentence | None:
    """Say which environments have no version table; None where each has one."""
    missing = [it.table.environment for it in report.environments if it.table.missing]
    if not missing:
        return None
    where = names(missing) if report.several else ("here",)
    ends = ": that is a new database, or not the one that is meant."
    return say(
        "There is no version table on " if report.several else "There is no version table ",
        *where,
        ends,
    )
