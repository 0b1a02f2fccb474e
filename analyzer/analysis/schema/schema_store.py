"""The tables of a database under construction: what is asked after each effect is kept at hand.

A migrate of many files would else look through all tables, or copy them, once for each effect.
"""

from collections.abc import Iterator, Mapping

from analyzer.model.schema.schema import ConstraintKind, Table

TEMPORARY = "pg_temp."
"""Before the name of a temporary table: it hides a lasting one and ends with the session."""


class Tables(dict[str, Table]):
    """Tables by name. ``temporary`` counts those of this session only."""

    def __init__(self, tables: Mapping[str, Table] | None = None) -> None:
        super().__init__(tables or {})
        self._known_owners: dict[str, list[str]] | None = None  # until somebody asks
        self._older: dict[str, Table | None] = {}
        self._older_around: dict[str, Table | None] = {}
        self.temporary = sum(name.startswith(TEMPORARY) for name in self)

    def __setitem__(self, name: str, table: Table) -> None:
        self._leave(name)
        super().__setitem__(name, table)
        self.temporary += name.startswith(TEMPORARY)
        if self._known_owners is not None:
            for relation in _relations(table):
                self._known_owners.setdefault(relation, []).append(name)

    def __delitem__(self, name: str) -> None:
        self._leave(name)
        super().__delitem__(name)

    def owners(self, relation: str) -> list[str]:
        """The tables that have an index, key or constraint of that name."""
        if self._known_owners is None:
            self._known_owners = {}
            for name, table in self.items():
                for one in _relations(table):
                    self._known_owners.setdefault(one, []).append(name)
        return self._known_owners.get(relation, [])

    def begin(self) -> "Before":
        """Keep from now on what changes."""
        self._older = {}
        return Before(self, self._older)

    def begin_around(self) -> "Before":
        """Keep what changes from now on, whatever else is begun within."""
        self._older_around = {}
        return Before(self, self._older_around)

    def _leave(self, name: str) -> None:
        old = self.get(name)
        self._older.setdefault(name, old)
        self._older_around.setdefault(name, old)
        if old is None:
            return
        self.temporary -= name.startswith(TEMPORARY)
        if self._known_owners is not None:
            for relation in _relations(old):
                self._known_owners[relation].remove(name)


class Before(Mapping[str, Table]):
    """The tables as they stood at one moment, told from what changed since."""

    def __init__(self, tables: Tables, older: Mapping[str, Table | None]) -> None:
        self._tables, self._older = tables, older

    def __getitem__(self, name: str) -> Table:
        found = self._older[name] if name in self._older else self._tables.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        yield from (name for name in self._tables if name not in self._older)
        yield from (name for name, table in self._older.items() if table is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def differs(self) -> bool:
        """Whether anything is other now."""
        return any(self._tables.get(name) != table for name, table in self._older.items())

    def changed(self) -> Iterator[Table]:
        """The tables of that moment that are not the very same now."""
        older = self._older.items()
        return (it for name, it in older if it is not None and self._tables.get(name) is not it)

    def came(self) -> Iterator[Table]:
        """The tables of now that were not the very same at that moment."""
        now = ((self._tables.get(name), it) for name, it in self._older.items())
        return (table for table, older in now if table is not None and table is not older)

    def gone(self) -> list[str]:
        """The tables that are there no longer."""
        older = self._older.items()
        return [name for name, it in older if it is not None and name not in self._tables]


def _relations(table: Table) -> Iterator[str]:
    """The names that a table takes of those which relations share, besides its own."""
    yield from (index.name for index in table.indexes)
    if table.primary_key:
        yield table.key
    yield from (it.name for it in table.constraints if it.kind is not ConstraintKind.CHECK)
