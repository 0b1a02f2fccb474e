"""MD301 to MD303: a merged migration has another version, name or folder."""

from collections.abc import Collection, Iterator

from analyzer.analysis.gate.change_detection import emptied_folders
from analyzer.analysis.gate.fix_steps import undo_of
from analyzer.analysis.gate.reviewed_change import Review
from analyzer.analysis.gate.rule import GateRule
from analyzer.analysis.gate.rules.edited_migration import edits_in
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import EditKind, Moved
from analyzer.model.gate.recorded_renames import record_path


def _check(review: Review) -> Iterator[Finding]:
    """Look at each move; a folder that moved as a whole is told once."""
    change = review.change
    whole = emptied_folders(change.sides, change.changes)
    told = set[tuple[str, str]]()
    for moved in change.changes.moved:
        folders = (moved.old.folder, moved.new.folder)
        if not change.protected(moved.old):
            continue
        if folders in whole and moved.old.basename == moved.new.basename:
            if folders not in told:
                yield _whole_folder(moved, review)
            told.add(folders)
            yield from _edited_too(moved, review)
        else:
            yield from _of_move(moved, review)


def _of_move(moved: Moved, review: Review) -> Iterator[Finding]:
    old, new = moved.old, moved.new
    until = review.until(moved) if old.version != new.version else None
    if until is not None:
        yield _former_name(moved, until)
    elif old.version != new.version:
        yield _new_version(moved, review)
        if review.record_of(moved) is not None:  # only the rename is allowed, not an edit with it
            yield from _edited_too(moved, review)
    elif old.basename != new.basename:
        yield _new_name(moved, review)
    else:
        yield _new_folder(moved, review)
        yield from _edited_too(moved, review)


def _edited_too(moved: Moved, review: Review) -> Iterator[Finding]:
    fits = moved.old.name.class_name == moved.new.name.class_name
    steps = review.change.fixes.write_content(moved.old, moved.new.path) if fits else ()
    return edits_in(moved, review, steps)


def _new_version(moved: Moved, review: Review) -> Finding:
    old, new = moved.old, moved.new
    edited = _also(review.change.texts.edit_of(old.blob, new.blob))
    return NEW_VERSION.finding(
        what=f"{old.path} is {new.path} now{edited}",
        why=f"a database that ran {old.version} does not know {new.version}: "
        f"{review.change.migrate} runs the migration again, and fails or loses data",
        fix="give it its old name back"
        + ("; what you changed in it belongs in a new migration" if edited else "")
        + _on_purpose(moved, review, edited=bool(edited)),
        version=new.version.text,
        path=new.path,
        line=1,
        steps=undo_of(moved, review.change.fixes),
    )


def _on_purpose(moved: Moved, review: Review, *, edited: bool) -> str:
    """What lets a rename pass that is meant."""
    framework = review.change.framework
    if framework.packages is not None:  # a record does not say which package a name belongs to
        return (
            "; or, if every database gets its row rewritten (migdoctor rewrite), say why in a "
            f"comment in the file: {framework.language.comment} migdoctor:allow MD301 REASON"
        )
    record = f"record the rename in {record_path(moved.old.folder)}"
    command = "" if edited else " (add --write-renames to migdoctor check)"
    return f"; or, if every database gets its row rewritten, {record}{command}"


def _former_name(moved: Moved, until: str) -> Finding:
    old, new = moved.old, moved.new
    return NEW_VERSION.finding(
        severity=Severity.NOTE,
        what=f"{new.path} has the name back that it had until {until[:10]}",
        why=f"a database that ran it by then knows it as {new.version}; one that ran {old.version} "
        "since would run it again",
        fix=f"nothing, if no database ran {old.version}: --database-url URL asks one, or "
        "--environment NAME, of the base's .migdoctor.toml",
        version=new.version.text,
        path=new.path,
        line=1,
    )


def _also(kind: EditKind) -> str:
    said = {
        EditKind.EFFECTS: ", and does something else",
        EditKind.UNKNOWN: ", and its text changed",
    }
    return said.get(kind, "")


def _new_name(moved: Moved, review: Review) -> Finding:
    old, new = moved.old, moved.new
    kind = review.change.texts.edit_of(old.blob, new.blob)
    if (old.name.slug, old.name.scope) == (new.name.slug, new.name.scope):
        severity = Severity.NOTE  # 013_x is 13_x
    else:
        severity = Severity.WARNING
    if kind is EditKind.EFFECTS:
        severity = Severity.ERROR
    return NEW_NAME.finding(
        severity=severity,
        what=f"{old.path} is {new.path} now; its version is the same{_also(kind)}",
        why="a rollback loads the class that the file name implies, and other branches still have "
        "the old name: after a merge there would be two files with one version",
        fix="give it its old name back",
        version=new.version.text,
        path=new.path,
        line=1,
        steps=undo_of(moved, review.change.fixes),
    )


def _new_folder(moved: Moved, review: Review) -> Finding:
    old, new = moved.old, moved.new
    together = any(
        _within(old.path, folders) and _within(new.path, folders)
        for folders in review.change.groups
    )
    return NEW_FOLDER.finding(
        severity=Severity.NOTE if together else Severity.WARNING,
        what=f"{old.basename} moved from {old.folder or '.'} to {new.folder or '.'}",
        why="the application finds it there as well"
        if together
        else "an application that does not read the new folder loses the migration, and one that "
        "does, with another database, runs it",
        fix="nothing, if the application reads the new folder; otherwise move it back",
        version=new.version.text,
        path=new.path,
        line=1,
        steps=review.change.fixes.move(new.path, old.path),
    )


def _whole_folder(moved: Moved, review: Review) -> Finding:
    old, new = moved.old.folder, moved.new.folder
    return NEW_FOLDER.finding(
        severity=Severity.NOTE,
        what=f"all of {old or '.'} moved to {new or '.'}",
        why="the versions are the same, so an application that reads the new folder sees no "
        "difference",
        fix="nothing, if the application's configuration moved as well; otherwise move it back",
        version=moved.new.version.text,
        path=moved.new.path,
        line=1,
        steps=review.change.fixes.move_folder(new, old) if old and new else (),
    )


def _within(path: str, folders: Collection[str]) -> bool:
    return any(path.startswith(f"{folder}/") or not folder for folder in folders)


NEW_VERSION = GateRule(
    code="MD301",
    name="merged-migration-renumbered",
    severity=Severity.ERROR,
    title="merged migration got another version",
    why="Databases that ran it would run it again, under the new version.",
    fix="Give it its old name back; to rename it on purpose, record that in `db/renames.toml`. "
    "A note where it gets the very name back that it had before, as the repair of a rename does.",
    bad="renamed: 20250101000000_create_songs.rb -> 20250201000000_create_songs.rb",
    good="unchanged: 20250101000000_create_songs.rb",
    check=_check,
)
NEW_NAME = GateRule(
    code="MD302",
    name="merged-migration-renamed",
    severity=Severity.WARNING,
    title="merged migration got another name",
    why="The version is the same, so a migrate is not affected; a rollback fails unless file and "
    "class agree.",
    fix="Give it its old name back. A note where only leading zeros changed.",
    bad="renamed: 20250101000000_create_songs.rb -> 20250101000000_create_tracks.rb",
    good="unchanged: 20250101000000_create_songs.rb",
    check=_check,
)
NEW_FOLDER = GateRule(
    code="MD303",
    name="merged-migration-moved",
    severity=Severity.WARNING,
    title="merged migration moved to another folder",
    why="If the application does not read the new folder, it no longer sees the migration, which "
    "runs again if the folder belongs to another database.",
    fix="Move it back, unless the application reads the new folder. A note where a "
    "whole folder moved, or within one application's folders.",
    bad="renamed: db/migrate/20250101000000_create_songs.rb -> "
    "db/animals_migrate/20250101000000_create_songs.rb",
    good="unchanged: db/migrate/20250101000000_create_songs.rb",
    check=_check,
)
