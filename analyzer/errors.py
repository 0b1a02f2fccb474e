"""What can go wrong that the user can repair: each error says what, why, and how to fix.

AnalyzerError
├── UsageError                    the command line contradicts itself
├── RepositoryError               not a repository, git too old, revision unknown, folder missing
├── DatabaseError                 unreachable, missing, refused, no version table
│   ├── StatementError            the server refuses a statement; it carries the SQLSTATE
│   └── ConnectionLostError       the server went away in the middle
├── BackupError                   a backup cannot be written, or does not restore
├── RefusedError                  going on would lose data: ends with 1, where the others end with 2
├── RowsError                     a rows file that cannot be read as applied versions
└── EnvironmentToolError          an outside program or an optional wheel is missing or failed

Pure layers return refusals instead; only sources, operations, workflow and cli raise these.
"""

MOST_SAID = 4_000  # characters of a fact or cause, which may hold what a server or program says
MOST_FIX = 64_000  # of a way out, which may hold commands


def shortened(text: str, most: int = MOST_SAID) -> str:
    """The beginning of a text, and that there is more of it."""
    return text if len(text) <= most else f"{text[:most]} ... ({len(text):,} characters in all)"


class AnalyzerError(Exception):
    """A condition the user can mend.

    Args:
        what: the fact, naming the object.  why: the likely cause.  fix: an imperative.
    """

    status = 2  # of the command that it ends

    def __init__(self, what: str, *, why: str, fix: str) -> None:
        super().__init__(shortened(what))
        self.what, self.why = shortened(what), shortened(why)
        self.fix = shortened(fix, MOST_FIX)

    def add_cause(self, more: str) -> None:
        """Tell more of the cause; for who knows it further up."""
        self.why = shortened(f"{self.why}; {more}")

    def __str__(self) -> str:
        return f"{self.what}\n  why: {self.why}\n  fix: {self.fix}"


class UsageError(AnalyzerError):
    """The command line asks for two things at once, or for nothing."""


class RepositoryError(AnalyzerError):
    """The repository, a revision in it or a folder of it cannot be read."""


class DatabaseError(AnalyzerError):
    """The database or its version table cannot be read."""


class NotItsTableError(DatabaseError):
    """The version table's columns are those of another framework."""


class StatementError(DatabaseError):
    """The server refuses a statement, in its own words. ``sqlstate`` is empty where unknown.

    ``primary``, ``detail`` and ``hint`` are the parts of what it said.
    """

    def __init__(
        self,
        said: str,
        *,
        place: str,
        why: str,
        fix: str,
        sqlstate: str,
        primary: str = "",
        detail: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(f"{place} refuses: {said}", why=why, fix=fix)
        self.said, self.sqlstate = shortened(said), sqlstate
        self.primary, self.detail, self.hint = primary or said, detail, hint


class ConnectionLostError(DatabaseError):
    """The connection broke in the middle of the work."""

    def __init__(self, said: str, *, place: str) -> None:
        super().__init__(
            f"the connection to {place} was lost",
            why="the server was stopped or restarted, or the network broke "
            f"({' '.join(said.split())})",
            fix="wait until the server answers again, then run the same command again",
        )
        self.said = said


class BackupError(AnalyzerError):
    """A backup cannot be written, or does not restore to what it was taken from."""


class RefusedError(AnalyzerError):
    """What was asked for would lose data, or is asked of something that is not whole."""

    status = 1


class RowsError(AnalyzerError):
    """A rows file holds no applied versions, or is in no known form."""


class EnvironmentToolError(AnalyzerError):
    """A program or wheel that the command needs is missing, or failed."""
