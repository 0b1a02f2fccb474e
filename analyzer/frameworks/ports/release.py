"""The file in which an application pins the release of its framework."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class ReleaseFile(Protocol):
    """It is read, never run."""

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be called, in the application's folder. What stands first wins."""

    def read(self, content: bytes, /) -> tuple[int, int] | None:
        """The release, by its first two numbers; None where it names none."""

    def loads_schema_first(self, release: tuple[int, int], /) -> bool:
        """Whether a migrate of a database without a version table loads the schema file first."""
