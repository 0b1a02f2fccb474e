"""Findings about new migrations: names and numbers that would stop or surprise a migrate."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from analyzer.analysis.gate.new_files import Newcomers, within
from analyzer.model.core.defining_line import find_defining_line, mentions
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.wording import listed
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import Sides, Squash

_NAMED = 20  # files in a sentence


def find_in_added(
    newcomers: Newcomers, sides: Sides, groups: Sequence[Collection[str]], tomorrow: str
) -> Iterator[Finding]:
    """Say what is wrong with new files.

    Args: groups: for each application, its folders.  tomorrow: this time of day, as a timestamp.
    """
    yield from _reused(newcomers, sides)
    for folders in groups:
        mine = [file for file in newcomers.changes.merged if within(file, folders)]
        yield from _duplicate_versions(newcomers, mine)
        yield from _duplicate_classes(newcomers, mine)
    for file in newcomers.changes.added:
        yield from _class_mismatch(newcomers, file)
        yield from _malformed(newcomers, file)
    yield from _future(newcomers, sides, tomorrow)


def _reused(newcomers: Newcomers, sides: Sides) -> Iterator[Finding]:
    changes = newcomers.changes
    new, merged = set(newcomers.files), set(changes.merged)
    left = {file.version.key for file in merged - new}
    before = {file.version.key: file for file in sides.start.files if file.version.key not in left}
    own = {moved.new.path: moved.old for moved in changes.moved}
    for file in newcomers.files:
        old = before.get(file.version.key)
        if old is None or own.get(file.path) == old or old in merged:
            continue
        if file.path in newcomers.squashes:
            if newcomers.squashes[file.path].sound:
                yield _takes_over(newcomers.squashes[file.path], old)
            continue
        newcomers.wishes[file.path].renumber = True
        yield Finding(
            "MD306",
            Severity.ERROR,
            what=f"{file.path} has the version {file.version}, which was {old.basename}",
            why=f"a database that ran {old.basename} has the version recorded, so "
            f"{newcomers.migrate} takes {file.basename} for done and never runs it",
            fix="give the new migration a version that nobody had",
            version=file.version.text,
            path=file.path,
            line=1,
        )


def _takes_over(squash: Squash, old: MigrationFile) -> Finding:
    file = squash.file
    if squash.beyond:
        more = f"index {listed(squash.beyond, len(squash.beyond))}"
        return Finding(
            "MD306",
            Severity.WARNING,
            what=f"{file.path} takes over the version {file.version} of {old.basename}, and makes "
            f"more than was merged: {more}",
            why="databases that have the merged migrations take it for done and never get that; "
            "new ones do, so they differ",
            fix="make it in a migration of its own, with if_not_exists: true",
            version=file.version.text,
            path=file.path,
            line=1,
        )
    return Finding(
        "MD306",
        Severity.NOTE,
        what=f"{file.path} takes over the version {file.version} of {old.basename}",
        why="all that it makes is there on every database that has the merged migrations: they "
        "take it for done, and rightly; new ones run it",
        fix="leave it as it is",
        version=file.version.text,
        path=file.path,
        line=1,
    )


def _duplicate_versions(newcomers: Newcomers, merged: Sequence[MigrationFile]) -> Iterator[Finding]:
    for file, others in _sharing(newcomers, merged, lambda one: one.version.key):
        newcomers.wishes[file.path].renumber = True
        yield Finding(
            "MD307",
            Severity.ERROR,
            what=f"{file.path} has the version of {_names(others)}",
            why=_shared(newcomers, "two files share a version"),
            fix="give the new one the next free version",
            version=file.version.text,
            path=file.path,
            line=1,
        )


def _duplicate_classes(newcomers: Newcomers, merged: Sequence[MigrationFile]) -> Iterator[Finding]:
    taken = {one.name.slug for one in merged}
    for file, others in _sharing(newcomers, merged, lambda one: one.name.class_name or one.path):
        wish = newcomers.wishes[file.path]
        wish.copy = any(other.blob == file.blob for other in others)
        wish.slug = _free(file.name.slug, taken)
        content = newcomers.content_of(file)
        lines = newcomers.framework.files.defining_lines(content)
        wish.defining_line = find_defining_line(lines, file.name.class_name)
        wish.class_name = newcomers.framework.files.class_name(wish.slug)
        taken.add(wish.slug)
        yield Finding(
            "MD308",
            Severity.ERROR,
            what=f"{file.path} has the class name {file.name.class_name} of {_names(others)}",
            why=_shared(newcomers, "two files have one class name"),
            fix="it is a copy: take it away"
            if wish.copy
            else "give the new one another name, file and class",
            version=file.version.text,
            path=file.path,
            line=wish.defining_line.line if wish.defining_line else 1,
        )


def _shared(newcomers: Newcomers, said: str) -> str:
    return f"{newcomers.migrate} {newcomers.framework.preconditions.shared(said)}"


def _sharing(
    newcomers: Newcomers, merged: Sequence[MigrationFile], key: Callable[[MigrationFile], object]
) -> Iterator[tuple[MigrationFile, list[MigrationFile]]]:
    """New files that share something with others; of new ones among themselves, all but the first.

    In the order of their paths.
    """
    new = {file.path for file in newcomers.files}
    groups: dict[object, list[MigrationFile]] = defaultdict(list)
    for file in merged:
        groups[key(file)].append(file)
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=lambda file: (file.path in new, file.path))
            for place, file in enumerate(group):
                if place and file.path in new:
                    yield file, group[:place]


def _free(slug: str, taken: Collection[str]) -> str:
    number = 2
    while f"{slug}_{number}" in taken:
        number += 1
    return f"{slug}_{number}"


def _names(files: Iterable[MigrationFile]) -> str:
    return listed((file.path for file in files), _NAMED, " and ")


def _class_mismatch(newcomers: Newcomers, file: MigrationFile) -> Iterator[Finding]:
    expected = file.name.class_name
    content = newcomers.content_of(file)
    classes = list(newcomers.framework.files.defining_lines(content))
    if not expected or any(one.name.lower() == expected.lower() for one in classes):
        return
    if mentions(content, expected, besides=0):
        return  # made in a way of its own: X = Class.new(...)
    own = [one for one in classes if one.own] or classes[:1]
    wish = newcomers.wishes[file.path]
    if own and re.fullmatch(r"\w+", own[0].name, re.ASCII):
        wish.defining_line, wish.class_name = own[0], expected
    else:
        wish.drop = True
    said = f"the class {own[0].name}" if own else "no class"
    yield Finding(
        "MD309",
        Severity.ERROR,
        what=f"{file.path} has {said}, where its name tells {expected}",
        why=f"{newcomers.migrate} loads the file, looks for {expected} and "
        f"{newcomers.framework.preconditions.mismatch}",
        fix="make class and file name agree" if own else "write the migration, or leave it out",
        version=file.version.text,
        path=file.path,
        line=own[0].line if own else 1,
    )


def _malformed(newcomers: Newcomers, file: MigrationFile) -> Iterator[Finding]:
    digits = newcomers.framework.numbering.odd_length(file.version)
    moment = newcomers.framework.numbering.moment(file.version)
    if digits is None and (moment is None or _is_date(moment)):
        return
    newcomers.wishes[file.path].renumber = True
    yield Finding(
        "MD313",
        Severity.WARNING,
        what=f"{file.path} has {digits} digits where a timestamp has 14"
        if digits is not None
        else f"{file.path} has a timestamp that is no date: {moment}",
        why="it sorts before or after all others, whatever its date"
        if digits is not None
        else f"{newcomers.framework.commands.title} does not mind, but the next one that is made "
        "properly may sort before it",
        fix="give it today's date",
        version=file.version.text,
        path=file.path,
        line=1,
    )


def _is_date(digits: str) -> bool:
    month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(4, 14, 2))
    try:
        datetime(int(digits[:4]), month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return False
    return True


def _future(newcomers: Newcomers, sides: Sides, tomorrow: str) -> Iterator[Finding]:
    """A new version beyond tomorrow, unless the base already has one to come after."""
    moment_of = newcomers.framework.numbering.moment
    known = [moment for file in sides.tip.files if (moment := moment_of(file.version)) is not None]
    allowed = max(int(tomorrow), int(max(known, default="0")) + len(newcomers.changes.added))
    for file in newcomers.changes.added:
        moment = moment_of(file.version)
        if moment is None or int(moment) <= allowed:
            continue
        newcomers.wishes[file.path].renumber = True
        yield Finding(
            "MD312",
            Severity.WARNING,
            what=f"{file.path} is dated in the future",
            why="every migration made until then arrives late"
            f"{newcomers.framework.preconditions.late}",
            fix="give it today's date",
            version=file.version.text,
            path=file.path,
            line=1,
        )
