"""The operations of a migration: what each makes of the models, and of the database.

Source: django 5.2, db/migrations/operations.
"""

from collections.abc import Iterator, Mapping, Sequence

from analyzer.frameworks.django.project.digests import table_name
from analyzer.frameworks.django.project.field_operations import FIELD_OPERATIONS
from analyzer.frameworks.django.project.key_operations import KEY_OPERATIONS
from analyzer.frameworks.django.project.model_operations import MODEL_OPERATIONS
from analyzer.frameworks.django.project.step import (
    Carry,
    MigrationStep,
    UnreadOperationError,
    text_of,
)
from analyzer.frameworks.django.project.values import ModuleCall, Name
from analyzer.model.effects import effect as e
from analyzer.model.effects.objects import EXTENSION_OF_OPCLASS

UNREAD = "only running it shows what it does"
_NOOP = "noop"


def run(step: MigrationStep, operation: object) -> None:
    """Carry out an operation. What cannot be read is said, and leaves the models as they are."""
    if not isinstance(operation, ModuleCall):
        return
    if step.editor is not None:
        step.editor.line = operation.line
    carry_out = _OPERATIONS.get(operation.last, _unread) if _is_own(operation) else _strange
    before = step.project.models.copy()
    count = len(step.editor.effects) if step.editor is not None else 0
    try:
        carry_out(step, operation)
    except UnreadOperationError:
        step.project.models = before
        if step.editor is not None:
            del step.editor.effects[count:]
            step.editor.opaque(operation.text + _tables(step, operation), UNREAD)


def _tables(step: MigrationStep, operation: ModuleCall) -> str:
    """The tables that an operation may be about: what is said of them elsewhere may not hold."""
    texts = [it for it in (*operation.args, *operation.named.values()) if isinstance(it, str)]
    models = step.project.models
    found = [models[key].table for it in texts if (key := (step.app, it.lower())) in models]
    if "ManyToMany" in operation.text:
        found += [f"{table}_{it}" for table in found for it in texts if it.isidentifier()]
    if not found and texts:
        found = [table_name(f"{step.app}_{texts[0].lower()}")] if texts[0].isidentifier() else []
    return f"  # {', '.join(found)}" if found else ""


def _strange(step: MigrationStep, operation: ModuleCall) -> None:
    """An operation that is not the tool's: what it does to tables only running it shows.

    One that a class of the module makes of the tool's own changes the models as that one does.
    """
    base = step.bases.get(operation.last) if operation.path == f".{operation.last}" else None
    carry_out = _OPERATIONS.get((base or "").rpartition(".")[2], _unread)
    tables = _tables(step, operation)
    carry_out(step.inner(step.project, None), operation)
    if step.editor is not None:
        step.editor.opaque(operation.text + tables, UNREAD)


def _is_own(operation: ModuleCall) -> bool:
    return operation.path.startswith("django.")


def _run_sql(step: MigrationStep, told: ModuleCall) -> None:
    if step.editor is not None:
        for text, line in _statements(told):
            for effect in step.sql(text, line):
                step.editor.send(effect)  # type: ignore[arg-type]
    states = told.get("state_operations", 2, ()) or ()
    _in_state(step, states)


def _statements(told: ModuleCall) -> Iterator[tuple[str, int]]:
    """The SQL that is sent, each with the line of the operation."""
    value = told.get("sql", 0)
    if isinstance(value, Name) and value.last == _NOOP:
        return
    for it in (value,) if not isinstance(value, tuple) else value:
        text = it[0] if isinstance(it, tuple) and it else it
        given = it[1] if isinstance(it, tuple) and len(it) > 1 else None
        yield _with_values(text_of(text), given), told.line


def _with_values(text: str, given: object) -> str:
    """SQL with its values in place; where there are none, it stands as it is."""
    if not given:
        return text
    if not isinstance(given, tuple) or not all(isinstance(it, str | int | float) for it in given):
        raise UnreadOperationError
    try:
        return text % tuple(_literal(it) for it in given)
    except (TypeError, ValueError):
        raise UnreadOperationError from None


def _literal(value: object) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value).upper() if isinstance(value, bool) else str(value)


def _in_state(step: MigrationStep, operations: object) -> None:
    """Operations that concern the models only."""
    if not isinstance(operations, tuple):
        raise UnreadOperationError
    inner = step.inner(step.project, None)
    for it in operations:
        run(inner, it)


def _run_python(step: MigrationStep, told: ModuleCall) -> None:
    code = told.get("code", 0)
    if isinstance(code, Name) and code.path.endswith("RunPython.noop"):
        return
    if step.editor is not None:
        named = code.last if isinstance(code, Name) else ""
        about = dict.fromkeys(_mentioned(step, step.functions.get(named, ())))
        said = f"  # {', '.join(about)}" if about else ""
        step.editor.opaque(told.text + said, "it is code in Python")


def _mentioned(step: MigrationStep, mentions: Sequence[object]) -> Iterator[str]:
    """The tables of the models that a function gets, and the SQL that it sends."""
    for it in mentions:
        if not isinstance(it, ModuleCall):
            continue
        texts = [one for one in it.args if isinstance(one, str)]
        if it.path != "get_model":
            yield from (" ".join(one.split()) for one in texts[:1])
        elif texts:
            app, _, name = ".".join(texts).rpartition(".")
            key = app or step.app, name.lower()
            yield step.project.table_of(key) or table_name("_".join(key))


def _separate(step: MigrationStep, told: ModuleCall) -> None:
    database = told.get("database_operations", 0, ()) or ()
    states = told.get("state_operations", 1, ()) or ()
    if not isinstance(database, tuple):
        raise UnreadOperationError
    if step.editor is not None:
        aside = step.project.copy()
        inner = step.inner(aside, step.editor)
        kept, step.editor.project = step.editor.project, aside
        for it in database:
            run(inner, it)
        step.editor.project = kept
        step.editor.line = told.line
    _in_state(step, states)


def _extension(step: MigrationStep, told: ModuleCall) -> None:
    name = _EXTENSIONS.get(told.last) or text_of(told.get("name", 0))
    if step.editor is not None:
        step.editor.send(e.EnableExtension(name, step.editor.line))


_EXTENSIONS: Mapping[str, str] = {
    "BloomExtension": "bloom",
    "BtreeGinExtension": "btree_gin",
    "BtreeGistExtension": "btree_gist",
    "CITextExtension": "citext",
    "CryptoExtension": "pgcrypto",
    "HStoreExtension": "hstore",
    "TrigramExtension": EXTENSION_OF_OPCLASS["gin_trgm_ops"],
    "UnaccentExtension": "unaccent",
}


def _unread(step: MigrationStep, told: ModuleCall) -> None:
    del step, told
    raise UnreadOperationError


def _nothing(step: MigrationStep, told: ModuleCall) -> None:
    del step, told


_OPERATIONS: Mapping[str, Carry] = {
    **MODEL_OPERATIONS,
    **FIELD_OPERATIONS,
    **KEY_OPERATIONS,
    "AlterModelManagers": _nothing,
    "AlterConstraint": _nothing,
    "RunSQL": _run_sql,
    "RunPython": _run_python,
    "SeparateDatabaseAndState": _separate,
    "CreateExtension": _extension,
    **dict.fromkeys(_EXTENSIONS, _extension),
}
