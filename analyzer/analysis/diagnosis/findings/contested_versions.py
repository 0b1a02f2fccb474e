"""Versions that two migrations carried, or that are stored twice."""

from analyzer.analysis.diagnosis.verdicts import Claim
from analyzer.frameworks.base import Framework
from analyzer.model.findings.diagnosis import RowDoubled
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule

CLAIMED_BY_TWO = Rule(
    code="MD112",
    name="version-claimed-by-two",
    severity=Severity.WARNING,
    title="version claimed by two migrations",
    why="Both files carry it, and one row cannot stand for both. The finding says which "
    "of them holds the row, and why.",
    fix="Check it if the two were ever deployed apart.",
    bad="row  001\nhistory has 001_create_songs.rb and 001_create_artists.rb",
    good="migdoctor diagnose --deployed 5f0c7d9a12",
    found_by="analyzer.analysis.diagnosis.findings.contested_versions.about_claim",
)
DECIDED_BY_CATALOG = Rule(
    code="MD125",
    name="catalogue-decides",
    severity=Severity.NOTE,
    title="the catalogue settles what rows leave open",
    why="Of several migrations, the one whose objects are in the database ran.",
    fix="Nothing to do if that is so.",
    bad="row  001\nhistory has 001_create_songs.rb and 001_create_artists.rb\n"
    "the database has the table songs, and no table artists",
    good="nothing to do: 001_create_songs.rb ran",
    found_by="analyzer.analysis.diagnosis.findings.contested_versions.about_claim",
)
STORED_TWICE = Rule(
    code="MD113",
    name="version-stored-twice",
    severity=Severity.WARNING,
    title="one version stored twice",
    why="The table has no primary key, or `013` stands beside `13`.",
    fix="`rewrite` deletes one of the two rows.",
    bad="rows  013, 13",
    good="row   013",
    found_by="analyzer.analysis.diagnosis.findings.contested_versions.about_doubled_row",
)


def about_claim(claim: Claim, environment: str, framework: Framework) -> Finding:
    """Say who carried a version, who holds its row, and why."""
    version = claim.row.version
    others = " and ".join(file.basename for file in claim.others)
    if claim.holder is None:
        return CLAIMED_BY_TWO.finding(
            what=f"version {version} was carried by {others}",
            why="neither was there before the other, so history does not tell which one ran",
            fix="check which one's tables are in the database, then pass --deployed COMMIT",
            environment=environment,
            version=version.text,
        )
    what = (
        f"version {version} was carried by {claim.holder.basename} and {others}; "
        f"the row belongs to {claim.holder.basename}"
    )
    if claim.by_catalog:
        return DECIDED_BY_CATALOG.finding(
            what=what,
            why=f"what it creates is in the database, and what {others} creates is not",
            fix="nothing, if that is so",
            environment=environment,
            version=version.text,
            path=claim.holder.path,
        )
    return CLAIMED_BY_TWO.finding(
        severity=Severity.NOTE,
        what=what,
        why="it had the version first, alone; while two files share one, "
        f"{framework.commands.migrate} {framework.preconditions.while_shared}, so {others} never "
        "ran under it",
        fix="nothing, if that is so; its tables in the database would show it",
        environment=environment,
        version=version.text,
        path=claim.holder.path,
    )


def about_doubled_row(row: RowDoubled, environment: str) -> Finding:
    """Say that a version is stored twice, and how it is written each time."""
    return STORED_TWICE.finding(
        what=f"version {row.first.version} is stored twice "
        f"({row.first.version.text!r} and {row.row.version.text!r})",
        why="the table has no primary key, or the versions differ only in leading zeros",
        fix="migdoctor rewrite deletes one of the two",
        environment=environment,
        version=row.row.version.text,
    )
