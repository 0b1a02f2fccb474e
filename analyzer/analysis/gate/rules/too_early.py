"""MD315: a migration needs what only a later one creates, and the change is to blame.

Only what a change can have broken is looked at: a file of the change, and the migrations behind it
that speak of the same tables.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from analyzer.analysis.gate.fix_steps import undo_of
from analyzer.analysis.gate.new_files import lying_in, within
from analyzer.analysis.gate.reviewed_change import Review
from analyzer.analysis.gate.rule import GateRule
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import Changes, TooEarly, Touched
from analyzer.model.plans.gate_steps import Steps
from analyzer.model.words.wording import listed

_SHOWN = 5


def _check(review: Review) -> Iterator[Finding]:
    changes = review.change.changes
    restore = _restoring(review)
    touched = _touched(changes)
    for group in review.change.groups:
        ours = [each for each in touched if within(each.file, group)]
        if ours:
            merged = lying_in(changes.merged, group)
            for early in _by_line(review.change.texts.read_order(ours, merged)):
                yield _finding(early, review, restore)


def _by_line(found: Iterable[TooEarly]) -> Iterator[TooEarly]:
    """What one line needs of one later migration, told at once."""
    needs: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for one in found:
        needs[one.path, one.line, one.provided_by].append(one.needs)
    for (path, line, provider), names in needs.items():
        yield TooEarly(path, line, listed(names, _SHOWN, " and "), provider)


def _restoring(review: Review) -> Mapping[str, Steps]:
    """The steps that undo what was done to merged migrations, by path of today."""
    changes, fixes = review.change.changes, review.change.fixes
    restore = {moved.new.path: undo_of(moved, fixes) for moved in changes.moved}
    return restore | {edit.new.path: fixes.bring_back(edit.old.path) for edit in changes.edited}


def _touched(changes: Changes) -> Sequence[Touched]:
    return [
        *(Touched(file, file.version) for file in changes.added),
        *(
            Touched(each.new, min(each.old.version, each.new.version))
            for each in (*changes.moved, *changes.edited)
        ),
    ]


def _finding(early: TooEarly, review: Review, restore: Mapping[str, Steps]) -> Finding:
    added = {file.path for file in review.change.changes.added}
    guilty = early.path
    if guilty not in added and early.provided_by in added | restore.keys():
        guilty = early.provided_by
    if guilty in added and guilty == early.path:
        review.new.corrections[guilty].renumber = True
    return TOO_EARLY.finding(
        what=f"{early.path}, line {early.line}, needs {early.needs}, which only "
        f"{early.provided_by} creates, later",
        why="on every new database it runs first, and fails",
        fix="give it a version after the one that it needs"
        if guilty in added
        else "give the migration back what it was",
        path=guilty,
        line=early.line if guilty == early.path else 1,
        steps=restore.get(guilty, ()),
    )


TOO_EARLY = GateRule(
    code="MD315",
    name="needs-what-is-created-later",
    severity=Severity.ERROR,
    title="needs what only a later migration creates",
    why="It fails on every new database.",
    fix="Give it a version after the one that it needs.",
    bad="# new: 20250101000000_add_title.rb\nadd_column :songs, :title, :string\n"
    "# merged: 20250201000000_create_songs.rb\ncreate_table :songs",
    good="# new: 20250301000000_add_title.rb\nadd_column :songs, :title, :string",
    check=_check,
)
