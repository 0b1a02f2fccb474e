"""MD307 and MD308: after the merge, two files would share a version or a class name."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from analyzer.analysis.gate.new_files import NewFiles, lying_in
from analyzer.analysis.gate.reviewed_change import Review
from analyzer.analysis.gate.rule import GateRule
from analyzer.model.core.defining_line import find_defining_line
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.words.wording import listed

_NAMED = 20  # files in a sentence


def _check(review: Review) -> Iterator[Finding]:
    for folders in review.change.groups:
        mine = lying_in(review.change.changes.merged, folders)
        yield from _versions(review.new, mine)
        yield from _classes(review.new, mine)


def _versions(new: NewFiles, merged: Sequence[MigrationFile]) -> Iterator[Finding]:
    for file, others in _sharing(new, merged, lambda one: one.version.key):
        new.corrections[file.path].renumber = True
        yield REPEATED_VERSION.finding(
            what=f"{file.path} has the version of {_names(others)}",
            why=_refused(new, "two files share a version"),
            fix="give the new one the next free version",
            version=file.version.text,
            path=file.path,
            line=1,
        )


def _classes(new: NewFiles, merged: Sequence[MigrationFile]) -> Iterator[Finding]:
    taken = {one.name.slug for one in merged}
    for file, others in _sharing(new, merged, lambda one: one.name.class_name or one.path):
        correction = new.corrections[file.path]
        correction.copy = any(other.blob == file.blob for other in others)
        correction.slug = _free(file.name.slug, taken)
        lines = new.framework.files.defining_lines(new.content_of(file))
        correction.defining_line = find_defining_line(lines, file.name.class_name)
        correction.class_name = new.framework.files.class_name(correction.slug)
        taken.add(correction.slug)
        yield REPEATED_CLASS.finding(
            what=f"{file.path} has the class name {file.name.class_name} of {_names(others)}",
            why=_refused(new, "two files have one class name"),
            fix="it is a copy: take it away"
            if correction.copy
            else "give the new one another name, file and class",
            version=file.version.text,
            path=file.path,
            line=correction.defining_line.line if correction.defining_line else 1,
        )


def _refused(new: NewFiles, said: str) -> str:
    return f"{new.migrate} {new.framework.preconditions.shared(said)}"


def _sharing(
    new: NewFiles, merged: Sequence[MigrationFile], key: Callable[[MigrationFile], object]
) -> Iterator[tuple[MigrationFile, list[MigrationFile]]]:
    """New files that share something with others; of new ones among themselves, all but the first.

    In the order of their paths.
    """
    paths, wanted = {file.path for file in new.files}, {key(file) for file in new.files}
    groups: dict[object, list[MigrationFile]] = defaultdict(list)
    for file in merged:
        if key(file) in wanted:
            groups[key(file)].append(file)
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=lambda file: (file.path in paths, file.path))
            for place, file in enumerate(group):
                if place and file.path in paths:
                    yield file, group[:place]


def _free(slug: str, taken: Collection[str]) -> str:
    number = 2
    while f"{slug}_{number}" in taken:
        number += 1
    return f"{slug}_{number}"


def _names(files: Iterable[MigrationFile]) -> str:
    return listed((file.path for file in files), _NAMED, " and ")


REPEATED_VERSION = GateRule(
    code="MD307",
    name="version-repeated-after-merge",
    severity=Severity.ERROR,
    title="two files with one version after the merge",
    why="Rails would refuse to migrate at all.",
    fix="Give the new one the next free version.",
    bad="merged: 002_create_songs.rb\nnew: 002_create_artists.rb",
    good="merged: 002_create_songs.rb\nnew: 003_create_artists.rb",
    check=_check,
)
REPEATED_CLASS = GateRule(
    code="MD308",
    name="class-repeated-after-merge",
    severity=Severity.ERROR,
    title="two files with one class name after the merge",
    why="Rails would refuse to migrate at all.",
    fix="Rename the new one, file and class.",
    bad="merged: 20250101000000_add_index.rb\nnew: 20250201000000_add_index.rb",
    good="merged: 20250101000000_add_index.rb\nnew: 20250201000000_add_index_to_songs.rb",
    check=_check,
)
