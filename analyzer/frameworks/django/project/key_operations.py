"""Operations on the indexes and constraints of models.

Source: django 5.2, db/migrations/operations/models.py, contrib/postgres/operations.py.
"""

from collections.abc import Mapping

from analyzer.frameworks.django.project import conditions
from analyzer.frameworks.django.project.editor import Editor
from analyzer.frameworks.django.project.models import ProjectModel
from analyzer.frameworks.django.project.step import (
    Carry,
    MigrationStep,
    UnreadOperationError,
    columns_of,
    text_of,
)
from analyzer.frameworks.django.project.values import ModuleCall
from analyzer.model.effects import effect as e
from analyzer.records import replace


def _add_index(step: MigrationStep, told: ModuleCall) -> None:
    model = step.model(told.get("model_name", 0))
    index = told.get("index", 1)
    listed = (*model.named("indexes"), index)
    step.project.put(replace(model, options={**model.options, "indexes": listed}))
    editor = step.editor_of(model)
    if editor is not None:
        alone = told.last == "AddIndexConcurrently"
        add_index_of(editor, step.project.models[model.key], index, concurrently=alone)


def add_index_of(
    editor: Editor,
    model: ProjectModel,
    told: object,
    *,
    late: bool = False,
    concurrently: bool = False,
) -> None:
    """Add an index that a model lists.

    Args: late: at the end of the migration.
    """
    made = conditions.index_of(editor, model, told, concurrently=concurrently)
    if made is None:
        raise UnreadOperationError
    if late:
        editor.later(made)
    else:
        editor.at_once(made)


def _remove_index(step: MigrationStep, told: ModuleCall) -> None:
    model = step.model(told.get("model_name", 0))
    name = text_of(told.get("name", 1))
    step.project.put(_without(model, "indexes", name))
    editor = step.editor_of(model)
    if editor is not None:
        alone = told.last == "RemoveIndexConcurrently"
        editor.drop_called(model.table, name, concurrently=alone)


def _without(model: ProjectModel, option: str, name: str) -> ProjectModel:
    left = tuple(it for it in model.named(option) if name_of(it) != name)
    return replace(model, options={**model.options, option: left})


def name_of(told: object) -> str | None:
    """The name that an index or a constraint is given."""
    name = told.get("name") if isinstance(told, ModuleCall) else None
    return name if isinstance(name, str) else None


def _rename_index(step: MigrationStep, told: ModuleCall) -> None:
    model = step.model(told.get("model_name", 0))
    new, old = text_of(told.get("new_name", 1)), told.get("old_name", 2)
    editor = step.editor_of(model)
    if old is None:
        names = tuple(text_of(it) for it in listed_of(told.get("old_fields", 3)))
        columns = columns_of(model, names)
        found = editor.project.find(model.table, "index", columns) if editor is not None else []
        if editor is not None and len(found) != 1:
            raise UnreadOperationError
        old = found[0].name if found else None
        left = tuple(it for it in model.together("index_together") if it != names)
        model = replace(model, options={**model.options, "index_together": left})
        made = ModuleCall("django.db.models.Index", (), {"fields": names, "name": new}, told.line)
        listed = (*model.named("indexes"), made)
    else:
        listed = tuple(_called(it, text_of(old), new) for it in model.named("indexes"))
    step.project.put(replace(model, options={**model.options, "indexes": listed}))
    if editor is not None and isinstance(old, str):
        editor.send(e.RenameIndex(model.table, old, new, editor.line))
        keys = editor.project.keys.get(model.table, ())
        editor.project.keys[model.table] = tuple(
            replace(it, name=new) if it.name == old else it for it in keys
        )


def listed_of(told: object) -> tuple[object, ...]:
    """What an argument lists."""
    if not isinstance(told, tuple):
        raise UnreadOperationError
    return told


def _called(told: object, old: str, new: str) -> object:
    if isinstance(told, ModuleCall) and name_of(told) == old:
        return replace(told, named={**told.named, "name": new})
    return told


def _add_constraint(step: MigrationStep, told: ModuleCall) -> None:
    model = step.model(told.get("model_name", 0))
    constraint = told.get("constraint", 1)
    listed = (*model.named("constraints"), constraint)
    step.project.put(replace(model, options={**model.options, "constraints": listed}))
    editor = step.editor_of(model)
    if editor is not None:
        valid = told.last != "AddConstraintNotValid"
        add_constraint_of(editor, model, constraint, valid=valid)


def add_constraint_of(
    editor: Editor, model: ProjectModel, told: object, *, valid: bool = True
) -> None:
    """Add a constraint that a model lists.

    Args: valid: rows that are there must meet it.
    """
    made = conditions.constraint_of(editor, model, told, valid=valid)
    if made is None:
        raise UnreadOperationError
    editor.at_once(made)


def _remove_constraint(step: MigrationStep, told: ModuleCall) -> None:
    model = step.model(told.get("model_name", 0))
    name = text_of(told.get("name", 1))
    kept = next((it for it in model.named("constraints") if name_of(it) == name), None)
    step.project.put(_without(model, "constraints", name))
    editor = step.editor_of(model)
    if editor is not None:
        editor.send(conditions.removed(model, name, kept, editor.line))
        editor.project.forget(model.table, name)


def _validate_constraint(step: MigrationStep, told: ModuleCall) -> None:
    model = step.model(told.get("model_name", 0))
    editor = step.editor_of(model)
    if editor is not None:
        name = text_of(told.get("name", 1))
        editor.send(e.ValidateConstraint(model.table, editor.line, name))


KEY_OPERATIONS: Mapping[str, Carry] = {
    "AddIndex": _add_index,
    "AddIndexConcurrently": _add_index,
    "RemoveIndex": _remove_index,
    "RemoveIndexConcurrently": _remove_index,
    "RenameIndex": _rename_index,
    "AddConstraint": _add_constraint,
    "AddConstraintNotValid": _add_constraint,
    "RemoveConstraint": _remove_constraint,
    "ValidateConstraint": _validate_constraint,
}
