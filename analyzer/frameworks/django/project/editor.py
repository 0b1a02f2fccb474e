"""What happens to tables, in the order in which the tool sends it: a migration's statements.

Source: django 5.2, db/backends/base/schema.py and db/backends/postgresql/schema.py. What it keeps
for the end of a migration (keys and indexes of new tables) comes at the end here, too.
"""

from collections.abc import Iterator, Sequence

from analyzer.frameworks.django.project.digests import inline_name
from analyzer.frameworks.django.project.fields import UNKNOWN, Field
from analyzer.frameworks.django.project.late_keys import (
    LateKey,
    foreign_to,
    index_on,
    patterned_on,
    unique_on,
)
from analyzer.frameworks.django.project.models import ProjectModel, is_counted
from analyzer.frameworks.django.project.state import Key, Project
from analyzer.model.effects import effect as e
from analyzer.model.schema.schema import Column, Constraint, ConstraintKind, Table
from analyzer.records import replace

_TEXT_CLASSES = {"string": "varchar_pattern_ops", "text": "text_pattern_ops"}


class Editor:
    """Gathers the effects of one migration.

    Args: project: whose tables change.  patterns: whether the database in hand has indexes for
        patterns beside those of texts.
    """

    def __init__(self, project: Project, *, patterns: bool = True) -> None:
        self.project, self._patterns = project, patterns
        self.effects: list[e.PlainEffect] = []
        self._late: list[LateKey] = []
        self.line = 1

    def send(self, effect: "e.PlainEffect") -> None:
        """Let something happen."""
        self.effects.append(effect)

    def opaque(self, text: str, why: str) -> None:
        """Say that something may happen."""
        self.effects.append(e.Opaque(text, self.line, why))

    def unread(self, model: ProjectModel, it: Field, why: str) -> None:
        """Say that something may happen to a field's column, which is named for whoever asks."""
        self.opaque(f"{it.text or it.name}  # {model.table}.{it.column}", why)

    def finish(self) -> tuple["e.PlainEffect", ...]:
        """All that happens."""
        for it in self._late:
            self._add(it)
        self._late = []
        return tuple(self.effects)

    def _add(self, it: LateKey) -> None:
        name = it.called()
        self.send(it.make(it.table, it.columns, name))
        self.project.note(it.table, Key(it.kind, it.columns, name))

    # Keys

    def foreign(
        self, model: ProjectModel, link: Field, suffix: str | None = None
    ) -> LateKey | None:
        """A foreign key; None where nobody knows where it leads, which is then said.

        Args: suffix: the end of its name, where that does not say where it leads.
        """
        there = self.project.linked(model, link)
        if there is None:
            self.unread(model, link, f"what {link.name} leads to is not known here")
            return None
        made = foreign_to(model.table, link.column, there[:2], self.line)
        return made if suffix is None else replace(made, suffix=suffix, leads_to=None)

    def patterned(self, model: ProjectModel, it: Field) -> LateKey | None:
        """The second index of a text, for patterns; None where it needs none."""
        kind = self.project.type_of(model, it)
        operators = _TEXT_CLASSES.get(kind.name)
        wanted = self._patterns and (it.indexed or it.unique) and not kind.array
        if operators is None or not wanted or it.options.get("db_collation"):
            return None
        return patterned_on(model.table, it.column, operators, self.line)

    def at_once(self, late: LateKey | None) -> None:
        """Add a key now."""
        if late is not None:
            self._add(late)

    def later(self, *late: LateKey | None) -> None:
        """Add keys at the end of the migration."""
        self._late += [it for it in late if it is not None]

    def drop(self, table: str, kind: str, columns: Sequence[str]) -> int:
        """Take away the keys of one kind over columns, as many as there are; returns how many."""
        found = self.project.find(table, kind, columns)
        for it in found:
            self.send(self._dropped(table, it))
            self.project.forget(table, it.name)
        return len(found)

    def _dropped(self, table: str, key: Key) -> "e.PlainEffect":
        match key.kind:
            case "index":
                return e.RemoveIndex(table, self.line, key.name, if_exists=True)
            case "foreign":
                return e.RemoveForeignKey(table, self.line, column=key.columns[0], if_exists=True)
            case _:
                return e.RemoveConstraint(table, key.name, self.line, if_exists=True)

    def drop_called(self, table: str, name: str, *, concurrently: bool = False) -> None:
        """Take away an index by its name, if it is there.

        Looking for it the tool settles the names of those of the table that wait for the end.
        """
        effect = e.RemoveIndex(table, self.line, name, if_exists=True, concurrently=concurrently)
        self.send(effect)
        self.project.forget(table, name)
        self._late = [
            replace(it, name=it.called()) if (it.table, it.kind) == (table, "index") else it
            for it in self._late
            if it.called() != name
        ]

    # Tables

    def create(self, model: ProjectModel) -> None:
        """Make a model's table, and the tables of pairs that hang on it."""
        project, table = self.project, model.table
        columns: list[Column] = []
        checks: list[Constraint] = []
        unread: list[str] = []
        primary: tuple[str, ...] = ()
        for names in model.together("unique_together"):
            self._together(model, names)
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

    def _pairs_of(self, model: ProjectModel) -> None:
        for it in model.fields.values():
            if it.many:
                self.create_pairs(model, it)

    def create_pairs(self, model: ProjectModel, many: Field) -> None:
        """Make the table of pairs of a field, where no model stands for it."""
        if many.options.get("through") is not None:
            return
        pairs = self.project.pairs(model, many)
        if pairs is None:
            self.unread(model, many, f"what {many.name} leads to is not known here")
        else:
            self.create(pairs)

    def _together(self, model: ProjectModel, names: Sequence[str]) -> None:
        columns = model.columns(names)
        if columns is None:
            self.opaque(", ".join(names), "the columns of these fields are not known here")
        else:
            self.later(unique_on(model.table, columns, self.line))

    def column(self, model: ProjectModel, it: Field) -> Column:
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

    def _inline(self, model: ProjectModel, it: Field) -> Iterator[Constraint]:
        """The constraints that stand beside a column, and are named by the database."""
        table = model.table
        if it.unique and not it.primary:
            name = inline_name(table, it.column, "key")
            self.project.note(table, Key("unique", (it.column,), name))
            yield Constraint(name, ConstraintKind.UNIQUE, None, (it.column,))
        if is_counted(it):
            name = inline_name(table, it.column, "check")
            self.project.note(table, Key("check", (it.column,), name))
            yield Constraint(name, ConstraintKind.CHECK, f"{it.column} >= 0")

    def indexes(self, model: ProjectModel, it: Field) -> Iterator[LateKey | None]:
        """The indexes that a field asks for."""
        if it.indexed and not it.unique:
            yield index_on(model.table, (it.column,), self.line)
        yield self.patterned(model, it)

    def delete(self, model: ProjectModel) -> None:
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

    def _moved(self, it: LateKey, old: str, new: str) -> LateKey:
        if it.leads_to is not None and it.leads_to[0] == old:
            kept = foreign_to(it.table, it.columns[0], (new, it.leads_to[1]), self.line)
            it = replace(it, make=kept.make, leads_to=kept.leads_to)
        return replace(it, table=new) if it.table == old else it

    # Columns

    def add(self, model: ProjectModel, it: Field) -> None:
        """Add a field's column, or its table of pairs."""
        if it.many:
            self.create_pairs(model, it)
            return
        if not it.known:
            self.unread(model, it, "what column this field has is not known here")
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

    def remove(self, model: ProjectModel, it: Field) -> None:
        """Remove a field's column, or its table of pairs."""
        if it.many:
            pairs = self.project.pairs(model, it)
            if pairs is not None:
                self.delete(pairs)
            return
        if not it.known:
            self.unread(model, it, "what column this field has is not known here")
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
