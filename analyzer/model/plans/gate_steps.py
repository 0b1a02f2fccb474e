"""What the gate tells people to do to files, as data: shown, tried in memory, carried out."""

from analyzer.records import Struct


class Move(Struct, frozen=True):
    """Give a file, or a folder, another path. ``tracked``: git knows it, and shall know.

    ``whole``: it is a folder, which must not end up inside another one.
    """

    source: str
    target: str
    tracked: bool = True
    whole: bool = False


class Keep(Struct, frozen=True):
    """Copy a file beside itself, where no framework takes it for a migration.

    It goes before a step that would overwrite or delete what stands nowhere else. ``staged`` is
    the git object of a text that only the index has; None where the working tree's is copied.
    """

    path: str
    copy: str
    staged: str | None = None


class BringBack(Struct, frozen=True):
    """Give a path the content that it had at a commit."""

    path: str
    commit: str


class TakeAway(Struct, frozen=True):
    """Delete a file that the change added."""

    path: str
    tracked: bool = True


class WriteContent(Struct, frozen=True):
    """Give a path the content of a git object."""

    path: str
    blob: str


class RenameClass(Struct, frozen=True):
    """Give a class another name, where it is defined."""

    path: str
    old: str
    new: str


class DeleteLine(Struct, frozen=True):
    """Delete one line (one-based) of a file, if it holds a text: letters, digits, blanks, ``:``."""

    path: str
    line: int
    holding: str = ""


class SetVersion(Struct, frozen=True):
    """Write another version into one line (one-based) of a schema file: digits and underscores."""

    path: str
    line: int
    old: str
    new: str


class RunCommand(Struct, frozen=True):
    """Run a command of the application, which changes a database or a schema file."""

    command: str


Step = (
    Move
    | Keep
    | BringBack
    | TakeAway
    | WriteContent
    | RenameClass
    | DeleteLine
    | SetVersion
    | RunCommand
)
Steps = tuple[Step, ...]
