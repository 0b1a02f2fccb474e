"""Rows of a version table, whole: the version's text, and what else the table keeps of it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from analyzer.records import Struct, field


class Columns(Mapping[str, str | None]):
    """What a row holds besides its version: by column, the value in the database's own text.

    None is NULL. Columns cannot be changed, and rows of one table share their names. A table that
    holds nothing but versions has NO_COLUMNS in every row.
    """

    __slots__ = ("_names", "_values")

    def __init__(self, names: tuple[str, ...], values: Iterable[str | None]) -> None:
        self._names, self._values = names, tuple(values)
        if len(names) != len(self._values):
            raise ValueError(names)

    def __getitem__(self, name: str) -> str | None:
        if name not in self._names:
            raise KeyError(name)
        return self._values[self._names.index(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __hash__(self) -> int:
        return hash(frozenset(self.items()))

    def __repr__(self) -> str:
        return f"Columns({dict(self)!r})"

    def having(self, changed: Mapping[str, str | None]) -> "Columns":
        """The same columns with other values in some of them."""
        return Columns(self._names, (changed.get(name, self[name]) for name in self._names))


NO_COLUMNS = Columns((), ())


class NoText(str):
    """The text of a NULL: empty, and told from an empty text only where a row is written."""

    __slots__ = ()


NO_TEXT = NoText()


_COLONS = "::"


def joint(named: str) -> str:
    """What stands between the parts of a version of several columns: a dot, or two colons."""
    return _COLONS if _COLONS in named else "."


def key_columns(named: str) -> tuple[str, ...]:
    """The columns that make up a version: one, or several, joined as their texts (``app.name``)."""
    return tuple(named.split(joint(named)))


def stored_key(named: str, version: str) -> dict[str, str]:
    """What the columns hold that make up a version, by their names."""
    columns = key_columns(named)
    parts = version.split(joint(named), len(columns) - 1)
    return dict(zip(columns, [""] * (len(columns) - len(parts)) + parts, strict=True))


def joined_key(named: str, row: Mapping[str, str | None]) -> str | None:
    """The version that a row's columns make up; None where one of them is NULL or not there."""
    parts = [row.get(column) for column in key_columns(named)]
    known = [part for part in parts if part is not None]
    return joint(named).join(known) if len(known) == len(parts) else None


class RowShape(Struct, frozen=True):
    """Which columns of a version table make up its rows, as the framework has it.

    ``nulls``: a row without a version is one, too.
    """

    version: str = "version"  # its column, or several joined: see `key_columns`
    columns: tuple[str, ...] = ()  # besides the version
    nulls: bool = False

    def row(self, stored: str | Sequence[str | None]) -> "TableRow | None":
        """A row as a database answers; None where its version is NULL.

        Args: stored: the version, or a list of it and the other values.
        """
        if isinstance(stored, str):
            return TableRow(stored)
        version, *values = stored
        if version is None and not self.nulls:
            return None
        text = NO_TEXT if version is None else version
        return TableRow(text, Columns(self.columns, values))

    def version_in(self, text: str) -> str:
        """The version in a row's text."""
        return str(json.loads(text)[0]) if self.columns else text


ONLY_VERSIONS = RowShape()


class TableRow(Struct, frozen=True):
    """A row as a repair writes it, apart from where it was read. ``version`` is the stored text."""

    version: str
    columns: Columns = field(default=NO_COLUMNS)

    @property
    def text(self) -> str:
        """All of the row in one text: the version, or a JSON list of it and the other values.

        PostgreSQL's json_build_array writes the same, so that either side can compare.
        """
        if not self.columns:
            return self.version
        version = None if isinstance(self.version, NoText) else self.version
        return json.dumps([version, *self.columns.values()], ensure_ascii=False)
