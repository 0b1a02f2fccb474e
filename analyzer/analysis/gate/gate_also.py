"""Findings about other open branches: what two changes that are fine alone would do together."""

from collections.abc import Iterator, Mapping, Sequence

from analyzer.analysis.gate.new_files import Newcomers
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import OtherBranch


def find_collisions(
    newcomers: Newcomers, others: Sequence[OtherBranch], creates: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    """Say which new files collide with those of another branch, each pair once.

    Args: creates: the tables that each of our new files creates, by path.
    """
    for other in others:
        for ours in newcomers.files:
            for theirs in other.added:
                if (ours.path, ours.blob) == (theirs.path, theirs.blob):
                    continue  # the same commit in both
                found = _collision(newcomers, ours, theirs, other, creates)
                if found is not None:
                    yield found


def _collision(
    newcomers: Newcomers,
    ours: MigrationFile,
    theirs: MigrationFile,
    other: OtherBranch,
    creates: Mapping[str, frozenset[str]],
) -> Finding | None:
    wish = newcomers.wishes[ours.path]
    if ours.version == theirs.version:
        wish.renumber = True
        shared, fix = f"the version {ours.version}", "give this one the next free version"
    elif ours.name.class_name == theirs.name.class_name:
        wish.drop = True
        shared = f"the class name {ours.name.class_name}"
        fix = "keep one of the two: take this one away, or rename file and class"
    else:
        tables = creates.get(ours.path, frozenset()) & other.creates.get(theirs.path, frozenset())
        if not tables:
            return None
        wish.drop = True
        shared = f"the table {min(tables)}, which both create"
        fix = "keep one of the two: take this one away, or let it change the other's table"
    return Finding(
        "MD316",
        Severity.ERROR,
        what=f"{ours.path} and {theirs.path} of {other.name} share {shared}",
        why="each is fine alone; when the second is merged, migrating stops with an error",
        fix=fix,
        version=ours.version.text,
        path=ours.path,
        line=1,
    )
