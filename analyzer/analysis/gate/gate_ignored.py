"""Findings about new files that are no migrations, or not what they seem: names and links."""

import re
from collections.abc import Callable, Iterator

from analyzer.analysis.gate.fix_steps import Mender
from analyzer.frameworks.base import Files, Framework
from analyzer.model.core.migration import WhyIgnored
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import Sides


def find_ignored(
    sides: Sides, content_of: Callable[[str], bytes], mend: Mender, framework: Framework
) -> Iterator[Finding]:
    """Say which new files the framework trips over, or which are not what they seem.

    Args: content_of: by path.
    """
    title, words = framework.commands.title, framework.preconditions
    before = {one.path for one in sides.start.ignored} | {one.path for one in sides.tip.ignored}
    there = {file.path for side in (sides.start, sides.head, sides.tip) for file in side.files}
    for one in sides.head.ignored:
        if one.path in before:
            continue
        if one.why is WhyIgnored.ILLEGAL_NAME:
            to = _legal(one.path, content_of(one.path), framework.files)
            yield Finding(
                "MD310",
                Severity.ERROR,
                what=f"{one.path} is not a legal migration name",
                why=f"{title} refuses to migrate at all: {words.illegal_names}",
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
                why=f"{words.link}, which nobody reviews here",
                fix="put the file itself into the folder",
                path=one.path,
                line=1,
                steps=mend.take_away(one.path),
            )


def _legal(path: str, content: bytes, files: Files) -> str:
    """A legal name for a file: its version, and the name that its text or else itself tells."""
    folder, slash, basename = path.rpartition("/")
    digits = re.match(r"[0-9]+", basename)
    version = digits[0] if digits else "0"
    own = [one for one in files.defining_lines(content) if one.own]
    told = own[0].name if own else basename[len(version) :].rpartition(".")[0]
    return f"{folder}{slash}{files.basename(version, files.legal_slug(told) or 'migration')}"
