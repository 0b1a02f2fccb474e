"""Migrations, guards and schemas written in a framework's language."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from analyzer.records import Struct

if TYPE_CHECKING:
    from typing import Protocol

    from analyzer.model.effects.effect import Effect
    from analyzer.model.effects.objects import ObjectRef
    from analyzer.model.findings.follow_up import FollowUp
    from analyzer.model.findings.schema_diff import SchemaReport
    from analyzer.model.schema.schema import ForeignKey
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class Writer(Protocol):
    """Migrations and schemas written in the framework's language."""

    def draft(self, found: "FollowUp", tool: str, /) -> str:
        """A follow-up as the text of a migration."""

    def schema(self, report: "SchemaReport", /) -> str:
        """A schema as the framework's own schema file writes it."""


class NewMigration(Struct, frozen=True):
    """What a migration is written of: statements of the way up and of the way down."""

    slug: str
    dialect: tuple[int, int] | None
    ddl_transaction: bool
    remark: str
    up: str
    down: str


class Guards(Protocol):
    """Conditions around statements, and migrations split from others, as text."""

    def there(self, needs: "Iterable[ObjectRef]", /) -> str | None:
        """The condition that objects are there; None where there is no question for their kind."""

    def not_done(self, effects: "Sequence[Effect]", text: str, /) -> str | None:
        """The condition that effects were not done before; empty where twice is once.

        Returns: None where it cannot be told, so that doing them twice would do harm.
        """

    def said(self, condition: str, /) -> str:
        """A condition as it is told to people."""

    def guarded(
        self, lines: Sequence[bytes], ranges: Sequence[tuple[int, int]], condition: str, /
    ) -> bytes:
        """Put the condition around lines."""

    def unless_done(self, text: str, guard: str, /) -> str:
        """Statements that are done only where the guard says so; always where it is empty."""

    def remark(self, text: str, /) -> str:
        """A comment."""

    def key_statement(self, table: str, key: "ForeignKey", /) -> str:
        """The statement that adds a foreign key by itself, where it is not there yet."""

    def key_removal(self, table: str, key: "ForeignKey", /) -> str:
        """The statement that takes the foreign key away again."""

    def without_key(self, lines: Sequence[bytes], column: str, /) -> list[bytes] | None:
        """Lines of a table's block without the foreign key of a column; None where not plain."""

    def migration(self, new: NewMigration, /) -> bytes:
        """The text of a new migration."""
