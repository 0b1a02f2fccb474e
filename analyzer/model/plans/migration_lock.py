"""The lock that a framework holds while it migrates."""

import zlib

from analyzer.records import Struct


class MigrationLock(Struct, frozen=True):
    """An advisory lock: ``constant`` plus ``salt`` times the CRC-32 of the database is its key.

    ``owner`` is whose lock it is, for messages. A key that is the same everywhere has no salt.
    """

    owner: str
    salt: int = 0
    constant: int = 0

    def key(self, database: str) -> int:
        """The key for pg_advisory_lock in a database of this name."""
        return self.constant + self.salt * zlib.crc32(database.encode("utf-8", "surrogateescape"))

    @property
    def owned(self) -> str:
        """The owner in the genitive: Rails' or Knex's."""
        return f"{self.owner}'" if self.owner.endswith("s") else f"{self.owner}'s"
