"""The engine's SQL, read."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from analyzer.model.effects.effect import Effect


class Parser(Protocol):
    """The engine's SQL, read."""

    def parse_sql(self, text: str) -> "tuple[Effect, ...]":
        """Read statements as effects; what cannot be read is opaque."""
        ...

    def canonical(self, text: str) -> str:
        """Write an expression in the one form in which two of one meaning are alike."""
        ...
