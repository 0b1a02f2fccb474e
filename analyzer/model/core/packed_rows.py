"""Very many applied rows, a few bytes each."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import overload

from analyzer.model.core.origin import Origin
from analyzer.model.core.table_row import NO_COLUMNS, Columns
from analyzer.model.core.version import Version, VersionKey
from analyzer.model.core.version_table import AppliedRow

_NONE: Mapping[int, Columns] = MappingProxyType({})


class PackedRows(Sequence[AppliedRow]):
    """Rows of one place; each is made when it is asked for.

    Args:
        numbers: by place, the versions that are stored as plain numbers; any number for the others.
        lines: one-based.  odd: by place, the versions that are stored otherwise.
        plain: makes the version of a plain number, as the framework does.
        columns: by place, what else rows hold; most hold nothing else.
    """

    def __init__(
        self,
        environment: str,
        place: str,
        numbers: Sequence[int],
        lines: Sequence[int],
        odd: Mapping[int, Version],
        plain: Callable[[int], Version],
        columns: Mapping[int, Columns] = _NONE,
    ) -> None:
        self._environment, self._place, self._plain = environment, place, plain
        self._numbers, self._lines, self._odd = numbers, lines, odd
        self._columns = columns

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> AppliedRow: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[AppliedRow]: ...
    def __getitem__(self, at: int | slice) -> AppliedRow | Sequence[AppliedRow]:
        """The rows at a place, or at some."""
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        at = range(len(self))[at]
        version = self._odd.get(at) or self._plain(self._numbers[at])
        columns = self._columns.get(at, NO_COLUMNS)
        return AppliedRow(version, columns, Origin(self._environment, self._place, self._lines[at]))

    def __iter__(self) -> Iterator[AppliedRow]:
        return map(self.__getitem__, range(len(self)))

    def known(
        self, keys: Container[VersionKey], numbers: Container[int], others: int
    ) -> tuple[AppliedRow, ...]:
        """The rows that have one of these versions, and the first so many of the others.

        Args: keys: of the versions.  numbers: the plain numbers among them.
        """
        chosen: list[int] = []
        for at, number in enumerate(self._numbers):
            if self._odd[at].key in keys if at in self._odd else number in numbers:
                chosen.append(at)
            elif others > 0:
                others -= 1
                chosen.append(at)
        return tuple(map(self.__getitem__, chosen))
