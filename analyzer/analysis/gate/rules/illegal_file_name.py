"""MD310: a new file has a name at which a framework refuses to migrate."""

import re
from collections.abc import Iterator

from analyzer.analysis.gate.reviewed_change import Review
from analyzer.analysis.gate.rule import GateRule
from analyzer.frameworks.ports.files import Files
from analyzer.model.core.migration import WhyIgnored
from analyzer.model.findings.finding import Finding, Severity


def _check(review: Review) -> Iterator[Finding]:
    change, framework = review.change, review.change.framework
    sides = (change.sides.start, change.sides.head, change.sides.tip)
    there = {file.path for side in sides for file in side.files}
    for one in change.sides.newly_ignored(WhyIgnored.ILLEGAL_NAME):
        to = _legal(one.path, change.content_at_head(one.path), framework.files)
        yield ILLEGAL.finding(
            what=f"{one.path} is not a legal migration name",
            why=f"{framework.commands.title} refuses to migrate at all: "
            f"{framework.preconditions.illegal_names}",
            fix="give it a legal name" if to not in there else "remove it",
            path=one.path,
            line=1,
            steps=change.fixes.take_away(one.path)
            if to in there
            else change.fixes.move(one.path, to),
        )
        there.add(to)


def _legal(path: str, content: bytes, files: Files) -> str:
    """A legal name for a file: its version, and the name that its text or else itself tells."""
    folder, slash, basename = path.rpartition("/")
    digits = re.match(r"[0-9]+", basename)
    version = digits[0] if digits else "0"
    own = [one for one in files.defining_lines(content) if one.own]
    told = own[0].name if own else basename[len(version) :].rpartition(".")[0]
    return f"{folder}{slash}{files.basename(version, files.legal_slug(told) or 'migration')}"


ILLEGAL = GateRule(
    code="MD310",
    name="illegal-file-name-in-change",
    severity=Severity.ERROR,
    title="illegal file name in the change",
    why="Rails would refuse to migrate at all.",
    fix="Rename the file: only lower case letters, digits and `_` are allowed.",
    bad="new: 20250101000000_Create-Songs.rb",
    good="new: 20250101000000_create_songs.rb",
    check=_check,
)
