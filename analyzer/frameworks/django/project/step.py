"""Where an operation runs, and how its arguments are read."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.frameworks.django.project.editor import Editor
from analyzer.frameworks.django.project.fields import Field
from analyzer.frameworks.django.project.models import ModelKey, ProjectModel
from analyzer.frameworks.django.project.state import Project
from analyzer.frameworks.django.project.values import ModuleCall

if TYPE_CHECKING:
    from analyzer.model.effects import effect as e

Sql = Callable[[str, int], "tuple[e.Effect, ...]"]


Carry = Callable[["MigrationStep", ModuleCall], None]
"""Carries out one operation."""


class UnreadOperationError(Exception):
    """An operation whose arguments only running it shows, or that finds no model."""


class MigrationStep:
    """Where an operation runs: the state that it changes, and what writes down its effects.

    Args:
        app: the label of the migration's app.
        editor: None where an operation concerns the models only.
        functions: what the module's own name, by their names.
        bases: the tool's operations that the module's own classes are, by their names.
    """

    def __init__(
        self,
        app: str,
        project: Project,
        editor: Editor | None,
        sql: Sql,
        functions: Mapping[str, tuple[object, ...]] | None = None,
        bases: Mapping[str, str] | None = None,
    ) -> None:
        self.app, self.project, self.editor, self.sql = app, project, editor, sql
        self.functions, self.bases = functions or {}, bases or {}

    def inner(self, project: Project, editor: Editor | None) -> "MigrationStep":
        """The same for operations within an operation."""
        return MigrationStep(self.app, project, editor, self.sql, self.functions, self.bases)

    def key(self, told: object) -> ModelKey:
        """A model of the app."""
        return self.app, text_of(told).lower()

    def model(self, told: object) -> ProjectModel:
        """A model that is there."""
        model = self.project.models.get(self.key(told))
        if model is None:
            raise UnreadOperationError
        return model

    def editor_of(self, model: ProjectModel) -> Editor | None:
        """What writes down its effects, where migrations make the model's table."""
        return self.editor if self.project.has_table(model) else None


def text_of(told: object) -> str:
    """A text.

    Raises:
        UnreadOperationError: it is none, or not known.
    """
    if not isinstance(told, str):
        raise UnreadOperationError
    return told


def field_in(model: ProjectModel, told: object) -> Field:
    """A field by its name.

    Raises:
        UnreadOperationError: there is none.
    """
    found = model.fields.get(text_of(told))
    if found is None:
        raise UnreadOperationError
    return found


def columns_of(model: ProjectModel, names: Sequence[str]) -> tuple[str, ...]:
    """The columns of some fields.

    Raises:
        UnreadOperationError: one of them is not known.
    """
    found = model.columns(names)
    if found is None:
        raise UnreadOperationError
    return found
