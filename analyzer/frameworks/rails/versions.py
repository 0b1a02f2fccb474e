"""Rails' versions as its schema files write them, and in which orders."""

from collections.abc import Callable, Sequence
from typing import cast

from analyzer.frameworks.integer_versions import TIMESTAMP_DIGITS, bare, in_file_name, read
from analyzer.model.core.version import InvalidVersion, Version

__all__ = ["bare", "in_file_name", "read", "schema_orders", "written", "written_like"]

Order = Callable[[Version], tuple[int, ...]]


def written(text: str) -> Version:
    """Read a version as a schema file writes it, with or without ``_``; 0 is none."""
    number = int(text.replace("_", ""))
    return Version(number, str(number)) if number else InvalidVersion(0, "0")


def written_like(model: str, version: Version) -> str:
    """A version with underscores where Rails would put them, if the one before had them."""
    text = bare(version)
    if "_" in model and len(text) == TIMESTAMP_DIGITS:
        return "_".join((text[:4], text[4:6], text[6:8], text[8:]))
    return text


schema_orders: Sequence[Order] = (
    lambda version: (_number(version),),
    lambda version: (-_number(version),),
    lambda version: tuple(map(int, reversed(bare(version)))),
    lambda version: tuple(-int(digit) for digit in reversed(bare(version))),
)
"""How Rails sorts: up (to 7.0), down (from 7.1), and by the digits from the last one."""


def _number(version: Version) -> int:
    return cast("int", version.key)
