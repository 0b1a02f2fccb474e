"""The way out of a finding: steps on files, and the shell's words for them.

Whatever would overwrite or delete a text that stands nowhere else keeps a copy of it first.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import count
from typing import assert_never

from analyzer.model.core.migration import MigrationFile
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


def _nothing(_moved: Moved) -> Steps:
    return ()


class FixSteps(Struct, frozen=True):
    """Makes the steps that put a change right.

    ``start`` is the commit to go back to; ``untracked`` are paths that git does not know yet;
    ``unsaved`` tells which texts of a path stand nowhere else; ``exists`` whether there is
    anything at a path; ``way_back`` which file moves along with one; ``along`` what else goes back
    with a rename.
    """

    start: str
    untracked: Collection[str] = ()
    unsaved: Callable[[str], Unsaved] = _saved
    exists: Callable[[str], bool] = _free
    way_back: Callable[[str], str | None] = _alone
    along: Callable[[Moved], Steps] = _nothing

    def move(self, path: str, to: str) -> Steps:
        """Give a file another path, and the file with its way back one that fits."""
        moved = Move(path, to, tracked=path not in self.untracked)
        back, back_to = self.way_back(path), self.way_back(to)
        if back is None or back_to is None or not self.exists(back):
            return (moved,)
        return (moved, Move(back, back_to, tracked=back not in self.untracked))

    def bring_back(self, path: str) -> Steps:
        """Give a path the content that it had, in the index and the working tree."""
        return (*self._kept(path), BringBack(path, self.start[:SHORT]))

    def undo_move(self, path: str, old: MigrationFile, *, edited: bool) -> Steps:
        """Give a file the path that it had, and the content too if it was edited."""
        back = self.move(path, old.path)
        if not edited:
            return back
        return (*self._kept(path), *back, BringBack(old.path, self.start[:SHORT]))

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

    def delete_line(self, path: str, line: int) -> Steps:
        """Delete one line of a file."""
        return (DeleteLine(path, line),)

    def _kept(self, path: str) -> Steps:
        """Copies of what stands nowhere else."""
        unsaved = self.unsaved(path)
        copies = (copy for copy in _copies(path) if not self.exists(copy))
        disk = (Keep(path, next(copies)),) if unsaved.disk else ()
        return (*disk, Keep(path, next(copies), unsaved.staged)) if unsaved.staged else disk


def undo_of(moved: Moved, fixes: FixSteps) -> Steps:
    """The steps that undo a move, and with it the edit and the schema's lines that came along."""
    edited = moved.old.blob != moved.new.blob
    return (*fixes.undo_move(moved.new.path, moved.old, edited=edited), *fixes.along(moved))


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
    return " && ".join((*map(_words, steps), *written)) or None


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


def _words(step: Step) -> str:
    match step:
        case Move(source, target, tracked):
            move = "git mv" if tracked else f"[ ! -e {word(target)} ] && mv"
            said = f"{move} -- {word(source)} {word(target)}"
        case Keep():
            said = _keep(step)
        case BringBack(path, commit):
            said = f"git checkout {commit} -- {word(path)}"
        case TakeAway(path, tracked):
            said = f"{'git rm --quiet --force' if tracked else 'rm'} -- {word(path)}"
        case WriteContent(path, blob):
            said = f"git cat-file blob {blob} > {word(path)}"
        case RenameClass() | DeleteLine() | SetVersion():
            said = _edit(step)
        case RunCommand(command):
            said = command
        case _:
            assert_never(step)
    return said


def _keep(step: Keep) -> str:
    copy = word(step.copy)
    if step.staged is not None:
        return f"[ ! -e {copy} ] && git cat-file blob {step.staged} > {copy}"
    return f"[ ! -e {copy} ] && cp -P -- {word(step.path)} {copy}"


def _edit(step: RenameClass | DeleteLine | SetVersion) -> str:
    """Words for GNU's and BSD's sed alike."""
    match step:
        case RenameClass(_, old, new):
            by = f"/class[[:space:]]/s/{old}\\([^A-Za-z0-9_]\\)/{new}\\1/"
        case DeleteLine(_, line):
            by = f"{line}d"
        case SetVersion(_, line, old, new):
            by = f"{line}s/{old}/{new}/"
        case _:
            assert_never(step)
    path, aside = word(step.path), word(step.path + _ASIDE)
    return f"sed -i{_ASIDE} -e '{by}' -- {path} && rm -- {aside}"
