"""What happens to tables, in the order in which the tool sends it: a migration's statements.

Source: django 5.2, db/backends/base/schema.py and db/backends/postgresql/schema.py. What it keeps
for the end of a migration (keys and indexes of new tables) comes at the end here, too.
"""

from collections.abc import Callable, Iterator, Sequence

from analyzer.frameworks.django.project.digests import index_name, key_suffix
from analyzer.frameworks.django.project.fields import UNKNOWN, Field
from analyzer.frameworks.django.project.state import Key, Model, Project, is_counted
from analyzer.model.effects import effect as e
from analyzer.model.schema.schema import (
    Column,
    Constraint,
    ConstraintKind,
    ForeignKey,
    Index,
    Table,
)
from analyzer.records import Struct, replace

Made = Callable[[str, tuple[str, ...], str], "e.PlainEffect"]
_TEXT_CLASSES = {"string": "varchar_pattern_ops", "text": "text_pattern_ops"}


class Late(Struct, frozen=True):
    """A key that is added at the end of its migration, under the names of that moment."""

    kind: str
    table: str
    columns: tuple[str, ...]
    suffix: str
    make: Made
    name: str | None = None
    leads_to: tuple[str, str] | None = None

    def called(self) -> str:
        """Its name."""
        if self.name is not None:
            return self.name
        end = key_suffix(*self.leads_to) if self.leads_to is not None else self.suffix
        return index_name(self.table, self.columns, end)


class Editor:
    """Gathers the effects of one migration.

    Args: project: whose tables change.  patterns: whether the database in hand has indexes for
        patterns beside those of texts.
    """

    def __init__(self, project: Project, *, patterns: bool = True) -> None:
        self.project, self._patterns = project, patterns
        self.effects: list[e.PlainEffect] = []
        self._late: list[Late] = []
        self.line = 1

    def send(self, effect: "e.PlainEffect") -> None:
        """Let something happen."""
        self.effects.append(effect)

    def opaque(self, text: str, why: str) -> None:
        """Say that something may happen."""
        self.effects.append(e.Opaque(text, self.line, why))

    def finish(self) -> tuple["e.PlainEffect", ...]:
        """All that happens."""
        for it in self._late:
            self._add(it)
        self._late = []
        return tuple(self.effects)

    def _add(self, it: Late) -> None:
        name = it.called()
        self.send(it.make(it.table, it.columns, name))
        self.project.note(it.table, Key(it.kind, it.columns, name))

    # Keys

    def index(self, table: str, columns: Sequence[str], suffix: str = "") -> Late:
        """An index over columns that has no name of its own."""
        line = self.line

        def make(table: str, columns: tuple[str, ...], name: str) -> "e.PlainEffect":
            return e.AddIndex(table, Index(name, columns), line)

        return Late("index", table, tuple(columns), suffix, make)

    def unique(self, table: str, columns: Sequence[str]) -> Late:
        """A unique constraint that has no name of its own."""
        line = self.line

        def make(table: str, columns: tuple[str, ...], name: str) -> "e.PlainEffect":
            kept = Constraint(name, ConstraintKind.UNIQUE, None, columns)
            return e.AddConstraint(table, kept, line)

        return Late("unique", table, tuple(columns), "_uniq", make)

    def foreign(self, model: Model, link: Field) -> Late | None:
        """A foreign key; None where nobody knows where it leads, which is then said."""
        there = self.project.linked(model, link)
        if there is None:
            self.opaque(link.text or link.name, f"what {link.name} leads to is not known here")
            return None
        return self.foreign_to(model.table, link.column, there[0], there[1])

    def foreign_to(self, table: str, column: str, to_table: str, to_column: str) -> Late:
        """A foreign key to a column of a table."""
        line = self.line

        def make(table: str, columns: tuple[str, ...], name: str) -> "e.PlainEffect":
            return e.AddForeignKey(table, ForeignKey(name, columns, to_table, (to_column,)), line)

        return Late("foreign", table, (column,), "", make, leads_to=(to_table, to_column))

    def counted(self, table: str, column: str) -> Late:
        """A check that a column holds no negative number."""
        line = self.line

        def make(table: str, columns: tuple[str, ...], name: str) -> "e.PlainEffect":
            kept = Constraint(name, ConstraintKind.CHECK, f"{columns[0]} >= 0")
            return e.AddConstraint(table, kept, line)

        return Late("check", table, (column,), "_check", make)

    def patterned(self, model: Model, it: Field) -> Late | None:
        """The second index of a text, for patterns."""
        kind = self.project.type_of(model, it)
        operators = _TEXT_CLASSES.get(kind.name)
        wanted = self._patterns and (it.indexed or it.unique) and not kind.array
        if operators is None or not wanted or it.options.get("db_collation"):
            return None
        line, classes = self.line, (operators,)

        def make(table: str, columns: tuple[str, ...], name: str) -> "e.PlainEffect":
            return e.AddIndex(table, Index(name, columns, opclasses=classes), line)

        return Late("index", model.table, (it.column,), "_like", make)

    def at_once(self, late: Late | None) -> None:
        """Add a key now."""
        if late is not None:
            self._add(late)

    def later(self, *late: Late | None) -> None:
        """Add keys at the end of the migration."""
        self._late += [it for it in late if it is not None]

    def drop(self, table: str, kind: str, columns: Sequence[str]) -> None:
        """Take away the keys of one kind over columns, as many as there are."""
        found = self.project.find(table, kind, columns)
        for it in found:
            self.send(self._dropped(table, it))
            self.project.forget(table, it.name)

    def _dropped(self, table: str, key: Key) -> "e.PlainEffect":
        match key.kind:
            case "index":
                return e.RemoveIndex(table, self.line, key.name, if_exists=True)
            case "foreign":
                return e.RemoveForeignKey(table, self.line, column=key.columns[0], if_exists=True)
            case _:
                return e.RemoveConstraint(table, key.name, self.line, if_exists=True)

    # Tables

    def create(self, model: Model) -> None:
        """Make a model's table, and the tables of pairs that hang on it."""
        project, table = self.project, model.table
        columns: list[Column] = []
        checks: list[Constraint] = []
        unread: list[str] = []
        primary: tuple[str, ...] = ()
        for names in model.together("unique_together"):
            self._together(model, names, self.unique)
        if model.primary is None and model.options.get("order_with_respect_to") is None:
            model = replace(model, fields={"id": project.usual_key_field(), **model.fields})
        for it in model.fields.values():
            if it.many:
                continue
            if not it.known and not it.primary:
                unread.append(f"the column of {it.name}, if it has one,")
                continue
            columns.append(self.column(model, it))
            if columns[-1].type == UNKNOWN:
                unread.append(f"the type of {it.name}")
            primary = (it.column,) if it.primary else primary
            checks += self._inline(model, it)
            if it.link and it.constrained:
                self.later(self.foreign(model, it))
        made = Table(table, tuple(columns), primary, constraints=tuple(checks))
        self.send(e.CreateTable(made, self.line, computed=tuple(unread)))
        for it in model.fields.values():
            if it.known and not it.many:
                self.later(*self.indexes(model, it))
        self._pairs_of(model)

    def _pairs_of(self, model: Model) -> None:
        for it in model.fields.values():
            if it.many:
                self.create_pairs(model, it)

    def create_pairs(self, model: Model, many: Field) -> None:
        """Make the table of pairs of a field, where no model stands for it."""
        if many.options.get("through") is not None:
            return
        pairs = self.project.pairs(model, many)
        if pairs is None:
            self.opaque(many.text or many.name, f"what {many.name} leads to is not known here")
        else:
            self.create(pairs)

    def _together(
        self, model: Model, names: Sequence[str], key: Callable[[str, Sequence[str]], Late]
    ) -> None:
        columns = model.columns(names)
        if columns is None:
            self.opaque(", ".join(names), "the columns of these fields are not known here")
        else:
            self.later(key(model.table, columns))

    def column(self, model: Model, it: Field) -> Column:
        """A field's column as a table has it."""
        kind = self.project.type_of(model, it)
        comment = it.options.get("db_comment")
        return Column(
            it.column,
            kind.name,
            it.null and not it.primary,
            it.stored_default,
            kind.limit,
            kind.precision,
            kind.scale,
            kind.array,
            comment if isinstance(comment, str) else None,
        )

    def _inline(self, model: Model, it: Field) -> Iterator[Constraint]:
        """The constraints that stand beside a column, and are named by the database."""
        table = model.table
        if it.unique and not it.primary:
            name = f"{table}_{it.column}_key"
            self.project.note(table, Key("unique", (it.column,), name))
            yield Constraint(name, ConstraintKind.UNIQUE, None, (it.column,))
        if is_counted(it):
            name = f"{table}_{it.column}_check"
            self.project.note(table, Key("check", (it.column,), name))
            yield Constraint(name, ConstraintKind.CHECK, f"{it.column} >= 0")

    def indexes(self, model: Model, it: Field) -> Iterator[Late | None]:
        """The indexes that a field asks for."""
        if it.indexed and not it.unique:
            yield self.index(model.table, (it.column,))
        yield self.patterned(model, it)

    def delete(self, model: Model) -> None:
        """Drop a model's table, and the tables of pairs that hang on it."""
        for it in model.fields.values():
            pairs = self.project.pairs(model, it) if it.many else None
            if pairs is not None:
                self.delete(pairs)
        self.send(e.DropTable(model.table, self.line, cascade=True))
        self.project.keys.pop(model.table, None)
        self._late = [it for it in self._late if it.table != model.table]

    def rename(self, old: str, new: str) -> None:
        """Give a table another name."""
        if old == new:
            return
        self.send(e.RenameTable(old, new, self.line, by_sql=True))
        self.project.rename_table(old, new)
        self._late = [self._moved(it, old, new) for it in self._late]

    def _moved(self, it: Late, old: str, new: str) -> Late:
        if it.leads_to is not None and it.leads_to[0] == old:
            kept = self.foreign_to(it.table, it.columns[0], new, it.leads_to[1])
            it = replace(it, make=kept.make, leads_to=kept.leads_to)
        return replace(it, table=new) if it.table == old else it

    # Columns

    def add(self, model: Model, it: Field) -> None:
        """Add a field's column, or its table of pairs."""
        if it.many:
            self.create_pairs(model, it)
            return
        if not it.known:
            self.opaque(it.text or it.name, "what column this field has is not known here")
            return
        table, column = model.table, self.column(model, it)
        given = it.default if it.stored_default is None else None
        first = column if given is None else replace(column, default=given)
        self.send(e.AddColumn(table, first, self.line, primary_key=it.primary))
        for kept in self._inline(model, it):
            self.send(e.AddConstraint(table, kept, self.line))
        if it.link and it.constrained:
            self.at_once(self.foreign(model, it))
        if given is not None:
            self.send(e.ChangeDefault(table, column.name, None, self.line))
        self.later(*self.indexes(model, it))

    def remove(self, model: Model, it: Field) -> None:
        """Remove a field's column, or its table of pairs."""
        if it.many:
            pairs = self.project.pairs(model, it)
            if pairs is not None:
                self.delete(pairs)
            return
        if not it.known:
            self.opaque(it.text or it.name, "what column this field has is not known here")
            return
        table = model.table
        if it.link:
            self.drop(table, "foreign", (it.column,))
        self.send(e.RemoveColumn(table, it.column, self.line, cascade=True))
        kept = (key for key in self.project.keys.get(table, ()) if it.column not in key.columns)
        self.project.keys[table] = tuple(kept)
        self._late = [
            late for late in self._late if late.table != table or it.column not in late.columns
        ]

    def rename_column(self, table: str, old: str, new: str) -> None:
        """Give a column another name."""
        if old == new:
            return
        self.send(e.RenameColumn(table, old, new, self.line, by_sql=True))
        self.project.rename_column(table, old, new)
        self._late = [
            replace(it, columns=tuple(new if one == old else one for one in it.columns))
            if it.table == table
            else it
            for it in self._late
        ]
