"""A backup: a folder that holds a dump, and a manifest that says what the dump must contain."""

from enum import StrEnum

from analyzer.model.schema.database_state import DatabaseState
from analyzer.records import Struct

MANIFEST = "manifest.json"
DUMP = "dump"  # its name begins so, whatever its form
SCHEMA = "schema.pgdump"  # what a backup of data alone is restored into


class Content(StrEnum):
    """What a dump holds."""

    FULL = "full"
    DATA_ONLY = "data-only"
    SCHEMA_ONLY = "schema-only"
    TABLES = "tables"


class Form(StrEnum):
    """How a dump is written; the names are pg_dump's."""

    CUSTOM = "custom"
    DIRECTORY = "directory"
    PLAIN = "plain"


class BackupWish(Struct, frozen=True):
    """Which backup is wanted. ``compress`` is gzip's level, 0 for none; ``jobs`` need DIRECTORY."""

    content: Content = Content.FULL
    form: Form = Form.CUSTOM
    tables: tuple[str, ...] = ()  # [schema.]name, as given
    compress: int = 6
    jobs: int = 1
    checksums: bool = True


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
