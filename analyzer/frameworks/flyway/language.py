"""What Flyway's migrations do: SQL is read, and of a class in Java or Kotlin nothing can be."""

import re
from typing import TYPE_CHECKING

from analyzer.frameworks.sql.sql_language import SqlLanguage, one_message

if TYPE_CHECKING:
    from analyzer.model.effects.effect import Parsed

JAVA_CLASS = re.compile(
    rb"^[ \t]*(?:public\s+|final\s+|open\s+)*class\s+\w+[^{]*\b(?:Base)?JavaMigration\b",
    re.MULTILINE,
)


class FlywayLanguage(SqlLanguage):
    """The port ``Language`` of Flyway."""

    def __init__(self) -> None:
        super().__init__(one_message)  # what must do without a transaction stands alone

    def _parse(self, content: bytes, key_type: str | None = None) -> "Parsed":
        """What a migration does; only running it shows that of a class."""
        from analyzer.model.effects.effect import Opaque, Parsed

        if JAVA_CLASS.search(content) is None:
            return super()._parse(content, key_type)
        return Parsed((Opaque("the whole class", 1, "only running it shows what it does"),))
