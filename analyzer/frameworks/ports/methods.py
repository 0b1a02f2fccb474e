"""What a framework's own methods refuse as a migration calls them, before the database does."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from analyzer.model.effects import effect as e
from analyzer.model.schema.schema import Table
from analyzer.records import Struct

if TYPE_CHECKING:
    from typing import Protocol

    from analyzer.model.effects.impediment import Impediment
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


Release = Callable[[], tuple[int, int] | None]
"""Says which release of the framework will run it; None where nothing tells."""


class MethodRefusal(Struct, frozen=True):
    """An error in the framework's own words: its class, and what it says."""

    error: str
    said: str


class MethodDoubt(Struct, frozen=True):
    """What cannot be known here, as it depends on the framework's version or on other code.

    ``settle`` is what would tell.
    """

    why: str
    settle: str


class Methods(Protocol):
    """What the methods that migrations call refuse by themselves."""

    @property
    def invalid_row(self) -> str:
        """The error of a model that finds, before the database does, that a row cannot be."""

    @property
    def without_keys(self) -> str:
        """How a migration keeps foreign keys from acting while a table is made anew, in words."""

    def before_engine(
        self, engine: str, impediment: "Impediment", names: Mapping[str, str], /
    ) -> MethodRefusal | None:
        """What is refused in place of an engine; None where it is left to the engine.

        Args: engine: its name.  names: those that stand in braces in the impediment's text.
        """

    def no_column_for_default(self, table: str, column: str, /) -> MethodRefusal:
        """A default is set for a column that is not there."""

    def other_column_there(self, there: str, error: str, release: Release, /) -> MethodDoubt | None:
        """A column that may be there is added, and is there with another type.

        Args: there: what is there, in words.  error: the database's, where it is asked to add it.
        """

    def forced_unless_there(
        self, effect: e.CreateTable, release: Release, /
    ) -> MethodRefusal | MethodDoubt | None:
        """A table is made that is to be dropped if it is there, and not to be made if it is."""

    def later_option(self, option: str, release: Release, /) -> MethodRefusal | MethodDoubt | None:
        """An index is added with an option that not every release knows."""

    def long_index_name(self, table: str, index: str, longest: int, /) -> MethodRefusal | None:
        """An index of this name is added; the database keeps ``longest`` characters of it."""

    def index_to_remove(
        self, table: Table | None, effect: e.RemoveIndex, release: Release, /
    ) -> MethodRefusal | MethodDoubt | None:
        """An index is removed that is told by its columns. Args: table: None where it is gone."""

    def no_foreign_key(self, effect: e.RemoveForeignKey, /) -> MethodRefusal:
        """A foreign key is removed that is not there."""

    def no_constraint(self, table: str, kind: str, described: str, /) -> MethodRefusal:
        """A constraint is removed or validated that is not there."""

    def unfit_upsert(
        self,
        model: str,
        conflict: e.OnConflict,
        table: Table,
        unique: Iterable[tuple[str, set[str]]],
        /,
    ) -> MethodDoubt | None:
        """Rows are written by a model that is told which unique index to go by.

        Args: unique: the names and columns of those that the table has.
        """
