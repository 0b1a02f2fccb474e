"""MD318: a new symbolic link in a migration folder."""

from collections.abc import Iterator

from analyzer.analysis.gate.reviewed_change import Review
from analyzer.analysis.gate.rule import GateRule
from analyzer.model.core.migration import WhyIgnored
from analyzer.model.findings.finding import Finding, Severity


def _check(review: Review) -> Iterator[Finding]:
    link = review.change.framework.preconditions.link
    for one in review.change.sides.newly_ignored(WhyIgnored.SYMLINK):
        yield LINK.finding(
            what=f"{one.path} is a symbolic link",
            why=f"{link}, which nobody reviews here",
            fix="put the file itself into the folder",
            path=one.path,
            line=1,
            steps=review.change.fixes.take_away(one.path),
        )


LINK = GateRule(
    code="MD318",
    name="new-symbolic-link",
    severity=Severity.WARNING,
    title="new symbolic link in a migration folder",
    why="Rails runs what it points to, wherever that is; migdoctor does not follow it.",
    fix="Put the file itself into the folder.",
    bad="new: 20250101000000_create_songs.rb -> ../../common/create_songs.rb",
    good="new: 20250101000000_create_songs.rb",
    check=_check,
)
