"""The key that a framework stores for a migration."""

from typing import ClassVar, Protocol, Self

from analyzer.records import Struct


class VersionKey(Protocol):
    """What a framework compares of a version. Nobody else looks inside.

    Keys of one framework are hashable and ordered among each other; those of two frameworks are
    not to be compared. Rails' are integers, dbmate's texts.
    """

    def __hash__(self) -> int: ...
    def __lt__(self, other: Self, /) -> bool: ...
    def __le__(self, other: Self, /) -> bool: ...
    def __gt__(self, other: Self, /) -> bool: ...
    def __ge__(self, other: Self, /) -> bool: ...


class Version(Struct, frozen=True, eq=False):
    """A version: what a framework makes of a text. Only a framework makes one.

    Versions are equal and ordered by their keys, and shown by their text, as it was written or
    stored: to Rails ``013`` and ``13`` are one version. ``unwritten`` is how many characters the
    text begins with that no file's name has (db-migrate stores a slash before each name).
    """

    key: VersionKey
    text: str
    unwritten: int = 0

    is_valid: ClassVar[bool] = True

    @property
    def written(self) -> str:
        """The version as the name of a file has it."""
        return self.text[self.unwritten :]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return self.key == other.key if isinstance(other, Version) else NotImplemented

    def __lt__(self, other: Self) -> bool:
        return self.key < other.key

    def __le__(self, other: Self) -> bool:
        return self.key <= other.key

    def __gt__(self, other: Self) -> bool:
        return self.key > other.key

    def __ge__(self, other: Self) -> bool:
        return self.key >= other.key

    def __str__(self) -> str:
        return self.text


class InvalidVersion(Version, frozen=True):
    """A stored text that the framework would never store by itself.

    It has a key all the same: the one that the framework's own comparison gives it (Rails takes
    ``latest`` for 0), or one that sorts it somewhere.
    """

    is_valid = False


NO_VERSION = InvalidVersion(0, "")
"""Where something that is not a migration is read as if it were one."""
