"""Effects: what a migration does when it runs up, one value per operation, fit to be replayed.

Every effect carries its ``line`` in the file (one-based). What cannot be known is ``Opaque``,
never left out.
They stand in one module for each noun, and all of them are names of this one, too.
Objects that an effect touches are named in ``analyzer.model.effects.objects``.
"""

from analyzer.model.core.condition import AllOf, Condition, negated
from analyzer.model.effects.effect_columns import (
    AddColumn,
    ChangeColumn,
    ChangeColumnComment,
    ChangeDefault,
    ChangeNull,
    ColumnEffect,
    RemoveColumn,
    RenameColumn,
)
from analyzer.model.effects.effect_data import (
    DataAction,
    DataEffect,
    OnConflict,
    ReadData,
    WriteData,
)
from analyzer.model.effects.effect_keys import (
    AddConstraint,
    AddForeignKey,
    AddIndex,
    KeyEffect,
    RemoveConstraint,
    RemoveForeignKey,
    RemoveIndex,
    RenameIndex,
    ValidateConstraint,
)
from analyzer.model.effects.effect_names import (
    AddEnumValue,
    ChangeOther,
    CreateEnum,
    CreateObject,
    DisableExtension,
    DropEnum,
    DropObject,
    EnableExtension,
    NamedEffect,
    RenameEnum,
    RenameEnumValue,
    RenameObject,
)
from analyzer.model.effects.effect_tables import (
    AddPrimaryKey,
    ChangeTableComment,
    CreateTable,
    DropTable,
    RemovePrimaryKey,
    RenameTable,
    TableEffect,
)
from analyzer.records import Struct

__all__ = [
    "AddColumn",
    "AddConstraint",
    "AddEnumValue",
    "AddForeignKey",
    "AddIndex",
    "AddPrimaryKey",
    "AnsweredQuestion",
    "ChangeColumn",
    "ChangeColumnComment",
    "ChangeDefault",
    "ChangeNull",
    "ChangeOther",
    "ChangeTableComment",
    "ColumnEffect",
    "CreateEnum",
    "CreateObject",
    "CreateTable",
    "DataAction",
    "DataEffect",
    "DisableExtension",
    "DropEnum",
    "DropObject",
    "DropTable",
    "Effect",
    "EnableExtension",
    "Guarded",
    "KeyEffect",
    "NamedEffect",
    "OnConflict",
    "Opaque",
    "Parsed",
    "PlainEffect",
    "Problem",
    "ReadData",
    "RemoveColumn",
    "RemoveConstraint",
    "RemoveForeignKey",
    "RemoveIndex",
    "RemovePrimaryKey",
    "RenameColumn",
    "RenameEnum",
    "RenameEnumValue",
    "RenameIndex",
    "RenameObject",
    "RenameTable",
    "RunMigration",
    "TableEffect",
    "ValidateConstraint",
    "WriteData",
]


class RunMigration(Struct, frozen=True):
    """Run another migration's class, up or down (``revert Other``, ``Other.new.up``)."""

    class_name: str
    up: bool
    line: int


class Opaque(Struct, frozen=True):
    """Something that cannot be known without running it: its text, and why.

    ``file`` is the SQL file in which the rest of it stands, and which concerns only the one object
    that the text names; None where it may do anything.
    ``within`` is the one table whose parts it changes: it neither drops nor renames that or any
    other table. None where it may.
    """

    text: str
    line: int
    why: str
    file: str | None = None
    within: str | None = None


class AnsweredQuestion(Struct, frozen=True):
    """A question that the file asks at one place, and the answer that leads to an effect.

    All effects that hang on one question carry the same ``number``: it is asked once, before the
    first of them.
    """

    condition: Condition
    number: int
    answer: bool = True

    def taken(self) -> Condition:
        """The condition that holds where the answer was this."""
        return self.condition if self.answer else negated(self.condition)


class Guarded(Struct, frozen=True):
    """An effect that happens only where all of its questions get the answer that leads to it.

    ``likely`` is what to assume where one cannot be decided; ``rescued`` says that the file
    catches the error if the effect fails.
    """

    effect: "PlainEffect"
    asked: tuple[AnsweredQuestion, ...]
    line: int
    likely: bool = True
    rescued: bool = False

    @property
    def condition(self) -> Condition:
        """All questions and answers as one condition."""
        parts = tuple(it.condition if it.answer else negated(it.condition) for it in self.asked)
        return parts[0] if len(parts) == 1 else AllOf(parts)


PlainEffect = (
    TableEffect | ColumnEffect | KeyEffect | NamedEffect | DataEffect | RunMigration | Opaque
)
Effect = PlainEffect | Guarded


class Problem(Struct, frozen=True):
    """Something in a file that could not be read, with its line."""

    what: str
    line: int


class Parsed(Struct, frozen=True):
    """What was read out of one migration file.

    ``dialect`` is the release of the framework for which the file is written, as it says itself
    (Rails: ``Migration[7.1]``), None where it does not;
    ``down`` is None where the file has no code of its own for it; ``defines`` are the names of all
    classes and modules in the file. ``partial``: calls in it that may make anything are unread.
    """

    effects: tuple[Effect, ...]
    class_name: str | None = None
    superclass: str | None = None
    dialect: tuple[int, int] | None = None
    class_line: int | None = None
    ddl_transaction: bool = True
    down: tuple[Effect, ...] | None = None
    problems: tuple[Problem, ...] = ()
    defines: frozenset[str] = frozenset()
    partial: bool = False
