"""Effects: what a migration does when it runs up, one value per operation, fit to be replayed.

Every effect carries its ``line`` in the file (one-based). What cannot be known is ``Opaque``,
never left out.
They stand in one module for each noun, and all of them are names of this one, too.
Objects that an effect touches are named in ``analyzer.model.effects.objects``.
"""

from dataclasses import dataclass

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
from analyzer.model.effects.effect_data import DataAction, DataEffect, ReadData, WriteData
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

__all__ = [
    "AddColumn",
    "AddConstraint",
    "AddEnumValue",
    "AddForeignKey",
    "AddIndex",
    "AddPrimaryKey",
    "Asked",
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


@dataclass(frozen=True, slots=True)
class RunMigration:
    """Run another migration's class, up or down (``revert Other``, ``Other.new.up``)."""

    class_name: str
    up: bool
    line: int


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that cannot be known without running it: its text, and why.

    ``file`` is the SQL file in which the rest of it stands, and which concerns only the one object
    that the text names; None where it may do anything.
    """

    text: str
    line: int
    why: str
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that the file asks at one place, and the answer that leads to an effect.

    All effects that hang on one question carry the same ``number``: it is asked once, before the
    first of them.
    """

    condition: Condition
    number: int
    answer: bool = True


@dataclass(frozen=True, slots=True)
class Guarded:
    """An effect that happens only where all of its questions get the answer that leads to it.

    ``likely`` is what to assume where one cannot be decided; ``rescued`` says that the file
    catches the error if the effect fails.
    """

    effect: "PlainEffect"
    asked: tuple[Asked, ...]
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


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that could not be read, with its line."""

    what: str
    line: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was read out of one migration file.

    ``rails`` is the version in ``ActiveRecord::Migration[7.1]``, None for a legacy class;
    ``down`` is None where the file has no code of its own for it; ``defines`` are the names of all
    classes and modules in the file.
    """

    effects: tuple[Effect, ...]
    class_name: str | None = None
    superclass: str | None = None
    rails: tuple[int, int] | None = None
    class_line: int | None = None
    ddl_transaction: bool = True
    down: tuple[Effect, ...] | None = None
    problems: tuple[Problem, ...] = ()
    defines: frozenset[str] = frozenset()
