"""The operations of a migration: what each makes of the models, and of the database.

Source: django 5.2, db/migrations/operations and db/migrations/state.py.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from analyzer.frameworks.django.project import conditions
from analyzer.frameworks.django.project.alterations import Alteration, alter, alter_pairs
from analyzer.frameworks.django.project.editor import Editor
from analyzer.frameworks.django.project.fields import Field, field_of
from analyzer.frameworks.django.project.state import Model, ModelKey, Project, together
from analyzer.frameworks.django.project.values import Call, Name
from analyzer.model.effects import effect as e
from analyzer.records import replace

UNREAD = "only running it shows what it does"
_NOOP = "noop"
Sql = Callable[[str, int], "tuple[e.Effect, ...]"]


class UnreadError(Exception):
    """An operation whose arguments only running it shows, or that finds no model."""


class Step:
    """Where an operation runs: the state that it changes, and what writes down its effects.

    Args:
        app: the label of the migration's app.
        editor: None where an operation concerns the models only.
    """

    def __init__(self, app: str, project: Project, editor: Editor | None, sql: Sql) -> None:
        self.app, self.project, self.editor, self.sql = app, project, editor, sql

    def key(self, told: object) -> ModelKey:
        """A model of the app."""
        return self.app, _text(told).lower()

    def model(self, told: object) -> Model:
        """A model that is there."""
        model = self.project.models.get(self.key(told))
        if model is None:
            raise UnreadError
        return model

    def editor_of(self, model: Model) -> Editor | None:
        """What writes down its effects, where migrations make the model's table."""
        return self.editor if self.project.has_table(model) else None


def _text(told: object) -> str:
    if not isinstance(told, str):
        raise UnreadError
    return told


def _field(model: Model, told: object) -> Field:
    found = model.fields.get(_text(told))
    if found is None:
        raise UnreadError
    return found


def run(step: Step, operation: object) -> None:
    """Carry out an operation. What cannot be read is said, and leaves the models as they are."""
    if not isinstance(operation, Call):
        return
    if step.editor is not None:
        step.editor.line = operation.line
    carry_out = _OPERATIONS.get(operation.last)
    before = step.project.models.copy()
    count = len(step.editor.effects) if step.editor is not None else 0
    try:
        if carry_out is None or not _is_own(operation):
            raise UnreadError
        carry_out(step, operation)
    except UnreadError:
        step.project.models = before
        if step.editor is not None:
            del step.editor.effects[count:]
            step.editor.opaque(operation.text, UNREAD)


def _is_own(operation: Call) -> bool:
    return operation.path.startswith("django.")


# Models


def _create_model(step: Step, told: Call) -> None:
    name, listed = _text(told.get("name", 0)), told.get("fields", 1)
    options, bases = told.get("options", 2, {}), told.get("bases", 3, ())
    if not isinstance(listed, tuple) or not isinstance(options, dict):
        raise UnreadError
    fields: dict[str, Field] = {}
    for pair in listed:
        if not isinstance(pair, tuple) or len(pair) != 2 or not isinstance(pair[0], str):  # noqa: PLR2004
            raise UnreadError
        fields[pair[0]] = field_of(pair[0], pair[1])
    named = bases if isinstance(bases, tuple) else ()
    model = Model(step.app, name, fields, options, tuple(it for it in named if _is_base(it)))
    if isinstance(options.get("order_with_respect_to"), str):
        model = replace(model, fields={**fields, **_order()})
    step.project.put(model)
    editor = step.editor_of(model)
    if editor is None:
        return
    editor.create(model)
    for names in model.together("index_together"):
        editor.later(editor.index(model.table, _columns(model, names), "_idx"))
    for index in model.named("indexes"):
        _add_index_of(editor, model, index, late=True)
    for constraint in model.named("constraints"):
        _add_constraint_of(editor, model, constraint)


def _is_base(told: object) -> bool:
    return isinstance(told, str | Name)


def _order() -> dict[str, Field]:
    return {"_order": Field("_order", "IntegerField", {})}


def _delete_model(step: Step, told: Call) -> None:
    model = step.model(told.get("name", 0))
    editor = step.editor_of(model)
    if editor is not None:
        editor.delete(model)
    del step.project.models[model.key]


def _rename_model(step: Step, told: Call) -> None:
    old = step.model(told.get("old_name", 0))
    new = replace(old, name=_text(told.get("new_name", 1)))
    before = step.project.copy()
    del step.project.models[old.key]
    step.project.put(new)
    _lead_to(step.project, old.key, new.key)
    new = step.project.models[new.key]
    editor = step.editor_of(new)
    if editor is None or old.table == new.table:
        return
    editor.rename(old.table, new.table)
    for model, it in before.pointing_at(old.key):
        now = step.project.models[new.key if model.key == old.key else model.key]
        if step.project.has_table(now):
            change = Alteration(before, model, it, step.project, now, now.fields[it.name])
            alter(editor, change)
    for it in old.fields.values():
        if it.many and it.options.get("through") is None:
            alter_pairs(editor, Alteration(before, old, it, step.project, new, new.fields[it.name]))
    _repoint_pairs(editor, before, old, step.project)


def _repoint_pairs(editor: Editor, before: Project, old: Model, after: Project) -> None:
    """The tables of pairs of other models that lead to the one that is renamed."""
    for model in list(before.models.values()):
        if model.key == old.key or not after.has_table(model):
            continue
        for it in model.fields.values():
            if it.many and before.target(model, it.options.get("to")) == old.key:
                now = after.models[model.key]
                alter_pairs(editor, Alteration(before, model, it, after, now, now.fields[it.name]))


def _lead_to(project: Project, old: ModelKey, new: ModelKey) -> None:
    """Let all that led to a model lead to its new name."""
    for model in list(project.models.values()):
        moved = {
            name: _redirected(project, model, it, old, new) for name, it in model.fields.items()
        }
        bases = tuple(
            ".".join(new) if project.target(model, it) == old and isinstance(it, str) else it
            for it in model.bases
        )
        if moved != model.fields or bases != model.bases:
            project.put(replace(model, fields=moved, bases=bases))


def _redirected(project: Project, model: Model, it: Field, old: ModelKey, new: ModelKey) -> Field:
    options = dict(it.options)
    for option in ("to", "through"):
        told = options.get(option)
        plain = isinstance(told, str) and told != "self"
        if plain and project.target(model, told) == old:
            options[option] = ".".join(new)
    return it if options == it.options else replace(it, options=options)


def _alter_table(step: Step, told: Call) -> None:
    old = step.model(told.get("name", 0))
    table = told.get("table", 1)
    if table is not None and not isinstance(table, str):
        raise UnreadError
    new = replace(old, options={**old.options, "db_table": table})
    step.project.put(new)
    editor = step.editor_of(new)
    if editor is None:
        return
    editor.rename(old.table, new.table)
    for it in old.fields.values():
        one = step.project.pairs(old, it) if it.many else None
        other = step.project.pairs(new, it) if it.many else None
        if one is not None and other is not None:
            editor.rename(one.table, other.table)


def _alter_options(step: Step, told: Call) -> None:
    model = step.model(told.get("name", 0))
    options = told.get("options", 1, {})
    if not isinstance(options, dict):
        raise UnreadError
    kept = {key: it for key, it in model.options.items() if key not in _FREE}
    step.project.put(replace(model, options={**kept, **options}))


_FREE = frozenset(
    """
    base_manager_name default_manager_name default_related_name get_latest_by managed ordering
    permissions default_permissions select_on_save verbose_name verbose_name_plural
    """.split()  # noqa: SIM905  words read better without quotes
)


def _alter_comment(step: Step, told: Call) -> None:
    model = step.model(told.get("name", 0))
    comment = told.get("table_comment", 1)
    editor = step.editor_of(model)
    if editor is not None:
        said = comment if isinstance(comment, str) and comment else None
        editor.send(e.ChangeTableComment(model.table, said, editor.line))


def _order_with(step: Step, told: Call) -> None:
    model = step.model(told.get("name", 0))
    wanted = told.get("order_with_respect_to", 1)
    had = isinstance(model.options.get("order_with_respect_to"), str)
    fields = {name: it for name, it in model.fields.items() if name != "_order"}
    (column,) = _order().values()
    editor = step.editor_of(model)
    if wanted is not None and not had and editor is not None:
        editor.add(model, replace(column, options={"default": 0}))
    if wanted is None and had and editor is not None:
        editor.remove(model, column)
    fields |= _order() if wanted is not None else {}
    options = {**model.options, "order_with_respect_to": wanted}
    step.project.put(replace(model, fields=fields, options=options))


def _together(option: str) -> Callable[[Step, Call], None]:
    def carry_out(step: Step, told: Call) -> None:
        model = step.model(told.get("name", 0))
        value = told.get(option, 1)
        if isinstance(value, Call) and value.last == "set":
            value = value.args[0] if value.args else ()
        if value is not None and not isinstance(value, tuple):
            raise UnreadError
        new = replace(model, options={**model.options, option: value})
        step.project.put(new)
        editor = step.editor_of(model)
        if editor is None:
            return
        olds, news = model.together(option), together(value)
        kind = "unique" if option == "unique_together" else "index"
        for names in olds:
            if names not in news:
                _drop_together(editor, model, kind, names)
        for names in news:
            if names not in olds:
                columns = _columns(model, names)
                late = (
                    editor.unique(model.table, columns)
                    if kind == "unique"
                    else editor.index(model.table, columns, "_idx")
                )
                editor.at_once(late)

    return carry_out


def _drop_together(editor: Editor, model: Model, kind: str, names: Sequence[str]) -> None:
    columns = _columns(model, names)
    if editor.project.find(model.table, kind, columns):
        editor.drop(model.table, kind, columns)
    else:
        editor.opaque(", ".join(names), "the name of what is removed is not known here")


def _columns(model: Model, names: Sequence[str]) -> tuple[str, ...]:
    found = model.columns(names)
    if found is None:
        raise UnreadError
    return found


# Fields


def _add_field(step: Step, told: Call) -> None:
    model = step.model(told.get("model_name", 0))
    name = _text(told.get("name", 1))
    added = field_of(name, told.get("field", 2))
    editor = step.editor_of(model)
    kept = _kept(told, added)
    step.project.put(replace(model, fields={**model.fields, name: kept}))
    if editor is not None:
        editor.add(step.project.models[model.key], added)


def _kept(told: Call, it: Field) -> Field:
    """The field as the state keeps it: without a default that was given for once."""
    if told.get("preserve_default", 3, True) is not False:
        return it
    return replace(it, options={key: one for key, one in it.options.items() if key != "default"})


def _remove_field(step: Step, told: Call) -> None:
    model = step.model(told.get("model_name", 0))
    gone = _field(model, told.get("name", 1))
    left = {name: it for name, it in model.fields.items() if name != gone.name}
    editor = step.editor_of(model)
    if editor is not None:
        editor.remove(model, gone)
    step.project.put(replace(model, fields=left))


def _alter_field(step: Step, told: Call) -> None:
    model = step.model(told.get("model_name", 0))
    old = _field(model, told.get("name", 1))
    new = field_of(old.name, told.get("field", 2))
    before = step.project.copy()
    step.project.put(replace(model, fields={**model.fields, old.name: _kept(told, new)}))
    editor = step.editor_of(model)
    if editor is not None:
        now = step.project.models[model.key]
        alter(editor, Alteration(before, model, old, step.project, now, new))


def _rename_field(step: Step, told: Call) -> None:
    model = step.model(told.get("model_name", 0))
    old = _field(model, told.get("old_name", 1))
    name = _text(told.get("new_name", 2))
    new = replace(old, name=name)
    fields = {
        name if it is old else key: new if it is old else it for key, it in model.fields.items()
    }
    options = {key: _renamed(it, old.name, name) for key, it in model.options.items()}
    before = step.project.copy()
    step.project.put(replace(model, fields=fields, options=options))
    _retarget(step.project, model.key, old.name, name)
    editor = step.editor_of(model)
    if editor is not None:
        now = step.project.models[model.key]
        alter(editor, Alteration(before, model, old, step.project, now, new))


def _renamed(value: object, old: str, new: str) -> object:
    """An option that lists fields, with another name for one."""
    if isinstance(value, tuple):
        return tuple(
            tuple(new if one == old else one for one in it) if isinstance(it, tuple) else it
            for it in value
        )
    return value


def _retarget(project: Project, key: ModelKey, old: str, new: str) -> None:
    """Let keys that lead to a field lead to its new name."""
    for model, it in list(project.pointing_at(key)):
        if it.options.get("to_field") == old:
            moved = replace(it, options={**it.options, "to_field": new})
            fields = {**project.models[model.key].fields, it.name: moved}
            project.put(replace(project.models[model.key], fields=fields))


# Indexes and constraints


def _add_index(step: Step, told: Call) -> None:
    model = step.model(told.get("model_name", 0))
    index = told.get("index", 1)
    listed = (*model.named("indexes"), index)
    step.project.put(replace(model, options={**model.options, "indexes": listed}))
    editor = step.editor_of(model)
    if editor is not None:
        alone = told.last == "AddIndexConcurrently"
        _add_index_of(editor, step.project.models[model.key], index, concurrently=alone)


def _add_index_of(
    editor: Editor, model: Model, told: object, *, late: bool = False, concurrently: bool = False
) -> None:
    made = conditions.index_of(editor, model, told, concurrently=concurrently)
    if made is None:
        raise UnreadError
    if late:
        editor.later(made)
    else:
        editor.at_once(made)


def _remove_index(step: Step, told: Call) -> None:
    model = step.model(told.get("model_name", 0))
    name = _text(told.get("name", 1))
    step.project.put(_without(model, "indexes", name))
    editor = step.editor_of(model)
    if editor is not None:
        alone = told.last == "RemoveIndexConcurrently"
        effect = e.RemoveIndex(model.table, editor.line, name, if_exists=True, concurrently=alone)
        editor.send(effect)
        editor.project.forget(model.table, name)


def _without(model: Model, option: str, name: str) -> Model:
    left = tuple(it for it in model.named(option) if _name_of(it) != name)
    return replace(model, options={**model.options, option: left})


def _name_of(told: object) -> str | None:
    name = told.get("name") if isinstance(told, Call) else None
    return name if isinstance(name, str) else None


def _rename_index(step: Step, told: Call) -> None:
    model = step.model(told.get("model_name", 0))
    new, old = _text(told.get("new_name", 1)), told.get("old_name", 2)
    editor = step.editor_of(model)
    if old is None:
        names = tuple(_text(it) for it in _listed(told.get("old_fields", 3)))
        columns = _columns(model, names)
        found = editor.project.find(model.table, "index", columns) if editor is not None else []
        if editor is not None and len(found) != 1:
            raise UnreadError
        old = found[0].name if found else None
        left = tuple(it for it in model.together("index_together") if it != names)
        model = replace(model, options={**model.options, "index_together": left})
        made = Call("django.db.models.Index", (), {"fields": names, "name": new}, told.line)
        listed = (*model.named("indexes"), made)
    else:
        listed = tuple(_called(it, _text(old), new) for it in model.named("indexes"))
    step.project.put(replace(model, options={**model.options, "indexes": listed}))
    if editor is not None and isinstance(old, str):
        editor.send(e.RenameIndex(model.table, old, new, editor.line))
        keys = editor.project.keys.get(model.table, ())
        editor.project.keys[model.table] = tuple(
            replace(it, name=new) if it.name == old else it for it in keys
        )


def _listed(told: object) -> tuple[object, ...]:
    if not isinstance(told, tuple):
        raise UnreadError
    return told


def _called(told: object, old: str, new: str) -> object:
    if isinstance(told, Call) and _name_of(told) == old:
        return replace(told, named={**told.named, "name": new})
    return told


def _add_constraint(step: Step, told: Call) -> None:
    model = step.model(told.get("model_name", 0))
    constraint = told.get("constraint", 1)
    listed = (*model.named("constraints"), constraint)
    step.project.put(replace(model, options={**model.options, "constraints": listed}))
    editor = step.editor_of(model)
    if editor is not None:
        valid = told.last != "AddConstraintNotValid"
        _add_constraint_of(editor, model, constraint, valid=valid)


def _add_constraint_of(editor: Editor, model: Model, told: object, *, valid: bool = True) -> None:
    made = conditions.constraint_of(editor, model, told, valid=valid)
    if made is None:
        raise UnreadError
    editor.at_once(made)


def _remove_constraint(step: Step, told: Call) -> None:
    model = step.model(told.get("model_name", 0))
    name = _text(told.get("name", 1))
    kept = next((it for it in model.named("constraints") if _name_of(it) == name), None)
    step.project.put(_without(model, "constraints", name))
    editor = step.editor_of(model)
    if editor is not None:
        editor.send(conditions.removed(model, name, kept, editor.line))
        editor.project.forget(model.table, name)


def _validate_constraint(step: Step, told: Call) -> None:
    model = step.model(told.get("model_name", 0))
    editor = step.editor_of(model)
    if editor is not None:
        name = _text(told.get("name", 1))
        editor.send(e.ValidateConstraint(model.table, editor.line, name))


# Everything else


def _run_sql(step: Step, told: Call) -> None:
    if step.editor is not None:
        for text, line in _statements(told):
            for effect in step.sql(text, line):
                step.editor.send(effect)  # type: ignore[arg-type]
    states = told.get("state_operations", 2, ()) or ()
    _in_state(step, states)


def _statements(told: Call) -> Iterator[tuple[str, int]]:
    """The SQL that is sent, each with the line of the operation."""
    value = told.get("sql", 0)
    if isinstance(value, Name) and value.last == _NOOP:
        return
    for it in (value,) if not isinstance(value, tuple) else value:
        text = it[0] if isinstance(it, tuple) and it else it
        given = it[1] if isinstance(it, tuple) and len(it) > 1 else None
        yield _with_values(_text(text), given), told.line


def _with_values(text: str, given: object) -> str:
    """SQL with its values in place; where there are none, it stands as it is."""
    if not given:
        return text
    if not isinstance(given, tuple) or not all(isinstance(it, str | int | float) for it in given):
        raise UnreadError
    try:
        return text % tuple(_literal(it) for it in given)
    except (TypeError, ValueError):
        raise UnreadError from None


def _literal(value: object) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value).upper() if isinstance(value, bool) else str(value)


def _in_state(step: Step, operations: object) -> None:
    """Operations that concern the models only."""
    if not isinstance(operations, tuple):
        raise UnreadError
    inner = Step(step.app, step.project, None, step.sql)
    for it in operations:
        run(inner, it)


def _run_python(step: Step, told: Call) -> None:
    code = told.get("code", 0)
    if isinstance(code, Name) and code.path.endswith("RunPython.noop"):
        return
    if step.editor is not None:
        step.editor.opaque(told.text, "it is code in Python")


def _separate(step: Step, told: Call) -> None:
    database = told.get("database_operations", 0, ()) or ()
    states = told.get("state_operations", 1, ()) or ()
    if not isinstance(database, tuple):
        raise UnreadError
    if step.editor is not None:
        aside = step.project.copy()
        inner = Step(step.app, aside, step.editor, step.sql)
        kept, step.editor.project = step.editor.project, aside
        for it in database:
            run(inner, it)
        step.editor.project = kept
        step.editor.line = told.line
    _in_state(step, states)


def _extension(step: Step, told: Call) -> None:
    name = _EXTENSIONS.get(told.last) or _text(told.get("name", 0))
    if step.editor is not None:
        step.editor.send(e.EnableExtension(name, step.editor.line))


_EXTENSIONS: Mapping[str, str] = {
    "BloomExtension": "bloom",
    "BtreeGinExtension": "btree_gin",
    "BtreeGistExtension": "btree_gist",
    "CITextExtension": "citext",
    "CryptoExtension": "pgcrypto",
    "HStoreExtension": "hstore",
    "TrigramExtension": "pg_trgm",
    "UnaccentExtension": "unaccent",
}


def _nothing(step: Step, told: Call) -> None:
    del step, told


_OPERATIONS: Mapping[str, Callable[[Step, Call], None]] = {
    "CreateModel": _create_model,
    "DeleteModel": _delete_model,
    "RenameModel": _rename_model,
    "AlterModelTable": _alter_table,
    "AlterModelTableComment": _alter_comment,
    "AlterModelOptions": _alter_options,
    "AlterModelManagers": _nothing,
    "AlterOrderWithRespectTo": _order_with,
    "AlterUniqueTogether": _together("unique_together"),
    "AlterIndexTogether": _together("index_together"),
    "AddField": _add_field,
    "RemoveField": _remove_field,
    "AlterField": _alter_field,
    "RenameField": _rename_field,
    "AddIndex": _add_index,
    "AddIndexConcurrently": _add_index,
    "RemoveIndex": _remove_index,
    "RemoveIndexConcurrently": _remove_index,
    "RenameIndex": _rename_index,
    "AddConstraint": _add_constraint,
    "AddConstraintNotValid": _add_constraint,
    "RemoveConstraint": _remove_constraint,
    "ValidateConstraint": _validate_constraint,
    "AlterConstraint": _nothing,
    "RunSQL": _run_sql,
    "RunPython": _run_python,
    "SeparateDatabaseAndState": _separate,
    "CreateExtension": _extension,
    **dict.fromkeys(_EXTENSIONS, _extension),
}
