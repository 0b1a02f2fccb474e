"""What the text of a migration means."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol

    from analyzer.model.effects.content_features import ContentFeatures
    from analyzer.model.effects.effect import Parsed
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class Language(Protocol):
    """What the text of a migration means. Total: any bytes give an answer."""

    @property
    def lexer(self) -> str:
        """The language's name, as highlighters know it."""

    @property
    def comment(self) -> str:
        """What begins a comment that goes to the line's end."""

    @property
    def computed(self) -> Sequence[str]:
        """What stands in a text that puts names together only when it runs."""

    @property
    def config_folder(self) -> str | None:
        """The folder, from an application's root, whose files set defaults; None where none do."""

    def is_migration(self, content: bytes, /) -> bool:
        """Whether the text, of a file whose name may be a migration's, is this framework's."""

    def is_configuration(self, path: str, /) -> bool:
        """Whether a file of that folder may set them."""

    def key_type(self, configuration: bytes, /) -> str | None:
        """The type of primary keys that a file of the configuration sets."""

    def asks_key_type(self, content: bytes, /) -> bool:
        """Whether a text's effects depend on that type."""

    def parse(self, content: bytes, key_type: str | None = None, /) -> "Parsed":
        """What a migration does."""

    def same_code(self, one: bytes, other: bytes, /) -> bool:
        """Whether two texts differ in nothing that counts."""

    def read_substance(self, content: bytes, /) -> "ContentFeatures":
        """What a text is about, apart from what all migrations share."""

    def read_words(self, content: bytes, /) -> frozenset[str]:
        """All words of a text, boilerplate too."""

    def read_subject(self, content: bytes, /) -> tuple[str | None, Counter[str]]:
        """The name that a text defines, and the words in it that are not the language's own."""

    def may_create(self, content: bytes, /) -> frozenset[str] | None:
        """Names of what a text may create; None where it may be anything."""

    def speaks_of(self, content: bytes, /) -> frozenset[str]:
        """Every word of a text, and the tables that it may mean by it."""

    def statements_at(self, content: bytes, line: int, /) -> list[tuple[int, int]]:
        """The statements that cover a line, by first and last line, the innermost first."""
