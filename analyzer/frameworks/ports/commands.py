"""What users of a framework type."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class Commands(Protocol):
    """What users type."""

    @property
    def title(self) -> str:
        """How messages call the framework."""

    @property
    def migrate(self) -> str:
        """Run what is pending, as messages name it."""

    @property
    def dump(self) -> str:
        """Write the schema file anew, as messages name it."""

    @property
    def records(self) -> str:
        """What notes that a migration ran, and runs nothing, before its version; mostly empty."""

    @property
    def makes(self) -> str:
        """Make a new migration, with ``{name}`` where it is told one; empty where files do."""

    @property
    def whole(self) -> str:
        """The command that runs what is pending, as it is called in most applications."""

    def typed(self, command: str, has: "Callable[[str], bool]", /) -> str:
        """A command as it is typed in the application's folder; ``has`` knows the files there."""

    def startable(self, has: "Callable[[str], bool]", /) -> bool:
        """Whether the application's folder has what its commands start from, as far as is known."""

    def left_out(self, table: str, /) -> str:
        """What becomes of a table of ours in the schema file, and how it is kept out of it."""
