"""Where a fact was read, so that every report can point."""

from analyzer.records import Struct


class Origin(Struct, frozen=True):
    """A place a reader can look: a table in a database, or a line of a file."""

    environment: str
    place: str  # "archive_production public.schema_migrations", or "dump.sql"
    line: int | None = None  # one-based, where the place is a file
