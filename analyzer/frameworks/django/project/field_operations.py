"""Operations on the fields of models.

Source: django 5.2, db/migrations/operations/fields.py and db/migrations/state.py.
"""

from collections.abc import Mapping

from analyzer.frameworks.django.project.alterations import Alteration, alter
from analyzer.frameworks.django.project.fields import Field, field_of
from analyzer.frameworks.django.project.models import ModelKey
from analyzer.frameworks.django.project.state import Project
from analyzer.frameworks.django.project.step import Carry, MigrationStep, field_in, text_of
from analyzer.frameworks.django.project.values import ModuleCall
from analyzer.records import replace


def _add_field(step: MigrationStep, told: ModuleCall) -> None:
    model = step.model(told.get("model_name", 0))
    name = text_of(told.get("name", 1))
    added = field_of(name, told.get("field", 2))
    editor = step.editor_of(model)
    kept = _kept(told, added)
    step.project.put(replace(model, fields={**model.fields, name: kept}))
    if editor is not None:
        editor.add(step.project.models[model.key], added)


def _kept(told: ModuleCall, it: Field) -> Field:
    """The field as the state keeps it: without a default that was given for once."""
    if told.get("preserve_default", 3, True) is not False:
        return it
    return replace(it, options={key: one for key, one in it.options.items() if key != "default"})


def _remove_field(step: MigrationStep, told: ModuleCall) -> None:
    model = step.model(told.get("model_name", 0))
    gone = field_in(model, told.get("name", 1))
    left = {name: it for name, it in model.fields.items() if name != gone.name}
    editor = step.editor_of(model)
    if editor is not None:
        editor.remove(model, gone)
    step.project.put(replace(model, fields=left))


def _alter_field(step: MigrationStep, told: ModuleCall) -> None:
    model = step.model(told.get("model_name", 0))
    old = field_in(model, told.get("name", 1))
    new = field_of(old.name, told.get("field", 2))
    before = step.project.copy()
    step.project.put(replace(model, fields={**model.fields, old.name: _kept(told, new)}))
    editor = step.editor_of(model)
    if editor is not None:
        now = step.project.models[model.key]
        alter(editor, Alteration(before, model, old, step.project, now, new))


def _rename_field(step: MigrationStep, told: ModuleCall) -> None:
    model = step.model(told.get("model_name", 0))
    old = field_in(model, told.get("old_name", 1))
    name = text_of(told.get("new_name", 2))
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


FIELD_OPERATIONS: Mapping[str, Carry] = {
    "AddField": _add_field,
    "RemoveField": _remove_field,
    "AlterField": _alter_field,
    "RenameField": _rename_field,
}
