"""What an edit brings that never ran: what the database lacks of it, and the migration to come."""

from collections.abc import Mapping

from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.schema_diff import Difference
from analyzer.model.schema.schema import Schema
from analyzer.records import Struct


class Revision(Struct, frozen=True):
    """A migration whose text changed after it ran: the file as it ran, and as it is now."""

    ran: MigrationFile
    now: MigrationFile


class Lack(Struct, frozen=True):
    """One object that today's texts make otherwise than the database has it.

    ``path`` is the edited file that brings it. ``left`` says why the draft only tells of it; None
    where the draft mends it. ``open`` is of what a file makes only under a condition that cannot
    be decided without running it.
    """

    difference: Difference
    path: str
    left: str | None = None
    open: bool = False


class Unwritten(Struct, frozen=True):
    """Something that an edited text does besides the schema: data, or what nobody can read.

    ``text`` is the statement as the file writes it; ``why`` says why the draft does not do it;
    ``unknown`` is what nobody can read, so that it may concern the schema too.
    """

    path: str
    line: int
    text: str
    why: str
    unknown: bool


class FollowUp(Struct, frozen=True):
    """What one more migration must bring, so that the database is as the files say.

    ``wanted`` is the schema of today's files, ``there`` the one that the follow-up finds; ``place``
    is the database that was looked into, None where none was, so that nothing is left out.
    ``revisions`` is by today's path. ``path`` is where the draft belongs: after all others, or
    before those of ``needed_by``, the paths of pending migrations that fail without it; ``dialect``
    is the number in ``ActiveRecord::Migration[7.1]``, None where the application's migrations
    carry none.
    """

    revisions: Mapping[str, Revision]
    wanted: Schema
    there: Schema
    lacks: tuple[Lack, ...]
    unwritten: tuple[Unwritten, ...]
    place: str | None
    path: str
    class_name: str
    dialect: tuple[int, int] | None
    needed_by: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write, not even a remark."""
        return not self.lacks and not self.unwritten

    @property
    def brings(self) -> bool:
        """Whether a draft would do anything; else it is for a person to decide what is to be."""
        return any(lack.left is None for lack in self.lacks)

    def settled(self, path: str) -> bool:
        """Whether the database's catalogue has all that the edit of one file brings."""
        return (
            self.place is not None
            and not any(lack.path == path and not lack.open for lack in self.lacks)
            and not any(each.path == path and each.unknown for each in self.unwritten)
        )
