"""Versions that ran as one migration and name another today."""

from analyzer.model.findings.diagnosis import RowReused
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule

REUSED = Rule(
    code="MD104",
    name="version-reused",
    severity=Severity.ERROR,
    title="version reused by another migration",
    why="The version ran as one migration and names another today, which the migrate treats as "
    "done and never runs.",
    fix="Run `rewrite` or `rename-back`, or give the new one its own version.",
    bad="row    001, which ran as 001_create_songs.rb\n"
    "files  001_create_artists.rb, 002_create_songs.rb",
    good="row    001\nfiles  001_create_songs.rb, 002_create_artists.rb",
    found_by="analyzer.analysis.diagnosis.findings.reused_version.about_reused",
)


def about_reused(row: RowReused, environment: str, migrate: str) -> Finding:
    """Say which migration ran under the version, and which one will never run."""
    gone = f"it is {row.rename.new.basename} now" if row.rename else "its file was deleted"
    return REUSED.finding(
        what=f"version {row.row.version} ran as {row.ran.basename}; today it names "
        f"{row.now.basename}",
        why=f"{migrate} counts {row.now.basename} as done and never runs it; of "
        f"{row.ran.basename}, {gone}",
        fix="give each version back to what ran: migdoctor rewrite or migdoctor rename-back"
        if row.rename
        else f"give {row.now.basename} a version of its own",
        environment=environment,
        version=row.row.version.text,
        path=row.now.path,
    )
