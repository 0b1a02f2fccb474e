"""Very many applied rows, a few bytes each."""

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import overload

from analyzer.model.core.origin import Origin
from analyzer.model.core.version import Version
from analyzer.model.core.version_table import AppliedRow


class PackedRows(Sequence[AppliedRow]):
    """Rows of one place; each is made when it is asked for.

    Args:
        numbers: the versions as numbers.  lines: one-based.
        odd: by place in the order, the versions whose text is not just their number.
    """

    def __init__(
        self,
        environment: str,
        place: str,
        numbers: Sequence[int],
        lines: Sequence[int],
        odd: Mapping[int, Version],
    ) -> None:
        self._environment, self._place = environment, place
        self._numbers, self._lines, self._odd = numbers, lines, odd

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
        number = self._numbers[at]
        version = self._odd.get(at) or Version(number, str(number))
        return AppliedRow(version, Origin(self._environment, self._place, self._lines[at]))

    def __iter__(self) -> Iterator[AppliedRow]:
        return map(self.__getitem__, range(len(self)))

    def known(self, numbers: Container[int], others: int) -> tuple[AppliedRow, ...]:
        """The rows that have one of these numbers, and the first so many of the others."""
        chosen: list[int] = []
        for at, plain in enumerate(self._numbers):
            number = self._odd[at].number if at in self._odd else plain
            if number in numbers:
                chosen.append(at)
            elif others > 0:
                others -= 1
                chosen.append(at)
        return tuple(map(self.__getitem__, chosen))
