"""A checksum that a row keeps of the text that ran, which the tool compares with the file's."""

from collections.abc import Callable

from analyzer.records import Struct


class Checksum(Struct, frozen=True):
    """``column`` holds it, ``of`` makes it of a text as the database shows it.

    ``said`` is what the tool says where they differ, with the fields ``version``, ``stored`` and
    ``now``.
    """

    column: str
    of: Callable[[bytes], str]
    said: str
