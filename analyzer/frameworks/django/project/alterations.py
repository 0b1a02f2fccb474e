"""A field that becomes another: which of its column, keys and indexes the tool changes for it.

Source: django 5.2, db/backends/base/schema.py (``_alter_field``) and the one of PostgreSQL.
"""

from analyzer.engines.registry import engine, settled_sql
from analyzer.frameworks.django.project.digests import index_name, inline_name
from analyzer.frameworks.django.project.editor import Editor
from analyzer.frameworks.django.project.fields import UNKNOWN, ColumnType, Field
from analyzer.frameworks.django.project.late_keys import counted_on, index_on, unique_on
from analyzer.frameworks.django.project.models import ProjectModel, is_counted
from analyzer.frameworks.django.project.state import Project
from analyzer.model.effects import effect as e
from analyzer.model.schema.schema import Column
from analyzer.records import Struct, replace

_TEXTS = ("string", "text", "citext")
_SIZES = frozenset({"limit", "precision", "scale", "array"})


class Alteration(Struct, frozen=True):
    """A field before and after, each with the model that it is of and the state of that moment."""

    before: Project
    model: ProjectModel
    old: Field
    after: Project
    now: ProjectModel
    new: Field

    @property
    def old_type(self) -> ColumnType:
        """The type of the column before."""
        return self.before.type_of(self.model, self.old)

    @property
    def new_type(self) -> ColumnType:
        """The type of the column after."""
        return self.after.type_of(self.now, self.new)

    def differs(self) -> bool:
        """Whether there is anything to do."""
        one, other = self.old.stored(), self.new.stored()
        one_to, other_to = one.pop("to", None), other.pop("to", None)
        if self.old.link and self.new.link:
            told = self.before.target(self.model, one_to), self.after.target(self.now, other_to)
            if self.before.table_of(told[0]) != self.after.table_of(told[1]):
                return True
        elif self.old.many and self.new.many:
            return True
        return (self.old.kind, self.old.column, one) != (self.new.kind, self.new.column, other)


def alter(editor: Editor, change: Alteration) -> None:
    """Make one field of another."""
    old, new = change.old, change.new
    if not change.differs():
        return
    if old.many and new.many:
        alter_pairs(editor, change)
        return
    if not old.known or not new.known or old.many or new.many:
        editor.unread(change.now, new, "what this field's column was or becomes is not known here")
        return
    _ColumnChange(editor, change).carry_out()


class _ColumnChange:
    """One column's change; its steps stand in the tool's order."""

    def __init__(self, editor: Editor, change: Alteration) -> None:
        self._editor, self._change = editor, change
        self._old, self._new = change.old, change.new
        self._table = change.now.table
        self._dropped = False

    def carry_out(self) -> None:
        """Do all of it."""
        retyped = self._types()
        self._drop_keys(retyped=retyped)
        self._editor.rename_column(self._table, self._old.column, self._new.column)
        if self._loses_patterns():
            self._drop_patterns()
        if retyped:
            self._retype()
        self._set_defaults()
        self._set_null()
        self._add_keys()
        if retyped and (self._old.unique and self._new.unique):
            self._follow()
        self._add_key_and_check(retyped=retyped)

    def _types(self) -> bool:
        comment = self._old.options.get("db_comment") != self._new.options.get("db_comment")
        return self._change.old_type != self._change.new_type or comment

    def _drop(self, kind: str) -> int:
        return self._editor.drop(self._table, kind, (self._old.column,))

    def _drop_keys(self, *, retyped: bool) -> None:
        old, new = self._old, self._new
        if old.link and old.constrained:
            self._dropped = bool(self._drop("foreign"))  # one that is added at the end stays so
        if old.unique and not old.primary and not new.unique:
            self._drop("unique")
        if retyped and old.unique and new.unique:
            for model, it in self._followers():
                self._editor.drop(model.table, "foreign", (it.column,))
        if old.indexed and not old.unique and (not new.indexed or new.unique):
            self._drop("index")
        if is_counted(old) and not is_counted(new):
            self._drop("check")

    def _loses_patterns(self) -> bool:
        """Whether an indexed text becomes something else."""
        one, other = self._change.old_type.name, self._change.new_type.name
        return one != other and one in _TEXTS and (self._old.indexed or self._old.unique)

    def _drop_patterns(self) -> None:
        """By the name that it would have today: the tool leaves one that is named otherwise."""
        name = index_name(self._table, (self._old.column,), "_like")
        self._editor.drop_called(self._table, name)

    def _followers(self) -> list[tuple[ProjectModel, Field]]:
        """The fields elsewhere whose columns hold this one's values."""
        key = self._change.now.key
        found = [*self._change.after.pointing_at(key), *self._change.after.pairs_with(key)]
        return [
            (model, it)
            for model, it in found
            if (it.options.get("to_field") or _primary(self._change.now)) == self._new.name
        ]

    def _retype(self) -> None:
        column = self._editor.column(self._change.now, self._new)
        self._editor.send(_retyped(self._table, column, self._editor.line))
        if column.type == UNKNOWN:
            why = "the type of this field's column is not known here"
            self._editor.unread(self._change.now, self._new, why)

    def _set_defaults(self) -> None:
        one, other = self._old.stored_default, self._new.stored_default
        if one != other:
            effect = e.ChangeDefault(self._table, self._new.column, other, self._editor.line, one)
            self._editor.send(effect)

    def _set_null(self) -> None:
        old, new = self._old.null and not self._old.primary, self._new.null
        if old == new:
            return
        filled = old and (self._new.defaults or self._new.stored_default is not None)
        effect = e.ChangeNull(self._table, self._new.column, new, self._editor.line, filled)
        self._editor.send(effect)

    def _add_keys(self) -> None:
        old, new, editor = self._old, self._new, self._editor
        model = self._change.now
        table = model.table
        if not new.primary and new.unique and (not old.unique or old.primary):
            made = unique_on(table, (new.column,), editor.line)
            if not engine(settled_sql()).features.alters_in_place:  # it stands beside the column
                made = replace(made, name=inline_name(table, new.column, "key"))
            editor.at_once(made)
        if (not old.indexed or old.unique) and new.indexed and not new.unique:
            editor.at_once(index_on(table, (new.column,), editor.line))
        if new.primary and not old.primary:
            editor.send(e.AddPrimaryKey(table, (new.column,), editor.line))
        if old.primary and not new.primary:
            editor.send(e.RemovePrimaryKey(table, editor.line))

    def _follow(self) -> None:
        """Give the columns elsewhere the new type, too, and their keys back."""
        for model, it in self._followers():
            column = self._editor.column(model, it)
            self._editor.send(_retyped(model.table, column, self._editor.line))
            if it.constrained:
                self._editor.at_once(self._editor.foreign(model, it, "_fk"))

    def _add_key_and_check(self, *, retyped: bool) -> None:
        old, new, editor = self._old, self._new, self._editor
        model = self._change.now
        had_key = old.link and old.constrained
        if new.link and new.constrained and (self._dropped or not had_key):
            editor.at_once(editor.foreign(model, new))
        if is_counted(new) and not is_counted(old):
            editor.at_once(counted_on(model.table, new.column, editor.line))
        gains = (
            (not (old.indexed or old.unique) and new.indexed)
            or (not old.unique and new.unique)
            or (retyped and self._loses_patterns())
        )
        if gains:
            editor.at_once(editor.patterned(model, new))
        if old.unique and not (new.indexed or new.unique):
            self._drop_patterns()


def _primary(model: ProjectModel) -> str:
    return model.primary.name if model.primary is not None else "id"


def _retyped(table: str, column: Column, line: int) -> "e.PlainEffect":
    return e.ChangeColumn(table, column, line, given=_SIZES, using=True)


def alter_pairs(editor: Editor, change: Alteration) -> None:
    """Let a field's table of pairs lead elsewhere, and bear another name."""
    one = change.before.pairs(change.model, change.old)
    other = change.after.pairs(change.now, change.new)
    if one is None or other is None:
        if (change.old.options.get("through") is None) != (
            change.new.options.get("through") is None
        ):
            why = "the tool refuses to change what stands for pairs"
            editor.unread(change.now, change.new, why)
        return
    editor.rename(one.table, other.table)
    ends = zip(list(one.fields.values())[1:], list(other.fields.values())[1:], strict=True)
    for old, new in reversed(list(ends)):
        alter(editor, Alteration(change.before, other, old, change.after, other, new))
