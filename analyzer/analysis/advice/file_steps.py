"""Steps that change files and commit them: the repair's own, and the follow-up's."""

from collections.abc import Mapping, Sequence

from analyzer.model.plans.repair_path import PathStage, PathStep
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.wording import enumerated
from analyzer.records import Struct, replace

_KEPT = "Keep the migrations as they are before the repair"
_MERGED = "Merge the ends of the migrations"
_FOLLOW = "Add the changes that edited migrations hid"


class Draft(Struct, frozen=True):
    """The migration that brings what edits hid: ``file`` holds it, ``target`` is its place.

    ``schemas`` are the schema files that a run of it, by ``migrate``, dumps. ``rows_tell``: rows
    that are there may refuse it.
    """

    file: str
    target: str
    schemas: tuple[str, ...] = ()
    migrate: str = ""
    rows_tell: bool = False


def committed(
    stage: PathStage, git: str, message: str, paths: Sequence[str], added: Sequence[str] = ()
) -> PathStep:
    """Commit what was changed, and nothing that lies beside it.

    Args: added: those of them that git has to be told of first.
    """
    lines = [f"{git} add -- {_words(added)}"] if added else []
    lines.append(f"{git} commit -m {shell_word(message)} -- {_words(paths)}")
    return PathStep(stage, "Commit these paths", tuple(lines), files=tuple(paths))


def in_line(step: PathStep, lines: tuple[str, ...]) -> PathStep:
    """A commit of files that change with rows, which the script of these leaves alone."""
    says = "Bring the files in line with the rows; then commit these paths"
    return replace(step, says=says, commands=(*lines, *step.commands))


def merged(because: str, mends: str, command: str, folders: Sequence[str], git: str) -> PathStep:
    """What the tool refuses is mended by a command of its own, and what that makes is committed.

    It is one line: a command that asks would take the lines pasted behind it for its answers.
    """
    where = _words([folder or "." for folder in folders])
    says = f"{command} would refuse to run: {because}. Merge them, and commit what that makes"
    add = f"{git} add -A -- {where}"
    line = f"{mends} && {add} && {git} commit -m {shell_word(_MERGED)} -- {where}"
    return PathStep(PathStage.MERGE, says, (line,))


class Uncommitted(Struct, frozen=True):
    """Folders and files where something is not committed; ``moves``: some of them got new names."""

    paths: tuple[str, ...]
    moves: bool = False


def kept(unsaved: Uncommitted, git: str) -> PathStep:
    """Commit what is new or changed: a repair moves committed files only, and so does a deploy."""
    where = _words([path or "." for path in unsaved.paths])
    then = "a deploy takes what is committed" if unsaved.moves else "then files may move"
    says = f"Commit what is not committed yet in {enumerated(unsaved.paths)}; {then}"
    lines = (f"{git} add -A -- {where}", f"{git} commit -m {shell_word(_KEPT)} -- {where}")
    return PathStep(PathStage.KEEP, says, lines)


def _words(paths: Sequence[str]) -> str:
    return " ".join(map(shell_word, paths))


def placed(draft: Draft, git: str) -> PathStep:
    """The draft takes its place among the migrations, and what it does goes into the schema."""
    made = (draft.target, *draft.schemas)
    lines = (
        f"mv {shell_word(draft.file)} {shell_word(draft.target)}",
        *((draft.migrate,) if draft.schemas else ()),
        f"{git} add -- {_words(made)}",
        f"{git} commit -m {shell_word(_FOLLOW)} -- {_words(made)}",
    )
    says = "Read the draft of the follow-up; then move it into place, and commit it"
    if draft.schemas:
        says = (
            "Read the draft of the follow-up; move it into place; run it on an up-to-date "
            f"development database first ({draft.migrate}), which dumps "
            f"{enumerated(draft.schemas)}; review the diff, because a database that ran the old "
            "texts dumps what they made; then commit both"
        )
    return PathStep(PathStage.FOLLOW_UP, says, lines, files=made, draft=draft.file)


def followed(draft: Draft, git: str) -> PathStep:
    """The follow-up is in its place, and no commit has it yet."""
    made = (draft.target, *draft.schemas)
    step = placed(draft, git)
    says = "Commit the follow-up"
    if draft.schemas:
        says = (
            f"Run the follow-up on an up-to-date development database first ({draft.migrate}), "
            f"which dumps {enumerated(draft.schemas)}; review the diff; then commit both"
        )
    return PathStep(step.stage, says, step.commands[1:], files=made)


def copied(step: PathStep, file: str) -> PathStep:
    """The same of the journal's copy of the draft, which stays there."""
    line = f"cp {shell_word(file)} {shell_word(step.files[0])}"
    return replace(step, commands=(line, *step.commands[1:]), draft=file)


def brought(
    edited: Mapping[str, str],
    lacks: Sequence[str],
    makes: str,
    folders: Sequence[str],
    git: str,
    *,
    unknown: Sequence[str] = (),
) -> PathStep:
    """What edited files do more than what ran becomes a migration, which a person writes.

    Args:
        edited: by path, git's name of the text that ran.
        lacks: what the database lacks of it, as far as that is known, in words.
        makes: the tool's own command for a new migration; empty where it has none.
        folders: where the migrations lie.
        unknown: the edited files that cannot be read.
    """
    names = [path.rpartition("/")[2] for path in edited]
    was, it, they = ("were", "them", "they") if names[1:] else ("was", "it", "it")
    says = (
        f"{enumerated(names)} {was} edited after {they} ran, and no migrate "
        f"runs {it} here again{_missing(lacks, unknown)}. Take the edit out of {it}, put it into a "
        "new migration, and commit both"
    )
    where = _words(folders)
    lines = [f"{git} diff {blob} -- {shell_word(path)}" for path, blob in edited.items()]
    lines += [makes] if makes else []
    lines += [f"{git} add -A -- {where}", f"{git} commit -m {shell_word(_FOLLOW)} -- {where}"]
    return PathStep(PathStage.BRING, says, tuple(lines))


def _missing(lacks: Sequence[str], unknown: Sequence[str]) -> str:
    """What a database lacks of edits, as far as their files are read."""
    names = enumerated([path.rpartition("/")[2] for path in unknown])
    unread = [f"whatever {names} adds, which is not read here"] if unknown else []
    if not lacks:
        return f", so that {unread[0]}, may be missing"
    return f", so that this is missing: {'; '.join([*lacks, *unread])}"
