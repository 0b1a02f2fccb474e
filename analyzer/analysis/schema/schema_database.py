"""A database under construction: what effects work on, one after the other."""

import re
from collections.abc import Iterable, Iterator

from analyzer.analysis.schema.schema_store import Tables
from analyzer.engines.base import Engine
from analyzer.frameworks.registry import NEVER_APPLICATIONS
from analyzer.model.core import condition as c
from analyzer.model.schema.schema import (
    Column,
    EnumType,
    ForeignKey,
    Index,
    NamedObject,
    Schema,
    Table,
    schema_of,
)
from analyzer.records import Struct, field, replace

_VIEWS = ("view", "materialized_view")


class EffectRefusedError(Exception):
    """The database would refuse an effect; the text says why."""


class Database(Struct):
    """The state between two effects. ``unsure`` are tables with columns that are not known.

    ``table_case`` and ``column_case``: whether names of tables, and of columns and indexes, that
    differ in case only are two.
    """

    tables: Tables = field(default_factory=Tables)
    enums: dict[str, EnumType] = field(default_factory=dict)
    extensions: set[str] = field(default_factory=set)
    others: set[NamedObject] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    former: dict[str, str] = field(default_factory=dict)  # an index's name before Rails renamed it
    table_case: bool = True
    column_case: bool = True

    @classmethod
    def of(
        cls, schema: Schema, engine: Engine | None = None, *, table_case: bool | None = None
    ) -> "Database":
        """A database that has a schema already.

        Args: engine: says what the case of a name means; None for one where it tells names apart.
            table_case: what a server says of that for its tables.
        """
        usual = engine is None or engine.features.table_case
        return cls(
            Tables(schema.tables),
            dict(schema.enums),
            set(schema.extensions),
            set(schema.others),
            table_case=usual if table_case is None else table_case,
            column_case=engine is None or engine.features.column_case,
        )

    def table(self, name: str) -> Table:
        """Find a table. Raises RefusedError where there is none."""
        if name not in self.tables:
            raise EffectRefusedError(f"there is no table {name}")
        return self.tables[name]

    @property
    def is_exact(self) -> bool:
        """Whether names that differ in case only are two, whatever they name."""
        return self.table_case and self.column_case

    def spelled_table(self, name: str) -> str:
        """A table's name as the database has it."""
        if self.table_case or name in self.tables:
            return name
        return among(self.tables, name)

    def spelled_column(self, table: Table | None, name: str) -> str:
        """A column's name as its table has it."""
        if self.column_case or table is None:
            return name
        return among((it.name for it in table.columns), name)

    def put(self, table: Table) -> None:
        """Store a table in its new form."""
        self.tables[table.name] = table

    def index_owner(self, name: str) -> Table | None:
        """The table that has an index of that name; names are unique in a database."""
        owners = (self.tables[owner] for owner in self.tables.owners(name))
        return next((table for table in owners if table.index(name)), None)

    def typed(self, column: Column) -> Column:
        """The column, its type told as an enum where the database has an enum of that name."""
        if column.type in self.enums:
            return replace(column, type="enum", enum_type=column.type)
        return column

    def schema(self) -> Schema:
        """The schema that has been built."""
        tables = map(self._plainly_pointing, self.tables.values())
        return schema_of(tables, self.enums.values(), self.extensions, self.others)

    def _plainly_pointing(self, table: Table) -> Table:
        """The table, its foreign keys without the target's own key, which is meant anyway."""
        keys = tuple(
            replace(key, primary_key=()) if self._is_own_key(key) else key
            for key in table.foreign_keys
        )
        return replace(table, foreign_keys=keys) if keys != table.foreign_keys else table

    def _is_own_key(self, key: ForeignKey) -> bool:
        target = self.tables.get(key.to_table)
        return (
            target is not None and bool(key.primary_key) and key.primary_key == target.primary_key
        )

    def fact_holds(self, fact: c.Fact) -> bool | None:
        """Whether something is so at this point; None where that is not known."""
        match fact:
            case c.TableExists(name) if name in NEVER_APPLICATIONS:
                return True
            case c.TableExists(name):
                views = (NamedObject(kind, name) for kind in _VIEWS)
                return name in self.tables or any(view in self.others for view in views)
            case c.ExtensionEnabled(name):
                return name in self.extensions
            case c.Unsure() | c.ExtensionAvailable():
                return None
            case c.IndexExists(None, name):
                return name is not None and self.index_owner(name) is not None
            case _:
                table = self.tables.get(fact.table or "")
                return False if table is None else self._in_table(table, fact)

    def _in_table(self, table: Table, fact: "_TableFact") -> bool | None:
        match fact:
            case c.ColumnExists(name, column):
                there = table.column(column) is not None
                return None if not there and name in self.unsure else there
            case c.IndexExists(_, name, columns):
                if name is not None:
                    return table.index(name) is not None
                return any(index.columns == columns for index in table.indexes)
            case c.ForeignKeyExists(_, to_table, column, name):
                return any(
                    (to_table is None or key.to_table == to_table)
                    and (column is None or column in key.columns)
                    and (name is None or key.name == name)
                    for key in table.foreign_keys
                )
            case c.ConstraintExists(_, name):
                return any(constraint.name == name for constraint in table.constraints)


def among(known: Iterable[str], name: str) -> str:
    """A name in the case that one of those that are known has; as it is where none is the same."""
    wanted = name.lower()
    return next((it for it in known if it.lower() == wanted), name)


_TableFact = c.ColumnExists | c.IndexExists | c.ForeignKeyExists | c.ConstraintExists


_WORDS = re.compile(
    r"""'(?:[^']|'')*'"""  # a text
    r"""|::\s*[a-z_][\w ]*"""  # a cast
    r"""|"(?:[^"]|"")+"|[A-Za-z_][\w$]*(?=(\s*\()?)"""  # a name; of a function before a parenthesis
)


def _columns_in(text: str) -> Iterator[re.Match[str]]:
    """Names in an expression that may be columns: no texts, types or functions."""
    for word in _WORDS.finditer(text):
        if word[0][0] not in "':" and word[1] is None:
            yield word


def _name(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word


def mentions(text: str | None, column: str) -> bool:
    """Whether an expression names a column."""
    if text is None or column not in text:
        return False
    return any(_name(word[0]) == column for word in _columns_in(text))


def covers(index: Index, column: str) -> bool:
    """Whether an index depends on a column, so that PostgreSQL drops it with the column."""
    if column in index.columns or column in index.include:
        return True
    return mentions(index.where, column) or any(
        mentions(part, column) for part in _expressions(index)
    )


def _expressions(index: Index) -> Iterator[str]:
    return (part for part in index.columns if not part.isidentifier())


def renamed_in(text: str, old: str, new: str) -> str:
    """An expression in which a column has another name."""
    if text == old:
        return new
    if text.isidentifier() or not mentions(text, old):
        return text
    shown, at = [], 0
    for word in _columns_in(text):
        if _name(word[0]) == old:
            shown += [text[at : word.start()], new if new.isidentifier() else f'"{new}"']
            at = word.end()
    return "".join([*shown, text[at:]])
