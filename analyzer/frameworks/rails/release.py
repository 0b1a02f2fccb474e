"""Which Rails an application runs, as Bundler pins it."""

import re

names = ("Gemfile.lock", "gems.locked")
_PINNED = re.compile(rb"(?m)^    (?:activerecord|rails) \((\d+)\.(\d+)[.)]")


def read(content: bytes) -> tuple[int, int] | None:
    """The release in a lock file; None where it has no Rails."""
    found = _PINNED.search(content)
    return None if found is None else (int(found[1]), int(found[2]))


def loads_schema_first(release: tuple[int, int]) -> bool:
    """Source: DatabaseTasks.initialize_database, 8.0."""
    return release >= (8, 0)
