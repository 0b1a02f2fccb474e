"""MD310: a new file has a name at which Rails refuses to migrate."""

import re
from collections.abc import Callable, Iterator

from analyzer.analysis.gate.reviewed_change import Review
from analyzer.analysis.gate.rule import GateRule
from analyzer.frameworks.rails.class_line import class_lines
from analyzer.model.core.migration import WhyIgnored
from analyzer.model.findings.finding import Finding, Severity


def _check(review: Review) -> Iterator[Finding]:
    change = review.change
    sides = (change.sides.start, change.sides.head, change.sides.tip)
    there = {file.path for side in sides for file in side.files}
    for one in change.sides.newly_ignored(WhyIgnored.ILLEGAL_NAME):
        to = _legal(one.path, change.content_at_head(one.path), change.snake)
        yield ILLEGAL.finding(
            what=f"{one.path} is not a legal migration name",
            why="Rails refuses to migrate at all: only lower case letters, digits and '_' are "
            "allowed",
            fix="give it a legal name" if to not in there else "take it away",
            path=one.path,
            line=1,
            steps=change.fixes.take_away(one.path)
            if to in there
            else change.fixes.move(one.path, to),
        )
        there.add(to)


def _legal(path: str, content: bytes, snake: Callable[[str], str]) -> str:
    """A legal name for a file: its version, and the name that its class or else itself tells."""
    folder, slash, basename = path.rpartition("/")
    digits = re.match(r"[0-9]+", basename)
    version = digits[0] if digits else "0"
    own = [one for one in class_lines(content) if "Migration" in one.text]
    told = own[0].name if own else basename[len(version) :].removesuffix(".rb")
    slug = re.sub(r"[^a-z0-9]+", "_", snake(told)).strip("_")
    return f"{folder}{slash}{version}_{slug or 'migration'}.rb"


ILLEGAL = GateRule(
    code="MD310",
    name="illegal-file-name-in-change",
    severity=Severity.ERROR,
    title="illegal file name in the change",
    explanation="Rails would refuse to migrate at all. Only lower case letters, digits and `_` are "
    "allowed.",
    bad="new: 20250101000000_Create-Songs.rb",
    good="new: 20250101000000_create_songs.rb",
    check=_check,
)
