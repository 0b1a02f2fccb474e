"""Which backup is wanted: what its dump holds, and in which form. ``manifest`` says what it is."""

from enum import StrEnum

from analyzer.records import Struct

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
