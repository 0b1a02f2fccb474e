"""The lock that a framework holds while it migrates."""

import zlib

from analyzer.records import Struct, replace

_BITS_32 = (1 << 32) - 1


class MigrationLock(Struct, frozen=True):
    """An advisory lock: ``constant`` plus ``salt`` times the CRC-32 of the database is its key.

    ``owner`` is whose lock it is, for messages. A key that is the same everywhere has no salt.
    ``before`` is what stands before the database's name where that is summed up; such a key has 32
    bits. ``further``: what stands there where the tool connects in another way.
    """

    owner: str
    salt: int = 0
    constant: int = 0
    before: str = ""
    further: tuple[str, ...] = ()

    def key(self, database: str) -> int:
        """The key for pg_advisory_lock in a database of this name."""
        summed = self.before + database
        key = self.constant + self.salt * zlib.crc32(summed.encode("utf-8", "surrogateescape"))
        return key & _BITS_32 if self.before else key

    @property
    def each(self) -> tuple["MigrationLock", ...]:
        """One lock for each way in which the tool may have connected."""
        return (self, *(replace(self, before=it, further=()) for it in self.further))

    @property
    def owned(self) -> str:
        """The owner in the genitive: Rails' or Knex's."""
        return f"{self.owner}'" if self.owner.endswith("s") else f"{self.owner}'s"
