"""MD309: the class in a new migration is not the one that its file name tells."""

import re
from collections.abc import Iterator

from analyzer.analysis.gate.new_files import NewFiles
from analyzer.analysis.gate.reviewed_change import Review
from analyzer.analysis.gate.rule import GateRule
from analyzer.model.core.defining_line import mentions
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.finding import Finding, Severity
from analyzer.records import replace


def _check(review: Review) -> Iterator[Finding]:
    change, new = review.change, review.new
    for file in change.changes.added:
        yield from _mismatch(new, file)
    for moved in change.changes.moved:
        if review.record_of(moved) is not None and not any(_mismatch(new, moved.old)):
            yield from _mismatch(new, moved.new)
            new.corrections[moved.new.path].drop = False  # it is merged, and stays
    for edit in change.changes.edited:
        if not any(_mismatch(new, edit.old)):
            steps = change.fixes.bring_back(edit.old.path)
            yield from (replace(it, steps=steps) for it in _mismatch(new, edit.new))


def _mismatch(new: NewFiles, file: MigrationFile) -> Iterator[Finding]:
    expected = file.name.class_name
    content = new.content_of(file)
    classes = list(new.framework.files.defining_lines(content))
    if not expected or any(one.name.lower() == expected.lower() for one in classes):
        return
    if mentions(content, expected, besides=0):
        return  # made in a way of its own: X = Class.new(...)
    own = [one for one in classes if one.own] or classes[:1]
    correction = new.corrections[file.path]
    if own and re.fullmatch(r"\w+", own[0].name, re.ASCII):
        correction.defining_line, correction.class_name = own[0], expected
    else:
        correction.drop = True
    said = f"the class {own[0].name}" if own else "no class"
    yield CLASS_MISMATCH.finding(
        what=f"{file.path} has {said}, but its name implies {expected}",
        why=f"{new.migrate} loads the file, looks for {expected} and "
        f"{new.framework.preconditions.mismatch}",
        fix="make class and file name agree" if own else "write the migration, or leave it out",
        version=file.version.text,
        path=file.path,
        line=own[0].line if own else 1,
    )


CLASS_MISMATCH = GateRule(
    code="MD309",
    name="class-does-not-match-file-name",
    severity=Severity.ERROR,
    title="class does not match the file name",
    why="Rails looks for the class that the file name implies, and stops.",
    fix="Make them agree.",
    bad="# 20250101000000_create_songs.rb\nclass CreateSong < ActiveRecord::Migration[7.1]",
    good="# 20250101000000_create_songs.rb\nclass CreateSongs < ActiveRecord::Migration[7.1]",
    check=_check,
)
