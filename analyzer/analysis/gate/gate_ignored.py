"""Findings about new files that are no migrations, or not what they seem: names and links."""

import re
from collections.abc import Callable, Iterator

from analyzer.analysis.gate.fix_steps import Mender
from analyzer.frameworks.rails.class_line import class_lines
from analyzer.model.core.migration import WhyIgnored
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import Sides


def find_ignored(
    sides: Sides, content_of: Callable[[str], bytes], mend: Mender, snake: Callable[[str], str]
) -> Iterator[Finding]:
    """Say which new files Rails trips over, or which are not what they seem.

    Args: content_of: by path.  snake: a class's name as a file's.
    """
    before = {one.path for one in sides.start.ignored} | {one.path for one in sides.tip.ignored}
    there = {file.path for side in (sides.start, sides.head, sides.tip) for file in side.files}
    for one in sides.head.ignored:
        if one.path in before:
            continue
        if one.why is WhyIgnored.ILLEGAL_NAME:
            to = _legal(one.path, content_of(one.path), snake)
            yield Finding(
                "MD310",
                Severity.ERROR,
                what=f"{one.path} is not a legal migration name",
                why="Rails refuses to migrate at all: only lower case letters, digits and '_' are "
                "allowed",
                fix="give it a legal name" if to not in there else "take it away",
                path=one.path,
                line=1,
                steps=mend.take_away(one.path) if to in there else mend.move(one.path, to),
            )
            there.add(to)
        elif one.why is WhyIgnored.SYMLINK:
            yield Finding(
                "MD318",
                Severity.WARNING,
                what=f"{one.path} is a symbolic link",
                why="Rails follows it and runs what it points to, which nobody reviews here",
                fix="put the file itself into the folder",
                path=one.path,
                line=1,
                steps=mend.take_away(one.path),
            )


def _legal(path: str, content: bytes, snake: Callable[[str], str]) -> str:
    """A legal name for a file: its version, and the name that its class or else itself tells."""
    folder, slash, basename = path.rpartition("/")
    digits = re.match(r"[0-9]+", basename)
    version = digits[0] if digits else "0"
    own = [one for one in class_lines(content) if "Migration" in one.text]
    told = own[0].name if own else basename[len(version) :].removesuffix(".rb")
    slug = re.sub(r"[^a-z0-9]+", "_", snake(told)).strip("_")
    return f"{folder}{slash}{version}_{slug or 'migration'}.rb"
