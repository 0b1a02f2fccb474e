"""The file in which a framework keeps the schema beside the migrations."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from analyzer.model.core.version import Version
from analyzer.records import Struct

if TYPE_CHECKING:
    from typing import Protocol

    from analyzer.model.effects.effect import Effect
    from analyzer.model.findings.schema_diff import Holding
    from analyzer.model.schema.schema_file import SchemaVersions
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class ReadSchema(Struct, frozen=True):
    """What a schema file says: effects that build the schema from nothing, and its version.

    ``selective``: it may leave out checks, views and such that the database has.
    """

    effects: tuple["Effect", ...]
    version: Version | None
    holding: "Holding"
    selective: bool = False


class SchemaFileStyle(Protocol):
    """How a framework writes versions into its schema file."""

    @property
    def schema_orders(self) -> Sequence[Callable[[Version], Any]]:
        """By what it sorts a list of versions, each release by another of these."""

    def written(self, text: str) -> Version:
        """Read a version as the file writes it; an InvalidVersion where that says that none ran."""

    def in_file_name(self, version: Version) -> str:
        """A version as the framework's generator writes it at the head of a file's name."""

    def written_like(self, model: str, version: Version) -> str:
        """A version in the same spelling as another one in the file."""


class SchemaFile(SchemaFileStyle, Protocol):
    """The file in which the framework keeps the schema beside the migrations."""

    @property
    def usual(self) -> Sequence[str]:
        """Where it lies, from an application's root, the likeliest first."""

    def beside(self, folder: str, /) -> tuple[str, ...]:
        """Where it lies for one migration folder."""

    def versions(self, path: str, blob: str, content: bytes, /) -> "SchemaVersions | None":
        """The versions that it names; None where it names none."""

    def parse(self, path: str, content: bytes, /) -> ReadSchema:
        """What it builds. Total: any bytes give a result."""
