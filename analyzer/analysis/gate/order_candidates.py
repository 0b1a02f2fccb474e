"""Which migrations may matter to the order of touched ones: a look at names, before any parsing.

Every name is looked up once a file, so that thousands of touched files among tens of thousands cost
no more than the words in them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from analyzer.model.core.migration import MigrationFile
from analyzer.model.gate.gate import Touched

NamesOf = Callable[[MigrationFile], Iterable[str]]
_ANY = "*"  # stands for a maker of unknown names; no name in a text is written so


def near(
    touched: Sequence[Touched],
    merged: Sequence[MigrationFile],
    spoken_in: NamesOf,
    created_by: Callable[[MigrationFile], Iterable[str] | None],
) -> Mapping[str, MigrationFile]:
    """Touched files with a later one, and later ones with a touched one, where the two may be tied.

    They may be where one speaks of what the other may create. By path.

    Args:
        spoken_in: the names that a file speaks of.
        created_by: those that it may create for others; None where it may be any.
    """
    if not touched:
        return {}
    first = min(one.since for one in touched)
    later = [file for file in merged if first < file.version]
    known = {one.since.key for one in touched} | {file.version.key for file in later}
    rank = {key: place for place, key in enumerate(sorted(known))}

    def made(file: MigrationFile) -> Iterable[str]:
        names = created_by(file)
        return (_ANY,) if names is None else names

    def met(file: MigrationFile) -> Iterable[str]:
        return (*spoken_in(file), _ANY)

    early = _Side([(one.file, -rank[one.since.key]) for one in touched], made, met)
    late = _Side([(file, rank[file.version.key]) for file in later], made, met)
    found = [file for file in later if early.meets(file, -rank[file.version.key])]
    found += [one.file for one in touched if late.meets(one.file, rank[one.since.key])]
    return {file.path: file for file in found}


class _Side:
    """Files by the names that they make and by those that they speak of, and how far each reaches.

    Two files a name will do: those that reach farthest, as one of them is not the one that asks.
    """

    def __init__(
        self, files: Iterable[tuple[MigrationFile, int]], made: NamesOf, met: NamesOf
    ) -> None:
        self._made, self._met = made, met
        self._makers: dict[str, list[tuple[int, str]]] = {}
        self._users: dict[str, list[tuple[int, str]]] = {}
        for file, reach in files:
            _note(self._makers, made(file), (reach, file.path))
            _note(self._users, met(file), (reach, file.path))

    def meets(self, file: MigrationFile, begin: int) -> bool:
        """Whether another file that reaches beyond ``begin`` may be tied to this one."""
        return _reached(self._users, self._made(file), file.path, begin) or _reached(
            self._makers, self._met(file), file.path, begin
        )


def _note(
    known: dict[str, list[tuple[int, str]]], names: Iterable[str], file: tuple[int, str]
) -> None:
    for name in names:
        two = known.setdefault(name, [])
        if len(two) < 2 or two[1] < file:  # noqa: PLR2004  two, see `_Side`
            known[name] = sorted([*two, file], reverse=True)[:2]


def _reached(
    known: Mapping[str, list[tuple[int, str]]], names: Iterable[str], path: str, begin: int
) -> bool:
    return any(
        begin < reach and other != path for name in names for reach, other in known.get(name, ())
    )
