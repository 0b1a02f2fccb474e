"""MD305: a merged migration is edited."""

from collections.abc import Iterator

from analyzer.analysis.gate.reviewed_change import OTHER_TEXT, Review
from analyzer.analysis.gate.rule import GateRule
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import EditKind, Moved
from analyzer.model.plans.gate_steps import Steps

_WORDS = {
    EditKind.COMMENTS: (
        Severity.NOTE,
        "was edited in comments, blank space or the class's name only",
        "it does what it did",
    ),
    EditKind.SAME_EFFECTS: (
        Severity.NOTE,
        "was edited, and still does the same to the schema",
        "as far as it can be read, databases that ran the old text lack nothing",
    ),
    EditKind.CONDITIONS: (
        Severity.NOTE,
        "was edited, and does what it did only under a condition now",
        "databases that ran the old text lack nothing; new ones get it where the condition holds",
    ),
    EditKind.EFFECTS: (
        Severity.ERROR,
        "was edited, and does something else than before",
        "databases that ran the old text never get what the new text adds; new databases do",
    ),
    EditKind.UNKNOWN: (
        Severity.WARNING,
        "was edited, and it is not known whether it still does the same",
        "databases that ran the old text never get what the new text may add",
    ),
}
_EITHER = "nothing; or put the old text back"
_APART = "put the old text back, and what you changed into a new migration"
_FIXES = {
    EditKind.COMMENTS: _EITHER,
    EditKind.SAME_EFFECTS: _EITHER,
    EditKind.CONDITIONS: "nothing, if that is meant",
    EditKind.EFFECTS: _APART,
    EditKind.UNKNOWN: _APART,
}


def _check(review: Review) -> Iterator[Finding]:
    for edit in review.change.changes.edited:
        if review.change.protected(edit.old):
            yield from edits_in(edit, review, _old_text(edit, review))


def _old_text(edit: Moved, review: Review) -> Steps:
    """The steps that take an edit back, and what the schema file got by it."""
    change = review.change
    steps = change.fixes.bring_back(edit.old.path)
    harmless = change.texts.edit_of(edit.old.blob, edit.new.blob) not in OTHER_TEXT
    return steps if harmless else (*steps, *review.schema_back(edit.new))


def edits_in(edit: Moved, review: Review, steps: Steps) -> Iterator[Finding]:
    """Say how the text of a migration changed, if it did.

    Args: steps: those that put the old text back.
    """
    kind = review.change.texts.edit_of(edit.old.blob, edit.new.blob)
    if kind is EditKind.NONE:
        return
    if kind in OTHER_TEXT:
        until = review.change.text_until(edit.old.path, edit.new.blob)
        if until is not None:
            yield _former_text(edit, until)
            return
    severity, what, why = _WORDS[kind]
    yield MERGED_EDITED.finding(
        severity=severity,
        what=f"{edit.new.path} {what}",
        why=why,
        fix=_fix(kind, review, steps),
        version=edit.new.version.text,
        path=edit.new.path,
        line=1,
        steps=() if kind is EditKind.CONDITIONS else steps,
    )


def _fix(kind: EditKind, review: Review, steps: Steps) -> str:
    if kind in OTHER_TEXT:
        return _FIXES[kind] + _ways_out(review)
    return _FIXES[kind] if steps or kind is EditKind.CONDITIONS else "nothing"


def _former_text(edit: Moved, until: str) -> Finding:
    return MERGED_EDITED.finding(
        severity=Severity.NOTE,
        what=f"{edit.new.path} has the text back that it had until {until[:10]}",
        why="databases that ran it by then have what this text does; one that ran the other text "
        "since has what that one did",
        fix="nothing, if no database ran the other text; otherwise undo what that one did in a new "
        "migration",
        version=edit.new.version.text,
        path=edit.new.path,
        line=1,
    )


def _ways_out(review: Review) -> str:
    """What lets an edit pass that does no harm."""
    comment = review.change.framework.language.comment
    return (
        "; if it ran nowhere yet, --environment NAME, --database-url URL or --rows FILE shows it, "
        f"and a comment in it lets it pass: {comment} migdoctor:allow MD305 REASON"
    )


MERGED_EDITED = GateRule(
    code="MD305",
    name="merged-migration-edited",
    severity=Severity.ERROR,
    title="merged migration edited",
    why="Databases that ran the old text never get what the new one adds.",
    fix="Put it into a new migration. A note where only comments changed, it still does "
    "the same, or what it did only stands under a condition now.",
    bad="# 20250101000000_create_songs.rb, which is merged\n"
    " create_table :songs do |t|\n   t.string :title\n+  t.integer :rating\n end",
    good="# 20250301000000_add_rating_to_songs.rb, which is new\n"
    "+add_column :songs, :rating, :integer",
    check=_check,
)
