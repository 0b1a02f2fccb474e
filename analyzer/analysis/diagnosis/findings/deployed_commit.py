"""The deployed commit: several would do, or the given one does not."""

from analyzer.analysis.diagnosis.findings.deleted import SHORT
from analyzer.model.core.deployment import Deployed
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule
from analyzer.model.words.wording import listed

SEVERAL_FIT = Rule(
    code="MD120",
    name="several-commits-fit",
    severity=Severity.WARNING,
    title="several commits explain the rows",
    why="They have other migrations under the same versions, so the repairs refuse.",
    fix="Pass the commit that was deployed: `--deployed COMMIT`.",
    bad="rows  001, 002\ncommits 5f0c7d9a12 and 8b1e44d0c3 both have 001 and 002, swapped",
    good="migdoctor diagnose --deployed 5f0c7d9a12",
    found_by="analyzer.analysis.diagnosis.findings.deployed_commit.about_rivals",
)
GIVEN_DOES_NOT_FIT = Rule(
    code="MD121",
    name="given-commit-does-not-fit",
    severity=Severity.WARNING,
    title="the given deployed commit does not fit",
    why="It lacks versions that the database has. After `migdoctor rewrite`, or after a deploy of "
    "newer code, that is as it should be: another commit runs now, and this is a note.",
    fix="Name the commit that runs now, or leave out `--deployed` (and `deployed` in "
    "`.migdoctor.toml`) to see which commit fits the rows best.",
    bad="rows  001, 002\nmigdoctor diagnose --deployed v1.0    # v1.0 has only 001",
    good="migdoctor diagnose --deployed v1.1    # v1.1 has both",
    found_by="analyzer.analysis.diagnosis.findings.deployed_commit.about_missing",
)

_SHOWN = 4  # versions that are named


def about_rivals(deployed: Deployed, environment: str) -> Finding:
    """Name the commits that explain the rows as well."""
    names = ", ".join(commit[:SHORT] for commit in deployed.rivals)
    return SEVERAL_FIT.finding(
        what=f"commit {deployed.commit[:SHORT]} explains the rows, and so do {names}",
        why="they have other migrations under the same versions; this report takes the one "
        "that disagrees with the current code",
        fix="if you know what was deployed, pass it: --deployed COMMIT",
        environment=environment,
    )


def about_missing(deployed: Deployed, environment: str, *, current: bool) -> Finding:
    """Name the versions that ran and that the given commit lacks.

    Args: current: whether all of them are versions of current files.
    """
    if current:
        return _about_old(deployed, environment)
    versions = ", ".join(version.text for version in deployed.missing)
    return GIVEN_DOES_NOT_FIT.finding(
        what=f"commit {deployed.commit[:SHORT]}, given as deployed, has no file for {versions}",
        why="these versions ran, so either another commit was deployed, or more than one",
        fix="leave out --deployed, or `deployed` in .migdoctor.toml, to see which commit fits the "
        "rows best",
        environment=environment,
    )


def _about_old(deployed: Deployed, environment: str) -> Finding:
    """The rows are ahead of the commit: somebody rewrote them, or deployed newer code.

    Where the commit has files under other versions instead, those were rewritten: a note.
    """
    commit = deployed.commit[:SHORT]
    versions = listed((version.text for version in deployed.missing), _SHOWN)
    rewritten = len(deployed.extra) >= len(deployed.missing)
    return GIVEN_DOES_NOT_FIT.finding(
        severity=Severity.NOTE if rewritten else Severity.WARNING,
        what=f"the rows are ahead of commit {commit}, given as deployed: it has no file for "
        f"{versions}, and the current files do",
        why="this is normal after migdoctor rewrite, and after a deploy of newer code: another "
        "commit runs there now",
        fix="nothing in the database; where `deployed` in .migdoctor.toml or --deployed names "
        f"{commit}, name the commit that runs now instead, or leave it out",
        environment=environment,
    )
