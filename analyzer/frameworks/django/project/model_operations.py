"""Operations on whole models: their tables, names and options.

Source: django 5.2, db/migrations/operations/models.py and db/migrations/state.py.
"""

from collections.abc import Callable, Mapping, Sequence

from analyzer.frameworks.django.project.alterations import Alteration, alter, alter_pairs
from analyzer.frameworks.django.project.editor import Editor
from analyzer.frameworks.django.project.fields import Field, field_of
from analyzer.frameworks.django.project.key_operations import add_constraint_of, add_index_of
from analyzer.frameworks.django.project.late_keys import index_on, unique_on
from analyzer.frameworks.django.project.models import ModelKey, ProjectModel, together
from analyzer.frameworks.django.project.state import Project
from analyzer.frameworks.django.project.step import (
    Carry,
    MigrationStep,
    UnreadOperationError,
    columns_of,
    text_of,
)
from analyzer.frameworks.django.project.values import ModuleCall, Name
from analyzer.model.effects import effect as e
from analyzer.records import replace


def _create_model(step: MigrationStep, told: ModuleCall) -> None:
    name, listed = text_of(told.get("name", 0)), told.get("fields", 1)
    options, bases = told.get("options", 2, {}), told.get("bases", 3, ())
    if not isinstance(listed, tuple) or not isinstance(options, dict):
        raise UnreadOperationError
    fields: dict[str, Field] = {}
    for pair in listed:
        if not isinstance(pair, tuple) or len(pair) != 2 or not isinstance(pair[0], str):  # noqa: PLR2004
            raise UnreadOperationError
        fields[pair[0]] = field_of(pair[0], pair[1])
    named = bases if isinstance(bases, tuple) else ()
    model = ProjectModel(step.app, name, fields, options, tuple(it for it in named if _is_base(it)))
    if isinstance(options.get("order_with_respect_to"), str):
        model = replace(model, fields={**fields, **_order()})
    step.project.put(model)
    editor = step.editor_of(model)
    if editor is None:
        return
    editor.create(model)
    for names in model.together("index_together"):
        editor.later(index_on(model.table, columns_of(model, names), editor.line, "_idx"))
    for index in model.named("indexes"):
        add_index_of(editor, model, index, late=True)
    for constraint in model.named("constraints"):
        add_constraint_of(editor, model, constraint)


def _is_base(told: object) -> bool:
    return isinstance(told, str | Name)


def _order() -> dict[str, Field]:
    return {"_order": Field("_order", "IntegerField", {})}


def _delete_model(step: MigrationStep, told: ModuleCall) -> None:
    model = step.model(told.get("name", 0))
    editor = step.editor_of(model)
    if editor is not None:
        editor.delete(model)
    del step.project.models[model.key]


def _rename_model(step: MigrationStep, told: ModuleCall) -> None:
    old = step.model(told.get("old_name", 0))
    new = replace(old, name=text_of(told.get("new_name", 1)))
    before = step.project.copy()
    del step.project.models[old.key]
    step.project.put(new)
    _lead_to(step.project, old.key, new.key)
    new = step.project.models[new.key]
    editor = step.editor_of(new)
    if editor is None:
        return
    _rename_table(editor, old, new)
    for model, it in before.pointing_at(old.key):
        now = step.project.models[new.key if model.key == old.key else model.key]
        if step.project.has_table(now) and not it.hidden:
            change = Alteration(before, model, it, step.project, now, now.fields[it.name])
            alter(editor, change)
    for it in old.fields.values():
        if it.many and it.options.get("through") is None:
            alter_pairs(editor, Alteration(before, old, it, step.project, new, new.fields[it.name]))
    _repoint_pairs(editor, before, old, step.project)


def _repoint_pairs(editor: Editor, before: Project, old: ProjectModel, after: Project) -> None:
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


def _redirected(
    project: Project, model: ProjectModel, it: Field, old: ModelKey, new: ModelKey
) -> Field:
    options = dict(it.options)
    for option in ("to", "through"):
        told = options.get(option)
        plain = isinstance(told, str) and told != "self"
        if plain and project.target(model, told) == old:
            options[option] = ".".join(new)
    return it if options == it.options else replace(it, options=options)


def _rename_table(editor: Editor, old: ProjectModel, new: ProjectModel) -> None:
    """Rename a model's table; what is not known of its columns is said of the new name, too."""
    editor.rename(old.table, new.table)
    for it in new.fields.values():
        if not it.known and not it.primary and old.table != new.table:
            editor.unread(new, it, "what column this field has is not known here")


def _alter_table(step: MigrationStep, told: ModuleCall) -> None:
    old = step.model(told.get("name", 0))
    table = told.get("table", 1)
    if table is not None and not isinstance(table, str):
        raise UnreadOperationError
    new = replace(old, options={**old.options, "db_table": table})
    step.project.put(new)
    editor = step.editor_of(new)
    if editor is None:
        return
    _rename_table(editor, old, new)
    for it in old.fields.values():
        one = step.project.pairs(old, it) if it.many else None
        other = step.project.pairs(new, it) if it.many else None
        if one is not None and other is not None:
            editor.rename(one.table, other.table)


def _alter_options(step: MigrationStep, told: ModuleCall) -> None:
    model = step.model(told.get("name", 0))
    options = told.get("options", 1, {})
    if not isinstance(options, dict):
        raise UnreadOperationError
    kept = {key: it for key, it in model.options.items() if key not in _FREE}
    step.project.put(replace(model, options={**kept, **options}))


_FREE = frozenset(
    """
    base_manager_name default_manager_name default_related_name get_latest_by managed ordering
    permissions default_permissions select_on_save verbose_name verbose_name_plural
    """.split()  # noqa: SIM905  words read better without quotes
)


def _alter_comment(step: MigrationStep, told: ModuleCall) -> None:
    model = step.model(told.get("name", 0))
    comment = told.get("table_comment", 1)
    editor = step.editor_of(model)
    if editor is not None:
        said = comment if isinstance(comment, str) and comment else None
        editor.send(e.ChangeTableComment(model.table, said, editor.line))


def _order_with(step: MigrationStep, told: ModuleCall) -> None:
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


def _together(option: str) -> Callable[[MigrationStep, ModuleCall], None]:
    def carry_out(step: MigrationStep, told: ModuleCall) -> None:
        model = step.model(told.get("name", 0))
        value = told.get(option, 1)
        if isinstance(value, ModuleCall) and value.last == "set":
            value = value.args[0] if value.args else ()
        if value is not None and not isinstance(value, tuple):
            raise UnreadOperationError
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
                columns = columns_of(model, names)
                late = (
                    unique_on(model.table, columns, editor.line)
                    if kind == "unique"
                    else index_on(model.table, columns, editor.line, "_idx")
                )
                editor.at_once(late)

    return carry_out


def _drop_together(editor: Editor, model: ProjectModel, kind: str, names: Sequence[str]) -> None:
    columns = columns_of(model, names)
    if editor.project.find(model.table, kind, columns):
        editor.drop(model.table, kind, columns)
    else:
        editor.opaque(", ".join(names), "the name of what is removed is not known here")


MODEL_OPERATIONS: Mapping[str, Carry] = {
    "CreateModel": _create_model,
    "DeleteModel": _delete_model,
    "RenameModel": _rename_model,
    "AlterModelTable": _alter_table,
    "AlterModelTableComment": _alter_comment,
    "AlterModelOptions": _alter_options,
    "AlterOrderWithRespectTo": _order_with,
    "AlterUniqueTogether": _together("unique_together"),
    "AlterIndexTogether": _together("index_together"),
}
