"""Findings about merged migrations: somebody may have run them under the name they had."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from analyzer.analysis.gate.fix_steps import Mender
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import Changes, EditKind, EditOf, Moved, RecordedRename, Squash
from analyzer.model.plans.gate_steps import Steps

Protected = Callable[[MigrationFile], bool]


@dataclass(frozen=True, slots=True)
class Ground:
    """What the findings are judged by.

    ``record_of`` finds the record that allows a rename; ``protected`` says whether somebody may
    have run a migration; ``whole`` are pairs of folders one of which took all files of the other.
    """

    mend: Mender
    migrate: str
    edit_of: EditOf
    record_of: Callable[[Moved], RecordedRename | None]
    protected: Protected
    applications: tuple[frozenset[str], ...]
    whole: Collection[tuple[str, str]] = ()
    squash_of: Callable[[MigrationFile], Squash | None] = lambda _file: None  # of a deleted one


def find_in_merged(changes: Changes, ground: Ground) -> Iterator[Finding]:
    """Say what happened to merged migrations, in path order within each kind."""
    together = set[tuple[str, str]]()
    for moved in changes.moved:
        folders = (moved.old.folder, moved.new.folder)
        if not ground.protected(moved.old):
            continue
        if folders in ground.whole and moved.old.basename == moved.new.basename:
            if folders not in together:
                yield _whole_folder(moved, ground)
            together.add(folders)
            yield from _edited(moved, ground, ground.mend.write_content(moved.old, moved.new.path))
        else:
            yield from _of_move(moved, ground)
    for file in changes.deleted:
        if ground.protected(file):
            squash = ground.squash_of(file)
            yield _deleted(file, ground) if squash is None else _squashed(file, squash, ground)
    for edit in changes.edited:
        if ground.protected(edit.old):
            yield from _edited(edit, ground, ground.mend.bring_back(edit.old.path))


def restoring(moved: Moved, mend: Mender) -> Steps:
    """The steps that undo a move, and with it the edit that came along."""
    return mend.undo_move(moved.new.path, moved.old, edited=moved.old.blob != moved.new.blob)


def _of_move(moved: Moved, ground: Ground) -> Iterator[Finding]:
    old, new = moved.old, moved.new
    if old.version != new.version:
        yield _renamed(moved, ground)
        if ground.record_of(moved) is not None:  # only the rename is allowed, not an edit with it
            yield from _edited(moved, ground, ground.mend.write_content(old, new.path))
    elif old.basename != new.basename:
        yield _slug(moved, ground)
    else:
        yield _folder(moved, ground)
        yield from _edited(moved, ground, ground.mend.write_content(old, new.path))


def _renamed(moved: Moved, ground: Ground) -> Finding:
    old, new = moved.old, moved.new
    edited = _also(ground.edit_of(old.blob, new.blob))
    return Finding(
        "MD301",
        Severity.ERROR,
        what=f"{old.path} is {new.path} now{edited}",
        why=f"a database that ran {old.version} does not know {new.version}: {ground.migrate} "
        "runs the migration again, and fails or loses data",
        fix="give it its old name back"
        + ("; what you changed in it belongs into a new migration" if edited else "")
        + "; or, if every database gets its row rewritten, record the rename in db/renames.toml",
        version=new.version.text,
        path=new.path,
        line=1,
        steps=restoring(moved, ground.mend),
    )


def _also(kind: EditKind) -> str:
    said = {
        EditKind.EFFECTS: ", and does something else",
        EditKind.UNKNOWN: ", and its text changed",
    }
    return said.get(kind, "")


def _slug(moved: Moved, ground: Ground) -> Finding:
    old, new = moved.old, moved.new
    kind = ground.edit_of(old.blob, new.blob)
    if (old.name.slug, old.name.scope) == (new.name.slug, new.name.scope):
        severity = Severity.NOTE  # 013_x is 13_x
    else:
        severity = Severity.WARNING
    if kind is EditKind.EFFECTS:
        severity = Severity.ERROR
    return Finding(
        "MD302",
        severity,
        what=f"{old.path} is {new.path} now; its version is the same{_also(kind)}",
        why="a rollback loads the class that the file name tells, and other branches still have "
        "the old name: merged, there would be two files with one version",
        fix="give it its old name back",
        version=new.version.text,
        path=new.path,
        line=1,
        steps=restoring(moved, ground.mend),
    )


def _folder(moved: Moved, ground: Ground) -> Finding:
    old, new = moved.old, moved.new
    together = any(
        _within(old.path, folders) and _within(new.path, folders) for folders in ground.applications
    )
    return Finding(
        "MD303",
        Severity.NOTE if together else Severity.WARNING,
        what=f"{old.basename} moved from {old.folder or '.'} to {new.folder or '.'}",
        why="the application finds it there as well"
        if together
        else "an application that does not read the new folder has lost the migration, and one "
        "that does, with another database, runs it",
        fix="nothing, if the application reads the new folder; otherwise move it back",
        version=new.version.text,
        path=new.path,
        line=1,
        steps=ground.mend.move(new.path, old.path),
    )


def _whole_folder(moved: Moved, ground: Ground) -> Finding:
    old, new = moved.old.folder, moved.new.folder
    return Finding(
        "MD303",
        Severity.NOTE,
        what=f"all of {old or '.'} moved to {new or '.'}",
        why="the versions are the same, so an application that reads the new folder sees no "
        "difference",
        fix="nothing, if the application's configuration moved as well; otherwise move it back",
        version=moved.new.version.text,
        path=moved.new.path,
        line=1,
        steps=ground.mend.move(new, old) if old and new else (),
    )


def _within(path: str, folders: Collection[str]) -> bool:
    return any(path.startswith(f"{folder}/") or not folder for folder in folders)


def _deleted(file: MigrationFile, ground: Ground) -> Finding:
    return Finding(
        "MD304",
        Severity.ERROR,
        what=f"{file.path} is deleted",
        why="databases that ran it keep what it did and a row without a file, on which a rollback "
        "stops; new databases never get what it did",
        fix="bring it back; to undo what it did, write a new migration",
        version=file.version.text,
        path=file.path,
        line=1,
        steps=ground.mend.bring_back(file.path),
    )


def _squashed(file: MigrationFile, squash: Squash, ground: Ground) -> Finding:
    into = squash.file
    if squash.sound:
        return Finding(
            "MD304",
            Severity.NOTE,
            what=f"{file.path} is deleted; {into.basename} makes what it made",
            why="databases that ran it keep a row without a file, which does no harm to a migrate; "
            "new databases get its work from the other",
            fix="nothing, if every database has run it",
            version=file.version.text,
            path=file.path,
            line=1,
        )
    return Finding(
        "MD304",
        Severity.ERROR,
        what=f"{file.path} is deleted, and {into.basename} makes what it made under a version that "
        "no database has",
        why=f"a database that ran {file.basename} runs {into.basename} too: it fails, or empties "
        "the tables",
        fix=f"give {into.basename} the version {squash.version}, the last of those that it "
        "replaces: databases that ran them take it for done, new ones run it",
        version=file.version.text,
        path=file.path,
        line=1,
        steps=renumbering(squash, ground.mend),
    )


def renumbering(squash: Squash, mend: Mender) -> Steps:
    """Give a squash the version of the last migration that it replaces."""
    file = squash.file
    rest = file.basename[len(file.version.text) :]
    return mend.move(file.path, f"{file.folder}/{squash.version}{rest}".removeprefix("/"))


def _edited(edit: Moved, ground: Ground, steps: Steps) -> Iterator[Finding]:
    kind = ground.edit_of(edit.old.blob, edit.new.blob)
    if kind is EditKind.NONE:
        return
    severity, what, why = _WORDS[kind]
    harmless = severity is Severity.NOTE
    yield Finding(
        "MD305",
        severity,
        what=f"{edit.new.path} {what}",
        why=why,
        fix="nothing; or put the old text back"
        if harmless
        else "put the old text back, and what you changed into a new migration",
        version=edit.new.version.text,
        path=edit.new.path,
        line=1,
        steps=steps,
    )


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
    EditKind.EFFECTS: (
        Severity.ERROR,
        "was edited, and does something else than before",
        "databases that ran the old text never get what the new text adds; new databases do",
    ),
    EditKind.UNKNOWN: (
        Severity.WARNING,
        "was edited, and whether it still does the same cannot be told",
        "databases that ran the old text never get what the new text may add",
    ),
}
