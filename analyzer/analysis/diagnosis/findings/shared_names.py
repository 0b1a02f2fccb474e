"""Files that share a version or a class name, at which a migrate refuses to start."""

from collections.abc import Iterator, Sequence

from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule
from analyzer.model.words.wording import listed

_NAMED = 20  # files in a sentence
SHARED_VERSION = Rule(
    code="MD110",
    name="two-files-with-one-version",
    severity=Severity.ERROR,
    title="two files with one version",
    why="Rails refuses to migrate at all.",
    fix="Give the one that never ran anywhere the next free version.",
    bad="001_create_songs.rb\n001_create_artists.rb",
    good="001_create_songs.rb\n002_create_artists.rb",
    found_by="analyzer.analysis.diagnosis.findings.shared_names.find_shared_names",
)
SHARED_CLASS = Rule(
    code="MD111",
    name="two-files-with-one-class",
    severity=Severity.ERROR,
    title="two files with one class name",
    why="Rails refuses to migrate at all; a copied file is the usual cause.",
    fix="Rename or remove the one that never ran anywhere.",
    bad="20250101000000_create_songs.rb\n20250201000000_create_songs.rb",
    good="20250101000000_create_songs.rb\n20250201000000_create_more_songs.rb",
    found_by="analyzer.analysis.diagnosis.findings.shared_names.find_shared_names",
)


def find_shared_names(files: Sequence[MigrationFile], framework: Framework) -> Iterator[Finding]:
    """Name the files of each group that share something."""
    rules = framework.preconditions
    shared_so = rules.shared("they do")
    for kind, group in rules.conflicts(files):
        names = listed((file.basename for file in group), _NAMED, " and ")
        shared = (
            f"version {framework.numbering.bare(group[0].version)}"
            if kind == "version"
            else f"class name {group[0].name.class_name}"
        )
        rule = SHARED_VERSION if kind == "version" else SHARED_CLASS
        yield rule.finding(
            what=f"{names} share the {shared}",
            why=f"{framework.commands.migrate} {shared_so}",
            fix="rename the one that never ran anywhere"
            if kind == "class"
            else "give the one that never ran anywhere the next free version",
            version=group[-1].version.text,
            path=group[-1].path,
        )
