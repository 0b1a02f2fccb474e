"""Files that share a version or a class name, at which a migrate refuses to start."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.wording import listed
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule

_NAMED = 20  # files in a sentence
SHARED_VERSION = Rule(
    code="MD110",
    name="two-files-with-one-version",
    severity=Severity.ERROR,
    title="two files with one version",
    explanation="Rails refuses to migrate at all. Give the one that never ran anywhere the next "
    "free version.",
    bad="001_create_songs.rb\n001_create_artists.rb",
    good="001_create_songs.rb\n002_create_artists.rb",
    found_by="analyzer.analysis.diagnosis.findings.shared_names.find_shared_names",
)
SHARED_CLASS = Rule(
    code="MD111",
    name="two-files-with-one-class",
    severity=Severity.ERROR,
    title="two files with one class name",
    explanation="Rails refuses to migrate at all; a copied file is the usual cause. Rename or "
    "remove the one that never ran anywhere.",
    bad="20250101000000_create_songs.rb\n20250201000000_create_songs.rb",
    good="20250101000000_create_songs.rb\n20250201000000_create_more_songs.rb",
    found_by="analyzer.analysis.diagnosis.findings.shared_names.find_shared_names",
)


def duplicates(files: Sequence[MigrationFile]) -> Iterator[tuple[str, list[MigrationFile]]]:
    """Files that share a version ("version") or a class name ("class"), which stops a migrate."""
    for kind in ("class", "version"):
        groups: dict[object, list[MigrationFile]] = defaultdict(list)
        for file in files:
            groups[file.name.class_name if kind == "class" else file.version.number].append(file)
        for group in groups.values():
            if len(group) > 1:
                yield kind, group


def find_shared_names(files: Sequence[MigrationFile], migrate: str) -> Iterator[Finding]:
    """Name the files of each group that share something."""
    for kind, group in duplicates(files):
        names = listed((file.basename for file in group), _NAMED, " and ")
        shared = (
            f"version {group[0].version.number}"
            if kind == "version"
            else f"class name {group[0].name.class_name}"
        )
        rule = SHARED_VERSION if kind == "version" else SHARED_CLASS
        yield rule.finding(
            what=f"{names} share the {shared}",
            why=f"{migrate} refuses to start while they do; nothing at all would run",
            fix="give the one that never ran anywhere another name"
            if kind == "class"
            else "give the one that never ran anywhere the next free version",
            version=group[-1].version.text,
            path=group[-1].path,
        )
