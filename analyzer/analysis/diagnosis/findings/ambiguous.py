"""Rows that more than one file could stand for."""

from analyzer.analysis.diagnosis.ambiguity import answers
from analyzer.model.findings.diagnosis import RowAmbiguous
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule

AMBIGUOUS = Rule(
    code="MD102",
    name="ambiguous-rename",
    severity=Severity.ERROR,
    title="ambiguous rename",
    why="More than one file could be the migration that ran.",
    fix="Compare them, then pass `--accept OLD=NEW` for the right one or `--reject "
    "OLD=NEW` for the wrong ones.",
    bad="row    20250101000000, whose file is gone\n"
    "files  20250201000000_add_title.rb, 20250202000000_add_title_again.rb",
    good="migdoctor diagnose --accept 20250101000000=20250201000000",
    found_by="analyzer.analysis.diagnosis.findings.ambiguous.about_ambiguous",
)


def about_ambiguous(row: RowAmbiguous, environment: str) -> Finding:
    """Name the files that a row could stand for, and the options that decide it."""
    return AMBIGUOUS.finding(
        what=f"row {row.row.version} could stand for more than one file"
        if len(row.candidates) != 1
        else f"row {row.row.version} may or may not stand for {row.candidates[0].new.basename}",
        why=row.why,
        fix="say which: " + " or ".join(answers(row.candidates))
        if row.candidates
        else "compare the tables they create with the database, then pass --deployed COMMIT",
        environment=environment,
        version=row.row.version.text,
    )
