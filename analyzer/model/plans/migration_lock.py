"""The lock that a framework holds while it migrates."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MigrationLock:
    """An advisory lock: ``salt`` times the CRC-32 of the database's name is its key.

    ``owner`` is whose lock it is, for messages.
    """

    owner: str
    salt: int
