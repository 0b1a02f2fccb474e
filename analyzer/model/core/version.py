"""The key that a framework stores for a migration."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version: equal and ordered by number, shown by its text.

    Rails compares versions as integers, so ``013`` and ``13`` are one version
    (ActiveRecord::MigrationContext, ``version.to_i``).
    """

    number: int
    text: str = field(compare=False)

    @property
    def is_number(self) -> bool:
        """Whether the text begins with a digit; a framework stores nothing else by itself."""
        return self.text.lstrip()[:1] in tuple("0123456789")

    def __str__(self) -> str:
        return self.text
