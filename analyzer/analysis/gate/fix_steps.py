"""The way out of a finding: steps on files, and the shell's words for them.

Whatever would overwrite or delete a text that stands nowhere else keeps a copy of it first.
"""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from itertools import count, groupby
from typing import assert_never

from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import Version
from analyzer.model.gate.gate import Moved, Squash
from analyzer.model.plans.gate_steps import (
    BringBack,
    DeleteLine,
    Keep,
    Move,
    RenameClass,
    RunCommand,
    SetVersion,
    Step,
    Steps,
    TakeAway,
    WriteContent,
)
from analyzer.model.words.shell_word import escaped_word, shell_word
from analyzer.records import Struct

SHORT = 12  # digits of a commit id
# what the log of a CI system could take for a command to itself
_FOR_THE_LOG = re.compile(r"::|##|\[command\]")
_KEPT = ".kept"  # no framework takes such a file for a migration
_ASIDE = ".migdoctor-aside"  # what sed leaves until its change is whole


def word(text: str) -> str:
    """A text as one word of the shell, on one line, of characters that print."""
    return escaped_word(text) if _FOR_THE_LOG.search(text) else shell_word(text)


class Unsaved(Struct, frozen=True):
    """Texts of a path that stand nowhere else: in the working tree, as git object ``staged``."""

    disk: bool = False
    staged: str | None = None


SAVED = Unsaved()


def _saved(_path: str) -> Unsaved:
    return SAVED


def _free(_path: str) -> bool:
    return False


def _alone(_path: str) -> str | None:
    return None


def _no_more(_file: MigrationFile, _version: Version) -> Steps:
    return ()


def _itself(path: str) -> str:
    return path


def _nothing(_moved: Moved) -> Steps:
    return ()


def _no_texts(_moved: Moved) -> Sequence[str]:
    return ()


class FixSteps(Struct, frozen=True):
    """Makes the steps that put a change right.

    ``start`` is the commit to go back to; ``untracked`` are paths that git does not know yet;
    ``unsaved`` tells which texts of a path stand nowhere else; ``exists`` whether there is
    anything at a path; ``way_back`` which file moves along with one; ``along`` what else goes back
    with a rename; ``whole`` what is one migration together with a file: itself, or its folder;
    ``follow`` what else a new version of a new file asks for; ``commit_for`` which earlier commit
    than ``start`` has the same text at a path, where not everybody may have that one;
    ``texts_along`` which files get their whole text back with a rename, instead of ``along``.
    """

    start: str
    untracked: Collection[str] = ()
    unsaved: Callable[[str], Unsaved] = _saved
    exists: Callable[[str], bool] = _free
    way_back: Callable[[str], str | None] = _alone
    along: Callable[[Moved], Steps] = _nothing
    whole: Callable[[str], str] = _itself
    follow: Callable[[MigrationFile, Version], Steps] = _no_more
    commit_for: Callable[[str], str | None] = _alone
    texts_along: Callable[[Moved], Sequence[str]] = _no_texts

    def move(self, path: str, to: str) -> Steps:
        """Give a file another path, and the file with its way back one that fits."""
        moved = self._moved(path, to)
        back, back_to = self.way_back(path), self.way_back(to)
        if back is None or back_to is None or not self.exists(back):
            return (moved,)
        return (moved, Move(back, back_to, tracked=back not in self.untracked))

    def move_folder(self, folder: str, to: str) -> Steps:
        """Give a folder another path, with all that lies in it."""
        return (Move(folder, to, whole=True),)

    def _moved(self, path: str, to: str) -> Move:
        """Move a file, or the folder that is the migration together with it."""
        source, target = self.whole(path), self.whole(to)
        if path.removeprefix(source) != to.removeprefix(target):
            source, target = path, to
        tracked = path not in self.untracked
        return Move(source, target, tracked, whole=source != path)

    def bring_back(self, path: str) -> Steps:
        """Give a path the content that it had, in the index and the working tree."""
        return (*self._kept(path), self._back(path))

    def _back(self, path: str) -> BringBack:
        return BringBack(path, (self.commit_for(path) or self.start)[:SHORT])

    def undo_move(self, path: str, old: MigrationFile, *, edited: bool) -> Steps:
        """Give a file the path that it had, and the content too if it was edited."""
        back = self.move(path, old.path)
        if not edited:
            return back
        return (*self._kept(path), *back, self._back(old.path))

    def take_away(self, path: str, *, copy: bool = False) -> Steps:
        """Take away a file that the change added; ``copy``: its text is that of another file."""
        kept = () if copy else self._kept(path)
        return (*kept, TakeAway(path, tracked=path not in self.untracked))

    def write_content(self, old: MigrationFile, path: str) -> Steps:
        """Give a path the content of a merged migration."""
        return (*self._kept(path), WriteContent(path, old.blob))

    def rename_class(self, path: str, old: str, new: str) -> Steps:
        """Give a class another name, where it is defined."""
        return (RenameClass(path, old, new),)

    def delete_line(self, path: str, line: int, holding: str) -> Steps:
        """Delete one line of a file."""
        return (DeleteLine(path, line, holding),)

    def _kept(self, path: str) -> Steps:
        """Copies of what stands nowhere else."""
        unsaved = self.unsaved(path)
        copies = (copy for copy in _copies(path) if not self.exists(copy))
        disk = (Keep(path, next(copies)),) if unsaved.disk else ()
        return (*disk, Keep(path, next(copies), unsaved.staged)) if unsaved.staged else disk


def undo_of(moved: Moved, fixes: FixSteps) -> Steps:
    """The steps that undo a move, and with it the edit and the schema's lines that came along."""
    edited = moved.old.blob != moved.new.blob
    texts = [step for path in fixes.texts_along(moved) for step in fixes.bring_back(path)]
    along = texts or fixes.along(moved)
    return (*fixes.undo_move(moved.new.path, moved.old, edited=edited), *along)


def renumbering(squash: Squash, fixes: FixSteps) -> Steps:
    """Give a squash the version of the last migration that it replaces."""
    file = squash.file
    return fixes.move(file.path, file.path_under(squash.replaced[-1].version))


def _copies(path: str) -> Iterator[str]:
    yield path + _KEPT
    yield from (f"{path}{_KEPT}{number}" for number in count(2))


def command_of(steps: Sequence[Step]) -> str | None:
    """Steps as one command of the shell, which stops at the first that fails; None without any.

    What they write is staged at the end, as is what git moves and deletes: a hook that looks at
    what is to be committed would find the old text there.
    """
    written = [f"git add -- {' '.join(map(word, paths))}" for paths in [_written(steps)] if paths]
    said = [_words(*group) for _, group in groupby(steps, _shared_command)]
    return " && ".join((*said, *written)) or None


def _shared_command(step: Step) -> Hashable:
    """The same for steps that one command can do together."""
    match step:
        case DeleteLine(path):
            return DeleteLine, path
        case BringBack(_, commit):
            return BringBack, commit
        case _:
            return step


def deletions_together(steps: Iterable[Steps]) -> dict[Steps, Steps]:
    """What deletes a line of a file, with all else that does: one by one, the lines would move.

    The last line goes first.
    """
    by_path: dict[str, set[DeleteLine]] = {}
    found = [each for each in steps if each and all(isinstance(it, DeleteLine) for it in each)]
    for each in found:
        for step in each:
            if isinstance(step, DeleteLine):
                by_path.setdefault(step.path, set()).add(step)
    together = {
        path: tuple(sorted(lines, key=lambda it: -it.line)) for path, lines in by_path.items()
    }
    return {each: together[each[0].path] for each in found if isinstance(each[0], DeleteLine)}


def _written(steps: Sequence[Step]) -> list[str]:
    """The paths of files that git knows and that get another text, where they lie at the end."""
    found: dict[str, None] = {}
    for step in steps:
        match step:
            case RenameClass(path) | DeleteLine(path) | SetVersion(path) | WriteContent(path):
                found[path] = None
            case Move(source, target, tracked) if source in found:
                del found[source]
                found |= {target: None} if tracked else {}
            case BringBack(path) | TakeAway(path):
                found.pop(path, None)
            case _:
                pass
    return list(found)


def _words(step: Step, *more: Step) -> str:
    """The words for a step, or for several that one command does."""
    match step:
        case Move():
            said = _move(step)
        case Keep():
            said = _keep(step)
        case BringBack(path, commit):
            paths = [path, *(it.path for it in more if isinstance(it, BringBack))]
            said = f"git checkout {commit} -- {' '.join(map(word, paths))}"
        case TakeAway(path, tracked):
            said = f"{'git rm --quiet --force' if tracked else 'rm'} -- {word(path)}"
        case WriteContent(path, blob):
            said = f"git cat-file blob {blob} > {word(path)}"
        case RenameClass() | DeleteLine() | SetVersion():
            said = _edit(step, *more)
        case RunCommand(command):
            said = command
        case _:
            assert_never(step)
    return said


def _move(step: Move) -> str:
    """Words that make the folder on the way, and let nothing end up inside a folder that is."""
    source, target = word(step.source), word(step.target)
    above = step.target.rpartition("/")[0]
    made = f"mkdir -p -- {word(above)} && " if above != step.source.rpartition("/")[0] else ""
    free = f"[ ! -e {target} ] && " if step.whole or not step.tracked else ""
    return f"{made if above else ''}{free}{'git mv' if step.tracked else 'mv'} -- {source} {target}"


def _keep(step: Keep) -> str:
    copy = word(step.copy)
    if step.staged is not None:
        return f"[ ! -e {copy} ] && git cat-file blob {step.staged} > {copy}"
    return f"[ ! -e {copy} ] && cp -P -- {word(step.path)} {copy}"


def _edit(step: RenameClass | DeleteLine | SetVersion, *more: Step) -> str:
    """Words for GNU's and BSD's sed alike."""
    match step:
        case RenameClass(_, old, new):
            by = f"/class[[:space:]]/s/{old}\\([^A-Za-z0-9_]\\)/{new}\\1/"
        case DeleteLine():
            lines = [step, *(it for it in more if isinstance(it, DeleteLine))]
            by = "' -e '".join(map(_deletion, lines))
        case SetVersion(_, line, old, new):
            by = f"{line}s/{old}/{new}/"
        case _:
            assert_never(step)
    path, aside = word(step.path), word(step.path + _ASIDE)
    return f"sed -i{_ASIDE} -e '{by}' -- {path} && rm -- {aside}"


def _deletion(step: DeleteLine) -> str:
    """One line, as it was seen: where others went meanwhile, another would be hit."""
    return f"{step.line}{{/{step.holding}/d;}}" if step.holding else f"{step.line}d"
