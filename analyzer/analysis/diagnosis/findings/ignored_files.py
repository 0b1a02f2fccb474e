"""Files in a migration folder that are no migrations: illegal names, and symbolic links."""

from collections.abc import Iterator, Sequence

from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import IgnoredFile, WhyIgnored
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule

ILLEGAL_NAME = Rule(
    code="MD114",
    name="illegal-file-name",
    severity=Severity.ERROR,
    title="illegal file name",
    why="Rails refuses to migrate at all.",
    fix="Rename the file or move it out of the folder.",
    bad="20250101000000_Create-Songs.rb",
    good="20250101000000_create_songs.rb",
    found_by="analyzer.analysis.diagnosis.findings.ignored_files.find_illegal_names",
)
LINKED = Rule(
    code="MD203",
    name="migration-behind-a-link",
    severity=Severity.WARNING,
    title="migration behind a symbolic link",
    why="Rails runs what the link points to; migdoctor does not follow it.",
    fix="Put the file itself into the folder.",
    bad="20250101000000_create_songs.rb -> ../../common/create_songs.rb",
    good="20250101000000_create_songs.rb",
    found_by="analyzer.analysis.diagnosis.findings.ignored_files.find_links",
)


def find_illegal_names(ignored: Sequence[IgnoredFile], framework: Framework) -> Iterator[Finding]:
    """Name the files whose names the framework refuses."""
    for one in ignored:
        if one.why is WhyIgnored.ILLEGAL_NAME:
            yield ILLEGAL_NAME.finding(
                what=f"{one.path!r} is not a legal migration name",
                why=f"{framework.commands.migrate} refuses to start: "
                f"{framework.preconditions.illegal_names}",
                fix="rename it, or move it out of the folder",
                path=one.path,
            )


def find_links(ignored: Sequence[IgnoredFile], migrate: str) -> Iterator[Finding]:
    """Name the symbolic links, which were not followed."""
    for one in ignored:
        if one.why is WhyIgnored.SYMLINK:
            yield LINKED.finding(
                what=f"{one.path!r} is a symbolic link and was not looked at",
                why=f"{migrate} follows it and runs what it points to",
                fix="put the file itself into the folder",
                path=one.path,
            )
