"""Where a fact was read, so that every report can point."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """A place a reader can look: a table in a database, or a line of a file."""

    environment: str
    place: str  # "archive_production public.schema_migrations", or "dump.sql"
    line: int | None = None  # one-based, where the place is a file
