"""The manifest of a backup: what its folder holds, and what the dump in it must contain."""

from analyzer.model.recovery.backup import BackupWish
from analyzer.model.schema.database_state import DatabaseState
from analyzer.records import Struct

MANIFEST = "manifest.json"


class BackupFile(Struct, frozen=True):
    """A file of a backup: path within its folder, size in bytes, SHA-256 in hexadecimal."""

    path: str
    size: int
    sha256: str


class Manifest(Struct, frozen=True):
    """What a backup is and must contain; the state was read in the snapshot that was dumped."""

    made_by: str  # migdoctor and its version
    made_at: str  # UTC, ISO 8601
    seconds: float
    wish: BackupWish
    state: DatabaseState
    tool_major: int  # of the pg_dump that wrote it
    files: tuple[BackupFile, ...]
    engine: str | None = None  # the usual one, where an older version did not say it
    counted: str = "snapshot"  # where counts and checksums are from: it, or the dump, "restored"

    @property
    def bytes(self) -> int:
        """Of all its files."""
        return sum(file.size for file in self.files)
